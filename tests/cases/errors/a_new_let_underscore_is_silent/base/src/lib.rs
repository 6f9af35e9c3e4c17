pub fn save(f: &mut File) -> io::Result<()> {
    f.flush()?;
    Ok(())
}
