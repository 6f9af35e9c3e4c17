pub fn save(p: &Path) -> io::Result<()> {
    let _ = std::panic::catch_unwind(|| fs::write(p, b"x"));
    fs::rename(p, q)?;
    Ok(())
}
