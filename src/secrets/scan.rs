//! Searching one text: keywords first, then the rules whose keyword was seen, then the same in what the
//! text encodes.
//!
//! Linear: one pass of the automaton, and for each keyword a bounded stretch of text. The regexes are
//! automata as well; none of them backtracks.
//!
//! Does not catch: what no rule knows and no name announces.

use std::ops::Range;

use anyhow::Result;
use memchr::memmem;

use super::Validity;
use super::assignment::{self, Assignment};
use super::engine::{self, Compiled, Engine, Finder};
use super::fold::Tree;
use super::generic::{self, Strength};
use super::kind::{self, Kind};
use super::validate::Validator;
use super::{decode, fold, join, pem, placeholder, rarity, url};
use crate::budget;
use crate::finding::Confidence;

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
/// Bytes behind a keyword in which its token ends.
const REACH: usize = 1024;
const LONG_REACH: usize = 16 * 1024;

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
    if own.is_empty() && engine::is_idle(text.len()) && is_plain(path, text, tree, 0) {
        return Ok(Vec::new());
    }
    let engine = engine::engine()?;
    let mut scanner = Scanner {
        engine,
        path,
        tree,
        kind: kind::of(path),
        hits: Vec::new(),
    };
    scanner.layer(text, None, &mut Vec::new());
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
        let mut search = Search {
            text,
            path: self.path,
            kind: self.kind,
            name_end: 0,
            judged_end: 0,
            assignment: None,
            done: vec![0; engine.rules.len()],
        };
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

/// What a rule found.
struct Found {
    range: Range<usize>,
    value: String,
    tier: Tier,
    name: Option<String>,
}

/// One text, and what is remembered while it is searched.
struct Search<'t> {
    text: &'t str,
    path: &'t str,
    kind: Kind,
    /// Where the identifier of `assignment` ends; several keywords may stand in one.
    name_end: usize,
    /// Where the last identifier ends that the generic rule judged.
    judged_end: usize,
    assignment: Option<Assignment<'t>>,
    /// Where each rule need not look again.
    done: Vec<usize>,
}

impl<'t> Search<'t> {
    fn find(&mut self, one: &Compiled, owner: usize, hit: Range<usize>) -> Option<Found> {
        let done = self.done.get_mut(owner)?;
        if hit.start < *done {
            return None;
        }
        // What is looked at around a keyword is limited.
        budget::charge_text(REACH);
        let found = match one.spec.finder {
            Finder::Token => {
                let (found, seen) = token(one, self.text, hit);
                *done = seen.max(*done);
                found
            }
            Finder::Pem => {
                let key = pem::read(self.text, hit.start)?;
                *done = key.range.end;
                self.key(one, key)
            }
            Finder::Jwk => {
                let range = pem::jwk(self.text, hit.start);
                // The braces around decide; until the next one nothing changes.
                let rest = self.text.as_bytes().get(hit.end..)?;
                let brace = rest
                    .iter()
                    .take(4096)
                    .position(|&byte| matches!(byte, b'{' | b'}'));
                *done = hit.end + brace.unwrap_or(4096.min(rest.len()));
                let range = range?;
                Some(Found {
                    value: self.text.get(range.clone())?.to_owned(),
                    range,
                    tier: Tier::Proven,
                    name: None,
                })
            }
            Finder::Url => {
                let found = url::credentials(self.text, hit.start, self.kind.sketch)?;
                *done = found.range.end;
                let tier = if found.strong {
                    Tier::StrongGeneric
                } else {
                    Tier::Generic
                };
                Some(Found {
                    value: found.password.to_owned(),
                    range: found.range,
                    tier,
                    name: None,
                })
            }
            Finder::Header => self.header(one, hit),
            Finder::Bearer => self.bearer(one, hit),
            Finder::Assigned => self.assigned(one, hit),
            Finder::Generic => self.generic(hit),
            Finder::Repository => None,
        };
        found.filter(|it| !one.lets_pass(&it.value, self.path, self.text, &it.range))
    }

    fn key(&self, _one: &Compiled, key: pem::Armoured) -> Option<Found> {
        let tier = match Validator::Pem.verify(&key.body) {
            Validity::Wrong => return None,
            Validity::Proven if !key.encrypted => Tier::Proven,
            Validity::Proven | Validity::Shaped => Tier::Shaped,
        };
        Some(Found {
            value: self.text.get(key.range.clone())?.to_owned(),
            range: key.range,
            tier,
            name: None,
        })
    }

    fn header(&self, one: &Compiled, hit: Range<usize>) -> Option<Found> {
        let rest = self.text.get(hit.end..)?;
        let rest = rest.get(..rest.floor_char_boundary(REACH.min(rest.len())))?;
        let found = one.regex()?.captures(rest)?.get(one.spec.group)?;
        let value = url::basic(found.as_str())?;
        Some(Found {
            range: hit.end + found.start()..hit.end + found.end(),
            value,
            tier: Tier::Generic,
            name: None,
        })
    }

    fn bearer(&self, one: &Compiled, hit: Range<usize>) -> Option<Found> {
        let rest = self.text.get(hit.end..)?;
        let rest = rest.get(..rest.floor_char_boundary(REACH.min(rest.len())))?;
        let found = one.regex()?.find(rest)?;
        let rare = !self.kind.generated && generic::is_rare_token(found.as_str(), self.kind);
        rare.then(|| Found {
            range: hit.end..hit.end + found.end(),
            value: found.as_str().to_owned(),
            tier: Tier::Generic,
            name: None,
        })
    }

    /// The assignment around a keyword, parsed once for all keywords in one name.
    fn assignment(&mut self, hit: Range<usize>) -> Option<&Assignment<'t>> {
        if hit.end > self.name_end {
            let name = assignment::name_around(self.text, hit);
            self.name_end = name.end;
            self.assignment = assignment::parse(self.text, name, self.kind.bare);
        }
        self.assignment.as_ref()
    }

    fn assigned(&mut self, one: &Compiled, hit: Range<usize>) -> Option<Found> {
        let found = self.assignment(hit)?;
        let value = found.value.trim();
        let matched = one.regex()?.is_match(value);
        let enough = rarity::entropy(value) >= one.spec.entropy;
        if !matched || !enough || placeholder::made_up(value) || placeholder::published(value) {
            return None;
        }
        let offset = found.value.find(value).unwrap_or(0);
        let start = found.range.start + offset;
        Some(Found {
            range: start..start + value.len(),
            value: value.to_owned(),
            tier: Tier::Shaped,
            name: Some(found.name.to_owned()),
        })
    }

    fn generic(&mut self, hit: Range<usize>) -> Option<Found> {
        if hit.end <= self.judged_end {
            return None;
        }
        let kind = self.kind;
        self.assignment(hit);
        self.judged_end = self.name_end;
        let found = self.assignment.as_ref()?;
        let strength = generic::judge(found, kind)?;
        if placeholder::published(found.value) {
            return None;
        }
        Some(Found {
            range: found.range.clone(),
            value: found.value.to_owned(),
            tier: match strength {
                Strength::Strong => Tier::StrongGeneric,
                Strength::Fair => Tier::Generic,
            },
            name: Some(found.name.to_owned()),
        })
    }
}

/// A token of a known shape at a keyword, and up to where the rule has looked.
fn token(one: &Compiled, text: &str, hit: Range<usize>) -> (Option<Found>, usize) {
    let nothing = (None, 0);
    let bytes = text.as_bytes();
    let strict = matches!(one.spec.validator, Some(Validator::Jwt));
    let long = matches!(
        one.spec.validator,
        Some(Validator::Jwt | Validator::ServiceAccount | Validator::Base64Json)
    );
    let reach = if long { LONG_REACH } else { REACH };
    let start = match one.spec.back {
        0 => hit.start,
        back => walk_back(bytes, hit.start, back),
    };
    let exact = |keyword: &String| one.spec.back > 0 || text.get(hit.clone()) == Some(keyword);
    if !one.spec.keywords.iter().any(exact) || !begins(bytes, start, strict) {
        return nothing;
    }
    let end = text.floor_char_boundary(hit.start.saturating_add(reach).min(text.len()));
    let (Some(window), Some(regex)) = (text.get(start..end), one.regex()) else {
        return nothing;
    };
    let group = match one.spec.group {
        0 => regex.find(window),
        group => regex.captures(window).and_then(|found| found.get(group)),
    };
    let Some(secret) = group else {
        return nothing;
    };
    let range = start + secret.start()..start + secret.end();
    let value = secret.as_str();
    if !ends(bytes, range.end, value) {
        return nothing;
    }
    let tier = match one.spec.validator.map(|validator| validator.verify(value)) {
        Some(Validity::Proven) => Tier::Proven,
        // An armour with no key in it is a stub.
        Some(Validity::Wrong) if one.spec.validator == Some(Validator::ServiceAccount) => {
            return nothing;
        }
        Some(Validity::Wrong) => Tier::Disproved,
        Some(Validity::Shaped) | None => Tier::Shaped,
    };
    let doubtful = one.rule.confidence <= Confidence::Medium;
    if doubtful && placeholder::stands_in(value) {
        return nothing;
    }
    let sure = tier == Tier::Proven
        || (rarity::entropy(value) >= one.spec.entropy && !placeholder::made_up(value));
    if !sure || placeholder::published(value) {
        return nothing;
    }
    let found = Found {
        value: value.to_owned(),
        tier,
        name: None,
        range: range.clone(),
    };
    (Some(found), range.end)
}

fn in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a token may begin here: nothing of a word before it, an escape (`\n`) or `%3D` apart.
fn begins(bytes: &[u8], at: usize, strict: bool) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at).copied());
    match before(1) {
        None => true,
        Some(byte) if strict && matches!(byte, b'-' | b'.') => false,
        Some(byte) if !in_token(byte) => true,
        Some(b'n' | b'r' | b't') if before(2) == Some(b'\\') => true,
        Some(byte) => {
            byte.is_ascii_hexdigit()
                && before(2).is_some_and(|byte| byte.is_ascii_hexdigit())
                && before(3) == Some(b'%')
        }
    }
}

/// Whether a token may end here.
fn ends(bytes: &[u8], at: usize, value: &str) -> bool {
    let open = value.bytes().last().is_some_and(in_token);
    !open || !bytes.get(at).copied().is_some_and(in_token)
}

fn walk_back(bytes: &[u8], from: usize, most: usize) -> usize {
    let mut at = from;
    while at > 0 && from - at < most {
        match bytes.get(at - 1) {
            Some(&byte)
                if byte.is_ascii_alphanumeric()
                    || matches!(byte, b'_' | b'-' | b'.' | b'~' | b':' | b'/' | b'+') =>
            {
                at -= 1;
            }
            _ => break,
        }
    }
    at
}
