use shop::{half, parse, Money};

#[test]
fn states() {
    assert_eq!(half(2), Ok(1));
    assert!(half(0).is_err());
}

#[test]
fn states_that_say_more() {
    assert!(half(0).is_err(), "nothing has no half");
    let found = parse("3");
    assert!(found.is_ok());
    assert_eq!(found.unwrap().cents, 3);
}
