//! What the body of a function is, in no language's words.
//!
//! Does not catch: a body that does something and is no work all the same: a constant in place of an answer.

use super::{Definition, Parsed};
use crate::syntax::walk::tokens;

/// What reads the bodies of the functions of a language.
pub type Bodies = fn(&Parsed, &Definition) -> Body;

/// What the body of a function is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// The only statement, comments and what documents aside; empty where there is none.
    pub says: String,
    /// Whether a new function may well be so: another is to write it, or it says what is not supported.
    pub may_be_new: bool,
    /// Whether one that had a body may well become so.
    pub may_be_emptied: bool,
}

/// What kind of body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It does something.
    Real,
    /// It says that it is still to be written, with the word that is there for this: `todo!()`.
    Todo,
    /// It says that it is not written: `unimplemented!()`, `raise NotImplementedError`.
    Unwritten,
    /// It is left open: `...`.
    Open,
    /// It does nothing, which may be meant: `pass`, a bare `return`.
    Empty,
}

/// Whether all that a function does is to give constants: nothing is called, named or decided in it.
pub fn is_constant(parsed: &Parsed, definition: &Definition) -> bool {
    const WORDS: [&str; 8] = [
        "return", "None", "null", "nil", "True", "true", "False", "false",
    ];
    let body = definition.body.as_ref().and_then(|body| parsed.node(body));
    body.is_some_and(|body| {
        tokens(body).all(|token| {
            let text = parsed.text(token);
            let is_name = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
            token.is_string() || !is_name || WORDS.contains(&text)
        })
    })
}

impl Body {
    /// A body that does something.
    pub const REAL: Self = Self::without_words(BodyKind::Real);
    /// One without a statement.
    pub const EMPTY: Self = Self::without_words(BodyKind::Empty);

    const fn without_words(kind: BodyKind) -> Self {
        Self {
            kind,
            says: String::new(),
            may_be_new: false,
            may_be_emptied: false,
        }
    }
}
