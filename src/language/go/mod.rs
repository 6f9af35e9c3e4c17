//! Go: `.go`.

mod bodies;
mod facts;
mod failures;
mod gotest;
mod kind;
mod lower;
mod modules;
mod project;
mod shape;
mod signature;

use std::rc::Rc;
use std::sync::LazyLock;

use crate::language::body::Bodies;
use crate::language::ecosystem::Ecosystem;
use crate::language::facts::Facts;
use crate::language::failures::Failing;
use crate::language::lower::Lowering;
use crate::language::shape::Shape;
use crate::language::signature::Signatures;
use crate::language::test_model::TestFramework;
use crate::language::{Language, ModuleFile, Parsed, Profile};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct Go;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::read(include_str!("language.toml")));

static GRAMMAR: Grammar = Grammar::new(
    "go",
    || tree_sitter_go::LANGUAGE.into(),
    &[kind::COMMENT],
    &[
        kind::INTERPRETED_STRING_LITERAL,
        kind::RAW_STRING_LITERAL,
        kind::RUNE_LITERAL,
    ],
);

impl Language for Go {
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
        shape::telling(text)
    }

    fn signatures(&self) -> Option<Signatures> {
        Some(signature::SIGNATURES)
    }

    fn lowering(&self) -> Option<Lowering> {
        Some(|lower| lower.go_file())
    }

    fn ecosystem(&self) -> Option<&'static dyn Ecosystem> {
        Some(&project::Modules)
    }

    fn tests(&self) -> Option<&'static dyn TestFramework> {
        Some(&gotest::Framework)
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
