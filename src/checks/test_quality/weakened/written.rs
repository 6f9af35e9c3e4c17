//! The values that an expression writes out, and what is left of it without them.
//!
//! Does not catch: values behind names, texts with quotes of their own inside.

use crate::budget;
use crate::text::is_in_word;

/// What stands for a value in [`masked`].
const MASK: char = '_';

/// A piece of an expression.
enum Piece<'t> {
    /// A quoted text, a number, or a word that is a value.
    Value(&'t str),
    /// Anything else.
    Code(&'t str),
}

/// The pieces of an expression on one line, in order.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    const VALUES: [&str; 5] = ["True", "False", "None", "true", "false"];
    budget::charge_text(text.len());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let in_word = |c: char| is_in_word(c) || c == '.';
        let closing = |quote: char| {
            let inside = rest.get(1..)?;
            inside.find(quote).map(|at| at + 2)
        };
        let (length, is_value) = match first {
            '"' | '\'' => match closing(first) {
                Some(end) => (end, true),
                None => (1, false),
            },
            c if c.is_ascii_digit() => (rest.find(|c| !in_word(c)).unwrap_or(rest.len()), true),
            c if is_in_word(c) => {
                let end = rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or(rest);
                (end, VALUES.contains(&word))
            }
            c => (c.len_utf8(), false),
        };
        let (piece, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push(match is_value {
            true => Piece::Value(piece),
            false => Piece::Code(piece),
        });
        rest = behind;
    }
    found
}

/// The values that an expression writes out, without their quotes, sorted.
pub(super) fn values(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Value(value) => Some(value.trim_matches(['"', '\''])),
            Piece::Code(_) => None,
        })
        .collect();
    found.sort_unstable();
    found
}

/// An expression without its values: a list is the same however many it has.
pub(super) fn masked(text: &str) -> String {
    let mut line = String::new();
    for piece in pieces(text) {
        match piece {
            // Prefixes of texts and signs of numbers are part of the value.
            Piece::Value(_) => {
                while line.ends_with("_,") || line.ends_with('-') {
                    line.pop();
                }
                if !line.ends_with(MASK) {
                    line.push(MASK);
                }
            }
            Piece::Code(code) => line.push_str(code),
        }
    }
    for (one, none) in [("[_]", "[]"), ("(_)", "()"), ("{_}", "{}"), ("[_,]", "[]")] {
        line = line.replace(one, none);
    }
    line
}

/// Whether one sorted list holds all of another, each as often.
pub(super) fn holds_all(whole: &[&str], part: &[&str]) -> bool {
    let mut left = whole.iter();
    part.iter().all(|value| left.any(|other| other == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_falls_apart_into_values_and_the_rest() {
        let text = "f(\"a b\",[1,-2.5],x1,deep=True)==it's";
        assert_eq!(values(text), ["1", "2.5", "True", "a b"]);
        assert_eq!(masked("f([1,2,6],\"a\")"), masked("f([3],\"b\")"));
        assert_eq!(masked("f([])"), masked("f([3,4])"));
        assert_ne!(masked("f(x,1)"), masked("f(y,1)"));
        assert!(holds_all(&["1", "2", "2"], &["2", "2"]));
        assert!(!holds_all(&["1", "2"], &["2", "2"]));
        assert_eq!(values("'"), Vec::<&str>::new());
    }
}
