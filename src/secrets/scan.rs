//! Searching one text: keywords first, then the rules whose keyword was seen ([`super::search`]), then the same in
//! what the text encodes.
//!
//! Linear: one pass of the automaton, and for each keyword a bounded stretch of text.
//!
//! Does not catch: what no rule knows and no name announces.

use std::ops::Range;

use anyhow::Result;
use memchr::memmem;

use super::engine::{self, Compiled, Engine};
use super::fold::Tree;
use super::kind::{self, Kind};
use super::search::Search;
use super::{decode, fold, join, personal};
use crate::budget;

/// How sure a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// It has the shape and its checksum or structure is wrong.
    Disproved,
    /// A telling name and a rare value.
    Generic,
    /// The same, with no doubt about name, value or place.
    StrongGeneric,
    /// A distinct shape.
    Shaped,
    /// Verified offline.
    Proven,
}

/// A secret in a text.
#[derive(Clone)]
pub(crate) struct Hit<'a> {
    /// The rule.
    pub(crate) one: &'a Compiled,
    /// Where it stands in the text that was given.
    pub(crate) range: Range<usize>,
    /// The secret itself, decoded.
    pub(crate) value: String,
    /// How it was seen through, outermost first; empty where it stands plain.
    pub(crate) via: Vec<&'static str>,
    /// How sure it is.
    pub(crate) tier: Tier,
    /// The name that it is given to, where it is found by one.
    pub(crate) name: Option<String>,
}

/// What a rule of the repository matched.
pub(crate) struct Match {
    /// The rule's id.
    pub(crate) rule: String,
    /// The secret.
    pub(crate) range: Range<usize>,
}

const DEEPEST: usize = 3;

/// All secrets of a text, in order, each once; with `own`, which the repository's own rules match.
///
/// # Errors
/// Where our own rules cannot be read; a test reads them all.
pub(crate) fn scan(
    own: Vec<Match>,
    path: &str,
    text: &str,
    tree: Tree<'_>,
) -> Result<Vec<Hit<'static>>> {
    let kind = kind::of(path);
    let personal = match kind.sample || kind.generated {
        true => Vec::new(),
        false => personal::find(text),
    };
    let nothing = own.is_empty() && personal.is_empty();
    if nothing && engine::is_idle(text.len()) && is_plain(path, text, tree, 0) {
        return Ok(Vec::new());
    }
    let engine = engine::engine()?;
    let mut scanner = Scanner {
        engine,
        path,
        tree,
        kind,
        hits: Vec::new(),
    };
    scanner.layer(text, None, &mut Vec::new());
    for (datum, range) in personal {
        scanner
            .hits
            .extend(engine.rule(datum.rule()).map(|one| Hit {
                one,
                value: text.get(range.clone()).unwrap_or_default().to_owned(),
                range,
                via: Vec::new(),
                tier: Tier::Generic,
                name: None,
            }));
    }
    if let Some(one) = engine.repository_rule() {
        scanner.hits.extend(own.into_iter().map(|found| Hit {
            one,
            value: text.get(found.range.clone()).unwrap_or_default().to_owned(),
            range: found.range,
            via: Vec::new(),
            tier: Tier::Generic,
            name: Some(found.rule),
        }));
    }
    Ok(settle(scanner.hits))
}

/// Whether no keyword of any rule stands in a text, nor in what it encodes: then nothing is found in it.
fn is_plain(path: &str, text: &str, tree: Tree<'_>, depth: usize) -> bool {
    budget::charge_text(text.len());
    let lower = text.to_ascii_lowercase();
    let has = |word: &&str| memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
    if engine::keywords().iter().any(has) {
        return false;
    }
    depth >= DEEPEST
        || decode::segments(text)
            .iter()
            .chain(&pieces(path, text, tree, depth))
            .all(|segment| is_plain(path, &segment.text, tree, depth + 1))
}

/// Literals in pieces. The file itself is read by its syntax tree where it has one; other languages, and what
/// a text encodes, by their quotes.
fn pieces(path: &str, text: &str, tree: Tree<'_>, depth: usize) -> Vec<decode::Segment> {
    let read = if depth == 0 {
        fold::segments(path, text, tree)
    } else {
        None
    };
    read.unwrap_or_else(|| join::segments(text))
}

/// Of hits on the same place the surest stays; each value at a place once.
fn settle(mut hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    hits.sort_by(|a, b| {
        (
            a.range.start,
            b.tier,
            a.via.len(),
            b.range.end,
            &a.one.rule.id,
        )
            .cmp(&(
                b.range.start,
                a.tier,
                b.via.len(),
                a.range.end,
                &b.one.rule.id,
            ))
    });
    let mut kept: Vec<Hit<'_>> = Vec::new();
    for hit in hits {
        let overlap = kept.last_mut().filter(|last| {
            hit.range.start < last.range.end
                && (last.via.is_empty() || hit.via.is_empty() || last.range == hit.range)
        });
        match overlap {
            Some(last) if hit.tier > last.tier => *last = hit,
            Some(last) if last.tier > hit.tier || last.range.end >= hit.range.end => {}
            Some(_) | None => kept.push(hit),
        }
    }
    kept
}

struct Scanner<'a, 'p> {
    engine: &'a Engine,
    path: &'p str,
    tree: Tree<'p>,
    kind: Kind,
    hits: Vec<Hit<'a>>,
}

impl<'a> Scanner<'a, '_> {
    /// Searches a text; `origin` is where it stands in the outermost one, when it does not itself.
    fn layer(&mut self, text: &str, origin: Option<&Range<usize>>, via: &mut Vec<&'static str>) {
        budget::charge_text(text.len());
        self.keywords(text, origin, via);
        if via.len() >= DEEPEST {
            return;
        }
        let mut inner = decode::segments(text);
        inner.extend(pieces(self.path, text, self.tree, via.len()));
        for segment in inner {
            via.push(segment.via);
            let range = origin.cloned().unwrap_or(segment.range);
            self.layer(&segment.text, Some(&range), via);
            via.pop();
        }
    }

    fn keywords(&mut self, text: &str, origin: Option<&Range<usize>>, via: &[&'static str]) {
        let engine = self.engine;
        let mut search = Search::new(text, self.path, self.kind, engine.rules.len());
        for hit in engine.keywords.find_overlapping_iter(text) {
            let owners = engine.owners.get(hit.pattern().as_usize());
            for &owner in owners.into_iter().flatten() {
                let Some(one) = engine.rules.get(owner) else {
                    continue;
                };
                let Some(found) = search.find(one, owner, hit.range()) else {
                    continue;
                };
                self.hits.push(Hit {
                    one,
                    range: origin.cloned().unwrap_or(found.range),
                    value: found.value,
                    via: via.to_vec(),
                    tier: found.tier,
                    name: found.name,
                });
            }
        }
    }
}
