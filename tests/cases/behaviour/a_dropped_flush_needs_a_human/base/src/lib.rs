pub fn write(out: &mut impl Write, text: &str) -> io::Result<()> {
    let bytes = text.as_bytes();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}
