pub fn save(p: &Path) -> io::Result<()> {
    let t = fs::read(p).ok().unwrap_or_default();
    fs::rename(p, q)?;
    Ok(())
}
