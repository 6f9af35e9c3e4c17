pub fn ticket(name: &str, count: u32) -> String {
    format!("{name} ({count})")
}

pub fn share(sacks: u32, stalls: u32) -> Option<u32> {
    sacks.checked_div(stalls)
}
