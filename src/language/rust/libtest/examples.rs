//! Examples in doc comments of Rust, which rustdoc runs as tests where their fence does not say otherwise.
//!
//! Does not catch: examples in block comments and in files that a comment includes.

use crate::language::test_model::Example;

/// The examples of a file.
pub(super) fn examples(text: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    for (row, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let said = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        let Some(said) = said.map(str::trim) else {
            open = None;
            continue;
        };
        match (said.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(fence), None) => {
                open = Some(Example {
                    code: String::new(),
                    runs: runs(fence),
                    asserts: false,
                    row: u32::try_from(row).unwrap_or(u32::MAX),
                    text: said.to_owned(),
                });
            }
            (None, Some(example)) => {
                example.asserts |= said.contains("assert");
                example.code.extend(said.split_whitespace());
                example.code.push(' ');
            }
            (None, None) => {}
        }
    }
    found
}

/// Whether rustdoc runs what stands behind a fence with these words.
fn runs(fence: &str) -> bool {
    let words = fence.split([',', ' ', '{', '}']).map(str::trim);
    words.filter(|word| !word.is_empty()).all(|word| {
        matches!(
            word,
            "rust" | "should_panic" | "standalone" | "standalone_crate"
        ) || word.starts_with("edition20")
    })
}
