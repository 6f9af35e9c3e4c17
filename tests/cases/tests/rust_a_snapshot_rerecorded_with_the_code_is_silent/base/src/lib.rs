pub fn table(rows: &[&str]) -> String {
    rows.join(" | ")
}
