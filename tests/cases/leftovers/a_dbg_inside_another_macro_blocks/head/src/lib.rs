pub fn f(x: u8) {
    assert!(dbg!(x) > 1);
}
