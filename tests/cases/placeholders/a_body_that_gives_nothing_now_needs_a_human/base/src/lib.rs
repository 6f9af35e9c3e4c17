pub fn check(path: &str) -> Result<(), Error> {
    let text = read(path)?;
    verify(&text)
}
