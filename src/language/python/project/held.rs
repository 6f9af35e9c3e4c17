//! Imports of Python files: each new one is accounted for by the standard library, the tree, or what the
//! project declares; or it is reported.
//!
//! Does not catch: imports whose name is put together at run time; names taken from a module whose text holds the word
//! for another reason; a module that the change deletes while files it does not touch import it (the
//! type checker's part).

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;

use super::declared::{self, Declared};
use super::distributions::{PYPI, alike, may_bring, providers, provides};
use super::imports::{Import, imports};
use super::installed::Environment;
use super::range::{self, Minors};
use super::tree::Tree;
use super::{gone, members, namespaces, outdated, stdlib};
use crate::budget;
use crate::change::{Change, File, Side, Status};
use crate::language::conventions::is_test_path;
use crate::language::ecosystem::installed::Installed;
use crate::language::ecosystem::outdated::Stated;
use crate::language::ecosystem::{Certainty, Concern, Consulted, Problem, Project, folders_above};
use crate::language::{Parsed, Trees};

/// Files that a program loads by their name, and its module, which is there when it does.
const LOADED_BY: &[(&str, &str)] = &[
    ("noxfile.py", "nox"),
    ("fabfile.py", "fabric"),
    ("tasks.py", "invoke"),
    ("locustfile.py", "locust"),
    ("dodo.py", "doit"),
    ("conanfile.py", "conan"),
];

/// Modules that are there without being declared: what every environment has, and what a host program
/// gives to the scripts that it runs.
const AMBIENT: &[&str] = &[
    "__main__",
    "_typeshed",
    "apt",
    "bpy",
    "dbus",
    "gdb",
    "gi",
    "hou",
    "js",
    "lldb",
    "machine",
    "maya",
    "micropython",
    "mypy_extensions",
    "pip",
    "pkg_resources",
    "pyodide",
    "setuptools",
    "unreal",
    "utime",
    "wheel",
];

/// Steps of comparing the name of a distribution with that of a module.
const COMPARED: usize = 8;

/// What a project has that its imports can be held against, for one state of the tree.
pub(super) struct Held<'c> {
    pub(super) tree: Tree<'c>,
    /// What is installed where it is judged.
    pub(super) installed: Environment,
    pub(super) declared: Declared,
    pub(super) locked: Declared,
    /// What is declared, without what developers alone are said to need.
    pub(super) shipped: Declared,
    pub(super) has_manifest: bool,
    ranges: BTreeMap<String, Minors>,
    /// Whether a declared distribution accounts for a module.
    known: RefCell<BTreeMap<String, bool>>,
    stated: RefCell<BTreeMap<String, Stated>>,
    /// Whether a declared distribution is imported nowhere under its own name.
    unused: OnceCell<bool>,
}

impl<'c> Held<'c> {
    /// Reads the tree at head.
    pub(super) fn read(change: &'c Change, installed: &Installed) -> Result<Self> {
        let paths = change.paths(Side::Head)?;
        let mut project = Self {
            tree: Tree::read(change)?,
            installed: Environment::read(change, installed)?,
            declared: Declared::default(),
            locked: Declared::default(),
            shipped: Declared::default(),
            has_manifest: false,
            ranges: BTreeMap::new(),
            known: RefCell::default(),
            stated: RefCell::default(),
            unused: OnceCell::new(),
        };
        for path in paths.iter().filter(|path| declared::is_manifest(path)) {
            let Some(blob) = change.read(Side::Head, path)? else {
                continue;
            };
            let Some(text) = blob.text() else { continue };
            let found = declared::declared(path, text);
            if !declared::is_lock(path) {
                project.shipped.extend(declared::shipped(path, text));
            }
            project.has_manifest |= declared::is_source(path) && !found.names.is_empty();
            if declared::is_lock(path) {
                project.locked.extend(found);
            } else {
                project.declared.extend(found);
            }
            if let Some(range) = range::python_range(path, text) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                project.ranges.insert(folder.to_owned(), range);
            }
        }
        Ok(project)
    }

    /// The range of Python stated nearest above a path.
    fn range(&self, path: &str) -> Minors {
        let stated = folders_above(path).find_map(|folder| self.ranges.get(folder));
        stated.copied().unwrap_or((None, None))
    }

    fn out_of_range(
        &self,
        import: &Import,
        span: stdlib::Span,
        (lowest, highest): Minors,
        found: &mut Vec<Problem>,
    ) {
        let top = import.top();
        let elsewhere = self.tree.modules.has(top) || self.provided(top);
        if elsewhere {
            return;
        }
        if let Some(until) = span.until {
            let gone_at_lowest = lowest.is_some_and(|lowest| lowest >= until);
            if gone_at_lowest {
                let message = format!(
                    "`{top}` left the standard library in Python 3.{until}, and this project runs on none that has it"
                );
                found.push(Problem::new(Concern::RemovedStdlib, import.place, message));
            } else if highest.is_none_or(|highest| highest >= until) {
                let message = format!(
                    "`{top}` left the standard library in Python 3.{until}: this import fails there"
                );
                found.push(Problem::new(
                    Concern::StdlibOutsideRange,
                    import.place,
                    message,
                ));
            }
        }
        if let (Some(since), Some(lowest)) = (span.since, lowest)
            && lowest < since
        {
            let message = format!(
                "`{top}` is in the standard library since Python 3.{since}, and this project says that it runs on 3.{lowest}"
            );
            found.push(Problem::new(
                Concern::StdlibOutsideRange,
                import.place,
                message,
            ));
        }
    }

    /// Whether a declared distribution accounts for a top-level module.
    fn provided(&self, top: &str) -> bool {
        if let Some(known) = self.known.borrow().get(top) {
            return *known;
        }
        let provided = accounts(&self.declared, top);
        self.known.borrow_mut().insert(top.to_owned(), provided);
        provided
    }

    fn absolute(
        &self,
        origin: &Origin<'_>,
        import: &Import,
        new_names: &[&String],
        old_module: bool,
        found: &mut Vec<Problem>,
    ) -> Result<()> {
        let top = import.top();
        if self.tree.modules.has(top) {
            if let Some(folder) = self.tree.modules.package(top)
                && !self.provided(top)
                && !self.inside_package(folder)
            {
                let rest = import.module.get(top.len()..).unwrap_or_default();
                let rest = rest.trim_start_matches('.');
                self.tree.local(import, folder, rest, new_names, found)?;
            }
            return Ok(());
        }
        let is_loader = || {
            let name = origin.path.rsplit('/').next().unwrap_or(origin.path);
            LOADED_BY
                .iter()
                .any(|(file, own)| *file == name && top.starts_with(own))
        };
        let is_ambient = AMBIENT.contains(&top) || is_loader();
        if !is_ambient && self.provided(top) {
            self.of_namespace(origin.path, import, new_names, old_module, found);
            if !old_module {
                self.for_developers(origin.path, import, found);
            }
        }
        if old_module || is_ambient || self.provided(top) {
            return Ok(());
        }
        if origin.metadata().is_some_and(|it| accounts(it, top)) {
            return Ok(());
        }
        if self.tree.imported_at_base(top) {
            return Ok(());
        }
        if let Some(first) = providers(top).first() {
            let first = namespaces::brings(&import.module).unwrap_or(first);
            self.undeclared(origin.path, import, top, first, found);
            return Ok(());
        }
        if accounts(&self.locked, top) || self.tree.builds(top) || origin.makes(top) {
            return Ok(());
        }
        let message = format!(
            "`{top}` is no module of the standard library, of this tree, or of anything that the project declares"
        );
        let certainty = match !self.has_manifest
            || origin.sets_path
            || import.by_name
            || *self.unused.get_or_init(|| self.has_unused())
        {
            true => Certainty::Likely,
            false => Certainty::Sure,
        };
        let problem = Problem::new(Concern::UnknownImport, import.place, message);
        found.push(problem.sure(certainty).with("module", top));
        Ok(())
    }

    /// Whether a declared distribution of unknown modules is imported nowhere under its own name: a name that nothing else
    /// accounts for may be its.
    fn has_unused(&self) -> bool {
        let imported = self.tree.imported_at_head();
        let mut declared = self.declared.names.keys();
        declared.any(|name| {
            let tops = imported.iter().filter(|module| !module.contains('.'));
            let mut tops = tops.take_while(|_| budget::charge(COMPARED));
            name.as_str() != "python"
                && provides(name, "").is_none()
                && !PYPI.holds(name)
                && !tops.any(|top| alike(name, top))
        })
    }

    /// The versions of a distribution that the manifests say the project takes.
    pub(super) fn stated(&self, distribution: &str) -> Stated {
        if let Some(known) = self.stated.borrow().get(distribution) {
            return *known;
        }
        // What cannot be read says nothing.
        let read = self.tree.requirements(distribution).unwrap_or_default();
        let stated = read
            .first()
            .map(|text| Stated::of(text))
            .unwrap_or_default();
        let known = &mut self.stated.borrow_mut();
        known.insert(distribution.to_owned(), stated);
        stated
    }

    /// Whether a top-level module is of the tree, or may be.
    pub(super) fn is_of_tree(&self, top: &str) -> bool {
        self.tree.modules.has(top)
    }

    /// The folder below which a module that a file imports is looked for, and its name there; `None` where it is not
    /// surely of the tree.
    pub(super) fn folder_of(
        &self,
        path: &str,
        dots: usize,
        module: &str,
    ) -> Option<(String, String)> {
        let above = |path: &str| {
            path.rsplit_once('/')
                .map_or(String::new(), |(at, _)| at.to_owned())
        };
        let mut folder = above(path);
        if dots > 0 {
            for _ in 1..dots.min(path.len()) {
                folder = above(&folder);
            }
            return Some((folder, module.to_owned()));
        }
        let top = module.split('.').next().unwrap_or_default();
        if self.provided(top) || !self.tree.modules.has(top) {
            return None;
        }
        if let Some(package) = self.tree.modules.package(top) {
            let rest = module.get(top.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches('.').to_owned();
            return (!self.inside_package(package)).then(|| (package.to_owned(), rest));
        }
        // A script finds what stands beside it.
        let beside = !self.tree.modules.is_package(&folder) && self.stem(&folder, top).is_some();
        beside.then(|| (folder, module.to_owned()))
    }

    /// Whether a folder is a package with an `__init__`.
    pub(super) fn is_package(&self, folder: &str) -> bool {
        self.tree.modules.is_package(folder)
    }

    /// The path, without its ending, of a module of the tree.
    pub(super) fn stem(&self, folder: &str, dotted: &str) -> Option<String> {
        self.tree.modules.file(folder, dotted)
    }

    /// Whether a module of the tree surely has no such name.
    pub(super) fn lacks(&self, stem: &str, name: &str) -> Result<bool> {
        self.tree.lacks(stem, name)
    }

    /// A module of the tree, parsed; `None` where it is not written in this language, or makes names as it runs.
    pub(super) fn parsed(&self, trees: &Trees, stem: &str) -> Result<Option<Arc<Parsed>>> {
        self.tree.parsed(trees, stem)
    }

    fn inside_package(&self, folder: &str) -> bool {
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        self.tree.modules.is_package(above)
    }
}

impl Project for Held<'_> {
    fn problems(&self, trees: &Trees, file: &File) -> Result<Vec<Problem>> {
        let mut found = Vec::new();
        let Some(parsed) = file
            .head
            .as_ref()
            .and_then(|blob| trees.of(&file.path, blob))
        else {
            return Ok(found);
        };
        let before: Vec<Import> = file
            .base
            .as_ref()
            .and_then(|blob| trees.of(file.base_path(), blob))
            .map(|parsed| imports(&parsed))
            .unwrap_or_default();
        let mut taken: BTreeMap<(usize, &str), BTreeSet<&String>> = BTreeMap::new();
        for old in &before {
            let names = taken.entry((old.level, &old.module)).or_default();
            names.extend(&old.names);
        }
        let origin = Origin::of(&file.path, &parsed.source);
        let range = self.range(&file.path);
        let mut reported = BTreeSet::new();
        for import in imports(&parsed) {
            let old_names = taken.get(&(import.level, import.module.as_str()));
            let old_names = old_names.filter(|_| file.status != Status::Renamed);
            let old_module = old_names.is_some();
            if !budget::charge(1) {
                continue;
            }
            if import.guarded {
                if !old_module && import.falls_back {
                    self.never_there(&origin, &import, &mut found);
                }
                continue;
            }
            let is_new = |name: &&String| old_names.is_none_or(|old| !old.contains(name));
            let new_names: Vec<&String> = import.names.iter().filter(is_new).collect();
            if import.level > 0 {
                if !old_module || !new_names.is_empty() {
                    self.tree
                        .relative(&file.path, &import, &new_names, &mut found)?;
                }
                continue;
            }
            if let Some(span) = stdlib::module(import.top()) {
                if !old_module {
                    self.out_of_range(&import, span, range, &mut found);
                }
                gone::taken(&import, &new_names, range, &mut found);
                for name in &new_names {
                    found.extend(members::unknown(&import.module, name, import.place));
                }
                continue;
            }
            if !old_module || !new_names.is_empty() {
                outdated::taken(self, &import, &new_names, &mut found);
            }
            if (!old_module || !new_names.is_empty()) && !reported.contains(import.top()) {
                let before = found.len();
                self.absolute(&origin, &import, &new_names, old_module, &mut found)?;
                if found.len() > before && !self.tree.modules.has(import.top()) {
                    reported.insert(import.top().to_owned());
                } else if !self.tree.modules.has(import.top()) {
                    let installed = &self.installed;
                    installed.imported(self, &import, &new_names, old_module, &mut found);
                }
            }
        }
        gone::attributes(file, &parsed, range, &mut found);
        outdated::check(self, file, &parsed, &mut found);
        members::check(self, trees, file, &parsed, &mut found)?;
        Ok(found)
    }

    fn consulted(&self) -> Consulted {
        self.installed.consulted()
    }
}

/// Where imports stand.
pub(super) struct Origin<'f> {
    pub(super) path: &'f str,
    source: &'f str,
    metadata: OnceCell<Option<Declared>>,
    /// Whether the code has to do with where Python looks for modules.
    sets_path: bool,
}

impl<'f> Origin<'f> {
    fn of(path: &'f str, source: &'f str) -> Self {
        Self {
            path,
            source,
            metadata: OnceCell::new(),
            sets_path: source.contains("sys.path"),
        }
    }

    /// Whether the code makes a module of this name while it runs: it writes its file, or puts it where modules are kept.
    pub(super) fn makes(&self, top: &str) -> bool {
        /// How often the whole text is gone over.
        const PASSES: usize = 12;
        if !budget::charge_text(PASSES * self.source.len()) {
            return false;
        }
        let quoted = |end: &str| {
            ['"', '\''].iter().any(|quote| {
                let named = format!("{quote}{top}{end}");
                self.source.contains(&named)
            })
        };
        let keeps = self.source.contains("sys.modules") || self.source.contains("ModuleType(");
        let writes = is_test_path(self.path)
            && ["write", "makepyfile(", "mkdir(", "open("]
                .iter()
                .any(|word| self.source.contains(word));
        let by_name = self.source.contains(&format!("makepyfile({top}="));
        keeps && (quoted("\"") || quoted("'")) || writes && quoted(".py") || by_name
    }

    /// What the file itself declares, as a script.
    fn metadata(&self) -> Option<&Declared> {
        let read = || inline_metadata(self.source);
        self.metadata.get_or_init(read).as_ref()
    }
}

pub(super) fn accounts(declared: &Declared, top: &str) -> bool {
    let mut names = declared.names.keys();
    names.any(|name| budget::charge(COMPARED) && may_bring(name, top))
}

/// The dependencies of a script's own metadata block (PEP 723).
fn inline_metadata(source: &str) -> Option<Declared> {
    let (_, block) = source.split_once("# /// script")?;
    let (block, _) = block.split_once("\n# ///")?;
    let toml: String = block
        .lines()
        .map(|line| line.trim_start_matches('#').trim_start())
        .collect::<Vec<_>>()
        .join("\n");
    Some(declared::declared(declared::PROJECT, &toml))
}
