//! Imports of Python files: each new one is accounted for by the standard library, the tree, or what the
//! project declares; or it is reported.
//!
//! Does not catch: imports made by name at run time; names taken from a module whose text holds the word
//! for another reason; a module that the change deletes while files it does not touch import it (the
//! type checker's part).

mod gone;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;

use super::rules;
use crate::change::{Change, Content, File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::language::conventions::is_aside;
use crate::language::python::project::declared::{self, Declared};
use crate::language::python::project::distributions::{alike, providers, provides};
use crate::language::python::project::imports::{Import, imports};
use crate::language::python::project::modules::Modules;
use crate::language::python::project::range::{self, Minors};
use crate::language::python::project::stdlib;

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

/// What a project has that its imports can be held against, for one state of the tree.
pub(super) struct Python<'c> {
    change: &'c Change,
    modules: Modules,
    declared: Declared,
    locked: Declared,
    has_manifest: bool,
    ranges: BTreeMap<String, Minors>,
    base_imports: std::cell::OnceCell<BTreeSet<String>>,
    configuration: std::cell::OnceCell<String>,
    /// Texts of the tree's own modules, as they are asked for.
    texts: RefCell<BTreeMap<String, Option<Arc<str>>>>,
    /// Whether a declared distribution accounts for a module.
    known: RefCell<BTreeMap<String, bool>>,
}

impl<'c> Python<'c> {
    /// Reads the tree at head.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let paths = change.paths(Side::Head)?;
        let mut project = Self {
            change,
            modules: Modules::of(paths.iter().map(String::as_str)),
            declared: Declared::default(),
            locked: Declared::default(),
            has_manifest: false,
            ranges: BTreeMap::new(),
            base_imports: std::cell::OnceCell::new(),
            configuration: std::cell::OnceCell::new(),
            texts: RefCell::default(),
            known: RefCell::default(),
        };
        for path in paths.iter().filter(|path| declared::is_manifest(path)) {
            let Some(blob) = change.read(Side::Head, path)? else {
                continue;
            };
            let Some(text) = blob.text() else { continue };
            let found = declared::declared(path, text);
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

    /// Examines head's side of a Python file.
    pub(super) fn examine(
        &self,
        context: &Context<'_>,
        file: &File,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let Some(parsed) = file
            .head
            .as_ref()
            .and_then(|blob| context.trees.of(&file.path, blob))
        else {
            return Ok(());
        };
        let before: Vec<Import> = file
            .base
            .as_ref()
            .and_then(|blob| context.trees.of(file.base_path(), blob))
            .map(|parsed| imports(&parsed))
            .unwrap_or_default();
        let range = self.range(&file.path);
        let mut told = BTreeSet::new();
        for import in imports(&parsed) {
            let known = before
                .iter()
                .filter(|old| old.level == import.level && old.module == import.module);
            let old_names: BTreeSet<&String> = known.clone().flat_map(|old| &old.names).collect();
            let old_module =
                known.clone().next().is_some() && file.status != crate::change::Status::Renamed;
            if import.guarded {
                continue;
            }
            let new_names: Vec<&String> = import
                .names
                .iter()
                .filter(|name| !old_module || !old_names.contains(name))
                .collect();
            if import.level > 0 {
                if !old_module || !new_names.is_empty() {
                    self.relative(&file.path, &import, &new_names, found)?;
                }
                continue;
            }
            if let Some(span) = stdlib::module(import.top()) {
                if !old_module {
                    self.out_of_range(&file.path, &import, span, range, found)?;
                }
                gone::taken(&file.path, &import, &new_names, range, found)?;
                continue;
            }
            if (!old_module || !new_names.is_empty()) && !told.contains(import.top()) {
                let before = found.len();
                self.absolute(file, &parsed.source, &import, &new_names, old_module, found)?;
                if found.len() > before && !self.modules.has(import.top()) {
                    told.insert(import.top().to_owned());
                }
            }
        }
        gone::attributes(file, &parsed, range, found)
    }

    /// The range of Python stated nearest above a path.
    fn range(&self, path: &str) -> Minors {
        let mut at = path;
        loop {
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(range) = self.ranges.get(at) {
                return *range;
            }
            if at.is_empty() {
                return (None, None);
            }
        }
    }

    fn out_of_range(
        &self,
        path: &str,
        import: &Import,
        span: stdlib::Span,
        (lowest, highest): Minors,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let top = import.top();
        let elsewhere = self.modules.has(top) || self.provided(top);
        if elsewhere {
            return Ok(());
        }
        if let Some(until) = span.until {
            let gone_at_lowest = lowest.is_some_and(|lowest| lowest >= until);
            if gone_at_lowest {
                let message = format!(
                    "`{top}` left the standard library in Python 3.{until}, and this project runs on none that has it"
                );
                found.push(rules::REMOVED_STDLIB.finding(Side::Head, path, import.place, message));
            } else if highest.is_none_or(|highest| highest >= until) {
                let message = format!(
                    "`{top}` left the standard library in Python 3.{until}: this import fails there"
                );
                found.push(rules::STDLIB_OUTSIDE_RANGE.finding(
                    Side::Head,
                    path,
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
            found.push(rules::STDLIB_OUTSIDE_RANGE.finding(
                Side::Head,
                path,
                import.place,
                message,
            ));
        }
        Ok(())
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
        file: &File,
        source: &str,
        import: &Import,
        new_names: &[&String],
        old_module: bool,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let top = import.top();
        if self.modules.has(top) {
            if let Some(folder) = self.modules.package(top)
                && !self.provided(top)
                && !self.inside_package(folder)
            {
                let rest = import.module.get(top.len()..).unwrap_or_default();
                let rest = rest.trim_start_matches('.');
                self.local(&file.path, import, folder, rest, new_names, found)?;
            }
            return Ok(());
        }
        if old_module || AMBIENT.contains(&top) || self.provided(top) {
            return Ok(());
        }
        if inline_metadata(source).is_some_and(|declared| accounts(&declared, top)) {
            return Ok(());
        }
        if self.imported_at_base(top) {
            return Ok(());
        }
        if let Some(first) = providers(top).first() {
            return self.undeclared(&file.path, import, first, found);
        }
        if accounts(&self.locked, top) {
            return Ok(());
        }
        let message = format!(
            "`{top}` is no module of the standard library, of this tree, or of anything that the project declares"
        );
        let mut finding = rules::UNKNOWN_IMPORT
            .finding(Side::Head, &file.path, import.place, message)
            .with("module", top);
        if !self.has_manifest || source.contains("sys.path") {
            finding.level = Level::Escalate;
        }
        found.push(finding);
        Ok(())
    }

    /// A distribution that exists and is not declared: of interest in what is shipped. In tests and
    /// tools it is what the environment of the developers has.
    fn undeclared(
        &self,
        path: &str,
        import: &Import,
        distribution: &str,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let top = import.top();
        let locked = accounts(&self.locked, top);
        if !self.has_manifest || is_aside(path) || locked && import.lazy {
            return Ok(());
        }
        let message = if locked {
            format!(
                "`{top}` is only in the lock file, as a dependency of a dependency: nothing declares `{distribution}`"
            )
        } else {
            format!(
                "`{top}` comes with the distribution `{distribution}`, which nothing in this project declares"
            )
        };
        let mut finding = rules::UNDECLARED_IMPORT
            .finding(Side::Head, path, import.place, message)
            .with("module", top)
            .with("distribution", distribution);
        if locked || import.lazy {
            finding.level = Level::Note;
        }
        found.push(finding);
        Ok(())
    }

    fn inside_package(&self, folder: &str) -> bool {
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        self.modules.is_package(above)
    }

    fn relative(
        &self,
        path: &str,
        import: &Import,
        new_names: &[&String],
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for _ in 1..import.level {
            if folder.is_empty() {
                return Ok(());
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        self.local(path, import, folder, &import.module, new_names, found)
    }

    /// Holds an import of the tree's own against the tree: `dotted` is looked for under `folder`.
    fn local(
        &self,
        path: &str,
        import: &Import,
        folder: &str,
        dotted: &str,
        new_names: &[&String],
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        if let Some((at, segment)) = self.modules.missing(folder, dotted) {
            let at_head = self.init(&at)?;
            let dynamic = at_head.as_deref().is_some_and(is_dynamic);
            if dynamic || self.is_generated(segment) || self.imported_at_base(&import.module) {
                return Ok(());
            }
            let shown = if at.is_empty() {
                "the root"
            } else {
                at.as_str()
            };
            let message = format!("there is no module `{segment}` in {shown}");
            found.push(rules::MISSING_LOCAL_MODULE.finding(
                Side::Head,
                path,
                import.place,
                message,
            ));
            return Ok(());
        }
        let Some(stem) = self.modules.file(folder, dotted) else {
            return Ok(());
        };
        let Some(text) = self.module_text(&stem)? else {
            return Ok(());
        };
        if is_dynamic(&text) {
            return Ok(());
        }
        let own = stem.trim_end_matches("/__init__");
        for name in new_names {
            let name = name.as_str();
            let submodule = self.modules.missing(own, name).is_none();
            if name == "*" || submodule || has_word(&text, name) || self.is_generated(name) {
                continue;
            }
            let message = format!("`{name}` stands nowhere in {stem}.py");
            found.push(
                rules::MISSING_LOCAL_NAME
                    .finding(Side::Head, path, import.place, message)
                    .with("name", name),
            );
        }
        Ok(())
    }

    fn init(&self, folder: &str) -> Result<Option<Arc<str>>> {
        self.module_text(&format!("{folder}/__init__"))
    }

    /// The text of a module that is written in Python here; none where it is built or elsewhere.
    fn module_text(&self, stem: &str) -> Result<Option<Arc<str>>> {
        if let Some(known) = self.texts.borrow().get(stem) {
            return Ok(known.clone());
        }
        let blob = self.change.read(Side::Head, &format!("{stem}.py"))?;
        let text = match blob.map(|blob| blob.content) {
            Some(Content::Text(text)) => Some(text),
            _ => None,
        };
        self.texts
            .borrow_mut()
            .insert(stem.to_owned(), text.clone());
        Ok(text)
    }

    /// Whether a module may be made by the build: its name says so, or a file about the build names it.
    fn is_generated(&self, name: &str) -> bool {
        let says_so =
            name.contains("version") || name.ends_with("_pb2") || name.ends_with("_pb2_grpc");
        says_so
            || has_word(
                self.configuration.get_or_init(|| {
                    const FILES: &[&str] = &[
                        ".gitignore",
                        "pyproject.toml",
                        "setup.py",
                        "setup.cfg",
                        "meson.build",
                        "CMakeLists.txt",
                        "hatch_build.py",
                        "build.py",
                        "Makefile",
                        "Cargo.toml",
                    ];
                    let read = |path: &&str| {
                        let blob = self.change.read(Side::Head, path).ok()??;
                        blob.text().map(str::to_owned)
                    };
                    FILES.iter().filter_map(read).collect::<Vec<_>>().join("\n")
                }),
                name,
            )
    }

    /// Whether a file of base imports this module (or one below it) already. Reads base's Python files
    /// once, when first asked.
    fn imported_at_base(&self, module: &str) -> bool {
        self.base_imports
            .get_or_init(|| {
                let mut found = BTreeSet::new();
                let paths = self.change.paths(Side::Base).unwrap_or_default();
                for path in paths.iter().filter(|path| path.ends_with(".py")) {
                    if let Ok(Some(blob)) = self.change.read(Side::Base, path)
                        && let Some(text) = blob.text()
                    {
                        imported_lines(text, &mut found);
                    }
                }
                found
            })
            .contains(module)
    }
}

/// Modules that the lines of a text import, each with all that it is below of.
fn imported_lines(text: &str, found: &mut BTreeSet<String>) {
    for line in text.lines() {
        let line = line.trim_start();
        let Some(rest) = line
            .strip_prefix("import ")
            .or_else(|| line.strip_prefix("from "))
        else {
            continue;
        };
        let rest = rest.split(" import").next().unwrap_or(rest);
        for module in rest.split(',') {
            let module = module.split_whitespace().next().unwrap_or_default();
            let mut at = module.trim_start_matches('.');
            while !at.is_empty() && found.insert(at.to_owned()) {
                at = at.rsplit_once('.').map_or("", |(above, _)| above);
            }
        }
    }
}

fn accounts(declared: &Declared, top: &str) -> bool {
    declared
        .names
        .keys()
        .any(|name| provides(name, top).unwrap_or_else(|| alike(name, top)))
}

/// Whether a module makes names that its text does not hold.
fn is_dynamic(text: &str) -> bool {
    const SIGNS: &[&str] = &[
        "sys.modules",
        "__path__",
        "__getattr__",
        "import *",
        "globals()",
        "setattr(",
        "exec(",
        "lazy_loader",
        "_LazyModule",
        "locals()",
        "vars()",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

fn has_word(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(
                text.get(at + word.len()..)
                    .and_then(|after| after.chars().next()),
            )
    })
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
    Some(declared::declared("pyproject.toml", &toml))
}
