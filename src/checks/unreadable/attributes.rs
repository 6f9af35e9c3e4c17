//! Lines of `.gitattributes` that take source files out of what a reviewer is shown.
//!
//! draftgate itself reads blobs and is not blinded by them; people who look at `git diff` or at a pull
//! request are.
//!
//! Does not catch: attributes outside the repository (`.git/info/attributes`, the user's own file).

use anyhow::Result;

use super::{File, Finding, Level, Place, RULES, Side};

pub(super) fn look(file: &File, side: Side, found: &mut Vec<Finding>) -> Result<()> {
    let lines: Vec<&str> = file.text(side).unwrap_or_default().lines().collect();
    for hunk in &file.hunks {
        for number in hunk.on(side) {
            let Some(line) = lines.get(number as usize) else {
                continue;
            };
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            let Some((effect, hides)) = words.find_map(effect) else {
                continue;
            };
            // A generated file in its own right is common; a whole language of them is not.
            if !is_source(pattern) || (!hides && !pattern.contains('*')) {
                continue;
            }
            let end = u32::try_from(line.chars().count() + 1).unwrap_or(u32::MAX);
            let place = Place {
                line: number + 1,
                column: 1,
                end_line: number + 1,
                end_column: end,
            };
            let shown: String = crate::text::visible(pattern).chars().take(100).collect();
            let message = format!("`{shown}` {effect}");
            let rule = RULES.get("hidden-by-attributes")?;
            let mut finding = rule.finding(side, file.path_on(side), place, message);
            finding.level = if hides { Level::Escalate } else { Level::Note };
            found.push(finding);
        }
    }
    Ok(())
}

/// What an attribute does to a review, and whether the lines are not shown at all.
fn effect(word: &str) -> Option<(&'static str, bool)> {
    match word {
        "binary" | "-diff" => Some(("is no longer shown line by line in a diff", true)),
        "linguist-generated" | "linguist-generated=true" => {
            Some(("is folded away in pull requests as generated", false))
        }
        "linguist-vendored" | "linguist-vendored=true" => {
            Some(("is left out of a repository's own code as vendored", false))
        }
        _ => None,
    }
}

/// Whether a pattern can match source files: by its ending, or because it has none.
fn is_source(pattern: &str) -> bool {
    let name = pattern
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(pattern);
    match name.rsplit_once('.') {
        Some((_, ending)) => matches!(
            ending.trim_end_matches('*'),
            "" | "py"
                | "pyi"
                | "rs"
                | "js"
                | "mjs"
                | "cjs"
                | "jsx"
                | "ts"
                | "tsx"
                | "go"
                | "java"
                | "kt"
                | "scala"
                | "c"
                | "h"
                | "cc"
                | "cpp"
                | "hpp"
                | "cs"
                | "swift"
                | "rb"
                | "php"
                | "pl"
                | "lua"
                | "sh"
                | "bash"
                | "ps1"
                | "sql"
                | "toml"
                | "yml"
                | "yaml"
        ),
        None => name.contains('*') || pattern.ends_with('/'),
    }
}

#[cfg(test)]
mod tests {
    use super::is_source;

    #[test]
    fn a_pattern_is_told_by_its_ending() {
        for pattern in ["*.rs", "src/*.py", "*", "src/**", "build.sh", "*.py*"] {
            assert!(is_source(pattern), "{pattern}");
        }
        for pattern in ["*.png", "Cargo.lock", "*.svg", "LICENSE"] {
            assert!(!is_source(pattern), "{pattern}");
        }
    }
}
