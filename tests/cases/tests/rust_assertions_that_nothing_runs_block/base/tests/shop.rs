use shop::{half, parse, Money};

#[test]
fn half_of_it() {
    assert_eq!(half(320), Ok(160));
}

#[test]
fn half_of_one() {
    assert_eq!(half(1), Ok(0));
}

#[test]
fn half_of_ten() {
    assert_eq!(half(10), Ok(5));
}

#[test]
fn half_of_two() {
    assert_eq!(half(2), Ok(1));
}
