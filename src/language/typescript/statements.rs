//! Statements over several lines, by the syntax tree: istanbul names a statement by its first line.

use std::ops::Range;

use crate::language::statements::Statements;
use crate::language::typescript::kind;
use crate::language::{DefinitionKind, Parsed};
use crate::syntax::{Node, Walk};

/// The statements of a file.
pub(super) fn statements(parsed: &Parsed) -> Statements {
    let mut headers = Vec::new();
    let mut own = Vec::new();
    for node in Walk::new(parsed.root()) {
        let Some(rows) = rows(node) else {
            continue;
        };
        if inner(node).is_some() {
            headers.push(rows.start);
        }
        own.push(rows);
    }
    Statements::new(parsed.source.lines().count(), own, headers)
}

/// The 0-based rows that a statement's own code takes: all of a simple one, the header of one that holds others.
fn rows(node: Node<'_>) -> Option<Range<u32>> {
    let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
    let is_statement = matches!(
        node.kind(),
        kind::EXPRESSION_STATEMENT
            | kind::LEXICAL_DECLARATION
            | kind::VARIABLE_DECLARATION
            | kind::RETURN_STATEMENT
            | kind::THROW_STATEMENT
            | kind::IF_STATEMENT
            | kind::FOR_STATEMENT
            | kind::FOR_IN_STATEMENT
            | kind::WHILE_STATEMENT
            | kind::SWITCH_STATEMENT
            | kind::TRY_STATEMENT
            | kind::FUNCTION_DECLARATION
            | kind::METHOD_DEFINITION
            | kind::CLASS_DECLARATION
            | kind::PUBLIC_FIELD_DEFINITION
    );
    let start = node.start_position().row;
    let end = match inner(node) {
        Some(inner) => inner.start_position().row,
        None => node.end_position().row,
    };
    is_statement.then(|| row(start)..row(end) + 1)
}

/// What holds the statements that stand in one.
fn inner(node: Node<'_>) -> Option<Node<'_>> {
    ["body", "consequence"]
        .iter()
        .find_map(|field| node.child_by_field_name(field))
}

/// Whether a file has something that can run: a function with a body, or a statement beside imports and types.
pub(super) fn has_code(parsed: &Parsed) -> bool {
    let mut definitions = parsed.facts().definitions.iter();
    let runs = definitions.any(|definition| {
        definition.kind == DefinitionKind::Function
            && definition.body.is_some()
            && !definition.in_test
    });
    runs || parsed.root().named_children().any(|statement| {
        matches!(
            statement.kind(),
            kind::EXPRESSION_STATEMENT | kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::language::{Parsed, TYPESCRIPT};

    #[test]
    fn a_statement_is_known_by_its_first_line() {
        let text = "const a = f(\n  1,\n);\nif (\n  a\n) {\n  return {\n    b: 1,\n  };\n}\n";
        let parsed = Parsed::new(TYPESCRIPT, text.into()).unwrap();
        let statements = super::statements(&parsed);
        let firsts: Vec<u32> = (1..=10).map(|line| statements.first(line)).collect();
        assert_eq!(firsts, [1, 1, 1, 4, 4, 4, 7, 7, 7, 10]);
        assert!(statements.is_header(4) && !statements.is_header(7));
    }
}
