pub fn h() {}
#[allow(dead_code)]
pub fn f() {}
