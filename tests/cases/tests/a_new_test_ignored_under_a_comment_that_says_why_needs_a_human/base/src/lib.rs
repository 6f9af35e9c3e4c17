pub fn fill(buffer: &mut Vec<u8>, byte: u8) -> Result<(), String> {
    if byte == 0 {
        return Err("empty".into());
    }
    buffer.push(byte);
    Ok(())
}
