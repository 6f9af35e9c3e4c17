//! Patterns of Go's, in Rust's syntax: braces and brackets that Go takes for themselves are escaped, and classes are
//! ASCII.
//!
//! Does not catch: an escape that Rust does not know; such a pattern is an error.

use anyhow::{Context as _, Result};
use regex::bytes::{Regex, RegexBuilder};

/// Go's syntax in Rust's: a brace that begins no repetition and a bracket inside a class stand for
/// themselves.
fn translated(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut rust = String::with_capacity(pattern.len() + 8);
    let (mut class, mut at) = (false, 0);
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match c {
            '\\' => {
                // `\z` is the same; an escaped letter that Rust does not know cannot be honoured anyway.
                rust.push(c);
                rust.extend(next);
                at += 1;
            }
            '[' if class && next == Some(':') => {
                // `[:alpha:]`
                while let Some(&inner) = chars.get(at) {
                    rust.push(inner);
                    if inner == ']' {
                        break;
                    }
                    at += 1;
                }
            }
            '[' if class => rust.push_str("\\["),
            '[' => {
                class = true;
                rust.push(c);
                if next == Some('^') {
                    rust.push('^');
                    at += 1;
                }
                // A bracket that comes first is itself.
                if chars.get(at + 1) == Some(&']') {
                    rust.push_str("\\]");
                    at += 1;
                }
            }
            ']' if class => {
                class = false;
                rust.push(c);
            }
            '&' | '~' if class && next == Some(c) => {
                rust.push('\\');
                rust.push(c);
            }
            '{' if !class && !is_repetition(&chars, at) => rust.push_str("\\{"),
            _ => rust.push(c),
        }
        at += 1;
    }
    rust
}

fn is_repetition(chars: &[char], open: usize) -> bool {
    let inside: String = chars
        .iter()
        .skip(open + 1)
        .take_while(|&&c| c != '}')
        .collect();
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (low, high) = inside.split_once(',').unwrap_or((&inside, ""));
    !low.is_empty() && digits(low) && digits(high) && chars.iter().skip(open).any(|&c| c == '}')
}

/// A pattern of Go's, compiled.
///
/// # Errors
/// Where it cannot be honoured.
pub(super) fn compiled(pattern: &str) -> Result<Regex> {
    RegexBuilder::new(&translated(pattern))
        .unicode(false)
        .size_limit(64 << 20)
        .build()
        .with_context(|| format!("the pattern {pattern:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_go_are_read() {
        for pattern in [
            r"^\${(?:[A-Z_]+|[a-z_]+)}$",
            r"[[:alnum:]_[]{3,5}",
            r"[]a]{2}",
            r"a{,3}b{x}",
            r"(?i)[\w.-]{0,50}?(?:key)[\x60'\x22\s=]{0,5}([a-z0-9]{32})(?:[\x60'\x22\s;]|\\[nr]|$)",
            r"[a&&b]~~",
        ] {
            assert!(
                compiled(pattern).is_ok(),
                "{pattern}: {}",
                translated(pattern)
            );
        }
        assert!(compiled(r"^\${([A-Z]+)}$").unwrap().is_match(b"${ABC}"));
    }
}
