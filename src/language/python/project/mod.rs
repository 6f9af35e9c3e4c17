//! Projects in Python: what they declare and lock, what their imports name.

mod declared;
mod distributions;
mod formats;
mod gone;
mod held;
mod imports;
mod installed;
mod members;
mod modules;
mod namespaces;
mod native;
mod outdated;
mod range;
mod registry;
mod stdlib;
mod tree;
mod undeclared;

pub(in crate::language::python) use distributions::providers;

use std::collections::BTreeMap;

use anyhow::Result;

use crate::change::{Blob, Change, Side};
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::lock::Locked;
use crate::language::ecosystem::{
    Ecosystem, FileKind, Manifest, Package, Project, Registry, Source,
};

/// Whether a top-level module is, or was, in the standard library.
pub(super) fn is_standard(module: &str) -> bool {
    stdlib::module(module).is_some()
}

/// What is known of distributions.
pub(super) struct Distributions;

impl Ecosystem for Distributions {
    fn registry(&self) -> &'static Registry {
        &registry::PYPI
    }

    fn installs(&self) -> &'static [&'static str] {
        &[
            "pip install ",
            "pip3 install ",
            "pipx install ",
            "uv add ",
            "uv tool install ",
        ]
    }

    fn tool(&self) -> &'static str {
        "pip"
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        if declared::is_lock(path) {
            Some(FileKind::Lock)
        } else {
            declared::is_source(path).then_some(FileKind::Manifest)
        }
    }

    fn manifest(&self, path: &str, text: &str) -> Option<Manifest> {
        let read = declared::declared(path, &by_hand(path, text));
        let mut packages = BTreeMap::new();
        for (key, address) in read.sources {
            let source = match address.contains("://") {
                true => Source::Elsewhere(address),
                false => Source::Own,
            };
            let package = Package {
                name: key.clone(),
                source,
                is_locked: false,
            };
            packages.insert(key, package);
        }
        for (key, name) in read.names {
            // What a manifest says of the language is no package.
            if key != "python" {
                packages.entry(key).or_insert_with(Package::default).name = name;
            }
        }
        let is_project = path.ends_with(declared::PROJECT);
        if is_project {
            for key in lockable(text).keys() {
                if let Some(package) = packages.get_mut(key) {
                    package.is_locked = true;
                }
            }
        }
        let own = || {
            let table: toml::Table = text.parse().ok()?;
            let name = table.get("project")?.get("name")?.as_str()?;
            Some(name.to_owned())
        };
        Some(Manifest {
            packages,
            indexes: read.indexes,
            own: is_project.then(own).flatten(),
            ..Manifest::default()
        })
    }

    fn locks_of(&self, manifest: &str) -> &'static [&'static str] {
        match manifest.ends_with(declared::PROJECT) {
            true => &["uv.lock", "poetry.lock", "pdm.lock"],
            false => &[],
        }
    }

    fn is_own(&self, lock: &str, package: &Locked) -> bool {
        // poetry says no source of what comes from the index.
        package.source.is_empty() && !lock.ends_with("poetry.lock")
    }

    fn vouches(&self, _: &str, _: &Locked) -> bool {
        true
    }

    /// Commands and locks count too, and where a name is taken from elsewhere it may come from the index as well.
    fn declared(&self, change: &Change, side: Side) -> Result<Manifest> {
        let mut all = Manifest::default();
        let paths = change.paths(side)?.iter();
        for path in paths.filter(|path| declared::is_manifest(path)) {
            let blob = change.read(side, path)?;
            let Some(text) = blob.as_ref().and_then(Blob::text) else {
                continue;
            };
            let read = declared::declared(path, text);
            all.indexes.extend(read.indexes);
            for (key, name) in read.names {
                let package = Package {
                    name,
                    ..Package::default()
                };
                all.packages.insert(key, package);
            }
        }
        Ok(all)
    }

    fn may_bring(&self, package: &str, module: &str) -> bool {
        distributions::may_bring(package, module)
    }

    fn requirement(&self, text: &str, package: &str) -> Option<String> {
        declared::requirement_of(text, package)
    }

    fn meant(&self, name: &str) -> Option<&'static str> {
        distributions::meant(name)
    }

    fn project<'c>(
        &self,
        change: &'c Change,
        installed: &Installed,
    ) -> Result<Box<dyn Project + 'c>> {
        Ok(Box::new(held::Held::read(change, installed)?))
    }
}

/// A program's text without what is no requirement: only lists after a word like `install_requires`.
fn by_hand(path: &str, text: &str) -> String {
    if !path.ends_with(".py") {
        return text.to_owned();
    }
    let mut within = false;
    text.lines()
        .filter(|line| {
            let starts = line.contains("requir") || line.contains("install(");
            let taken = within || starts;
            within = taken && !line.contains([']', ')']);
            taken
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a project's lock covers of a `pyproject.toml`: not the build system, nor other tools' tables.
fn lockable(text: &str) -> BTreeMap<String, String> {
    let Ok(mut table) = text.parse::<toml::Table>() else {
        return BTreeMap::new();
    };
    table.retain(|key, _| matches!(key, "project" | "dependency-groups" | "tool"));
    if let Some(tools) = table.get_mut("tool").and_then(toml::Value::as_table_mut) {
        tools.retain(|key, _| matches!(key, "poetry" | "pdm" | "uv"));
        if let Some(uv) = tools.get_mut("uv").and_then(toml::Value::as_table_mut) {
            uv.retain(|key, _| key == "dev-dependencies");
        }
        if let Some(pdm) = tools.get_mut("pdm").and_then(toml::Value::as_table_mut) {
            pdm.retain(|key, _| key == "dev-dependencies");
        }
    }
    declared::declared(declared::PROJECT, &table.to_string()).names
}
