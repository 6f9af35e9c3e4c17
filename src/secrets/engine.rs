//! The rules, made ready to scan with: one keyword automaton over all of them, and each rule's regex
//! compiled when a keyword of it is first seen, so that a run on a small change stays small.
//!
//! Does not catch: a format whose keyword is not in the text (a bare 40-digit key with no name near).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use anyhow::{Context, Result, bail};
use regex::Regex;
use serde::Deserialize;

use super::validate::Validator;
use crate::embedded;
use crate::rule::{self, Rule};

/// How a rule finds its secret once a keyword was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Finder {
    /// The regex matches from the keyword on (or from at most `back` bytes before it).
    #[default]
    Token,
    /// A name that holds the keyword is assigned a literal that the whole regex matches.
    Assigned,
    /// A name like `password` is assigned a literal that looks rare.
    Generic,
    /// A URL or connection string with credentials.
    Url,
    /// `Authorization: Basic` and its kin.
    Header,
    /// `Authorization: Bearer`.
    Bearer,
    /// A private key in PEM armour.
    Pem,
    /// The base64 of a private key without its armour.
    KeyBody,
    /// A JSON Web Key with its private part.
    Jwk,
    /// A value that a command or a call is given where it takes a secret: the first group of the regex that took part.
    Argument,
    /// Personal data with a checksum.
    Personal,
    /// A rule of the repository's own `.gitleaks.toml`.
    Repository,
}

/// The engine part of a rule: the table `[rule.engine]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Spec {
    /// Who issues it.
    #[serde(default)]
    pub(crate) issuer: String,
    /// Where it is revoked: a page or a command.
    #[serde(default)]
    pub(crate) revoke: String,
    /// At least one of these stands in the text, in any case.
    pub(super) keywords: Vec<String>,
    /// What to do about a keyword.
    #[serde(default)]
    pub(crate) finder: Finder,
    /// The secret's shape.
    #[serde(default)]
    pub(super) regex: String,
    /// The group of the regex that is the secret; 0 is all of it.
    #[serde(default)]
    pub(super) group: usize,
    /// What an argument is judged as: a name that promises as much.
    #[serde(default = "password")]
    pub(super) holds: String,
    /// Bytes before the keyword at which a match may begin.
    #[serde(default)]
    pub(super) back: usize,
    /// Shannon entropy, in bits a character, under which it is no secret.
    #[serde(default)]
    pub(super) entropy: f64,
    /// Structure or checksum that proves it.
    #[serde(default)]
    pub(super) validator: Option<Validator>,
    /// Values that are none: regexes that match the whole value.
    #[serde(default)]
    pub(super) allow: Vec<String>,
    /// Paths on which the rule is silent: regexes.
    #[serde(default)]
    pub(super) allow_paths: Vec<String>,
    /// What the value is no secret in: a regex that matches the run without blanks and quotes around it.
    #[serde(default)]
    pub(super) not_in: String,
    /// Rules of the other half of a pair: without a value of one of them in the file, a human is asked.
    #[serde(default)]
    pub(crate) half_of: Vec<String>,
    /// What gitleaks and others call the same rule.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
}

fn password() -> String {
    "password".to_owned()
}

/// A rule that is ready to scan with.
pub(crate) struct Compiled {
    /// The rule as written.
    pub(crate) rule: Rule,
    /// Its engine part.
    pub(crate) spec: Spec,
    regex: OnceLock<Option<Regex>>,
    allow: OnceLock<Vec<Regex>>,
    allow_paths: OnceLock<Vec<Regex>>,
    not_in: OnceLock<Option<Regex>>,
}

/// All rules and the automaton over their keywords.
pub(crate) struct Engine {
    /// Sorted by id.
    pub(super) rules: Vec<Compiled>,
    /// Finds keywords, in any case.
    pub(super) keywords: AhoCorasick,
    /// Rules of each keyword.
    pub(super) owners: Vec<Vec<usize>>,
}

static ENGINE: LazyLock<Result<Engine>> =
    LazyLock::new(|| Engine::new(rule::with_engine("secrets")?));

/// Bytes that are searched keyword by keyword before the rules are read: for commit messages, lines of
/// a report and a short policy that is quicker than to read the rules.
const IDLE: usize = 8 * 1024;

static IDLED: AtomicUsize = AtomicUsize::new(0);

/// Whether the rules may stay unread for one more text of this length. Says nothing on what is found: with
/// either answer it is the same.
pub(super) fn is_idle(length: usize) -> bool {
    length <= IDLE && IDLED.fetch_add(length, Ordering::Relaxed) <= IDLE
}

/// The keywords of all rules, in lower case, sorted.
pub(super) fn keywords() -> &'static [&'static str] {
    embedded::keywords("secrets")
}

/// The engine over the rules of `rules/secrets/`.
///
/// # Errors
/// Where a rule file is none; a test reads them all.
pub(crate) fn engine() -> Result<&'static Engine> {
    match &*ENGINE {
        Ok(engine) => Ok(engine),
        Err(error) => bail!("{error:#}"),
    }
}

impl Engine {
    /// The rule under which the repository's own rules are reported.
    pub(crate) fn repository_rule(&self) -> Option<&Compiled> {
        let mut rules = self.rules.iter();
        rules.find(|one| one.spec.finder == Finder::Repository)
    }

    /// The rule of an id.
    pub(super) fn rule(&self, id: &str) -> Option<&Compiled> {
        self.rules.iter().find(|one| one.rule.id == id)
    }

    fn new(rules: Vec<Rule>) -> Result<Self> {
        let mut compiled = Vec::with_capacity(rules.len());
        for mut rule in rules {
            let table = rule.engine.take().unwrap_or_default();
            let spec: Spec = toml::Value::Table(table)
                .try_into()
                .with_context(|| format!("rule {}: its [rule.engine]", rule.id))?;
            compiled.push(Compiled::new(rule, spec));
        }
        let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, one) in compiled.iter().enumerate() {
            for keyword in &one.spec.keywords {
                let owners = owners.entry(keyword.to_ascii_lowercase()).or_default();
                if owners.last() != Some(&at) {
                    owners.push(at);
                }
            }
        }
        let keywords = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(owners.keys())
            .context("the keywords of the rules")?;
        Ok(Self {
            rules: compiled,
            keywords,
            owners: owners.into_values().collect(),
        })
    }
}

impl Compiled {
    fn new(rule: Rule, spec: Spec) -> Self {
        Self {
            rule,
            spec,
            regex: OnceLock::new(),
            allow: OnceLock::new(),
            allow_paths: OnceLock::new(),
            not_in: OnceLock::new(),
        }
    }

    /// The regex; `None` where it does not compile (a test compiles them all).
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.regex
            .get_or_init(|| {
                let anchored = match self.spec.finder {
                    Finder::Assigned => format!("^(?:{})$", self.spec.regex),
                    _ if self.spec.back == 0 => format!("^(?:{})", self.spec.regex),
                    _ => self.spec.regex.clone(),
                };
                Regex::new(&anchored).ok()
            })
            .as_ref()
    }

    /// Whether the rule says that a value, where it stands, is none.
    pub(super) fn lets_pass(
        &self,
        value: &str,
        path: &str,
        text: &str,
        range: &Range<usize>,
    ) -> bool {
        self.allows(value) || self.allows_path(path) || self.is_part(text, range)
    }

    /// Whether what stands around a value makes it none.
    fn is_part(&self, text: &str, range: &Range<usize>) -> bool {
        const FARTHEST: usize = 2048;
        let regex = self.not_in.get_or_init(|| {
            let regex = Some(&self.spec.not_in).filter(|regex| !regex.is_empty());
            regex.and_then(|regex| Regex::new(regex).ok())
        });
        let Some(regex) = regex else {
            return false;
        };
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
        let first = text.ceil_char_boundary(range.start.saturating_sub(FARTHEST));
        let before = text.get(first..range.start).unwrap_or_default();
        let start = before.rfind(ends).map_or(first, |at| first + at + 1);
        let last = text.floor_char_boundary(text.len().min(range.end.saturating_add(FARTHEST)));
        let after = text.get(range.end..last).unwrap_or_default();
        let end = after.find(ends).map_or(last, |at| range.end + at);
        text.get(start..end).is_some_and(|run| regex.is_match(run))
    }

    /// Whether the value is on the rule's allow list.
    fn allows(&self, value: &str) -> bool {
        self.allow
            .get_or_init(|| {
                let whole = |regex: &String| Regex::new(&format!("^(?:{regex})$")).ok();
                self.spec.allow.iter().filter_map(whole).collect()
            })
            .iter()
            .any(|regex| regex.is_match(value))
    }

    /// Whether the rule is silent on this path.
    fn allows_path(&self, path: &str) -> bool {
        self.allow_paths
            .get_or_init(|| {
                let regexes = self.spec.allow_paths.iter();
                regexes.filter_map(|regex| Regex::new(regex).ok()).collect()
            })
            .iter()
            .any(|regex| regex.is_match(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_compiles_and_says_who_issues_it() {
        for one in &engine().unwrap().rules {
            let id = &one.rule.id;
            assert!(
                one.spec.regex.is_empty() || one.regex().is_some(),
                "{id}: its regex does not compile"
            );
            for regex in one.spec.allow.iter().chain(&one.spec.allow_paths) {
                assert!(Regex::new(regex).is_ok(), "{id}: {regex}");
            }
            assert!(!one.spec.issuer.is_empty(), "{id}: no issuer");
            assert!(!one.spec.revoke.is_empty(), "{id}: no revoke");
            let own = matches!(one.spec.finder, Finder::Repository | Finder::Personal);
            assert!(own || !one.spec.keywords.is_empty(), "{id}: no keyword");
        }
    }

    #[test]
    fn a_keyword_knows_its_rules() {
        let engine = engine().unwrap();
        assert_eq!(engine.keywords.patterns_len(), engine.owners.len());
    }
}
