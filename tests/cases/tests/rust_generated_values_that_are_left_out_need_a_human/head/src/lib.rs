pub fn ticket(name: &str, count: u32) -> String {
    format!("{name} ({count})")
}
