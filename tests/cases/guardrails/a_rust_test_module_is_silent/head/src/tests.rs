#[test]
fn runs() { super::run() }
