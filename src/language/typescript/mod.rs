//! TypeScript and JavaScript: `.ts`, `.mts`, `.cts`; `.tsx`, `.jsx`, `.js`, `.mjs`, `.cjs`.
//!
//! One language with two grammars. The files that may hold JSX are read by the larger one, JavaScript too, so that
//! each construct has one form of tree. `<T>value` is a cast in the others.
//!
//! Does not catch: what the grammar cannot parse (variance of type parameters, `export type *`); the file is judged
//! outside of that.

mod bodies;
mod config;
mod facts;
mod failures;
mod kind;
mod lower;
mod modules;
mod mutants;
mod project;
mod routes;
mod runner;
mod shape;
mod signature;
mod statements;
mod suppressions;
mod traps;
mod values;

use std::rc::Rc;
use std::sync::LazyLock;

use crate::document::Item;
use crate::language::body::Bodies;
use crate::language::facts::Facts;
use crate::language::failures::Failing;
use crate::language::lower::Lowering;
use crate::language::mutants::Mutating;
use crate::language::shape::Shape;
use crate::language::signature::Signatures;
use crate::language::statements::Statements;
use crate::language::test_model::TestFramework;
use crate::language::traps::Traps;
use crate::language::{Kinds, Language, Marker, ModuleFile, Parsed, Profile, TYPESCRIPT};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct TypeScript;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::read(include_str!("language.toml")));

const COMMENTS: &[&str] = &[kind::COMMENT, kind::HTML_COMMENT, kind::HASH_BANG_LINE];
const STRINGS: &[&str] = &[kind::STRING, kind::TEMPLATE_STRING];

static GRAMMAR: Grammar = Grammar::new(
    "tsx",
    || tree_sitter_typescript::LANGUAGE_TSX.into(),
    COMMENTS,
    STRINGS,
);

static WITHOUT_JSX: Grammar = Grammar::new(
    "typescript",
    || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    COMMENTS,
    STRINGS,
)
.as_dialect(1);

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn grammar(&self) -> &'static Grammar {
        &GRAMMAR
    }

    fn grammar_of(&self, path: &str) -> &'static Grammar {
        let without = [".ts", ".mts", ".cts"];
        match without.iter().any(|ending| path.ends_with(ending)) {
            true => &WITHOUT_JSX,
            false => &GRAMMAR,
        }
    }

    /// Translations of Qt are XML and end in `.ts`.
    fn can_be(&self, text: &str) -> bool {
        let text = text.trim_start();
        !text.starts_with("<?xml") && !text.starts_with("<!DOCTYPE TS")
    }

    fn facts(&self, root: Node<'_>, source: &str) -> Facts {
        facts::facts(root, source)
    }

    fn configuration(&self, parsed: &Parsed) -> Option<Item> {
        config::exported(parsed)
    }

    fn ecosystem(&self) -> Option<&'static dyn crate::language::ecosystem::Ecosystem> {
        Some(&project::Npm)
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

    fn traps(&self) -> Option<Traps> {
        Some(traps::traps)
    }

    fn mutants(&self) -> Option<Mutating> {
        Some(mutants::mutants)
    }

    fn statements(&self, parsed: &Parsed) -> Statements {
        statements::statements(parsed)
    }

    fn has_code(&self, parsed: &Parsed) -> bool {
        statements::has_code(parsed)
    }

    fn suppressions(&self, parsed: &Parsed, found: &mut Vec<Marker>) {
        suppressions::holes(parsed, found);
    }

    fn debugger_statements<'t>(&self, parsed: &'t Parsed) -> Vec<Node<'t>> {
        STOPS.nodes(parsed).collect()
    }

    fn lowering(&self) -> Option<Lowering> {
        Some(|lower| lower.ts_file())
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

    fn tests(&self) -> Option<&'static dyn TestFramework> {
        Some(&runner::Framework)
    }
}

static STOPS: Kinds = Kinds::new(TYPESCRIPT, &[kind::DEBUGGER_STATEMENT]);
