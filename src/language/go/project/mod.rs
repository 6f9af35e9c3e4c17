//! Projects in Go: what `go.mod` declares, and what imports and qualified names stand for.

mod go_mod;
mod imports;
mod names;
mod registry;
mod standard;

use anyhow::Result;

use crate::change::{Blob, Change, Side};
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::lock::Locked;
use crate::language::ecosystem::{Ecosystem, FileKind, Manifest, Project, Registry};

use go_mod::MANIFEST;

/// What is known of modules.
pub(super) struct Modules;

impl Ecosystem for Modules {
    fn registry(&self) -> &'static Registry {
        &registry::PROXY
    }

    fn installs(&self) -> &'static [&'static str] {
        &["go get ", "go install "]
    }

    fn tool(&self) -> &'static str {
        "go"
    }

    fn kind(&self, path: &str) -> Option<FileKind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        (name == MANIFEST).then_some(FileKind::Manifest)
    }

    fn manifest(&self, _: &str, text: &str) -> Option<Manifest> {
        Some(go_mod::read(text)?.declared())
    }

    fn locks_of(&self, _: &str) -> &'static [&'static str] {
        &[]
    }

    fn is_own(&self, _: &str, _: &Locked) -> bool {
        false
    }

    fn vouches(&self, _: &str, _: &Locked) -> bool {
        true
    }

    fn declared(&self, change: &Change, side: Side) -> Result<Manifest> {
        let mut all = Manifest::default();
        let paths = change.paths(side)?.iter();
        for path in paths.filter(|path| self.kind(path).is_some()) {
            let blob = change.read(side, path)?;
            if let Some(read) = blob.as_ref().and_then(Blob::text).and_then(go_mod::read) {
                all.packages.extend(read.declared().packages);
            }
        }
        Ok(all)
    }

    fn requirement(&self, text: &str, package: &str) -> Option<String> {
        go_mod::read(text)?.requires.get(package).cloned()
    }

    fn project<'c>(&self, change: &'c Change, _: &Installed) -> Result<Box<dyn Project + 'c>> {
        Ok(Box::new(imports::Tree::read(change)?))
    }
}
