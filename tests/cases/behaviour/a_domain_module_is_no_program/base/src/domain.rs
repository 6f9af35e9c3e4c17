pub fn total(rows: &[u64]) -> u64 {
    rows.iter().sum()
}

pub fn count(rows: &[u64]) -> usize {
    rows.len()
}
