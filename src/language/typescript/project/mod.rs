//! Projects of npm, yarn, pnpm and bun: what they declare and lock, what their imports name.

mod aliases;
mod builtins;
mod exports;
mod files;
mod held;
mod imports;
mod locks;
mod members;
mod package;
mod problems;
mod registry;
mod requirements;
mod texts;
mod workspace;
mod yarn;

use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::{Blob, Change, Side};
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::lock::Locked;
use crate::language::ecosystem::{
    Ecosystem, FileKind, Manifest, Package, Project, Registry, Source,
};

use package::MANIFEST;

/// What is known of packages of npm.
pub(super) struct Npm;

/// Files that say where packages are taken from.
const CONFIGURATIONS: [&str; 4] = [".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml"];

impl Ecosystem for Npm {
    fn registry(&self) -> &'static Registry {
        &registry::NPM
    }

    fn installs(&self) -> &'static [&'static str] {
        &[
            "npm install ",
            "npm i ",
            "npm add ",
            "yarn add ",
            "yarn global add ",
            "pnpm add ",
            "bun add ",
        ]
    }

    fn tool(&self) -> &'static str {
        "npm"
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path.contains("node_modules/") {
            return None;
        }
        match name {
            MANIFEST | workspace::PNPM => Some(FileKind::Manifest),
            _ if workspace::is_of_deno(name) => Some(FileKind::Manifest),
            _ if CONFIGURATIONS.contains(&name) => Some(FileKind::Sources),
            _ => locks::is_lock(path).then_some(FileKind::Lock),
        }
    }

    fn manifest(&self, path: &str, text: &str) -> Option<Manifest> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            MANIFEST => package::declared(text),
            workspace::PNPM => workspace::pnpm(text),
            _ => workspace::deno(path, text),
        }
    }

    fn locks_of(&self, manifest: &str) -> &'static [&'static str] {
        match manifest.ends_with(MANIFEST) {
            true => &locks::NAMES,
            false => &[],
        }
    }

    fn lock(&self, path: &str, text: &str) -> Option<Vec<Locked>> {
        locks::read(path, text)
    }

    fn covers(&self, lock: (&str, &str), manifest: &str, own: Option<&str>) -> bool {
        let (path, text) = lock;
        let above = path
            .rsplit_once('/')
            .map_or(0, |(folder, _)| folder.len() + 1);
        let inner = manifest
            .get(above..)
            .and_then(|inner| inner.strip_suffix(MANIFEST));
        let folder = inner.unwrap_or_default().trim_end_matches('/');
        let own = own.map(|own| format!("\"{own}@workspace:{folder}\""));
        let stands = [
            format!("\"{folder}\""),
            format!("\n  {folder}:"),
            format!("\n  '{folder}':"),
        ];
        !folder.is_empty()
            && stands
                .iter()
                .chain(&own)
                .any(|word| text.contains(word.as_str()))
    }

    fn is_own(&self, _: &str, package: &Locked) -> bool {
        package.source.is_empty()
    }

    fn vouches(&self, lock: &str, package: &Locked) -> bool {
        !self.is_own(lock, package)
    }

    /// The packages of the tree count too: nobody takes those from elsewhere.
    fn declared(&self, change: &Change, side: Side) -> Result<Manifest> {
        let mut all = Manifest::default();
        let paths = change.paths(side)?.iter();
        let manifests = paths.filter(|path| self.kind(path) == Some(FileKind::Manifest));
        let mut own = BTreeSet::new();
        for path in manifests {
            let blob = change.read(side, path)?;
            let text = blob.as_ref().and_then(Blob::text);
            if let Some(read) = text.and_then(|text| self.manifest(path, text)) {
                all.packages.extend(read.packages);
                own.extend(read.own);
            }
        }
        for name in own {
            let package = Package {
                name: name.clone(),
                source: Source::Own,
                is_locked: false,
            };
            all.packages.insert(name, package);
        }
        Ok(all)
    }

    fn sources(&self, text: &str) -> BTreeSet<(String, String)> {
        workspace::sources(text)
    }

    fn replacement(&self, change: &Change) -> Result<Option<String>> {
        for path in CONFIGURATIONS {
            let blob = change.read(Side::Head, path)?;
            let sources = blob.as_ref().and_then(Blob::text).map(workspace::sources);
            if let Some((address, _)) = sources.into_iter().flatten().next() {
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    fn requirement(&self, text: &str, package: &str) -> Option<String> {
        package::requirement(text, package)
    }

    fn project<'c>(&self, change: &'c Change, _: &Installed) -> Result<Box<dyn Project + 'c>> {
        Ok(Box::new(held::Held::read(change)?))
    }
}
