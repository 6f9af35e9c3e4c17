pub fn a(x: f64) -> bool { x > 1.0 }
