//! Distributions that are installed where the change is judged: names that code takes from their modules, and keywords that it
//! gives to their functions, held against the installed sources.
//!
//! A distribution is asked only where the project declares or locks it, and the installed version is one that it takes:
//! exactly that of the lock, or where there is none, one that a manifest allows. What makes names as it runs is not asked.
//! The layout is that of the Python packaging specifications ("Recording installed projects").
//!
//! Does not catch: methods; what a distribution that is installed for editing holds; zipped ones; names that one
//! distribution puts into a module of another, but for [`HOSTS`].

mod opening;
mod questions;
mod resolve;
mod surface;
mod takes;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::budget;
use crate::change::{Blob, Change, Side};
use crate::files::EntryKind;
use crate::language::ecosystem::installed::{Installed, Root};
use crate::language::ecosystem::outdated::fits;
use crate::language::ecosystem::popular::normal;
use crate::language::ecosystem::{Certainty, Consulted, lock};

use super::declared;
use super::distributions::may_bring;
use super::held::Held;
use surface::Surface;

/// Environments in a working tree, by their usual names.
const USUAL: [&str; 3] = [".venv", "venv", "env"];

/// Modules into which plugins put names.
const HOSTS: [&str; 1] = ["pytest"];

/// One `site-packages`.
struct Site {
    root: Root,
    /// The versions of the distributions in it, with the folders that say so.
    distributions: BTreeMap<String, (String, String)>,
    /// Its modules' names, as they are asked for, by path.
    surfaces: RefCell<BTreeMap<String, Option<Rc<Surface>>>>,
}

/// A distribution that may be asked for a top-level module.
struct Source {
    site: usize,
    name: String,
    version: String,
    certainty: Certainty,
}

/// What came of looking for one.
#[derive(Clone)]
enum Tried {
    /// There is none, or nothing says which.
    None,
    /// One that may be asked.
    Source(Rc<Source>),
    /// One that is another version than the project takes; in words.
    PassedOver(Rc<str>),
}

/// What is installed.
pub(super) struct Environment {
    sites: Vec<Site>,
    /// The versions of distributions that locks hold.
    locked: BTreeMap<String, BTreeSet<String>>,
    tried: RefCell<BTreeMap<String, Tried>>,
    consulted: RefCell<Consulted>,
}

impl Environment {
    /// Reads what distributions there are; of their modules nothing yet.
    pub(super) fn read(change: &Change, installed: &Installed) -> anyhow::Result<Self> {
        let given = installed.given().into_iter();
        let folders = installed.environments(change, &USUAL, "VIRTUAL_ENV");
        let sites = folders.iter().flat_map(sites_of).chain(given);
        let sites: Vec<Site> = sites.filter_map(Site::of).collect();
        let mut locked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let paths = match sites.is_empty() {
            true => &[],
            false => change.paths(Side::Head)?,
        };
        for path in paths.iter().filter(|path| declared::is_lock(path)) {
            let blob = change.read(Side::Head, path)?;
            let packages = blob.as_ref().and_then(Blob::text).and_then(lock::read);
            for package in packages.unwrap_or_default() {
                let versions = locked.entry(normal(&package.name)).or_default();
                versions.insert(package.version);
            }
        }
        Ok(Self {
            sites,
            locked,
            tried: RefCell::default(),
            consulted: RefCell::default(),
        })
    }

    /// What was asked, and what could not be.
    pub(super) fn consulted(&self) -> Consulted {
        self.consulted.borrow().clone()
    }

    /// The distribution that may be asked for a top-level module: of the first environment that has one which fits.
    fn source(&self, held: &Held<'_>, top: &str) -> Tried {
        if let Some(known) = self.tried.borrow().get(top) {
            return known.clone();
        }
        let mut tried = Tried::None;
        for (at, site) in self.sites.iter().enumerate() {
            match self.source_in(held, at, site, top) {
                Tried::Source(source) => {
                    tried = Tried::Source(source);
                    break;
                }
                Tried::PassedOver(why) => tried = Tried::PassedOver(why),
                Tried::None => {}
            }
        }
        let all = &mut self.tried.borrow_mut();
        all.insert(top.to_owned(), tried.clone());
        tried
    }

    fn source_in(&self, held: &Held<'_>, at: usize, site: &Site, top: &str) -> Tried {
        budget::charge(site.distributions.len());
        let mut bringing = site
            .distributions
            .iter()
            .filter(|(name, (_, folder))| may_bring(name, top) && site.records(folder, top));
        let (Some((name, (version, _))), None) = (bringing.next(), bringing.next()) else {
            return Tried::None;
        };
        let source = |certainty| {
            Tried::Source(Rc::new(Source {
                site: at,
                name: name.clone(),
                version: version.clone(),
                certainty,
            }))
        };
        let asked = match self.locked.get(name) {
            Some(locked) if locked.contains(version) => return source(Certainty::Sure),
            Some(locked) => Vec::from_iter(locked.iter().cloned()),
            None => held.tree.requirements(name).unwrap_or_default(),
        };
        let is_locked = self.locked.contains_key(name);
        if !is_locked && asked.iter().any(|stated| fits(stated, version)) {
            return source(Certainty::Sure);
        }
        if asked.is_empty() {
            return match held.declared.names.contains_key(name) {
                true => source(Certainty::Likely),
                false => Tried::None,
            };
        }
        let why = format!(
            "names of `{top}` were not looked up: {name} {version} is installed ({}), the project asks for {}",
            site.root.title,
            asked.join(" or ")
        );
        Tried::PassedOver(why.into())
    }
}

/// The folders of an environment that hold distributions.
fn sites_of(environment: &Root) -> Vec<Root> {
    let holds = |path: &str| {
        let kind = environment.entries(path);
        kind.is_some_and(|entries| entries.keys().any(|name| name.ends_with(INFO)))
    };
    let versions = environment.entries("lib").unwrap_or_default();
    let versions = versions
        .iter()
        .filter(|(name, kind)| name.starts_with("python") && **kind == EntryKind::Folder);
    let paths = versions.map(|(name, _)| format!("lib/{name}/site-packages"));
    let paths = paths.chain(["Lib/site-packages".to_owned(), String::new()]);
    let paths = paths.filter(|path| holds(path));
    paths.map(|path| environment.below(&path)).collect()
}

/// What the folder of an installed distribution's metadata ends with.
const INFO: &str = ".dist-info";

impl Site {
    fn of(root: Root) -> Option<Self> {
        let entries = root.entries("")?;
        let mut distributions = BTreeMap::new();
        for folder in entries.keys() {
            let Some((name, version)) = folder.strip_suffix(INFO).and_then(|it| it.split_once('-'))
            else {
                continue;
            };
            distributions.insert(normal(name), (version.to_owned(), folder.clone()));
        }
        let surfaces = RefCell::default();
        Some(Self {
            root,
            distributions,
            surfaces,
        })
    }

    /// Whether a distribution's list of files has a top-level module, and the file is there.
    fn records(&self, folder: &str, top: &str) -> bool {
        let Some(record) = self.root.text(&format!("{folder}/RECORD")) else {
            return false;
        };
        let package = format!("{top}/");
        let file = format!("{top}.py,");
        let mut lines = record.lines();
        let is_listed = lines.any(|line| line.starts_with(&package) || line.starts_with(&file));
        let entries = self.root.entries("");
        let is_there = |entries: &BTreeMap<String, EntryKind>| {
            entries.get(top) == Some(&EntryKind::Folder)
                || entries.get(&format!("{top}.py")) == Some(&EntryKind::File)
        };
        is_listed && entries.is_some_and(|entries| is_there(&entries))
    }
}
