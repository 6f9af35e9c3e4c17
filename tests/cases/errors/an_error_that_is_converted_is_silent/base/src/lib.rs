pub fn f(p: &Path) -> Result<(), Error> {
    fs::write(p, b"x")?;
    Ok(())
}
