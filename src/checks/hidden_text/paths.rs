//! New paths that are not what they look like, or that are another path to another system: characters that nobody sees,
//! letters that pass for others, names that Windows or macOS take for another file or for a device.
//!
//! Does not catch: names that only one file system folds (Unicode forms of accents).

use std::collections::HashMap;

use anyhow::Result;

use super::{characters, described, passes_for, rules, scripts};
use crate::budget;
use crate::change::{Change, File, Side};
use crate::finding::{Finding, Level, Place};
use crate::rule::Rule;

/// Names that Windows keeps for devices, whatever ending they have.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];
/// Such names that end in a digit.
const PORTS: &[&str] = &["com", "lpt"];

/// Looks at a path that is new.
pub(super) fn look(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let new = file.base.is_none() || file.old_path.is_some();
    if !new || file.head.is_none() {
        return Ok(());
    }
    if let Some((message, level)) = foreign(&file.path) {
        let mut finding = said(rules::PATH_NOT_PORTABLE, file, message);
        finding.level = level;
        found.push(finding);
    }
    if !characters::may_hide(&file.path) {
        return Ok(());
    }
    let rule = rules::INVISIBLE_IN_PATH;
    if let Some(run) = characters::runs(&file.path, false).first() {
        found.push(said(
            rule,
            file,
            format!("The path holds {}", described(run)),
        ));
    } else if let Some(word) = scripts::disguised(&file.path)
        .into_iter()
        .find(|word| word.mixed)
    {
        found.push(said(
            rule,
            file,
            format!("The path holds {}", passes_for(&word)),
        ));
    }
    Ok(())
}

fn said(rule: &'static Rule, file: &File, message: String) -> Finding {
    let mut finding = rule.finding(Side::Head, &file.path, Place::FILE, message);
    finding.anchor = Some(file.path.clone());
    finding
}

/// New paths that are one with another path of the tree where case does not count.
///
/// # Errors
/// Where the paths of head cannot be read.
pub(super) fn collisions(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    let is_new =
        |file: &&File| file.head.is_some() && (file.base.is_none() || file.old_path.is_some());
    let new: Vec<&File> = change.files.iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(());
    }
    let paths = change.paths(Side::Head)?;
    let mut wanted: HashMap<String, Vec<&File>> = HashMap::new();
    for file in new {
        wanted
            .entry(file.path.to_lowercase())
            .or_default()
            .push(file);
    }
    let mut said_of: Vec<&str> = Vec::new();
    for path in paths {
        if !budget::charge(1) {
            return Ok(());
        }
        let same = wanted.get(&path.to_lowercase());
        let Some(file) = same.and_then(|files| files.iter().find(|file| file.path != *path)) else {
            continue;
        };
        if said_of.len() < super::MOST_REPORTED && !said_of.contains(&file.path.as_str()) {
            said_of.push(&file.path);
            let message = format!(
                "`{}` is the same file as `{}` where case does not count: one of them is written over the other",
                crate::text::visible(&file.path),
                crate::text::visible(path)
            );
            found.push(said(rules::PATH_NOT_PORTABLE, file, message));
        }
    }
    Ok(())
}

/// What another system makes of a path.
fn foreign(path: &str) -> Option<(String, Level)> {
    path.split('/').find_map(|part| {
        let shown = crate::text::visible(part);
        let lower = part.to_lowercase();
        let bare = lower.trim_end_matches(['.', ' ']);
        let is_git = bare == ".git" || lower.starts_with("git~") || lower.starts_with(".git:");
        if is_git {
            let message = format!("`{shown}` is git's own folder on Windows or macOS");
            return Some((message, Level::Block));
        }
        if bare.len() < lower.len() && !bare.is_empty() {
            let message =
                format!("Windows leaves out the end of `{shown}`: it is another file there");
            return Some((message, Level::Escalate));
        }
        let stem = bare.split('.').next().unwrap_or_default();
        let is_port = stem.len() == 4
            && PORTS.iter().any(|port| stem.starts_with(port))
            && stem.ends_with(|c: char| c.is_ascii_digit());
        if DEVICES.contains(&stem) || is_port {
            let message = format!("`{shown}` is a device on Windows: a checkout fails there");
            return Some((message, Level::Escalate));
        }
        let is_reserved = |c: char| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\');
        part.contains(is_reserved).then(|| {
            let message =
                format!("`{shown}` is no name of a file on Windows: a checkout fails there");
            (message, Level::Note)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_others_elsewhere_are_told() {
        for path in [
            "a/aux.rs",
            "COM1",
            "a.py.",
            "b ",
            "docs/git~1/config",
            ".GIT/x",
            "lpt9.txt",
        ] {
            assert!(foreign(path).is_some(), "{path}");
        }
        for path in [
            "a/auxiliary.rs",
            "com.py",
            ".github/x",
            ".gitignore",
            "a b.txt",
            "console.log",
            "x/.git-blame",
        ] {
            assert!(foreign(path).is_none(), "{path}");
        }
    }
}
