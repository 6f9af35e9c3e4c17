pub fn total(rows: &[u64]) -> u64 {
    rows.iter().sum()
}
