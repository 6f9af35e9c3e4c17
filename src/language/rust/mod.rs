//! Rust: `.rs`.

mod bodies;
mod edges;
mod facts;
mod failures;
mod flags;
mod kind;
mod leftovers;
mod libtest;
mod lower;
mod macros;
mod modules;
mod mutants;
mod project;
mod shape;
mod signature;
mod skeleton;
mod suppressions;
mod traps;

use std::rc::Rc;
use std::sync::LazyLock;

use crate::language::body::Bodies;
use crate::language::ecosystem::Ecosystem;
use crate::language::facts::Facts;
use crate::language::failures::Failing;
use crate::language::lower::Lowering;
use crate::language::mutants::Mutating;
use crate::language::outline::Outlining;
use crate::language::shape::Shape;
use crate::language::signature::Signatures;
use crate::language::test_model::TestFramework;
use crate::language::traps::Traps;
use crate::language::{Language, Marker, ModuleFile, Parsed, Profile, RaisedLints};
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

    fn bodies(&self) -> Option<Bodies> {
        Some(bodies::body)
    }

    fn failures(&self) -> Option<Failing> {
        Some(failures::failures)
    }

    fn shape<'t>(&self, parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
        shape::shape(parsed, node)
    }

    fn statements_in(&self, text: &str) -> Option<usize> {
        leftovers::telling(text)
    }

    fn debug_output<'t>(&self, parsed: &'t Parsed) -> Vec<(Node<'t>, &'static str)> {
        leftovers::debug_output(parsed)
    }

    fn signatures(&self) -> Option<Signatures> {
        Some(signature::SIGNATURES)
    }

    fn traps(&self) -> Option<Traps> {
        Some(traps::traps)
    }

    fn lowering(&self) -> Option<Lowering> {
        Some(|lower| lower.rust_file())
    }

    fn taken_in(&self, path: &str, is_root: bool, parsed: &Parsed) -> Vec<(u32, String)> {
        modules::taken_in(path, is_root, parsed)
    }

    fn has_flag(&self, parsed: &Parsed, flag: &str) -> bool {
        flags::is_given(parsed, flag)
    }

    fn mutants(&self) -> Option<Mutating> {
        Some(mutants::mutants)
    }

    fn outlining(&self) -> Option<Outlining> {
        Some(skeleton::OUTLINING)
    }

    fn ecosystem(&self) -> Option<&'static dyn Ecosystem> {
        Some(&project::Cargo)
    }

    fn tests(&self) -> Option<&'static dyn TestFramework> {
        Some(&libtest::Framework)
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
