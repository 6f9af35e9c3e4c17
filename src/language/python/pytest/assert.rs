//! Python's assertions as the model's: `assert`, `unittest` methods, `pytest.raises`, mock assertions.
//!
//! Does not catch: assertions of third-party libraries with names of their own (`expect(x).to_be(..)`);
//! the oracles find them by name, without a place on the lattice.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::fold::truth;
use super::known::Known;
use crate::language::test_model::assertion::{conjuncts, mirrored, nested};
use crate::language::test_model::reading::{Bound, Setting, one_line};
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Flaw, Form};

/// Reads assertions of one file.
pub(super) struct Reader<'p> {
    pub parsed: &'p Parsed,
    /// What names of the file stand for.
    pub known: &'p Known<'p>,
    /// Functions and classes of the file: true without a call.
    pub defined: &'p BTreeSet<String>,
    /// Functions of the file that drop the failure of what they run.
    pub droppers: BTreeSet<String>,
    /// Names of the module that stand for an empty list.
    pub nothing: BTreeSet<String>,
    /// Coroutines of the file.
    pub coroutines: BTreeSet<String>,
    /// What the assignments right before the assertion that is read bound, by name.
    pub bound: RefCell<Bound>,
    /// How deep in a condition the reading is.
    pub depth: Cell<usize>,
}

impl Reader<'_> {
    /// The assertions of an `assert` statement.
    pub(super) fn statement(&self, node: Node<'_>, setting: &Setting) -> Vec<Assertion> {
        let operands = parts(node);
        let Some(condition) = operands.first().copied() else {
            return Vec::new();
        };
        let whole = self.blank(node, setting);
        if is_tuple(condition) && operands.len() == 1 && !parts(unwrap(condition)).is_empty() {
            return vec![whole.holding(Flaw::Tuple, flat(self.parsed, condition))];
        }
        let known = truth(self.parsed, condition, self.defined);
        match known.or_else(|| self.is_function(condition).then_some(true)) {
            Some(true) => {
                return vec![whole.holding(Flaw::Constant, flat(self.parsed, condition))];
            }
            Some(false) => return vec![whole.failing()],
            None => {}
        }
        let joins = |node: Node<'_>| {
            node.kind() == "boolean_operator" && field(self.parsed, node, "operator") == Some("and")
        };
        let conditions = conjuncts(condition, joins, unwrap).into_iter();
        let bound = self.bound.borrow();
        conditions
            .map(|node| {
                let read = self.condition(node, whole.clone());
                let resolved = bound.resolve(&read.subject);
                let stands_for = bound.resolve(&read.expected);
                Assertion {
                    resolved,
                    stands_for,
                    ..read
                }
            })
            .collect()
    }

    /// Whether a condition is a name that stands for a function here, which nobody calls.
    fn is_function(&self, condition: Node<'_>) -> bool {
        let bound = self.bound.borrow();
        let value = bound.0.get(self.parsed.text(condition));
        condition.kind() == "identifier"
            && value.is_some_and(|(text, _)| text.starts_with("lambda"))
    }

    /// An assertion of this place, with nothing known about it yet.
    pub(super) fn blank(&self, node: Node<'_>, setting: &Setting) -> Assertion {
        let names = Walk::new(node)
            .filter(|n| n.kind() == "identifier")
            .map(|n| self.parsed.text(n).to_owned())
            .collect();
        let text = one_line(self.parsed.text(node));
        setting.assertion(text, self.parsed.place(node), names)
    }

    /// One condition that must hold; nested deeper than people nest them it is only true or false.
    pub(super) fn condition(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        nested(&self.depth, whole, |whole| self.condition_here(node, whole))
    }

    fn condition_here(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        match node.kind() {
            "comparison_operator" => self.comparison(node, whole),
            "not_operator" => {
                let Some(argument) = node.child_by_field_name("argument") else {
                    return whole;
                };
                self.condition(unwrap(argument), whole).negated("not ")
            }
            "boolean_operator" => {
                // Either side is enough: no stronger than the weaker one, and less than that one alone.
                let sides = ["left", "right"]
                    .into_iter()
                    .filter_map(|name| node.child_by_field_name(name))
                    .map(|side| match unwrap(side) {
                        nested if nested.kind() == "boolean_operator" => None,
                        side => Some(self.condition(side, whole.clone())),
                    });
                let weakest = sides.min_by_key(|side| {
                    side.as_ref().map_or(Strength::Truthy, |side| side.strength)
                });
                match weakest.flatten() {
                    Some(side) => side.or_else("or", line(node)),
                    None => Assertion {
                        subject: line(node),
                        operator: "or".to_owned(),
                        ..whole
                    },
                }
            }
            "call" | "attribute" if self.asks_a_mock_nothing(node) => Assertion {
                form: Form::Mock,
                strength: Strength::Constant,
                subject: line(node),
                flaw: Some(Flaw::NoMockAssertion),
                ..whole
            },
            "attribute" if field(self.parsed, node, "attribute") == Some("called") => Assertion {
                form: Form::Mock,
                strength: Strength::NotNone,
                subject: node
                    .child_by_field_name("object")
                    .map(line)
                    .unwrap_or_default(),
                operator: "called".to_owned(),
                ..whole
            },
            "call" => self.call_condition(node, &whole),
            _ => Assertion {
                subject: line(node),
                ..whole
            },
        }
    }

    fn comparison(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let operands = parts(node);
        let operator = node
            .child_by_field_name("operators")
            .map(|operators| {
                self.parsed
                    .text(operators)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .unwrap_or_default();
        let (Some(left), Some(right)) = (operands.first(), operands.get(1)) else {
            return whole;
        };
        self.compared(*left, &operator, *right, operands.len() > 2, whole)
    }

    /// A comparison, however it is written.
    pub(super) fn compared(
        &self,
        left: Node<'_>,
        operator: &str,
        right: Node<'_>,
        chained: bool,
        whole: Assertion,
    ) -> Assertion {
        let (left, right) = (unwrap(left), unwrap(right));
        let swap = self.is_literal(left)
            && !self.is_literal(right)
            && !matches!(operator, "in" | "not in");
        let (subject, expected) = if swap { (right, left) } else { (left, right) };
        let operator = if swap { mirrored(operator) } else { operator };
        let line = |node| flat(self.parsed, node);
        let calls = |node| Walk::new(node).any(|n: Node<'_>| matches!(n.kind(), "call" | "await"));
        let flaw = match chained {
            true => None,
            false => self
                .bound
                .borrow()
                .same((&line(left), calls(left)), (&line(right), calls(right)))
                // Two calls may well differ.
                .filter(|pure| *pure || matches!(operator, "==" | "is" | "<=" | ">="))
                // A property may make its value anew each time: that it does not is what is asked.
                .filter(|_| operator != "is" || left.kind() != "attribute")
                .map(|pure| Flaw::Itself { pure }),
        };
        let mut strength = match operator {
            "==" | "is" => Strength::Exact,
            "is not" if expected.kind() == "none" => Strength::NotNone,
            "!=" if expected.kind() == "none" => Strength::NotNone,
            "in" => Strength::Pattern,
            "not in" => Strength::Pattern,
            _ => Strength::Bound,
        };
        let mut tolerances = Vec::new();
        let callee = |node: Node<'_>| {
            node.child_by_field_name("function")
                .filter(|_| node.kind() == "call")
                .map(|callee| leaf(self.parsed, callee).to_owned())
        };
        let mut subject_text = line(subject);
        let mut expected_text = line(expected);
        if strength == Strength::Exact {
            if callee(expected).as_deref() == Some("approx") {
                strength = Strength::Approx;
                tolerances = self.tolerances(expected);
                if let Some(value) = arguments(expected).first() {
                    expected_text = line(*value);
                }
            } else if matches!(callee(subject).as_deref(), Some("len" | "type")) {
                strength = Strength::Shape;
            }
        }
        // A bound is a number with a direction; `abs(a - b) < t` is equality up to t.
        if strength == Strength::Bound
            && let Some(value) = number(&expected_text)
        {
            let near = matches!(operator, "<" | "<=") && callee(subject).as_deref() == Some("abs");
            if near {
                strength = Strength::Approx;
                if let Some(inner) = arguments(subject).first() {
                    subject_text = line(*inner);
                }
            }
            if operator != "!=" {
                tolerances.push(Tolerance {
                    name: operator.to_owned(),
                    value,
                });
            }
        }
        if matches!(
            callee(subject).as_deref(),
            Some("len" | "type" | "str" | "repr")
        ) && strength == Strength::Shape
            && let Some(inner) = arguments(subject).first()
        {
            subject_text = line(*inner);
        }
        if matches!(operator, "in" | "not in") {
            // `"a" in x` is about x.
            std::mem::swap(&mut subject_text, &mut expected_text);
            if !self.is_literal(left) && self.is_literal(right) {
                std::mem::swap(&mut subject_text, &mut expected_text);
            }
        }
        let read = Assertion {
            strength,
            subject: subject_text,
            expected: expected_text,
            operator: operator.to_owned(),
            tolerances,
            ..whole
        };
        read.with_flaw(flaw)
    }

    /// Which of two compared sides says what is expected: the literal one, or the right one.
    pub(super) fn expected_side<'t>(&self, left: Node<'t>, right: Node<'t>) -> Node<'t> {
        let calls = |node| Walk::new(node).any(|n: Node<'_>| n.kind() == "call");
        if self.is_literal(left) && !self.is_literal(right)
            || !calls(left) && calls(right) && !is_approx(self.parsed, right)
        {
            left
        } else {
            right
        }
    }

    /// The value of `approx(value, abs=..)`.
    pub(super) fn without_tolerance<'t>(&self, side: Node<'t>) -> Node<'t> {
        match is_approx(self.parsed, side) {
            true => arguments(side).first().copied().unwrap_or(side),
            false => side,
        }
    }

    fn is_literal(&self, node: Node<'_>) -> bool {
        let mut walk = Walk::new(node);
        walk.all(|n| {
            !matches!(
                n.kind(),
                "identifier" | "call" | "attribute" | "subscript" | "await" | "lambda"
            )
        })
    }
}

fn is_approx(parsed: &Parsed, node: Node<'_>) -> bool {
    node.child_by_field_name("function")
        .is_some_and(|callee| leaf(parsed, callee) == "approx")
}

fn is_tuple(node: Node<'_>) -> bool {
    unwrap(node).kind() == "tuple"
}

/// Without parentheses around it.
pub(super) fn unwrap(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" {
        match parts(node).first() {
            Some(inner) => node = *inner,
            None => break,
        }
    }
    node
}

/// Positional arguments of a call.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments")
        .map(parts)
        .unwrap_or_default()
        .into_iter()
        .filter(|argument| argument.kind() != "keyword_argument")
        .collect()
}

/// What a call gives: the name where it is said, and the value, each as one line.
pub(super) fn given(parsed: &Parsed, call: Node<'_>) -> Vec<(String, String)> {
    let list = call.child_by_field_name("arguments").map(parts);
    let of = |argument: Node<'_>| {
        let name =
            field(parsed, argument, "name").filter(|_| argument.kind() == "keyword_argument");
        let value = argument
            .child_by_field_name("value")
            .filter(|_| name.is_some());
        (
            name.unwrap_or_default().to_owned(),
            flat(parsed, value.unwrap_or(argument)),
        )
    };
    list.unwrap_or_default().into_iter().map(of).collect()
}

/// The value of a keyword argument.
pub(super) fn keyword<'t>(parsed: &Parsed, call: Node<'t>, name: &str) -> Option<Node<'t>> {
    parts(call.child_by_field_name("arguments")?)
        .into_iter()
        .filter(|argument| argument.kind() == "keyword_argument")
        .find(|argument| field(parsed, *argument, "name") == Some(name))?
        .child_by_field_name("value")
}

/// The last name of `a.b.c`.
pub(super) fn leaf<'p>(parsed: &'p Parsed, callee: Node<'_>) -> &'p str {
    match callee.kind() {
        "attribute" => field(parsed, callee, "attribute").unwrap_or_default(),
        "identifier" => parsed.text(callee),
        _ => "",
    }
}
