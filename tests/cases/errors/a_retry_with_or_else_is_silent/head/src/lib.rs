pub fn save(p: &Path) -> io::Result<()> {
    let t = fs::read(p).or_else(|error| retry(error))?;
    fs::rename(p, q)?;
    Ok(())
}
