//! What an assertion asks of a value: compared with another, put to a condition, matched.
//!
//! Does not catch: a matcher that a project adds; it counts as an exact one.

use super::assert::Reader;
use super::chain::{Chain, arguments, unwrap};
use super::fold::{comparison, truth, value};
use super::matchers::{Matcher, matcher};
use crate::language::Parsed;
use crate::language::constant::Value;
use crate::language::test_model::assertion::{mirrored, nested};
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Flaw, Form};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat};

/// What is asked of a value.
pub(super) struct Asked<'t, 'n> {
    /// The value; none where it stands before the row.
    pub subject: Option<Node<'t>>,
    /// The matcher or method.
    pub name: &'n str,
    /// What it is given.
    pub given: Vec<Node<'t>>,
    /// Whether it must not hold.
    pub denied: bool,
    /// Whether it is asked of what a promise fails with.
    pub rejects: bool,
}

/// Whether a node calls anything.
fn calls(node: Node<'_>) -> bool {
    Walk::new(node).any(|n| {
        matches!(
            n.kind(),
            kind::CALL_EXPRESSION
                | kind::NEW_EXPRESSION
                | kind::AWAIT_EXPRESSION
                | kind::YIELD_EXPRESSION
        )
    })
}

/// Whether a node names nothing.
pub(super) fn is_literal(node: Node<'_>) -> bool {
    let named = |n: Node<'_>| {
        matches!(
            n.kind(),
            kind::IDENTIFIER
                | kind::CALL_EXPRESSION
                | kind::MEMBER_EXPRESSION
                | kind::THIS
                | kind::SHORTHAND_PROPERTY_IDENTIFIER
                | kind::ARROW_FUNCTION
                | kind::NEW_EXPRESSION
        )
    };
    !Walk::new(node).any(named)
}

/// Matchers that compare what is in objects, and not which object it is.
fn is_deep(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("deep")
        || lower.contains("eql")
        || matches!(name, "toEqual" | "toStrictEqual" | "same")
}

impl Reader<'_> {
    /// Reads what a matcher asks.
    pub(super) fn ask(&self, asked: &Asked<'_, '_>, whole: Assertion) -> Assertion {
        let known = matcher(asked.name).unwrap_or_default();
        let subject = asked.subject.map(unwrap);
        let given = asked.given.first().copied();
        let is_mock = ["alled", "Returned", "Resolved"]
            .iter()
            .any(|word| asked.name.contains(word));
        if is_mock {
            return self.of_a_mock(asked, whole);
        }
        let operator = known.operator.unwrap_or(asked.name);
        let takes_nothing = known.asked.is_some()
            || known.strength.is_some_and(|row| row <= Strength::NotNone)
                && known.operator != Some("!=");
        let expected = given.filter(|_| !takes_nothing);
        let expected_text = match (known.asked, expected) {
            (Some(value), _) => value.to_owned(),
            (None, Some(node)) => flat(self.parsed, node),
            (None, None) => String::new(),
        };
        if let (true, Some(node)) = (takes_nothing, subject)
            && let Some(read) = self.of_a_condition(node, asked, known, &whole)
        {
            return read;
        }
        if let (Some(node), Some(flag)) = (subject, boolean(&expected_text))
            && operator == "=="
            && is_condition(self.parsed, node)
        {
            let read = self.condition(node, whole);
            return match flag != asked.denied {
                true => read,
                false => read.negated("not."),
            };
        }
        if let (Some(left), Some(right), "==") = (subject, expected, operator) {
            self.expects(right);
            let near = self.closeness(asked);
            return self.compared(left, asked, right, near, whole);
        }
        asked.given.iter().for_each(|one| self.expects(*one));
        let all: Vec<String> = match takes_nothing {
            true => vec![expected_text],
            false => asked.given.iter().map(|n| flat(self.parsed, *n)).collect(),
        };
        let read = Assertion {
            strength: known.strength.unwrap_or(Strength::Exact),
            subject: self.subject(subject, asked),
            expected: all.join(","),
            operator: operator.to_owned(),
            tolerances: bound(operator, all.first()),
            ..whole
        };
        let constant = subject.and_then(|node| self.constant(node, asked, known));
        self.denied(read, asked).with_flaw(constant)
    }

    /// The subject as one line.
    pub(super) fn subject(&self, subject: Option<Node<'_>>, asked: &Asked<'_, '_>) -> String {
        let text = subject.map_or_else(String::new, |n| flat(self.parsed, n));
        match asked.rejects {
            true => format!("{text}.rejects"),
            false => text,
        }
    }

    /// With `not`, where it is denied.
    fn denied(&self, read: Assertion, asked: &Asked<'_, '_>) -> Assertion {
        if !asked.denied {
            return read;
        }
        let own = matcher(&format!("not.{}", asked.name)).and_then(|known| known.strength);
        let read = read.negated("not.");
        Assertion {
            strength: own.unwrap_or(read.strength),
            operator: match read.operator.as_str() {
                "not.==" => "!=".to_owned(),
                _ => read.operator,
            },
            ..read
        }
    }

    /// Whether what is asked of a constant holds in any case.
    fn constant(&self, node: Node<'_>, asked: &Asked<'_, '_>, known: Matcher) -> Option<Flaw> {
        let value = value(self.parsed, node)?;
        let undefined = Value::Literal("undefined".to_owned());
        let holds = match (known.strength?, known.operator) {
            (Strength::NotNone, _) => value != undefined,
            (Strength::Truthy, Some("!")) => !truth(self.parsed, node)?,
            (Strength::Truthy, _) => truth(self.parsed, node)?,
            _ => return None,
        };
        Some(match holds != asked.denied {
            true => Flaw::Constant,
            false => Flaw::Never,
        })
    }

    /// A condition of which an assertion asks whether it is true: `expect(a > b).toBeTruthy()`, `assert(a > b)`.
    fn of_a_condition(
        &self,
        node: Node<'_>,
        asked: &Asked<'_, '_>,
        known: Matcher,
        whole: &Assertion,
    ) -> Option<Assertion> {
        let wanted = match (known.asked, known.strength?, known.operator) {
            (Some("true"), _, _) | (None, Strength::Truthy, None) => true,
            (Some("false"), _, _) | (None, Strength::Truthy, Some("!")) => false,
            _ => return None,
        } != asked.denied;
        if let Some(holds) = truth(self.parsed, node) {
            // What fails says so: `expect(true).toBe(false)`.
            return Some(match holds == wanted {
                true => whole
                    .clone()
                    .holding(Flaw::Constant, flat(self.parsed, node)),
                false => whole.clone().failing(),
            });
        }
        if !is_condition(self.parsed, node) {
            return None;
        }
        let read = self.condition(node, whole.clone());
        Some(match wanted {
            true => read,
            false => read.negated("not."),
        })
    }

    /// One condition that must hold; nested deeper than people nest them it is only true or false.
    fn condition(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        nested(&self.depth, whole, |whole| {
            self.condition_here(unwrap(node), whole)
        })
    }

    fn condition_here(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        match node.kind() {
            kind::BINARY_EXPRESSION => self.binary(node, whole),
            kind::UNARY_EXPRESSION if field(self.parsed, node, "operator") == Some("!") => {
                match node.child_by_field_name("argument") {
                    Some(argument) => self.condition(argument, whole).negated("not."),
                    None => whole,
                }
            }
            kind::CALL_EXPRESSION => {
                let chain = Chain::of(self.parsed, node);
                let called = chain.called(self.parsed);
                let given = arguments(chain.links.last().and_then(|last| last.given));
                let first = given.first().copied();
                let row = match called {
                    "includes" | "startsWith" | "endsWith" | "test" | "match" | "has" => {
                        Strength::Pattern
                    }
                    "isArray" | "isInteger" | "isNaN" | "hasOwnProperty" | "hasOwn" => {
                        Strength::Shape
                    }
                    "every" => Strength::Pattern,
                    "some" => Strength::Bound,
                    "equals" => Strength::Exact,
                    _ => {
                        return Assertion {
                            subject: line(node),
                            ..whole
                        };
                    }
                };
                if let Some(first) = first {
                    self.expects(first);
                }
                let of = chain.links.len().checked_sub(1);
                let receiver = of.map_or_else(String::new, |last| chain.before(self.parsed, last));
                let is_static = matches!(called, "isArray" | "isInteger" | "isNaN" | "hasOwn");
                let argument = first.map(line).unwrap_or_default();
                let (subject, expected) = match (is_static, called) {
                    (true, _) | (_, "test") => (argument, receiver),
                    _ => (receiver, argument),
                };
                Assertion {
                    strength: row,
                    subject,
                    expected,
                    operator: called.to_owned(),
                    ..whole
                }
            }
            _ => Assertion {
                subject: line(node),
                ..whole
            },
        }
    }

    fn binary(&self, node: Node<'_>, whole: Assertion) -> Assertion {
        let line = |node| flat(self.parsed, node);
        let (Some(left), Some(right), Some(operator)) = (
            node.child_by_field_name("left"),
            node.child_by_field_name("right"),
            field(self.parsed, node, "operator"),
        ) else {
            return whole;
        };
        if operator == "||" {
            return self.condition(left, whole).or_else("||", line(node));
        }
        if operator == "instanceof" || operator == "in" {
            self.expects(right);
            let (subject, expected) = match operator {
                "in" => (right, left),
                _ => (left, right),
            };
            return Assertion {
                strength: Strength::Shape,
                subject: line(subject),
                expected: line(expected),
                operator: operator.to_owned(),
                ..whole
            };
        }
        if comparison(operator).is_none() {
            return Assertion {
                subject: line(node),
                ..whole
            };
        }
        let (name, denied) = match operator {
            "===" => ("strictEqual", false),
            "==" => ("equal", false),
            "!==" => ("strictEqual", true),
            "!=" => ("equal", true),
            _ => ("", false),
        };
        let swap = is_literal(left) && !is_literal(right);
        let (subject, expected) = if swap { (right, left) } else { (left, right) };
        self.expects(expected);
        if !name.is_empty() {
            let asked = Asked {
                subject: Some(subject),
                name,
                given: Vec::new(),
                denied,
                rejects: false,
            };
            return self.compared(subject, &asked, expected, None, whole);
        }
        let operator = if swap { mirrored(operator) } else { operator };
        let told = line(expected);
        let near = operator.starts_with('<') && line(subject).starts_with("Math.abs(");
        Assertion {
            strength: match near {
                true => Strength::Approx,
                false => Strength::Bound,
            },
            subject: line(subject),
            tolerances: bound(operator, Some(&told)),
            expected: told,
            operator: operator.to_owned(),
            ..whole
        }
    }

    /// Two values compared.
    fn compared(
        &self,
        left: Node<'_>,
        asked: &Asked<'_, '_>,
        right: Node<'_>,
        near: Option<Tolerance>,
        whole: Assertion,
    ) -> Assertion {
        let line = |node| flat(self.parsed, node);
        let (left, right) = (unwrap(left), unwrap(right));
        let swap = is_literal(left) && !is_literal(right);
        let (subject, expected) = if swap { (right, left) } else { (left, right) };
        let (mut of, told) = (line(subject), line(expected));
        let row = matcher(asked.name).and_then(|known| known.strength);
        let mut strength = row.unwrap_or(Strength::Exact);
        // `x.length === 3`, `typeof x === "string"`.
        let measured = [".length", ".size"]
            .iter()
            .find_map(|end| of.strip_suffix(end));
        let typed = of.strip_prefix("typeof ");
        let shape = measured.or(typed).map(str::to_owned);
        if let Some(inner) = shape.filter(|_| strength == Strength::Exact && !asked.rejects) {
            strength = Strength::Shape;
            of = inner;
        }
        if strength == Strength::Exact {
            strength = asymmetric(self, expected).unwrap_or(strength);
        }
        let flaw = match near {
            None => self.flawed(left, right, asked),
            Some(_) => None,
        };
        if flaw == Some(Flaw::Never) {
            return whole.failing();
        }
        let read = Assertion {
            form: Form::Value,
            strength,
            subject: match asked.rejects {
                true => format!("{of}.rejects"),
                false => of,
            },
            expected: told,
            operator: "==".to_owned(),
            tolerances: near.into_iter().collect(),
            ..whole
        };
        let is_nothing = matches!(read.expected.as_str(), "null" | "undefined");
        let read = self.denied(read, asked);
        let strength = match is_nothing && asked.denied {
            true => Strength::NotNone,
            false => read.strength,
        };
        Assertion { strength, ..read }.with_flaw(flaw)
    }

    /// Why two values that are compared say nothing of the code.
    fn flawed(&self, left: Node<'_>, right: Node<'_>, asked: &Asked<'_, '_>) -> Option<Flaw> {
        let line = |node| flat(self.parsed, node);
        let values = value(self.parsed, left).zip(value(self.parsed, right));
        if let Some((one, other)) = values {
            let is_object = |node: Node<'_>| matches!(node.kind(), kind::ARRAY | kind::OBJECT);
            if (is_object(left) || is_object(right)) && !is_deep(asked.name) {
                return None;
            }
            return Some(match (one == other) != asked.denied {
                true => Flaw::Constant,
                false => Flaw::Never,
            });
        }
        let bound = self.bound.borrow();
        let same = bound.same((&line(left), calls(left)), (&line(right), calls(right)))?;
        // A class or a function made anew is another one.
        let makes = Walk::new(left)
            .any(|n| matches!(n.kind(), kind::NEW_EXPRESSION | kind::ARROW_FUNCTION));
        let pure = same && !makes;
        (pure || !asked.denied).then_some(Flaw::Itself { pure })
    }

    /// How near is near enough, where a matcher says so.
    fn closeness(&self, asked: &Asked<'_, '_>) -> Option<Tolerance> {
        let row = matcher(asked.name)?.strength?;
        if row != Strength::Approx {
            return None;
        }
        let said = asked.given.get(1).map(|n| flat(self.parsed, *n));
        let (name, default) = match asked.name {
            "toBeCloseTo" => ("places", Some(2.0)),
            _ => ("delta", None),
        };
        let value = said.as_deref().and_then(number).or(default)?;
        Some(Tolerance {
            name: name.to_owned(),
            value,
        })
    }
}

/// The row of a value that is equal to many: `expect.any(Number)`, `expect.objectContaining({..})`.
fn asymmetric(reader: &Reader<'_>, node: Node<'_>) -> Option<Strength> {
    if node.kind() != kind::CALL_EXPRESSION {
        return None;
    }
    let chain = Chain::of(reader.parsed, node);
    Some(match chain.called(reader.parsed) {
        "anything" => Strength::NotNone,
        "any" => Strength::Shape,
        "objectContaining" | "arrayContaining" | "stringContaining" | "stringMatching"
        | "toSatisfy" => Strength::Pattern,
        "closeTo" => Strength::Approx,
        _ => return None,
    })
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Methods that ask for a part, a type or some of many.
const PREDICATES: [&str; 14] = [
    "includes",
    "startsWith",
    "endsWith",
    "test",
    "match",
    "has",
    "isArray",
    "isInteger",
    "isNaN",
    "hasOwnProperty",
    "hasOwn",
    "every",
    "some",
    "equals",
];

/// Whether an expression is a condition that can be taken apart.
fn is_condition(parsed: &Parsed, node: Node<'_>) -> bool {
    let node = unwrap(node);
    match node.kind() {
        kind::BINARY_EXPRESSION => true,
        kind::UNARY_EXPRESSION => field(parsed, node, "operator") == Some("!"),
        kind::CALL_EXPRESSION => PREDICATES.contains(&Chain::of(parsed, node).called(parsed)),
        _ => false,
    }
}

/// The number that an operator bounds a value by.
fn bound(operator: &str, expected: Option<&String>) -> Vec<Tolerance> {
    let value = expected.and_then(|text| number(text));
    let value = value.filter(|_| operator.starts_with(['<', '>']));
    let tolerance = |value| Tolerance {
        name: operator.to_owned(),
        value,
    };
    value.map(tolerance).into_iter().collect()
}
