pub fn help() -> &'static str {
    "call f()? to pass it on"
}
