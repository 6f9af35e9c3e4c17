//! What the imports of a file name: a package of the standard library, of the tree, of a module that `go.mod` requires.
//!
//! Does not catch: projects without a `go.mod` (nothing is said of them), packages that are missing in a module that is
//! there, and what a build outside of `go` brings in.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::go_mod::{self, GoMod, MANIFEST, WORKSPACE, below};
use super::names::{self, Exported};
use super::standard;
use crate::change::paths::join;
use crate::change::{Blob, Change, File, Side};
use crate::language::ecosystem::{Certainty, Concern, Problem, Project, folders_above};
use crate::language::{Import, Parsed, Trees};
use crate::place::Place;

/// A project at head.
pub(super) struct Tree<'c> {
    pub(super) change: &'c Change,
    /// By the folder.
    modules: BTreeMap<String, GoMod>,
    /// Folders that hold files of Go, each with these.
    folders: BTreeMap<&'c str, Vec<&'c str>>,
    /// Folders that a `go.work` joins; none where there is no such file.
    joined: BTreeSet<String>,
    /// By the folder, and whether the tests beside it ask.
    pub(super) exported: RefCell<BTreeMap<(String, bool), Rc<Exported>>>,
}

/// What an import path stands for.
pub(super) enum Stands {
    /// A package of the standard library.
    Standard(&'static standard::Package),
    /// A package of the tree: its folder.
    Local(String),
    /// A package of a module that is required.
    Required,
    /// Nothing that is known.
    Nothing(Missing),
}

/// Why it stands for nothing.
pub(super) enum Missing {
    /// The tree's own module has no such folder.
    Folder(String),
    /// Another module of the tree holds it, which is not required.
    Unrequired,
    /// No module.
    Module,
}

impl<'c> Tree<'c> {
    /// Reads the manifests of a project.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let mut modules = BTreeMap::new();
        let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut joined = BTreeSet::new();
        for path in change.paths(Side::Head)? {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if name.ends_with(".go") {
                folders.entry(folder).or_default().push(path);
            }
            if name != MANIFEST && name != WORKSPACE {
                continue;
            }
            let blob = change.read(Side::Head, path)?;
            let Some(read) = blob.as_ref().and_then(Blob::text).and_then(go_mod::read) else {
                continue;
            };
            if name == WORKSPACE {
                joined.extend(read.uses.iter().map(|own| join(folder, own)));
            } else {
                modules.insert(folder.to_owned(), read);
            }
        }
        Ok(Self {
            change,
            modules,
            folders,
            joined,
            exported: RefCell::default(),
        })
    }

    /// The module that a file belongs to: its folder, and what it says.
    pub(super) fn module_of(&self, path: &str) -> Option<(&str, &GoMod)> {
        folders_above(path).find_map(|folder| {
            let (folder, module) = self.modules.get_key_value(folder)?;
            Some((folder.as_str(), module))
        })
    }

    /// The minor release of Go 1 that a file is compiled by at least: what its module asks for, or its own constraint.
    pub(super) fn release_of(&self, path: &str, parsed: &Parsed) -> Option<u32> {
        let asked = self.module_of(path)?.1.go?;
        let mut lines = parsed.source.lines().take(40);
        let constraint = lines.find_map(|line| line.strip_prefix("//go:build "));
        let own = constraint.unwrap_or_default().split("go1.").skip(1);
        let own = own.filter_map(|rest| {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse().ok()
        });
        Some(own.fold(asked, u32::max))
    }

    /// The files of Go in a folder.
    pub(super) fn files_in(&self, folder: &str) -> &[&'c str] {
        self.folders.get(folder).map_or(&[], Vec::as_slice)
    }

    /// What an import path stands for in a module.
    pub(super) fn stands_for(&self, path: &str, (folder, module): (&str, &GoMod)) -> Stands {
        let mut missing = None;
        if let Some(rest) = below(path, &module.module) {
            let own = join(folder, rest);
            if !self.files_in(&own).is_empty() {
                return Stands::Local(own);
            }
            missing = Some(own);
        }
        // The longest path of a module of the tree that holds it.
        let others = self
            .modules
            .iter()
            .filter(|(own, _)| own.as_str() != folder);
        let other = others
            .filter_map(|(own, other)| Some((own, other, below(path, &other.module)?)))
            .min_by_key(|(_, _, rest)| rest.len());
        if let Some((own, other, rest)) = other {
            let held = join(own, rest);
            let is_joined = self.joined.contains(own) || module.provides(&other.module);
            match self.files_in(&held).is_empty() {
                false if is_joined => return Stands::Local(held),
                false => return Stands::Nothing(Missing::Unrequired),
                true => {}
            }
        }
        if module.provides(path) {
            return Stands::Required;
        }
        if let Some(own) = missing {
            return Stands::Nothing(Missing::Folder(own));
        }
        match standard::package_of(path) {
            Some(package) => Stands::Standard(package),
            None => Stands::Nothing(Missing::Module),
        }
    }

    fn problem(
        &self,
        import: &Import,
        parsed: &Parsed,
        path: &str,
        go: Option<u32>,
    ) -> Option<Problem> {
        let at = self.module_of(path)?;
        let place = parsed.place_of(import.bytes.clone());
        let name = import.module.as_str();
        match self.stands_for(name, at) {
            Stands::Standard(package) => {
                let asked = go.filter(|go| *go < package.since)?;
                let since = package.since;
                let message = format!(
                    "`{name}` is in the standard library since Go 1.{since}; go.mod says 1.{asked}"
                );
                let problem = Problem::new(Concern::StdlibOutsideRange, place, message);
                Some(problem.with("module", name))
            }
            Stands::Local(folder) => hidden(path, &folder, name, place),
            Stands::Required => None,
            Stands::Nothing(Missing::Folder(folder)) => Some(self.no_folder(name, &folder, place)),
            Stands::Nothing(Missing::Unrequired) => {
                let message = format!(
                    "`{name}` is of another module of this tree, which {} does not require",
                    manifest(at.0)
                );
                let problem = Problem::new(Concern::UndeclaredImport, place, message);
                Some(problem.with("module", name))
            }
            Stands::Nothing(Missing::Module) => Some(unknown(name, at, place)),
        }
    }

    fn no_folder(&self, name: &str, folder: &str, place: Place) -> Problem {
        let last = folder.rsplit('/').next().unwrap_or(folder);
        let above = folder.strip_suffix(last).unwrap_or_default();
        let is_near = |other: &&&str| {
            let inner = other.strip_prefix(above).unwrap_or_default();
            !inner.is_empty()
                && !inner.contains('/')
                && strsim::damerau_levenshtein(inner, last) <= 2
        };
        let near = self.folders.keys().find(is_near);
        let hint = near.map_or(String::new(), |near| format!("; there is {near}"));
        let message =
            format!("`{name}` would be the folder {folder}, which holds no file of Go{hint}");
        // What a build writes is in no commit.
        let is_written = self.change.paths(Side::Head).is_ok_and(|paths| {
            let inside = format!("{folder}/");
            paths.iter().any(|path| path.starts_with(&inside))
        });
        let certainty = match is_written || last.ends_with("pb") || last.starts_with("gen") {
            true => Certainty::Likely,
            false => Certainty::Sure,
        };
        let problem = Problem::new(Concern::MissingLocalModule, place, message);
        problem.sure(certainty).with("module", name)
    }
}

fn manifest(folder: &str) -> String {
    join(folder, MANIFEST)
}

/// A package below `internal` that is imported from outside of what holds that folder.
fn hidden(path: &str, folder: &str, name: &str, place: Place) -> Option<Problem> {
    let segments: Vec<&str> = folder.split('/').collect();
    let at = segments
        .iter()
        .rposition(|segment| *segment == "internal")?;
    let holder = segments.get(..at)?.join("/");
    let is_inside = holder.is_empty() || path.starts_with(&format!("{holder}/"));
    (!is_inside).then(|| {
        let message = format!("`{name}` is internal to {holder}: Go refuses to import it here");
        Problem::new(Concern::MissingLocalModule, place, message).with("module", name)
    })
}

/// An import of no module that is known.
fn unknown(name: &str, (folder, module): (&str, &GoMod), place: Place) -> Problem {
    let has_host = name
        .split('/')
        .next()
        .is_some_and(|first| first.contains('.'));
    let (certainty, message) = if has_host {
        let message = format!(
            "`{name}` is of no module that {} requires",
            manifest(folder)
        );
        (Certainty::Sure, message)
    } else {
        let newer = module.go.is_some_and(|go| go > standard::NEWEST);
        let near = standard::paths()
            .filter(|path| strsim::damerau_levenshtein(path, name) <= 2)
            .min();
        let hint = near.map_or(String::new(), |near| format!("; there is `{near}`"));
        let message = format!(
            "`{name}` is no package of the standard library, and no module is called so{hint}"
        );
        let certainty = match newer {
            true => Certainty::Likely,
            false => Certainty::Sure,
        };
        (certainty, message)
    };
    let problem = Problem::new(Concern::UnknownImport, place, message);
    problem.sure(certainty).with("module", name)
}

/// Whether `go` passes a file over: what stands below such a folder is in no package.
fn is_ignored(path: &str) -> bool {
    path.split('/').any(|part| {
        part.starts_with(['_', '.']) || matches!(part, "testdata" | "vendor" | "third_party")
    })
}

impl Project for Tree<'_> {
    fn problems(&self, trees: &Trees, file: &File) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        let tree =
            |blob: &Option<Blob>, path: &str| blob.as_ref().and_then(|blob| trees.of(path, blob));
        let Some(parsed) = tree(&file.head, &file.path) else {
            return Ok(found);
        };
        if is_ignored(&file.path) || self.module_of(&file.path).is_none() {
            return Ok(found);
        }
        let before: BTreeSet<String> = tree(&file.base, file.base_path())
            .map(|parsed| {
                parsed
                    .facts()
                    .imports
                    .iter()
                    .map(|import| import.module.clone())
                    .collect()
            })
            .unwrap_or_default();
        // A file that is compiled by name alone may stand outside of the module's requirements.
        let is_aside = parsed
            .source
            .lines()
            .take(20)
            .any(|line| line == "//go:build ignore");
        let go = self.release_of(&file.path, &parsed);
        for import in &parsed.facts().imports {
            if before.contains(&import.module) || import.module.is_empty() {
                continue;
            }
            if let Some(mut problem) = self.problem(import, &parsed, &file.path, go) {
                if is_aside {
                    problem = problem.sure(Certainty::Likely);
                }
                found.push(problem);
            }
        }
        names::check(self, trees, file, &parsed, &mut found)?;
        Ok(found)
    }
}
