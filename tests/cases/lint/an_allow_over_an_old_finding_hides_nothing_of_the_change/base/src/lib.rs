pub fn used() {}
fn unused() {}
