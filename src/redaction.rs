//! Redaction: no output shows a secret, in no form that it was seen in.
//!
//! Two nets. What the secrets check found, and what a search of every shown file finds whichever checks were
//! asked for, is taken out wherever it stands, in pieces of [`PIECE`] bytes as well, so that a cut line or
//! a shortened message shows no beginning of one. Then each text is searched itself, for what came from
//! elsewhere: a tool's output, an error that quotes a line.
//!
//! Does not catch: a value that no rule takes for a secret; a piece shorter than [`PIECE`].

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::change::{Blob, Change};
use crate::finding::Finding;
use crate::finding::excerpt::excerpt;
use crate::finding::judgement::{Judgement, RunLog};
use crate::finding::places::{Lines, Places};
use crate::secrets;

/// What stands in place of a secret.
const MASK: &str = "[redacted]";

/// Bytes of a secret that are no longer shown.
pub const PIECE: usize = 12;

/// Pieces over which only whole values are looked for.
const MOST_PIECES: usize = 200_000;

/// What the checks know of secrets.
pub(crate) struct KnownSecrets {
    /// Texts that no output may show.
    pub(crate) values: Vec<String>,
    /// Whether head's files were searched for them.
    pub(crate) searched: bool,
}

/// What was judged and what the run printed, with the excerpts and without the secrets. Which checks were asked for
/// does not matter: what is shown is searched here, where no check has.
pub(crate) fn redacted(
    change: &Change,
    places: &mut Places<'_>,
    secrets: KnownSecrets,
    mut judged: Judgement,
    mut log: RunLog,
) -> (Judgement, RunLog) {
    // Nothing of the repository is shown: no need to read the rules of secrets.
    if change.files.is_empty() && judged.findings.is_empty() && log.output.is_empty() {
        return (judged, log);
    }
    let mut redaction = Redaction::default();
    redaction.know(secrets.values);
    let mut learned = BTreeSet::new();
    let mut learn = |path: &str, id: &str, text: &str| {
        if learned.insert((path.to_owned(), id.to_owned())) {
            redaction.learn(path, text);
        }
    };
    let printed = !log.output.is_empty();
    for file in &change.files {
        let head = file.head.as_ref().filter(|_| !secrets.searched);
        let base = file.base.as_ref().filter(|_| !secrets.searched || printed);
        for (path, blob) in [(file.path.as_str(), head), (file.base_path(), base)] {
            if let Some((id, text)) = blob.and_then(|blob| Some((&blob.id, Blob::text(blob)?))) {
                learn(path, id, text);
            }
        }
    }
    let framed: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|f| f.commit.is_none())
        .collect();
    for finding in &framed {
        let located = places.of(finding);
        if let Some(lines) = &located.lines {
            learn(&finding.path, &located.id, &lines.text);
        }
    }
    redaction.settle();
    let mut clean: BTreeMap<String, Lines> = BTreeMap::new();
    for finding in framed {
        let located = places.of(finding);
        let Some(lines) = &located.lines else {
            continue;
        };
        // The whole text: a secret may span lines, and an excerpt may cut one.
        let lines = clean
            .entry(located.id.clone())
            .or_insert_with(|| Lines::new(redaction.in_place(&lines.text).into()));
        if let Some(excerpt) = excerpt(lines, finding) {
            judged.excerpts.insert(finding.fingerprint.clone(), excerpt);
        }
    }
    redaction.judged(&mut judged);
    for output in log.output.values_mut() {
        *output = redaction.text(output);
    }
    (judged, log)
}

/// Texts that no output may show.
#[derive(Default)]
pub struct Redaction {
    values: BTreeSet<String>,
    search: Option<AhoCorasick>,
}

impl Redaction {
    /// Takes more values in.
    pub fn know(&mut self, values: impl IntoIterator<Item = String>) {
        self.values
            .extend(values.into_iter().filter(|value| !value.is_empty()));
    }

    /// Searches a file of which something may be shown.
    pub fn learn(&mut self, path: &str, text: &str) {
        self.know(secrets::shown(path, text));
    }

    /// Ends the learning: from here on texts are cleaned of all that is known.
    pub fn settle(&mut self) {
        let pieces: usize = self.values.iter().map(String::len).sum();
        let mut patterns: BTreeSet<&[u8]> = BTreeSet::new();
        for value in &self.values {
            patterns.insert(value.as_bytes());
            for line in value.lines().map(str::trim) {
                if pieces <= MOST_PIECES && is_token(line) {
                    patterns.extend(line.as_bytes().windows(PIECE));
                }
            }
        }
        self.search = AhoCorasick::new(patterns).ok();
    }

    /// The text with a mark in place of each secret.
    pub fn text(&self, text: &str) -> String {
        self.without(text, |_| MASK.to_owned())
    }

    /// The text with an asterisk for each character of a secret: lines and columns stay what they are.
    pub fn in_place(&self, text: &str) -> String {
        self.without(text, |secret| {
            let star = |c| if matches!(c, '\n' | '\r') { c } else { '*' };
            secret.chars().map(star).collect()
        })
    }

    fn without(&self, text: &str, mask: impl Fn(&str) -> String) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut shown = 0;
        for range in self.ranges(text) {
            clean.push_str(text.get(shown..range.start).unwrap_or_default());
            clean.push_str(&mask(text.get(range.clone()).unwrap_or_default()));
            shown = range.end;
        }
        clean.push_str(text.get(shown..).unwrap_or_default());
        clean
    }

    /// Where the secrets are, in order and apart.
    fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = secrets::places("", text);
        if let Some(search) = &self.search
            && !self.values.is_empty()
        {
            ranges.extend(search.find_overlapping_iter(text).map(|hit| hit.range()));
        }
        // A piece may end inside a character.
        for range in &mut ranges {
            range.start = text.floor_char_boundary(range.start);
            range.end = text.ceil_char_boundary(range.end);
        }
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }

    /// Takes the secrets out of everything that a report may show.
    pub fn judged(&self, judged: &mut Judgement) {
        let clean = |text: &mut String| *text = self.text(text);
        for finding in &mut judged.findings {
            clean(&mut finding.path);
            clean(&mut finding.message);
            clean(&mut finding.why);
            clean(&mut finding.fix);
            clean(&mut finding.avoid);
            clean(&mut finding.reproduce);
            for step in &mut finding.trace {
                clean(&mut step.path);
                clean(&mut step.message);
            }
            for value in finding.evidence.values_mut() {
                self.value(value);
            }
        }
        for check in &mut judged.checks {
            clean(&mut check.why);
        }
        // Each check tells of the same files, mostly for the same reasons.
        let mut cleaned: HashMap<String, String> = HashMap::new();
        for entry in &mut judged.ledger {
            for text in [&mut entry.path, &mut entry.why] {
                let dirty = mem::take(text);
                let clean = cleaned
                    .entry(dirty)
                    .or_insert_with_key(|dirty| self.text(dirty));
                text.clone_from(clean);
            }
        }
        judged.remarks.iter_mut().for_each(clean);
        judged.obstacle.iter_mut().for_each(clean);
        for place in judged.places.values_mut() {
            clean(&mut place.path);
        }
        if let Some(coverage) = &mut judged.coverage {
            clean(&mut coverage.producer.name);
            clean(&mut coverage.producer.version);
            for file in &mut coverage.files {
                clean(&mut file.path);
            }
        }
        for excerpt in judged.excerpts.values_mut() {
            for line in &mut excerpt.lines {
                *line = self.in_place(line);
            }
        }
    }

    fn value(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = self.text(text),
            serde_json::Value::Array(values) => {
                values.iter_mut().for_each(|value| self.value(value));
            }
            serde_json::Value::Object(map) => map.values_mut().for_each(|value| self.value(value)),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
            }
        }
    }
}

/// One unbroken run: its pieces mean nothing else.
fn is_token(line: &str) -> bool {
    line.len() > PIECE
        && !line.starts_with("-----")
        && !line.contains("://")
        && !line.contains(char::is_whitespace)
}
