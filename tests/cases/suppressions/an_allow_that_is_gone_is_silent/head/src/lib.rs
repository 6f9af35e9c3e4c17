pub fn f() {
    g(1)
}

fn old() {}
