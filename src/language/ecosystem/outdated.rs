//! Names of much used packages that are gone or deprecated, by tables that say since when, and what a project says of the
//! versions that it takes.
//!
//! Does not catch: what a table does not hold; a version that only a lock says.

use std::collections::{HashMap, HashSet};

use super::Certainty;
use super::popular::lines;

/// A version: its first three numbers.
pub type Version = (u32, u32, u32);

/// The first three numbers of a version.
fn version(text: &str) -> Option<Version> {
    let mut numbers = text.split('.').map(|part| part.parse::<u32>().ok());
    let first = numbers.next()??;
    let mut next = || numbers.next().flatten().unwrap_or(0);
    Some((first, next(), next()))
}

fn shown((major, minor, patch): Version) -> String {
    match patch {
        0 => format!("{major}.{minor}"),
        patch => format!("{major}.{minor}.{patch}"),
    }
}

/// A name that is gone or deprecated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// The package that has it.
    pub package: &'static str,
    /// What to use.
    pub instead: &'static str,
    gone: Option<Version>,
    since: Version,
}

/// Such names, each as it is qualified.
#[derive(Default)]
pub struct Table {
    names: HashMap<&'static str, Outdated>,
    tops: HashSet<&'static str>,
}

impl Table {
    /// Reads one: package, first version without it, first version in which it is deprecated, name, what to use.
    pub fn of(text: &'static str) -> Self {
        let mut table = Self::default();
        for line in lines(text) {
            let mut parts = line.splitn(5, ' ');
            let mut next = || parts.next().unwrap_or_default();
            let (package, gone, since, name, instead) = (next(), next(), next(), next(), next());
            let Some(since) = version(since) else {
                continue;
            };
            let end = name.find(['.', ':']).unwrap_or(name.len());
            table.tops.extend(name.get(..end));
            let outdated = Outdated {
                package,
                instead,
                gone: version(gone),
                since,
            };
            table.names.insert(name, outdated);
        }
        table
    }

    /// Whether it holds names that begin with this segment.
    pub fn has(&self, top: &str) -> bool {
        self.tops.contains(top)
    }

    /// What it says of a qualified name, or of what that is a part of: the name, and what is known of it.
    pub fn get(&self, qualified: &str, separator: &str) -> Option<(&'static str, &Outdated)> {
        let mut at = qualified;
        loop {
            if let Some((name, outdated)) = self.names.get_key_value(at) {
                return Some((name, outdated));
            }
            at = at.rsplit_once(separator)?.0;
        }
    }
}

/// The versions of a package that a project says it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    lowest: Option<Version>,
    /// All are below it.
    below: Option<Version>,
}

impl Stated {
    /// Reads a requirement: `>=2.5,<3`, `^2.5`, `~=1.4`, `==1.10.*`, `0.9`.
    pub fn of(requirement: &str) -> Self {
        let mut stated = Self::default();
        for clause in requirement.split([',', ' ']).map(str::trim) {
            let digits = clause.trim_start_matches(['<', '>', '=', '~', '^', '!', '(', ' ']);
            let Some(number) = version(digits.trim_end_matches([')', '*', '.'])) else {
                continue;
            };
            let (major, minor, patch) = number;
            let next = match (major, minor) {
                (0, minor) => (0, minor.saturating_add(1), 0),
                (major, _) => (major.saturating_add(1), 0, 0),
            };
            if clause.starts_with("<=") {
                stated.below = Some((major, minor, patch.saturating_add(1)));
            } else if clause.starts_with('<') {
                stated.below = Some(number);
            } else if clause.starts_with("==") {
                let after = match digits.contains(".*") && digits.matches('.').count() == 1 {
                    true => (major.saturating_add(1), 0, 0),
                    false => (major, minor.saturating_add(1), 0),
                };
                (stated.lowest, stated.below) = (Some(number), Some(after));
            } else if clause.starts_with('>') {
                stated.lowest = Some(number);
            } else if !clause.starts_with('!') {
                (stated.lowest, stated.below) = (Some(number), Some(next));
            }
        }
        stated
    }
}

/// Whether a requirement takes a version: where it names one exactly, that one alone.
pub fn fits(requirement: &str, installed: &str) -> bool {
    let mut clauses = requirement.split([',', ' ']).map(str::trim);
    let exact = clauses.find_map(|clause| {
        let named = clause.trim_start_matches(['(', '=']);
        (clause.trim_start_matches('(').starts_with('=') && !named.contains('*')).then_some(named)
    });
    if let Some(exact) = exact {
        let exact = exact.trim_end_matches(')');
        return exact == installed
            || version(exact) == version(installed) && exact.len() < installed.len();
    }
    let stated = Stated::of(requirement);
    version(installed).is_some_and(|version| {
        stated.lowest.is_none_or(|lowest| lowest <= version)
            && stated.below.is_none_or(|below| version < below)
    })
}

/// The versions of two requirements, where all that the second takes are below all that the first takes.
pub fn lowered(was: &str, now: &str) -> Option<(String, String)> {
    let (was, now) = (Stated::of(was), Stated::of(now));
    let (lowest, below) = (was.lowest?, now.below?);
    let from = now.lowest?;
    (below <= lowest || from < lowest && (from.0, from.1) < (lowest.0, lowest.1))
        .then(|| (shown(lowest), shown(from)))
}

impl Outdated {
    /// What is to be said of it where the project takes such versions, and how sure that is.
    pub fn said(&self, name: &str, stated: Stated) -> Option<(Certainty, String)> {
        if stated.below.is_some_and(|below| below <= self.since) {
            return None;
        }
        let Self {
            package, instead, ..
        } = self;
        if let Some(gone) = self.gone {
            let at = shown(gone);
            let message = format!("`{name}` is gone from `{package}` since {at}; use {instead}");
            let excluded = stated.below.is_some_and(|below| below <= gone);
            let certainty = match stated.lowest.is_some_and(|lowest| lowest >= gone) {
                true => Certainty::Sure,
                false => Certainty::Possible,
            };
            return (!excluded).then_some((certainty, message));
        }
        let since = shown(self.since);
        let is_late = stated.lowest.is_some_and(|lowest| lowest >= self.since);
        let message = format!("`{name}` of `{package}` is deprecated since {since}; use {instead}");
        is_late.then_some((Certainty::Possible, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read() {
        let of = |text| {
            let stated = Stated::of(text);
            (stated.lowest, stated.below)
        };
        assert_eq!(of(">=2.5,<3"), (Some((2, 5, 0)), Some((3, 0, 0))));
        assert_eq!(of("^1.4"), (Some((1, 4, 0)), Some((2, 0, 0))));
        assert_eq!(of("0.9"), (Some((0, 9, 0)), Some((0, 10, 0))));
        assert_eq!(of("==1.10.*"), (Some((1, 10, 0)), Some((1, 11, 0))));
        assert_eq!(of(""), (None, None));
    }

    #[test]
    fn a_version_fits_what_takes_it() {
        for (requirement, version) in [
            (">=0.25,<1", "0.28.1"),
            ("==0.28.1", "0.28.1"),
            ("==2.0", "2.0.0"),
            ("==2.*", "2.7.1"),
            ("^2.5", "2.9.0"),
            ("~=1.4", "1.9"),
            ("=1.0.3", "1.0.3"),
        ] {
            assert!(fits(requirement, version), "{requirement} {version}");
        }
        for (requirement, version) in [
            (">=0.29", "0.28.1"),
            ("==0.28.1", "0.28.2"),
            ("==2.*", "3.0"),
            ("<2", "2.0.1"),
            (">=1", "local"),
        ] {
            assert!(!fits(requirement, version), "{requirement} {version}");
        }
    }

    #[test]
    fn a_lower_pin_is_told_from_a_wider_range() {
        assert!(lowered("==6.0.1", "==5.3").is_some());
        assert!(lowered("^2.5", "^1.10").is_some());
        assert!(lowered(">=2.5", ">=2.0").is_none());
        assert!(lowered("==5.3", "==6.0.1").is_none());
        assert!(lowered("==6.0.1", "==6.0.0").is_none());
    }

    #[test]
    fn what_is_gone_is_sure_where_the_project_takes_no_version_that_has_it() {
        let table = Table::of("p 2.0 1.4 p.A().old new\np - 2.0 p.b c\n");
        let (name, old) = table.get("p.A().old", ".").unwrap();
        let said = |text| old.said(name, Stated::of(text)).map(|(how, _)| how);
        assert_eq!(said(">=2.0"), Some(Certainty::Sure));
        assert_eq!(said(">=1.5"), Some(Certainty::Possible));
        assert_eq!(said("<1.4"), None);
        let (name, deprecated) = table.get("p.b.c", ".").unwrap();
        assert!(deprecated.said(name, Stated::of("")).is_none());
        assert!(deprecated.said(name, Stated::of(">=2.1")).is_some());
    }
}
