//! Python: `.py`, `.pyi`.

mod bodies;
mod edges;
mod facts;
mod failures;
mod kind;
mod lower;
mod modules;
mod mutants;
mod names;
mod project;
mod pytest;
mod shape;
mod signature;
mod skeleton;
mod statements;
mod suppressions;
mod traps;

use std::borrow::Cow;
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
use crate::language::statements::Statements;
use crate::language::test_model::TestFramework;
use crate::language::traps::Traps;
use crate::language::{Language, Marker, ModuleFile, Parsed, Profile};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct Python;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::read(include_str!("language.toml")));

static GRAMMAR: Grammar = Grammar::new(
    "python",
    || tree_sitter_python::LANGUAGE.into(),
    &[kind::COMMENT],
    &[kind::STRING],
);

impl Language for Python {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn grammar(&self) -> &'static Grammar {
        &GRAMMAR
    }

    fn identifier<'t>(&self, text: &'t str) -> Cow<'t, str> {
        names::compared(text)
    }

    fn facts(&self, root: Node<'_>, source: &str) -> Facts {
        facts::facts(root, source)
    }

    fn expression_of<'t>(&self, statement: Node<'t>) -> Option<Node<'t>> {
        let child = statement.named_child(0)?;
        (statement.kind() == kind::EXPRESSION_STATEMENT).then_some(child)
    }

    fn statements(&self, parsed: &Parsed) -> Statements {
        statements::statements(parsed)
    }

    fn has_code(&self, parsed: &Parsed) -> bool {
        let mut statements = parsed.root().named_children();
        statements.any(|statement| {
            let is_text = statement.named_child_count() == 1
                && self
                    .expression_of(statement)
                    .is_some_and(|inner| inner.is_string());
            !statement.is_comment() && !is_text
        })
    }

    fn suppressions(&self, parsed: &Parsed, found: &mut Vec<Marker>) {
        suppressions::decorators(parsed, found);
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
        statements::telling(text)
    }

    fn signatures(&self) -> Option<Signatures> {
        Some(signature::SIGNATURES)
    }

    fn traps(&self) -> Option<Traps> {
        Some(traps::traps)
    }

    fn lowering(&self) -> Option<Lowering> {
        Some(|lower| lower.python_module())
    }

    fn mutants(&self) -> Option<Mutating> {
        Some(mutants::mutants)
    }

    fn outlining(&self) -> Option<Outlining> {
        Some(skeleton::OUTLINING)
    }

    fn ecosystem(&self) -> Option<&'static dyn Ecosystem> {
        Some(&project::Distributions)
    }

    fn tests(&self) -> Option<&'static dyn TestFramework> {
        Some(&pytest::Framework)
    }

    fn module_file(
        &self,
        from: &str,
        dotted: &[Rc<str>],
        dots: u32,
        has: &dyn Fn(&str) -> bool,
    ) -> Option<ModuleFile> {
        modules::module_file(from, dotted, dots, has)
    }
}
