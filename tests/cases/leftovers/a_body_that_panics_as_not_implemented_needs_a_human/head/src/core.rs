pub fn f(x: u8) -> u8 {
    g(x)
}

pub fn h() -> u8 {
    panic!("not implemented")
}
