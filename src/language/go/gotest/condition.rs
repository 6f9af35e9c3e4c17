//! What must hold where a test fails if a condition holds: `if got != want { t.Errorf(..) }` asserts that both are equal.
//!
//! Does not catch: what a condition asks of a function of the project; it is taken as a question of true or false.

use super::assert::{Reader, arguments, is_literal};
use crate::language::go::kind;
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Flaw};
use crate::syntax::Node;
use crate::syntax::walk::{field, flat, parts};

/// Conditions inside conditions that are read.
const DEEPEST: u32 = 12;

/// What must hold for a condition not to.
pub(super) fn unless<'p>(
    reader: &Reader<'p>,
    condition: Node<'p>,
    whole: &Assertion,
    depth: u32,
) -> Vec<Assertion> {
    let line = |node| flat(reader.parsed, node);
    let truthy = || Assertion {
        subject: line(condition),
        operator: "!".to_owned(),
        ..whole.clone()
    };
    if depth > DEEPEST {
        return vec![truthy()];
    }
    match condition.kind() {
        kind::PARENTHESIZED_EXPRESSION => match parts(condition).first() {
            Some(inner) => unless(reader, *inner, whole, depth + 1),
            None => vec![truthy()],
        },
        kind::TRUE => vec![Assertion {
            flaw: Some(Flaw::Never),
            ..whole.clone().failing()
        }],
        kind::FALSE => vec![whole.clone().holding(Flaw::Constant, line(condition))],
        kind::UNARY_EXPRESSION => match condition.child_by_field_name("operand") {
            Some(operand) => vec![holds(reader, operand, whole.clone(), depth + 1)],
            None => vec![truthy()],
        },
        kind::BINARY_EXPRESSION => binary(reader, condition, whole, depth),
        kind::CALL_EXPRESSION => {
            let read = holds(reader, condition, whole.clone(), depth + 1);
            vec![read.negated("!")]
        }
        _ => vec![truthy()],
    }
}

fn binary<'p>(
    reader: &Reader<'p>,
    condition: Node<'p>,
    whole: &Assertion,
    depth: u32,
) -> Vec<Assertion> {
    let (Some(left), Some(right), Some(operator)) = (
        condition.child_by_field_name("left"),
        condition.child_by_field_name("right"),
        field(reader.parsed, condition, "operator"),
    ) else {
        return vec![whole.clone()];
    };
    match operator {
        "||" => {
            let mut all = unless(reader, left, whole, depth + 1);
            all.extend(unless(reader, right, whole, depth + 1));
            all
        }
        // It fails only where both hold: a condition, and a question.
        "&&" => {
            let mut all = unless(reader, right, whole, depth + 1);
            for one in &mut all {
                one.conditional = true;
            }
            all
        }
        "!=" => vec![equal(reader, left, right, whole.clone())],
        "==" => vec![differs(reader, left, right, whole.clone())],
        _ => vec![bound(reader, left, operator, right, whole.clone())],
    }
}

/// That a condition holds.
pub(super) fn holds<'p>(
    reader: &Reader<'p>,
    node: Node<'p>,
    whole: Assertion,
    depth: u32,
) -> Assertion {
    let line = |node| flat(reader.parsed, node);
    let truthy = Assertion {
        subject: line(node),
        ..whole.clone()
    };
    if depth > DEEPEST {
        return truthy;
    }
    match node.kind() {
        kind::PARENTHESIZED_EXPRESSION => match parts(node).first() {
            Some(inner) => holds(reader, *inner, whole, depth + 1),
            None => truthy,
        },
        kind::TRUE => whole.holding(Flaw::Constant, line(node)),
        kind::FALSE => Assertion {
            flaw: Some(Flaw::Never),
            ..whole.failing()
        },
        kind::UNARY_EXPRESSION => match node.child_by_field_name("operand") {
            Some(operand) => holds(reader, operand, whole, depth + 1).negated("!"),
            None => truthy,
        },
        kind::BINARY_EXPRESSION => compared(reader, node, whole, truthy),
        kind::CALL_EXPRESSION => called(reader, node, whole, truthy),
        _ => truthy,
    }
}

fn compared<'p>(
    reader: &Reader<'p>,
    node: Node<'p>,
    whole: Assertion,
    truthy: Assertion,
) -> Assertion {
    let sides = node
        .child_by_field_name("left")
        .zip(node.child_by_field_name("right"));
    match (sides, field(reader.parsed, node, "operator")) {
        (Some((left, right)), Some("==")) => equal(reader, left, right, whole),
        (Some((left, right)), Some("!=")) => differs(reader, left, right, whole),
        (Some((left, right)), Some("<" | "<=" | ">" | ">=")) => {
            let (subject, expected) = reader.sides(left, right);
            Assertion {
                strength: Strength::Bound,
                subject: flat(reader.parsed, subject),
                expected: flat(reader.parsed, expected),
                ..whole
            }
        }
        (_, Some(operator @ "||")) => truthy.or_else(operator, flat(reader.parsed, node)),
        _ => truthy,
    }
}

fn called<'p>(
    reader: &Reader<'p>,
    call: Node<'p>,
    whole: Assertion,
    truthy: Assertion,
) -> Assertion {
    let Some((name, operand)) = reader.callee(call) else {
        return truthy;
    };
    let given = arguments(call);
    let package = operand.map_or("", |operand| reader.parsed.text(operand));
    match (package, name, given.as_slice()) {
        ("reflect", "DeepEqual", [left, right])
        | ("bytes" | "slices" | "maps" | "cmp" | "proto", "Equal", [left, right, ..]) => {
            reader.equal(*left, *right, whole)
        }
        (_, "Equal", [only]) => match operand {
            Some(operand) => reader.equal(operand, *only, whole),
            None => truthy,
        },
        ("strings" | "bytes", "Contains" | "HasPrefix" | "HasSuffix" | "EqualFold", [of, part])
        | ("slices", "Contains", [of, part])
        | ("errors", "Is", [of, part]) => Assertion {
            strength: Strength::Pattern,
            subject: flat(reader.parsed, *of),
            expected: flat(reader.parsed, *part),
            operator: name.to_owned(),
            ..whole
        },
        ("errors", "As", [of, ..]) => Assertion {
            strength: Strength::Shape,
            subject: flat(reader.parsed, *of),
            operator: name.to_owned(),
            ..whole
        },
        (_, "MatchString" | "Match", _) => Assertion {
            strength: Strength::Pattern,
            operator: name.to_owned(),
            ..truthy
        },
        _ => truthy,
    }
}

/// Whether a name is that of an error.
fn is_error(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text);
    last == "err" || last.ends_with("Err") || last.ends_with("Error()") || last.starts_with("err")
}

fn equal<'p>(reader: &Reader<'p>, left: Node<'p>, right: Node<'p>, whole: Assertion) -> Assertion {
    let text = reader.parsed.text(left);
    let is_empty = matches!(reader.parsed.text(right), "\"\"" | "``");
    // `diff := cmp.Diff(want, got); diff != ""`
    let call = match left.kind() {
        kind::CALL_EXPRESSION => Some(left),
        _ => reader.comparison(text),
    };
    let diff = call.filter(|call| {
        let callee = field(reader.parsed, *call, "function").unwrap_or_default();
        is_empty && callee.ends_with("Diff")
    });
    if let Some(diff) = diff
        && let [first, second, rest @ ..] = arguments(diff).as_slice()
    {
        let read = reader.equal(*first, *second, whole);
        let looser: Vec<String> = rest
            .iter()
            .map(|option| flat(reader.parsed, *option))
            .collect();
        let is_loose = looser.iter().any(|option| option.contains("Ignore"));
        return Assertion {
            strength: match is_loose {
                true => read.strength.min(Strength::Approx),
                false => read.strength,
            },
            tolerances: vec![Tolerance {
                name: "options".to_owned(),
                value: looser.len() as f64,
            }],
            ..read
        };
    }
    // There is one `nil`.
    if reader.parsed.text(right) == "nil" && is_error(text) {
        return Assertion {
            strength: Strength::Exact,
            subject: text.to_owned(),
            expected: "nil".to_owned(),
            operator: "==".to_owned(),
            ..whole
        };
    }
    reader.equal(left, right, whole)
}

fn differs<'p>(
    reader: &Reader<'p>,
    left: Node<'p>,
    right: Node<'p>,
    whole: Assertion,
) -> Assertion {
    let (subject, expected) = reader.sides(left, right);
    let (subject, expected) = (flat(reader.parsed, subject), flat(reader.parsed, expected));
    let flaw = match is_literal(left) && is_literal(right) {
        true => Some(Flaw::Constant),
        false => None,
    };
    Assertion {
        strength: match expected.as_str() {
            "nil" => Strength::NotNone,
            _ => Strength::Bound,
        },
        subject,
        expected,
        operator: "!=".to_owned(),
        ..whole
    }
    .with_flaw(flaw)
}

/// What must hold where a comparison must not: `<` for `>=`.
fn bound<'p>(
    reader: &Reader<'p>,
    left: Node<'p>,
    operator: &str,
    right: Node<'p>,
    whole: Assertion,
) -> Assertion {
    let kept = match operator {
        "<" => ">=",
        "<=" => ">",
        ">" => "<=",
        ">=" => "<",
        other => other,
    };
    let expected = flat(reader.parsed, right);
    let subject = flat(reader.parsed, left);
    let is_near = subject.starts_with("math.Abs(") && matches!(kept, "<" | "<=");
    let value = number(&expected);
    Assertion {
        strength: match is_near {
            true => Strength::Approx,
            false => Strength::Bound,
        },
        subject,
        expected,
        operator: kept.to_owned(),
        tolerances: value
            .map(|value| Tolerance {
                name: kept.to_owned(),
                value,
            })
            .into_iter()
            .collect(),
        ..whole
    }
}
