pub fn save(p: &Path) -> io::Result<()> {
    fs::write(p, b"x").is_ok();
    fs::rename(p, q)?;
    Ok(())
}
