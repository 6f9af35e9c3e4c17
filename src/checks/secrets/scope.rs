//! Which secrets this change would publish: those at the tip, those that only a commit on the way has,
//! those that a merge resolved by hand, and those in messages; without those that base has already.
//!
//! "Has already" is asked of the value, not of the line: a moved, re-indented or renamed secret and one
//! that came with a merge of the target are not new.
//!
//! Does not catch: a value that base has in another encoding than the change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use aho_corasick::AhoCorasick;
use anyhow::{Context as _, Result};

use super::gitleaks::Config;
use super::keyed;
use super::occurrence::{MESSAGE, Occurrence, State};
use crate::change::{Blob, Change, Commit, Content, File, Side};
use crate::checks::Context;
use crate::finding::Place;
use crate::language::Trees;
use crate::secrets::{Hit, Tier, Tree, engine, forms, scan};
use crate::text;

/// What the search came to.
pub(super) struct Searched {
    /// Secrets that the change would publish.
    pub(super) new: Vec<Occurrence>,
    /// Every text that no output may show: secrets old and new, as they stand and decoded.
    pub(super) shown: Vec<String>,
    /// What of the repository's own configuration was not honoured.
    pub(super) remarks: Vec<String>,
}

/// Searches the change.
///
/// # Errors
/// Where the repository cannot read a commit of the range or the base tree.
pub(super) fn search(context: &Context<'_>) -> Result<Searched> {
    let change = context.change;
    let mut scans = Scans {
        trees: context.trees,
        own: Config::load(change)?,
        known: HashMap::new(),
        shown: BTreeSet::new(),
    };
    let mut found = Vec::new();
    for file in &context.files {
        if let Some(blob) = &file.head {
            found.extend(scans.occurrences(&file.path, blob, &State::Tip)?);
            if file.base.is_none() || file.old_path.is_some() {
                found.extend(scans.name(&file.path)?);
            }
        }
    }
    let at_tip: BTreeSet<String> = found.iter().map(|one| one.hit.value.clone()).collect();
    let mut passing: BTreeMap<String, Occurrence> = BTreeMap::new();
    for commit in &change.commits {
        for one in scans.commit(change, commit, context)? {
            if !at_tip.contains(&one.hit.value) {
                passing.entry(one.hit.value.clone()).or_insert(one);
            }
        }
    }
    found.extend(passing.into_values());
    for commit in &change.commits {
        found.extend(scans.message(commit)?);
    }
    let mut new = published_by(change, &mut scans, found)?;
    new.extend(scans.by_path(change)?);
    new.retain(|one| !scans.own.allows(one));
    for one in &mut new {
        one.hash = keyed::hash(&one.hit.one.rule.id, &one.hit.value);
    }
    Ok(Searched {
        new,
        shown: scans.shown.into_iter().collect(),
        remarks: std::mem::take(&mut scans.own.remarks),
    })
}

/// The text to search in a blob.
fn searchable(blob: &Blob) -> Option<std::borrow::Cow<'_, str>> {
    match &blob.content {
        Content::Text(text) => Some(text.as_ref().into()),
        Content::Undecodable(bytes) => Some(String::from_utf8_lossy(bytes)),
        Content::Symlink(target) => Some(target.as_str().into()),
        Content::Binary
        | Content::LfsPointer
        | Content::Submodule(_)
        | Content::TooLarge
        | Content::Missing(_) => None,
    }
}

type Hits = Rc<Vec<(Hit<'static>, Place, String)>>;

/// Searched blobs: each is searched once under a path.
struct Scans<'t> {
    trees: &'t Trees,
    own: Config,
    known: HashMap<(String, String), Hits>,
    shown: BTreeSet<String>,
}

impl Scans<'_> {
    fn hits(&mut self, path: &str, blob: &Blob) -> Result<Hits> {
        let key = (path.to_owned(), blob.id.clone());
        if let Some(hits) = self.known.get(&key) {
            return Ok(Rc::clone(hits));
        }
        let hits = match searchable(blob) {
            Some(text) => {
                let trees = self.trees;
                self.placed(path, &text, &|| trees.of(path, blob))?
            }
            None => Rc::default(),
        };
        self.known.insert(key, Rc::clone(&hits));
        Ok(hits)
    }

    fn placed(&mut self, path: &str, text: &str, tree: Tree<'_>) -> Result<Hits> {
        let hits = scan(self.own.matches(path, text), path, text, tree)?;
        if hits.is_empty() {
            return Ok(Rc::default());
        }
        let lines = Lines::new(text);
        let placed = hits.into_iter().map(|hit| {
            let place = lines.place(&hit.range);
            let around = lines.around(&hit.range).to_owned();
            self.shown.extend(forms(&hit, text));
            (hit, place, around)
        });
        Ok(Rc::new(placed.collect()))
    }

    fn occurrences(&mut self, path: &str, blob: &Blob, state: &State) -> Result<Vec<Occurrence>> {
        let hits = self.hits(path, blob)?;
        Ok(placed_at(&hits, path, state))
    }

    /// What a commit has that none of its parents has the file of; a merge's own resolution for one.
    fn commit(
        &mut self,
        change: &Change,
        commit: &Commit,
        context: &Context<'_>,
    ) -> Result<Vec<Occurrence>> {
        let read = |parent| {
            change
                .commit_files(commit, parent)
                .with_context(|| format!("commit {}", commit.id))
        };
        let mut files = read(0)?;
        for parent in 1..commit.parents.len() {
            let other: BTreeSet<String> = read(parent)?.into_iter().map(|file| file.path).collect();
            files.retain(|file| other.contains(&file.path));
        }
        let state = State::Gone {
            commit: commit.id.clone(),
        };
        let mut found = Vec::new();
        for file in &files {
            let Some(blob) = &file.head else { continue };
            let by_path = |tip: &&File| tip.path.as_str().cmp(&file.path);
            let tip = context.files.binary_search_by(by_path).ok();
            let tip = tip.and_then(|at| context.files.get(at)?.head.as_ref());
            if tip.is_some_and(|head| head.id == blob.id) {
                continue;
            }
            found.extend(self.occurrences(&file.path, blob, &state)?);
        }
        Ok(found)
    }

    /// Added files whose path alone a rule of the repository forbids.
    fn by_path(&self, change: &Change) -> Result<Vec<Occurrence>> {
        if self.own.is_empty() {
            return Ok(Vec::new());
        }
        let Some(one) = engine()?.repository_rule() else {
            return Ok(Vec::new());
        };
        let added = change
            .files
            .iter()
            .filter(|file| file.base.is_none() && file.head.is_some());
        let named = added.flat_map(|file| {
            let rules = self.own.by_path(&file.path).into_iter();
            rules.map(|rule| (file.path.clone(), rule))
        });
        let found = named.map(|(path, rule)| Occurrence {
            hit: Hit {
                one,
                range: 0..0,
                value: path.clone(),
                via: Vec::new(),
                tier: Tier::Generic,
                name: Some(rule),
            },
            path,
            place: Place::FILE,
            state: State::Tip,
            lines: String::new(),
            hash: String::new(),
        });
        Ok(found.collect())
    }

    /// What the name of a new file says: only what has a shape of its own, as a path is no assignment.
    fn name(&mut self, path: &str) -> Result<Vec<Occurrence>> {
        let hits = self.placed(path, path, &|| None)?;
        let mut found = placed_at(&hits, path, &State::Name);
        found.retain(|one| one.hit.tier >= Tier::Shaped);
        for one in &mut found {
            one.place = Place::FILE;
            one.lines.clear();
        }
        Ok(found)
    }

    fn message(&mut self, commit: &Commit) -> Result<Vec<Occurrence>> {
        let hits = self.placed(MESSAGE, &commit.message, &|| None)?;
        let state = State::Message {
            commit: commit.id.clone(),
        };
        Ok(placed_at(&hits, MESSAGE, &state))
    }
}

/// What was found in a text, under a path and in a state.
fn placed_at(hits: &Hits, path: &str, state: &State) -> Vec<Occurrence> {
    hits.iter()
        .map(|(hit, place, lines)| Occurrence {
            hit: hit.clone(),
            path: path.to_owned(),
            place: *place,
            state: state.clone(),
            lines: lines.clone(),
            hash: String::new(),
        })
        .collect()
}

/// Those of the found that base has not.
fn published_by(
    change: &Change,
    scans: &mut Scans<'_>,
    mut found: Vec<Occurrence>,
) -> Result<Vec<Occurrence>> {
    if found.is_empty() {
        return Ok(found);
    }
    // The other side of the same files first: most old secrets are there.
    let mut old: BTreeSet<String> = BTreeSet::new();
    for file in &change.files {
        if let Some(blob) = &file.base {
            let hits = scans.hits(file.base_path(), blob)?;
            old.extend(hits.iter().map(|(hit, _, _)| hit.value.clone()));
            if let Some(text) = searchable(blob) {
                found.retain(|one| !holds(&text, &one.hit.value));
            }
        }
    }
    found.retain(|one| !old.contains(&one.hit.value));
    if found.is_empty() {
        return Ok(found);
    }
    let values: Vec<String> = found
        .iter()
        .map(|one| one.hit.value.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let anywhere = in_base(change, &values)?;
    found.retain(|one| !anywhere.contains(&one.hit.value));
    Ok(found)
}

/// Whether the text holds the value, and not as part of a longer word.
fn holds(text: &str, value: &str) -> bool {
    text.match_indices(value)
        .any(|(at, _)| whole(text, at, value))
}

fn whole(text: &str, at: usize, value: &str) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    !(word(before) && edge(value.bytes().next())
        || word(bytes.get(at + value.len())) && edge(value.bytes().last()))
}

/// Those of the values that any file of base's tree holds.
fn in_base(change: &Change, values: &[String]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let search = AhoCorasick::new(values).context("the values to look for in base")?;
    for path in change.paths(Side::Base)? {
        if found.len() == values.len() {
            break;
        }
        let mut look = |text: &str| {
            for hit in search.find_overlapping_iter(text) {
                if let Some(value) = values.get(hit.pattern().as_usize())
                    && whole(text, hit.start(), value)
                {
                    found.insert(value.clone());
                }
            }
        };
        look(path);
        let Some(blob) = change.read(Side::Base, path)? else {
            continue;
        };
        if let Some(text) = searchable(&blob) {
            look(&text);
        }
    }
    Ok(found)
}

/// Byte offsets to lines and columns.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    fn line(&self, at: usize) -> (usize, usize) {
        let line = self
            .starts
            .partition_point(|&start| start <= at)
            .saturating_sub(1);
        (line, self.starts.get(line).copied().unwrap_or(0))
    }

    fn point(&self, at: usize) -> (u32, u32) {
        let (line, start) = self.line(at);
        let column = text::column(self.text.get(start..).unwrap_or_default(), at - start);
        (u32::try_from(line + 1).unwrap_or(u32::MAX), column)
    }

    fn place(&self, range: &std::ops::Range<usize>) -> Place {
        let (line, column) = self.point(range.start);
        let (end_line, end_column) = self.point(range.end);
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The line before a range, and its whole lines.
    fn around(&self, range: &std::ops::Range<usize>) -> &'t str {
        let (line, start) = self.line(range.start);
        let start = line
            .checked_sub(1)
            .and_then(|line| self.starts.get(line))
            .copied()
            .unwrap_or(start);
        let rest = self.text.get(range.end..).unwrap_or_default();
        let end = range.end + rest.find('\n').unwrap_or(rest.len());
        self.text.get(start..end).unwrap_or_default()
    }
}
