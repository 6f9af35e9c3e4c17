use shop::{half, parse, Money};

#[test]
fn half_of_it() {
    let check = || assert_eq!(half(320), Ok(160));
    check();
}

#[test]
fn half_of_one() {
    fn check() {
        assert_eq!(half(1), Ok(0));
    }
    check();
}

#[test]
fn half_of_ten() {
    for _ in 0..2 {
        assert_eq!(half(10), Ok(5));
    }
}

#[test]
fn half_of_two() {
    assert_eq!(half(2).unwrap(), 1);
}
