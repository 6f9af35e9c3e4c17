pub fn store(f: &mut File, x: &X) -> io::Result<()> {
    f.write_all(x.bytes())?;
    x.validate()?;
    f.flush()?;
    f.sync_all()?;
    log(x);
    Ok(())
}
