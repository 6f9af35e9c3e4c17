pub fn save(f: &mut File) -> io::Result<()> {
    f.flush()?;
    f.sync_all()?;
    Ok(())
}
