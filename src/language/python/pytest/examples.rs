//! Examples in docstrings of Python, which doctest runs where no directive says otherwise.
//!
//! Does not catch: examples that nothing collects; an expectation that a directive loosens.

use crate::language::test_model::Example;

/// The examples of a file.
pub(super) fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut answers = false;
    for (row, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some(code) = line.strip_prefix(">>> ") else {
            let goes_on = line.starts_with("...");
            let ends = line.is_empty() || line.starts_with(['"', '\'']) && line.len() == 3;
            if let Some(last) = found.last_mut().filter(|_| answers && !goes_on) {
                last.asserts = !ends;
            }
            answers &= goes_on;
            continue;
        };
        let (bare, directive) = code.split_once("# doctest:").unwrap_or((code, ""));
        found.push(Example {
            code: bare.split_whitespace().collect(),
            runs: !directive.contains("+SKIP"),
            asserts: false,
            row: u32::try_from(row).unwrap_or(u32::MAX),
            text: line.to_owned(),
        });
        answers = true;
    }
    found
}
