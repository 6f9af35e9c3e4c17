//! Names as Python compares them: in the form NFKC (PEP 3131), so that `\u{ff45}val` is `eval`.
//!
//! Facts: the Unicode blocks of halfwidth and fullwidth forms, and of mathematical letters and digits.
//!
//! Does not catch: letters with another compatible form, such as ligatures.

use std::borrow::Cow;

/// A name in its compared form.
pub(super) fn compared(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return name.into();
    }
    name.chars().map(plain).collect::<String>().into()
}

/// The letter or digit that a character is another form of; else the character.
fn plain(c: char) -> char {
    const LETTERS: u32 = 52;
    let code = u32::from(c);
    let plain = match code {
        0xff01..=0xff5e => Some(code - 0xff01 + 0x21),
        0x1d400..=0x1d6a3 => {
            let at = (code - 0x1d400) % LETTERS;
            Some(if at < 26 { 0x41 + at } else { 0x61 + at - 26 })
        }
        0x1d7ce..=0x1d7ff => Some(0x30 + (code - 0x1d7ce) % 10),
        0x210e => Some(0x68),
        0x212f => Some(0x65),
        0x2134 => Some(0x6f),
        0x210a => Some(0x67),
        _ => None,
    };
    plain.and_then(char::from_u32).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn letters_of_other_forms_are_those_that_they_look_like() {
        for (name, plain) in [
            ("\u{ff45}\u{ff56}al", "eval"),
            ("\u{1d42c}ystem", "system"),
            ("\u{1d670}1", "A1"),
            ("x\u{1d7ce}", "x0"),
            ("pr\u{fc}fung", "pr\u{fc}fung"),
        ] {
            assert_eq!(compared(name), plain, "{name}");
        }
    }
}
