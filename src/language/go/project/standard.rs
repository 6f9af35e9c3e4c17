//! The standard library of Go: its packages and the names that they export, with the release that brought each.
//!
//! `lists/std.txt` holds them.
//!
//! Does not catch: what a release took away (Go does not do that), and fields and methods.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::language::ecosystem::popular::lines;

/// A package of the standard library.
pub(super) struct Package {
    /// The minor release of Go 1 that brought it; 0 for what is older than the list.
    pub(super) since: u32,
    /// The names that it exports, sorted, each with the minor release that brought it; `None` where they are not
    /// listed.
    pub(super) names: Option<Vec<(&'static str, u32)>>,
}

/// The newest minor release that the list knows.
pub(super) const NEWEST: u32 = 27;

static PACKAGES: LazyLock<HashMap<&'static str, Package>> = LazyLock::new(|| {
    lines(include_str!("lists/std.txt"))
        .filter_map(package)
        .collect()
});

fn package(line: &'static str) -> Option<(&'static str, Package)> {
    let mut words = line.split(' ').map(dated);
    let (path, since) = words.next()?;
    let names: Vec<(&str, u32)> = words.collect();
    let is_listed = names.first().is_some_and(|(name, _)| *name != "*");
    let names = is_listed.then_some(names);
    Some((path, Package { since, names }))
}

/// `Name@22`.
fn dated(word: &'static str) -> (&'static str, u32) {
    match word.split_once('@') {
        Some((name, minor)) => (name, minor.parse().unwrap_or(0)),
        None => (word, 0),
    }
}

/// The package of an import path; `None` where the standard library has none.
pub(super) fn package_of(path: &str) -> Option<&'static Package> {
    PACKAGES.get(path)
}

/// The paths of all packages.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    PACKAGES.keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_names_are_dated() {
        assert_eq!(package_of("maps").map(|package| package.since), Some(0));
        assert_eq!(package_of("iter").map(|package| package.since), Some(23));
        assert!(package_of("strings/reverse").is_none());
        let names = package_of("strings").and_then(|package| package.names.as_ref());
        let names = names.expect("they are listed");
        assert!(names.contains(&("Lines", 24)) && names.contains(&("ToUpper", 0)));
        assert!(!names.iter().any(|(name, _)| *name == "Reverse"));
        assert!(package_of("syscall").is_some_and(|package| package.names.is_none()));
        assert!(paths().count() > 150);
    }
}
