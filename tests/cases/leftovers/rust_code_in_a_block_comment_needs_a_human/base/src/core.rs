pub fn f(x: u8) -> u8 {
    g(x)
}
