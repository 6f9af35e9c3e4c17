pub fn price(count: u32, each: u32) -> Option<u32> {
    count.checked_mul(each)
}
