//! What hooks run before a commit, by the files of their managers (lint-staged, simple-git-hooks, lefthook, husky):
//! checkers that they ran and run no more, or whose failure counts no more.
//!
//! Does not catch: hooks that a script of the tree writes.

use anyhow::Result;

use super::ci::{Ci, Surroundings};
use super::lists::LISTS;
use super::shell::{self, Line};
use super::{tasks, watched, workflow};
use crate::change::{Blob, Change, Side};
use crate::document::Item;
use crate::finding::Finding;
use crate::language;

/// Files of hooks that are read on a side.
const MOST: usize = 50;

/// Whether a file says what hooks run; the tables of it that do, all of it where there is none.
fn tables(path: &str) -> Option<&'static [String]> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut known = LISTS.hooked.iter();
    let (_, tables) = known.find(|(file, _)| match file.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == file.as_str(),
    })?;
    Some(tables)
}

fn is_script(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder == ".husky" && !path.ends_with(".md")
}

/// Compares what the hooks of both sides run.
///
/// # Errors
/// Where a side cannot be read.
pub(super) fn check_change(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    let mut touched = change.files.iter().filter(|file| {
        let path = file.base_path();
        is_script(path) || tables(path).is_some()
    });
    // A manifest may have nothing of them.
    let is_ours = |text: Option<&str>, path: &str| {
        let of_table = |table: &String| text.is_some_and(|text| text.contains(table.as_str()));
        is_script(path)
            || tables(path).is_some_and(|tables| tables.is_empty() || tables.iter().any(of_table))
    };
    if !touched.any(|file| is_ours(file.text(Side::Base), file.base_path())) {
        return Ok(());
    }
    let side = |side: Side| -> Result<Ci> { tasks::followed(change, side, of(change, side)?) };
    let mut told = Vec::new();
    let (base, head) = (side(Side::Base)?, side(Side::Head)?);
    workflow::runs(change, &base, &head, "the hooks", &mut told)?;
    // That a file of hooks was edited is told of it anyway, and of scripts that they call elsewhere.
    told.retain(|finding| {
        let path = finding.path.as_str();
        (is_script(path) || tables(path).is_some()) && watched::watched(path).is_none()
    });
    found.extend(told.into_iter().map(|mut finding| {
        finding.message = finding
            .message
            .replace("no task of the hooks runs", "no hook runs");
        finding
    }));
    Ok(())
}

/// What all hooks of a side run.
fn of(change: &Change, side: Side) -> Result<Ci> {
    let mut ci = Ci::default();
    let paths = change.paths(side)?.iter();
    let mut paths: Vec<&String> = paths
        .filter(|path| is_script(path) || tables(path).is_some())
        .collect();
    paths.sort_by_key(|path| path.matches('/').count());
    for path in paths.into_iter().take(MOST) {
        let blob = change.read(side, path)?;
        let Some(text) = blob.as_ref().and_then(Blob::text) else {
            continue;
        };
        let lines = match tables(path) {
            Some(tables) => {
                let Some(root) = language::document(path, text) else {
                    continue;
                };
                match tables.is_empty() {
                    true => commands(&root),
                    false => tables
                        .iter()
                        .filter_map(|table| root.at(&table.split('.').collect::<Vec<_>>()))
                        .flat_map(commands)
                        .collect(),
                }
            }
            None => shell::script(text, true),
        };
        for line in lines {
            ci.command(path, &line, &Surroundings::default());
        }
    }
    Ok(ci)
}

/// All commands of a table of hooks.
fn commands(table: &Item) -> Vec<Line> {
    let all = table.walk().into_iter();
    let text = |(_, item): (Vec<&str>, &Item)| Some((item.text()?.to_owned(), item.line));
    let mut lines: Vec<Line> = all
        .filter_map(text)
        .map(|(text, line)| Line::plain(&text, line))
        .collect();
    lines.sort_by_key(|line| line.number);
    lines
}
