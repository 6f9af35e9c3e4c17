//! The modules that the tree itself holds.
//!
//! A name is the tree's own wherever it stands: roots of `sys.path` are many (the root, `src`, a test's own
//! folder, a script's), and an import is only reported when nothing accounts for it.
//!
//! Does not catch: a name that stands in the tree but on no path that Python searches.

use std::collections::{BTreeMap, BTreeSet};

/// Endings of files that Python can import, or that are built into something that it can.
const IMPORTABLE: &[&str] = &["py", "pyi", "pyx", "pxd", "so", "pyd", "ipynb"];
const BUILT: &[&str] = &[
    "c", "cc", "cpp", "rs", "f90", "proto", "i", "in", "tmpl", "j2", "tpl",
];

/// The modules that a build makes of a file: protoc two of a `.proto`, SWIG two of a `.i`.
fn made_of(stem: &str, ending: &str) -> Vec<String> {
    let own = stem.to_owned();
    match ending {
        "proto" => {
            let name = stem.replace('-', "_");
            vec![own, format!("{name}_pb2"), format!("{name}_pb2_grpc")]
        }
        "i" => vec![own, format!("_{stem}")],
        _ => vec![own],
    }
}

/// An index of a tree's modules.
#[derive(Default)]
pub(crate) struct Modules {
    /// Names of files and folders that could be a top-level module.
    tops: BTreeSet<String>,
    /// Folders with modules below them.
    folders: BTreeSet<String>,
    /// Paths without the ending, of everything importable.
    stems: BTreeSet<String>,
    /// Names of files that a build may turn into modules.
    built: BTreeSet<String>,
    /// Folders with an `__init__`, by name: where a package of that name stands.
    packages: BTreeMap<String, Vec<String>>,
}

impl Modules {
    /// Reads the paths of a tree.
    pub(crate) fn of<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut modules = Self::default();
        for path in paths {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let Some((stem, _)) = name.split_once('.') else {
                // A submodule or a link to a folder looks like a file without an ending.
                modules.tops.insert(name.to_owned());
                continue;
            };
            let ending = name.rsplit('.').next().unwrap_or_default();
            if BUILT.contains(&ending) {
                modules.built.extend(made_of(stem, ending));
                continue;
            }
            if !IMPORTABLE.contains(&ending) {
                continue;
            }
            let mut at = folder;
            while !at.is_empty() && modules.folders.insert(at.to_owned()) {
                let last = at.rsplit('/').next().unwrap_or(at);
                modules
                    .tops
                    .insert(last.trim_end_matches("-stubs").to_owned());
                at = at.rsplit_once('/').map_or("", |(above, _)| above);
            }
            if stem == "__init__" {
                let last = folder.rsplit('/').next().unwrap_or(folder);
                let places = modules.packages.entry(last.to_owned()).or_default();
                if !places.iter().any(|place| place == folder) {
                    places.push(folder.to_owned());
                }
            }
            modules.tops.insert(stem.to_owned());
            modules.stems.insert(join(folder, stem));
        }
        modules
    }

    /// Whether the tree holds a module or package of this name, or sources of one.
    pub(crate) fn has(&self, top: &str) -> bool {
        self.tops.contains(top) || self.built.contains(top)
    }

    /// The one folder of the package with this name; none where there are several or it has no
    /// `__init__`, so that parts of it may be elsewhere.
    pub(crate) fn package(&self, name: &str) -> Option<&str> {
        match self.packages.get(name)?.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether a folder is a package with an `__init__`.
    pub(crate) fn is_package(&self, folder: &str) -> bool {
        self.stems.contains(&join(folder, "__init__"))
    }

    /// The path, without ending, of a module; none where the folder holds no such file.
    pub(crate) fn file(&self, folder: &str, dotted: &str) -> Option<String> {
        let path = join(folder, &dotted.replace('.', "/"));
        if self.folders.contains(&path) {
            let init = join(&path, "__init__");
            return self.stems.contains(&init).then_some(init);
        }
        self.stems.contains(&path).then_some(path)
    }

    /// The first segment of `dotted` that the folder does not hold, with the folder where it was looked
    /// for; none where all are there. A segment after a file is that module's own affair.
    pub(crate) fn missing<'d>(&self, folder: &str, dotted: &'d str) -> Option<(String, &'d str)> {
        let mut at = folder.to_owned();
        for segment in dotted.split('.').filter(|segment| !segment.is_empty()) {
            let next = join(&at, segment);
            if self.folders.contains(&next) {
                at = next;
            } else if self.stems.contains(&next) || self.built.contains(segment) {
                return None;
            } else {
                return Some((at, segment));
            }
        }
        None
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_under_any_root() {
        let paths = [
            "src/pkg/__init__.py",
            "src/pkg/sub/mod.py",
            "tests/conftest.py",
            "tests/support/data.py",
            "ext/_fast.pyx",
            "src/pkg/_native.c",
            "proto/line-item.proto",
            "src/pkg/shape.i",
        ];
        let modules = Modules::of(paths.into_iter());
        let built = ["_fast", "_native", "line_item_pb2", "_shape"];
        for name in ["pkg", "conftest", "support", "data"]
            .into_iter()
            .chain(built)
        {
            assert!(modules.has(name), "{name}");
        }
        assert!(!modules.has("requests"));
        assert_eq!(modules.package("pkg"), Some("src/pkg"));
        assert_eq!(modules.package("support"), None, "no __init__: a namespace");
        assert_eq!(modules.missing("src/pkg", "sub.mod"), None);
        assert_eq!(
            modules.missing("src/pkg", "sub.none"),
            Some(("src/pkg/sub".into(), "none"))
        );
        assert_eq!(modules.missing("src/pkg", "_native"), None);
    }
}
