//! Lines that keep files out of git which the change, or the tree, has: tests and code that the next change would hold
//! and nobody would see.
//!
//! Does not catch: the user's own list of ignored files.

use anyhow::Result;

use super::{filters, line_place, rules};
use crate::budget;
use crate::change::Side;
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::conventions::is_code;
use crate::policy::Kind;

/// Added lines of one file that are looked at.
const MOST: usize = 50;

/// Tells of added patterns that cover code of the tree.
///
/// # Errors
/// Where the paths of head cannot be read.
pub(super) fn check_change(context: &Context<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for file in &context.change.files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let Some(text) = file.text(Side::Head).filter(|_| name == ".gitignore") else {
            continue;
        };
        let added = (0u32..).zip(text.lines()).filter(|(number, line)| {
            let is_pattern = !line.trim().is_empty() && !line.starts_with(['#', '!']);
            is_pattern && file.touches(Side::Head, *number..*number + 1)
        });
        for (number, line) in added.take(MOST) {
            let shown = crate::text::visible(line.trim());
            let message = match covered(context, folder, line.trim())? {
                Some(path) => format!(
                    "git leaves out what `{shown}` covers, and that is code of this tree: `{}`, for one",
                    crate::text::visible(&path)
                ),
                None if is_of_tests(line.trim()) => {
                    format!(
                        "git leaves out what `{shown}` covers, and that is where tests are written"
                    )
                }
                None => continue,
            };
            let rule = rules::CODE_IGNORED_BY_GIT;
            found.push(rule.finding(Side::Head, &file.path, line_place(number + 1), message));
            break;
        }
    }
    Ok(())
}

/// Whether a pattern is the name of where tests are, or of each of them.
fn is_of_tests(pattern: &str) -> bool {
    let bare = pattern.trim_start_matches("**/").trim_matches(['/', '*']);
    let is_folder = matches!(bare, "tests" | "__tests__");
    is_folder
        || [
            "test_*.py",
            "*_test.py",
            "*_test.go",
            "*_test.rs",
            "*.test.",
            "*.spec.",
        ]
        .iter()
        .any(|name| pattern.contains(name))
}

/// A file of code that base has, is the project's own, and that a pattern covers.
fn covered(context: &Context<'_>, folder: &str, pattern: &str) -> Result<Option<String>> {
    let bare = pattern
        .trim_start_matches('/')
        .trim_end_matches(['/', '*'])
        .trim_end_matches('/');
    const LONGEST: usize = 1_000;
    if bare.is_empty() || pattern.len() > LONGEST {
        return Ok(None);
    }
    let is_fixed = pattern.trim_end_matches('/').contains('/');
    let above = match folder.is_empty() {
        true => String::new(),
        false => format!("{folder}/"),
    };
    let inside = match is_fixed {
        true => format!("{above}{bare}"),
        false => format!("{above}**/{bare}"),
    };
    let patterns = [inside.clone(), format!("{inside}/**")];
    for path in context.change.paths(Side::Base)? {
        // What the pattern says in letters is looked for before its table is made.
        let may_be = bare.split('*').all(|part| path.contains(part));
        if !budget::charge(1) || !may_be || !is_code(path) {
            continue;
        }
        budget::charge(path.len());
        if context.policy.kind(path) == Kind::Own && filters::covers(&patterns, path) {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}
