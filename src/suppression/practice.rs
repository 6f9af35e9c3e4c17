//! A project's own practice: whether its suppressions name the rules that they silence, and say why.
//!
//! It is read from base, from the files that the change leaves alone too, in the order of their paths, and from no more of
//! them than it takes to tell.
//!
//! Does not catch: a practice that differs between the folders of one tree.

use std::collections::BTreeSet;

use anyhow::Result;

use super::spellings::FORMS;
use super::{is_explained, markers_of};
use crate::budget;
use crate::change::{Change, Side};
use crate::language::Trees;
use crate::language::conventions::{is_sample, is_test_path};

/// How many of a kind make a practice.
const FEWEST: usize = 5;
/// How many of a kind are enough to tell.
const ENOUGH: usize = 200;
/// How many files are read for one.
const MOST_READ: usize = 4_000;
/// How many files are parsed for one.
const MOST_PARSED: usize = 400;

/// What the suppressions of a kind at base have in common, where there are enough to speak of a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Practice {
    /// At least half of them name rules.
    pub names_rules: bool,
    /// More than half of them name none.
    pub names_none: bool,
    /// More than half of those that name rules say no word of why.
    pub gives_no_reasons: bool,
}

/// The practice of a kind. `endings` are those of the files that may hold them.
///
/// # Errors
/// Where base cannot be read.
pub fn of_kind(
    change: &Change,
    trees: &Trees,
    kind: &str,
    endings: &BTreeSet<&str>,
) -> Result<Practice> {
    let (mut all, mut named, mut explained, mut parsed) = (0, 0, 0, 0);
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
        let (tree, markers) = markers_of(trees, path, &blob, text);
        // Of a notebook, the code of its cells.
        let text = tree.as_ref().map_or(text, |tree| &*tree.source);
        let of_kind = markers.iter().filter(|marker| marker.kind == kind);
        for marker in of_kind.take(ENOUGH) {
            all += 1;
            named += usize::from(!marker.blanket);
            explained += usize::from(!marker.blanket && is_explained(text, marker));
        }
    }
    Ok(Practice {
        names_rules: all >= FEWEST && 2 * named >= all,
        names_none: all >= FEWEST && 2 * named < all,
        gives_no_reasons: named >= FEWEST && 2 * explained < named,
    })
}

/// How often files at base that are no tests hold one of these words, up to a number.
///
/// # Errors
/// Where base cannot be read.
pub fn uses(
    change: &Change,
    words: &[&str],
    endings: &BTreeSet<&str>,
    enough: usize,
) -> Result<usize> {
    let mut count = 0;
    let paths = change.paths(Side::Base)?.iter();
    let alike = paths
        .filter(|path| endings.contains(ending(path)) && !is_sample(path) && !is_test_path(path));
    for path in alike.take(MOST_READ) {
        if count >= enough || !budget::charge(1) {
            break;
        }
        let Some(blob) = change.read(Side::Base, path)? else {
            continue;
        };
        let text = blob.text().unwrap_or_default();
        budget::charge_text(text.len());
        let of = |word: &&str| text.matches(*word).count();
        count += words.iter().map(of).sum::<usize>();
    }
    Ok(count)
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
