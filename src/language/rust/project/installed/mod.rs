//! Crates whose sources cargo keeps on this machine (`$CARGO_HOME/registry/src`): paths of code held against them.
//!
//! A crate is asked only in the version that `Cargo.lock` holds; where the project keeps no lock, in all versions there that
//! the manifest takes. All features and conditions count as set.
//!
//! Does not catch: methods and what else stands in a type; paths under a condition; modules in which a macro makes items,
//! or all names of which another crate gives (they are unknown, and nothing is said of them).

mod level;
mod library;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::cargo::Manifest;
use super::roots::Names;
use crate::budget;
use crate::change::{Blob, Change, File, Side};
use crate::language::ecosystem::installed::{Installed, Root};
use crate::language::ecosystem::outdated::fits;
use crate::language::ecosystem::{Concern, Consulted, Problem, lock};
use crate::language::rust::kind;
use crate::language::{Kinds, Parsed, RUST};
use crate::place::Place;
use crate::text::is_in_word;
use library::{Library, Looked};

static PATHS: Kinds = Kinds::new(
    RUST,
    &[
        kind::USE_DECLARATION,
        kind::MACRO_DEFINITION,
        kind::SCOPED_IDENTIFIER,
        kind::SCOPED_TYPE_IDENTIFIER,
    ],
);

/// Versions of one crate that are asked.
const MOST_VERSIONS: usize = 4;

/// Who asks.
pub(super) struct Asking<'a> {
    /// The package that a file is of.
    pub(super) package: &'a Manifest,
    /// The names that the file declares.
    pub(super) own: &'a Names,
    /// The versions of a crate that are asked for.
    pub(super) requirement: &'a dyn Fn(&str) -> Option<String>,
    /// Whether a name may be a module of the package.
    pub(super) is_local: &'a dyn Fn(&str) -> Result<bool>,
}

/// The crates that cargo keeps.
pub(super) struct Sources {
    /// Folders of packages, `name-version` each.
    registries: Vec<Root>,
    /// The versions of packages that locks hold, from registries.
    locked: BTreeMap<String, BTreeSet<String>>,
    libraries: RefCell<BTreeMap<String, Option<Rc<Library>>>>,
    consulted: RefCell<Consulted>,
}

impl Sources {
    /// Finds the folders; of their packages nothing is read yet.
    pub(super) fn read(change: &Change, installed: &Installed) -> Result<Self> {
        let kept = installed.store("CARGO_HOME", ".cargo", "registry/src", "cargo's registry");
        let below = |root: &Root| {
            let entries = root.entries("").unwrap_or_default();
            let names = entries.keys().take(8).map(|name| root.below(name));
            names.collect::<Vec<_>>()
        };
        let registries = kept.iter().flat_map(below).chain(installed.given());
        let registries: Vec<Root> = registries.collect();
        let mut locked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let paths = match registries.is_empty() {
            true => &[],
            false => change.paths(Side::Head)?,
        };
        for path in paths.iter().filter(|path| path.ends_with("Cargo.lock")) {
            let blob = change.read(Side::Head, path)?;
            let packages = blob.as_ref().and_then(Blob::text).and_then(lock::read);
            for package in packages.unwrap_or_default() {
                if package.source.starts_with("registry+") {
                    let versions = locked.entry(package.name).or_default();
                    versions.insert(package.version);
                }
            }
        }
        Ok(Self {
            registries,
            locked,
            libraries: RefCell::default(),
            consulted: RefCell::default(),
        })
    }

    /// What was asked.
    pub(super) fn consulted(&self) -> Consulted {
        self.consulted.borrow().clone()
    }

    /// Holds the paths on lines of the change against the crates that they begin with.
    pub(super) fn check(
        &self,
        file: &File,
        parsed: &Parsed,
        asking: &Asking<'_>,
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        let Asking { package, own, .. } = asking;
        if self.registries.is_empty() {
            return Ok(());
        }
        let mut told = BTreeSet::new();
        let mut ask = |path: &str, place: Place| -> Result<()> {
            let absolute = path.starts_with("::");
            let path = path.trim_start_matches("::");
            let top = path.split("::").next().unwrap_or(path);
            let Some(name) = package.packages.get(top) else {
                return Ok(());
            };
            let is_own = own.names.contains(top) || package.library.as_deref() == Some(top);
            if !absolute && (is_own || !own.globs.is_empty() && (asking.is_local)(top)?) {
                return Ok(());
            }
            if is_conditional(parsed, place.line) {
                return Ok(());
            }
            let segments: Vec<&str> = path.split("::").skip(1).collect();
            let asked = (asking.requirement)(top).unwrap_or_default();
            if let Some(problem) = self.missing(name, &asked, top, &segments, place)
                && told.insert((problem.message.clone(), place.line))
            {
                found.push(problem);
            }
            Ok(())
        };
        let mut bound: BTreeMap<&str, Option<String>> = BTreeMap::new();
        for import in &parsed.facts().imports {
            let path = match &import.name {
                Some(name) => format!("{}::{name}", import.module),
                None => import.module.clone(),
            };
            let last = path.rsplit("::").next().unwrap_or(&path);
            let is_new = touches(file, import.line);
            if is_new && import.guard.is_none() {
                let path = path.trim_end_matches("::*").trim_end_matches("::self");
                ask(path, place_of(parsed, import.line, import.bytes.end, path))?;
            }
            let local = import.alias.as_deref().or(import.name.as_deref());
            if let Some(local) = local.filter(|_| last != "*" && last != "self") {
                let known = bound.entry(local).or_insert_with(|| Some(path.clone()));
                if known.as_ref() != Some(&path) {
                    *known = None;
                }
            }
        }
        let mut nodes = PATHS.nodes(parsed);
        while let Some(node) = nodes.next() {
            nodes.skip_children();
            let text = parsed.text(node);
            let is_plain = text.chars().all(|c| is_in_word(c) || c == ':');
            let is_path = !matches!(node.kind(), kind::USE_DECLARATION | kind::MACRO_DEFINITION);
            if !is_path || !is_plain || text.len() > 200 {
                continue;
            }
            let place = parsed.place(node);
            if !touches(file, place.line) {
                continue;
            }
            let (head, rest) = text.split_once("::").unwrap_or((text, ""));
            match bound.get(head) {
                Some(Some(full)) => ask(&format!("{full}::{rest}"), place)?,
                Some(None) => {}
                None => ask(text, place)?,
            }
        }
        Ok(())
    }

    /// What is said of a path below a crate, where no version that may be meant has it.
    fn missing(
        &self,
        package: &str,
        requirement: &str,
        top: &str,
        segments: &[&str],
        place: Place,
    ) -> Option<Problem> {
        let libraries = self.libraries(package, requirement);
        let mut lacking = None;
        for library in &libraries {
            match library.look(segments) {
                Looked::Has | Looked::Unknown => return None,
                Looked::Lacks(at) => lacking = Some((library, at)),
            }
        }
        let (library, at) = lacking?;
        let name = segments.get(at)?;
        let within = segments
            .get(..at)?
            .iter()
            .fold(top.to_owned(), |path, segment| format!("{path}::{segment}"));
        let near = library.near(segments.get(..at)?, name);
        let hint = near.map_or(String::new(), |near| format!("; it has `{near}`"));
        let Library { version, title, .. } = library.as_ref();
        let message = format!("`{within}` of {package} {version} ({title}) has no `{name}`{hint}");
        let problem = Problem::new(Concern::MissingPackageName, place, message);
        let problem = problem
            .with("package", package)
            .with("version", version.as_str());
        Some(problem.with("name", format!("{within}::{name}")))
    }

    /// The versions of a package that may be meant.
    fn libraries(&self, package: &str, requirement: &str) -> Vec<Rc<Library>> {
        let mut versions: BTreeSet<String> = match self.locked.get(package) {
            Some(locked) if locked.len() == 1 => locked.clone(),
            Some(locked) => locked
                .iter()
                .filter(|version| fits(requirement, version))
                .cloned()
                .collect(),
            None if requirement.is_empty() => BTreeSet::new(),
            None => self.kept(package, requirement),
        };
        if versions.len() > MOST_VERSIONS {
            versions.clear();
        }
        let libraries = versions
            .iter()
            .map(|version| self.library(package, version));
        let libraries: Option<Vec<Rc<Library>>> = libraries.collect();
        let libraries = libraries.unwrap_or_default();
        for library in &libraries {
            let line = format!("{package} {} ({})", library.version, library.title);
            self.consulted.borrow_mut().asked.insert(line);
        }
        libraries
    }

    /// The versions of a package on this machine that a requirement takes.
    fn kept(&self, package: &str, requirement: &str) -> BTreeSet<String> {
        let start = format!("{package}-");
        let folders = self.registries.iter().filter_map(|root| root.entries(""));
        let folders = folders.flat_map(|entries| {
            budget::charge(entries.len());
            let all = entries.keys().filter_map(|name| name.strip_prefix(&start));
            let all = all.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
            all.map(str::to_owned).collect::<Vec<_>>()
        });
        folders
            .filter(|version| fits(requirement, version))
            .collect()
    }

    fn library(&self, package: &str, version: &str) -> Option<Rc<Library>> {
        let folder = format!("{package}-{version}");
        if let Some(known) = self.libraries.borrow().get(&folder) {
            return known.clone();
        }
        let holding = self.registries.iter().find(|root| {
            let entries = root.entries("");
            entries.is_some_and(|entries| entries.contains_key(&folder))
        });
        let library =
            holding.and_then(|root| Library::of(root.below(&folder), &root.title, version));
        let library = library.map(Rc::new);
        let libraries = &mut self.libraries.borrow_mut();
        libraries.insert(folder, library.clone());
        library
    }
}

fn touches(file: &File, line: u32) -> bool {
    file.touches(Side::Head, line.saturating_sub(1)..line)
}

/// Where the last name of an imported path stands: on its line, or else in the statement.
fn place_of(parsed: &Parsed, line: u32, end: usize, path: &str) -> Place {
    let name = path.rsplit("::").next().unwrap_or(path);
    let start = parsed.line_start(line).unwrap_or(end);
    let text = parsed.slice(&(start..end.max(start)));
    budget::charge_text(text.len());
    let at = start + text.find(name).unwrap_or(0);
    parsed.place_of(at..(at + name.len()).min(parsed.source.len()))
}

/// Whether a line stands under a condition that may leave it out of the build.
fn is_conditional(parsed: &Parsed, line: u32) -> bool {
    let mut around = parsed.facts().around(line);
    around.any(|one| {
        let mut marks = one.marks.iter();
        marks.any(|mark| mark.starts_with("cfg") && !mark.starts_with("cfg(test"))
    })
}
