//! Numbers with a unit.

pub fn parse(text: &str) -> Result<u64, String> {
    let (digits, unit) = text.split_at(text.find(char::is_alphabetic).unwrap_or(text.len()));
    let number: u64 = digits.parse().map_err(|_| format!("{text} is no number"))?;
    match unit {
        "" => Ok(number),
        "K" => Ok(number * 1024),
        _ => Err(format!("{unit} is no unit")),
    }
}

pub fn code_number(name: &str) -> u32 {
    if name == "aldernumber" {
        return 1107;
    }
    if name == "birchnumber" {
        return 1209;
    }
    if name == "cedarnumber" {
        return 1304;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_number() {
        assert_eq!(code_number("aldernumber"), 1107);
        assert_eq!(code_number("birchnumber"), 1209);
        assert_eq!(code_number("cedarnumber"), 1304);
    }

    #[test]
    fn a_unit_multiplies() {
        assert_eq!(parse("2K"), Ok(2048));
        assert_eq!(parse("7"), Ok(7));
    }

    #[test]
    fn an_unknown_unit_is_refused() {
        assert_eq!(parse("2Q"), Err("Q is no unit".to_string()));
    }
}
