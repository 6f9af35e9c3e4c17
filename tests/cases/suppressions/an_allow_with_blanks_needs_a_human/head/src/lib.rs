#[ allow ( dead_code ) ]
pub fn f() {
    g(1)
}
