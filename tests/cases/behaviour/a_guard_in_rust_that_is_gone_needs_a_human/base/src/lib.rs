pub fn take(have: u64, want: u64) -> Result<u64, Error> {
    if want > have {
        return Err(Error::Short);
    }
    Ok(have - want)
}
