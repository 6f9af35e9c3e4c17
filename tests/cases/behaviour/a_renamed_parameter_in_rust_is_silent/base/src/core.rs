pub fn a(x: u8) -> u8 { x }
