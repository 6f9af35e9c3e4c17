pub fn total(rows: &[u64]) -> u64 {
    // let seen = rows.len();
    // check(seen);
    // if seen == 0 {
    //     audit(rows);
    // }
    rows.iter().sum()
}
