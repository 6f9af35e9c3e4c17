//! What a call in a Go test asserts.
//!
//! Does not catch: an assertion of a library that is not listed in [`super::testify`].

use std::collections::{BTreeMap, BTreeSet};

use super::{condition, testify};
use crate::language::Parsed;
use crate::language::go::kind;
use crate::language::test_model::reading::{Setting, one_line};
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Decider, Fate, Flaw, Form};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// What a body is read with.
pub(super) struct Reader<'p> {
    pub(super) parsed: &'p Parsed,
    /// Names of what drives a test: `t`, `b`, `tb`.
    testers: BTreeSet<&'p str>,
    /// Names bound to the assertions of a library: `require := require.New(t)`, a suite's receiver.
    asserters: BTreeSet<&'p str>,
    /// What names stand for that a comparison was put under: `diff := cmp.Diff(want, got)`.
    bound: BTreeMap<&'p str, Node<'p>>,
}

/// Where nothing is known around an assertion.
pub(super) fn live() -> Setting {
    Setting {
        fate: Fate::Live,
        conditional: false,
        marker: false,
        guarded: false,
        condition: None,
        decider: Decider::Nobody,
        caught: None,
    }
}

impl<'p> Reader<'p> {
    /// Of a function, or of a call that holds one.
    pub(super) fn of(parsed: &'p Parsed, item: Node<'p>) -> Self {
        let mut reader = Self {
            parsed,
            testers: BTreeSet::from(["t", "b", "tb"]),
            asserters: BTreeSet::from(["assert", "require", "is", "must"]),
            bound: BTreeMap::new(),
        };
        reader.asserters.extend(receiver(parsed, item));
        for node in Walk::new(item) {
            match node.kind() {
                kind::PARAMETER_DECLARATION => {
                    let of = field(parsed, node, "type").unwrap_or_default();
                    if of.contains("testing.") {
                        let names = node.children_by_field_name("name");
                        reader.testers.extend(names.map(|name| parsed.text(name)));
                    }
                }
                kind::SHORT_VAR_DECLARATION => reader.remember(node),
                _ => {}
            }
        }
        reader
    }

    fn remember(&mut self, node: Node<'p>) {
        let side = |name| {
            node.child_by_field_name(name)
                .map(parts)
                .unwrap_or_default()
        };
        let (left, right) = (side("left"), side("right"));
        let ([name], [value]) = (left.as_slice(), right.as_slice()) else {
            return;
        };
        if value.kind() != kind::CALL_EXPRESSION {
            return;
        }
        let callee = field(self.parsed, *value, "function").unwrap_or_default();
        let name = self.parsed.text(*name);
        if callee.ends_with("Diff") {
            self.bound.insert(name, *value);
        }
        let package = callee.strip_suffix(".New");
        if package.is_some_and(|package| matches!(package, "assert" | "require" | "is" | "qt")) {
            self.asserters.insert(name);
        }
    }

    /// The call that a name stands for, where that compares.
    pub(super) fn comparison(&self, name: &str) -> Option<Node<'p>> {
        self.bound.get(name).copied()
    }

    /// The last name of what a call calls, and the node before it.
    pub(super) fn callee(&self, call: Node<'p>) -> Option<(&'p str, Option<Node<'p>>)> {
        let function = call.child_by_field_name("function")?;
        match function.kind() {
            kind::SELECTOR_EXPRESSION => Some((
                field(self.parsed, function, "field")?,
                function.child_by_field_name("operand"),
            )),
            _ => Some((self.parsed.text(function), None)),
        }
    }

    fn is_tester(&self, operand: Option<Node<'_>>) -> bool {
        let text = operand.map_or("", |operand| self.parsed.text(operand));
        self.testers.contains(text) || text.ends_with(".T()") || text == "GinkgoT()"
    }

    /// Whether a call fails the test it is made in.
    pub(super) fn fails(&self, call: Node<'p>) -> bool {
        match self.callee(call) {
            Some(("Error" | "Errorf" | "Fatal" | "Fatalf" | "Fail" | "FailNow", operand)) => {
                self.is_tester(operand)
            }
            Some(("panic", None)) => true,
            _ => false,
        }
    }

    /// The call that skips the test, where a statement is one, and its reason.
    pub(super) fn skips(&self, statement: Node<'p>) -> Option<(Node<'p>, String)> {
        let call = statement.named_child(0).filter(|inner| {
            statement.kind() == kind::EXPRESSION_STATEMENT && inner.kind() == kind::CALL_EXPRESSION
        })?;
        let (name, operand) = self.callee(call)?;
        let is_skip = matches!(name, "Skip" | "Skipf" | "SkipNow");
        let is_own = self.is_tester(operand) || name == "Skip" && operand.is_none();
        if !is_skip || !is_own {
            return None;
        }
        let given = arguments(call);
        let reason = given
            .first()
            .map_or(String::new(), |first| flat(self.parsed, *first));
        Some((call, reason))
    }

    /// An assertion of which nothing is known but where it stands.
    pub(super) fn blank(&self, node: Node<'_>, setting: &Setting) -> Assertion {
        let is_name =
            |node: &Node<'_>| matches!(node.kind(), kind::IDENTIFIER | kind::FIELD_IDENTIFIER);
        let names = Walk::new(node).filter(is_name);
        let names = names
            .map(|name| self.parsed.text(name).to_owned())
            .collect();
        setting.assertion(
            one_line(self.parsed.text(node)),
            self.parsed.place(node),
            names,
        )
    }

    /// What a call asserts by itself; nothing where it is no assertion.
    pub(super) fn call(&self, call: Node<'p>, setting: &Setting) -> Vec<Assertion> {
        let Some((name, operand)) = self.callee(call) else {
            return Vec::new();
        };
        let whole = self.blank(call, setting);
        if self.fails(call) {
            return vec![Assertion {
                operator: name.to_owned(),
                ..whole.failing()
            }];
        }
        let text = operand.map_or("", |operand| self.parsed.text(operand));
        let is_asserter = self.asserters.contains(text)
            || ["Require()", "Assert()"]
                .iter()
                .any(|end| text.ends_with(end));
        if is_asserter {
            let mut given = arguments(call);
            if given
                .first()
                .is_some_and(|first| self.is_tester(Some(*first)))
            {
                given.remove(0);
            }
            return testify::read(self, name, &given, whole);
        }
        testify::expectation(self, call, &whole)
    }

    /// What must hold for a test to go on, where it fails if a condition holds.
    pub(super) fn unless(&self, condition: Node<'p>, whole: &Assertion) -> Vec<Assertion> {
        condition::unless(self, condition, whole, 0)
    }

    /// Two sides that must be equal: what is looked at, and what is expected of it.
    pub(super) fn equal(&self, left: Node<'p>, right: Node<'p>, whole: Assertion) -> Assertion {
        let (subject, expected) = self.sides(left, right);
        let (subject_text, expected_text) =
            (flat(self.parsed, subject), flat(self.parsed, expected));
        let pure = !calls(left) && !calls(right);
        let itself = subject_text == expected_text;
        let is_constant = is_literal(left) && is_literal(right);
        let flaw = match (itself, is_constant) {
            (true, _) => Some(Flaw::Itself { pure }),
            (_, true) => Some(Flaw::Never),
            _ => None,
        };
        let length = subject_text
            .strip_prefix("len(")
            .and_then(|rest| rest.strip_suffix(')'));
        let strength = match length {
            Some(_) => Strength::Shape,
            None => Strength::Exact,
        };
        let of = length.map(str::to_owned);
        Assertion {
            strength,
            subject: of.unwrap_or(subject_text),
            expected: expected_text,
            operator: "==".to_owned(),
            ..whole
        }
        .with_flaw(flaw)
    }

    /// Which of two sides is looked at: the other one is a literal, or is called what is wanted.
    pub(super) fn sides(&self, left: Node<'p>, right: Node<'p>) -> (Node<'p>, Node<'p>) {
        let is_wanted = |node: Node<'_>| {
            let text = self.parsed.text(node).to_ascii_lowercase();
            let last = text.rsplit('.').next().unwrap_or(&text);
            is_literal(node)
                || last.starts_with("want")
                || last.starts_with("exp")
                || text.starts_with("want")
        };
        match is_wanted(left) && !is_wanted(right) {
            true => (right, left),
            false => (left, right),
        }
    }
}

/// The name of a method's receiver.
fn receiver<'p>(parsed: &'p Parsed, item: Node<'p>) -> Option<&'p str> {
    let list = item.child_by_field_name("receiver")?;
    field(parsed, list.named_child(0)?, "name")
}

/// What a call is given.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments")
        .map(parts)
        .unwrap_or_default()
}

/// Whether an expression calls anything.
pub(super) fn calls(node: Node<'_>) -> bool {
    Walk::new(node).any(|inner| inner.kind() == kind::CALL_EXPRESSION)
}

/// Whether nothing in an expression is a name.
pub(super) fn is_literal(node: Node<'_>) -> bool {
    !Walk::new(node).any(|inner| {
        matches!(
            inner.kind(),
            kind::IDENTIFIER | kind::CALL_EXPRESSION | kind::SELECTOR_EXPRESSION
        )
    })
}

/// An assertion that a helper makes by its name.
pub(super) fn helper(whole: Assertion, name: &str) -> Assertion {
    Assertion {
        form: Form::Helper,
        strength: Strength::Exact,
        operator: name.to_owned(),
        ..whole
    }
}
