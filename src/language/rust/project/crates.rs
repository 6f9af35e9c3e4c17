//! First segments of Rust paths: each new one is a crate of the manifest, the tree's own, or reported.
//! The compiler says so too; this is what is left where nothing can be built.
//!
//! Does not catch: paths inside macro calls, and names that a macro makes; a name that any file of the
//! package declares is taken as known everywhere in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::cargo::{MANIFEST, Manifest, manifest};
use super::installed::{Asking, Sources};
use super::outdated;
use super::registry::CRATES;
use super::roots::{PRIMITIVES, Root, SYSROOT, declared_names, declaring_words, roots};
use crate::change::{Blob, Change, File, Side};
use crate::language::conventions::is_test_path;
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::outdated::Stated;
use crate::language::ecosystem::{Certainty, Concern, Consulted, Problem, Project, folders_above};
use crate::language::{Parsed, Trees};
use crate::text::Words;

/// The packages of the tree at head.
pub(super) struct Packages<'c> {
    change: &'c Change,
    /// What cargo keeps on this machine.
    installed: Sources,
    /// Manifests with a package, by folder.
    packages: BTreeMap<String, Manifest>,
    /// Names of all manifests.
    anywhere: BTreeSet<String>,
    /// The versions that manifests ask for, by the name in code: of a crate that several name, the last.
    versions: BTreeMap<String, String>,
    /// What the files of a package say, by folder.
    files: RefCell<BTreeMap<String, Rc<Files>>>,
}

/// What the files of a package say.
struct Files {
    /// Names that they declare.
    declared: BTreeSet<String>,
    /// Whether the manifest declares a crate whose name stands in none of them: its library may be called otherwise.
    has_unused: bool,
    /// Modules of which a condition says whether they are compiled.
    conditional: BTreeSet<String>,
}

impl<'c> Packages<'c> {
    /// Reads the manifests.
    pub(super) fn read(change: &'c Change, installed: &Installed) -> Result<Self> {
        let mut packages = BTreeMap::new();
        let mut anywhere = BTreeSet::new();
        let mut versions = BTreeMap::new();
        for path in change.paths(Side::Head)? {
            let Some(folder) = path.strip_suffix(MANIFEST) else {
                continue;
            };
            let blob = change.read(Side::Head, path)?;
            let Some(read) = blob.as_ref().and_then(Blob::text).and_then(manifest) else {
                continue;
            };
            versions.extend(read.versions.clone());
            anywhere.extend(read.names.iter().cloned());
            anywhere.extend(read.dependencies.keys().map(|name| name.replace('-', "_")));
            if read.is_package {
                packages.insert(folder.trim_end_matches('/').to_owned(), read);
            }
        }
        Ok(Self {
            change,
            installed: Sources::read(change, installed)?,
            packages,
            anywhere,
            versions,
            files: RefCell::default(),
        })
    }

    /// The package whose manifest stands nearest above a path.
    fn package(&self, path: &str) -> Option<(String, &Manifest)> {
        folders_above(path).find_map(|folder| {
            let package = self.packages.get(folder)?;
            Some((folder.to_owned(), package))
        })
    }

    /// A path, in what is no test, that begins with a crate which the manifest has for tests or the build alone.
    fn for_tests(
        &self,
        folder: &str,
        package: &Manifest,
        file: &File,
        parsed: &Parsed,
        root: &Root,
    ) -> Result<Option<Problem>> {
        let name = root.name.as_str();
        let inner = file.path.strip_prefix(folder).unwrap_or(&file.path);
        let inner = inner.trim_start_matches('/');
        let is_aside = !package.names.contains(name) || package.shipped.contains(name);
        if is_aside || !inner.starts_with("src/") || is_test_path(&file.path) {
            return Ok(None);
        }
        let place = parsed.place_of(root.range.clone());
        let around = parsed.facts().definition_at(place.line);
        let before = parsed.source.get(..root.range.start).unwrap_or_default();
        let mut above = before.lines().rev().skip(1).map(str::trim);
        let has_condition = above.next().is_some_and(|line| line.contains("cfg("));
        if around.is_some_and(|it| it.in_test) || has_condition {
            return Ok(None);
        }
        let files = self.files(folder, package)?;
        let mut segments = inner.split(['/', '.']);
        let conditional = parsed.source.contains("#![cfg(")
            || segments.any(|segment| files.conditional.contains(segment));
        let is_local = !root.absolute && files.declared.contains(name);
        let problem = (!conditional && !is_local).then(|| {
            let message = format!(
                "`{name}` is a dependency of tests or of the build alone: code under src cannot use it"
            );
            let problem = Problem::new(Concern::UnknownCrate, place, message);
            problem.sure(Certainty::Likely).with("crate", name)
        });
        Ok(problem)
    }

    /// What the Rust files of a package say. Reads them once, when first asked.
    fn files(&self, folder: &str, package: &Manifest) -> Result<Rc<Files>> {
        if let Some(known) = self.files.borrow().get(folder) {
            return Ok(Rc::clone(known));
        }
        let mut declared = BTreeSet::new();
        let mut conditional = BTreeSet::new();
        let mut unused = package.names.clone();
        // A much used crate of one word is called like its library.
        let is_plain = |name: &str| !name.contains('_') && CRATES.spells(name);
        unused.retain(|name| package.library.as_ref() != Some(name) && !is_plain(name));
        for path in self.change.paths(Side::Head)? {
            let ours = folder.is_empty()
                || path
                    .strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/'));
            if ours
                && path.ends_with(".rs")
                && let Some(blob) = self.change.read(Side::Head, path)?
                && let Some(text) = blob.text()
            {
                declaring_words(text, &mut declared);
                under_condition(text, &mut conditional);
                let words = Words::of(text);
                unused.retain(|name| !words.hold(name));
            }
        }
        let files = Rc::new(Files {
            declared,
            has_unused: !unused.is_empty(),
            conditional,
        });
        let known = &mut self.files.borrow_mut();
        known.insert(folder.to_owned(), Rc::clone(&files));
        Ok(files)
    }
}

/// The modules that a text declares below a line with a condition.
fn under_condition(text: &str, found: &mut BTreeSet<String>) {
    let mut is_conditional = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_conditional |= line.contains("cfg(");
            if line.ends_with(']') {
                continue;
            }
        }
        let name = line.split("mod ").nth(1).filter(|_| is_conditional);
        let name = name.map(|rest| rest.trim_end_matches([';', '{', ' ']));
        found.extend(name.map(str::to_owned));
        is_conditional = false;
    }
}

impl Project for Packages<'_> {
    fn problems(&self, trees: &Trees, file: &File) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        let Some((folder, package)) = self.package(&file.path) else {
            return Ok(found);
        };
        let tree =
            |blob: &Option<Blob>, path: &str| blob.as_ref().and_then(|blob| trees.of(path, blob));
        let Some(parsed) = tree(&file.head, &file.path) else {
            return Ok(found);
        };
        let before: BTreeSet<String> = tree(&file.base, file.base_path())
            .map(|parsed| roots(&parsed).into_iter().map(|root| root.name).collect())
            .unwrap_or_default();
        let own = declared_names(&parsed);
        let foreign_glob = own
            .globs
            .iter()
            .any(|root| !SYSROOT.contains(&root.as_str()) && !own.names.contains(root));
        let stated = |name: &str| {
            let own = package.versions.get(name);
            let version = own.or_else(|| self.versions.get(name))?;
            package.names.contains(name).then(|| Stated::of(version))
        };
        outdated::check(file, &parsed, &stated, &mut found);
        let requirement = |name: &str| {
            let own = package.versions.get(name);
            own.or_else(|| self.versions.get(name)).cloned()
        };
        let is_local = |name: &str| Ok(self.files(&folder, package)?.declared.contains(name));
        let asking = Asking {
            package,
            own: &own,
            requirement: &requirement,
            is_local: &is_local,
        };
        self.installed.check(file, &parsed, &asking, &mut found)?;
        let mut reported = BTreeSet::new();
        for root in roots(&parsed) {
            let name = root.name.as_str();
            let is_own = own.names.contains(name) && !root.absolute;
            if !before.contains(name) && !is_own && !reported.contains(name) {
                let problem = self.for_tests(&folder, package, file, &parsed, &root)?;
                if let Some(problem) = problem {
                    reported.insert(root.name.clone());
                    found.push(problem);
                }
            }
            let known = SYSROOT.contains(&name)
                || package.names.contains(name)
                || before.contains(name)
                || (name.starts_with("rustc_") && parsed.source.contains("rustc_private"));
            let local = !root.absolute
                && (own.names.contains(name)
                    || (root.inline && (foreign_glob || PRIMITIVES.contains(&name))));
            if known || local || reported.contains(name) {
                continue;
            }
            let files = self.files(&folder, package)?;
            if !root.absolute && files.declared.contains(name) {
                continue;
            }
            reported.insert(root.name.clone());
            let place = parsed.place_of(root.range.clone());
            let manifest = if folder.is_empty() {
                MANIFEST.to_owned()
            } else {
                format!("{folder}/{MANIFEST}")
            };
            let (certainty, message) = if self.anywhere.contains(name) {
                let message = format!(
                    "`{name}` is no dependency of {manifest}, though another manifest of this tree has it"
                );
                (Certainty::Likely, message)
            } else {
                let message = format!(
                    "`{name}` is no crate that {manifest} declares, and no module or name of this package"
                );
                let certainty = match files.has_unused {
                    true => Certainty::Likely,
                    false => Certainty::Sure,
                };
                (certainty, message)
            };
            let problem = Problem::new(Concern::UnknownCrate, place, message);
            found.push(problem.sure(certainty).with("crate", name));
        }
        Ok(found)
    }

    fn consulted(&self) -> Consulted {
        self.installed.consulted()
    }
}
