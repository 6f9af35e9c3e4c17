#[test]
fn doubles() {
    assert_eq!(dbg!(crate::twice(3)), 6);
}
