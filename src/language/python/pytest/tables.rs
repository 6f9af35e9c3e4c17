//! Lists of values that Python tests go over: what is written out under a name, and where nothing is in one.
//!
//! Does not catch: what calls, files or other modules put into a list.

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::{arguments, unwrap};
use crate::language::test_model::Table;

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

/// Whether nothing is in what a loop or a table goes over: an empty list, a slice of nothing, or a name that stands for one
/// where this is read.
pub(super) fn is_empty(parsed: &Parsed, over: Node<'_>) -> bool {
    let over = unwrap(over);
    match over.kind() {
        "list" | "tuple" | "set" | "dictionary" => parts(over).is_empty(),
        "subscript" => {
            let mut slices = over.children_by_field_name("subscript");
            let slice = slices.next().map(|slice| flat(parsed, slice));
            matches!(slice.as_deref(), Some(":0" | "0:0" | "[:0]"))
        }
        "identifier" => bound_to_nothing(parsed, over),
        "call" => {
            let callee = field(parsed, over, "function").unwrap_or_default();
            let arguments = arguments(over);
            match (callee, arguments.as_slice()) {
                ("list" | "tuple" | "set" | "dict" | "iter", []) => true,
                ("enumerate" | "iter" | "list" | "reversed" | "sorted" | "tuple", [only, ..])
                    if only.kind() != "identifier" =>
                {
                    is_empty(parsed, *only)
                }
                ("range", [only]) => parsed.text(*only) == "0",
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether the last thing said of a name before a place, in its own block or else at the level of the module, is that
/// nothing is in it, and nothing changes it elsewhere.
fn bound_to_nothing(parsed: &Parsed, name: Node<'_>) -> bool {
    /// Blocks around the place that are looked at.
    const OUTWARD: usize = 12;
    let text = parsed.text(name);
    let mut at = name;
    for _ in 0..OUTWARD {
        let Some(outer) = at.parent() else {
            return false;
        };
        if !matches!(outer.kind(), "block" | "module") {
            at = outer;
            continue;
        }
        let before = parts(outer)
            .into_iter()
            .take_while(|statement| statement.start_byte() < at.start_byte());
        let is_named = |statement: &Node<'_>| {
            Walk::new(*statement).any(|n| n.kind() == "identifier" && parsed.text(n) == text)
        };
        if let Some(last) = before.filter(is_named).last() {
            return assigned(parsed, last, text)
                .is_some_and(|value| value.kind() != "identifier" && is_empty(parsed, value))
                && !(outer.kind() == "module" && changes(parsed, outer, text));
        }
        at = outer;
    }
    false
}

/// The value that a statement puts under a name, where it does that and no more.
fn assigned<'t>(parsed: &Parsed, statement: Node<'t>, name: &str) -> Option<Node<'t>> {
    let inner = parts(statement).first().copied()?;
    (statement.kind() == "expression_statement"
        && inner.kind() == "assignment"
        && field(parsed, inner, "left") == Some(name))
    .then(|| inner.child_by_field_name("right").map(unwrap))?
}

/// Whether anything in a file may put something into a name: a method of it, `+=`, another assignment.
fn changes(parsed: &Parsed, file: Node<'_>, name: &str) -> bool {
    let named = |node: Option<Node<'_>>| node.is_some_and(|node| parsed.text(node) == name);
    let mut assignments = 0;
    let mut walk = Walk::new(file);
    walk.any(|node| match node.kind() {
        "attribute" => named(node.child_by_field_name("object")),
        "augmented_assignment" => named(node.child_by_field_name("left")),
        "assignment" if named(node.child_by_field_name("left")) => {
            assignments += 1;
            assignments > 1
        }
        "global_statement" => parts(node).into_iter().any(|part| named(Some(part))),
        _ => false,
    })
}
