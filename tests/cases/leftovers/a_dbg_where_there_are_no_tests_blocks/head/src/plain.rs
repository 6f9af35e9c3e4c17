pub fn twice(x: u32) -> u32 {
    dbg!(x * 2)
}
