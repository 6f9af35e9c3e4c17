//! Imports of a file: each new one is accounted for by Node.js, the tree, or what the project declares; or it is
//! reported. A name that a bundler, a loader or a test runner may give a meaning is never reported for sure.
//!
//! Does not catch: what a declared package does not hold; a module that the change deletes while files it does not touch
//! import it (the type checker's part).

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::Result;

use super::aliases::{self, Alias, Names};
use super::exports::Exports;
use super::files::{Files, from};
use super::imports::package_of;
use super::package::{MANIFEST, PackageFile, package};
use super::texts::Texts;
use crate::budget;
use crate::change::paths::join;
use crate::change::{Blob, Change, Side};
use crate::language::ecosystem::folders_above;

/// A project at head.
pub(super) struct Held<'c> {
    pub(super) files: Files<'c>,
    pub(super) texts: Texts<'c>,
    pub(super) change: &'c Change,
    /// Manifests, by folder.
    packages: BTreeMap<String, PackageFile>,
    /// The folders of packages, by their names.
    pub(super) own: BTreeMap<String, String>,
    /// Names that manifests anywhere declare.
    pub(super) anywhere: BTreeSet<String>,
    /// What configurations say of names, by folder.
    names: OnceCell<BTreeMap<String, Vec<Names>>>,
    /// What modules export, by their paths; none of such as cannot be read.
    pub(super) exported: RefCell<BTreeMap<String, Option<Rc<Exports>>>>,
}

/// What an import stands for.
pub(super) enum Meaning {
    /// Something that is known, or that nobody can know.
    Fine,
    /// Files of the tree.
    Files(Vec<String>),
    /// A path in the tree at which nothing is.
    Missing(String),
    /// A package by its name.
    Package(String),
}

impl<'c> Held<'c> {
    /// Reads the manifests of the tree.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let paths = change.paths(Side::Head)?;
        let mut held = Self {
            files: Files::of(paths),
            texts: Texts::of(change),
            change,
            packages: BTreeMap::new(),
            own: BTreeMap::new(),
            anywhere: BTreeSet::new(),
            names: OnceCell::new(),
            exported: RefCell::default(),
        };
        for path in paths {
            let Some(folder) = path.strip_suffix(MANIFEST) else {
                continue;
            };
            let folder = folder.trim_end_matches('/');
            let is_whole = folder.is_empty() || path.as_bytes().get(folder.len()) == Some(&b'/');
            if !is_whole || path.contains("node_modules/") {
                continue;
            }
            let blob = change.read(Side::Head, path)?;
            let Some(read) = blob.as_ref().and_then(Blob::text).and_then(package) else {
                continue;
            };
            let names = read.shipped.iter().chain(&read.for_developers);
            held.anywhere.extend(names.cloned());
            if let Some(name) = &read.name {
                held.own.insert(name.clone(), folder.to_owned());
            }
            held.packages.insert(folder.to_owned(), read);
        }
        Ok(held)
    }

    fn names(&self) -> &BTreeMap<String, Vec<Names>> {
        self.names.get_or_init(|| {
            let mut texts = BTreeMap::new();
            let paths = self.change.paths(Side::Head).unwrap_or_default();
            for path in paths.iter().filter(|path| aliases::is_configuration(path)) {
                let blob = self.change.read(Side::Head, path).ok().flatten();
                if let Some(text) = blob.as_ref().and_then(Blob::text) {
                    texts.insert(path.clone(), text.to_owned());
                }
            }
            let mut all: BTreeMap<String, Vec<Names>> = BTreeMap::new();
            for (path, names) in aliases::read(&texts) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                all.entry(folder.to_owned()).or_default().push(names);
            }
            all
        })
    }

    /// What the configurations above a file say of names.
    pub(super) fn names_for<'h>(&'h self, path: &'h str) -> impl Iterator<Item = &'h Names> {
        let all = self.names();
        folders_above(path)
            .filter_map(move |folder| all.get(folder))
            .flatten()
    }

    /// The manifests above a path, nearest first, each with its folder.
    pub(super) fn above<'h>(
        &'h self,
        path: &'h str,
    ) -> impl Iterator<Item = (&'h str, &'h PackageFile)> {
        folders_above(path).filter_map(move |folder| Some((folder, self.packages.get(folder)?)))
    }

    /// What an import of a file stands for.
    pub(super) fn meaning(&self, path: &str, module: &str) -> Meaning {
        let bare = module.split(['?', '!']).next().unwrap_or(module);
        if bare != module && (module.contains('!') || !bare.starts_with('.')) {
            return Meaning::Fine;
        }
        if bare.starts_with("./") || bare.starts_with("../") || bare == "." || bare == ".." {
            return match from(path, bare) {
                Some(target) => self.at(path, target),
                None => Meaning::Fine,
            };
        }
        if bare.contains(':') || bare.starts_with('/') || is_asset(bare) {
            return Meaning::Fine;
        }
        let mut missing = None;
        let own = self.above(path).next();
        let own = own.into_iter().flat_map(|(folder, package)| {
            let entries = package.imports.iter();
            entries.map(move |(key, files)| {
                let targets = files.iter().filter(|file| file.starts_with('.'));
                (
                    Alias::of(key, targets.map(|file| join(folder, file)).collect()),
                    false,
                )
            })
        });
        let stated = self.names_for(path).flat_map(|names| &names.aliases);
        let all = own.chain(stated.map(|alias| (alias.clone(), alias.is_for_all())));
        for (alias, is_for_all) in all {
            let Some(targets) = alias.paths(bare) else {
                continue;
            };
            budget::charge(1 + targets.len());
            let mut is_open = targets.is_empty();
            for target in targets {
                match self.at(path, target) {
                    Meaning::Missing(target) if !is_for_all => missing = missing.or(Some(target)),
                    Meaning::Missing(_) => {}
                    Meaning::Fine => is_open = true,
                    known => return known,
                }
            }
            if is_open && !is_for_all {
                return Meaning::Fine;
            }
        }
        for base in self.names_for(path).filter_map(|names| names.base.as_ref()) {
            let found = self.files.meant(&join(base, bare));
            if !found.is_empty() {
                return Meaning::Files(found.into_iter().map(str::to_owned).collect());
            }
        }
        match (missing, package_of(bare)) {
            (missing, Some(name)) if missing.is_none() || self.is_declared(path, name) => {
                Meaning::Package(name.to_owned())
            }
            (Some(target), _) => Meaning::Missing(target),
            (None, _) => Meaning::Fine,
        }
    }

    /// What a part of a package of the tree stands for; none where the package gives no such part away.
    pub(super) fn part(&self, path: &str, module: &str, name: &str) -> Option<Meaning> {
        let folder = self.own.get(name)?;
        let package = self.packages.get(folder)?;
        let inner = module.get(name.len()..).unwrap_or_default();
        let Some(exports) = &package.exports else {
            let is_whole = inner.trim_matches('/').is_empty();
            return Some(match is_whole {
                true => Meaning::Fine,
                false => self.at(path, join(folder, inner)),
            });
        };
        let wanted = format!(".{inner}");
        let entries = exports.iter().take_while(|_| budget::charge(1));
        let mut matching = entries.filter_map(|(key, files)| {
            // A folder stands for what is in it, in the elder form.
            let rest = if key.ends_with('/') { "*" } else { "" };
            let targets = files
                .iter()
                .map(|file| join(folder, file) + if rest.is_empty() { "" } else { "/*" });
            Alias::of(&format!("{key}{rest}"), targets.collect()).paths(&wanted)
        });
        let targets = matching.next()?;
        let found: Vec<Meaning> = targets
            .into_iter()
            .map(|target| self.at(path, target))
            .collect();
        let mut found = found.into_iter();
        let known = found.find(|meaning| matches!(meaning, Meaning::Files(_)));
        Some(known.unwrap_or(Meaning::Fine))
    }

    /// What a path in the tree is: a file, nothing, or what may be made.
    fn at(&self, path: &str, target: String) -> Meaning {
        let found = self.files.meant(&target);
        if !found.is_empty() {
            return Meaning::Files(found.into_iter().map(str::to_owned).collect());
        }
        match self.may_be_made(path, &target) {
            true => Meaning::Fine,
            false => Meaning::Missing(target),
        }
    }

    /// Whether a path is one that programs write, or that is not part of this repository.
    fn may_be_made(&self, path: &str, target: &str) -> bool {
        /// What is written in these is not tracked, or not by hand.
        const MADE: [&str; 21] = [
            "dist",
            "out",
            "generated",
            "__generated__",
            "gen",
            "node_modules",
            "coverage",
            "artifacts",
            "typechain",
            "typechain-types",
            ".next",
            ".nuxt",
            ".output",
            ".svelte-kit",
            ".astro",
            ".vitepress",
            ".docusaurus",
            ".cache",
            "tmp",
            "temp",
            ".react-router",
        ];
        /// In these too, where the tree has none such.
        const MAY_BE_MADE: [&str; 12] = [
            "lib", "build", "es", "esm", "cjs", "umd", "bin", "pkg", "types", "vendor", "public",
            "bundle",
        ];
        let mut at = 0;
        for part in target.split('/') {
            at += part.len();
            let upto = target.get(..at).unwrap_or(target);
            at += 1;
            // A link, or another repository.
            let is_other = upto.len() < target.len() && self.files.has(upto);
            let is_made = MADE.contains(&part)
                || upto.len() < target.len()
                    && MAY_BE_MADE.contains(&part)
                    && !self.files.has_folder(upto);
            if is_other || is_made {
                return true;
            }
        }
        let name = target.rsplit('/').next().unwrap_or(target);
        let stem = name.split('.').next().unwrap_or(name);
        let says_made = ["generated", ".gen", "codegen", "__"]
            .iter()
            .any(|word| name.contains(word));
        says_made
            || self.texts.ignores(target)
            || self.is_of_submodule(target)
            || stem != "index" && self.texts.writes(path, stem)
    }

    fn is_of_submodule(&self, target: &str) -> bool {
        let blob = self.change.read(Side::Head, ".gitmodules").ok().flatten();
        let text = blob.as_ref().and_then(Blob::text).unwrap_or_default();
        let mut paths = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("path"));
        paths.any(|rest| target.starts_with(rest.trim_start_matches([' ', '=', '\t'])))
    }

    /// Whether a manifest above a file declares a package, or its types.
    pub(super) fn is_declared(&self, path: &str, name: &str) -> bool {
        let types = types_of(name);
        let mut above = self.above(path);
        above.any(|(_, package)| {
            let has = |name: &str| {
                package.shipped.contains(name) || package.for_developers.contains(name)
            };
            has(name) || has(&types)
        })
    }

    /// Whether something but a manifest above may account for a package: a file under an alias, a declared module.
    pub(super) fn may_be_known(&self, path: &str, module: &str, name: &str) -> bool {
        let first = name.split('/').next().unwrap_or(name);
        let ends = |tail: &str| {
            let stem = format!("/{tail}");
            let mut paths = self.change.paths(Side::Head).unwrap_or_default().iter();
            budget::charge(paths.len());
            paths.any(|path| {
                let found = path.find(stem.as_str()).map(|at| at + stem.len());
                let rest = found.and_then(|at| path.get(at..));
                rest.is_some_and(|rest| {
                    rest.starts_with("/index.") || rest.starts_with('.') && !rest.contains('/')
                })
            })
        };
        let tail = match name.starts_with('@') {
            true => module.split_once('/').map_or(module, |(_, tail)| tail),
            false => module,
        };
        let has_modules = || {
            let folder = format!("node_modules/{name}/");
            let mut paths = self.change.paths(Side::Head).unwrap_or_default().iter();
            paths.any(|path| path.contains(&folder))
        };
        self.texts.configures(path, name)
            || self.texts.configures(path, first)
            || self.texts.declares(module)
            || ends(tail)
            || has_modules()
            || self.texts.imported_at_base(name)
    }
}

/// Whether a name ends like a file that only a bundler can take.
fn is_asset(name: &str) -> bool {
    let endings = [
        ".css", ".scss", ".sass", ".less", ".styl", ".svg", ".png", ".html", ".txt", ".md",
    ];
    endings.iter().any(|ending| name.ends_with(ending))
}

/// The package that has the types of another: `@types/a`, `@types/s__a`.
fn types_of(name: &str) -> String {
    let inner = name.trim_start_matches('@').replace('/', "__");
    format!("@types/{inner}")
}
