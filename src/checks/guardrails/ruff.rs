//! What ruff's lists mean: which codes it looks for, and which are let pass that nobody asked for.
//!
//! Does not catch: what `extend` takes in from another file.

use std::collections::BTreeSet;

use super::checkers::{Stated, last};
use super::entries::PLACE;
use super::lists::LISTS;
use crate::budget;
use crate::change::File;

/// Whether a list of a configuration is ruff's.
pub(super) fn is_ruffs(file: &File, path: &str) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    name.ends_with("ruff.toml") || path.split('.').any(|key| key == "ruff")
}

/// The codes that ruff looked for under a configuration; `None` where another file says so.
///
/// Source: ruff's documentation, "Settings", of `select`: `E4`, `E7`, `E9` and `F` where it is not given.
pub(super) fn selected(file: &File, was: &Stated) -> Option<Vec<String>> {
    let ruffs = |path: &str| is_ruffs(file, path);
    let extends = |path: &String| last(path) == "extend" && ruffs(path);
    if was.scalars.keys().any(extends) {
        return None;
    }
    let lists = || was.lists.iter().filter(|(path, _)| ruffs(path));
    let asked = lists().filter(|(path, _)| LISTS.asks_for.contains(last(path)));
    let mut codes: Vec<String> = asked.flat_map(|(_, words)| words.keys().cloned()).collect();
    if !lists().any(|(path, _)| last(path) == "select") {
        codes.extend(["E", "F"].map(str::to_owned));
    }
    Some(codes)
}

/// Whether nothing that was looked for before is let pass by a code of ruff: nobody asked for it, or more than it was let
/// pass there.
pub(super) fn asks_nothing_less(
    word: &str,
    let_pass: &BTreeSet<&str>,
    selected: &[String],
) -> bool {
    budget::charge(let_pass.len() + selected.len());
    let (code, place) = word.split_once(PLACE).unwrap_or((word, ""));
    let mut asked = selected.iter();
    let is_asked = asked.any(|other| covers(other, code) || covers(code, other));
    let mut known = let_pass.iter().filter_map(|old| {
        let (wider, there) = old.split_once(PLACE).unwrap_or((old, ""));
        (there == place).then_some(wider)
    });
    !is_asked || known.any(|wider| wider.len() < code.len() && covers(wider, code))
}

/// Whether a selector of ruff stands for a code or another selector, too.
fn covers(selector: &str, code: &str) -> bool {
    let number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    // Pylint's codes alone have letters behind those of their tool.
    let rest = code.strip_prefix(selector);
    selector == "ALL"
        || rest.is_some_and(|rest| {
            let of_number = selector.ends_with(|c: char| c.is_ascii_digit());
            rest.is_empty() || number(rest) || of_number || selector == "PL"
        })
}
