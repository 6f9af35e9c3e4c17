pub fn save(f: &mut File) -> io::Result<()> {
    let _ = f.flush();
    f.sync_all()?;
    Ok(())
}
