pub fn check() -> bool { false }
