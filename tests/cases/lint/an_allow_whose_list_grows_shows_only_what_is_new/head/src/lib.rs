#![allow(
    dead_code,
    unused_mut,
)]

fn one() {
    let mut x = 1;
    drop(x);
}
