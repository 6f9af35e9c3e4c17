pub fn f() {
    g(1)
}

#[allow(dead_code)]
fn old() {}
