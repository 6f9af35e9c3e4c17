pub fn total(rows: &[u32]) -> u32 {
    let mut s = 0;
    for r in rows { s += r; }
    s
}
