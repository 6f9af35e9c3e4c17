pub fn store(f: &mut File, x: &X) -> io::Result<()> {
    f.write_all(x.bytes())?;
    done(f)?;
    count(x);
    Ok(())
}

fn done(f: &mut File) -> io::Result<()> {
    f.flush()
}
