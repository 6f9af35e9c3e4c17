pub fn a(x: u64) -> u8 { (x & 0xff) as u8 }
