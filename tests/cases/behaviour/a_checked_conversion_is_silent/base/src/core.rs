pub fn a(x: u64) -> u64 { x }
