//! Languages: all that draftgate knows of one stands in its folder here, and nothing else names it.
//!
//! A language answers the questions of [`Language`]. `None` is an answer: what a language does not know, no check
//! can look at, and the ledger says so.

pub mod body;
mod constant;
pub mod conventions;
pub mod ecosystem;
mod facts;
pub mod failures;
pub mod folders_of_tests;
mod go;
pub mod ir;
mod kinds;
pub mod lower;
pub mod mutants;
pub mod outline;
mod parsed;
mod profile;
mod python;
mod rust;
pub mod shape;
pub mod signature;
pub mod statements;
mod suppression;
pub mod test_model;
pub mod traps;
mod typescript;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use crate::budget;
use crate::document::{self, Item};
use crate::syntax::{Grammar, Node};

pub use facts::{Call, Comment, Definition, DefinitionKind, Facts, Guard, Import, Position};
pub use kinds::{Kinds, Nodes};
pub use parsed::{Parsed, Trees};
pub use profile::{Arid, Around, Profile};
pub(crate) use suppression::is_named;
pub use suppression::{Form, Marker, Scope};
use test_model::TestFramework;

/// What draftgate knows of a language.
///
/// A new language must answer `profile`, `grammar`, `facts` and `expression_of`: names, definitions, imports, calls and
/// comments. That gives symbols in reports, suppressions in comments, elided code and conflict markers told from
/// strings. Each further answer gives a check, and may come later:
///
/// - `bodies`, with `shape`, `statements_in` and the words of `language.toml`: `leftovers`, and stubs in `placeholders`;
/// - `failures`: `errors`;
/// - `signatures`, with `shape` and `traps`: `behaviour`;
/// - `lowering`, with `module_file`: `vulnerabilities`, and secrets that are put together from parts;
/// - `ecosystem`: `dependencies`;
/// - `mutants`, with `[arid]` of `language.toml`: what `proof` edits to see whether a test notices;
/// - `outlining`: `draftgate characterize`;
/// - `statements`, `has_code`: `coverage` by statement;
/// - `configuration`: `guardrails`, where tools of the language are configured by programs;
/// - `suppressions`, `raised_lints`: what silences a tool otherwise than by a comment.
pub trait Language: Sync {
    /// Its name, in lower case: `python`.
    fn name(&self) -> &'static str {
        self.grammar().name
    }

    /// What is data of it: names, endings, conventions.
    fn profile(&self) -> &'static Profile;

    /// A name as the language compares it.
    fn identifier<'t>(&self, text: &'t str) -> Cow<'t, str> {
        text.into()
    }

    /// What reads its syntax.
    fn grammar(&self) -> &'static Grammar;

    /// What reads the syntax of a file, by its path, where the language has dialects.
    fn grammar_of(&self, path: &str) -> &'static Grammar {
        let _ = path;
        self.grammar()
    }

    /// Whether a text under an ending of this language can be of it: other formats have the same endings.
    fn can_be(&self, text: &str) -> bool {
        let _ = text;
        true
    }

    /// Definitions, imports, calls and comments of a file, in one walk.
    fn facts(&self, root: Node<'_>, source: &str) -> Facts;

    /// The expression, where a statement is nothing more than that; `None` where it is more, or no statement.
    fn expression_of<'t>(&self, statement: Node<'t>) -> Option<Node<'t>>;

    /// The statements of a file; nothing in languages whose producers of coverage count each line.
    fn statements(&self, parsed: &Parsed) -> statements::Statements {
        let _ = parsed;
        statements::Statements::default()
    }

    /// The configuration of a tool that a program exports; `None` where a file of this language exports none.
    fn configuration(&self, parsed: &Parsed) -> Option<Item> {
        let _ = parsed;
        None
    }

    /// Whether a file has something that can run, as far as its syntax tells.
    fn has_code(&self, parsed: &Parsed) -> bool {
        parsed.facts().definitions.iter().any(|definition| {
            definition.kind == DefinitionKind::Function
                && definition.body.is_some()
                && !definition.in_test
        })
    }

    /// Adds what silences a checker beyond comments: attributes, decorators.
    fn suppressions(&self, parsed: &Parsed, found: &mut Vec<Marker>) {
        let _ = (parsed, found);
    }

    /// The lints that a file raises for itself; `None` where a file of this language cannot.
    fn raised_lints(&self, parsed: &Parsed) -> Option<RaisedLints> {
        let _ = parsed;
        None
    }

    /// What reads the body of a function: whether it is real, unwritten or empty. `None` where this language does
    /// not say; `leftovers` does not look at its files then, and `placeholders` says nothing of stubs.
    fn bodies(&self) -> Option<body::Bodies> {
        None
    }

    /// What reads what becomes of failures in a file: handlers and how they end, failures that are passed on or
    /// dropped. `None` where this language does not say; `errors` does not look at its files then.
    fn failures(&self) -> Option<failures::Failing> {
        None
    }

    /// What a node does to the way of a program: a condition, a function, a block, a statement that leaves it. Where
    /// a language does not say, all code counts as reached and under no condition.
    fn shape<'t>(&self, parsed: &Parsed, node: Node<'t>) -> shape::Shape<'t> {
        let _ = (parsed, node);
        shape::Shape::Other
    }

    /// How many statements a text has that prose does not make, where it is code; `None` where it does not parse, or
    /// the language does not say. Comments are asked of whether they are code.
    fn statements_in(&self, text: &str) -> Option<usize> {
        let _ = text;
        None
    }

    /// What prints for the one who debugs and is no call of [`Facts`], and how people call it: `dbg!`.
    fn debug_output<'t>(&self, parsed: &'t Parsed) -> Vec<(Node<'t>, &'static str)> {
        let _ = parsed;
        Vec::new()
    }

    /// Statements that stop the program in a debugger and are no calls.
    fn debugger_statements<'t>(&self, parsed: &'t Parsed) -> Vec<Node<'t>> {
        let _ = parsed;
        Vec::new()
    }

    /// What reads what callers see of a function: whether it is public, and how it is called. `None` where this language
    /// does not say; `behaviour` does not look at its files then.
    fn signatures(&self) -> Option<signature::Signatures> {
        None
    }

    /// What finds the traps of this language; `None` where none is known.
    fn traps(&self) -> Option<traps::Traps> {
        None
    }

    /// What brings a file into the form that the engine of rules follows values in; `None` where values are not
    /// followed in this language.
    fn lowering(&self) -> Option<lower::Lowering> {
        None
    }

    /// What makes small edits of code that a good test notices; `None` where this language has none.
    fn mutants(&self) -> Option<mutants::Mutating> {
        None
    }

    /// What outlines the tests that a function lacks; `None` where this language outlines none.
    fn outlining(&self) -> Option<outline::Outlining> {
        None
    }

    /// The files that a file takes in by declaring or including them: the line, and each path that it may stand for.
    /// `is_root` says that a program begins in it, whatever its name.
    fn taken_in(&self, path: &str, is_root: bool, parsed: &Parsed) -> Vec<(u32, String)> {
        let _ = (path, is_root, parsed);
        Vec::new()
    }

    /// Whether a part of a file is compiled or left out by a flag of this name (Rust's `cfg`), or may be: a macro is
    /// given the name.
    fn has_flag(&self, parsed: &Parsed, flag: &str) -> bool {
        let _ = (parsed, flag);
        false
    }

    /// What is known of its packages: manifests, locks, registries. `None` where none are read.
    fn ecosystem(&self) -> Option<&'static dyn ecosystem::Ecosystem> {
        None
    }

    /// What it knows of tests; `None` where it knows nothing of them.
    fn tests(&self) -> Option<&'static dyn TestFramework> {
        None
    }

    /// The file of the project that a dotted name in the file `from` stands for, with `dots` before it; `has` says
    /// which files there are. `None` where it stands for none, or the language's imports are not read.
    fn module_file(
        &self,
        from: &str,
        dotted: &[Rc<str>],
        dots: u32,
        has: &dyn Fn(&str) -> bool,
    ) -> Option<ModuleFile> {
        let _ = (from, dotted, dots, has);
        None
    }
}

/// Lints by name, each with its level (1 warned about, 2 denied, 3 forbidden) and the bytes that raise it.
pub type RaisedLints = BTreeMap<String, (u8, Range<usize>)>;

/// A file that a dotted name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// Its path.
    pub path: String,
    /// How many segments of the name it used up.
    pub used: usize,
}

/// A language, by reference: two are the same where their names are.
pub type Lang = &'static dyn Language;

/// Python.
pub const PYTHON: Lang = &python::Python;
/// Rust.
pub const RUST: Lang = &rust::Rust;

/// Go.
pub const GO: Lang = &go::Go;

/// TypeScript and JavaScript: one language with dialects.
pub const TYPESCRIPT: Lang = &typescript::TypeScript;

/// All languages.
pub const ALL: [Lang; 4] = [PYTHON, RUST, GO, TYPESCRIPT];

/// The language of a path, by its ending: of a notebook, that of its cells.
pub fn of(path: &str) -> Option<Lang> {
    of_text(path).or_else(|| of_cells(path))
}

/// The language in which the text of a file is as it stands.
pub fn of_text(path: &str) -> Option<Lang> {
    let (_, ending) = path.rsplit_once('.')?;
    ALL.into_iter()
        .find(|language| language.profile().endings.iter().any(|own| own == ending))
}

/// The language of a file: by its path, else by the program that its first line names (`#!`).
pub fn of_file(path: &str, text: &str) -> Option<Lang> {
    if let Some(language) = of(path) {
        return language.can_be(text).then_some(language);
    }
    let line = text.strip_prefix("#!")?.lines().next()?;
    let words = line.split_whitespace().take(8);
    let programs = words.map(|word| word.rsplit('/').next().unwrap_or(word));
    let mut programs = programs.filter(|name| *name != "env" && !name.starts_with('-'));
    let program = programs.next()?;
    ALL.into_iter().find(|language| {
        let mut known = language.profile().interpreters.iter();
        known.any(|known| program.starts_with(known.as_str()))
    })
}

/// What a configuration says, written as data or as a program; `None` where it is none or does not parse.
pub(crate) fn document(path: &str, text: &str) -> Option<Item> {
    /// Bytes of a program beyond which it is no configuration.
    const LONGEST: usize = 1 << 20;
    document::read(path, text).or_else(|| {
        let language = of_text(path).filter(|_| text.len() <= LONGEST)?;
        budget::charge_text(text.len());
        let parsed = Parsed::of_path(language, path, text.into())?;
        language.configuration(&parsed)
    })
}

/// All ecosystems of packages that are known.
pub fn ecosystems() -> impl Iterator<Item = &'static dyn ecosystem::Ecosystem> {
    ALL.into_iter().filter_map(|language| language.ecosystem())
}

/// The language of the code in the cells of a notebook; `None` where the file is none.
pub fn of_cells(path: &str) -> Option<Lang> {
    let (_, ending) = path.rsplit_once('.')?;
    ALL.into_iter()
        .find(|language| language.profile().notebooks.iter().any(|own| own == ending))
}

/// What is known of the tests in the language of a path.
pub fn tests_of(path: &str) -> Option<&'static dyn TestFramework> {
    of(path)?.tests()
}

/// The words that the languages have for tests, one after the other.
pub fn test_words() -> impl Iterator<Item = &'static test_model::Words> {
    ALL.into_iter().map(|language| &language.profile().tests)
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
