pub fn render(n: u32) -> String {
    format!("total {n}")
}
