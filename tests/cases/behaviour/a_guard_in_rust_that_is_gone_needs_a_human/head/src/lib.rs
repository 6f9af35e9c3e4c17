pub fn take(have: u64, want: u64) -> Result<u64, Error> {
    Ok(have - want)
}
