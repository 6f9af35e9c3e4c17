pub fn save(f: &mut File) -> io::Result<()> {
    f.sync_all()?;
    if true {
        f.flush()?;
    }
    Ok(())
}
