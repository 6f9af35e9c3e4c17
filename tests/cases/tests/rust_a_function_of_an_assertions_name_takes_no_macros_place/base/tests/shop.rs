#[test]
fn one_costs_one() {
    assert!(shop::price() == 1);
}
