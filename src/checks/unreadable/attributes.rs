//! Lines of `.gitattributes` that take source files out of what a reviewer is shown.
//!
//! draftgate itself reads blobs and is not blinded by them; people who look at `git diff` or at a pull
//! request are. But the linguist attributes, once they are at base, say what is generated and vendored, and
//! most checks leave that out: such a line over code that people wrote is for a human to decide.
//!
//! Does not catch: attributes outside the repository (`.git/info/attributes`, the user's own file).

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Blob, Context, File, Finding, Kind, Level, Place, Side, rules};
use crate::budget;
use crate::language::conventions::{is_code, is_sample, says_generated};
use crate::policy::marked_by;

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    side: Side,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let lines: Vec<&str> = file.text(side).unwrap_or_default().lines().collect();
    let macros = macros(&lines);
    for hunk in &file.hunks {
        for number in hunk.on(side) {
            // What is left over is told as out of reach.
            if !budget::charge(1) {
                return Ok(());
            }
            let Some(line) = lines.get(number as usize) else {
                continue;
            };
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            if pattern.starts_with(MACRO) {
                continue;
            }
            let named = |word: &str| macros.get(word).copied().or_else(|| effect(word));
            let Some((effect, hides)) = words.find_map(named) else {
                continue;
            };
            let covers = match hides || side == Side::Base || file.path != ".gitattributes" {
                true => 0,
                false => hand_written(context, line)?,
            };
            // A generated file in its own right is common; a whole language of them is not.
            let is_said = is_source(pattern) && (hides || pattern.contains('*'));
            if !is_said && covers == 0 {
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
            let mut message = format!("`{shown}` {effect}");
            if covers > 0 {
                message.push_str(&format!(
                    "; {covers} files of code that no program says to have made will not be judged any more"
                ));
            }
            let rule = rules::HIDDEN_BY_ATTRIBUTES;
            let mut finding = rule.finding(side, file.path_on(side), place, message);
            finding.level = match hides || covers > 0 {
                true => Level::Escalate,
                false => Level::Note,
            };
            found.push(finding);
        }
    }
    Ok(())
}

/// What the definition of a name for several attributes begins with.
const MACRO: &str = "[attr]";

/// The names that stand for attributes which hide.
fn macros<'l>(lines: &[&'l str]) -> BTreeMap<&'l str, (&'static str, bool)> {
    let defined = lines.iter().filter_map(|line| {
        let mut words = line.trim().strip_prefix(MACRO)?.split_whitespace();
        let name = words.next()?;
        Some((name, words.find_map(effect)?))
    });
    defined.collect()
}

/// Steps that reading a file of the tree is counted as.
const READ: usize = 1_000;

/// How many files of head's own code a line takes out of what is judged, without those that say that a program
/// made them, and those that only look like tests' input.
fn hand_written(context: &Context<'_>, line: &str) -> Result<usize> {
    let marked = marked_by(line);
    let mut count = 0;
    for path in context.change.paths(Side::Head)? {
        let judged = is_code(path) && !is_sample(path) && context.policy.kind(path) == Kind::Own;
        budget::charge(1);
        if !judged || !marked(path) {
            continue;
        }
        if !budget::charge(READ) {
            break;
        }
        let blob = context.change.read(Side::Head, path)?;
        let text = blob.as_ref().and_then(Blob::text);
        count += usize::from(text.is_some_and(|text| !says_generated(text)));
    }
    Ok(count)
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
