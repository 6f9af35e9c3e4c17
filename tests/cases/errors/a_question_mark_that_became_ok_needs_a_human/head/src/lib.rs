pub fn save(f: &mut File) -> io::Result<()> {
    f.flush().ok();
    Ok(())
}
