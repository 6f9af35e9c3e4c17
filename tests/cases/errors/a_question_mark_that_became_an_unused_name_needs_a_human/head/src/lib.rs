pub fn save(p: &Path) -> io::Result<()> {
    let _res = fs::write(p, b"x");
    fs::rename(p, q)?;
    Ok(())
}
