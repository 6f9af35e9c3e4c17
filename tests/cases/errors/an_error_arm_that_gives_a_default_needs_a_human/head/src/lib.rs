pub fn load(p: &Path) -> io::Result<String> {
    let text = match fs::read_to_string(p) {
        Ok(text) => text,
        Err(_) => String::new(),
    };
    Ok(text)
}
