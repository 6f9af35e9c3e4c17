pub fn f() {}
pub fn g(x: u32, y: f64) -> u8 {
    let low = (x & 0xff) as u8;
    let wide = x as u64;
    if y == 0.0 || wide == 1 {
        return 7 as u8;
    }
    low
}
