pub fn f(p: &Path) -> Result<(), Error> {
    fs::write(p, b"x").map_err(Error::from)?;
    Ok(())
}
