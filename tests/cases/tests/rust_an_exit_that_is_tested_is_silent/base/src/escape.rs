//! Escapes for a terminal.

pub fn escape(text: &str) -> String {
    text.chars().flat_map(char::escape_default).collect()
}

pub fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_escaped() {
        assert_eq!(escape("a\tb"), "a\\tb");
    }

    #[test]
    fn quotes_stand_around() {
        let quoted = quote("a");
        assert_eq!(quoted, "\"a\"");
        assert!(quoted.starts_with('"'));
    }
}
