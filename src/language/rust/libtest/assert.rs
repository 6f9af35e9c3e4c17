//! Rust's assertions as the model's. Works on the tree with macro calls read as calls.
//!
//! Does not catch: the meaning of assertion macros that it does not know; what is named `assert..` or
//! `..assert_..` counts as an exact one.

use std::cell::{Cell, RefCell};

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::fold::{Constants, truth};
use super::state::Types;
use crate::language::test_model::assertion::{conjuncts, mirrored, nested};
use crate::language::test_model::reading::{Bound, Setting, one_line};
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Fate, Flaw, Form};

/// The name of what is called: the last segment of a path, or the method.
pub(super) fn leaf<'p>(parsed: &'p Parsed, call: Node<'_>) -> &'p str {
    let Some(callee) = call.child_by_field_name("function") else {
        return "";
    };
    match callee.kind() {
        "identifier" => parsed.text(callee),
        "scoped_identifier" => field(parsed, callee, "name").unwrap_or_default(),
        "field_expression" => field(parsed, callee, "field").unwrap_or_default(),
        "generic_function" => callee
            .child_by_field_name("function")
            .map(|inner| match inner.kind() {
                "scoped_identifier" => field(parsed, inner, "name").unwrap_or_default(),
                "field_expression" => field(parsed, inner, "field").unwrap_or_default(),
                _ => parsed.text(inner),
            })
            .unwrap_or_default(),
        _ => "",
    }
}

/// Whether a call stands for a macro: a `!` follows the name in the original text.
pub(super) fn is_macro(original: &Parsed, call: Node<'_>) -> bool {
    call.child_by_field_name("function").is_some_and(|callee| {
        original
            .source
            .get(callee.end_byte()..)
            .is_some_and(|rest| rest.trim_start().starts_with('!'))
    })
}

/// Arguments of a call.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.child_by_field_name("arguments")
        .map(parts)
        .unwrap_or_default()
}

/// Reads assertions of one file.
pub(super) struct Reader<'p> {
    /// The tree with macro calls read as calls.
    pub parsed: &'p Parsed,
    /// The file as it is.
    pub original: &'p Parsed,
    /// The types that it declares.
    pub types: &'p Types,
    /// Its constants.
    pub constants: &'p Constants,
    /// How many states of `Result`s were looked at in the body that is read.
    pub states: Cell<usize>,
    /// What the `let` statements right before the assertion that is read bound, by name.
    pub bound: RefCell<Bound>,
    /// How deep in a condition the reading is.
    pub depth: Cell<usize>,
}

impl Reader<'_> {
    /// An assertion of this place, with nothing known about it yet.
    pub(super) fn blank(&self, node: Node<'_>, setting: &Setting) -> Assertion {
        let text = self.original.source.get(node.byte_range());
        let names = Walk::new(node)
            .filter(|n| n.kind() == "identifier")
            .map(|n| self.parsed.text(n).to_owned())
            .collect();
        let text = one_line(text.unwrap_or_default());
        setting.assertion(text, self.parsed.place(node), names)
    }

    /// The assertions that a call is; empty where it is none. Those of debug builds say so in their operator.
    pub(super) fn call(&self, call: Node<'_>, setting: &Setting) -> Vec<Assertion> {
        let name = leaf(self.parsed, call);
        match name.strip_prefix("debug_") {
            None => self.call_named(name, call, setting),
            Some(name) => {
                let found = self.call_named(name, call, setting).into_iter();
                let in_debug = |read: Assertion| Assertion {
                    operator: format!("debug {}", read.operator),
                    ..read
                };
                found.map(in_debug).collect()
            }
        }
    }

    fn call_named(&self, name: &str, call: Node<'_>, setting: &Setting) -> Vec<Assertion> {
        let name = name.strip_prefix("prop_").unwrap_or(name);
        let arguments = arguments(call);
        let whole = || self.blank(call, setting);
        let line = |at: usize| {
            arguments
                .get(at)
                .map(|n| flat(self.parsed, *n))
                .unwrap_or_default()
        };
        match (name, arguments.as_slice()) {
            ("assert", [condition, ..]) => self.conditions(*condition, &whole()),
            ("assert_eq", [left, right, ..]) => {
                vec![self.compared(*left, "==", *right, whole())]
            }
            ("assert_ne", [left, right, ..]) => {
                vec![self.compared(*left, "!=", *right, whole())]
            }
            ("assert_matches", [..]) => vec![self.matched(call, whole())],
            ("panic" | "unreachable" | "unimplemented", _) if is_macro(self.original, call) => {
                vec![whole().failing()]
            }
            _ if name.starts_with("assert") || name.contains("_assert") => {
                let near = ["relative", "abs_diff", "ulps", "approx", "close", "delta"]
                    .iter()
                    .any(|word| name.contains(word));
                let method = call
                    .child_by_field_name("function")
                    .filter(|f| f.kind() == "field_expression");
                let receiver = method
                    .and_then(|f| f.child_by_field_name("value"))
                    .map(|n| flat(self.parsed, n));
                let (subject, expected) = match receiver {
                    // `expect![..].assert_eq(&x)`, `cmd.assert()`.
                    Some(receiver) => (line(0), receiver),
                    None => (line(0), line(1)),
                };
                vec![Assertion {
                    form: Form::Helper,
                    strength: if near {
                        Strength::Approx
                    } else {
                        Strength::Exact
                    },
                    subject,
                    expected,
                    operator: name.to_owned(),
                    tolerances: self.tolerances(&arguments),
                    ..whole()
                }]
            }
            _ => Vec::new(),
        }
    }

    /// `epsilon = 1e-6` and its kin.
    fn tolerances(&self, arguments: &[Node<'_>]) -> Vec<Tolerance> {
        let mut found: Vec<Tolerance> = arguments
            .iter()
            .enumerate()
            .filter_map(|(at, argument)| {
                if argument.kind() == "assignment_expression" {
                    let name = field(self.parsed, *argument, "left")?;
                    let value = flat(self.parsed, argument.child_by_field_name("right")?);
                    return Some(Tolerance {
                        name: name.to_owned(),
                        value: number(&value)?,
                    });
                }
                (at == 2).then_some(Tolerance {
                    name: "epsilon".to_owned(),
                    value: number(&flat(self.parsed, *argument))?,
                })
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    fn conditions(&self, condition: Node<'_>, whole: &Assertion) -> Vec<Assertion> {
        // A named constant asserted at compile time is a guard for whoever edits the constant.
        let guard = whole.marker && Walk::new(condition).any(|n| n.kind() == "identifier");
        match truth(self.parsed, condition, self.constants).filter(|_| !guard) {
            Some(true) => {
                let subject = flat(self.parsed, condition);
                return vec![whole.clone().holding(Flaw::Constant, subject)];
            }
            Some(false) => {
                // In debug builds only it is a way to stop there.
                let debug = whole.text.starts_with("debug_");
                return vec![Assertion {
                    flaw: (!debug).then_some(Flaw::Never),
                    ..whole.clone().failing()
                }];
            }
            None => {}
        }
        let joins = |node: Node<'_>| {
            node.kind() == "binary_expression" && field(self.parsed, node, "operator") == Some("&&")
        };
        let conditions = conjuncts(condition, joins, |node| node).into_iter();
        conditions
            .map(|node| self.condition(node, whole.clone()))
            .collect()
    }

    /// One condition that must hold; nested deeper than people nest them it is only true or false.
    fn condition(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        nested(&self.depth, whole, |whole| self.condition_here(node, whole))
    }

    fn condition_here(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        match node.kind() {
            "parenthesized_expression" => match parts(node).first() {
                Some(inner) if inner.kind() != "parenthesized_expression" => {
                    self.condition(*inner, whole)
                }
                _ => whole,
            },
            "binary_expression" => {
                let (Some(left), Some(right), Some(operator)) = (
                    node.child_by_field_name("left"),
                    node.child_by_field_name("right"),
                    field(self.parsed, node, "operator"),
                ) else {
                    return whole;
                };
                if operator == "||" {
                    let side = match left.kind() {
                        "binary_expression"
                            if field(self.parsed, left, "operator") == Some("||") =>
                        {
                            whole
                        }
                        _ => self.condition(left, whole),
                    };
                    return side.or_else("||", line(node));
                }
                self.compared(left, operator, right, whole)
            }
            "unary_expression" => {
                let Some(argument) = parts(node).first().copied() else {
                    return whole;
                };
                let mut inner = match argument.kind() {
                    "unary_expression" => whole,
                    _ => self.condition(argument, whole),
                };
                if inner.operator == "is_none" {
                    inner.strength = Strength::NotNone;
                }
                inner.negated("!")
            }
            "call_expression" => self.call_condition(node, whole),
            _ => Assertion {
                subject: line(node),
                ..whole
            },
        }
    }

    fn call_condition(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        let name = leaf(self.parsed, node);
        if name == "matches" && is_macro(self.original, node) {
            return self.matched(node, whole);
        }
        let receiver = node
            .child_by_field_name("function")
            .filter(|f| f.kind() == "field_expression")
            .and_then(|f| f.child_by_field_name("value"));
        let arguments = arguments(node);
        let first = arguments.first().map(|n| line(*n)).unwrap_or_default();
        let of = |strength| Assertion {
            strength,
            subject: receiver.map(line).unwrap_or_else(|| line(node)),
            expected: first.clone(),
            operator: name.to_owned(),
            ..whole.clone()
        };
        match name {
            "is_ok" | "is_err" => Assertion {
                mute: whole.text.starts_with("assert!") && self.says_nothing(node),
                ..of(Strength::NotNone)
            },
            "is_some" => of(Strength::NotNone),
            // There is one `None`.
            "is_none" => of(Strength::Exact),
            "contains" | "starts_with" | "ends_with" | "is_match" | "contains_key"
            | "is_some_and" | "is_ok_and" | "is_err_and" | "is_none_or" | "all" => {
                of(Strength::Pattern)
            }
            // `x.map(|x| x.a == 1).unwrap_or(false)`
            "unwrap_or" | "map_or" if first == "false" => of(Strength::Pattern),
            "is_empty" => of(Strength::Shape),
            "eq" | "eq_ignore_ascii_case" => of(Strength::Exact),
            "abs_diff_eq" | "relative_eq" | "approx_eq" => of(Strength::Approx),
            "any" => of(Strength::Bound),
            _ => Assertion {
                subject: line(node),
                ..of(Strength::Truthy)
            },
        }
    }

    /// `matches!(x, pattern)`.
    fn matched(&self, call: Node<'_>, whole: Assertion) -> Assertion {
        let list = call.child_by_field_name("arguments");
        let text = list.map(|list| flat(self.parsed, list)).unwrap_or_default();
        let subject = arguments(call)
            .first()
            .map(|n| flat(self.parsed, *n))
            .unwrap_or_default();
        let pattern = text
            .strip_prefix('(')
            .and_then(|text| text.strip_prefix(subject.as_str()))
            .map(|text| text.trim_start_matches(',').trim_end_matches(')'))
            .unwrap_or_default()
            .to_owned();
        let wild = pattern.contains("(_") || pattern.contains("..") || pattern.contains(",_");
        Assertion {
            strength: if pattern == "_" {
                Strength::Constant
            } else if wild {
                Strength::Shape
            } else {
                Strength::Pattern
            },
            flaw: (pattern == "_").then_some(Flaw::Constant),
            subject,
            expected: pattern,
            operator: "matches".to_owned(),
            ..whole
        }
    }

    fn compared(
        &self,
        left: Node<'_>,
        operator: &str,
        right: Node<'_>,
        whole: Assertion,
    ) -> Assertion {
        let line = |node| flat(self.parsed, node);
        let literal = |node: Node<'_>| {
            !Walk::new(node).any(|n| {
                matches!(
                    n.kind(),
                    "identifier" | "call_expression" | "field_expression" | "macro_invocation"
                )
            })
        };
        // `assert_eq!(x.is_ok(), true)`, and what is only asked whether it is there.
        if operator == "==" && left.kind() == "call_expression" {
            match line(right).as_str() {
                "true" => return self.call_condition(left, whole),
                "false" => return self.call_condition(left, whole).negated("!"),
                _ => {}
            }
        }
        let swap = literal(left) && !literal(right);
        let (subject, expected) = if swap { (right, left) } else { (left, right) };
        let operator = if swap { mirrored(operator) } else { operator };
        let flaw = self
            .bound
            .borrow()
            .same((&line(left), calls(left)), (&line(right), calls(right)))
            // Two calls may well differ.
            .filter(|pure| match operator {
                "==" | "<=" | ">=" => true,
                "!=" => *pure,
                _ => false,
            })
            .map(|pure| Flaw::Itself { pure });
        let (mut subject_text, expected_text) = (line(subject), line(expected));
        let mut strength = if operator == "==" {
            Strength::Exact
        } else {
            Strength::Bound
        };
        if operator == "=="
            && subject.kind() == "call_expression"
            && leaf(self.parsed, subject) == "len"
        {
            strength = Strength::Shape;
            subject_text = subject_text.trim_end_matches(".len()").to_owned();
        }
        let mut tolerances = Vec::new();
        if matches!(operator, "<" | "<=" | ">" | ">=") {
            if matches!(operator, "<" | "<=")
                && subject.kind() == "call_expression"
                && leaf(self.parsed, subject) == "abs"
            {
                strength = Strength::Approx;
                subject_text = subject_text.trim_end_matches(".abs()").to_owned();
            }
            if let Some(value) = number(&expected_text) {
                tolerances.push(Tolerance {
                    name: operator.to_owned(),
                    value,
                });
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
}

/// Whether an expression calls anything.
pub(super) fn calls(node: Node<'_>) -> bool {
    Walk::new(node).any(|n| {
        matches!(
            n.kind(),
            "call_expression" | "macro_invocation" | "await_expression"
        )
    })
}

/// Whether the fate of an assertion in a closure given to this call is to be dropped.
pub(super) fn dropping(parsed: &Parsed, call: Node<'_>, parent: Option<Node<'_>>) -> Option<Fate> {
    let name = leaf(parsed, call);
    if name != "catch_unwind" {
        return None;
    }
    let dropped = parent.is_some_and(|parent| match parent.kind() {
        "expression_statement" => true,
        "let_declaration" => field(parsed, parent, "pattern") == Some("_"),
        _ => false,
    });
    dropped.then(|| Fate::Swallowed("`catch_unwind`, whose result is dropped".to_owned()))
}
