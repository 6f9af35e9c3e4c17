//! Doubles of JavaScript tests: modules and members that are replaced, and what the doubles are told to answer.
//!
//! Does not catch: doubles made by hand, in a setup file, or in `__mocks__`.

use std::collections::{BTreeMap, BTreeSet};

use super::assert::Reader;
use super::body::Bodies;
use super::chain::{Chain, arguments, is_end, is_function, unwrap};
use super::compare::Asked;
use super::matchers::matcher;
use crate::language::Parsed;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Body, Double, Form, Import};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// What makes doubles.
const MAKERS: [&str; 5] = ["vi", "jest", "sinon", "mock", "td"];
/// How a double is told what to answer.
const ANSWERS: [&str; 10] = [
    "mockReturnValue",
    "mockReturnValueOnce",
    "mockResolvedValue",
    "mockResolvedValueOnce",
    "mockImplementation",
    "mockImplementationOnce",
    "returns",
    "resolves",
    "callsFake",
    "returnValue",
];

/// Modules that a file replaces: each with what it puts there, by name; none where all of it is made up.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    modules: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

impl Replaced {
    /// By the calls of a file at the level of its module.
    pub(super) fn of(parsed: &Parsed) -> Self {
        let mut replaced = Self::default();
        for statement in parts(parsed.root()) {
            let call = parts(statement).first().copied();
            let Some(call) = call.filter(|call| call.kind() == kind::CALL_EXPRESSION) else {
                continue;
            };
            let chain = Chain::of(parsed, call);
            let mocks = matches!(chain.name(parsed), "vi" | "jest")
                && matches!(
                    chain.called(parsed),
                    "mock" | "doMock" | "unstable_mockModule"
                );
            let given = arguments(chain.links.last().and_then(|last| last.given));
            let (Some(module), Some(factory), true) = (given.first(), given.get(1), mocks) else {
                continue;
            };
            let module = parsed.text(*module).trim_matches(['"', '\'', '`']);
            let made = replaced.modules.entry(module.to_owned()).or_default();
            for pair in Walk::new(*factory).filter(|n| n.kind() == kind::PAIR) {
                let (Some(key), Some(value)) = (
                    field(parsed, pair, "key"),
                    pair.child_by_field_name("value"),
                ) else {
                    continue;
                };
                made.entry(key.to_owned())
                    .or_insert_with(|| answer_of(parsed, value));
            }
        }
        replaced
    }
}

/// The literal that a function or a double answers with, as far as it is written out.
fn answer_of(parsed: &Parsed, value: Node<'_>) -> Option<String> {
    let value = unwrap(value);
    let given = match value.kind() {
        kind::CALL_EXPRESSION => {
            let chain = Chain::of(parsed, value);
            let last = chain.links.last()?;
            let is_known =
                ANSWERS.contains(&last.name) || matches!(last.name, "fn" | "fake" | "stub");
            *arguments(last.given).first().filter(|_| is_known)?
        }
        _ if is_function(value) => value,
        _ => return None,
    };
    literal(parsed, given)
}

/// A literal, or the one that a function gives back at once.
fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    let node = unwrap(node);
    let value = match is_function(node) {
        true => {
            let body = node.child_by_field_name("body")?;
            match body.kind() {
                kind::STATEMENT_BLOCK => match parts(body).as_slice() {
                    [only] if only.kind() == kind::RETURN_STATEMENT => {
                        parts(*only).first().copied()?
                    }
                    _ => return None,
                },
                _ => body,
            }
        }
        false => node,
    };
    let value = unwrap(value);
    super::compare::is_literal(value).then(|| flat(parsed, value))
}

/// The file that a module is, without folders and ending.
fn stem(module: &str) -> &str {
    let name = module.rsplit('/').next().unwrap_or(module);
    name.split('.')
        .next()
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name)
}

impl<'p> Bodies<'p> {
    /// What a test replaces, or what is replaced for it, and whether doubles are all that it calls.
    pub(super) fn doubles(&self, function: Node<'p>, block: Node<'p>, body: &mut Body) {
        for import in &self.imports {
            let made = self.replaced.modules.get(&import.module);
            let answer = made.and_then(|made| made.get(&import.name));
            if let Some(answer) = answer.filter(|_| body.calls.contains(&import.name)) {
                body.doubles.push(Double {
                    target: format!("{}.{}", stem(&import.module), import.name),
                    answer: answer.clone(),
                    specified: false,
                    local: false,
                });
            }
        }
        let mut own: BTreeSet<&str> = BTreeSet::new();
        let mut outside = false;
        for node in Walk::new(block) {
            match node.kind() {
                kind::VARIABLE_DECLARATOR => {
                    let value = node.child_by_field_name("value").map(unwrap);
                    let name = node
                        .child_by_field_name("name")
                        .filter(|n| n.kind() == kind::IDENTIFIER);
                    if let (Some(value), Some(name)) = (value.and_then(|v| self.row_of(v)), name)
                        && is_maker(self.parsed(), &value)
                    {
                        own.insert(self.parsed().text(name));
                    }
                }
                kind::CALL_EXPRESSION if is_end(node) => {
                    let chain = Chain::of(self.parsed(), node);
                    let root = chain.name(self.parsed());
                    let is_own = own.contains(root) || MAKERS.contains(&root);
                    outside |= !is_own
                        && !matches!(root, "expect" | "assert" | "t" | "String" | "Promise");
                    body.doubles.extend(self.told(&chain));
                }
                kind::NEW_EXPRESSION | kind::JSX_ELEMENT | kind::JSX_SELF_CLOSING_ELEMENT => {
                    outside = true;
                }
                _ => {}
            }
        }
        let called = own.iter().any(|name| body.calls.contains(name));
        let takes = function
            .child_by_field_name("parameters")
            .is_some_and(|list| !parts(list).is_empty());
        body.only_doubles = called && !outside && !takes;
    }

    /// The double that a call tells what to answer.
    fn told(&self, chain: &Chain<'p>) -> Option<Double> {
        let parsed = self.parsed();
        let at = chain
            .links
            .iter()
            .position(|link| ANSWERS.contains(&link.name))?;
        let last = chain.links.get(at)?;
        let given = arguments(last.given).first().copied()?;
        let first = chain.links.first()?;
        let maker = MAKERS.contains(&chain.name(parsed));
        let target = match (maker, first.name) {
            (true, "spyOn" | "stub" | "method") => {
                let given = arguments(first.given);
                let member = parsed.text(*given.get(1)?).trim_matches(['"', '\'', '`']);
                format!("{}.{member}", flat(parsed, *given.first()?))
            }
            (true, "mocked") => flat(parsed, *arguments(first.given).first()?),
            (true, _) => return None,
            (false, _) => match at {
                0 => flat(parsed, unwrap(chain.root)),
                at => chain.before(parsed, at),
            },
        };
        let brought_in = self.imports.iter().find(|import| import.name == target);
        let (target, local) = match brought_in {
            Some(Import { module, .. }) => (format!("{}.{target}", stem(module)), false),
            None => {
                let local = !target.contains('.');
                (target, local)
            }
        };
        Some(Double {
            target,
            answer: literal(parsed, given),
            specified: false,
            local,
        })
    }
}

/// Whether a row makes a double: `vi.fn()`, `sinon.stub()`.
fn is_maker(parsed: &Parsed, chain: &Chain<'_>) -> bool {
    let first = chain.links.first().map_or("", |link| link.name);
    MAKERS.contains(&chain.name(parsed))
        && matches!(first, "fn" | "stub" | "fake" | "spy" | "func")
        && chain
            .links
            .first()
            .is_some_and(|link| arguments(link.given).iter().all(|one| is_function(*one)))
}

impl Reader<'_> {
    /// What a double is asked: whether it was called, how often, with what.
    pub(super) fn of_a_mock(&self, asked: &Asked<'_, '_>, whole: Assertion) -> Assertion {
        asked.given.iter().for_each(|one| self.expects(*one));
        let given: Vec<String> = asked.given.iter().map(|n| flat(self.parsed, *n)).collect();
        let known = matcher(asked.name).and_then(|known| known.strength);
        let read = Assertion {
            form: Form::Mock,
            strength: known.unwrap_or(Strength::Approx),
            subject: self.subject(asked.subject, asked),
            expected: given.join(","),
            operator: asked.name.to_owned(),
            ..whole
        };
        match asked.denied {
            // That a double was not called at all excludes every call.
            true if asked.given.is_empty() => Assertion {
                strength: Strength::Exact,
                operator: format!("not.{}", read.operator),
                ..read
            },
            true => read.negated("not."),
            false => read,
        }
    }
}
