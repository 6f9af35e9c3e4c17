use kit::table;

#[test]
fn a_table_is_drawn() {
    insta::assert_snapshot!(table(&["a", "b"]));
}
