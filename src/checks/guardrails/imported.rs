//! Documents that the instructions of agents take in (`@docs/rules.md`): an edit of one is an edit of the instructions.
//!
//! Does not catch: documents that instructions only speak of, without the mark.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{line_place, rules, watched};
use crate::budget;
use crate::change::paths::join;
use crate::change::{Blob, Change, Side};
use crate::finding::Finding;

/// Documents that are read in all, and how far what they take in is followed.
const MOST: usize = 100;
/// Bytes of a document that are read.
const LONGEST: usize = 200_000;

/// Tells of changed documents that instructions of either side take in.
///
/// # Errors
/// Where a side cannot be read.
pub(super) fn check_change(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    let is_document = |path: &str| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        matches!(
            ending,
            "md" | "mdc" | "txt" | "rst" | "yaml" | "yml" | "json"
        )
    };
    let may_be = |path: &str| is_document(path) && watched::watched(path).is_none();
    let files: Vec<_> = change
        .files
        .iter()
        .filter(|file| may_be(&file.path))
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    let mut taken = taken_in(change, Side::Base)?;
    taken.append(&mut taken_in(change, Side::Head)?);
    for file in files.into_iter().filter(|file| taken.contains(&file.path)) {
        let side = match file.head {
            Some(_) => Side::Head,
            None => Side::Base,
        };
        let first = file.hunks.first().filter(|_| side == Side::Head);
        let line = first.map_or(1, |hunk| hunk.head.start + 1);
        let message = "the instructions of coding agents take this document in";
        let rule = rules::AGENT_INSTRUCTIONS_EDITED;
        found.push(rule.finding(side, file.path_on(side), line_place(line), message));
    }
    Ok(())
}

/// The paths that the instructions of a side take in, and what these take in.
fn taken_in(change: &Change, side: Side) -> Result<BTreeSet<String>> {
    let paths = change.paths(side)?;
    budget::charge(paths.len());
    let is_instruction = |path: &&String| {
        let (rule, _) = watched::watched(path)?;
        (rule == rules::AGENT_INSTRUCTIONS_EDITED).then_some(())
    };
    let mut open: Vec<String> = paths
        .iter()
        .filter(|path| is_instruction(path).is_some())
        .take(MOST)
        .cloned()
        .collect();
    let mut taken = BTreeSet::new();
    let mut read = 0;
    while let Some(path) = open.pop().filter(|_| read < MOST) {
        read += 1;
        let blob = change.read(side, &path)?;
        let Some(text) = blob
            .as_ref()
            .and_then(Blob::text)
            .filter(|text| text.len() <= LONGEST)
        else {
            continue;
        };
        budget::charge_text(text.len());
        for name in marked(text) {
            for target in [joined(&path, name), joined("", name)] {
                if paths.binary_search(&target).is_ok() && taken.insert(target.clone()) {
                    open.push(target);
                }
            }
        }
    }
    Ok(taken)
}

/// What a document names with the mark that takes a file in.
pub(super) fn marked(text: &str) -> impl Iterator<Item = &str> {
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '`' | '"' | '\''));
    let named = words.filter_map(|word| word.trim_start_matches(['*', '-', '[']).strip_prefix('@'));
    named
        .map(|name| name.trim_end_matches(['.', ',', ';', ':', ']', '*']))
        .filter(|name| name.contains('.') || name.contains('/'))
}

/// A path as a document of the tree names it: from its own folder, or from the top.
fn joined(document: &str, name: &str) -> String {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_from_top = name.starts_with('/') || folder.starts_with('.');
    join(if is_from_top { "" } else { folder }, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_named_from_the_folder_of_its_document() {
        let names: Vec<&str> =
            marked("Read @docs/a.md, and @ada or x@y.org (`@./b.md`).").collect();
        assert_eq!(names, ["docs/a.md", "./b.md"]);
        assert_eq!(joined("a/CLAUDE.md", "../b/c.md"), "b/c.md");
        assert_eq!(joined(".cursor/rules/x.mdc", "docs/c.md"), "docs/c.md");
    }
}
