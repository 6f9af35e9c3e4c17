//! Edge cases that a function of Rust leaves open, by what flows to them from its parameters: a collection that may be empty,
//! a number that may not fit.
//!
//! Does not catch: a guard in another function; a parameter that is bound anew.

use std::collections::BTreeMap;

use crate::budget;
use crate::language::rust::kind;
use crate::language::traps::{Trap, TrapKind};
use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::walk::{field, parts};
use crate::syntax::{Node, Walk};

static FUNCTIONS: Kinds = Kinds::new(RUST, &[kind::FUNCTION_ITEM]);

/// What says that a number was looked at before.
const FITTING: [&str; 10] = [
    "try_from",
    "try_into",
    "::MAX",
    "::MIN",
    ".min(",
    ".max(",
    ".clamp(",
    "assert",
    "checked_",
    "saturating_",
];

/// Bytes of an expression that is looked at.
const LONGEST: usize = 200;
/// Bits of what counts things or money: a value that does not fit is to be met there.
const WIDE: u32 = 64;

/// The bits of a type of whole numbers; those of the machine count as 64.
fn bits(name: &str) -> Option<u32> {
    let digits = name.strip_prefix(['u', 'i'])?;
    match digits {
        "size" => Some(64),
        digits => digits.parse().ok(),
    }
}

/// The open edge cases of a file.
pub(super) fn edges<'t>(parsed: &'t Parsed, found: &mut Vec<Trap<'t>>) {
    for function in FUNCTIONS.nodes(parsed) {
        let Some(body) = function.child_by_field_name("body") else {
            continue;
        };
        let parameters = parameters(parsed, function);
        let is_public = parts(function)
            .iter()
            .any(|it| it.kind() == kind::VISIBILITY_MODIFIER);
        if parameters.is_empty() || !is_public {
            continue;
        }
        let text = parsed.text(function);
        let mut walk = Walk::new(body);
        while let Some(node) = walk.next() {
            let trap = match node.kind() {
                kind::FUNCTION_ITEM => {
                    walk.skip_children();
                    None
                }
                kind::TYPE_CAST_EXPRESSION => narrowed(parsed, node, text, &parameters),
                kind::BINARY_EXPRESSION => division(parsed, node, text, &parameters),
                kind::CALL_EXPRESSION => unwrapped(parsed, node, text, &parameters),
                _ => None,
            };
            found.extend(trap);
        }
    }
}

/// Parameters with their types.
fn parameters<'t>(parsed: &'t Parsed, function: Node<'t>) -> BTreeMap<&'t str, &'t str> {
    let list = function.child_by_field_name("parameters").map(parts);
    let list = list.unwrap_or_default().into_iter();
    let pairs =
        list.filter_map(|one| Some((field(parsed, one, "pattern")?, field(parsed, one, "type")?)));
    pairs.collect()
}

/// Whether a function's text compares a name.
fn compares(text: &str, name: &str) -> bool {
    if !budget::charge_text(8 * text.len()) {
        return true;
    }
    [
        " <",
        " >",
        " ==",
        " !=",
        ".is_empty()",
        ".len() <",
        ".len() >",
        ".len() ==",
    ]
    .iter()
    .any(|sign| text.contains(&format!("{name}{sign}")))
}

/// `amount as u32`, where `amount` came in as a wider number.
fn narrowed<'t>(
    parsed: &'t Parsed,
    node: Node<'t>,
    text: &str,
    parameters: &BTreeMap<&str, &str>,
) -> Option<Trap<'t>> {
    let to = field(parsed, node, "type")?;
    let value = node.child_by_field_name("value")?;
    let shown = parsed.text(value);
    // What is long is built, and no parameter alone.
    let is_masked = shown.len() > LONGEST
        || ["&", "%", ">>", "(\""]
            .iter()
            .any(|sign| shown.contains(sign));
    if is_masked
        || !matches!(
            value.kind(),
            kind::IDENTIFIER | kind::PARENTHESIZED_EXPRESSION
        )
    {
        return None;
    }
    let mut names = Walk::new(value).filter(|it| it.kind() == kind::IDENTIFIER);
    let wide = names.find(|name| {
        let name = parsed.text(*name);
        let from = parameters.get(name).and_then(|it| bits(it));
        from.zip(bits(to))
            .is_some_and(|(from, to)| from >= WIDE && from > to)
            && !compares(text, name)
    })?;
    let name = parsed.text(wide);
    let is_fitted =
        budget::charge_text(4 * text.len()) && FITTING.iter().any(|sign| text.contains(sign));
    let from = parameters.get(name)?;
    (!is_fitted).then(|| Trap {
        node,
        kind: TrapKind::NarrowingCast,
        message: format!(
            "`{shown} as {to}` drops what does not fit: `{name}` comes in as {from}, and nothing looks at it"
        ),
        is_likely: true,
    })
}

/// `total / values.len()`.
fn division<'t>(
    parsed: &'t Parsed,
    node: Node<'t>,
    text: &str,
    parameters: &BTreeMap<&str, &str>,
) -> Option<Trap<'t>> {
    let right = node.child_by_field_name("right")?;
    let shown = parsed.text(right);
    if !matches!(field(parsed, node, "operator")?, "/" | "%") || shown.len() > LONGEST {
        return None;
    }
    let count = shown
        .split(" as ")
        .next()
        .unwrap_or(shown)
        .trim_start_matches('(');
    let name = count.strip_suffix(".len()")?;
    let is_array = parameters.get(name)?.contains(';');
    let is_stated = text.contains("empty") || compares(text, name) || is_array;
    let is_float = shown.contains("f64") || shown.contains("f32");
    let what = match is_float {
        true => "the quotient is no number",
        false => "the division panics",
    };
    (!is_stated).then(|| Trap {
        node,
        kind: TrapKind::EmptyCollection,
        message: format!("`{count}` is 0 where `{name}` is empty, and {what}"),
        is_likely: true,
    })
}

/// `values.iter().max().unwrap()`.
fn unwrapped<'t>(
    parsed: &'t Parsed,
    node: Node<'t>,
    text: &str,
    parameters: &BTreeMap<&str, &str>,
) -> Option<Trap<'t>> {
    const OF_NONE: [&str; 8] = [
        ".max()",
        ".min()",
        ".first()",
        ".last()",
        ".max_by(",
        ".min_by(",
        ".max_by_key(",
        ".min_by_key(",
    ];
    let shown = parsed.text(node);
    let chain = shown
        .strip_suffix(".unwrap()")
        .filter(|chain| chain.len() < LONGEST)?;
    let name = chain.split('.').next()?;
    let is_taken = OF_NONE.iter().any(|call| chain.contains(call));
    let is_array = parameters.get(name)?.contains(';');
    let is_stated = text.contains("empty") || compares(text, name) || is_array;
    (is_taken && !is_stated).then(|| Trap {
        node,
        kind: TrapKind::EmptyCollection,
        message: format!("`unwrap` panics where `{name}` is empty"),
        is_likely: true,
    })
}
