pub fn store(f: &mut File, x: &X) -> io::Result<()> {
    f.write_all(x.bytes())?;
    f.flush()?;
    count(x);
    Ok(())
}
