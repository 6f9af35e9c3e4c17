//! Calls that assert: `pytest.raises` and its kin, assertions of mocks, helpers named like assertions, and
//! calls asserted on.
//!
//! Does not catch: what a call of another name comes to; the oracles resolve those.

use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

use super::assert::{Reader, arguments, given, keyword, leaf};
use super::body::Bodies;
use super::fold::truth;
use crate::language::test_model::reading::Setting;
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Fate, Form};

impl Bodies<'_> {
    /// A call as a statement: perhaps a helper that asserts.
    pub(super) fn invocation(&self, call: Node<'_>, setting: &Setting) -> Option<Assertion> {
        let call = self.run_by(call).unwrap_or(call);
        let callee = call
            .child_by_field_name("function")
            .filter(|_| call.kind() == "call")?;
        let name = leaf(self.parsed(), callee);
        let partial = self.reader.bound.borrow().partial_of(name);
        let name = partial.as_deref().unwrap_or(name);
        if name.is_empty() || self.reader.call(call, setting).is_some() {
            return None;
        }
        let given = given(self.parsed(), call);
        let line = |at: usize| {
            let mut plain = given.iter().filter(|(name, _)| name.is_empty());
            plain
                .nth(at)
                .map_or_else(String::new, |(_, value)| value.clone())
        };
        let mut setting = setting.clone();
        let awaited = call
            .parent()
            .is_some_and(|around| !matches!(around.kind(), "expression_statement" | "assignment"));
        if self.reader.coroutines.contains(name) && !awaited && setting.fate == Fate::Live {
            setting.fate = Fate::Dead(format!("nothing awaits what `{name}` makes"));
        }
        Some(Assertion {
            form: Form::Helper,
            strength: Strength::Exact,
            subject: line(0),
            expected: line(1),
            operator: name.to_owned(),
            arguments: given,
            ..self.reader.blank(call, &setting)
        })
    }

    /// The call whose coroutine a call runs.
    fn run_by<'t>(&self, call: Node<'t>) -> Option<Node<'t>> {
        let callee = call.child_by_field_name("function")?;
        let runs = matches!(leaf(self.parsed(), callee), "run" | "run_until_complete");
        let only = arguments(call).first().copied()?;
        (runs && only.kind() == "call").then_some(only)
    }
}

impl Reader<'_> {
    /// `assert mock.called_once_with(..)`, `assert mock.not_called`: attributes that a mock makes up when
    /// asked, and that are always true.
    pub(super) fn asks_a_mock_nothing(&self, node: Node<'_>) -> bool {
        let callee = match node.kind() {
            "call" => node.child_by_field_name("function"),
            _ => Some(node),
        };
        callee
            .filter(|callee| callee.kind() == "attribute")
            .is_some_and(|callee| {
                matches!(
                    leaf(self.parsed, callee),
                    "called_once"
                        | "called_once_with"
                        | "called_with"
                        | "not_called"
                        | "any_call"
                        | "has_calls"
                        | "awaited"
                        | "awaited_once"
                        | "awaited_once_with"
                        | "awaited_with"
                        | "not_awaited"
                        | "any_await"
                        | "has_awaits"
                )
            })
    }

    /// `assert f(x)`.
    pub(super) fn call_condition(&self, node: Node<'_>, whole: &Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        let callee = node.child_by_field_name("function");
        let arguments = arguments(node);
        let first = arguments.first().copied();
        let leaf = callee
            .map(|callee| leaf(self.parsed, callee))
            .unwrap_or_default();
        let receiver = callee
            .and_then(|callee| callee.child_by_field_name("object"))
            .map(line);
        let rest = arguments.get(1).copied().map(line).unwrap_or_default();
        let of = |strength, subject: Option<String>, expected: String| Assertion {
            strength,
            subject: subject.unwrap_or_else(|| line(node)),
            expected,
            operator: leaf.to_owned(),
            tolerances: self.tolerances(node),
            ..whole.clone()
        };
        match leaf {
            "isinstance" | "hasattr" | "issubclass" => of(Strength::Shape, first.map(line), rest),
            "callable" => of(Strength::Shape, first.map(line), String::new()),
            "bool" => of(Strength::Truthy, first.map(line), String::new()),
            "isclose" | "allclose" => of(Strength::Approx, first.map(line), rest),
            "array_equal" | "eq" | "is_" if arguments.len() > 1 => {
                of(Strength::Exact, first.map(line), rest)
            }
            "startswith" | "endswith" | "issubset" | "issuperset" => of(
                Strength::Pattern,
                receiver,
                first.map(line).unwrap_or_default(),
            ),
            "match" | "search" | "fullmatch" => of(
                Strength::Pattern,
                arguments.last().copied().map(line),
                first.map(line).unwrap_or_default(),
            ),
            "any" => of(Strength::Bound, None, String::new()),
            _ => of(Strength::Truthy, None, String::new()),
        }
    }

    /// Numbers of arguments that say how near is near enough.
    pub(super) fn tolerances(&self, call: Node<'_>) -> Vec<Tolerance> {
        let Some(list) = call.child_by_field_name("arguments") else {
            return Vec::new();
        };
        let mut found: Vec<Tolerance> = parts(list)
            .into_iter()
            .filter(|argument| argument.kind() == "keyword_argument")
            .filter_map(|argument| {
                let name = field(self.parsed, argument, "name")?;
                let known = matches!(
                    name,
                    "abs"
                        | "rel"
                        | "delta"
                        | "places"
                        | "decimal"
                        | "significant"
                        | "rtol"
                        | "atol"
                        | "rel_tol"
                        | "abs_tol"
                        | "nan_ok"
                        | "tolerance"
                        | "tol"
                );
                let value = flat(self.parsed, argument.child_by_field_name("value")?);
                known.then_some(Tolerance {
                    name: name.to_owned(),
                    value: number(&value)?,
                })
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// The assertion that a call is by itself; none where it is none.
    pub(super) fn call(&self, node: Node<'_>, setting: &Setting) -> Option<Assertion> {
        let callee = node.child_by_field_name("function")?;
        let leaf = leaf(self.parsed, callee);
        let receiver = callee
            .child_by_field_name("object")
            .map(|object| flat(self.parsed, object));
        let whole = || self.blank(node, setting);
        if let Some(form) = expectation(leaf) {
            let arguments = arguments(node);
            let mut expected: Vec<String> = arguments
                .iter()
                .take(1)
                .map(|argument| flat(self.parsed, *argument))
                .collect();
            let asks = |check: &Node<'_>| {
                let body = check.child_by_field_name("body");
                body.is_none_or(|body| truth(self.parsed, body, self.defined) != Some(true))
            };
            let pattern = keyword(self.parsed, node, "match")
                .or_else(|| keyword(self.parsed, node, "check").filter(asks))
                .or_else(|| arguments.get(1).copied().filter(|_| leaf.contains("Regex")))
                .map(|pattern| flat(self.parsed, pattern));
            expected.extend(pattern.clone());
            return Some(Assertion {
                form,
                strength: if pattern.is_some() {
                    Strength::Exact
                } else {
                    Strength::Pattern
                },
                subject: leaf.to_owned(),
                expected: expected.join(", "),
                operator: leaf.to_owned(),
                ..whole()
            });
        }
        if matches!(
            leaf,
            "assert_called"
                | "assert_called_once"
                | "assert_called_with"
                | "assert_called_once_with"
                | "assert_any_call"
                | "assert_has_calls"
                | "assert_not_called"
                | "assert_awaited"
                | "assert_awaited_once"
                | "assert_awaited_with"
                | "assert_awaited_once_with"
                | "assert_any_await"
                | "assert_has_awaits"
                | "assert_not_awaited"
        ) {
            let strength = match leaf {
                "assert_called_once_with"
                | "assert_awaited_once_with"
                | "assert_not_called"
                | "assert_not_awaited" => Strength::Exact,
                "assert_called_with"
                | "assert_awaited_with"
                | "assert_has_calls"
                | "assert_has_awaits" => Strength::Approx,
                "assert_any_call" | "assert_any_await" => Strength::Pattern,
                "assert_called_once" | "assert_awaited_once" => Strength::Shape,
                _ => Strength::NotNone,
            };
            let list = node.child_by_field_name("arguments");
            return Some(Assertion {
                form: Form::Mock,
                strength,
                subject: receiver.unwrap_or_default(),
                expected: list.map(|list| flat(self.parsed, list)).unwrap_or_default(),
                operator: leaf.to_owned(),
                ..whole()
            });
        }
        if leaf == "fail" && matches!(receiver.as_deref(), Some("pytest" | "self")) {
            return Some(Assertion {
                form: Form::Fail,
                strength: Strength::Exact,
                ..whole()
            });
        }
        if receiver
            .as_deref()
            .is_some_and(|receiver| matches!(receiver, "self" | "cls" | "case" | "tc"))
            && let Some(assertion) = self.method(node, leaf, whole())
        {
            return Some(assertion);
        }
        if leaf.trim_start_matches('_').starts_with("assert") && !leaf.ends_with("_type") {
            let arguments = arguments(node);
            let line = |at: usize| {
                arguments
                    .get(at)
                    .map(|n| flat(self.parsed, *n))
                    .unwrap_or_default()
            };
            let near = leaf.contains("close") || leaf.contains("almost") || leaf.contains("approx");
            return Some(Assertion {
                form: Form::Helper,
                strength: if near {
                    Strength::Approx
                } else {
                    Strength::Exact
                },
                subject: line(0),
                expected: line(1),
                operator: leaf.to_owned(),
                tolerances: self.tolerances(node),
                ..whole()
            });
        }
        None
    }
}

/// What a call of `pytest.raises` and its kin expects.
pub(super) fn expectation(leaf: &str) -> Option<Form> {
    matches!(
        leaf,
        "raises"
            | "warns"
            | "deprecated_call"
            | "assertRaises"
            | "assertRaisesRegex"
            | "assertRaisesRegexp"
            | "assertWarns"
            | "assertWarnsRegex"
            | "assertLogs"
            | "assertNoLogs"
            | "RaisesGroup"
            | "RaisesExc"
            | "assert_raises"
            | "assert_raises_regex"
            | "assertNumQueries"
            | "assertRaisesMessage"
    )
    .then_some(Form::Raises)
}
