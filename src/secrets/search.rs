//! What a rule finds at a keyword: a token of a shape, the literal of a name, the login of a URL or of a command.
//!
//! Each looks at a bounded stretch of text around the keyword. The regexes are automata; none of them backtracks.
//!
//! Does not catch: an argument more than a thousand bytes behind its command.

use std::ops::Range;

use super::Validity;
use super::assignment::{self, Assignment, Quoting};
use super::engine::{Compiled, Finder};
use super::generic::{self, Strength};
use super::kind::Kind;
use super::scan::Tier;
use super::validate::Validator;
use super::{pem, placeholder, rarity, url};
use crate::budget;
use crate::finding::Confidence;

/// Bytes behind a keyword in which its token ends.
const REACH: usize = 1024;
const LONG_REACH: usize = 16 * 1024;

/// What a rule found.
pub(super) struct Found {
    /// Where the secret stands.
    pub(super) range: Range<usize>,
    /// The secret.
    pub(super) value: String,
    /// How sure it is.
    pub(super) tier: Tier,
    /// The name that it is given to.
    pub(super) name: Option<String>,
}

/// One text, and what is remembered while it is searched.
pub(super) struct Search<'t> {
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
    /// A search of a text under a path, with as many rules.
    pub(super) fn new(text: &'t str, path: &'t str, kind: Kind, rules: usize) -> Self {
        Self {
            text,
            path,
            kind,
            name_end: 0,
            judged_end: 0,
            assignment: None,
            done: vec![0; rules],
        }
    }

    /// What a rule finds at its keyword; `owner` is the rule's number.
    pub(super) fn find(
        &mut self,
        one: &Compiled,
        owner: usize,
        hit: Range<usize>,
    ) -> Option<Found> {
        let done = self.done.get_mut(owner)?;
        if hit.start < *done {
            return None;
        }
        // What is looked at around a keyword is limited.
        if !budget::charge_text(REACH) {
            return None;
        }
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
                let last = self.text.as_bytes().get(hit.end - 1);
                let is_loose = last.is_some_and(|byte| matches!(byte, b':' | b'='));
                // It looks to both sides, for each part of a key.
                if is_loose && !budget::charge_text(16 * REACH) {
                    return None;
                }
                let range = match is_loose {
                    true => pem::loose_jwk(self.text, hit.start),
                    false => pem::jwk(self.text, hit.start),
                };
                // The braces around decide; until the next one nothing changes.
                let rest = self.text.as_bytes().get(hit.end..)?;
                let brace = rest
                    .iter()
                    .take(4096)
                    .position(|&byte| matches!(byte, b'{' | b'}'));
                if brace.is_some() || range.is_none() {
                    let none = if is_loose { 0 } else { rest.len().min(4096) };
                    *done = hit.end + brace.unwrap_or(none);
                }
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
            Finder::Argument => self.argument(one, hit),
            Finder::KeyBody => {
                let key = pem::headless(self.text, hit.start)?;
                *done = key.range.end;
                Some(self.headless(key))
            }
            Finder::Personal | Finder::Repository => None,
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

    /// A key without its armour: a key as any where no test made it up.
    fn headless(&self, key: pem::Headless) -> Found {
        Found {
            value: key.body,
            range: key.range,
            tier: if self.kind.sketch {
                Tier::Generic
            } else {
                Tier::Proven
            },
            name: None,
        }
    }

    /// A value at a place where a command or a function takes a secret: judged as under a name that says so.
    fn argument(&self, one: &Compiled, hit: Range<usize>) -> Option<Found> {
        let keywords = &one.spec.keywords;
        let exact = self.text.get(hit.clone());
        let exact = exact.is_some_and(|text| keywords.iter().any(|keyword| keyword == text));
        if !exact || !begins(self.text.as_bytes(), hit.start, false) {
            return None;
        }
        let rest = self.text.get(hit.start..)?;
        let rest = rest.get(..rest.floor_char_boundary(REACH.min(rest.len())))?;
        let groups = one.regex()?.captures(rest)?;
        let found = groups.iter().skip(1).flatten().next()?;
        let range = hit.start + found.start()..hit.start + found.end();
        let given = Assignment {
            name: &one.spec.holds,
            name_end: hit.start,
            value: self.text.get(range.clone())?,
            range: range.clone(),
            quoting: Quoting::Quoted,
            compared: false,
        };
        generic::judge(&given, self.kind)?;
        Some(Found {
            value: given.value.to_owned(),
            range,
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
