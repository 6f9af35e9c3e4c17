pub fn save(p: &Path) -> io::Result<()> {
    let res = fs::write(p, b"x");
    res?;
    fs::rename(p, q)?;
    Ok(())
}
