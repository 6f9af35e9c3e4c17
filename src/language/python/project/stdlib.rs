//! The standard library of Python 3.8 to 3.14: modules, and names that left it or are to leave.
//!
//! Modules: `lists/stdlib.txt`. Names: `lists/stdlib_names.txt`, from the "Removed" and "Deprecated"
//! sections of What's New in Python 3.8 to 3.14.
//!
//! Does not catch: submodules that never existed (a type checker does), and arguments.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::language::ecosystem::popular::lines;

/// When something is in the standard library: minor versions of Python 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first minor that has it; none: all from 3.8 on.
    pub(crate) since: Option<u32>,
    /// The first minor that has it no more; none: 3.14 has it.
    pub(crate) until: Option<u32>,
}

static MODULES: LazyLock<HashMap<&'static str, Span>> = LazyLock::new(|| {
    let mut modules = HashMap::new();
    for line in lines(include_str!("lists/stdlib.txt")) {
        let mut words = line.split_whitespace();
        let Some(name) = words.next() else { continue };
        let mut span = Span {
            since: None,
            until: None,
        };
        for bound in words {
            if let Some(minor) = bound.strip_prefix(">=") {
                span.since = minor.parse().ok();
            } else if let Some(minor) = bound.strip_prefix('<') {
                span.until = minor.parse().ok();
            }
        }
        modules.insert(name, span);
    }
    modules
});

/// When a top-level module is in the standard library; none where it never was.
pub(crate) fn module(name: &str) -> Option<Span> {
    MODULES.get(name).copied()
}

/// A name of a module that left the standard library, or is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    /// The first minor without it; none: deprecated, still there in 3.14.
    pub(crate) removed: Option<u32>,
    /// What stands in its place.
    pub(crate) instead: &'static str,
}

static NAMES: LazyLock<HashMap<&'static str, Gone>> = LazyLock::new(|| {
    lines(include_str!("lists/stdlib_names.txt"))
        .filter_map(|line| {
            let mut parts = line.splitn(3, ' ');
            let (name, removed, instead) = (parts.next()?, parts.next()?, parts.next()?);
            Some((
                name,
                Gone {
                    removed: removed.parse().ok(),
                    instead,
                },
            ))
        })
        .collect()
});

/// What became of `module.name`; none where nothing is known against it.
pub(crate) fn gone(qualified: &str) -> Option<Gone> {
    NAMES.get(qualified).copied()
}

/// Whether anything is known against names of this top-level module.
pub(crate) fn has_gone_names(top: &str) -> bool {
    static TOPS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let tops = NAMES.keys().filter_map(|name| name.split('.').next());
        tops.collect()
    });
    TOPS.contains(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_and_go() {
        assert_eq!(
            module("os"),
            Some(Span {
                since: None,
                until: None
            })
        );
        assert_eq!(module("tomllib").and_then(|span| span.since), Some(11));
        assert_eq!(module("distutils").and_then(|span| span.until), Some(12));
        assert_eq!(module("requests"), None);
    }

    #[test]
    fn every_line_of_the_names_reads() {
        assert_eq!(
            gone("collections.Mapping").and_then(|gone| gone.removed),
            Some(10)
        );
        assert_eq!(
            gone("datetime.datetime.utcnow").and_then(|gone| gone.removed),
            None
        );
        let all = lines(include_str!("lists/stdlib_names.txt")).count();
        assert_eq!(NAMES.len(), all);
    }
}
