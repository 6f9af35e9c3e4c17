//! Doubles of Python tests: what is replaced, and assertions on mocks that assert nothing.
//!
//! Does not catch: doubles made by hand, or by a library of its own.

use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat};

use super::super::model::{Assertion, Double, Flaw, Form};
use super::super::strength::Strength;
use super::python_assert::{Setting, arguments, keyword, leaf, unwrap};
use super::python_body::Bodies;

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
            .filter(|n| {
                !Walk::new(*n).any(|n| matches!(n.kind(), "call" | "identifier" | "attribute"))
            })
            .map(|n| flat(parsed, n));
        let specified = ["autospec", "spec", "spec_set", "wraps", "side_effect"]
            .iter()
            .any(|name| keyword(parsed, call, name).is_some());
        Some(Double {
            target,
            answer,
            specified,
        })
    }
}

fn is_mock_assertion(name: &str) -> bool {
    name.starts_with("assert_called")
        || name.starts_with("assert_awaited")
        || matches!(
            name,
            "assert_not_called" | "assert_any_call" | "assert_has_calls" | "called_once_with"
        )
}
