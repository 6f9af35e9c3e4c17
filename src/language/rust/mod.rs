//! Rust: `.rs`.

mod facts;
mod lower;
pub mod macros;

use crate::language::facts::Facts;
use crate::language::lower::Lower;
use crate::language::{Known, Language};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct Rust;

static GRAMMAR: Grammar = Grammar::new(
    "rust",
    || tree_sitter_rust::LANGUAGE.into(),
    &["line_comment", "block_comment"],
    &["string_literal", "raw_string_literal", "char_literal"],
);

impl Language for Rust {
    fn known(&self) -> Known {
        Known::Rust
    }

    fn endings(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> &'static Grammar {
        &GRAMMAR
    }

    fn facts(&self, root: Node<'_>, source: &str) -> Facts {
        facts::facts(root, source)
    }

    fn lower(&self, lower: &mut Lower<'_>) {
        lower.rust_file();
    }
}
