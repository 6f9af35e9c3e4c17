//! A project's own practice: whether its suppressions name the rules that they silence.
//!
//! It is read from base, from the files that the change leaves alone too, in the order of their paths, and from no more of
//! them than it takes to tell.
//!
//! Does not catch: a practice that differs between the folders of one tree.

use std::collections::BTreeSet;

use anyhow::Result;

use super::markers_of;
use super::spellings::FORMS;
use crate::budget;
use crate::change::{Change, Side};
use crate::language::Trees;
use crate::language::conventions::is_sample;

/// How many of a kind make a practice.
const FEWEST: usize = 5;
/// How many of a kind are enough to tell.
const ENOUGH: usize = 200;
/// How many files are read for one.
const MOST_READ: usize = 4_000;
/// How many files are parsed for one.
const MOST_PARSED: usize = 400;

/// Whether at least half of the suppressions of a kind at base name rules, where there are enough to speak of a practice.
/// `endings` are those of the files that may hold them.
///
/// # Errors
/// Where base cannot be read.
pub fn names_rules(
    change: &Change,
    trees: &Trees,
    kind: &str,
    endings: &BTreeSet<&str>,
) -> Result<bool> {
    let (mut all, mut named, mut parsed) = (0, 0, 0);
    let paths = change.paths(Side::Base)?.iter();
    let alike = paths.filter(|path| endings.contains(ending(path)) && !is_sample(path));
    for path in alike.take(MOST_READ) {
        if all >= ENOUGH || parsed >= MOST_PARSED || !budget::charge(1) {
            break;
        }
        let Some(blob) = change.read(Side::Base, path)? else {
            continue;
        };
        let Some(text) = blob.text().filter(|text| may_hold(kind, text)) else {
            continue;
        };
        parsed += 1;
        let (_, markers) = markers_of(trees, path, &blob, text);
        for marker in markers.iter().filter(|marker| marker.kind == kind) {
            all += 1;
            named += usize::from(!marker.blanket);
        }
    }
    Ok(all >= FEWEST && 2 * named >= all)
}

/// What a file's name ends in.
pub fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit('.').next().unwrap_or(name)
}

/// A cheap look before anything is parsed.
fn may_hold(kind: &str, text: &str) -> bool {
    let forms = FORMS.iter().filter(|form| form.kind == kind);
    let mut words = forms.filter_map(|form| form.begins.split(' ').next_back());
    budget::charge_text(text.len())
        && (text.contains(kind) || words.any(|word| text.contains(word)))
}
