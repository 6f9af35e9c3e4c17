pub fn load(p: &Path) -> io::Result<String> {
    let text = fs::read_to_string(p)?;
    Ok(text)
}
