//! What Rust tests go over: constants that are lists of values, and how much of what is generated.
//!
//! Does not catch: lists that a function makes.

use crate::language::Parsed;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::strength::number;
use crate::language::test_model::{Sample, Table};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts, tokens};

/// How much of what proptest generates the tests of a file go through.
pub(super) fn samples(parsed: &Parsed) -> Vec<Sample> {
    let mut found = Vec::new();
    let mut before = "";
    let mut at = None;
    for token in tokens(parsed.root()) {
        let text = parsed.text(token);
        if matches!(text, "with_cases" | "cases" | "prop_assume") {
            at = Some(token);
        }
        let is_said = matches!(before, "(" | ":" | "!");
        if let Some(name) = at.filter(|_| is_said) {
            let assumes = parsed.text(name) == "prop_assume";
            let most = number(text).filter(|_| !assumes);
            if most.is_some() || assumes {
                let rest = parsed.source.get(name.start_byte()..).unwrap_or_default();
                let line = rest.lines().next().unwrap_or_default();
                found.push(Sample {
                    most,
                    text: one_line(line),
                    place: parsed.place(name),
                });
            }
            at = None;
        }
        before = text;
    }
    found
}

/// The list of values that a constant is.
pub(super) fn table(parsed: &Parsed, item: Node<'_>) -> Option<Table> {
    /// Rows that are told apart.
    const MOST: usize = 2_000;
    let name = item.child_by_field_name("name")?;
    let mut value = item.child_by_field_name("value")?;
    if value.kind() == "reference_expression" {
        value = value.child_by_field_name("value")?;
    }
    let rows = parts(value)
        .into_iter()
        .take(MOST)
        .map(|row| flat(parsed, row));
    (value.kind() == "array_expression").then(|| Table {
        name: parsed.text(name).to_owned(),
        rows: rows.collect(),
        narrowed: None,
        place: parsed.place(name),
    })
}
