//! Allow-lists of `.gitleaks.toml`: which secrets one lets pass, by commit, path, pattern or word.
//!
//! Does not catch: a `regexTarget` that is none of gitleaks' own; it is taken for the secret.

use std::collections::BTreeSet;

use regex::bytes::Regex;
use serde::Deserialize;

/// An allow-list as it is written.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WrittenAllow {
    condition: String,
    commits: Vec<String>,
    paths: Vec<String>,
    regexes: Vec<String>,
    regex_target: String,
    #[serde(alias = "stopWords")]
    stopwords: Vec<String>,
    target_rules: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Secret,
    Match,
    Line,
}

/// An allow-list, ready to be asked.
pub(super) struct Allow {
    all: bool,
    commits: BTreeSet<String>,
    paths: Vec<Regex>,
    regexes: Vec<Regex>,
    target: Target,
    stopwords: Vec<String>,
    rules: BTreeSet<String>,
}

/// What an allow-list is asked about.
pub(super) struct Query<'q> {
    pub(super) path: &'q str,
    pub(super) commit: Option<&'q str>,
    pub(super) secret: &'q str,
    pub(super) matched: &'q str,
    pub(super) line: &'q str,
}

impl Allow {
    /// With its patterns compiled; one that `compile` has nothing for is not asked.
    pub(super) fn new(
        written: &WrittenAllow,
        mut compile: impl FnMut(&str) -> Option<Regex>,
    ) -> Self {
        let mut patterns = |list: &[String]| -> Vec<Regex> {
            list.iter().filter_map(|pattern| compile(pattern)).collect()
        };
        Self {
            all: written.condition.eq_ignore_ascii_case("and") || written.condition == "&&",
            paths: patterns(&written.paths),
            regexes: patterns(&written.regexes),
            commits: written.commits.iter().cloned().collect(),
            target: match written.regex_target.as_str() {
                "match" => Target::Match,
                "line" => Target::Line,
                _ => Target::Secret,
            },
            stopwords: written
                .stopwords
                .iter()
                .map(|word| word.to_lowercase())
                .collect(),
            rules: written.target_rules.iter().cloned().collect(),
        }
    }

    /// Whether it speaks of a rule that has one of these names, or of all rules.
    pub(super) fn is_about(&self, names: &[&str]) -> bool {
        self.rules.is_empty() || names.iter().any(|name| self.rules.contains(*name))
    }

    /// Whether it lets a secret pass.
    pub(super) fn holds(&self, query: &Query<'_>) -> bool {
        let target = match self.target {
            Target::Secret => query.secret,
            Target::Match => query.matched,
            Target::Line => query.line,
        };
        let lower = query.secret.to_lowercase();
        let answers = [
            (!self.commits.is_empty()).then(|| {
                query
                    .commit
                    .is_some_and(|commit| self.commits.contains(commit))
            }),
            (!self.paths.is_empty()).then(|| {
                self.paths
                    .iter()
                    .any(|path| path.is_match(query.path.as_bytes()))
            }),
            (!self.regexes.is_empty()).then(|| {
                self.regexes
                    .iter()
                    .any(|regex| regex.is_match(target.as_bytes()))
            }),
            (!self.stopwords.is_empty())
                .then(|| self.stopwords.iter().any(|word| lower.contains(word))),
        ];
        let mut given = answers.into_iter().flatten().peekable();
        match self.all {
            true => given.peek().is_some() && given.all(|answer| answer),
            false => given.any(|answer| answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_of_and_needs_all_parts() {
        let written = "condition = \"AND\"\npaths = ['''^docs/''']\nstopwords = [\"sample\"]\n";
        let written: WrittenAllow = toml::from_str(written).unwrap();
        let allow = Allow::new(&written, |pattern| Regex::new(pattern).ok());
        let query = |path, secret| Query {
            path,
            commit: None,
            secret,
            matched: secret,
            line: secret,
        };
        assert!(allow.holds(&query("docs/a", "a-sample-b")));
        assert!(!allow.holds(&query("src/a", "a-sample-b")));
        assert!(!allow.holds(&query("docs/a", "other")));
    }
}
