#[allow(dead_code)]
fn f0() {}
#[allow(dead_code)]
fn f1() {}
#[allow(dead_code)]
fn f2() {}
#[allow(dead_code)]
fn f3() {}
#[allow(dead_code)]
fn f4() {}
