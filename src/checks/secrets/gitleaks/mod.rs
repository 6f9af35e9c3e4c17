//! A repository's own `.gitleaks.toml`: its rules are searched for beside ours, its allow-lists and disabled
//! rules are heeded for both.
//!
//! What cannot be honoured is said in a remark, never passed over.
//!
//! Does not catch: `extend.url` (nothing is fetched); decoded text (gitleaks itself does not by default).

mod allow;
mod pattern;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use anyhow::{Context as _, Result};
use regex::bytes::Regex;
use serde::Deserialize;

use self::allow::{Allow, Query, WrittenAllow};
use super::occurrence::Occurrence;
use crate::change::{Blob, Change, Side};
use crate::secrets::{Match, entropy};

/// The file's name.
pub(super) const FILE: &str = ".gitleaks.toml";
const DEEPEST: usize = 3;
const MOST_MATCHES: usize = 10_000;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    extend: Extend,
    rules: Vec<WrittenRule>,
    allowlist: Option<WrittenAllow>,
    allowlists: Vec<WrittenAllow>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Extend {
    use_default: bool,
    path: String,
    url: String,
    disabled_rules: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct WrittenRule {
    id: String,
    regex: String,
    path: String,
    secret_group: usize,
    entropy: f64,
    keywords: Vec<String>,
    skip_report: bool,
    allowlist: Option<WrittenAllow>,
    allowlists: Vec<WrittenAllow>,
    required: Vec<Required>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Required {
    id: String,
    within_lines: Option<usize>,
}

/// The configuration, ready to use.
#[derive(Default)]
pub(super) struct Config {
    rules: Vec<OwnRule>,
    keywords: Option<AhoCorasick>,
    /// Rules of each keyword.
    owners: Vec<Vec<usize>>,
    allows: Vec<Allow>,
    disabled: BTreeSet<String>,
    /// What was not honoured, and why.
    pub(super) remarks: Vec<String>,
}

struct OwnRule {
    written: WrittenRule,
    path: Option<Regex>,
    regex: OnceLock<Option<Regex>>,
    allows: Vec<Allow>,
}

impl Config {
    /// Whether the repository has no rules of its own.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Reads the configuration at base; the empty one where there is none.
    ///
    /// # Errors
    /// Where base cannot be read, or the file is no TOML.
    pub(super) fn load(change: &Change) -> Result<Self> {
        let mut config = Self::default();
        config.read(change, FILE, 0)?;
        let mut owners: Vec<Vec<usize>> = Vec::new();
        let mut keywords: Vec<String> = Vec::new();
        for (at, rule) in config.rules.iter().enumerate() {
            for keyword in &rule.written.keywords {
                keywords.push(keyword.to_ascii_lowercase());
                owners.push(vec![at]);
            }
        }
        config.owners = owners;
        config.keywords = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .build(&keywords)
            .ok();
        Ok(config)
    }

    fn read(&mut self, change: &Change, path: &str, depth: usize) -> Result<()> {
        let blob = change.read(Side::Base, path)?;
        let Some(text) = blob.as_ref().and_then(Blob::text) else {
            if depth > 0 {
                self.remarks
                    .push(format!("{FILE}: extend.path {path:?} is not at base"));
            }
            return Ok(());
        };
        self.add(text).with_context(|| format!("{path} at base"))?;
        let document: Document = toml::from_str(text).with_context(|| path.to_owned())?;
        if !document.extend.path.is_empty() && depth < DEEPEST {
            let next = document.extend.path.trim_start_matches("./").to_owned();
            self.read(change, &next, depth + 1)?;
        }
        Ok(())
    }

    /// Takes in one file.
    fn add(&mut self, text: &str) -> Result<()> {
        let document: Document = toml::from_str(text)?;
        if !document.extend.url.is_empty() {
            self.remarks
                .push(format!("{FILE}: extend.url is not fetched"));
        }
        if document.extend.use_default {
            self.remarks.push(format!(
                "{FILE}: extend.useDefault means the rules of draftgate here"
            ));
        }
        self.disabled.extend(document.extend.disabled_rules);
        for written in document.allowlist.into_iter().chain(document.allowlists) {
            let allow = Allow::new(&written, |pattern| self.pattern(pattern, "allowlist"));
            self.allows.push(allow);
        }
        for mut written in document.rules {
            let id = written.id.clone();
            let lists: Vec<WrittenAllow> = written
                .allowlist
                .take()
                .into_iter()
                .chain(std::mem::take(&mut written.allowlists))
                .collect();
            let allows = lists
                .iter()
                .map(|list| Allow::new(list, |pattern| self.pattern(pattern, &id)))
                .collect();
            let path = match written.path.as_str() {
                "" => None,
                pattern => self.pattern(pattern, &id),
            };
            self.rules.push(OwnRule {
                written,
                path,
                regex: OnceLock::new(),
                allows,
            });
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &str, place: &str) -> Option<Regex> {
        match pattern::compiled(pattern) {
            Ok(regex) => Some(regex),
            Err(error) => {
                self.remarks
                    .push(format!("{FILE}: {place}: not honoured: {error:#}"));
                None
            }
        }
    }

    /// What the repository's own rules match in a text.
    pub(super) fn matches(&self, path: &str, text: &str) -> Vec<Match> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut wanted: BTreeSet<usize> = (0..self.rules.len())
            .filter(|&at| {
                self.rules
                    .get(at)
                    .is_some_and(|rule| rule.written.keywords.is_empty())
            })
            .collect();
        if let Some(keywords) = &self.keywords {
            for hit in keywords.find_overlapping_iter(text) {
                wanted.extend(
                    self.owners
                        .get(hit.pattern().as_usize())
                        .into_iter()
                        .flatten(),
                );
            }
        }
        let rules = wanted.into_iter().filter_map(|at| self.rules.get(at));
        let mut found: Vec<(&OwnRule, Match)> = Vec::new();
        for rule in rules {
            let matches = rule.matches(path, text);
            found.extend(matches.into_iter().map(|one| (rule, one)));
        }
        let lines = |at: usize| {
            text.as_bytes()
                .iter()
                .take(at)
                .filter(|&&byte| byte == b'\n')
                .count()
        };
        let near = |one: &Match, required: &Required| {
            found.iter().any(|(rule, other)| {
                rule.written.id == required.id
                    && required.within_lines.is_none_or(|within| {
                        lines(one.range.start).abs_diff(lines(other.range.start)) <= within
                    })
            })
        };
        let complete: Vec<bool> = found
            .iter()
            .map(|(rule, one)| {
                rule.written
                    .required
                    .iter()
                    .all(|required| near(one, required))
            })
            .collect();
        found
            .into_iter()
            .zip(complete)
            .filter(|((rule, _), complete)| {
                *complete && !rule.written.skip_report && !self.disabled.contains(&rule.written.id)
            })
            .map(|((_, one), _)| one)
            .collect()
    }

    /// Whether the configuration lets a secret pass: its rule is disabled, or an allow-list has it.
    pub(super) fn allows(&self, one: &Occurrence) -> bool {
        let names = one.names();
        let line = match one.place.line {
            1 => one.lines.as_str(),
            _ => one.lines.split_once('\n').map_or("", |(_, line)| line),
        };
        let query = Query {
            path: &one.path,
            commit: one.state.commit(),
            secret: &one.hit.value,
            matched: line,
            line,
        };
        names.iter().any(|name| self.disabled.contains(*name))
            || self
                .allows
                .iter()
                .any(|allow| allow.is_about(&names) && allow.holds(&query))
            || self
                .rules
                .iter()
                .filter(|rule| names.contains(&rule.written.id.as_str()))
                .any(|rule| rule.allows.iter().any(|allow| allow.holds(&query)))
    }

    /// Rules that are about a path alone and match this one.
    pub(super) fn by_path(&self, path: &str) -> Vec<String> {
        self.rules
            .iter()
            .filter(|rule| {
                rule.written.regex.is_empty() && !self.disabled.contains(&rule.written.id)
            })
            .filter(|rule| {
                rule.path
                    .as_ref()
                    .is_some_and(|regex| regex.is_match(path.as_bytes()))
            })
            .map(|rule| rule.written.id.clone())
            .collect()
    }
}

impl OwnRule {
    fn matches(&self, path: &str, text: &str) -> Vec<Match> {
        let elsewhere = self
            .path
            .as_ref()
            .is_some_and(|regex| !regex.is_match(path.as_bytes()));
        if elsewhere || self.written.regex.is_empty() {
            return Vec::new();
        }
        let Some(regex) = self
            .regex
            .get_or_init(|| pattern::compiled(&self.written.regex).ok())
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for groups in regex.captures_iter(text.as_bytes()).take(MOST_MATCHES) {
            let secret = match self.written.secret_group {
                0 => groups
                    .iter()
                    .skip(1)
                    .flatten()
                    .find(|group| !group.is_empty())
                    .or(groups.get(0)),
                group => groups.get(group),
            };
            let Some(secret) = secret else { continue };
            let start = text.floor_char_boundary(secret.start());
            let range = start..text.ceil_char_boundary(secret.end());
            let value = text.get(range.clone()).unwrap_or_default();
            if self.written.entropy > 0.0 && entropy(value) <= self.written.entropy {
                continue;
            }
            found.push(Match {
                rule: self.written.id.clone(),
                range,
            });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        let mut config = Config::default();
        config.add(text).unwrap();
        config
    }

    /// `DRAFTGATE_GITLEAKS_CONFIG=gitleaks.toml cargo test own_file -- --ignored`: somebody else's file is
    /// not in our repository.
    #[test]
    #[ignore = "needs a file that is not ours"]
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the test names the file"
    )]
    fn a_file_from_outside_is_honoured_in_full() {
        let path = std::env::var_os("DRAFTGATE_GITLEAKS_CONFIG").unwrap();
        let config = config(&crate::files::own(path.as_ref(), u64::MAX).unwrap().lossy());
        let broken: Vec<&str> = config
            .rules
            .iter()
            .filter(|rule| pattern::compiled(&rule.written.regex).is_err())
            .map(|rule| rule.written.id.as_str())
            .collect();
        assert_eq!(broken, Vec::<&str>::new());
        assert_eq!(config.remarks, Vec::<String>::new());
        assert!(config.rules.len() > 200, "{} rules", config.rules.len());
    }

    #[test]
    fn composite_rules_need_their_other_half() {
        let config = config(
            "[[rules]]\nid = \"a\"\nregex = '''id-[0-9]+'''\n[[rules.required]]\nid = \"b\"\nwithinLines = 1\n[[rules]]\nid = \"b\"\nregex = '''key-[0-9]+'''\nskipReport = true\n",
        );
        assert_eq!(config.matches("x", "id-1\nkey-2\n").len(), 1);
        assert_eq!(config.matches("x", "id-1\n\n\nkey-2\n").len(), 0);
        assert_eq!(config.matches("x", "id-1\n").len(), 0);
    }
}
