pub fn price(count: u32, each: u32) -> Option<u32> {
    Some(count.wrapping_mul(each))
}
