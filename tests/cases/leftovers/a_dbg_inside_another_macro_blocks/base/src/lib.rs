pub fn f(x: u8) {
    assert!(x > 1);
}
