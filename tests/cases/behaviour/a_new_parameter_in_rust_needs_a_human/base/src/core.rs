pub fn a(x: u8) {}
