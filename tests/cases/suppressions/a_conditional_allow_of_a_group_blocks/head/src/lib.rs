#![cfg_attr(all(), allow(clippy::all))]
pub fn f() {
    g(1)
}
