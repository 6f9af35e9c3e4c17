pub fn used() {}
#[expect(dead_code, reason = "called from assembly")]
fn unused() {}
