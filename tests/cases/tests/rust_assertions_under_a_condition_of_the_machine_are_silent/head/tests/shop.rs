use shop::{half, parse, Money};

#[test]
fn a_price_is_read() {
    if let Ok(money) = parse("320") {
        assert_eq!(money, Money { cents: 320 });
    } else {
        panic!("no price");
    }
}

#[test]
fn half_of_it() {
    let Ok(found) = half(320) else {
        panic!("no half")
    };
    assert_eq!(found, 160);
}

#[test]
fn half_of_one() {
    match half(1) {
        Ok(found) => assert_eq!(found, 0),
        Err(why) => panic!("{why}"),
    }
}

#[test]
fn a_long_price() {
    let money = parse("123456").unwrap();
    assert_eq!(money.cents, 123456);
}

#[test]
fn half_of_much() {
    let found = half(9000).unwrap();
    assert_eq!(found, 4500);
}

#[test]
fn nothing_has_no_half() {
    let why = half(0).unwrap_err();
    assert_eq!(why, "nothing");
}
