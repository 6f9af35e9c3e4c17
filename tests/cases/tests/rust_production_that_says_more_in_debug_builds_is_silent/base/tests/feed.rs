#[test]
fn feeds() {
    assert_eq!(barn::feed(6, true), 84);
    assert_eq!(barn::feed(5, false), 45);
}
