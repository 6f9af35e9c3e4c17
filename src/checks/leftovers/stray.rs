//! Files that only the work itself needed: copies that an editor or a merge left, an agent's history, its report of what
//! it did, a script to try something out.
//!
//! Does not catch: such files under a name that says nothing.

use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;

use super::rules;
use crate::change::{Change, File, Side};
use crate::finding::{Finding, Place};
use crate::language::conventions::{is_code, is_sample};

/// Endings that a program gives to a copy, or to what it writes beside its work.
const COPIES: &[&str] = &[
    ".orig", ".rej", ".bak", ".backup", ".swp", ".swo", ".tmp", ".old", "~", ".BACKUP", ".save",
];
/// Beginnings of names that agents keep their own things under.
const OF_AGENTS: &[&str] = &[
    ".aider.",
    ".aider-",
    ".cursor-",
    ".claude.json",
    ".specstory",
    ".playwright-mcp",
    ".copilot-",
];
/// What a run leaves behind.
const OUTPUT: &[&str] = &[
    "nohup.out",
    "debug.log",
    "npm-debug.log",
    "yarn-error.log",
    "output.txt",
    "test_output.txt",
    "test_results.txt",
    "error.log",
    ".DS_Store",
    "Thumbs.db",
    "core.dump",
];

/// Reports of what was done, in the names that agents give to them.
static REPORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[A-Z0-9]+[_-])*(?:IMPLEMENTATION|FIX(?:ES)?|BUG_?FIX(?:ES)?|CHANGES?|REFACTOR(?:ING)?|TASK|SESSION|PROGRESS|FEATURE|TEST(?:ING)?|COMPLETION|FINAL|PHASE|VERIFICATION|SOLUTION|WORK|ENHANCEMENT|UPDATE|PLAN|INTEGRATION|OPTIMIZATION|DEPLOYMENT)[A-Z0-9_-]*[_-](?:SUMMARY|MADE|COMPLETE|COMPLETED|COMPLETION|REPORT|STATUS|DONE)(?:[_-]?[A-Z0-9]+)?\.(?:md|txt)$",
    )
    .ok()
});

/// Scripts to try something out, at the top of a tree.
static SCRATCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:scratch|tmp|temp|debug|repro|reproduce|try|playground|quick_test|test_quick|quick_check|manual_test|test_manual|simple_test|test_simple|test_fix|verify_fix|run_test_manually)(?:[_-][\w-]*)?\.(?:py|js|ts|mjs|sh|rb)$").ok()
});

/// Ends of a stem that make it a copy of the file without it.
const COPY_ENDS: &[&str] = &[
    "_old",
    "_backup",
    "_bak",
    "_copy",
    "_orig",
    "_original",
    " copy",
    "-copy",
    "-backup",
    "-old",
    " (1)",
    ".old",
    ".backup",
    "_v2_old",
];

/// The file of which a name makes a path the copy.
fn original(path: &str) -> Option<String> {
    let (stem, ending) = path.rsplit_once('.')?;
    let bare = COPY_ENDS.iter().find_map(|end| stem.strip_suffix(end))?;
    (!bare.is_empty() && !bare.ends_with('/') && is_code(path)).then(|| format!("{bare}.{ending}"))
}

/// Whether a path may be one of a stray file.
pub(super) fn may_be(path: &str) -> bool {
    why(path).is_some() || is_test_at_top(path) || original(path).is_some()
}

/// Tells of a new file that is left over.
///
/// # Errors
/// Where the paths of head cannot be read.
pub(super) fn check_file(change: &Change, file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let is_new = file.base.is_none() || file.old_path.is_some();
    let Some(head) = file.head.as_ref().filter(|_| is_new) else {
        return Ok(());
    };
    let was_stray = file.old_path.is_some() && why(file.base_path()).is_some();
    if is_sample(&file.path) || was_stray {
        return Ok(());
    }
    let of = original(&file.path);
    let is_there = |path: &String| -> Result<bool> {
        Ok(change.paths(Side::Head)?.binary_search(path).is_ok())
    };
    let is_copy = of.as_ref().map(is_there).transpose()?.unwrap_or(false);
    let is_tried = || {
        let text = head.text().unwrap_or_default();
        let has_test = ["def test", "class Test", "unittest", "it(", "test("]
            .iter()
            .any(|word| text.contains(word));
        is_test_at_top(&file.path) && !has_test && text.contains("print(")
    };
    let copied = || is_copy.then_some("a copy of the file beside it");
    let why = why(&file.path)
        .or_else(copied)
        .or_else(|| is_tried().then_some("a script that tries something out, and tests nothing"));
    let Some(why) = why else {
        return Ok(());
    };
    let message = format!("This looks like {why}: only the work itself needed it");
    found.push(rules::STRAY_FILE.finding(Side::Head, &file.path, Place::FILE, message));
    Ok(())
}

/// A file at the top of the tree that has the name of a test.
fn is_test_at_top(path: &str) -> bool {
    !path.contains('/') && path.starts_with("test_") && path.ends_with(".py")
}

/// What a path looks like.
fn why(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|regex| regex.is_match(name));
    let stem = COPIES.iter().find_map(|ending| name.strip_suffix(ending));
    // What ends so beside a name with an ending of its own is a copy of that.
    if stem.is_some_and(|stem| stem.contains('.') && !stem.is_empty()) {
        return Some("a copy that an editor or a merge left");
    }
    if path
        .split('/')
        .any(|part| OF_AGENTS.iter().any(|own| part.starts_with(own)))
        && name != ".aider.conf.yml"
    {
        return Some("what a coding agent keeps of its session");
    }
    if OUTPUT.contains(&name) {
        return Some("what a run left behind");
    }
    if is(&REPORT) {
        return Some("an agent's report of what it did");
    }
    let is_patch = name.ends_with(".patch") || name.ends_with(".diff");
    if is_patch && !path.contains('/') {
        return Some("a patch that was applied");
    }
    (!path.contains('/') && is(&SCRATCH)).then_some("a script that tries something out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_left_over_files_are_known() {
        for path in [
            "IMPLEMENTATION_SUMMARY.md",
            "docs/BUGFIX_REPORT.md",
            "PHASE_2_COMPLETE.md",
            "a/b.py.orig",
            "a/b.rs.bak",
            ".aider.chat.history.md",
            "debug.log",
            "scratch.py",
            "tmp_check.js",
            "src/.main.go.swp",
        ] {
            assert!(why(path).is_some(), "{path}");
        }
        for path in [
            "SUMMARY.md",
            "docs/SUMMARY.md",
            "CHANGELOG.md",
            "MIGRATION.md",
            "src/debug.py",
            "tools/tmp.py",
            ".aider.conf.yml",
            "TESTING.md",
            "try/a.py",
            "Cargo.toml.orig2",
        ] {
            assert!(why(path).is_none(), "{path}");
        }
    }
}
