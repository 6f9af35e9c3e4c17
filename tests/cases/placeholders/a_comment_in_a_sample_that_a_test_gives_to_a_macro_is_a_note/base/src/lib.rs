pub fn expand(input: &str) -> usize {
    input.len()
}
