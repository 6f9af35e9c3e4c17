//! What a repository has said to be no secret, in our own policy and in the marks and files of the tools
//! that it may have used before.
//!
//! `[[checks.secrets.ignore]]` of the policy names rule and keyed hash, so an entry survives squash,
//! rebase and moves. `.gitleaksignore` and `.secrets.baseline` are read from base. A mark on the line
//! (`gitleaks:allow`, `pragma: allowlist secret`) can only come with the secret itself: it turns the finding into a
//! question to a human, as does every entry that the change adds.
//!
//! Does not catch: an entry of `.gitleaksignore` whose line number has drifted.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use sha1::{Digest, Sha1};

use super::gitleaks;
use super::occurrence::Occurrence;
use crate::change::{Blob, File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level, Place};
use crate::policy::IgnoredSecret;
use crate::rule::built_in::secrets::SECRET_ALLOW_ADDED;

const GITLEAKS_IGNORE: &str = ".gitleaksignore";
const BASELINE: &str = ".secrets.baseline";
const MARKS: &[&str] = &[
    "gitleaks:allow",
    "pragma: allowlist secret",
    "pragma: whitelist secret",
];
const NEXT_LINE: &str = "pragma: allowlist nextline secret";

/// One line of `.gitleaksignore`: `[commit:]path:rule:line`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ignored {
    path: String,
    rule: String,
    line: u32,
}

/// All that is allowed at base.
pub(super) struct Allows<'a> {
    own: &'a [IgnoredSecret],
    ignored: Vec<Ignored>,
    /// SHA-1 of values, by path.
    baseline: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Allows<'a> {
    /// Reads them from base.
    ///
    /// # Errors
    /// Where base cannot be read, or our own rules.
    pub(super) fn load(context: &Context<'a>) -> Result<Self> {
        let read = |path| -> Result<Option<Blob>> {
            let read = context.change.read(Side::Base, path);
            read.with_context(|| format!("{path} at base"))
        };
        let text = |blob: &Option<Blob>| {
            blob.as_ref()
                .and_then(Blob::text)
                .unwrap_or_default()
                .to_owned()
        };
        Ok(Self {
            own: &context.policy.checks().secrets.ignore,
            ignored: ignored(&text(&read(GITLEAKS_IGNORE)?)),
            baseline: baseline(&text(&read(BASELINE)?)),
        })
    }

    /// The finding, unless base allows it; a human's question where the change itself does.
    pub(super) fn judge(&self, one: &Occurrence, finding: Finding) -> Option<Finding> {
        if self.allowed_at_base(one) {
            return None;
        }
        let Some(mark) = mark(one) else {
            return Some(finding);
        };
        let place = Place {
            line: finding.line,
            column: finding.column,
            end_line: finding.end_line,
            end_column: finding.end_column,
        };
        let stated = format!(
            "`{mark}` is added together with what it allows: {}",
            finding.message
        );
        let mut asked = SECRET_ALLOW_ADDED.finding(finding.side, &finding.path, place, stated);
        asked.level = finding.level.min(Level::Escalate);
        asked.commit = finding.commit;
        asked.anchor = finding.anchor;
        asked.evidence = finding.evidence;
        Some(asked)
    }

    fn allowed_at_base(&self, one: &Occurrence) -> bool {
        let rule = &one.hit.one.rule.id;
        let names = one.names();
        let own = |entry: &IgnoredSecret| entry.rule == *rule && entry.hash == one.hash;
        let ignored = |entry: &Ignored| {
            entry.path == one.path
                && entry.line == one.place.line
                && names.contains(&entry.rule.as_str())
        };
        self.own.iter().any(own)
            || self.ignored.iter().any(ignored)
            || self
                .baseline
                .get(&one.path)
                .is_some_and(|known| known.contains(&sha1(&one.hit.value)))
    }

    /// Allow entries and marks that the change adds, and own entries that nothing needs.
    pub(super) fn added(&self, context: &Context<'_>, new: &[Occurrence]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for file in &context.files {
            let Some(text) = file.text(Side::Head) else {
                continue;
            };
            match file.path.as_str() {
                GITLEAKS_IGNORE => findings.extend(self.added_lines(file, text)),
                gitleaks::FILE if file.added_lines().next().is_some() => {
                    let stated = "the configuration of the search for secrets is changed: it counts from the next change on";
                    findings.push(SECRET_ALLOW_ADDED.finding(
                        Side::Head,
                        &file.path,
                        Place::FILE,
                        stated,
                    ));
                }
                BASELINE => findings.extend(self.added_hashes(file, text)),
                _ => findings.extend(self.added_marks(file, text, new)),
            }
        }
        if context.change.base.tree.is_none() && context.change.base.overlay.is_empty() {
            findings.extend(self.never_used(new));
        }
        findings
    }

    fn added_lines(&self, file: &File, text: &str) -> Vec<Finding> {
        let lines: Vec<&str> = text.lines().collect();
        file.added_lines()
            .filter_map(|at| {
                let line = lines.get(at as usize)?.trim();
                let entry = !line.is_empty() && !line.starts_with('#');
                entry.then(|| {
                    let stated = "an entry that allows a secret is added".to_owned();
                    SECRET_ALLOW_ADDED.finding(
                        Side::Head,
                        &file.path,
                        whole_line(at + 1, line),
                        stated,
                    )
                })
            })
            .collect()
    }

    fn added_hashes(&self, file: &File, text: &str) -> Vec<Finding> {
        let added = baseline(text).into_iter().flat_map(|(path, hashes)| {
            let old = self.baseline.get(&path);
            let new = |hash: &String| !old.is_some_and(|old| old.contains(hash));
            let count = hashes.iter().filter(|hash| new(hash)).count();
            (count > 0).then_some((path, count))
        });
        added
            .map(|(path, count)| {
                let stated = format!(
                    "{count} allowed values are added for {}",
                    crate::text::visible(&path)
                );
                SECRET_ALLOW_ADDED.finding(Side::Head, &file.path, Place::FILE, stated)
            })
            .collect()
    }

    fn added_marks(&self, file: &File, text: &str, new: &[Occurrence]) -> Vec<Finding> {
        let marked = |line: &str| {
            MARKS
                .iter()
                .chain([&NEXT_LINE])
                .any(|mark| line.contains(mark))
        };
        if !marked(text) {
            return Vec::new();
        }
        let lines: Vec<&str> = text.lines().collect();
        let reported = |at: u32| {
            new.iter().any(|one| {
                one.path == file.path
                    && (at + 1..=at + 2).contains(&one.place.line)
                    && mark(one).is_some()
            })
        };
        file.added_lines()
            .filter(|at| lines.get(*at as usize).is_some_and(|line| marked(line)) && !reported(*at))
            .map(|at| {
                let line = lines.get(at as usize).copied().unwrap_or_default();
                let stated = "a mark that allows a secret is added where none is found".to_owned();
                let mut finding = SECRET_ALLOW_ADDED.finding(
                    Side::Head,
                    &file.path,
                    whole_line(at + 1, line),
                    stated,
                );
                finding.level = Level::Note;
                finding
            })
            .collect()
    }

    fn never_used(&self, new: &[Occurrence]) -> Vec<Finding> {
        let used = |entry: &IgnoredSecret| {
            new.iter()
                .any(|one| one.hit.one.rule.id == entry.rule && one.hash == entry.hash)
        };
        self.own
            .iter()
            .filter(|entry| !used(entry))
            .map(|entry| {
                let stated = format!("unused entry in [[checks.secrets.ignore]] for rule {}, hash {}: nothing has this value",
                    entry.rule, entry.hash
                );
                let mut finding =
                    SECRET_ALLOW_ADDED.finding(Side::Head, "draftgate.toml", Place::FILE, stated);
                finding.level = Level::Note;
                finding.anchor = Some(entry.hash.clone());
                finding
            })
            .collect()
    }
}

/// The mark that stands with a secret.
fn mark(one: &Occurrence) -> Option<&'static str> {
    let (above, rest) = match one.place.line {
        1 => ("", one.lines.as_str()),
        _ => one.lines.split_once('\n').unwrap_or(("", &one.lines)),
    };
    let here = MARKS.iter().find(|mark| rest.contains(**mark)).copied();
    here.or_else(|| above.contains(NEXT_LINE).then_some(NEXT_LINE))
}

fn whole_line(line: u32, text: &str) -> Place {
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: crate::text::column(text, text.len()),
    }
}

fn ignored(text: &str) -> Vec<Ignored> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| {
            let (rest, number) = line.rsplit_once(':')?;
            let (path, rule) = rest.rsplit_once(':')?;
            let commit = |first: &str| {
                first.len() == 40 && first.bytes().all(|byte| byte.is_ascii_hexdigit())
            };
            let path = match path.split_once(':') {
                Some((first, path)) if commit(first) => path,
                _ => path,
            };
            Some(Ignored {
                path: path.to_owned(),
                rule: rule.to_owned(),
                line: number.parse().ok()?,
            })
        })
        .collect()
}

/// Hashes by path. An entry that an audit called a secret allows nothing.
fn baseline(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let parsed: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let results = parsed.get("results").and_then(serde_json::Value::as_object);
    for (path, entries) in results.into_iter().flatten() {
        for entry in entries.as_array().into_iter().flatten() {
            let audited = entry.get("is_secret").and_then(serde_json::Value::as_bool);
            let hash = entry
                .get("hashed_secret")
                .and_then(serde_json::Value::as_str);
            if let Some(hash) = hash.filter(|_| audited != Some(true)) {
                known
                    .entry(path.clone())
                    .or_default()
                    .insert(hash.to_owned());
            }
        }
    }
    known
}

fn sha1(value: &str) -> String {
    crate::text::hex(&Sha1::digest(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gitleaksignore_lines_are_read_with_and_without_a_commit() {
        let commit = "0123456789012345678901234567890123456789";
        let text = format!("# why\na/b.py:github-pat:3\n{commit}:c.py:generic-api-key:7\n");
        let read: Vec<(String, u32)> = ignored(&text)
            .into_iter()
            .map(|one| (one.path, one.line))
            .collect();
        assert_eq!(read, [("a/b.py".to_owned(), 3), ("c.py".to_owned(), 7)]);
    }

    #[test]
    fn a_baseline_allows_what_no_audit_called_a_secret() {
        let text = "{\"results\": {\"a.py\": [{\"hashed_secret\": \"x\"}, {\"hashed_secret\": \"y\", \"is_secret\": true}]}}";
        assert_eq!(baseline(text).get("a.py").map(BTreeSet::len), Some(1));
        assert_eq!(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
