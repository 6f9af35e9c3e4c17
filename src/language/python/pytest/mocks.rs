//! Doubles of Python tests: what is replaced, and assertions on mocks that assert nothing.
//!
//! Does not catch: doubles made by hand, or by a library of its own.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::{arguments, keyword, leaf, unwrap};
use super::body::Bodies;
use crate::language::test_model::reading::Setting;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Body, Double, Flaw, Form};

impl Bodies<'_> {
    /// Comparisons nobody looks at, and mock assertions that are not called.
    pub(super) fn bare(&self, node: Node<'_>, setting: &Setting, found: &mut Vec<Assertion>) {
        let flaw = match node.kind() {
            "comparison_operator" if !setting.marker => Flaw::Bare,
            "attribute" => {
                let name = field(self.parsed(), node, "attribute").unwrap_or_default();
                if !is_mock_assertion(name) {
                    return;
                }
                Flaw::NoMockAssertion
            }
            "call" => {
                let Some(callee) = node.child_by_field_name("function") else {
                    return;
                };
                // `mock.called_once_with(..)` makes a child mock and asserts nothing.
                let name = leaf(self.parsed(), callee);
                let misspelt = callee.kind() == "attribute"
                    && matches!(
                        name,
                        "called_once_with"
                            | "called_once"
                            | "called_with"
                            | "has_calls"
                            | "not_called"
                            | "any_call"
                            | "assert_called_once_wih"
                            | "assert_calls"
                            | "assert_called_onec_with"
                            | "assret_called_once"
                            | "assert_not_called_with"
                            | "assert_has_call"
                    );
                if !misspelt {
                    return;
                }
                Flaw::NoMockAssertion
            }
            _ => return,
        };
        found.push(Assertion {
            form: if flaw == Flaw::Bare {
                Form::Value
            } else {
                Form::Mock
            },
            strength: Strength::Constant,
            subject: flat(self.parsed(), node),
            flaw: Some(flaw),
            ..self.reader.blank(node, setting)
        });
    }

    /// What `patch`, `patch.object` and `monkeypatch.setattr` replace.
    pub(super) fn double(&self, call: Node<'_>, callee: Node<'_>, name: &str) -> Option<Double> {
        let parsed = self.parsed();
        let callee_text = flat(parsed, callee);
        let arguments = arguments(call);
        let line = |at: usize| {
            arguments
                .get(at)
                .map(|n| flat(parsed, *n))
                .unwrap_or_default()
        };
        let plain = |text: String| text.trim_matches(['"', '\'']).to_owned();
        let (target, value) = if callee_text.ends_with("patch.object") {
            (format!("{}.{}", line(0), plain(line(1))), arguments.get(2))
        } else if name == "patch" {
            (plain(line(0)), arguments.get(1))
        } else if name == "setattr" && callee_text != "setattr" {
            match arguments.len() {
                0 | 1 => return None,
                2 => (plain(line(0)), arguments.get(1)),
                _ => (format!("{}.{}", line(0), plain(line(1))), arguments.get(2)),
            }
        } else {
            return None;
        };
        let answer = keyword(parsed, call, "return_value")
            .or_else(|| {
                let value = unwrap(*value?);
                (value.kind() == "lambda").then(|| value.child_by_field_name("body"))?
            })
            .and_then(|n| literal(parsed, n));
        let specified = ["autospec", "spec", "spec_set", "wraps", "side_effect"]
            .iter()
            .any(|name| keyword(parsed, call, name).is_some());
        Some(Double {
            target,
            answer,
            specified,
            local: false,
        })
    }

    /// Names that the body binds anew to a double or a function, answers given to doubles afterwards, and
    /// whether doubles are all that it calls.
    pub(super) fn doubles_of_its_own(&self, block: Node<'_>, body: &mut Body) {
        let parsed = self.parsed();
        let mut own: BTreeSet<&str> = BTreeSet::new();
        let mut answers = Vec::new();
        for node in Walk::new(block) {
            match node.kind() {
                "assignment" => {
                    let (Some(left), Some(right)) = (
                        node.child_by_field_name("left"),
                        node.child_by_field_name("right").map(unwrap),
                    ) else {
                        continue;
                    };
                    let made = right.kind() == "call"
                        && right
                            .child_by_field_name("function")
                            .is_some_and(|callee| is_maker(leaf(parsed, callee)));
                    if left.kind() == "identifier" && (made || right.kind() == "lambda") {
                        if made {
                            own.insert(parsed.text(left));
                        }
                        let answer = match right.kind() {
                            "lambda" => right.child_by_field_name("body"),
                            _ => keyword(parsed, right, "return_value"),
                        };
                        body.doubles.push(Double {
                            target: parsed.text(left).to_owned(),
                            answer: answer.and_then(|n| literal(parsed, n)),
                            specified: false,
                            local: true,
                        });
                    }
                    if let Some(target) = flat(parsed, left).strip_suffix(".return_value")
                        && !target.contains('.')
                    {
                        answers.extend(literal(parsed, right));
                    }
                }
                "function_definition" => {
                    let returned = node
                        .child_by_field_name("body")
                        .map(parts)
                        .unwrap_or_default()
                        .into_iter()
                        .find(|n| n.kind() == "return_statement")
                        .and_then(|n| parts(n).first().copied());
                    body.doubles.push(Double {
                        target: field(parsed, node, "name").unwrap_or_default().to_owned(),
                        answer: returned.and_then(|n| literal(parsed, n)),
                        specified: false,
                        local: true,
                    });
                }
                _ => {}
            }
        }
        // A double that a decorator hands in is told its answer in the body.
        if let [answer] = answers.as_slice() {
            for double in body.doubles.iter_mut().filter(|d| !d.local) {
                double.answer.get_or_insert_with(|| answer.clone());
            }
        }
        let mut calls = Walk::new(block)
            .filter(|n| n.kind() == "call")
            .filter_map(|n| n.child_by_field_name("function"));
        body.only_doubles = !own.is_empty()
            && calls.all(|callee| {
                let text = flat(parsed, callee);
                let root = text.split(['.', '(', '[']).next().unwrap_or_default();
                own.contains(root)
                    || is_maker(leaf(parsed, callee))
                    || matches!(root, "len" | "print" | "mock" | "call" | "str" | "list")
            });
    }
}

/// Whether a call of this name makes a double.
fn is_maker(name: &str) -> bool {
    matches!(
        name,
        "Mock" | "MagicMock" | "AsyncMock" | "NonCallableMock" | "PropertyMock" | "create_autospec"
    )
}

/// An expression that names and calls nothing, as one line.
fn literal(parsed: &Parsed, node: Node<'_>) -> Option<String> {
    (!Walk::new(node).any(|n| matches!(n.kind(), "call" | "identifier" | "attribute")))
        .then(|| flat(parsed, node))
}

fn is_mock_assertion(name: &str) -> bool {
    name.starts_with("assert_called")
        || name.starts_with("assert_awaited")
        || matches!(
            name,
            "assert_not_called"
                | "assert_not_awaited"
                | "assert_any_call"
                | "assert_any_await"
                | "assert_has_calls"
                | "assert_has_awaits"
                | "called_once_with"
        )
}
