pub fn fill(buffer: &mut Vec<u8>, byte: u8) -> Result<(), String> {
    if byte == 0 {
        return Err("empty".into());
    }
    buffer.push(byte);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_byte_leaves_the_buffer_as_it_was() {
        let mut buffer = vec![1];
        let before = buffer.clone();
        let refused = fill(&mut buffer, 0);
        assert!(refused.is_err());
        assert_eq!(buffer, before);
    }
}
