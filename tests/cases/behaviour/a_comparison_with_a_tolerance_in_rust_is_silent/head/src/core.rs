pub fn a(x: f64) -> bool { (x - 0.3).abs() < 1e-9 }
