//! What can fail a test: calls that end in an assertion, resolved to a fixed point over the test tree,
//! and then by name.
//!
//! A helper, fixture, base-class method or local macro counts when it asserts, raises, or calls one
//! that does. Names are compared by their last part: a helper of the same name elsewhere counts too,
//! which errs on the silent side.
//!
//! A helper that sets something up and asserts that it worked can fail a test, and is no oracle: a call of it that is
//! gone asks nothing less of the code.
//!
//! Does not catch: an oracle in an installed package under a name that says nothing; a helper that asserts of what it
//! makes of its parameters, under a name that says nothing: a lost call of it is taken for set-up.

use std::collections::BTreeSet;

use crate::budget;
use crate::policy::Pattern;
use crate::text::is_in_word;

use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, FileModel, Form, Function, MarkKind, Role, Words};

/// What can fail a test of one side.
#[derive(Debug, Default)]
pub(super) struct Oracles {
    /// Functions and macros that end in an assertion.
    functions: BTreeSet<String>,
    /// Those of them that ask something of what they are given, or of what is there.
    asking: BTreeSet<String>,
    /// Fixtures that do.
    fixtures: BTreeSet<String>,
    /// Functions that are there to be read, and judge nothing whatever their name says.
    silent: BTreeSet<String>,
    /// The policy's name pattern.
    pattern: Option<Pattern>,
}

/// Beginnings of names that say that a call judges.
const JUDGING: [&str; 13] = [
    "assert", "check", "verify", "verif", "expect", "ensure", "should", "validate", "compare",
    "raises", "fail", "must", "test_",
];

/// Parts of names that say the same.
const JUDGING_PARTS: [&str; 9] = [
    "assert",
    "snapshot",
    "approval",
    "golden",
    "doctest",
    "roundtrip",
    "round_trip",
    "regression",
    "expect",
];

/// Calls within calls of the project's code that are followed.
const FOLLOWED: usize = 4;

impl Oracles {
    /// To a fixed point over these files.
    pub(super) fn over<'m>(
        files: impl IntoIterator<Item = &'m FileModel>,
        pattern: Option<Pattern>,
    ) -> Self {
        let mut oracles = Self {
            pattern,
            ..Self::default()
        };
        let mut rest: Vec<&Function> = files
            .into_iter()
            .flat_map(|file| &file.functions)
            .filter(|function| function.role != Role::Test)
            .collect();
        loop {
            let before = rest.len();
            rest.retain(|function| {
                if !oracles.judges(function) {
                    return true;
                }
                if function.role == Role::Fixture {
                    oracles.fixtures.insert(function.name.clone());
                }
                oracles.functions.insert(function.name.clone());
                if oracles.asks(function) {
                    oracles.asking.insert(function.name.clone());
                }
                false
            });
            if rest.len() == before {
                let named = |f: &&&Function| oracles.by_name(&f.name) && f.body.is_read();
                let silent = rest.iter().filter(named).map(|f| f.name.clone());
                oracles.silent = silent.collect();
                return oracles;
            }
        }
    }

    /// Takes in the functions of the project's own code that a file of tests brings in and that assert of what they make:
    /// a suite for others to run, a check of what holds of every implementation.
    pub(super) fn bring_in(&mut self, file: &FileModel, code: &[FileModel]) {
        let mut proving: BTreeSet<&str> = BTreeSet::new();
        let functions = || code.iter().flat_map(|file| &file.functions);
        for _ in 0..FOLLOWED {
            let known = proving.len();
            for function in functions() {
                budget::charge(1 + function.body.assertions.len());
                let mut calls = function.body.calls.iter();
                if asserts(function) || calls.any(|name| proving.contains(name)) {
                    proving.insert(&function.name);
                }
            }
            if proving.len() == known {
                break;
            }
        }
        for model in code {
            let stem = model.path.trim_end_matches("/__init__.py");
            let stem = stem.rsplit('/').next().unwrap_or(stem);
            let stem = stem.split('.').next().unwrap_or(stem);
            for function in &model.functions {
                budget::charge(file.imports.len());
                let own = function.scope.first().unwrap_or(&function.name);
                if !proving.contains(function.name.as_str()) || function.scope.len() > 1 {
                    continue;
                }
                for import in &file.imports {
                    let last = import.module.rsplit(['.', ':']).next().unwrap_or_default();
                    if last == own && function.scope.is_empty() {
                        self.functions.insert(import.name.clone());
                    } else if last == own || last == stem {
                        self.functions.insert(function.name.clone());
                    }
                }
            }
        }
    }

    fn judges(&self, function: &Function) -> bool {
        function.body.assertions.iter().any(|a| a.flaw.is_none())
            || function.body.can_fail
            || function.body.calls.iter().any(|name| self.by_call(name))
            || function
                .parameters
                .iter()
                .any(|name| self.fixtures.contains(name))
    }

    /// Whether a helper that asserts is there to do so: it takes nothing, or what it asserts is of what it takes.
    fn asks(&self, function: &Function) -> bool {
        let given = |name: &String| !matches!(name.as_str(), "self" | "cls") && !name.is_empty();
        let given: Vec<&String> = function
            .parameters
            .iter()
            .filter(|name| given(name))
            .collect();
        let of_given = |names: &BTreeSet<String>| given.iter().any(|name| names.contains(*name));
        let body = &function.body;
        given.is_empty()
            || body
                .assertions
                .iter()
                .any(|assertion| of_given(&assertion.names))
            || body
                .invocations
                .iter()
                .any(|call| self.is_asked(&call.operator) && of_given(&call.names))
    }

    /// Whether a call of this name asks something, so that without it less is asked.
    pub(super) fn is_asked(&self, name: &str) -> bool {
        self.asking.contains(name) || self.by_name(name) && self.by_call(name)
    }

    /// Whether a call of this name ends in an assertion, as far as the test tree shows.
    pub(super) fn by_call(&self, name: &str) -> bool {
        self.functions.contains(name) || self.by_name(name) && !self.silent.contains(name)
    }

    /// Whether a name says that it judges.
    fn by_name(&self, name: &str) -> bool {
        let lower = name.trim_start_matches('_').to_ascii_lowercase();
        JUDGING.iter().any(|begin| lower.starts_with(begin))
            || JUDGING_PARTS.iter().any(|part| lower.contains(part))
            || self
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.regex().is_match(name))
    }

    /// Whether a fixture of this name judges.
    pub(super) fn by_fixture(&self, name: &str) -> bool {
        self.fixtures.contains(name)
    }

    /// Whether anything can fail this test but a crash of the code under test.
    pub(super) fn of(&self, test: &Function, words: &Words) -> bool {
        let body = &test.body;
        !body.assertions.is_empty()
            || body.can_fail
            || test.marks.iter().any(|m| m.kind == MarkKind::ShouldPanic)
            || body.calls.iter().any(|name| self.by_call(name))
            || test
                .parameters
                .iter()
                .any(|name| self.fixtures.contains(name) || self.by_name(name))
            || by_nature(test, words)
    }
}

/// Whether a function of code asserts of what it makes: not only of what it is given, nor of its own state, as code does
/// that is sure of itself.
fn asserts(function: &Function) -> bool {
    const OF_THE_LANGUAGE: [&str; 7] = ["len", "isinstance", "type", "set", "list", "all", "any"];
    let body = &function.body;
    let of_what_is_made = |assertion: &Assertion| {
        let given = |name: &String| {
            function.parameters.contains(name) || OF_THE_LANGUAGE.contains(&name.as_str())
        };
        let calls = |text: &str| {
            let mut parts = text.split('.').skip(1);
            parts.any(|part| part.trim_start_matches(is_in_word).starts_with('('))
        };
        match assertion.form {
            Form::Value if function.scope.is_empty() => {
                assertion.strength >= Strength::Bound && !assertion.names.iter().all(given)
            }
            Form::Value => calls(&assertion.subject) || calls(&assertion.expected),
            Form::Raises | Form::Mock | Form::Helper => true,
            Form::Fail => false,
        }
    };
    function.live().any(of_what_is_made) || body.can_fail && body.names.contains("AssertionError")
}

/// Known kinds of tests whose failure is an exception, or comes at compile time, in a drop, or in a tool.
fn by_nature(test: &Function, words: &Words) -> bool {
    let body = &test.body;
    let drives = |name: &String| {
        body.names.contains(name) || body.calls.contains(name) || test.parameters.contains(name)
    };
    let doc = test.doc.to_lowercase();
    words.drivers.iter().any(drives)
        || body.imports
        || words
            .driving_names
            .iter()
            .any(|word| test.name.contains(word.as_str()))
        || words
            .driving_docs
            .iter()
            .any(|word| doc.contains(word.as_str()))
}

/// The assertion of a test about what a target answers: `shop.total(..)` where `shop.total` is replaced.
pub(super) fn asserts_on<'m>(test: &'m Function, target: &str) -> Option<&'m Assertion> {
    test.live().find(|assertion| {
        let leaf = target.rsplit('.').next().unwrap_or(target);
        let told = match assertion.resolved.as_str() {
            "" => &assertion.subject,
            resolved => resolved,
        };
        budget::charge_text(told.len()) && {
            let path = told.split('(').next().unwrap_or_default();
            let is_call = told.len() > path.len();
            let plain = path.chars().all(|c| is_in_word(c) || c == '.');
            is_call
                && plain
                && (path == leaf || target.ends_with(&format!(".{path}")) || target == path)
        }
    })
}
