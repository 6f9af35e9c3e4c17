pub fn f() {}

// let a = f();
// let b = g(a);
// h(b);
// i(a, b);
// j();
