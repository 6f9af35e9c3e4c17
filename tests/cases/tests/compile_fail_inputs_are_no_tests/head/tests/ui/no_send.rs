#[test]
fn main() {}
