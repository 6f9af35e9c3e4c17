//! Lists of values that Python tests go over: what is written out under a name, and where nothing is in one.
//!
//! Does not catch: what calls, files or other modules put into a list.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::{arguments, keyword, leaf, unwrap};
use crate::language::test_model::reading::one_line;
use crate::language::test_model::strength::number;
use crate::language::test_model::{Sample, Table};

/// The list of values that an assignment puts under a name; none where it is of something else.
pub(super) fn table(parsed: &Parsed, name: Node<'_>, value: Node<'_>) -> Option<Table> {
    /// Rows that are told apart.
    const MOST: usize = 2_000;
    let value = unwrap(value);
    let listed = |node: Node<'_>| matches!(node.kind(), "list" | "tuple" | "dictionary" | "set");
    let (rows, narrowed) = match value.kind() {
        _ if listed(value) => (parts(value), None),
        "subscript" => {
            let over = unwrap(value.child_by_field_name("value")?);
            let slice = value
                .children_by_field_name("subscript")
                .find(|part| part.kind() == "slice")?;
            let rows = if listed(over) {
                parts(over)
            } else {
                Vec::new()
            };
            (rows, Some(format!("[{}]", flat(parsed, slice))))
        }
        "list_comprehension" => {
            let clauses = parts(value);
            let filter = clauses.iter().find(|part| part.kind() == "if_clause")?;
            let over = clauses
                .iter()
                .find_map(|part| part.child_by_field_name("right"));
            let rows = over.filter(|over| listed(*over)).map(parts);
            (rows.unwrap_or_default(), Some(flat(parsed, *filter)))
        }
        _ => return None,
    };
    let rows = rows.into_iter().take(MOST).map(|row| flat(parsed, row));
    Some(Table {
        name: parsed.text(name).to_owned(),
        rows: rows.collect(),
        narrowed,
        place: parsed.place(name),
    })
}

/// How much of what hypothesis generates the tests of a file go through.
pub(super) fn samples(parsed: &Parsed) -> Vec<Sample> {
    let calls = Walk::new(parsed.root()).filter(|n| n.kind() == "call");
    let sample = |call: Node<'_>| {
        let most = keyword(parsed, call, "max_examples");
        let most = most.and_then(|n| number(parsed.text(n)));
        let callee = call.child_by_field_name("function")?;
        (most.is_some() || leaf(parsed, callee) == "assume").then(|| Sample {
            most,
            text: one_line(parsed.text(call)),
            place: parsed.place(call),
        })
    };
    let mut found: Vec<Sample> = calls.filter_map(sample).collect();
    let loops = Walk::new(parsed.root()).filter(|n| n.kind() == "for_statement");
    found.extend(loops.filter_map(|repeated| rounds(parsed, repeated)));
    found
}

/// How often a loop over a plain range takes random values.
fn rounds(parsed: &Parsed, repeated: Node<'_>) -> Option<Sample> {
    let over = repeated.child_by_field_name("right")?;
    let is_range = over.kind() == "call" && field(parsed, over, "function") == Some("range");
    let rounds = arguments(over).first().copied().filter(|_| is_range)?;
    let most = number(parsed.text(rounds))?;
    let body = repeated.child_by_field_name("body")?;
    let mut inside = Walk::new(body);
    let is_random = inside.any(|n| {
        n.kind() == "identifier"
            && matches!(
                parsed.text(n),
                "random" | "randint" | "rng" | "choice" | "randrange"
            )
    });
    is_random.then(|| Sample {
        most: Some(most),
        text: one_line(parsed.text(over)),
        place: parsed.place(over),
    })
}

/// Whether nothing is in what a loop or a table goes over: an empty list, a slice of nothing, or a name that stands for one
/// where this is read. `nothing` are the names of the module that do ([`bound_to_nothing`]).
pub(super) fn is_empty(parsed: &Parsed, over: Node<'_>, nothing: &BTreeSet<String>) -> bool {
    let over = unwrap(over);
    match over.kind() {
        "identifier" => names_nothing(parsed, over, nothing),
        "call" => {
            let callee = field(parsed, over, "function").unwrap_or_default();
            match (callee, arguments(over).as_slice()) {
                ("enumerate" | "iter" | "list" | "reversed" | "sorted" | "tuple", [only, ..])
                    if only.kind() != "identifier" =>
                {
                    is_empty(parsed, *only, nothing)
                }
                _ => holds_nothing(parsed, over),
            }
        }
        _ => holds_nothing(parsed, over),
    }
}

/// Whether an expression is empty as it is written.
fn holds_nothing(parsed: &Parsed, value: Node<'_>) -> bool {
    match value.kind() {
        "list" | "tuple" | "set" | "dictionary" => parts(value).is_empty(),
        "subscript" => {
            let mut slices = value.children_by_field_name("subscript");
            let slice = slices.next().map(|slice| flat(parsed, slice));
            matches!(slice.as_deref(), Some(":0" | "0:0" | "[:0]"))
        }
        "call" => {
            let callee = field(parsed, value, "function").unwrap_or_default();
            match (callee, arguments(value).as_slice()) {
                ("list" | "tuple" | "set" | "dict" | "iter", []) => true,
                ("range", [only]) => parsed.text(*only) == "0",
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether the last thing said of a name before a place, in its own block or else at the level of the module, is that
/// nothing is in it, and nothing changes it elsewhere.
fn names_nothing(parsed: &Parsed, name: Node<'_>, nothing: &BTreeSet<String>) -> bool {
    /// Blocks around the place that are looked at.
    const OUTWARD: usize = 12;
    /// Statements before it in each that are.
    const BEFORE: usize = 64;
    let text = parsed.text(name);
    let mut at = name;
    for _ in 0..OUTWARD {
        let Some(outer) = at.parent() else {
            return false;
        };
        match outer.kind() {
            "module" => return nothing.contains(text),
            "block" => {
                let before: Vec<Node<'_>> = parts(outer)
                    .into_iter()
                    .take_while(|statement| statement.start_byte() < at.start_byte())
                    .collect();
                let is_named = |statement: &&Node<'_>| {
                    Walk::new(**statement)
                        .any(|n| n.kind() == "identifier" && parsed.text(n) == text)
                };
                if let Some(last) = before.iter().rev().take(BEFORE).find(is_named) {
                    return assigned(parsed, *last, text)
                        .is_some_and(|value| holds_nothing(parsed, value));
                }
            }
            _ => {}
        }
        at = outer;
    }
    false
}

/// The names of a module that are bound once, to nothing, and that nothing of the file changes: no method is called on
/// one, none is handed on, bound again or declared `global`.
pub(super) fn bound_to_nothing(parsed: &Parsed) -> BTreeSet<String> {
    let statements = parts(parsed.root());
    let bound = statements.iter().filter_map(|statement| {
        let name = parts(*statement)
            .first()
            .and_then(|inner| field(parsed, *inner, "left"))?;
        let value = assigned(parsed, *statement, name)?;
        holds_nothing(parsed, value).then_some(name)
    });
    let mut names: BTreeSet<&str> = bound.collect();
    if names.is_empty() {
        return BTreeSet::new();
    }
    let mut once: BTreeSet<&str> = BTreeSet::new();
    for node in Walk::new(parsed.root()) {
        let changed: Vec<Node<'_>> = match node.kind() {
            "attribute" => node.child_by_field_name("object").into_iter().collect(),
            "augmented_assignment" => node.child_by_field_name("left").into_iter().collect(),
            "argument_list" if only_reads(parsed, node) => continue,
            "global_statement" | "argument_list" => parts(node),
            "assignment" => {
                let left = field(parsed, node, "left").unwrap_or_default();
                if names.contains(left) && !once.insert(left) {
                    names.remove(left);
                }
                continue;
            }
            _ => continue,
        };
        for one in changed.into_iter().filter(|one| one.kind() == "identifier") {
            names.remove(parsed.text(one));
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Whether a call that takes these arguments changes none of them: a mark on a test, or a builtin that reads.
fn only_reads(parsed: &Parsed, arguments: Node<'_>) -> bool {
    const READ: [&str; 12] = [
        "len",
        "enumerate",
        "sorted",
        "list",
        "tuple",
        "iter",
        "reversed",
        "zip",
        "any",
        "all",
        "set",
        "print",
    ];
    let call = arguments.parent();
    let marks = call
        .and_then(|call| call.parent())
        .is_some_and(|outer| outer.kind() == "decorator");
    marks
        || call
            .and_then(|call| field(parsed, call, "function"))
            .is_some_and(|name| READ.contains(&name))
}

/// The value that a statement puts under a name, where it does that and no more.
fn assigned<'t>(parsed: &Parsed, statement: Node<'t>, name: &str) -> Option<Node<'t>> {
    let inner = parts(statement).first().copied()?;
    (statement.kind() == "expression_statement"
        && inner.kind() == "assignment"
        && field(parsed, inner, "left") == Some(name))
    .then(|| inner.child_by_field_name("right").map(unwrap))?
}
