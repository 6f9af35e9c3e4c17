pub fn price() -> u32 {
    3
}
