pub fn load(p: &Path) -> io::Result<String> {
    let text = match fs::read_to_string(p) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => String::new(),
        Err(e) => return Err(e),
    };
    Ok(text)
}
