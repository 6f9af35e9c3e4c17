//! Traps of TypeScript and JavaScript.
//!
//! Does not catch: numbers that are sorted under a name that says nothing of them; a list that is filled through a
//! variable.

use crate::language::Parsed;
use crate::language::traps::{Trap, TrapKind};
use crate::language::typescript::kind;
use crate::language::typescript::values::unwrapped;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parents, parts};

pub(super) fn traps(parsed: &Parsed) -> Vec<Trap<'_>> {
    let nodes = Walk::new(parsed.root());
    let calls = nodes.filter(|node| node.kind() == kind::CALL_EXPRESSION);
    calls.filter_map(|call| trap(parsed, call)).collect()
}

fn trap<'t>(parsed: &'t Parsed, call: Node<'t>) -> Option<Trap<'t>> {
    let callee = call.child_by_field_name("function")?;
    let given = parts(call.child_by_field_name("arguments")?);
    if let ("useEffect" | "useLayoutEffect" | "React.useEffect", Some(effect)) =
        (parsed.text(callee), given.first())
    {
        return never_undone(parsed, call, *effect);
    }
    if callee.kind() != kind::MEMBER_EXPRESSION {
        let text = parsed.text(callee);
        return (text == "parseInt" && given.len() == 1).then(|| Trap {
            node: call,
            kind: TrapKind::RadixLeftOut,
            is_likely: false,
            message: "`parseInt` without a radix: `\"0x10\"` is 16".to_owned(),
        });
    }
    let of = callee.child_by_field_name("object")?;
    match (field(parsed, callee, "property")?, given.as_slice()) {
        ("forEach", [function, ..]) => awaits_nothing(parsed, call, *function),
        ("sort" | "toSorted", []) => {
            let numbers = are_numbers(parsed, of, 0);
            numbers.then(|| Trap {
                node: call,
                kind: TrapKind::SortedAsText,
                is_likely: false,
                message: format!(
                    "`{}` compares as text: 10 comes before 9",
                    short(&format!("{}.sort()", flat(parsed, of)))
                ),
            })
        }
        ("fill", [value]) => {
            let value = unwrapped(*value);
            let is_made = matches!(value.kind(), kind::ARRAY | kind::OBJECT)
                || value.kind() == kind::NEW_EXPRESSION;
            let is_new = parsed.text(of).starts_with("new Array(")
                || parsed.text(of).starts_with("Array(")
                || parsed.text(of).starts_with("Array.from(");
            (is_made && is_new).then(|| Trap {
                node: call,
                kind: TrapKind::SharedFill,
                is_likely: false,
                message: format!(
                    "`{}` puts one and the same object in every place",
                    short(&flat(parsed, call))
                ),
            })
        }
        _ => None,
    }
}

/// An effect of React that begins something and gives nothing back by which it ends: each run begins it once more.
fn never_undone<'t>(parsed: &Parsed, call: Node<'t>, effect: Node<'t>) -> Option<Trap<'t>> {
    const BEGINS: [&str; 5] = [
        "setInterval",
        "addEventListener",
        "subscribe",
        "observe",
        "addListener",
    ];
    let body = effect.child_by_field_name("body")?;
    let mut begins = None;
    let mut walk = Walk::new(body);
    while let Some(node) = walk.next() {
        match node.kind() {
            kind::RETURN_STATEMENT if node.named_child_count() > 0 => return None,
            kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::FUNCTION_DECLARATION => {
                walk.skip_children();
            }
            kind::CALL_EXPRESSION => {
                let callee = field(parsed, node, "function").unwrap_or_default();
                let last = callee.rsplit(['.', '?']).next().unwrap_or_default();
                let given = field(parsed, node, "arguments").unwrap_or_default();
                let ends = given.contains("once") || given.contains("signal");
                if BEGINS.contains(&last) && !ends {
                    begins = Some(last);
                }
            }
            _ => {}
        }
    }
    // `() => subject.subscribe(..)` gives back what it gives.
    let last = begins.filter(|_| body.kind() == kind::STATEMENT_BLOCK)?;
    Some(Trap {
        node: call,
        kind: TrapKind::NeverUndone,
        is_likely: false,
        message: format!("the effect calls `{last}` and gives nothing back that ends it"),
    })
}

/// `rows.forEach(async (row) => { await .. })`: nobody waits, and nobody learns of a failure.
fn awaits_nothing<'t>(parsed: &Parsed, call: Node<'t>, function: Node<'t>) -> Option<Trap<'t>> {
    let is_async = function
        .children()
        .next()
        .is_some_and(|first| parsed.text(first) == "async");
    let body = function.child_by_field_name("body").filter(|_| is_async)?;
    let mut inner = Walk::new(body).take(2_000);
    let waits = inner.any(|node| node.kind() == kind::AWAIT_EXPRESSION);
    // What catches all that may happen in it is at peace.
    let statements = parts(body);
    let is_caught = matches!(statements.as_slice(), [only] if only.kind() == kind::TRY_STATEMENT);
    (waits && !is_caught).then(|| Trap {
        node: call,
        kind: TrapKind::AsyncForEach,
        is_likely: false,
        message: "`forEach` waits for no `async` function: what follows runs before it is done, and its failures reach nobody".to_owned(),
    })
}

/// Whether a list is known to be one of numbers: by a literal, by its type, or by what it is mapped to.
fn are_numbers(parsed: &Parsed, list: Node<'_>, depth: usize) -> bool {
    let list = unwrapped(list);
    if depth > 3 {
        return false;
    }
    match list.kind() {
        kind::ARRAY => {
            let all = parts(list);
            match all.as_slice() {
                [only] if only.kind() == kind::SPREAD_ELEMENT => only
                    .named_child(0)
                    .is_some_and(|inner| are_numbers(parsed, inner, depth + 1)),
                [] => false,
                _ => all.iter().all(|one| one.kind() == kind::NUMBER),
            }
        }
        kind::CALL_EXPRESSION => {
            let callee = list.child_by_field_name("function");
            let property = callee.and_then(|callee| field(parsed, callee, "property"));
            let given = list.child_by_field_name("arguments").map(parts);
            let given = given.unwrap_or_default();
            let first = given.first().map_or("", |first| parsed.text(*first));
            let object = callee.and_then(|callee| callee.child_by_field_name("object"));
            match property {
                Some("map") => matches!(first, "Number" | "parseFloat"),
                Some("slice" | "filter" | "concat") => {
                    object.is_some_and(|of| are_numbers(parsed, of, depth + 1))
                }
                _ => false,
            }
        }
        kind::IDENTIFIER => is_typed(parsed, list),
        _ => false,
    }
}

/// Whether the function around declares a name as a list of numbers.
fn is_typed(parsed: &Parsed, name: Node<'_>) -> bool {
    const TYPES: [&str; 4] = [
        ":number[]",
        ":Array<number>",
        ":readonly number[]",
        ":Set<number>",
    ];
    let text = parsed.text(name);
    let functions = parents(name, parsed.root())
        .filter(|above| above.child_by_field_name("parameters").is_some());
    for function in functions.take(2) {
        let list = function.child_by_field_name("parameters").map(parts);
        let own = list.unwrap_or_default().into_iter().find(|one| {
            let pattern = one.child_by_field_name("pattern");
            pattern.is_some_and(|pattern| parsed.text(pattern) == text)
        });
        if let Some(own) = own {
            let typed = own.child_by_field_name("type");
            let typed = typed.map(|typed| flat(parsed, typed));
            return typed.is_some_and(|typed| TYPES.contains(&typed.as_str()));
        }
        let mut inside = Walk::new(function).take(2_000);
        let declared = inside.find(|node| {
            node.kind() == kind::VARIABLE_DECLARATOR && field(parsed, *node, "name") == Some(text)
        });
        let typed = declared.and_then(|one| one.child_by_field_name("type"));
        if let Some(typed) = typed {
            return TYPES.contains(&flat(parsed, typed).as_str());
        }
    }
    false
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.chars().count() <= MOST {
        true => text.to_owned(),
        false => text.chars().take(MOST).chain("..".chars()).collect(),
    }
}
