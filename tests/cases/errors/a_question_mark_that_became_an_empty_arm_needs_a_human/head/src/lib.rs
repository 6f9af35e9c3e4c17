pub fn save(p: &Path) -> io::Result<()> {
    match fs::write(p, b"x") {
        Ok(()) => {}
        Err(_) => {}
    }
    fs::rename(p, q)?;
    Ok(())
}
