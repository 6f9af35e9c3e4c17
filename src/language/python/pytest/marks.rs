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
use super::known::Known;
use super::row;
use super::tables::is_empty;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Decider, Mark, MarkKind, holds};

/// The mark that a decorator (or an element of `pytestmark`) is.
pub(super) fn mark(parsed: &Parsed, known: &Known<'_>, node: Node<'_>) -> Option<Mark> {
    let stands_for = known.value(parsed, node);
    let call = (stands_for.kind() == "call").then_some(stands_for);
    let callee = call
        .and_then(|call| call.child_by_field_name("function"))
        .unwrap_or(stands_for);
    let path = known.path(parsed, callee);
    let leaf = path.rsplit('.').next().unwrap_or(&path);
    // A name of the file's own is no mark of the runner.
    let is_brought_in = callee.kind() == "identifier" && !known.is_own(parsed.text(callee));
    let of_runner = ["mark.", "pytest.", "unittest."]
        .iter()
        .any(|it| path.contains(it));
    if !(of_runner || is_brought_in) {
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
        "flaky" => (MarkKind::Retried, None, keyed("reason")),
        _ => return None,
    };
    // A condition that is always true is none.
    let always = condition.map(|c| known.value(parsed, c)).and_then(|c| {
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
    let condition = condition.filter(|_| always.is_none());
    let (condition, decider) = match condition.map(|c| known.condition(parsed, c)) {
        Some((text, _)) if is_every_version(&text) => (Some(text), Decider::Runner),
        Some((text, decider)) => (Some(text), decider),
        None => (None, Decider::Nobody),
    };
    Some(Mark {
        kind,
        condition,
        reason: reason.map(|r| one_line(parsed.text(r))).unwrap_or_default(),
        text: one_line(parsed.text(node)),
        line: row(node),
        case: None,
        decider,
        strict: keyed("strict").is_some_and(|strict| parsed.text(strict) == "True"),
    })
}

/// What a statement says of all tests beside it: the parts of `pytestmark`, however it is put together.
pub(super) fn marks_of_all<'n, 'p: 'n>(
    parsed: &'p Parsed,
    known: &Known<'p>,
    expression: Node<'n>,
) -> Vec<Node<'n>> {
    const NAME: &str = "pytestmark";
    let side = |name| expression.child_by_field_name(name);
    let listed = |value: Node<'n>| {
        let value = known.value(parsed, value);
        match value.kind() {
            "list" | "tuple" => parts(value),
            _ => vec![value],
        }
    };
    let (left, right) = (side("left"), side("right"));
    match expression.kind() {
        "assignment" | "augmented_assignment" => {
            let (Some(left), Some(right)) = (left, right) else {
                return Vec::new();
            };
            if left.kind() == "identifier" && parsed.text(left) == NAME {
                return listed(right);
            }
            let mut names = parts(left).into_iter();
            let at = names.position(|name| parsed.text(name) == NAME);
            let values = parts(right);
            let value =
                at.filter(|_| left.kind() == "pattern_list" && right.kind() == "expression_list");
            let value = value.and_then(|at| values.get(at)).copied();
            value.map(listed).unwrap_or_default()
        }
        "call" => {
            let callee = side("function").map(|callee| flat(parsed, callee));
            let adds = callee.is_some_and(|callee| {
                let method = callee.strip_prefix(NAME).unwrap_or_default();
                matches!(method, ".append" | ".extend" | ".insert")
            });
            let given = arguments(expression).into_iter().filter(|_| adds);
            given.flat_map(listed).collect()
        }
        _ => Vec::new(),
    }
}

/// The fixtures that a mark asks for.
pub(super) fn requested(parsed: &Parsed, mark: Node<'_>) -> Vec<String> {
    let callee = mark.child_by_field_name("function");
    let words = &parsed.language.profile().tests;
    if !callee.is_some_and(|callee| holds(&words.fixture_requests, leaf(parsed, callee))) {
        return Vec::new();
    }
    let names = arguments(mark).into_iter().filter(|name| name.is_string());
    let bare = |name: Node<'_>| parsed.text(name).trim_matches(['"', '\'']).to_owned();
    names.map(bare).collect()
}

/// The mark that a statement of a test case is which makes a failure something else.
pub(super) fn no_failure(parsed: &Parsed, statement: Node<'_>) -> Option<Mark> {
    let text = flat(parsed, statement);
    let made = text.strip_prefix("failureException=")?;
    let is_failure = made.contains("Assertion") || made.contains("Error");
    (!is_failure).then(|| Mark {
        kind: MarkKind::ExpectedFailure,
        condition: None,
        reason: String::new(),
        text: one_line(parsed.text(statement)),
        line: row(statement),
        case: None,
        decider: Decider::Nobody,
        strict: false,
    })
}

/// Whether a condition asks for a version that each Python has which still runs somewhere.
fn is_every_version(condition: &str) -> bool {
    const OLDEST: u32 = 6;
    let Some(version) = condition.strip_prefix("sys.version_info>=") else {
        return matches!(
            condition,
            "six.PY3"
                | "sys.version_info.major>=3"
                | "sys.version_info[0]>=3"
                | "sys.version_info.major==3"
                | "sys.version_info[0]==3"
        );
    };
    let mut numbers = version
        .trim_matches(['(', ')'])
        .split(',')
        .map(|number| number.parse::<u32>().unwrap_or_default());
    let (major, minor) = (
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    major < 3 || major == 3 && minor <= OLDEST
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
    known: &Known<'_>,
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
                found.marks.extend(
                    listed
                        .into_iter()
                        .filter_map(|n| mark(parsed, known, n))
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
