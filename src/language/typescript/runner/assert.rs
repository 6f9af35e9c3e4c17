//! Assertions of JavaScript as the model's: `expect(x).toBe(3)`, `assert.equal(x, 3)`, `x.should.equal(3)`, `t.is(x, 3)`,
//! and what a request or a page is told to expect.
//!
//! Does not catch: assertions of libraries with names of their own; the oracles find them by name.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;

use super::chain::{Chain, Link, arguments};
use super::compare::Asked;
use super::known::Known;
use super::library::RAISES;
use crate::language::Parsed;
use crate::language::test_model::reading::{Bound, Setting, one_line};
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Fate, Flaw, Form, holds};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat};

/// Reads assertions of one file.
pub(super) struct Reader<'p> {
    pub parsed: &'p Parsed,
    /// What names of the file stand for.
    pub known: Known,
    /// What the declarations right before the assertion that is read bound, by name.
    pub bound: RefCell<Bound>,
    /// How deep in a condition the reading is.
    pub depth: Cell<usize>,
    /// Where stands what assertions expect.
    pub expected: RefCell<Vec<Range<usize>>>,
}

/// What begins an assertion on a value.
const EXPECTS: [&str; 5] = [
    "expect",
    "expectTypeOf",
    "assertType",
    "expectType",
    "expectAssignable",
];
/// Members of `expect` that take the value.
const TAKES: [&str; 3] = ["soft", "poll", "element"];
/// Words between that ask nothing.
const FILLERS: [&str; 37] = [
    "to",
    "be",
    "been",
    "is",
    "that",
    "which",
    "and",
    "has",
    "have",
    "with",
    "at",
    "of",
    "same",
    "but",
    "does",
    "still",
    "also",
    "deep",
    "own",
    "nested",
    "ordered",
    "any",
    "all",
    "not",
    "resolves",
    "rejects",
    "eventually",
    "withContext",
    "its",
    "it",
    "should",
    "an",
    "a",
    "contain",
    "include",
    "become",
    "itself",
];
impl Reader<'_> {
    /// The assertions that a row is; empty where it is none.
    pub(super) fn chain(&self, chain: &Chain<'_>, setting: &Setting) -> Vec<Assertion> {
        let name = chain.name(self.parsed);
        if EXPECTS.contains(&name) {
            return self.expectation(chain, setting);
        }
        let should = chain.links.iter().position(|link| link.name == "should");
        if let Some(at) = should {
            return self.should(chain, at, setting);
        }
        if self.known.asserts(name) || name == "should" {
            return self.method(name, chain, &chain.links, setting);
        }
        if chain.given.is_some() && chain.links.is_empty() && self.known.is_assertion(name) {
            let own = self.known.original(name);
            return self.called(own, &arguments(chain.given), chain, setting);
        }
        let inner = chain.links.iter().position(|link| link.name == "assert");
        if let Some(at) = inner {
            let rest = chain.links.get(at + 1..).unwrap_or_default();
            let found = self.method(name, chain, rest, setting);
            if !found.is_empty() {
                return found;
            }
        }
        let answers = chain.links.iter().enumerate();
        let answers = answers.filter(|(_, link)| link.name == "expect" && link.given.is_some());
        let answers: Vec<Assertion> = answers
            .map(|(at, link)| self.answered(chain, at, link, setting))
            .collect();
        if !answers.is_empty() {
            return answers;
        }
        let called = chain.called(self.parsed);
        if called == "fail" && (chain.links.is_empty() || name == "done" || name == "jasmine") {
            return vec![self.blank(chain.whole, setting).failing()];
        }
        let lower = called.trim_start_matches('_');
        let is_helper = lower == "tester"
            || ["assert", "expect", "test"].iter().any(|word| {
                let rest = lower.strip_prefix(word);
                rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_'))
            });
        match is_helper {
            true => vec![self.helper(called, chain, setting)],
            false => Vec::new(),
        }
    }

    /// A call of something that is named like an assertion.
    fn helper(&self, name: &str, chain: &Chain<'_>, setting: &Setting) -> Assertion {
        let given = chain.links.last().map_or(chain.given, |last| last.given);
        let given = arguments(given);
        let line = |at: usize| {
            given
                .get(at)
                .map_or_else(String::new, |n| flat(self.parsed, *n))
        };
        Assertion {
            form: Form::Helper,
            strength: Strength::Exact,
            subject: line(0),
            expected: line(1),
            operator: name.to_owned(),
            arguments: given
                .iter()
                .map(|n| (String::new(), flat(self.parsed, *n)))
                .collect(),
            ..self.blank(chain.whole, setting)
        }
    }

    /// An assertion of this place, with nothing known about it yet.
    pub(super) fn blank(&self, node: Node<'_>, setting: &Setting) -> Assertion {
        let names: BTreeSet<String> = Walk::new(node)
            .filter(|n| {
                matches!(
                    n.kind(),
                    kind::IDENTIFIER
                        | kind::PROPERTY_IDENTIFIER
                        | kind::SHORTHAND_PROPERTY_IDENTIFIER
                )
            })
            .map(|n| self.parsed.text(n).to_owned())
            .collect();
        let text = one_line(self.parsed.text(node));
        setting.assertion(text, self.parsed.place(node), names)
    }

    /// Puts down that a node says what is expected.
    pub(super) fn expects(&self, node: Node<'_>) {
        self.expected.borrow_mut().push(node.byte_range());
    }

    /// `expect(x)` with what follows.
    fn expectation(&self, chain: &Chain<'_>, setting: &Setting) -> Vec<Assertion> {
        let whole = || self.blank(chain.whole, setting);
        let first = chain.links.first();
        let (given, from) = match (chain.given, first) {
            (Some(given), _) => (Some(given), 0),
            (None, Some(first)) if TAKES.contains(&first.name) => (first.given, 1),
            (None, Some(first)) if matches!(first.name, "fail" | "unreachable") => {
                return vec![whole().failing()];
            }
            (None, Some(first)) if first.given.is_some() && self.is_sure(first.name) => {
                return vec![self.counted(first, whole())];
            }
            _ => return Vec::new(),
        };
        let is_type = chain.name(self.parsed) != "expect";
        let given_values = arguments(given);
        let subject = given_values.first().copied();
        let links = chain.links.get(from..).unwrap_or_default();
        let found = self.asked(chain, links, subject, setting);
        if !found.is_empty() {
            // `expect().toBe(3)` asks of nothing.
            return match subject.is_none() && !is_type {
                true => vec![whole().holding(Flaw::Unfinished, String::new())],
                false => found,
            };
        }
        if is_type {
            return vec![Assertion {
                form: Form::Helper,
                strength: Strength::Shape,
                subject: subject.map_or_else(String::new, |n| flat(self.parsed, n)),
                operator: chain.name(self.parsed).to_owned(),
                ..whole()
            }];
        }
        // Another library writes what it asks behind the value: `expect(x, "to equal", 3)`.
        let in_words = given_values.get(1).is_some_and(|words| words.is_string());
        if in_words && links.is_empty() {
            return vec![self.helper("expect", chain, setting)];
        }
        if given_values.is_empty() && chain.given.is_none() {
            return Vec::new();
        }
        let is_statement = chain.whole.parent().is_some_and(|around| {
            matches!(
                around.kind(),
                kind::EXPRESSION_STATEMENT | kind::AWAIT_EXPRESSION
            )
        });
        let subject = subject.map_or_else(String::new, |n| flat(self.parsed, n));
        match is_statement {
            true => vec![whole().holding(Flaw::Unfinished, subject)],
            false => Vec::new(),
        }
    }

    /// What the links behind a value ask of it.
    fn asked(
        &self,
        chain: &Chain<'_>,
        links: &[Link<'_>],
        subject: Option<Node<'_>>,
        setting: &Setting,
    ) -> Vec<Assertion> {
        let mut found = Vec::new();
        let (mut denied, mut promised, mut rejects) = (false, false, false);
        for (at, link) in links.iter().enumerate() {
            let is_last = at + 1 == links.len();
            match link.name {
                "not" => denied = !denied,
                "resolves" | "eventually" => promised = true,
                "rejects" if link.given.is_none() => (promised, rejects) = (true, true),
                "withContext" => continue,
                _ => {}
            }
            let is_property =
                is_last && !FILLERS.contains(&link.name) && !link.name.starts_with("to");
            if link.given.is_none() && !is_property {
                continue;
            }
            let whole = self.blank(chain.whole, setting);
            let asked = Asked {
                subject,
                name: link.name,
                given: arguments(link.given),
                denied,
                rejects,
            };
            let raises = RAISES.contains(&link.name);
            let read = match raises {
                true => self.thrown(&asked, whole),
                false => self.ask(&asked, whole),
            };
            let waits = promised || self.known.waits(link.name, subject.is_some());
            found.push(match waits {
                true => self.if_waited(chain.whole, read),
                false => read,
            });
        }
        found
    }

    /// An assertion that gives a promise: without one that waits for it, its failure goes nowhere.
    pub(super) fn if_waited(&self, whole: Node<'_>, read: Assertion) -> Assertion {
        const HOW: &str = "a promise that nobody awaits";
        if read.fate != Fate::Live || super::promise::is_waited_for(self.parsed, whole) {
            return read;
        }
        let fate = match self.known.waits_at_the_end {
            true => Fate::PerhapsSwallowed(HOW.to_owned()),
            false => Fate::Swallowed(HOW.to_owned()),
        };
        Assertion { fate, ..read }
    }

    /// `x.should.equal(3)`, `cy.get("a").should("have.text", "b")`.
    fn should(&self, chain: &Chain<'_>, at: usize, setting: &Setting) -> Vec<Assertion> {
        let subject = chain.before(self.parsed, at);
        let links = chain.links.get(at..).unwrap_or_default();
        let called = links.iter().filter(|link| {
            matches!(link.name, "should" | "and")
                && link
                    .given
                    .is_some_and(|given| given.kind() == kind::ARGUMENTS)
        });
        let found: Vec<Assertion> = called
            .map(|link| {
                let given = arguments(link.given);
                given.iter().skip(1).for_each(|one| self.expects(*one));
                let line = |at: usize| {
                    given
                        .get(at)
                        .map_or_else(String::new, |n| flat(self.parsed, *n))
                };
                Assertion {
                    form: Form::Helper,
                    strength: Strength::Exact,
                    subject: subject.clone(),
                    expected: line(1),
                    operator: line(0),
                    ..self.blank(chain.whole, setting)
                }
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
        let rest = links.get(1..).unwrap_or_default();
        let found = self.asked(chain, rest, None, setting);
        let told = |read: Assertion| Assertion {
            subject: match read.subject.as_str() {
                "" => subject.clone(),
                part => format!("{subject}{part}"),
            },
            ..read
        };
        found.into_iter().map(told).collect()
    }

    /// What a request is told to expect of its answer: `request(app).get("/").expect(200)`.
    fn answered(
        &self,
        chain: &Chain<'_>,
        at: usize,
        link: &Link<'_>,
        setting: &Setting,
    ) -> Assertion {
        let given = arguments(link.given);
        given.iter().for_each(|one| self.expects(*one));
        let values: Vec<String> = given.iter().map(|n| flat(self.parsed, *n)).collect();
        let first = chain.links.iter().position(|link| link.name == "expect");
        let place = self.parsed.place(link.at);
        Assertion {
            form: Form::Helper,
            strength: Strength::Exact,
            subject: chain.before(self.parsed, first.unwrap_or(at)),
            expected: values.join(","),
            operator: "expect".to_owned(),
            text: one_line(&format!(".expect({})", values.join(", "))),
            place,
            ..self.blank(link.whole, setting)
        }
    }

    /// Whether a call of this name says that a test has to assert.
    pub(super) fn is_sure(&self, name: &str) -> bool {
        holds(&self.parsed.language.profile().tests.sure, name)
    }

    /// How many assertions a test has to make: `expect.assertions(2)`, `t.plan(2)`.
    pub(super) fn counted(&self, link: &Link<'_>, whole: Assertion) -> Assertion {
        let given = arguments(link.given).first().copied();
        let text = given.map_or_else(|| "1".to_owned(), |n| flat(self.parsed, n));
        Assertion {
            form: Form::Helper,
            strength: Strength::Bound,
            subject: "the number of assertions".to_owned(),
            expected: String::new(),
            operator: link.name.to_owned(),
            tolerances: number(&text)
                .map(|value| Tolerance {
                    name: ">=".to_owned(),
                    value,
                })
                .into_iter()
                .collect(),
            ..whole
        }
    }
}
