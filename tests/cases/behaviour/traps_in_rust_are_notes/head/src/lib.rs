pub fn f(x: u32, y: f64) -> u32 {
    let small = x as u8;
    if y == 0.3 {
        return 1;
    }
    u32::from(small)
}
