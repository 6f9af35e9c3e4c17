pub fn a(x: u64) -> u64 { u64::from(u16::try_from(x).unwrap_or(0)) }
