#[cfg(unix)]
pub fn old(x: u8) -> u8 {
    g(x)
}

pub fn f(x: u8) -> u8 {
    g(x)
}
