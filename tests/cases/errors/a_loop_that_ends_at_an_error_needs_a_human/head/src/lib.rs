pub fn f(r: R) -> io::Result<()> {
    while let Ok(x) = r.next_line() {
        go(x);
    }
    Ok(())
}
