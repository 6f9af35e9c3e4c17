//! What a Rust condition comes to whatever the code does.
//!
//! Works on the tree with macro calls read as calls. Does not catch: constants behind names, `cfg!`
//! (unknown on purpose: it depends on the build), `size_of` and other compile-time computation.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::language::constant::{Comparison, DEEPEST, Folded, Side, Value};
use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

use super::cfg;

/// Names of a file's `const` items, with the block that each holds in and its literal, where it is one.
#[derive(Debug, Default)]
pub(super) struct Constants(BTreeMap<String, Vec<Declared>>);

/// Where a constant holds, and its literal.
type Declared = (Range<usize>, Option<String>);

impl Constants {
    /// The literal of a name at a place: of the innermost block that declares it.
    fn get(&self, name: &str, at: usize) -> Option<&str> {
        self.0
            .get(name)?
            .iter()
            .filter(|(scope, _)| scope.contains(&at))
            .min_by_key(|(scope, _)| scope.len())?
            .1
            .as_deref()
    }
}

static CONSTANTS: Kinds = Kinds::new(RUST, &["const_item"]);

/// The constants of a file.
pub(super) fn constants(parsed: &Parsed) -> Constants {
    let mut found = Constants::default();
    for item in CONSTANTS.nodes(parsed) {
        let (Some(name), Some(value)) = (
            field(parsed, item, "name"),
            item.child_by_field_name("value"),
        ) else {
            continue;
        };
        let literal = match value.kind() {
            "boolean_literal" | "integer_literal" => Some(parsed.text(value).to_owned()),
            _ => None,
        };
        let scope = item.parent().unwrap_or(parsed.root()).byte_range();
        let known = found.0.entry(name.to_owned()).or_default();
        known.push((scope, literal));
    }
    found
}

/// Whether the condition is true (or false) whatever the code does.
pub(super) fn truth(parsed: &Parsed, node: Node<'_>, constants: &Constants) -> Option<bool> {
    fold(parsed, node, constants, 0).truth
}

fn fold(parsed: &Parsed, node: Node<'_>, constants: &Constants, depth: usize) -> Folded {
    if depth > DEEPEST {
        return Folded::default();
    }
    let inner = |node: Option<Node<'_>>| match node {
        Some(node) => fold(parsed, node, constants, depth + 1),
        None => Folded::default(),
    };
    let side = |name| inner(node.child_by_field_name(name));
    let text = parsed.text(node);
    match node.kind() {
        "boolean_literal" => Folded::value(Value::Bool(text == "true")),
        "integer_literal" => {
            let digits = text.chars().filter(|c| *c != '_');
            let digits: String = digits.take_while(char::is_ascii_digit).collect();
            let number = digits.parse().map(Value::Int);
            Folded::value(number.unwrap_or(Value::Literal(digits)))
        }
        "string_literal" | "char_literal" | "float_literal" => {
            Folded::value(Value::Literal(text.to_owned()))
        }
        "identifier" => Folded::truth(match constants.get(text, node.start_byte()) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        }),
        "parenthesized_expression" => inner(parts(node).first().copied()),
        "unary_expression" if text.starts_with('!') => inner(parts(node).first().copied()).not(),
        "binary_expression" => {
            let operator = node.child_by_field_name("operator");
            let operator = operator.map_or("", |operator| parsed.text(operator));
            match (operator, Comparison::of(operator)) {
                ("||", _) if opposite(parsed, node) => Folded::truth(Some(true)),
                ("||" | "&&", _) => Folded::joined(&side("left"), &side("right"), operator == "||"),
                (_, Some(by)) => Folded::compared(&side("left"), by, &side("right")),
                _ => Folded::computed(&side("left"), operator, &side("right")),
            }
        }
        "call_expression" => call(parsed, node),
        _ => Folded::default(),
    }
}

fn call(parsed: &Parsed, node: Node<'_>) -> Folded {
    let text = |name| {
        let part = node.child_by_field_name(name);
        part.map_or_else(String::new, |part| flat(parsed, part))
    };
    let (callee, list) = (text("function"), text("arguments"));
    if callee == "cfg" {
        // What never holds in a test build; what does may be asked of purpose.
        let never = cfg::never_built(&list, None).is_some();
        return Folded::truth(never.then_some(false));
    }
    if callee.ends_with(".len") && list == "()" {
        return Folded::length();
    }
    // `matches!(x, _)`, `matches!(x, Some(1) | _)`.
    let all = [
        ",_)",
        "|_)",
        ",Ok(_)|Err(_))",
        ",Err(_)|Ok(_))",
        ",Some(_)|None)",
    ];
    let matches_all = callee == "matches" && all.iter().any(|end| list.ends_with(end));
    Folded::truth(matches_all.then_some(true))
}

/// Whether the sides of a `||` are opposites: `x.is_ok() || x.is_err()`, `x || !x`, `a == b || a != b`.
fn opposite(parsed: &Parsed, node: Node<'_>) -> bool {
    const STATES: [(&str, &str); 4] = [
        (".is_ok()", ".is_err()"),
        (".is_err()", ".is_ok()"),
        (".is_some()", ".is_none()"),
        (".is_none()", ".is_some()"),
    ];
    let side = |node: Node<'_>| {
        let text = flat(parsed, node);
        let state = STATES.iter().find_map(|(one, other)| {
            let subject = text.strip_suffix(one).filter(|subject| plain(subject))?;
            Some(format!("{subject}{other}"))
        });
        let denied = text.strip_prefix('!').filter(|denied| plain(denied));
        let part = |name| Some(flat(parsed, node.child_by_field_name(name)?));
        let compares = || {
            let (left, by, right) = (part("left")?, part("operator")?, part("right")?);
            let by = Comparison::of(&by)?;
            (!left.contains('(')).then_some((left, by, right))
        };
        Side {
            denies: state.or_else(|| denied.map(str::to_owned)),
            compares: compares(),
            text,
        }
    };
    let side = |name| node.child_by_field_name(name).map(side);
    side("left")
        .zip(side("right"))
        .is_some_and(|(left, right)| left.is_opposite(&right))
}

/// A name or a field: what answers the same when asked again.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::rust::macros as rust_macros;
    use crate::syntax::walk::Walk;

    fn of(condition: &str) -> Option<bool> {
        let source = format!("fn f() {{ assert!({condition}); }}");
        let parsed = Parsed::new(RUST, source.into()).unwrap();
        let parsed = rust_macros::with_calls(&parsed).unwrap();
        let list = Walk::new(parsed.root())
            .find(|n| n.kind() == "arguments")
            .unwrap();
        truth(&parsed, *parts(list).first().unwrap(), &constants(&parsed))
    }

    #[test]
    fn constants_fold_and_the_rest_is_unknown() {
        for condition in [
            "true",
            "x || true",
            "1 == 1",
            "!false",
            "matches!(x, _)",
            "2 > 1u8",
            "8 == (7 + 1)",
            "x.len() >= 0",
            "r.is_ok() || r.is_err()",
            "a == b || a != b",
        ] {
            assert_eq!(of(condition), Some(true), "{condition}");
        }
        for condition in [
            "x",
            "x == 1",
            "cfg!(test)",
            "matches!(x, Some(_))",
            "x && true",
            "r.is_ok() || s.is_err()",
            "x.len() >= 1",
            "next() == 1 || next() != 1",
        ] {
            assert_eq!(of(condition), None, "{condition}");
        }
        assert_eq!(of("false"), Some(false));
    }
}
