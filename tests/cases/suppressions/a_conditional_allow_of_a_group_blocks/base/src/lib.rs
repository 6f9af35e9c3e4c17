pub fn f() {
    g(1)
}
