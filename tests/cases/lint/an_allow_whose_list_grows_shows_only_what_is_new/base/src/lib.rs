#![allow(
    dead_code,
)]

fn one() {
    let x = 1;
    drop(x);
}
