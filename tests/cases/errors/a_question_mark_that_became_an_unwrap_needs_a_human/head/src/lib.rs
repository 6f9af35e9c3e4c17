pub fn read(p: &Path) -> io::Result<String> {
    let text = fs::read_to_string(p).unwrap();
    Ok(text)
}
