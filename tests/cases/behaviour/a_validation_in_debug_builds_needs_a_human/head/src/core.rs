pub fn store(f: &mut File, x: &X) -> io::Result<()> {
    f.write_all(x.bytes())?;
    if cfg!(debug_assertions) {
        x.validate()?;
    }
    f.flush()?;
    f.sync_all()?;
    Ok(())
}
