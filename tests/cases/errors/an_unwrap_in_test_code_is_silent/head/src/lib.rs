#[cfg(test)]
mod tests {
    #[test]
    fn reads() -> io::Result<()> {
        let text = read(p).unwrap();
        Ok(())
    }
}
