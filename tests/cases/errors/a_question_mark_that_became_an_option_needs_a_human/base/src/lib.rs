pub fn save(p: &Path) -> io::Result<()> {
    let t = fs::read(p)?;
    fs::rename(p, q)?;
    Ok(())
}
