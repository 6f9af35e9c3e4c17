pub fn help() -> &'static str {
    "let _ = f(); drops it"
}
