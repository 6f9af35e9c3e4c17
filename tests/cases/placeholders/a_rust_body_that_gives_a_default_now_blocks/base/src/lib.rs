pub fn load(path: &str) -> Result<String, Error> {
    let text = read(path)?;
    Ok(text.trim().to_owned())
}
