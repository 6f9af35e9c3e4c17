//! What the body of a function is, in no language's words.
//!
//! Does not catch: a body that does something and is no work all the same: a made-up value that is built.

use super::{Definition, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts, tokens};

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
    let body = definition.body.as_ref().and_then(|body| parsed.node(body));
    body.is_some_and(|body| tokens(body).all(|token| says_nothing(parsed, token)))
}

/// Whether a token is part of a constant: no name, or one of the words that the language has for constants.
fn says_nothing(parsed: &Parsed, token: Node<'_>) -> bool {
    let text = parsed.text(token);
    let is_name = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let words = &parsed.language.profile().constant_words;
    token.is_string() || !is_name || words.iter().any(|word| word == text)
}

/// The constant that a function gives, where that is all it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// As it is written.
    pub text: String,
    /// Whether it holds nothing: zero, an empty text or list, a default.
    pub is_empty: bool,
    /// Whether it is a truth value, which is an answer more often than the other constants.
    pub is_truth: bool,
}

/// The constant that a function gives whatever it is asked; `None` where it does more.
pub fn given(parsed: &Parsed, definition: &Definition) -> Option<Constant> {
    let body = definition
        .body
        .as_ref()
        .and_then(|body| parsed.node(body))?;
    let mut statements = parts(body);
    let documents = statements.first().is_some_and(|first| {
        let inner = parsed.language.expression_of(*first);
        statements.len() > 1 && inner.is_some_and(|inner| inner.is_string())
    });
    if documents {
        statements.remove(0);
    }
    let [only] = statements.as_slice() else {
        return None;
    };
    // A text with a place for values is none.
    let is_filled = |token: Node<'_>| token.is_string() && parsed.text(token).contains('{');
    let mut all = tokens(*only);
    if !all.all(|token| says_nothing(parsed, token) && !is_filled(token)) {
        return None;
    }
    let text = flat(parsed, *only);
    let text = text.strip_prefix("return").unwrap_or(&text);
    let text = text.trim().trim_end_matches(';').to_owned();
    let holds = |token: Node<'_>| {
        let text = parsed.text(token);
        match token.is_string() {
            true => text.len() > 2,
            false => {
                text.starts_with(|c: char| c.is_ascii_digit())
                    && !text.trim_matches(['0', '.']).is_empty()
            }
        }
    };
    let is_word = |words: [&str; 2]| tokens(*only).any(|token| words.contains(&parsed.text(token)));
    let is_truth = is_word(["true", "True"]) || is_word(["false", "False"]);
    Some(Constant {
        is_empty: !is_truth && !tokens(*only).any(holds),
        is_truth,
        text,
    })
}

/// How many statements the body of a function has at its top.
pub fn statements(parsed: &Parsed, definition: &Definition) -> usize {
    let body = definition.body.as_ref().and_then(|body| parsed.node(body));
    body.map_or(0, |body| parts(body).len())
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
