//! Rust with its macro calls read as calls.
//!
//! The grammar keeps what stands between the parentheses of a macro as plain tokens. Most macros of
//! tests (`assert_eq!`, `matches!`, `rgtest!(name, |dir| { .. })`) take expressions, so their text is
//! Rust once the `!` is blanked: `assert_eq!(a, b)` reads as `assert_eq (a, b)` on the very same bytes.
//! `proptest! { .. }` and `quickcheck! { .. }` hold functions and read as modules.
//!
//! Does not catch: macros with a syntax of their own; their text then has parse errors, which stay
//! within the call. Bodies of `macro_rules!` are left as they are.

use std::ops::Deref;

use crate::language::rust::kind;
use crate::language::{Parsed, RUST};
use crate::syntax::{Node, Walk};

/// A file with its macro calls read as calls.
pub(super) enum Reading<'p> {
    /// It has none: the file as it was parsed.
    AsItIs(&'p Parsed),
    /// Parsed anew.
    Anew(Box<Parsed>),
}

impl Deref for Reading<'_> {
    type Target = Parsed;

    fn deref(&self) -> &Parsed {
        match self {
            Reading::AsItIs(parsed) => parsed,
            Reading::Anew(parsed) => parsed,
        }
    }
}

/// The same file, byte for byte in place, with macro calls read as calls; none where it does not parse.
pub(super) fn with_calls(parsed: &Parsed) -> Option<Reading<'_>> {
    if !parsed.source.contains('!') {
        return Some(Reading::AsItIs(parsed));
    }
    let mut bytes = parsed.source.as_bytes().to_vec();
    let mut changed = false;
    let mut blank = |bytes: &mut Vec<u8>, range: std::ops::Range<usize>, with: &[u8]| {
        if let Some(place) = bytes.get_mut(range) {
            let padding = std::iter::repeat(&b' ');
            for (byte, new) in place.iter_mut().zip(with.iter().chain(padding)) {
                if *byte != b'\n' {
                    *byte = *new;
                }
            }
            changed = true;
        }
    };
    let mut walk = Walk::new(parsed.root());
    // `name ! token_tree`, as a call of its own or among the tokens of another: the three follow each
    // other in this order.
    let mut last: Option<Node<'_>> = None;
    let mut bang: Option<(Node<'_>, Node<'_>)> = None;
    while let Some(body) = walk.next() {
        if body.kind() == kind::MACRO_DEFINITION {
            walk.skip_children();
            continue;
        }
        if body.kind() == "!" {
            bang = last
                .filter(|n| n.kind() == kind::IDENTIFIER)
                .map(|name| (name, body));
            last = Some(body);
            continue;
        }
        last = Some(body);
        let Some((name, node)) = bang.take().filter(|_| body.kind() == kind::TOKEN_TREE) else {
            continue;
        };
        let opens = parsed.text(body).as_bytes().first().copied();
        let called = parsed.text(name);
        match opens {
            Some(b'(') => blank(&mut bytes, node.byte_range(), b""),
            Some(b'{') if matches!(called, "proptest" | "quickcheck") => {
                blank(&mut bytes, name.start_byte()..node.end_byte(), b"mod p_");
                for parameters in strategy_parameters(parsed, body) {
                    blank(&mut bytes, parameters, b"");
                }
            }
            _ => {}
        }
    }
    if !changed {
        return Some(Reading::AsItIs(parsed));
    }
    let text = String::from_utf8(bytes).ok()?;
    let anew = Parsed::new(RUST, text.into())?;
    Some(Reading::Anew(Box::new(anew)))
}

/// The insides of `fn name( .. )` parameter lists with `in`, which is proptest's syntax and no Rust;
/// and of the leading `#![proptest_config(..)]`.
fn strategy_parameters(parsed: &Parsed, body: Node<'_>) -> Vec<std::ops::Range<usize>> {
    let children: Vec<_> = body.children().collect();
    let mut found = Vec::new();
    for window in children.windows(3) {
        let [word, _, parameters] = window else {
            continue;
        };
        if parsed.text(*word) == "fn" && parameters.kind() == kind::TOKEN_TREE {
            let range = parameters.byte_range();
            let has_in = Walk::new(*parameters).any(|n| parsed.text(n) == "in");
            if has_in && range.len() > 2 {
                found.push(range.start + 1..range.end - 1);
            }
        }
        if parsed.text(*word) == "#" && parsed.text(window[1]) == "!" {
            found.push(word.start_byte()..parameters.end_byte());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Parsed {
        let parsed = Parsed::new(RUST, source.into()).unwrap();
        match with_calls(&parsed).unwrap() {
            Reading::Anew(anew) => *anew,
            Reading::AsItIs(_) => parsed,
        }
    }

    #[test]
    fn an_assertion_reads_as_a_call_on_the_same_bytes() {
        let source = "fn f() { assert_eq!(g(1), vec![2]); }";
        let parsed = read(source);
        let call = Walk::new(parsed.root())
            .find(|n| n.kind() == "call_expression")
            .unwrap();
        assert_eq!(parsed.text(call), "assert_eq (g(1), vec![2])");
        assert_eq!(&source[call.byte_range()], "assert_eq!(g(1), vec![2])");
    }

    #[test]
    fn a_nested_macro_reads_as_a_call_too() {
        let parsed = read("fn f() { assert!(matches!(x, Some(_))); }");
        let calls = Walk::new(parsed.root()).filter(|n| n.kind() == "call_expression");
        assert_eq!(calls.count(), 3, "{}", parsed.source);
        assert!(!parsed.root().has_error());
    }

    #[test]
    fn properties_read_as_functions_of_a_module() {
        let parsed = read(
            "proptest! {\n    #![proptest_config(Config::with_cases(9))]\n    #[test]\n    fn holds(x in 0..9u8) { prop_assert!(x < 9); }\n}\n",
        );
        let found = Walk::new(parsed.root()).find(|n| n.kind() == "function_item");
        assert!(found.is_some(), "{}", parsed.source);
        assert!(!parsed.root().has_error(), "{}", parsed.source);
    }

    #[test]
    fn a_macro_definition_stays_as_it_is() {
        let source = "macro_rules! m { ($a:expr) => { assert!($a) } }";
        assert_eq!(&*read(source).source, source);
    }
}
