//! The modules of one crate, by its sources, and what they have.
//!
//! Does not catch: libraries of procedural macros; modules whose files have other names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::level::Level;
use crate::budget;
use crate::files::EntryKind;
use crate::language::ecosystem::installed::Root;
use crate::language::ecosystem::popular::near;
use crate::language::rust::project::cargo::MANIFEST;

/// Modules that are gone through for one name.
const MOST_MODULES: usize = 64;
/// Folders that are gone through for a macro.
const MOST_FOLDERS: usize = 100;

/// A crate.
pub(super) struct Library {
    root: Root,
    /// Where it was found.
    pub(super) title: String,
    /// Its version.
    pub(super) version: String,
    /// The file that its root module is.
    file: String,
    levels: RefCell<BTreeMap<String, Option<Rc<Level>>>>,
}

/// What came of looking for a path.
pub(super) enum Looked {
    /// It is there, or goes on in a type.
    Has,
    /// The segment with this number is not.
    Lacks(usize),
    /// Nobody can tell.
    Unknown,
}

/// A module: its texts under all conditions.
#[derive(Clone)]
struct Module {
    /// Its path in the crate.
    path: Vec<String>,
    /// The folder of the files of its modules.
    folder: String,
    levels: Vec<Rc<Level>>,
}

/// What a segment leads to.
enum Step {
    Module(Module),
    /// No module, or nobody can tell.
    Other,
    Missing,
}

/// Whether a module has a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Has,
    Lacks,
    Unknown,
}

impl Library {
    /// A package's library; `None` where its manifest cannot be read, or it is one of procedural macros.
    pub(super) fn of(root: Root, title: &str, version: &str) -> Option<Self> {
        let manifest: toml::Table = root.text(MANIFEST)?.parse().ok()?;
        let library = manifest.get("lib");
        let says = |key: &str| library?.get(key);
        let is_macros = ["proc-macro", "proc_macro"]
            .iter()
            .any(|key| says(key).and_then(toml::Value::as_bool) == Some(true));
        let file = says("path").and_then(toml::Value::as_str);
        let file = file.unwrap_or("src/lib.rs").to_owned();
        (!is_macros).then(|| Self {
            root,
            title: title.to_owned(),
            version: version.to_owned(),
            file,
            levels: RefCell::default(),
        })
    }

    /// Looks for a path below the crate's name.
    pub(super) fn look(&self, segments: &[&str]) -> Looked {
        let Some(mut module) = self.top() else {
            return Looked::Unknown;
        };
        for (at, segment) in segments.iter().enumerate() {
            if at + 1 == segments.len() {
                return match self.has(&module, segment, &mut BTreeSet::new()) {
                    Answer::Has => Looked::Has,
                    Answer::Lacks => Looked::Lacks(at),
                    Answer::Unknown => Looked::Unknown,
                };
            }
            match self.step(&module, segment, 0) {
                Step::Module(below) => module = below,
                Step::Other => return Looked::Unknown,
                Step::Missing => return Looked::Lacks(at),
            }
        }
        Looked::Has
    }

    /// The name of a module that was meant by another.
    pub(super) fn near(&self, path: &[&str], name: &str) -> Option<String> {
        let mut module = self.top()?;
        for segment in path {
            let Step::Module(below) = self.step(&module, segment, 0) else {
                return None;
            };
            module = below;
        }
        let names = module.levels.iter().flat_map(|level| &level.names);
        near(name, names.map(String::as_str)).map(str::to_owned)
    }

    fn level(&self, path: &str) -> Option<Rc<Level>> {
        if let Some(known) = self.levels.borrow().get(path) {
            return known.clone();
        }
        let level = self.root.text(path).and_then(Level::of).map(Rc::new);
        let levels = &mut self.levels.borrow_mut();
        levels.insert(path.to_owned(), level.clone());
        level
    }

    fn top(&self) -> Option<Module> {
        let folder = self.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        Some(Module {
            path: Vec::new(),
            folder: folder.to_owned(),
            levels: vec![self.level(&self.file)?],
        })
    }

    /// The module of this name that stands in a module itself; `Other` where one of its texts cannot be read.
    fn below(&self, module: &Module, name: &str) -> Option<Step> {
        let mut levels = Vec::new();
        let folder = format!("{}/{name}", module.folder);
        let mut is_file = false;
        for level in &module.levels {
            if level.elsewhere.contains(name) {
                return Some(Step::Other);
            }
            levels.extend(level.inline.get(name).into_iter().flatten().cloned());
            is_file |= level.files.contains(name);
        }
        if is_file {
            let files = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
            let Some(level) = files.iter().find_map(|file| self.level(file)) else {
                return Some(Step::Other);
            };
            levels.push(level);
        }
        let mut path = module.path.clone();
        path.push(name.to_owned());
        (!levels.is_empty()).then_some(Step::Module(Module {
            path,
            folder,
            levels,
        }))
    }

    fn step(&self, module: &Module, name: &str, depth: usize) -> Step {
        if depth > MOST_MODULES || !budget::charge(1) {
            return Step::Other;
        }
        if let Some(step) = self.below(module, name) {
            return step;
        }
        let imported: BTreeSet<&String> = module
            .levels
            .iter()
            .filter_map(|level| level.imported.get(name))
            .collect();
        if let Some(path) = imported.first() {
            let target = match imported.len() {
                1 => self.resolved(module, path, depth + 1),
                _ => None,
            };
            return target.map_or(Step::Other, Step::Module);
        }
        match self.has(module, name, &mut BTreeSet::new()) {
            Answer::Lacks => Step::Missing,
            Answer::Has | Answer::Unknown => Step::Other,
        }
    }

    /// The module of this crate that a path in one of its modules leads to.
    fn resolved(&self, module: &Module, path: &str, depth: usize) -> Option<Module> {
        let segments: Vec<&str> = path.split("::").collect();
        let (first, rest) = segments.split_first()?;
        let mut at = match *first {
            "crate" => self.top()?,
            "self" => module.clone(),
            "super" => self.at(module.path.split_last()?.1)?,
            first => match self.below(module, first) {
                Some(Step::Module(below)) => below,
                Some(_) => return None,
                // The first edition begins at the root.
                None => match self.below(&self.top()?, first)? {
                    Step::Module(below) => below,
                    _ => return None,
                },
            },
        };
        for segment in rest {
            let next = match *segment {
                "super" => self.at(at.path.split_last()?.1)?,
                segment => match self.step(&at, segment, depth + 1) {
                    Step::Module(below) => below,
                    Step::Other | Step::Missing => return None,
                },
            };
            at = next;
        }
        Some(at)
    }

    fn at(&self, path: &[String]) -> Option<Module> {
        let mut module = self.top()?;
        for name in path {
            let Some(Step::Module(below)) = self.below(&module, name) else {
                return None;
            };
            module = below;
        }
        Some(module)
    }

    fn has(&self, module: &Module, name: &str, seen: &mut BTreeSet<Vec<String>>) -> Answer {
        if !seen.insert(module.path.clone()) {
            return Answer::Lacks;
        }
        if seen.len() > MOST_MODULES || !budget::charge(1) {
            return Answer::Unknown;
        }
        let mut answer = Answer::Lacks;
        for level in &module.levels {
            if level.names.contains(name) {
                return Answer::Has;
            }
            if level.is_open {
                answer = Answer::Unknown;
            }
            for star in &level.stars {
                let below = self.resolved(module, star, seen.len());
                match below.map(|below| self.has(&below, name, seen)) {
                    Some(Answer::Has) => return Answer::Has,
                    Some(Answer::Lacks) => {}
                    Some(Answer::Unknown) | None => answer = Answer::Unknown,
                }
            }
        }
        match module.path.is_empty() && answer == Answer::Lacks {
            true => self.exports(name),
            false => answer,
        }
    }

    /// Whether any file of the crate defines a macro of this name, which stands at its root then.
    fn exports(&self, name: &str) -> Answer {
        let folder = self.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut open = vec![folder.to_owned()];
        let defines = [format!("macro_rules! {name}"), format!("macro {name}")];
        let mut folders = 0;
        while let Some(folder) = open.pop() {
            folders += 1;
            let Some(entries) = self
                .root
                .entries(&folder)
                .filter(|_| folders <= MOST_FOLDERS)
            else {
                return Answer::Unknown;
            };
            for (entry, kind) in entries.iter() {
                let path = match folder.as_str() {
                    "" => entry.clone(),
                    above => format!("{above}/{entry}"),
                };
                match kind {
                    EntryKind::Folder => open.push(path),
                    EntryKind::File if entry.ends_with(".rs") => {
                        let Some(text) = self.root.text(&path) else {
                            return Answer::Unknown;
                        };
                        budget::charge_text(2 * text.len());
                        if defines.iter().any(|define| text.contains(define.as_str())) {
                            return Answer::Has;
                        }
                    }
                    EntryKind::File | EntryKind::Other => {}
                }
            }
        }
        Answer::Lacks
    }
}
