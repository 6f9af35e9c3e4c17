//! Marks and parameter tables of Python tests: skips with their conditions folded, rows with theirs.
//!
//! Does not catch: marks put on by a plugin, tables computed at import.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::flat;
use crate::syntax::walk::parts;
use crate::text::is_in_word;

use super::assert::{arguments, keyword, leaf, unwrap};
use super::fold::truth;
use super::row;
use super::tables::is_empty;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Mark, MarkKind};

/// The mark that a decorator (or an element of `pytestmark`) is.
pub(super) fn mark(parsed: &Parsed, node: Node<'_>) -> Option<Mark> {
    let call = (node.kind() == "call").then_some(node);
    let callee = call
        .and_then(|call| call.child_by_field_name("function"))
        .unwrap_or(node);
    let path = flat(parsed, callee);
    let leaf = leaf(parsed, callee);
    if !(path.contains("mark.") || path.starts_with("unittest.") || path == leaf) {
        return None;
    }
    let first = call.and_then(|call| arguments(call).first().copied());
    let keyed = |name: &str| call.and_then(|call| keyword(parsed, call, name));
    let (kind, condition, reason) = match leaf {
        "skip" => (MarkKind::Skip, None, keyed("reason").or(first)),
        "skipif" | "skipIf" | "skipUnless" => {
            let condition = keyed("condition").or(first);
            (
                MarkKind::Skip,
                condition,
                keyed("reason").or_else(|| call.and_then(|c| arguments(c).get(1).copied())),
            )
        }
        "xfail" => (
            MarkKind::ExpectedFailure,
            keyed("condition").or(first),
            keyed("reason"),
        ),
        "expectedFailure" => (MarkKind::ExpectedFailure, None, None),
        _ => return None,
    };
    // A condition that is always true is none.
    let always = condition.and_then(|c| {
        let text = flat(parsed, c);
        let quoted = match unwrap(c).kind() {
            // pytest evaluates a string as an expression.
            "string" => matches!(text.trim_matches(['"', '\'']), "True" | "1").then_some(true),
            _ => None,
        };
        quoted.or_else(|| {
            (unwrap(c).kind() != "string")
                .then(|| truth(parsed, c, &BTreeSet::new()))
                .flatten()
        })
    });
    let always = if leaf == "skipUnless" {
        always.map(|t| !t)
    } else {
        always
    };
    if always == Some(false) {
        return None;
    }
    Some(Mark {
        kind,
        condition: condition
            .filter(|_| always.is_none())
            .map(|c| flat(parsed, c)),
        reason: reason.map(|r| one_line(parsed.text(r))).unwrap_or_default(),
        text: one_line(parsed.text(node)),
        line: row(node),
        case: None,
    })
}

/// What the `parametrize` tables of a test that are written out beside it say.
#[derive(Default)]
pub(super) struct Tables {
    /// Their rows.
    pub cases: Vec<String>,
    /// The parameters that they give.
    pub given: Vec<String>,
    /// Marks on single rows.
    pub marks: Vec<Mark>,
    /// Whether one is empty.
    pub empty: bool,
}

/// The tables of a test.
pub(super) fn tables(
    parsed: &Parsed,
    decorators: &[Node<'_>],
    nothing: &BTreeSet<String>,
) -> Tables {
    let mut found = Tables::default();
    for call in decorators.iter().filter(|d| d.kind() == "call") {
        let Some(callee) = call.child_by_field_name("function") else {
            continue;
        };
        if leaf(parsed, callee) != "parametrize" {
            continue;
        }
        let table =
            keyword(parsed, *call, "argvalues").or_else(|| arguments(*call).get(1).copied());
        let table = table.map(unwrap);
        found.empty |= table.is_some_and(|table| is_empty(parsed, table, nothing));
        let Some(table) = table.filter(|t| matches!(t.kind(), "list" | "tuple" | "set")) else {
            continue;
        };
        let names =
            keyword(parsed, *call, "argnames").or_else(|| arguments(*call).first().copied());
        let names = names.map_or("", |names| parsed.text(names));
        let words = names
            .split(|c| !is_in_word(c))
            .filter(|word| !word.is_empty());
        found.given.extend(words.map(str::to_owned));
        let rows = parts(table);
        for row_node in rows {
            let text = flat(parsed, row_node);
            if row_node.kind() == "call"
                && let Some(marked) = keyword(parsed, row_node, "marks")
            {
                let listed = match marked.kind() {
                    "list" | "tuple" => parts(marked),
                    _ => vec![marked],
                };
                let bare: Vec<String> = arguments(row_node)
                    .iter()
                    .map(|n| flat(parsed, *n))
                    .collect();
                let case = bare.join(",");
                found
                    .marks
                    .extend(
                        listed
                            .into_iter()
                            .filter_map(|n| mark(parsed, n))
                            .map(|m| Mark {
                                case: Some(case.clone()),
                                ..m
                            }),
                    );
                found.cases.push(case);
            } else if row_node.kind() == "call" && text.starts_with("pytest.param(") {
                let bare: Vec<String> = arguments(row_node)
                    .iter()
                    .map(|n| flat(parsed, *n))
                    .collect();
                found.cases.push(bare.join(","));
            } else {
                found.cases.push(
                    text.trim_start_matches('(')
                        .trim_end_matches(')')
                        .trim_end_matches(',')
                        .to_owned(),
                );
            }
        }
    }
    found
}
