//! Statements over several lines, by the syntax tree: coverage.py names a statement by its first line.

use std::ops::Range;

use crate::language::python::kind;
use crate::language::statements::Statements;
use crate::language::{Kinds, PYTHON, Parsed};
use crate::syntax::{Node, Walk};

/// The statements of a file.
pub(super) fn statements(parsed: &Parsed) -> Statements {
    let mut headers = Vec::new();
    let mut own = Vec::new();
    for node in Walk::new(parsed.root()) {
        let Some(rows) = rows(node) else {
            continue;
        };
        if node.kind() == kind::DECORATOR || HOLDERS.contains(&node.kind()) {
            headers.push(rows.start);
        }
        own.push(rows);
    }
    Statements::new(parsed.source.lines().count(), own, headers)
}

/// Statements that hold others.
const HOLDERS: [&str; 14] = [
    kind::FUNCTION_DEFINITION,
    kind::CLASS_DEFINITION,
    kind::IF_STATEMENT,
    kind::ELIF_CLAUSE,
    kind::FOR_STATEMENT,
    kind::WHILE_STATEMENT,
    kind::WITH_STATEMENT,
    kind::TRY_STATEMENT,
    kind::EXCEPT_CLAUSE,
    "except_group_clause",
    kind::CASE_CLAUSE,
    kind::MATCH_STATEMENT,
    kind::ELSE_CLAUSE,
    kind::FINALLY_CLAUSE,
];

/// The 0-based rows that a statement's own code takes: all of a simple one, the header of a compound one.
fn rows(node: Node<'_>) -> Option<Range<u32>> {
    let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    let start = row(node.start_position().row);
    let end = match node.kind() {
        kind if HOLDERS.contains(&kind) => colon(node)?,
        kind::DECORATOR => node.end_position().row,
        kind if kind.ends_with("_statement") => last_row(node),
        _ => return None,
    };
    Some(start..row(end) + 1)
}

/// The row of the colon that ends a header.
fn colon(node: Node<'_>) -> Option<usize> {
    node.children()
        .find(|child| child.kind() == ":")
        .map(|colon| colon.start_position().row)
}

/// The last row of a simple statement; one that ends with a line end does not reach the next.
fn last_row(node: Node<'_>) -> usize {
    let (start, end) = (node.start_position(), node.end_position());
    if end.column == 0 && end.row > start.row {
        return end.row - 1;
    }
    end.row
}

/// What code has and prose has not.
static TELLING: Kinds = Kinds::new(
    PYTHON,
    &[
        kind::ASSIGNMENT,
        kind::CALL,
        kind::RETURN_STATEMENT,
        kind::FUNCTION_DEFINITION,
        kind::IF_STATEMENT,
        kind::FOR_STATEMENT,
        kind::IMPORT_STATEMENT,
        kind::IMPORT_FROM_STATEMENT,
        kind::WITH_STATEMENT,
        kind::AUGMENTED_ASSIGNMENT,
    ],
);

/// The statements of a text that prose does not make; `None` where it is no code.
pub(super) fn telling(text: &str) -> Option<usize> {
    let parsed = Parsed::new(PYTHON, text.into())?;
    (!parsed.root().has_error()).then(|| TELLING.nodes(&parsed).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PYTHON;

    fn firsts(text: &str) -> Vec<u32> {
        let parsed = Parsed::new(PYTHON, text.into()).unwrap();
        let statements = super::statements(&parsed);
        let count = u32::try_from(text.lines().count()).unwrap();
        (1..=count).map(|line| statements.first(line)).collect()
    }

    #[test]
    fn a_simple_statement_is_known_by_its_first_line() {
        assert_eq!(firsts("x = (\n    1,\n    2,\n)\ny = 3\n"), [1, 1, 1, 1, 5]);
        assert_eq!(firsts("return_ = f(\n  '''a\n  b''',\n)\n"), [1, 1, 1, 1]);
    }

    #[test]
    fn a_compound_statement_is_its_header() {
        let text = "\
def f(
    a,
):
    if (
        a
    ):
        b(
            1)
    elif (
            c):
        d
    return [
        a]
";
        assert_eq!(firsts(text), [1, 1, 1, 4, 4, 4, 7, 7, 9, 9, 11, 12, 12]);
    }

    #[test]
    fn what_holds_other_statements_is_a_header() {
        let text = "@a\ndef f(x):\n    if x:\n        return 1\n    try:\n        b\n    except E:\n        c\n    else:\n        d\n";
        let parsed = Parsed::new(PYTHON, text.into()).unwrap();
        let statements = super::statements(&parsed);
        let headers: Vec<u32> = (1..=10)
            .filter(|line| statements.is_header(*line))
            .collect();
        assert_eq!(headers, [1, 2, 3, 5, 7, 9]);
    }

    #[test]
    fn decorators_stand_for_themselves() {
        let text = "@a(\n    1,\n)\n@b\ndef f():\n    pass\n";
        assert_eq!(firsts(text), [1, 1, 1, 4, 5, 6]);
    }

    #[test]
    fn the_lines_of_a_statement_are_its_own() {
        let text = "with (\n    a\n):\n    b\n";
        let parsed = Parsed::new(PYTHON, text.into()).unwrap();
        let statements = super::statements(&parsed);
        assert_eq!(statements.lines(1), 1..4);
        assert_eq!(statements.lines(4), 4..5);
    }
}
