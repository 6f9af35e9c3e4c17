//! Which file of the tree a path in a report means.
//!
//! Reports name files in many ways: relative to the repository, relative to a source folder, absolute on
//! this machine, absolute on another one, by Go import path. A path is taken as it stands where the tree
//! has it; otherwise all files of a report are asked together which folder was the root, so that one
//! stray `utils.py` of an installed package is not taken for the repository's own.
//!
//! Does not catch: two checkouts of one repository in one report; the files of the smaller one are
//! outside.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::report::Report;

/// What came of the paths of a report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The report's path to the tree's.
    pub known: BTreeMap<String, String>,
    /// Paths that fit several files of the tree equally well.
    pub ambiguous: Vec<String>,
    /// Paths that fit none.
    pub outside: Vec<String>,
}

/// Finds the files of a report in a tree. `paths` are the tree's, sorted; `root` is the folder in which
/// the tree was measured, where that is known.
pub fn find(report: &Report, paths: &[String], root: Option<&str>) -> Found {
    let tree = Tree::new(paths);
    let mut found = Found::default();
    let mut long = Vec::new();
    let mut short = Vec::new();
    for path in report.files.keys() {
        let spelt = spellings(path, &report.sources);
        if let Some(known) = spelt.iter().find_map(|spelt| tree.exact(spelt)) {
            found.known.insert(path.clone(), known.to_owned());
            continue;
        }
        let under_root = |spelt: &String| {
            let rest = spelt.strip_prefix(root?)?.strip_prefix('/')?;
            tree.exact(rest)
        };
        if let Some(known) = spelt.iter().find_map(under_root) {
            found.known.insert(path.clone(), known.to_owned());
            continue;
        }
        match spelt.iter().find_map(|spelt| tree.ending_of(spelt)) {
            Some((stripped, known)) => long.push((path, stripped, known.to_owned())),
            None => short.push((path, spelt)),
        }
    }
    // The folder that most paths agree on is the root; what lies elsewhere is not of this tree. Where
    // the root is known and holds something, nothing else is one.
    let is_here = |path: &str| root.is_some_and(|root| path.starts_with(&format!("{root}/")));
    let here = report.files.keys().any(|path| is_here(path));
    let winner = winner(long.iter().map(|(_, stripped, _)| stripped.as_str())).map(str::to_owned);
    for (path, stripped, known) in &long {
        if winner.as_ref() == Some(stripped) && !here {
            found.known.insert((*path).clone(), known.clone());
        } else {
            found.outside.push((*path).clone());
        }
    }
    shorter(&tree, &short, &mut found);
    found.ambiguous.sort();
    found.outside.sort();
    found
}

/// Paths that are shorter than the tree's: relative to a source folder.
fn shorter(tree: &Tree<'_>, short: &[(&String, Vec<String>)], found: &mut Found) {
    if short.is_empty() {
        return;
    }
    let wanted: BTreeSet<&str> = short
        .iter()
        .flat_map(|(_, spelt)| spelt.iter().map(String::as_str))
        .filter(|spelt| !is_absolute(spelt))
        .collect();
    let endings = tree.endings(&wanted);
    let alone = |spelt: &str| match endings.get(spelt).map(Vec::as_slice) {
        Some([one]) => Some(*one),
        _ => None,
    };
    let mut folders = Vec::new();
    for (_, spelt) in short {
        for spelt in spelt {
            if let Some(folder) = alone(spelt).and_then(|one| one.strip_suffix(spelt.as_str())) {
                folders.push(folder);
            }
        }
    }
    let folder = winner(folders.into_iter()).unwrap_or_default();
    for (path, spelt) in short {
        let in_folder = spelt
            .iter()
            .find_map(|spelt| tree.exact(&format!("{folder}{spelt}")));
        let known = in_folder.or_else(|| spelt.iter().find_map(|spelt| alone(spelt)));
        let several = spelt
            .iter()
            .any(|spelt| endings.contains_key(spelt.as_str()));
        match known {
            Some(known) => {
                found.known.insert((*path).clone(), known.to_owned());
            }
            None if several => found.ambiguous.push((*path).clone()),
            None => found.outside.push((*path).clone()),
        }
    }
}

/// The value that stands most often; of several, the first in order.
fn winner<'a>(values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.values().max().copied()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(value, _)| value)
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.get(1..3) == Some(":/")
}

/// A path as it may be meant: with `/`, without `.` and `..`, as it stands or under one of the sources.
fn spellings(path: &str, sources: &[String]) -> Vec<String> {
    let plain = normal(path);
    let mut all = Vec::new();
    if !is_absolute(&plain) {
        for source in sources {
            all.push(normal(&format!("{source}/{path}")));
        }
    }
    all.push(plain);
    all
}

fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute {
        format!("/{joined}")
    } else {
        joined
    }
}

struct Tree<'a> {
    paths: &'a [String],
}

impl<'a> Tree<'a> {
    fn new(paths: &'a [String]) -> Self {
        Self { paths }
    }

    fn exact(&self, path: &str) -> Option<&'a str> {
        let at = self
            .paths
            .binary_search_by(|known| known.as_str().cmp(path))
            .ok()?;
        self.paths.get(at).map(String::as_str)
    }

    /// The longest ending of a path that the tree has, and what stands before it.
    fn ending_of(&self, path: &str) -> Option<(String, &'a str)> {
        path.match_indices('/').find_map(|(at, _)| {
            let known = self.exact(path.get(at + 1..)?)?;
            Some((path.get(..at)?.to_owned(), known))
        })
    }

    /// The tree's paths that end in each of the wanted ones, after a slash.
    fn endings<'w>(&self, wanted: &BTreeSet<&'w str>) -> HashMap<&'w str, Vec<&'a str>> {
        let mut endings: HashMap<&'w str, Vec<&'a str>> = HashMap::new();
        for path in self.paths {
            for (at, _) in path.match_indices('/') {
                if let Some(ending) = path.get(at + 1..).and_then(|end| wanted.get(end)) {
                    endings.entry(*ending).or_default().push(path);
                }
            }
        }
        endings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::report::{Lines, Producer};

    fn found(files: &[&str], tree: &[&str], root: Option<&str>, sources: &[&str]) -> Found {
        let report = Report {
            producer: Producer {
                name: "lcov".into(),
                version: String::new(),
            },
            sources: sources.iter().map(|source| (*source).to_owned()).collect(),
            files: files
                .iter()
                .map(|file| ((*file).to_owned(), Lines::default()))
                .collect(),
        };
        let mut paths: Vec<String> = tree.iter().map(|path| (*path).to_owned()).collect();
        paths.sort();
        find(&report, &paths, root)
    }

    fn known(found: &Found) -> Vec<(&str, &str)> {
        let pairs = found.known.iter();
        pairs.map(|(a, b)| (a.as_str(), b.as_str())).collect()
    }

    #[test]
    fn a_path_that_the_tree_has_is_that_file() {
        let found = found(
            &["./a/b.py", "a\\c.py"],
            &["a/b.py", "a/c.py", "x/a/b.py"],
            None,
            &[],
        );
        assert_eq!(
            known(&found),
            [("./a/b.py", "a/b.py"), ("a\\c.py", "a/c.py")]
        );
    }

    #[test]
    fn the_root_is_the_folder_that_most_files_agree_on() {
        let files = [
            "/ci/p/src/a.py",
            "/ci/p/src/b.py",
            "/usr/lib/python3/utils.py",
        ];
        let found = found(&files, &["src/a.py", "src/b.py", "utils.py"], None, &[]);
        assert_eq!(
            known(&found),
            [
                ("/ci/p/src/a.py", "src/a.py"),
                ("/ci/p/src/b.py", "src/b.py")
            ]
        );
        assert_eq!(found.outside, ["/usr/lib/python3/utils.py"]);
    }

    #[test]
    fn where_the_root_is_known_another_checkout_is_outside() {
        let files = ["/here/tests/t.py", "/other/src/a.py", "/other/src/b.py"];
        let tree = ["src/a.py", "src/b.py", "tests/t.py"];
        let found = found(&files, &tree, Some("/here"), &[]);
        assert_eq!(known(&found), [("/here/tests/t.py", "tests/t.py")]);
        assert_eq!(found.outside, ["/other/src/a.py", "/other/src/b.py"]);
    }

    #[test]
    fn a_short_path_is_the_one_file_that_ends_so() {
        let tree = ["src/p/a.py", "src/p/b.py", "old/p/b.py"];
        let both = found(&["p/a.py", "p/b.py"], &tree, None, &[]);
        // The folder of the one that is alone decides for the other.
        assert_eq!(
            known(&both),
            [("p/a.py", "src/p/a.py"), ("p/b.py", "src/p/b.py")]
        );
        let one = found(&["p/b.py"], &tree, None, &[]);
        assert_eq!(one.ambiguous, ["p/b.py"]);
    }

    #[test]
    fn sources_and_import_paths_are_followed() {
        let by_source = found(
            &["a.py"],
            &["src/a.py", "lib/a.py"],
            Some("/p"),
            &["/p/lib"],
        );
        assert_eq!(known(&by_source), [("a.py", "lib/a.py")]);
        let go = found(&["x.org/u/r/pkg/a.go"], &["pkg/a.go"], None, &[]);
        assert_eq!(known(&go), [("x.org/u/r/pkg/a.go", "pkg/a.go")]);
        let up = found(&["../p/src/a.py"], &["src/a.py"], None, &[]);
        assert_eq!(known(&up), [("../p/src/a.py", "src/a.py")]);
    }
}
