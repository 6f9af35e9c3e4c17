pub fn save(f: &mut File) -> io::Result<()> {
    f.flush()?;
    let _ = writeln!(log(), "saved");
    let _ = sender.send(());
    Ok(())
}
