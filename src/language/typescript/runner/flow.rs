//! Whether what stands in a test runs, and what drops its failure: handlers, branches that return, functions that
//! nothing calls, loops over nothing.
//!
//! Does not catch: what a function that is handed a callback does with it.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{Chain, is_end, is_function, unwrap};
use crate::language::Parsed;
use crate::language::test_model::Fate;
use crate::language::test_model::reading::of_the_machine;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// Whether an expression prints, and no more.
pub(super) fn prints(parsed: &Parsed, node: Node<'_>) -> bool {
    field(parsed, node, "function").is_some_and(|callee| callee.starts_with("console."))
}

/// Whether a call of this name fails a test.
pub(super) fn is_failure(name: &str) -> bool {
    matches!(name, "fail" | "unreachable" | "reject")
}

/// Whether a call of this name throws where there is no such thing: queries of Testing Library.
pub(super) fn throws_where_missing(name: &str) -> bool {
    ["getBy", "getAllBy", "findBy", "findAllBy"]
        .iter()
        .any(|begin| name.starts_with(begin))
        || matches!(name, "waitFor" | "waitForElementToBeRemoved")
}

/// How a handler drops an assertion's failure; none where it fails itself, or asks of what it caught.
pub(super) fn swallows(parsed: &Parsed, handler: Node<'_>) -> Option<Fate> {
    let block = handler.child_by_field_name("body")?;
    let caught = field(parsed, handler, "parameter").unwrap_or_default();
    let mut keeps = false;
    for node in Walk::new(block) {
        match node.kind() {
            kind::THROW_STATEMENT => return None,
            kind::CALL_EXPRESSION | kind::MEMBER_EXPRESSION if is_end(node) => {
                let chain = Chain::of(parsed, node);
                let name = chain.name(parsed);
                let called = chain.called(parsed);
                let lower = called.to_ascii_lowercase();
                let asserts = matches!(name, "expect" | "assert" | "should" | "t")
                    || lower.contains("assert");
                let hands_on = parsed.text(node).contains(caught) && !caught.is_empty();
                let ends = is_failure(called)
                    || matches!(called, "exit" | "done" | "next" | "cb" | "callback");
                if asserts || ends || chain.has("should") {
                    return None;
                }
                keeps |= name != "console" && (hands_on || !called.is_empty());
            }
            kind::ASSIGNMENT_EXPRESSION | kind::RETURN_STATEMENT | kind::UPDATE_EXPRESSION => {
                keeps = true;
            }
            _ => {}
        }
    }
    let how = match caught {
        "" => "`catch`".to_owned(),
        caught => format!("`catch ({caught})`"),
    };
    Some(match keeps {
        true => Fate::PerhapsSwallowed(how),
        false => Fate::Swallowed(how),
    })
}

/// Whether a compound statement may return from the function, so that what follows it may not run.
pub(super) fn returns_within(parsed: &Parsed, statement: Node<'_>) -> bool {
    let compound = matches!(
        statement.kind(),
        kind::IF_STATEMENT | kind::TRY_STATEMENT | kind::SWITCH_STATEMENT
    );
    let condition = statement.child_by_field_name("condition");
    if !compound || condition.is_some_and(|c| of_the_machine(&flat(parsed, c))) {
        return false;
    }
    // A skip says so, and what hands an error on fails.
    let text = parsed.text(statement);
    let says_so = [
        ".skip(",
        "done(",
        "cb(err",
        "callback(err",
        "next(err",
        "reject(",
        "expect",
    ];
    if says_so.iter().any(|word| text.contains(word)) {
        return false;
    }
    let mut walk = Walk::new(statement);
    while let Some(node) = walk.next() {
        match node.kind() {
            kind::FUNCTION_DECLARATION | kind::CLASS | kind::CLASS_DECLARATION => {
                walk.skip_children();
            }
            _ if is_function(node) => walk.skip_children(),
            kind::RETURN_STATEMENT => return true,
            _ => {}
        }
    }
    false
}

/// Functions inside whose name stands nowhere else.
pub(super) fn uncalled<'t>(parsed: &'t Parsed, block: Node<'t>) -> BTreeSet<&'t str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut inner: BTreeSet<&str> = BTreeSet::new();
    for node in Walk::new(block) {
        match node.kind() {
            kind::FUNCTION_DECLARATION => inner.extend(field(parsed, node, "name")),
            kind::VARIABLE_DECLARATOR => {
                let value = node.child_by_field_name("value");
                if value.is_some_and(is_function) {
                    let name = node.child_by_field_name("name");
                    let name = name.filter(|name| name.kind() == kind::IDENTIFIER);
                    inner.extend(name.map(|name| parsed.text(name)));
                }
            }
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER => {
                *counts.entry(parsed.text(node)).or_default() += 1;
            }
            _ => {}
        }
    }
    inner.retain(|name| counts.get(name).is_none_or(|count| *count <= 1));
    inner
}

/// Whether nothing is in what a loop goes over, as it is written.
pub(super) fn is_empty(parsed: &Parsed, over: Node<'_>) -> bool {
    let over = unwrap(over);
    match over.kind() {
        kind::ARRAY => parts(over).is_empty(),
        kind::CALL_EXPRESSION => match flat(parsed, over).as_str() {
            "Object.keys({})" | "Object.entries({})" | "Object.values({})" | "Array.from([])" => {
                true
            }
            text => text == "[].entries()",
        },
        kind::NEW_EXPRESSION => matches!(
            flat(parsed, over).as_str(),
            "new Set()" | "new Map()" | "new Array()"
        ),
        _ => false,
    }
}

/// Functions that make a promise, and end it by calling what they are given.
pub(super) fn executors(parsed: &Parsed, block: Node<'_>) -> Vec<std::ops::Range<usize>> {
    let made = Walk::new(block).filter(|n| n.kind() == kind::NEW_EXPRESSION);
    let promises = made.filter(|n| field(parsed, *n, "constructor") == Some("Promise"));
    promises.map(|n| n.byte_range()).collect()
}
