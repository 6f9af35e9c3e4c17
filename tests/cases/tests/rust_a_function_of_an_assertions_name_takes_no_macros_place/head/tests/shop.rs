#[test]
fn one_costs_one() {
    assert!(shop::price() == 1);
}

#[test]
fn prices_are_sent() {
    assert::<u32>();
    assert_eq!(shop::price(), 1);
}

fn assert<T: Send>() {}
