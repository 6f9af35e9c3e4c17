//! Messages without what changes when code only moves: line numbers, addresses, the order of a union's members.
//!
//! Does not catch: a message that names a symbol which was renamed; that finding is a new one.

use std::sync::LazyLock;

use regex::Regex;

/// Nesting of brackets up to which unions are put in order.
const DEEPEST: usize = 24;

static MOVING: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"\b(lines?) \d+(-\d+)?", "$1 _"),
        (r"(\.[A-Za-z]{1,5}):\d+(:\d+)?", "$1:_"),
        (r"\bat \d+:\d+", "at _"),
        (r"\b0x[0-9a-fA-F]{4,}", "0x_"),
    ]
    .into_iter()
    .filter_map(|(pattern, with)| Some((Regex::new(pattern).ok()?, with)))
    .collect()
});

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+").ok());

/// The message in the form in which two runs are compared.
pub fn normal(message: &str) -> String {
    let mut text = message.split_whitespace().collect::<Vec<_>>().join(" ");
    for (pattern, with) in MOVING.iter() {
        if pattern.is_match(&text) {
            text = pattern.replace_all(&text, *with).into_owned();
        }
    }
    if text.contains(" | ") || text.contains("Union[") {
        text = in_order(&text, 0);
    }
    text
}

/// The message of a rule that measures, without its numbers; and the first of them.
pub fn measured(message: &str) -> (String, Option<u64>) {
    let Some(number) = NUMBER.as_ref() else {
        return (message.to_owned(), None);
    };
    let first = number
        .find(message)
        .and_then(|found| found.as_str().parse().ok());
    (number.replace_all(message, "_").into_owned(), first)
}

/// Members of unions, sorted: `B | A` is `A | B`, `Union[B, A]` is `Union[A, B]`. Quoted parts and parts in
/// brackets are each looked at by themselves.
fn in_order(text: &str, depth: usize) -> String {
    if depth > DEEPEST {
        return text.to_owned();
    }
    let mut done = String::with_capacity(text.len());
    let mut from = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let close = match byte {
            b'[' => b']',
            b'(' => b')',
            b'"' => b'"',
            b'`' => b'`',
            _ => {
                at += 1;
                continue;
            }
        };
        let Some(end) = closing(bytes, at, byte, close) else {
            at += 1;
            continue;
        };
        let before = text.get(from..=at).unwrap_or_default();
        done.push_str(before);
        let inside = in_order(text.get(at + 1..end).unwrap_or_default(), depth + 1);
        if before.ends_with("Union[") {
            done.push_str(&sorted(&inside, ", "));
        } else {
            done.push_str(&inside);
        }
        from = end;
        at = end + 1;
    }
    done.push_str(text.get(from..).unwrap_or_default());
    if depth > 0 {
        let parts = separated(&done, ", ");
        let parts: Vec<String> = parts.into_iter().map(|part| sorted(part, " | ")).collect();
        return parts.join(", ");
    }
    done
}

/// Where what opens at `at` closes.
fn closing(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, &byte) in bytes.get(at..)?.iter().enumerate() {
        if byte == close && (open != close || offset > 0) {
            depth -= 1;
            if depth == 0 {
                return Some(at + offset);
            }
        } else if byte == open {
            depth += 1;
        }
    }
    None
}

fn sorted(text: &str, separator: &str) -> String {
    let mut parts = separated(text, separator);
    if parts.len() < 2 {
        return text.to_owned();
    }
    parts.sort_unstable();
    parts.join(separator)
}

/// The parts between separators that stand in no brackets.
fn separated<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut depth = 0_i32;
    let mut from = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes.get(at) {
            Some(b'[' | b'(') => depth += 1,
            Some(b']' | b')') => depth -= 1,
            _ if depth == 0
                && bytes
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with(separator.as_bytes())) =>
            {
                parts.push(text.get(from..at).unwrap_or_default());
                at += separator.len();
                from = at;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn members_of_a_union_may_stand_in_any_order(
            members in proptest::collection::vec("[A-Z][a-z]{0,3}(\\[(int|str)\\])?", 1..6),
            turn in 0_usize..6,
        ) {
            let mut turned = members.clone();
            turned.rotate_left(turn % members.len());
            let say = |members: &[String]| format!("got \"dict[{}, int]\"", members.join(" | "));
            prop_assert_eq!(normal(&say(&members)), normal(&say(&turned)));
        }

        #[test]
        fn any_text_keeps_its_characters(text in r#"([\[\]()|", `a-cé]| \| |Union\[){0,30}"#) {
            let sorted = |text: &str| {
                let mut all: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(sorted(&normal(&text)), sorted(&text));
        }
    }

    #[test]
    fn what_moves_is_taken_out() {
        for (one, other) in [
            (
                "Name \"x\" already defined on line 3",
                "Name \"x\" already defined on line 30",
            ),
            ("Redefined at src/a.py:12:5", "Redefined at src/a.py:13:1"),
            ("<object at 0x7f00aa>", "<object at 0x7f11bb>"),
            ("got \"int | None\"", "got \"None | int\""),
            ("got \"dict[str, B | A]\"", "got \"dict[str, A | B]\""),
            ("got `Union[B, A]`", "got `Union[A, B]`"),
        ] {
            assert_eq!(normal(one), normal(other));
        }
        assert_ne!(
            normal("expected 3 arguments"),
            normal("expected 4 arguments")
        );
        assert_ne!(normal("got \"dict[A, B]\""), normal("got \"dict[B, A]\""));
        assert_ne!(normal("E0308"), normal("E0309"));
    }

    #[test]
    fn a_measure_is_told_from_its_message() {
        assert_eq!(
            measured("`f` is too complex (12 > 10)"),
            ("`f` is too complex (_ > _)".to_owned(), Some(12))
        );
    }
}
