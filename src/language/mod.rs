//! Languages: all that draftgate knows of one stands in its folder here, and nothing else names it.
//!
//! A language answers the questions of [`Language`]. `None` is an answer: what a language does not know, no check
//! can look at, and the ledger says so.

pub mod conventions;
mod facts;
pub mod ir;
mod kinds;
pub mod lower;
mod parsed;
mod python;
pub mod rust;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::syntax::{Grammar, Node};

pub use facts::{Call, Comment, Definition, DefinitionKind, Facts, Guard, Import, Position};
pub use kinds::{Kinds, Nodes};
pub use parsed::{Parsed, Trees};

/// What draftgate knows of a language.
pub trait Language: Sync {
    /// Which one it is, for what is not asked of the language yet.
    fn known(&self) -> Known;

    /// Its name, in lower case: `python`.
    fn name(&self) -> &'static str {
        self.grammar().name
    }

    /// Endings of its files, without the dot.
    fn endings(&self) -> &'static [&'static str];

    /// What reads its syntax.
    fn grammar(&self) -> &'static Grammar;

    /// Definitions, imports, calls and comments of a file, in one walk.
    fn facts(&self, root: Node<'_>, source: &str) -> Facts;

    /// Brings a file into the form that the engine of rules follows values in.
    fn lower(&self, lower: &mut lower::Lower<'_>);
}

/// A language, by reference: two are the same where their names are.
pub type Lang = &'static dyn Language;

/// The languages that checks tell apart themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Python.
    Python,
    /// Rust.
    Rust,
}

/// Python.
pub const PYTHON: Lang = &python::Python;
/// Rust.
pub const RUST: Lang = &rust::Rust;

/// All languages.
pub const ALL: [Lang; 2] = [PYTHON, RUST];

/// The language of a path, by its ending.
pub fn of(path: &str) -> Option<Lang> {
    let (_, ending) = path.rsplit_once('.')?;
    ALL.into_iter()
        .find(|language| language.endings().contains(&ending))
}

/// The language of this name.
pub fn named(name: &str) -> Option<Lang> {
    ALL.into_iter().find(|language| language.name() == name)
}

impl PartialEq for dyn Language {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Language {}

impl PartialOrd for dyn Language {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Language {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for dyn Language {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for dyn Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
