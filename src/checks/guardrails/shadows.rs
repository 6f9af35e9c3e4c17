//! A configuration that a tool reads in place of another one, which stays and is read no more: the new file is compared
//! with what held before it came.
//!
//! Does not catch: a configuration that is named on the command line; tools that read all of their places.

use anyhow::Result;

use super::lists::{LISTS, Places};
use super::{checkers, line_place, rules};
use crate::budget;
use crate::change::{Blob, Change, File, Side};
use crate::document::Item;
use crate::finding::{Finding, Level};
use crate::language;

/// Tells of the new configurations of a change that let more pass than those that they take the place of.
///
/// # Errors
/// Where base cannot be read.
pub(super) fn check_change(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    /// New configurations that are compared with what they take the place of.
    const MOST: usize = 50;
    let mut compared = 0;
    for file in &change.files {
        let is_new = file.base.is_none() || file.old_path.is_some();
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let Some(text) = file.text(Side::Head).filter(|_| is_new) else {
            continue;
        };
        if !is_folder(change, folder)? {
            continue;
        }
        for (tool, places) in &LISTS.places {
            let Some(rank) = places.places.iter().position(|(known, _)| known == name) else {
                continue;
            };
            let table = places.places.get(rank).map_or("", |(_, table)| table);
            let Some(head) = table_of(&file.path, text, table) else {
                continue;
            };
            // One that says it goes on with what is above adds to it.
            let extends = head.get("extend").and_then(Item::text);
            let goes_on = tool == "ruff" && extends.is_some_and(|path| path.contains("toml"));
            compared += 1;
            if goes_on || compared > MOST {
                continue;
            }
            if let Some((path, base)) = held(change, places, folder, rank)? {
                let other = path.rsplit('/').next().unwrap_or(&path);
                let stem = other.rsplit_once('.').map_or(other, |(stem, _)| stem);
                // One that imports the other goes on with it.
                if language::of_text(&file.path).is_some() && text.contains(stem) {
                    continue;
                }
                tell(
                    file,
                    (tool, &path),
                    &checkers::lost(file, &base, &head, &places.keys),
                    found,
                );
            }
        }
    }
    Ok(())
}

/// Whether base has a folder: of a new one, nothing was held to what is above it.
fn is_folder(change: &Change, folder: &str) -> Result<bool> {
    let paths = change.paths(Side::Base)?;
    let inside = format!("{folder}/");
    let first = paths.partition_point(|path| *path < inside);
    Ok(folder.is_empty()
        || paths
            .get(first)
            .is_some_and(|path| path.starts_with(&inside)))
}

fn tell(file: &File, (tool, other): (&str, &str), lost: &[String], found: &mut Vec<Finding>) {
    if lost.is_empty() {
        return;
    }
    let few: Vec<&str> = lost.iter().take(3).map(String::as_str).collect();
    let message = format!(
        "`{tool}` reads this file now, and `{}` no more: {}",
        crate::text::visible(other),
        few.join("; ")
    );
    let rule = rules::CHECKER_LOOSENED;
    let mut finding = rule.finding(Side::Head, &file.path, line_place(1), message);
    finding.level = Level::Escalate;
    found.push(finding);
}

/// The configuration that held for a folder at base, where the place of this rank comes before it and it is still there.
fn held(
    change: &Change,
    places: &Places,
    folder: &str,
    rank: usize,
) -> Result<Option<(String, Item)>> {
    let mut at = Some(folder);
    let mut is_own = true;
    while let Some(folder) = at.filter(|_| budget::charge(1)) {
        for (other, (name, table)) in places.places.iter().enumerate() {
            let path = match folder.is_empty() {
                true => name.clone(),
                false => format!("{folder}/{name}"),
            };
            let read = |side: Side| -> Result<Option<Item>> {
                let is_there = change.paths(side)?.binary_search(&path).is_ok();
                let blob = is_there
                    .then(|| change.read(side, &path))
                    .transpose()?
                    .flatten();
                let text = blob.as_ref().and_then(Blob::text);
                Ok(text.and_then(|text| table_of(&path, text, table)))
            };
            let Some(base) = read(Side::Base)? else {
                continue;
            };
            let stays = read(Side::Head)?.is_some();
            let is_passed = !is_own || other > rank;
            return Ok((stays && is_passed).then_some((path, base)));
        }
        is_own = false;
        at = match folder.rsplit_once('/') {
            _ if !places.nearest => None,
            Some((above, _)) => Some(above),
            None => (!folder.is_empty()).then_some(""),
        };
    }
    Ok(None)
}

/// A table of a file: the whole file where the table has no name.
fn table_of(path: &str, text: &str, table: &str) -> Option<Item> {
    let root = language::document(path, text)?;
    if table.is_empty() {
        return Some(root);
    }
    // The name of a section of an INI file has no levels.
    let own = root.get(table).cloned();
    own.or_else(|| root.at(&table.split('.').collect::<Vec<_>>()).cloned())
}
