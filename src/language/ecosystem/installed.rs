//! Packages as they are installed on the machine that judges: read, never run.
//!
//! They are no part of the change. What of a folder is read is bounded in files, bytes and entries, no link inside of it is
//! followed, and a folder of the working tree that the change itself holds files of is none: the change would vouch for
//! itself.
//!
//! Does not catch: somebody who writes into such a folder by other means than the change, which only makes names known.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::budget;
use crate::change::{Change, Side};
use crate::files::{self, EntryKind};
use crate::process::environment;

/// Most bytes of one file.
const MOST_BYTES: u64 = 2 * 1024 * 1024;
/// Most bytes of all files of one root.
const MOST_IN_ALL: usize = 48 * 1024 * 1024;
/// Most files and folders that are looked into, of one root.
const MOST_LOOKS: usize = 1_500;
/// Most entries of one folder.
const MOST_ENTRIES: usize = 20_000;

/// Where packages are looked for.
#[derive(Clone, Debug, Default)]
pub enum Installed {
    /// Nowhere.
    #[default]
    Nowhere,
    /// In these files, by their paths.
    Given(BTreeMap<String, String>),
    /// On this machine: the working tree, and the folders that the policy names.
    Machine {
        /// The top of the working tree.
        top: PathBuf,
        /// Folders that the policy names; relative ones are of the working tree.
        named: Vec<String>,
    },
}

/// What is in a folder.
pub type Entries = Rc<BTreeMap<String, EntryKind>>;

/// A folder of installed packages.
pub struct Root {
    /// What messages call it.
    pub title: String,
    source: Source,
    read: RefCell<BTreeMap<String, Option<Arc<str>>>>,
    listed: RefCell<BTreeMap<String, Option<Entries>>>,
    looks: Cell<usize>,
    bytes: Cell<usize>,
}

enum Source {
    /// A folder that may be reached by links, and a path in it that may not.
    Folder { top: PathBuf, path: PathBuf },
    /// Files in memory.
    Given(BTreeMap<String, String>),
}

impl Root {
    fn new(title: &str, source: Source) -> Self {
        Self {
            title: title.to_owned(),
            source,
            read: RefCell::default(),
            listed: RefCell::default(),
            looks: Cell::new(0),
            bytes: Cell::new(0),
        }
    }

    /// A folder that holds others of its kind, one further down.
    pub fn below(&self, path: &str) -> Self {
        let source = match &self.source {
            Source::Folder { top, path: above } => Source::Folder {
                top: top.clone(),
                path: above.join(path),
            },
            Source::Given(files) => {
                let within = format!("{path}/");
                let inner = files.iter().filter_map(|(file, text)| {
                    Some((file.strip_prefix(&within)?.to_owned(), text.clone()))
                });
                Source::Given(inner.collect())
            }
        };
        Self::new(&self.title, source)
    }

    /// The text of a file; `None` where it cannot be read within bounds.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let text = self.looks().then(|| self.text_of(path)).flatten();
        let text = text.filter(|text| {
            self.bytes.set(self.bytes.get().saturating_add(text.len()));
            budget::charge_text(text.len()) && self.bytes.get() <= MOST_IN_ALL
        });
        self.read.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    /// What a folder holds (empty: the root itself); `None` where it cannot be read within bounds.
    pub fn entries(&self, path: &str) -> Option<Entries> {
        if let Some(known) = self.listed.borrow().get(path) {
            return known.clone();
        }
        let entries = self.looks().then(|| self.entries_of(path)).flatten();
        let entries = entries.filter(|entries| budget::charge(entries.len()));
        let entries = entries.map(Rc::new);
        let listed = &mut self.listed.borrow_mut();
        listed.insert(path.to_owned(), entries.clone());
        entries
    }

    fn looks(&self) -> bool {
        self.looks.set(self.looks.get().saturating_add(1));
        self.looks.get() <= MOST_LOOKS
    }

    fn text_of(&self, path: &str) -> Option<Arc<str>> {
        match &self.source {
            Source::Folder { top, path: above } => {
                let read = files::in_tree(top, &above.join(path), MOST_BYTES).ok()?;
                String::from_utf8(read.bytes).ok().map(Arc::from)
            }
            Source::Given(files) => files.get(path).map(|text| Arc::from(text.as_str())),
        }
    }

    fn entries_of(&self, path: &str) -> Option<BTreeMap<String, EntryKind>> {
        let files = match &self.source {
            Source::Folder { top, path: above } => {
                return files::entries(top, &above.join(path), MOST_ENTRIES).ok();
            }
            Source::Given(files) => files,
        };
        let mut found = BTreeMap::new();
        for file in files.keys() {
            let inner = match path {
                "" => Some(file.as_str()),
                path => file.strip_prefix(path).and_then(|it| it.strip_prefix('/')),
            };
            let Some(inner) = inner else { continue };
            match inner.split_once('/') {
                Some((folder, _)) => found.insert(folder.to_owned(), EntryKind::Folder),
                None => found.insert(inner.to_owned(), EntryKind::File),
            };
        }
        Some(found)
    }
}

impl Installed {
    /// The files that were given in place of a machine's.
    pub fn given(&self) -> Option<Root> {
        match self {
            Self::Given(files) => Some(Root::new("installed", Source::Given(files.clone()))),
            Self::Nowhere | Self::Machine { .. } => None,
        }
    }

    /// The folders of environments on this machine, first choice first: those that the policy names, those of these names in
    /// the working tree, and that which a variable holds.
    pub fn environments(&self, change: &Change, usual: &[&str], variable: &str) -> Vec<Root> {
        let Self::Machine { top, named } = self else {
            return Vec::new();
        };
        let at = |path: &Path, title: &str| match path.strip_prefix(top) {
            Ok(inner) => of_tree(change, top, inner, title),
            Err(_) if path.is_absolute() => Some(outside(path, title)),
            Err(_) => of_tree(change, top, path, title),
        };
        let named = named
            .iter()
            .map(|name| at(Path::new(name), "the policy's environment"));
        let usual = usual.iter().map(|name| at(Path::new(name), name));
        let active = environment::variable(variable).map(PathBuf::from);
        let active = active.filter(|path| path.is_absolute());
        let active = active.map(|path| at(&path, "the active environment"));
        named.chain(usual).chain(active).flatten().collect()
    }

    /// The folder that a tool of this machine keeps packages in: below the one that a variable holds, or else the user's home.
    pub fn store(&self, variable: &str, in_home: &str, below: &str, title: &str) -> Option<Root> {
        if !matches!(self, Self::Machine { .. }) {
            return None;
        }
        let home = || environment::variable("HOME").map(|home| PathBuf::from(home).join(in_home));
        let folder = environment::variable(variable)
            .map(PathBuf::from)
            .or_else(home)?;
        folder
            .is_absolute()
            .then(|| outside(&folder.join(below), title))
    }
}

fn outside(path: &Path, title: &str) -> Root {
    let source = Source::Folder {
        top: path.to_owned(),
        path: PathBuf::new(),
    };
    Root::new(title, source)
}

/// A folder of the working tree, where the change has no file in it.
fn of_tree(change: &Change, top: &Path, path: &Path, title: &str) -> Option<Root> {
    let inner = path.to_str()?.trim_matches('/').to_owned();
    let within = format!("{inner}/");
    let paths = change.paths(Side::Head).ok()?;
    let is_held = inner.is_empty() || paths.iter().any(|path| path.starts_with(&within));
    let source = Source::Folder {
        top: top.to_owned(),
        path: PathBuf::from(inner),
    };
    (!is_held).then(|| Root::new(title, source))
}
