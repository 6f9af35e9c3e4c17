//! What callers see of a function, in no language's words.
//!
//! Does not catch: what a macro makes public.

use std::sync::Arc;

use super::{Definition, Parsed};

/// Reads a file of the same tree.
pub type Read<'r> = &'r dyn Fn(&str) -> Option<Arc<Parsed>>;

/// What reads what callers see of the functions of a language.
#[derive(Clone, Copy)]
pub struct Signatures {
    /// Whether a function is there for callers outside of the project.
    pub is_public: fn(&Parsed, &Definition) -> bool,
    /// Whether they reach a public function from there: no module on the way to it is private, unless its name is
    /// passed on; and no framework calls it in their place. Given are its file, the file's path, and the other files.
    pub is_reached: fn(&Parsed, &Definition, &str, Read<'_>) -> bool,
    /// How it is called.
    pub of: fn(&Parsed, &Definition) -> Signature,
}

/// How a function is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Its parameters, without a receiver that callers do not give.
    pub parameters: Vec<Parameter>,
    /// Whether callers may give a parameter by its name or leave it out; else its number alone matters.
    pub by_name: bool,
    /// Whether callers must wait for it with a word of its own.
    pub awaited: bool,
}

/// A parameter as callers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ParameterKind,
    /// Its default, as one line; empty where it has none.
    pub default: String,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// One that is given by place or by name.
    Plain,
    /// It takes what is left over by place.
    Rest,
    /// It takes what is left over by name.
    NamedRest,
    /// No parameter: those before it are given by place only.
    PlaceOnly,
    /// No parameter: those behind it are given by name only.
    NameOnly,
}

impl Parameter {
    /// Whether callers must give it.
    pub fn is_required(&self) -> bool {
        self.is_plain() && self.default.is_empty()
    }

    /// Whether it is one that callers give, and takes nothing that is left over.
    pub fn is_plain(&self) -> bool {
        self.kind == ParameterKind::Plain
    }
}
