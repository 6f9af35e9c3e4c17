pub fn f() {
    g(2) // allow(dead_code) stands in prose
}

#[allow(dead_code)]
fn old() {}
