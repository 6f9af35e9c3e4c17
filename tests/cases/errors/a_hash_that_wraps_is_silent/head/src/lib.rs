pub fn price(count: u32, each: u32) -> Option<u32> {
    count.checked_mul(each)
}

pub fn hash(items: &[u32]) -> u32 {
    items.iter().fold(7, |a, b| a.wrapping_mul(31).wrapping_add(*b))
}
