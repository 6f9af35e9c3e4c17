#![deny(unsafe_code)]
pub fn f() {
    g(1)
}
