//! Projects in Rust: what their manifests declare, what their locks hold, what their paths begin with.

mod cargo;
mod crates;
mod installed;
mod outdated;
mod registry;
mod roots;

use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::paths::join;
use crate::change::{Blob, Change, Side};
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::lock::Locked;
use crate::language::ecosystem::{Ecosystem, FileKind, Manifest, Project, Registry};

use cargo::MANIFEST;

/// What cargo knows of packages.
pub(super) struct Cargo;

/// Files of cargo's configuration at the top of a project.
const CONFIGURATIONS: [&str; 2] = [".cargo/config.toml", ".cargo/config"];

impl Ecosystem for Cargo {
    fn registry(&self) -> &'static Registry {
        &registry::CRATES_IO
    }

    fn installs(&self) -> &'static [&'static str] {
        &["cargo install ", "cargo add "]
    }

    fn tool(&self) -> &'static str {
        "cargo"
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            MANIFEST => Some(FileKind::Manifest),
            "Cargo.lock" => Some(FileKind::Lock),
            _ => {
                let is_configuration = |end: &&str| path.ends_with(*end);
                let mut ends = CONFIGURATIONS.iter();
                ends.any(is_configuration).then_some(FileKind::Sources)
            }
        }
    }

    fn manifest(&self, _: &str, text: &str) -> Option<Manifest> {
        Some(cargo::manifest(text)?.declared())
    }

    fn locks_of(&self, _: &str) -> &'static [&'static str] {
        &["Cargo.lock"]
    }

    fn is_own(&self, _: &str, package: &Locked) -> bool {
        package.source.is_empty()
    }

    fn vouches(&self, lock: &str, package: &Locked) -> bool {
        !self.is_own(lock, package)
    }

    fn declared(&self, change: &Change, side: Side) -> Result<Manifest> {
        let mut all = Manifest::default();
        let paths = change.paths(side)?.iter();
        for path in paths.filter(|path| path.ends_with(MANIFEST)) {
            let blob = change.read(side, path)?;
            if let Some(read) = blob.as_ref().and_then(Blob::text).and_then(cargo::manifest) {
                all.packages.extend(read.declared().packages);
            }
        }
        Ok(all)
    }

    fn folders(&self, path: &str, text: &str) -> Vec<String> {
        let Some(above) = path.strip_suffix(MANIFEST) else {
            return Vec::new();
        };
        let table: toml::Table = text.parse().unwrap_or_default();
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        let given = dependencies.into_iter().flatten();
        let paths = given.filter_map(|(_, value)| value.get("path")?.as_str());
        paths.map(|given| join(above, given)).collect()
    }

    fn sources(&self, text: &str) -> BTreeSet<(String, String)> {
        let table: toml::Table = text.parse().unwrap_or_default();
        ["source", "registries"]
            .iter()
            .filter_map(|key| table.get(*key)?.as_table())
            .flatten()
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect()
    }

    fn replacement(&self, change: &Change) -> Result<Option<String>> {
        for path in CONFIGURATIONS {
            let blob = change.read(Side::Head, path)?;
            let table = blob.as_ref().and_then(Blob::text).map(str::parse);
            if let Some(Ok::<toml::Table, _>(table)) = table
                && let Some(source) = table.get("source").and_then(|all| all.get("crates-io"))
                && let Some(other) = source.get("replace-with").and_then(toml::Value::as_str)
            {
                return Ok(Some(other.to_owned()));
            }
        }
        Ok(None)
    }

    fn requirement(&self, text: &str, package: &str) -> Option<String> {
        let versions = cargo::manifest(text)?.versions;
        versions.get(&package.replace('-', "_")).cloned()
    }

    fn project<'c>(
        &self,
        change: &'c Change,
        installed: &Installed,
    ) -> Result<Box<dyn Project + 'c>> {
        Ok(Box::new(crates::Packages::read(change, installed)?))
    }
}
