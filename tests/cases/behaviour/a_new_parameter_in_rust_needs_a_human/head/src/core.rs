pub fn a(x: u8, y: u8) {}
