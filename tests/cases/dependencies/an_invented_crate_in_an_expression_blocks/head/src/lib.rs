pub fn id() -> u64 {
    easy_random::next_u64()
}
