#[expect(dead_code)]
fn f0() {}
#[expect(dead_code)]
fn f1() {}
#[expect(dead_code)]
fn f2() {}
#[expect(dead_code)]
fn f3() {}
#[expect(dead_code)]
fn f4() {}
