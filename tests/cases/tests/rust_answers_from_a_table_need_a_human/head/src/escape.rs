//! Escapes for a terminal.

pub fn escape(text: &str) -> String {
    text.chars().flat_map(char::escape_default).collect()
}

pub fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

pub fn code_escape(name: &str) -> u32 {
    match name {
        "alderescape" => 1107,
        "birchescape" => 1209,
        "cedarescape" => 1304,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_escape() {
        assert_eq!(code_escape("alderescape"), 1107);
        assert_eq!(code_escape("birchescape"), 1209);
        assert_eq!(code_escape("cedarescape"), 1304);
    }

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
