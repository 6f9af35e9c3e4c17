//! What is wrong with the imports that a file has new.
//!
//! Does not catch: an import whose module base imports in the same file already, under whatever names.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::builtins;
use super::held::{Held, Meaning};
use super::imports::{Form, Import, imports};
use super::registry::PACKAGES;
use crate::budget;
use crate::change::{Blob, File, Status};
use crate::language::conventions::{is_aside, is_test_path};
use crate::language::ecosystem::popular::normal;
use crate::language::ecosystem::{Certainty, Concern, Problem, Project};
use crate::language::{Parsed, Trees};

/// Packages that a host gives to the programs that it runs.
const AMBIENT: [&str; 16] = [
    "vscode",
    "electron",
    "k6",
    "bun",
    "deno",
    "atom",
    "sketch",
    "figma",
    "photoshop",
    "uxp",
    "aws-sdk",
    "meteor",
    "obsidian",
    "std",
    "ext",
    "worker",
];

/// What a file's imports are asked with.
pub(super) struct Origin<'f> {
    pub(super) file: &'f File,
    pub(super) path: &'f str,
    pub(super) parsed: &'f Parsed,
}

impl Origin<'_> {
    /// Whether the file puts something in the place of a module.
    pub(super) fn mocks(&self, module: &str) -> bool {
        let source = &self.parsed.source;
        if !budget::charge_text(2 * source.len()) {
            return true;
        }
        ['"', '\'', '`'].iter().any(|quote| {
            let named = format!("{quote}{module}{quote}");
            source.match_indices(named.as_str()).any(|(at, _)| {
                let before = source.get(..at).unwrap_or_default().trim_end();
                let from = before.floor_char_boundary(before.len().saturating_sub(24));
                let short = before.get(from..).unwrap_or_default();
                [
                    "ock(",
                    "ockModule(",
                    "module(",
                    "ock(import(",
                    ">(",
                    "replace(",
                    "proxyquire(",
                ]
                .iter()
                .any(|word| short.ends_with(word))
            })
        })
    }
}

impl Held<'_> {
    /// A module of Node.js, or a name that is none of it.
    fn builtin(&self, origin: &Origin<'_>, import: &Import, found: &mut Vec<Problem>) -> bool {
        let prefixed = import.module.strip_prefix("node:");
        let name = prefixed.unwrap_or(&import.module).trim_end_matches('/');
        let known = builtins::builtin(name);
        let known = known.filter(|known| prefixed.is_some() || !known.only_prefixed);
        match (known, prefixed) {
            (Some(known), _) => {
                let lowest = self
                    .above(origin.path)
                    .find_map(|(_, package)| package.node);
                if let Some((major, minor)) = lowest.filter(|lowest| *lowest < known.since)
                    && !is_aside(origin.path)
                    && !import.conditional
                {
                    let (since, of) = known.since;
                    let message = format!(
                        "Node.js has `{name}` since {since}.{of}, and this project says that it runs on {major}.{minor}"
                    );
                    found.push(Problem::new(
                        Concern::StdlibOutsideRange,
                        import.place,
                        message,
                    ));
                }
                true
            }
            (None, Some(_)) => {
                let hint = hint(builtins::near(name).map(str::to_owned));
                let message = format!("Node.js has no module `{name}`{hint}");
                let problem = Problem::new(Concern::UnknownImport, import.place, message);
                found.push(problem.with("module", import.module.as_str()));
                true
            }
            (None, None) => false,
        }
    }

    fn of_package(
        &self,
        origin: &Origin<'_>,
        import: &Import,
        name: &str,
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        let path = origin.path;
        let nearest = self.above(path).next();
        let is_self = nearest.is_some_and(|(_, package)| package.name.as_deref() == Some(name));
        if self.own.contains_key(name) {
            self.of_own(origin, import, name, found);
            return Ok(());
        }
        if is_self || AMBIENT.contains(&name) {
            return Ok(());
        }
        if self.is_declared(path, name) {
            self.for_developers(origin, import, name, found);
            return Ok(());
        }
        let has_manifest = nearest.is_some();
        let is_shipped = has_manifest && !is_aside(path) && !is_test_path(path) && !import.is_type;
        if self.anywhere.contains(name) {
            return Ok(());
        }
        let is_much_used = PACKAGES.spells(name);
        let is_locked = self.texts.locks(name)?;
        if is_much_used || is_locked {
            if !is_shipped
                || self.texts.imported_at_base(name)
                || self.may_be_known(path, &import.module, name)
            {
                return Ok(());
            }
            let (message, certainty) = match is_locked {
                true => (
                    format!(
                        "`{name}` is only in the lock, as a dependency of a dependency: no manifest declares it"
                    ),
                    Certainty::Possible,
                ),
                false => (
                    format!(
                        "the package `{name}` exists, and no manifest above this file declares it"
                    ),
                    Certainty::Sure,
                ),
            };
            let certainty = match import.conditional || import.lazy {
                true => Certainty::Possible,
                false => certainty,
            };
            let problem = Problem::new(Concern::UndeclaredImport, import.place, message);
            found.push(problem.sure(certainty).with("module", name));
            return Ok(());
        }
        if origin.mocks(&import.module) || self.may_be_known(path, &import.module, name) {
            return Ok(());
        }
        let known = self
            .above(path)
            .flat_map(|(_, package)| package.shipped.iter().chain(&package.for_developers));
        let known: Vec<&str> = known
            .map(String::as_str)
            .chain(self.own.keys().map(String::as_str))
            .collect();
        let near = nearest_of(name, &known)
            .or_else(|| Some(PACKAGES.near(&normal(name))?.target.to_owned()));
        let hint = hint(near);
        let message = format!(
            "`{name}` is no module of Node.js, of this tree, or of anything that the project declares{hint}"
        );
        let certainty = match !has_manifest || import.conditional {
            true => Certainty::Likely,
            false => Certainty::Sure,
        };
        let problem = Problem::new(Concern::UnknownImport, import.place, message);
        found.push(problem.sure(certainty).with("module", name));
        Ok(())
    }

    /// A part of a package of the tree that it does not give away. An alias may still lead there.
    fn of_own(&self, origin: &Origin<'_>, import: &Import, name: &str, found: &mut Vec<Problem>) {
        let what = match self.part(origin.path, &import.module, name) {
            None => "which its manifest does not export".to_owned(),
            Some(Meaning::Missing(target)) => format!("and {target} is not there"),
            Some(_) => return,
        };
        if import.module == name
            || origin.mocks(&import.module)
            || self.texts.configures(origin.path, &import.module)
        {
            return;
        }
        let module = &import.module;
        let message = format!("`{module}` is a part of the package `{name}` of this tree, {what}");
        let problem = Problem::new(Concern::MissingLocalModule, import.place, message);
        found.push(
            problem
                .sure(Certainty::Likely)
                .with("module", module.as_str()),
        );
    }

    /// An import, in what is shipped, of what only developers are said to need. A bundler takes such into what it makes.
    fn for_developers(
        &self,
        origin: &Origin<'_>,
        import: &Import,
        name: &str,
        found: &mut Vec<Problem>,
    ) {
        const BUNDLERS: [&str; 14] = [
            "rollup",
            "vite",
            "webpack",
            "esbuild",
            "tsup",
            "tsdown",
            "parcel",
            "rolldown",
            "unbuild",
            "microbundle",
            "bun",
            "@vercel/ncc",
            "ncc",
            "snowpack",
        ];
        let path = origin.path;
        let mut above = self.above(path);
        let Some((folder, package)) = above.next() else {
            return;
        };
        let inner = path
            .strip_prefix(folder)
            .unwrap_or(path)
            .trim_start_matches('/');
        let is_shipped =
            inner.starts_with("src/") || inner.starts_with("lib/") || !inner.contains('/');
        let has_own = package.for_developers.contains(name) && !package.shipped.contains(name);
        let is_aside = is_aside(path) || is_test_path(path) || is_of_tools(inner);
        if package.is_private
            || !package.has_entry
            || import.is_type
            || import.conditional
            || !is_shipped
            || !has_own
            || is_aside
        {
            return;
        }
        let is_bundled = self.above(path).any(|(_, package)| {
            BUNDLERS
                .iter()
                .any(|bundler| package.for_developers.contains(*bundler))
        });
        if is_bundled || import.lazy || self.texts.imported_at_base(name) {
            return;
        }
        let message = format!(
            "`{name}` is declared for development alone: who installs the package does not get it"
        );
        let problem = Problem::new(Concern::UndeclaredImport, import.place, message);
        found.push(problem.with("module", name));
    }

    fn missing(
        &self,
        origin: &Origin<'_>,
        import: &Import,
        target: &str,
        found: &mut Vec<Problem>,
    ) {
        let module = import.module.split('?').next().unwrap_or(&import.module);
        let name = module.rsplit('/').next().unwrap_or(module);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_code = ending.is_empty()
            || matches!(
                ending,
                "ts" | "tsx"
                    | "mts"
                    | "cts"
                    | "js"
                    | "jsx"
                    | "mjs"
                    | "cjs"
                    | "vue"
                    | "svelte"
                    | "json"
            )
            || ending.len() > 6
            || ending.starts_with(|c: char| c.is_ascii_uppercase());
        let merges = self.names_for(origin.path).any(|names| names.merges);
        if origin.mocks(&import.module) || self.texts.declares(&import.module) {
            return;
        }
        let is_alias = !module.starts_with('.');
        let folder = target.rsplit_once('/').map_or("", |(folder, _)| folder);
        let begin = format!("{folder}/");
        let beside = self
            .files
            .beginning(begin.trim_start_matches('/'))
            .take(2_000);
        let stems: Vec<&str> = beside
            .filter_map(|path| path.get(begin.trim_start_matches('/').len()..))
            .filter(|rest| !rest.contains('/'))
            .filter_map(|rest| rest.split('.').next())
            .collect();
        let stem = name.split('.').next().unwrap_or(name);
        let hint = hint(nearest_of(stem, &stems));
        let message = match is_alias {
            true => format!("`{module}` stands for {target}, and the tree has no such file{hint}"),
            false => format!(
                "the tree has no file that `{module}` stands for: {target} is not there{hint}"
            ),
        };
        let makes = import.form == Form::Dynamic && is_test_path(origin.path);
        let certainty = match (is_code, merges || makes || import.conditional) {
            (true, false) => Certainty::Sure,
            (true, true) => Certainty::Likely,
            (false, _) => Certainty::Possible,
        };
        let problem = Problem::new(Concern::MissingLocalModule, import.place, message);
        found.push(problem.sure(certainty).with("module", target));
    }
}

/// Whether a file of a package is a configuration or a program for who works on it.
fn is_of_tools(inner: &str) -> bool {
    let name = inner.rsplit('/').next().unwrap_or(inner);
    name.starts_with('.')
        || [
            "config",
            "gulpfile",
            "Gruntfile",
            "setup",
            "build",
            "script",
            "bench",
            "mock",
            "stories",
            "test",
            "spec",
            "demo",
            "example",
        ]
        .iter()
        .any(|word| inner.contains(word))
}

/// The one of some names that is a slip away from a name.
pub(super) fn nearest_of(name: &str, known: &[&str]) -> Option<String> {
    let most = 1 + name.len() / 5;
    let near = known
        .iter()
        .filter(|known| known.len().abs_diff(name.len()) <= most);
    let near = near.take_while(|_| budget::charge(1 + name.len() / 4));
    let rated = near.map(|known| (strsim::damerau_levenshtein(name, known), *known));
    let best = rated.filter(|(distance, _)| *distance <= most).min()?;
    Some(best.1.to_owned())
}

pub(super) fn hint(near: Option<String>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

impl Project for Held<'_> {
    fn problems(&self, trees: &Trees, file: &File) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        let tree =
            |blob: &Option<Blob>, path: &str| blob.as_ref().and_then(|blob| trees.of(path, blob));
        let Some(parsed) = tree(&file.head, &file.path) else {
            return Ok(found);
        };
        let before = tree(&file.base, file.base_path())
            .map(|parsed| imports(&parsed))
            .unwrap_or_default();
        let mut taken: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for old in before.iter().filter(|_| file.status != Status::Renamed) {
            let names = taken.entry(old.module.as_str()).or_default();
            names.extend(old.names.iter().map(|(name, _)| name.as_str()));
        }
        let origin = Origin {
            file,
            path: &file.path,
            parsed: &parsed,
        };
        let mut reported = BTreeSet::new();
        let none = BTreeSet::new();
        for mut import in imports(&parsed) {
            if import.guarded || !budget::charge(1) {
                continue;
            }
            let old = taken.get(import.module.as_str());
            let known = old.unwrap_or(&none);
            import
                .names
                .retain(|(name, _)| !known.contains(name.as_str()));
            let is_told = old.is_some() || reported.contains(&import.module);
            if is_told && import.names.is_empty() && import.whole.is_none() {
                continue;
            }
            if !is_told && self.builtin(&origin, &import, &mut found) {
                continue;
            }
            let told = found.len();
            match self.meaning(&file.path, &import.module) {
                Meaning::Files(files) => {
                    self.members(&origin, trees, &import, &files, &mut found)?;
                }
                Meaning::Missing(target) if !is_told => {
                    self.missing(&origin, &import, &target, &mut found);
                }
                Meaning::Package(name) if !is_told => {
                    self.of_package(&origin, &import, &name, &mut found)?;
                }
                _ => {}
            }
            if found.len() > told {
                reported.insert(import.module.clone());
            }
        }
        Ok(found)
    }
}
