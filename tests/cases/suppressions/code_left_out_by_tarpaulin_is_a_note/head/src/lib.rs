#[cfg(not(tarpaulin_include))]
pub fn f() {
    g(1)
}
