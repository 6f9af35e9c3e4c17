#[test]
fn hay() {
    insta::assert_snapshot!("ticket", barn::ticket("hay", 2));
}
