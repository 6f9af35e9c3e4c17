//! Rust: `.rs`.

mod facts;
mod kind;
pub(crate) mod libtest;
mod lower;
pub mod macros;
mod modules;
mod project;
mod suppressions;

use std::rc::Rc;
use std::sync::LazyLock;

use crate::language::ecosystem::Ecosystem;
use crate::language::facts::Facts;
use crate::language::lower::Lowering;
use crate::language::{Known, Language, Marker, ModuleFile, Parsed, Profile, RaisedLints};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct Rust;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::read(include_str!("language.toml")));

static GRAMMAR: Grammar = Grammar::new(
    "rust",
    || tree_sitter_rust::LANGUAGE.into(),
    &[kind::LINE_COMMENT, kind::BLOCK_COMMENT],
    &[
        kind::STRING_LITERAL,
        kind::RAW_STRING_LITERAL,
        kind::CHAR_LITERAL,
    ],
);

impl Language for Rust {
    fn known(&self) -> Known {
        Known::Rust
    }

    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn grammar(&self) -> &'static Grammar {
        &GRAMMAR
    }

    fn facts(&self, root: Node<'_>, source: &str) -> Facts {
        facts::facts(root, source)
    }

    fn expression_of<'t>(&self, statement: Node<'t>) -> Option<Node<'t>> {
        let child = statement.named_child(0)?;
        (statement.kind() == kind::EXPRESSION_STATEMENT).then_some(child)
    }

    fn suppressions(&self, parsed: &Parsed, found: &mut Vec<Marker>) {
        suppressions::attributes(parsed, found);
    }

    fn raised_lints(&self, parsed: &Parsed) -> Option<RaisedLints> {
        Some(suppressions::levels(parsed))
    }

    fn lowering(&self) -> Option<Lowering> {
        Some(|lower| lower.rust_file())
    }

    fn ecosystem(&self) -> Option<&'static dyn Ecosystem> {
        Some(&project::Cargo)
    }

    fn module_file(
        &self,
        from: &str,
        dotted: &[Rc<str>],
        _dots: u32,
        has: &dyn Fn(&str) -> bool,
    ) -> Option<ModuleFile> {
        modules::module_file(from, dotted, has)
    }
}
