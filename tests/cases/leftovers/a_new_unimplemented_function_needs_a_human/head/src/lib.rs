pub fn f() {}
pub fn g() -> u8 {
    unimplemented!()
}
