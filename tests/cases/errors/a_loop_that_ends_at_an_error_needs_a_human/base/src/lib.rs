pub fn f(r: R) -> io::Result<()> {
    loop {
        let x = r.next_line()?;
        go(x);
    }
}
