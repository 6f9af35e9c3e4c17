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

    // Needs a machine with the serial port.
    #[test]
    #[ignore]
    fn the_port_is_filled() {
        let mut buffer = vec![1];
        fill(&mut buffer, 2).unwrap();
        assert_eq!(buffer, [1, 2]);
    }
}
