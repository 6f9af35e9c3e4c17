use shop::{half, parse, Money};

#[test]
fn a_price_is_read() {
    let money = parse("320").unwrap();
    assert_eq!(money, Money { cents: 320 });
}

#[test]
fn half_of_it() {
    let found = half(320).unwrap();
    assert_eq!(found, 160);
}

#[test]
fn half_of_one() {
    assert_eq!(half(1), Ok(0));
}

#[test]
fn a_long_price() {
    let money = parse("123456").unwrap();
    assert_eq!(money.cents, 123456);
}

#[test]
fn half_of_much() {
    let found = half(9000).expect("not nothing");
    assert_eq!(found, 4500);
}

#[test]
fn nothing_has_no_half() {
    assert_eq!(half(0).unwrap_err(), "nothing");
}
