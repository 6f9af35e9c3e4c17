pub fn real() {}
