pub fn used() {}
#[allow(dead_code)]
fn unused() {}
