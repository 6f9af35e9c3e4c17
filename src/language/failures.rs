//! What becomes of failures in a file, in no language's words.
//!
//! Does not catch: see each language's own `failures.rs`.

use std::ops::Range;

use super::Parsed;
use crate::syntax::Node;

/// What reads the failures of a file of a language.
pub type Failing = for<'t> fn(&'t Parsed) -> Failures<'t>;

/// What becomes of failures in a file, each list in the order of the text.
#[derive(Default)]
pub struct Failures<'t> {
    /// What catches failures by type.
    pub handlers: Vec<Handler<'t>>,
    /// What may fail and passes its failure on to the caller.
    pub passed_on: Vec<PassedOn<'t>>,
    /// What may fail and keeps its failure from the caller, seen from the value that holds it.
    pub discards: Vec<Discard<'t>>,
    /// Where failures of a block or of a whole program are lost without a handler.
    pub losses: Vec<Loss<'t>>,
    /// What is known to fail for reasons of its own and drops its failure.
    pub ignored: Vec<Ignored<'t>>,
}

/// What catches failures: `except ValueError as error`.
pub struct Handler<'t> {
    /// All of it.
    pub node: Node<'t>,
    /// The word that begins it: `except`.
    pub keyword: &'static str,
    /// What it catches, as written; empty where it names nothing.
    pub catches: &'t str,
    /// The name that it gives to what it caught.
    pub binds: Option<&'t str>,
    /// From its word to the end of what it catches and binds.
    pub header: Range<usize>,
    /// Whether it catches whatever may fail.
    pub broad: bool,
    /// Whether it could name what it catches: where none can, that it catches everything is no choice.
    pub by_type: bool,
    /// What it does with what it caught.
    pub ends: Ends,
    /// Whether it stands where a failure can only be dropped, or guards what may be missing.
    pub excused: bool,
}

/// What a handler does with what it caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It fails in its turn.
    Raises,
    /// It calls something that may tell somebody, or uses what it caught.
    Tells,
    /// It writes a line for people, and goes on: told apart where no failure is caught by its type.
    Logs,
    /// It does something, and nothing with the failure.
    Drops,
    /// Its body is empty.
    Nothing,
}

/// What may fail and passes its failure on.
pub struct PassedOn<'t> {
    /// What may fail.
    pub of: Node<'t>,
    /// How it does so: "passed on with `?`".
    pub how: &'static str,
    /// How it is called where it is known again; its text where nothing is said.
    pub what: Option<String>,
}

/// What may fail and keeps its failure to itself.
pub struct Discard<'t> {
    /// All of it.
    pub node: Node<'t>,
    /// What may fail.
    pub of: Node<'t>,
    /// What it is now: "thrown away with `drop`".
    pub how: &'static str,
    /// How it is called where it is known again; its text where nothing is said.
    pub what: Option<String>,
}

impl<'t> PassedOn<'t> {
    /// One that is known again by its text.
    pub fn new(of: Node<'t>, how: &'static str) -> Self {
        let what = None;
        Self { of, how, what }
    }
}

impl<'t> Discard<'t> {
    /// One that is known again by its text.
    pub fn new(node: Node<'t>, of: Node<'t>, how: &'static str) -> Self {
        let what = None;
        Self {
            node,
            of,
            how,
            what,
        }
    }
}

/// A call that may fail whatever the program does, and whose failure is dropped: what was to be written is not.
pub struct Ignored<'t> {
    /// All of it.
    pub node: Node<'t>,
    /// What is lost, as a sentence.
    pub what: String,
}

/// Where failures are lost without a handler.
pub struct Loss<'t> {
    /// What loses them.
    pub node: Node<'t>,
    /// What is lost, as a sentence.
    pub what: String,
    /// How far it reaches.
    pub reach: Reach,
}

/// How far a loss of failures reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A block that is meant to drop them: `with suppress(..)`.
    Block,
    /// A block that is left while one is under way: `return` in a `finally`.
    Left,
    /// The program: what would report them is switched off.
    Program,
}
