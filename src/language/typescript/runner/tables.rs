//! Rows of values that tests go over: tables of `each`, lists under a name.
//!
//! Does not catch: what calls, files or other modules put into a list.

use super::chain::unwrap;
use crate::language::Parsed;
use crate::language::test_model::Table;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

/// Rows that are told apart.
const MOST: usize = 2_000;

/// What a table comes to.
#[derive(Default)]
pub(super) struct Rows {
    /// Its rows, where they are written out.
    pub cases: Vec<String>,
    /// Whether it is sure that there are none.
    pub empty: bool,
}

/// The rows of a table that tests are run for.
pub(super) fn rows(parsed: &Parsed, table: Node<'_>) -> Rows {
    let table = unwrap(table);
    match table.kind() {
        kind::ARRAY => {
            let rows = parts(table);
            Rows {
                empty: rows.is_empty(),
                cases: rows
                    .into_iter()
                    .take(MOST)
                    .map(|row| flat(parsed, row))
                    .collect(),
            }
        }
        // The first line names the columns.
        kind::TEMPLATE_STRING => {
            let text = parsed.text(table).trim_matches('`');
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let cases: Vec<String> = lines
                .skip(1)
                .take(MOST)
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            Rows {
                empty: cases.is_empty(),
                cases,
            }
        }
        _ => Rows::default(),
    }
}

/// The list of values that a declaration puts under a name; none where it is of something else.
pub(super) fn table(parsed: &Parsed, name: Node<'_>, value: Node<'_>) -> Option<Table> {
    let value = unwrap(value);
    let (rows, narrowed) = match value.kind() {
        kind::ARRAY | kind::OBJECT => (parts(value), None),
        kind::CALL_EXPRESSION => {
            let callee = value.child_by_field_name("function")?;
            let over = unwrap(callee.child_by_field_name("object")?);
            let method = parsed.text(callee.child_by_field_name("property")?);
            if !matches!(method, "slice" | "filter") {
                return None;
            }
            let given = value.child_by_field_name("arguments")?;
            let rows = match over.kind() {
                kind::ARRAY => parts(over),
                _ => Vec::new(),
            };
            (rows, Some(format!(".{method}{}", flat(parsed, given))))
        }
        _ => return None,
    };
    Some(Table {
        name: parsed.text(name).to_owned(),
        rows: rows
            .into_iter()
            .take(MOST)
            .map(|row| flat(parsed, row))
            .collect(),
        narrowed,
        place: parsed.place(name),
    })
}
