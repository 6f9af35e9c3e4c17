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
use super::registry::CRATES;
use super::roots::{PRIMITIVES, SYSROOT, declared_names, declaring_words, roots};
use crate::change::{Blob, Change, File, Side};
use crate::language::Trees;
use crate::language::ecosystem::{Certainty, Concern, Problem, Project, folders_above};
use crate::text::Words;

/// The packages of the tree at head.
pub(super) struct Packages<'c> {
    change: &'c Change,
    /// Manifests with a package, by folder.
    packages: BTreeMap<String, Manifest>,
    /// Names of all manifests.
    anywhere: BTreeSet<String>,
    /// What the files of a package say, by folder.
    files: RefCell<BTreeMap<String, Rc<Files>>>,
}

/// What the files of a package say.
struct Files {
    /// Names that they declare.
    declared: BTreeSet<String>,
    /// Whether the manifest declares a crate whose name stands in none of them: its library may be called otherwise.
    has_unused: bool,
}

impl<'c> Packages<'c> {
    /// Reads the manifests.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let mut packages = BTreeMap::new();
        let mut anywhere = BTreeSet::new();
        for path in change.paths(Side::Head)? {
            let Some(folder) = path.strip_suffix(MANIFEST) else {
                continue;
            };
            let blob = change.read(Side::Head, path)?;
            let Some(read) = blob.as_ref().and_then(Blob::text).and_then(manifest) else {
                continue;
            };
            anywhere.extend(read.names.iter().cloned());
            anywhere.extend(read.dependencies.keys().map(|name| name.replace('-', "_")));
            if read.is_package {
                packages.insert(folder.trim_end_matches('/').to_owned(), read);
            }
        }
        Ok(Self {
            change,
            packages,
            anywhere,
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

    /// What the Rust files of a package say. Reads them once, when first asked.
    fn files(&self, folder: &str, package: &Manifest) -> Result<Rc<Files>> {
        if let Some(known) = self.files.borrow().get(folder) {
            return Ok(Rc::clone(known));
        }
        let mut declared = BTreeSet::new();
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
                let words = Words::of(text);
                unused.retain(|name| !words.hold(name));
            }
        }
        let files = Rc::new(Files {
            declared,
            has_unused: !unused.is_empty(),
        });
        let known = &mut self.files.borrow_mut();
        known.insert(folder.to_owned(), Rc::clone(&files));
        Ok(files)
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
        let mut reported = BTreeSet::new();
        for root in roots(&parsed) {
            let name = root.name.as_str();
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
}
