#[test]
fn hay() {
    assert_eq!(barn::ticket("hay", 2), "hay (2)");
}
