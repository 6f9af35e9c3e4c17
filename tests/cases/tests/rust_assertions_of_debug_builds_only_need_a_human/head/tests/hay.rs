#[test]
fn hay() {
    debug_assert_eq!(barn::ticket("hay", 2), "hay (2)");
}
