mod common;

use common::{halves, Sack, TICKETS};

#[test]
fn tickets() {
    for (name, count, text) in TICKETS {
        assert_eq!(barn::ticket(name, *count), *text);
    }
}

#[test]
fn sacks() {
    Sack { name: "rye".into() }.reads(4, "rye (4)");
}

#[test]
fn shared() {
    shares!(9, 3, Some(3));
}

#[test]
fn halved() {
    halves(8, 4);
}
