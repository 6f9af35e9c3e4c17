//! Tests that name nothing of the project: the language, the runner, and what they bind themselves.
//!
//! Does not catch: names that a setup file makes global; they count as the project's.

use std::collections::BTreeSet;

use super::body::Bodies;
use super::known::Known;
use super::promise::parameters;
use crate::language::Parsed;
use crate::language::test_model::{Defined, FileModel, Function, Inert, holds};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field};

impl<'p> Bodies<'p> {
    /// The names that a test binds itself.
    pub(super) fn bound_in(&self, function: Node<'p>, block: Node<'p>) -> BTreeSet<&'p str> {
        let parsed = self.parsed();
        let mut bound: BTreeSet<&str> = parameters(parsed, function).into_iter().collect();
        for node in Walk::new(block) {
            match node.kind() {
                kind::VARIABLE_DECLARATOR | kind::CATCH_CLAUSE | kind::FOR_IN_STATEMENT => {
                    let pattern = ["name", "parameter", "left"];
                    let pattern = pattern
                        .iter()
                        .find_map(|name| node.child_by_field_name(name));
                    let names = pattern.map(Walk::new).into_iter().flatten();
                    let names = names.filter(|n| {
                        matches!(
                            n.kind(),
                            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN
                        )
                    });
                    bound.extend(names.map(|n| parsed.text(n)));
                }
                kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::METHOD_DEFINITION => {
                    bound.extend(parameters(parsed, node));
                }
                kind::FUNCTION_DECLARATION | kind::CLASS_DECLARATION => {
                    bound.extend(field(parsed, node, "name"));
                    bound.extend(parameters(parsed, node));
                }
                _ => {}
            }
        }
        bound
    }

    /// Whether a condition asks only for what the file binds outside of the test, so that the code under test has no say
    /// in it: a dialect, a platform, a flag.
    pub(super) fn is_of_outside(&self, condition: Node<'p>, own: &BTreeSet<&str>) -> bool {
        let parsed = self.parsed();
        let words = &parsed.language.profile().tests;
        let mut names = Walk::new(condition)
            .filter(|n| n.kind() == kind::IDENTIFIER)
            .map(|n| parsed.text(n))
            .peekable();
        names.peek().is_some()
            && names.all(|name| {
                !own.contains(name) && (self.outside.contains(name) || holds(&words.outside, name))
            })
    }

    /// Whether a test names something that neither it nor the language nor the runner brings.
    pub(super) fn reaches_out(&self, block: Node<'p>, bound: &BTreeSet<&str>) -> bool {
        let parsed = self.parsed();
        let words = &parsed.language.profile().tests;
        Walk::new(block).any(|node| match node.kind() {
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER => {
                let text = parsed.text(node);
                !bound.contains(text) && !holds(&words.builtins, text) && !Known::is_runner(text)
            }
            kind::TYPE_IDENTIFIER => true,
            kind::THIS | kind::IMPORT | kind::JSX_ELEMENT | kind::JSX_SELF_CLOSING_ELEMENT => true,
            _ => false,
        })
    }
}

/// The names that a file binds anywhere, or brings in.
pub(super) fn bound_by(parsed: &Parsed) -> BTreeSet<String> {
    let imports = parsed.facts().imports.iter();
    let imported =
        imports.filter_map(|import| import.alias.clone().or_else(|| import.name.clone()));
    let mut bound: BTreeSet<String> = imported.collect();
    for node in Walk::new(parsed.root()) {
        if matches!(
            node.kind(),
            kind::VARIABLE_DECLARATOR | kind::FUNCTION_DECLARATION | kind::CLASS_DECLARATION
        ) {
            let names = node
                .child_by_field_name("name")
                .map(Walk::new)
                .into_iter()
                .flatten();
            let names = names.filter(|n| {
                matches!(
                    n.kind(),
                    kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN
                )
            });
            bound.extend(names.map(|n| parsed.text(n).to_owned()));
        }
    }
    bound
}

/// How little a test names of the project.
pub(super) fn inert(test: &Function, file: &FileModel, _: &Defined<'_>) -> Inert {
    let body = &test.body;
    let words = file.words();
    // Tests of types say what they ask in types.
    if file.path.contains(".test-d.")
        || body.reaches_out
        || body.imports
        || body.can_fail
        || body.assertions.is_empty()
        || !test.cases.is_empty()
        || !test.parameters.is_empty()
        || test.marks.iter().any(|mark| mark.condition.is_some())
        || words.outside.iter().any(|name| body.names.contains(name))
    {
        return Inert::No;
    }
    // What is written out in the test may be shown by it.
    match body
        .calls
        .iter()
        .all(|call| holds(&words.builtins, call) || Known::is_runner(call))
    {
        true => Inert::Surely,
        false => Inert::Perhaps,
    }
}
