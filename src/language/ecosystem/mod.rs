//! What is known of the packages of a language: where a project declares and locks them, where they come from, and
//! what its imports name.
//!
//! Does not catch: packages that come in by other means than manifests.

pub mod installed;
pub mod lock;
pub mod outdated;
pub mod popular;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::change::{Change, File, Side};
use crate::day::Day;
use crate::language::Trees;
use crate::place::Place;

use installed::Installed;
use lock::Locked;
use popular::Popular;

/// What a file is to the packages of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// People declare dependencies in it.
    Manifest,
    /// A tool writes down in it what it took.
    Lock,
    /// It says where packages are taken from.
    Sources,
}

/// What one manifest declares.
#[derive(Debug, Default)]
pub struct Manifest {
    /// Packages, by their name as the registry compares it or as it must be written.
    pub packages: BTreeMap<String, Package>,
    /// Further indexes that it names.
    pub indexes: BTreeSet<String>,
    /// The name of the package that it describes, where it says one.
    pub own: Option<String>,
    /// Packages whose own code it lets run as they are installed.
    pub trusted: BTreeSet<String>,
}

/// A package that a manifest declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Its name, as it is written.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// Whether a lock of the manifest holds it.
    pub is_locked: bool,
}

/// Where a package comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The public registry.
    #[default]
    Registry,
    /// An address, or another registry.
    Elsewhere(String),
    /// The tree itself, or an index that the manifest names.
    Own,
    /// Another manifest says it.
    Inherited,
}

/// A public registry.
pub struct Registry {
    /// What messages call it, and its key in the policy.
    pub title: &'static str,
    /// The key of its address in the policy.
    pub key: &'static str,
    /// What messages call it where packages come from elsewhere.
    pub index: &'static str,
    /// A name that it holds, whatever mirror answers for it.
    pub surely_holds: &'static str,
    /// What addresses of it hold, as locks and options give them.
    pub addresses: &'static [&'static str],
    /// Its most used names.
    pub popular: fn() -> &'static Popular,
    /// Whether a name has one spelling only.
    pub spelt_one_way: bool,
    /// Where a name stands in it; `None` where it can be no name there.
    pub entry: fn(&str) -> Option<String>,
    /// What the body of its answer says of a name; `None` where it does not speak of that name.
    pub read: fn(&str, &str) -> Option<Entry>,
}

/// What a registry holds under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing that could be installed.
    Empty,
    /// Something; since this day, where it says so.
    Since(Option<Day>),
}

impl Registry {
    /// Whether the embedded list of its most used names holds one: then it exists, and not since yesterday.
    pub fn is_known(&self, name: &str) -> bool {
        let popular = (self.popular)();
        match self.spelt_one_way {
            true => popular.spells(name),
            false => popular.holds(&popular::normal(name)),
        }
    }
}

/// What is known of the packages of a language.
pub trait Ecosystem: Sync {
    /// Where packages come from where nothing else is said.
    fn registry(&self) -> &'static Registry;

    /// Beginnings of commands that install packages by name.
    fn installs(&self) -> &'static [&'static str];

    /// What messages call the tool that takes packages.
    fn tool(&self) -> &'static str;

    /// What a file is to it.
    fn kind(&self, path: &str) -> Option<FileKind>;

    /// What a manifest declares; `None` where it cannot be read.
    fn manifest(&self, path: &str, text: &str) -> Option<Manifest>;

    /// Names of the locks that may stand beside or above a manifest; none of such as have no lock.
    fn locks_of(&self, manifest: &str) -> &'static [&'static str];

    /// The packages of a lock; `None` where it is none.
    fn lock(&self, path: &str, text: &str) -> Option<Vec<Locked>> {
        let _ = path;
        lock::read(text)
    }

    /// Whether a lock in a folder above a manifest, whose package is called so, is that of the manifest too.
    fn covers(&self, lock: (&str, &str), manifest: &str, own: Option<&str>) -> bool {
        let (_, text) = lock;
        let _ = manifest;
        own.is_some_and(|own| text.contains(&format!("name = \"{own}\"\n")))
    }

    /// Whether the manifest that a package of a lock stands for is read by itself.
    fn is_own(&self, lock: &str, package: &Locked) -> bool;

    /// Whether what a package of a lock needs is there because that package needs it.
    fn vouches(&self, lock: &str, package: &Locked) -> bool;

    /// The packages that a side of the project declares, in any file: each where the last manifest says it is from.
    fn declared(&self, change: &Change, side: Side) -> Result<Manifest>;

    /// The folders of the tree that a file, where it is a manifest, takes code from that is shipped.
    fn folders(&self, path: &str, text: &str) -> Vec<String> {
        let _ = (path, text);
        Vec::new()
    }

    /// The sources that a file of [`FileKind::Sources`] names, each with what it says of it.
    fn sources(&self, text: &str) -> BTreeSet<(String, String)> {
        let _ = text;
        BTreeSet::new()
    }

    /// The source that the project takes in place of the registry.
    fn replacement(&self, change: &Change) -> Result<Option<String>> {
        let _ = change;
        Ok(None)
    }

    /// Whether a package may be what brings a module, as far as its name tells.
    fn may_bring(&self, package: &str, module: &str) -> bool {
        package == module
    }

    /// The package that was meant where a name is no package of note, and that of a module which a much used one brings.
    fn meant(&self, name: &str) -> Option<&'static str> {
        let _ = name;
        None
    }

    /// What a manifest's text says of the versions of a package; `None` where it says nothing, or this is not read.
    fn requirement(&self, text: &str, package: &str) -> Option<String> {
        let _ = (text, package);
        None
    }

    /// What imports are held against: the project at head, and what is installed where it is judged.
    fn project<'c>(
        &self,
        change: &'c Change,
        installed: &Installed,
    ) -> Result<Box<dyn Project + 'c>>;
}

/// A project at head, which imports are held against.
pub trait Project {
    /// What is wrong with the imports that a file has new.
    fn problems(&self, trees: &Trees, file: &File) -> Result<Vec<Problem>>;

    /// The installed packages that were asked so far.
    fn consulted(&self) -> Consulted {
        Consulted::default()
    }
}

/// Installed packages that were asked, in words.
#[derive(Clone, Debug, Default)]
pub struct Consulted {
    /// Those that answered: name, version, and where they are.
    pub asked: BTreeSet<String>,
    /// Those that could not be asked, and why.
    pub passed_over: BTreeSet<String>,
}

/// Something that is wrong with an import.
#[derive(Debug)]
pub struct Problem {
    /// What.
    pub concern: Concern,
    /// How sure that is.
    pub certainty: Certainty,
    /// Where, at head.
    pub place: Place,
    /// What is there.
    pub message: String,
    /// Names in it, for machines.
    pub names: Vec<(&'static str, String)>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Nothing accounts for a module that is imported.
    UnknownImport,
    /// Nothing accounts for what a path begins with.
    UnknownCrate,
    /// A package that is imported is there, and nothing declares it.
    UndeclaredImport,
    /// The tree does not hold a module of its own.
    MissingLocalModule,
    /// A module of the tree does not hold a name.
    MissingLocalName,
    /// A function of the tree has no parameter of a name that it is given.
    MissingParameter,
    /// A module of an installed package does not have a name.
    MissingPackageName,
    /// A function of an installed package has no parameter of a name that it is given.
    MissingPackageParameter,
    /// A module of the standard library never had a name.
    UnknownStdlibName,
    /// A package has a name no more, or is to lose it.
    OutdatedApi,
    /// Something left the standard library.
    RemovedStdlib,
    /// Something is in the standard library of some versions only that the project runs on.
    StdlibOutsideRange,
    /// Something is to leave the standard library.
    DeprecatedStdlib,
}

/// How sure something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// As its rule says.
    Sure,
    /// A human must look.
    Likely,
    /// It is said, and no more.
    Possible,
}

impl Problem {
    /// One that is sure.
    pub fn new(concern: Concern, place: Place, message: String) -> Self {
        Self {
            concern,
            certainty: Certainty::Sure,
            place,
            message,
            names: Vec::new(),
        }
    }

    /// The same with a name in it.
    #[must_use]
    pub fn with(mut self, key: &'static str, name: impl Into<String>) -> Self {
        self.names.push((key, name.into()));
        self
    }

    /// The same, so sure.
    #[must_use]
    pub fn sure(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }
}

/// A name, where it may be one in an address of a registry: letters, digits, `-`, `_` and `more`.
pub fn registry_name<'n>(name: &'n str, more: &str) -> Option<&'n str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c) || more.contains(c);
    let is_safe = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(is_plain)
        && name.len() <= 200;
    is_safe.then_some(name)
}

/// The folders above a path, nearest first; the last is the top, whose name is empty.
pub fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    fn above<'p>(path: &&'p str) -> Option<&'p str> {
        let folder = || path.rsplit_once('/').map_or("", |(above, _)| above);
        (!path.is_empty()).then(folder)
    }
    std::iter::successors(above(&path), above)
}
