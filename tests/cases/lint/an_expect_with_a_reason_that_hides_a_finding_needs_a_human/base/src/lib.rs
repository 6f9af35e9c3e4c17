pub fn used() {}
