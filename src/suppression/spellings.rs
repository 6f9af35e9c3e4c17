//! How the comments that silence a checker are written: one line each of `spellings.toml`,
//! which `build.rs` brings into this form.
//!
//! Does not catch: comments that a checker learned of since.

use crate::language::Scope;

/// How a kind of comment is written.
pub(super) struct Spelling {
    /// What the comment begins with, lower case, blanks after `:` folded to one.
    pub(super) begins: &'static str,
    /// The kind.
    pub(super) kind: &'static str,
    /// How rules are named after it.
    pub(super) codes: Codes,
    /// Where it holds.
    pub(super) scope: Scope,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codes {
    /// `: A1, B2`; naming none silences all.
    Colon,
    /// `[a, b]`; naming none silences all.
    Brackets,
    /// `=a,b`.
    Equals,
    /// Words after a blank; naming none silences all.
    Words,
    /// It takes none: one place, one tool.
    Never,
    /// It takes none, and silences all that the tool has to say.
    Everything,
}

/// Longer beginnings stand before shorter ones.
pub(super) static FORMS: &[Spelling] = include!(concat!(env!("OUT_DIR"), "/spellings.rs"));
