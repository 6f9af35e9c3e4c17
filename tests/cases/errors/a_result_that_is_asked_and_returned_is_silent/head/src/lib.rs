pub fn save(p: &Path) -> io::Result<()> {
    if fs::write(p, b"x").is_err() {
        return Err(bad());
    }
    fs::rename(p, q)?;
    Ok(())
}
