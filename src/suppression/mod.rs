//! Comments and attributes that silence a checker: which ones each side of a change has, which of them the change
//! adds, and what a file reads like without them.
//!
//! A suppression that moved, or whose line was edited, is not added. Checks ask: `suppressions` counts, `lint` and `types`
//! look at what the added ones hide from the tools that honour them.
//!
//! Does not catch: one that is taken away at one place and put, letter for letter, on another line counts as moved.

mod blank;
mod markers;
pub mod practice;
mod spellings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::blank::without;
use crate::change::{Blob, Change, File, Side, Status};
pub use crate::embedded::SUPPRESSIONS as KINDS;
use crate::finding::Place;
use crate::language::conventions::is_test_path;
use crate::language::{self, Parsed, Trees};
pub use crate::language::{Form, Marker, Scope};
use crate::syntax::place_in;

/// A suppression and where it stands.
#[derive(Clone, Debug)]
pub struct Suppression<'f> {
    /// The file.
    pub file: &'f File,
    /// What it says.
    pub marker: Marker,
    /// Where, on its side.
    pub place: Place,
    /// Whether it stands in test code.
    pub in_test: bool,
    /// Whether words say why: its own, or a comment of its own line above.
    pub is_explained: bool,
    /// What tells it from others: its rules and the line it stands on, blanks folded.
    key: String,
}

/// A suppression of head that base has in no form.
#[derive(Clone, Debug)]
pub struct Added<'f> {
    /// The suppression.
    pub suppression: Suppression<'f>,
    /// Rules that one at base silenced in its place; what it silences of them is not new.
    known: Vec<String>,
}

impl Added<'_> {
    /// Whether base had nothing here that silenced this rule.
    pub fn is_new_for(&self, rule: &str) -> bool {
        !self.known.iter().any(|code| language::is_named(code, rule))
    }
}

/// The suppressions of a change's files, in order.
pub struct Sides<'f> {
    /// At head.
    pub head: Vec<Suppression<'f>>,
    /// At base, those of deleted files too.
    pub base: Vec<Suppression<'f>>,
}

impl<'f> Sides<'f> {
    /// Those of these files. `of_tests` says what the policy calls a path of tests.
    pub fn of(
        change: &'f Change,
        files: &[&'f File],
        trees: &Trees,
        of_tests: &dyn Fn(&str) -> bool,
    ) -> Self {
        let (mut head, mut base) = (Vec::new(), Vec::new());
        for file in files {
            gather(trees, of_tests, file, Side::Head, &mut head);
            // A copy's base is another file's, which has it still.
            if file.status != Status::Copied {
                gather(trees, of_tests, file, Side::Base, &mut base);
            }
        }
        for file in change.files.iter().filter(|file| file.head.is_none()) {
            if !files.iter().any(|other| other.path == file.path) {
                gather(trees, of_tests, file, Side::Base, &mut base);
            }
        }
        Self { head, base }
    }

    /// Those of head that have no equal at base, as indices in order.
    pub fn fresh(&self) -> Vec<usize> {
        self.unmatched().0
    }

    /// What of head and what of base has no equal on the other side: the same line first, then the same file.
    fn unmatched(&self) -> (Vec<usize>, Vec<usize>) {
        let Self { head, base } = self;
        let mut at_line: BTreeMap<(&str, &str, u32), Vec<usize>> = BTreeMap::new();
        let mut in_file: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        let mut anywhere: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, found) in base.iter().enumerate().rev() {
            let (key, path) = (found.key.as_str(), found.file.path.as_str());
            let line = (key, path, found.place.line);
            at_line.entry(line).or_default().push(at);
            in_file.entry((key, path)).or_default().push(at);
            anywhere.entry(key).or_default().push(at);
        }
        let mut used = vec![false; base.len()];
        let mut matched = vec![false; head.len()];
        for pass in 0..3 {
            for (found, matched) in head.iter().zip(&mut matched) {
                if *matched {
                    continue;
                }
                let (key, path) = (found.key.as_str(), found.file.path.as_str());
                let equals = match pass {
                    0 => found
                        .file
                        .line_map()
                        .to_base(found.place.line.saturating_sub(1))
                        .and_then(|line| at_line.get_mut(&(key, path, line + 1))),
                    1 => in_file.get_mut(&(key, path)),
                    _ => anywhere.get_mut(key),
                };
                let Some(equals) = equals else { continue };
                while let Some(at) = equals.pop() {
                    if let Some(used @ false) = used.get_mut(at) {
                        *used = true;
                        *matched = true;
                        break;
                    }
                }
            }
        }
        let left = |flags: &[bool]| -> Vec<usize> {
            let left = flags.iter().enumerate().filter(|(_, flag)| !**flag);
            left.map(|(at, _)| at).collect()
        };
        (left(&matched), left(&used))
    }

    /// Those of head that the change adds: no equal at base, and none whose line or rules were edited.
    pub fn added(self) -> Vec<Added<'f>> {
        /// Lost ones, of its file and of others, that are compared with one that is fresh.
        const MOST: usize = 64;
        let (fresh, gone) = self.unmatched();
        let gone = gone.iter().filter_map(|at| self.base.get(*at));
        let mut gone: Vec<(&Suppression<'_>, BTreeSet<&str>)> =
            gone.map(|lost| (lost, lost.words())).collect();
        let mut added = Vec::new();
        for found in fresh.iter().filter_map(|at| self.head.get(*at)) {
            let words = found.words();
            let in_file = |here: bool| {
                let lost = gone.iter().enumerate();
                lost.filter(move |(_, (lost, _))| (lost.file.path == found.file.path) == here)
                    .take(MOST)
            };
            let nearest = in_file(true)
                .chain(in_file(false))
                .filter(|(_, (lost, _))| lost.covers(found))
                .map(|(at, (lost, own))| (at, *lost, own.len(), own.intersection(&words).count()))
                .filter(|(_, lost, own, both)| {
                    lost.marker.scope == Scope::File
                        || lost.is_one_place_with(found)
                        || 4 * both >= own + words.len()
                })
                .min_by_key(|(_, lost, _, both)| {
                    let apart = lost.place.line.abs_diff(found.place.line);
                    let elsewhere = lost.file.path != found.file.path;
                    (elsewhere, std::cmp::Reverse(*both), apart)
                })
                .map(|(at, lost, ..)| (at, lost.marker.scope));
            match nearest {
                // One line's suppression becomes one line's; a file's becomes as many as are needed.
                Some((at, Scope::Here)) => drop(gone.remove(at)),
                Some((_, Scope::File)) => {}
                None => {
                    let known = in_file(true)
                        .filter(|(_, (lost, _))| lost.is_one_place_with(found))
                        .flat_map(|(_, (lost, _))| lost.marker.codes.iter().cloned());
                    added.push(Added {
                        known: known.collect(),
                        suppression: found.clone(),
                    });
                }
            }
        }
        added
    }
}

impl Suppression<'_> {
    /// Its place, as a message names it.
    pub fn at(&self) -> String {
        format!("{}:{}", self.file.path, self.place.line)
    }

    /// Whether this one, of base, silenced all that another one of head does.
    fn covers(&self, other: &Suppression<'_>) -> bool {
        let (ours, theirs) = (&self.marker, &other.marker);
        if ours.family() != theirs.family() || ours.scope < theirs.scope {
            return false;
        }
        if ours.scope == Scope::File && self.file.path != other.file.path {
            return false;
        }
        // Another checker's names are not comparable.
        let same_names = ours.kind == theirs.kind || ours.family() == "lint-level";
        !same_names
            || ours.blanket
            || !theirs.blanket
                && theirs
                    .codes
                    .iter()
                    .all(|code| ours.codes.iter().any(|own| language::is_named(own, code)))
    }

    /// Whether this one, of base, stood where another one of head stands.
    fn is_one_place_with(&self, other: &Suppression<'_>) -> bool {
        let row = |place: Place| place.line.saturating_sub(1);
        // One of several lines begins where it did, whichever of its lines is edited.
        let stays = || self.file.line_map().to_head(row(self.place)) == Some(row(other.place));
        self.marker.family() == other.marker.family()
            && self.file.path == other.file.path
            && (self.file.hunks.iter().any(|hunk| {
                hunk.base.contains(&row(self.place)) && hunk.head.contains(&row(other.place))
            }) || stays())
    }

    /// The words of its line, as many as tell it from others.
    fn words(&self) -> BTreeSet<&str> {
        const MOST: usize = 64;
        let words = self.key.split(|c: char| !c.is_alphanumeric());
        words.take(MOST).collect()
    }
}

fn gather<'f>(
    trees: &Trees,
    of_tests: &dyn Fn(&str) -> bool,
    file: &'f File,
    side: Side,
    found: &mut Vec<Suppression<'f>>,
) {
    let (Some(blob), Some(text)) = (file.blob(side), file.text(side)) else {
        return;
    };
    let path = file.path_on(side);
    let (parsed, markers) = markers_of(trees, path, blob, text);
    // Of a notebook, the code of its cells.
    let text = parsed.as_ref().map_or(text, |parsed| &*parsed.source);
    let test_path = is_test_path(path) || of_tests(path);
    for marker in markers {
        let place = match &parsed {
            Some(parsed) => parsed.place_of(marker.bytes.clone()),
            None => place_in(text, marker.bytes.clone()),
        };
        let before = text.get(..marker.bytes.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let folded: Vec<&str> = line.split_whitespace().collect();
        let is_explained = is_explained(text, &marker);
        let in_test = test_path
            || parsed.as_ref().is_some_and(|parsed| {
                parsed
                    .facts()
                    .definition_at(place.line)
                    .is_some_and(|definition| definition.in_test)
            });
        found.push(Suppression {
            file,
            key: format!(
                "{} {} {}",
                marker.kind,
                marker.codes.join(","),
                folded.join(" ")
            ),
            marker,
            place,
            in_test,
            is_explained,
        });
    }
}

/// What a file says, and its tree where it has one.
fn markers_of(
    trees: &Trees,
    path: &str,
    blob: &Blob,
    text: &str,
) -> (Option<Arc<Parsed>>, Vec<Marker>) {
    let mut markers = Vec::new();
    let parsed = may_hold(text).then(|| trees.of(path, blob)).flatten();
    match &parsed {
        Some(parsed) => {
            let comments = parsed.facts().comments.iter();
            for comment in comments.filter(|comment| !comment.is_doc) {
                markers::in_comment(
                    parsed.slice(&comment.bytes),
                    comment.bytes.start,
                    &mut markers,
                );
            }
            parsed.language.suppressions(parsed, &mut markers);
            // mypy takes one that stands before all code for the whole file.
            if let Some(first) = markers.first_mut()
                && first.kind == "type-ignore"
                && text
                    .get(..first.bytes.start)
                    .is_some_and(|before| before.trim_matches(['#', ' ', '\n']).is_empty())
            {
                first.scope = Scope::File;
            }
        }
        None if language::of(path).is_none() && may_hold(text) => {
            for comment in markers::comments(path, text) {
                markers::in_comment(
                    text.get(comment.clone()).unwrap_or_default(),
                    comment.start,
                    &mut markers,
                );
            }
        }
        None => {}
    }
    (parsed, markers)
}

/// Whether words say why a suppression of a text is there: its own, or a comment of its own line above.
fn is_explained(text: &str, marker: &Marker) -> bool {
    let before = text.get(..marker.bytes.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let beside = || {
        let line = text.get(start..).and_then(|rest| rest.lines().next());
        let words = line.and_then(|line| line.rsplit_once("//"));
        words.is_some_and(|(_, words)| markers::is_reason(words))
    };
    let above = || text.get(..start).and_then(|text| text.lines().next_back());
    marker.has_reason
        || matches!(marker.form, Form::Attribute { .. }) && beside()
        || above().is_some_and(explains)
}

/// Whether a line is a comment that says something, and no suppression.
fn explains(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_start_matches(['#', '/']);
    let is_comment = line.starts_with('#') && !line.starts_with("#[")
        || line.starts_with("//") && !line.starts_with("///");
    let mut silences = Vec::new();
    markers::in_comment(line, 0, &mut silences);
    is_comment && markers::is_reason(words) && silences.is_empty()
}

/// A cheap look before anything is parsed.
pub fn may_hold(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "noqa",
        "NOQA",
        "NoQA",
        "Noqa",
        "ignore",
        "mypy:",
        "skipcq",
        "no_type_check",
        "deny(",
        "forbid(",
        "tarpaulin",
        "disable",
        "nosec",
        "nosem",
        "NOSONAR",
        "pragma",
        "fmt:",
        "allow",
        "expect(",
        "skip",
        "isort",
        "ts-nocheck",
        "nolint",
        "lgtm",
        "codeql",
        "noinspection",
        "yapf",
        "coverage(off)",
        "pyright:",
        "pyre-",
        "format off",
        "coverage disable",
        ": any",
        " as any",
        "as unknown",
        "as never",
        "!.",
        "!;",
        "!)",
        "![",
        "!,",
    ];
    WORDS.iter().any(|word| text.contains(word))
}
