pub fn a(y: u8) -> u8 { y }
