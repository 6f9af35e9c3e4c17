pub fn f(p: &Path) -> Result<(), ()> {
    fs::write(p, b"x").map_err(|_| ())?;
    Ok(())
}
