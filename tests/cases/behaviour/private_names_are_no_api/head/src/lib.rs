fn total(rows: &[u64]) -> u64 {
    rows.iter().sum::<u64>()
}
