pub fn id() -> u64 {
    7
}
