pub fn total(rows: &[u64], tax: u64) -> u64 {
    rows.iter().sum::<u64>() + tax
}
