use shop::{half, parse, Money};

#[test]
fn half_of_it() {
    let found = half(320).unwrap();
    assert_eq!(found, 160);
}

#[test]
fn half_of_one() {
    assert_eq!(half(1), Ok(0));
}
