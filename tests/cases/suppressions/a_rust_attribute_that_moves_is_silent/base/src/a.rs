#[allow(dead_code)]
pub fn f() {}
