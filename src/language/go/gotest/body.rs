//! What a function of Go does: assertions with what becomes of their failure, calls, signs.
//!
//! Does not catch: a failure that is lost in a goroutine, or in a channel.

use std::collections::BTreeSet;

use super::assert::{Reader, arguments, helper, live};
use super::facts::facts;
use crate::language::go::kind;
use crate::language::test_model::reading::{Setting, of_the_machine};
use crate::language::test_model::{Assertion, Body, Double, Emptiness, Fate};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// The statements of a block.
pub(super) fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    parts(block)
        .into_iter()
        .flat_map(|part| match part.kind() {
            kind::STATEMENT_LIST => parts(part),
            _ => vec![part],
        })
        .collect()
}

/// Reads a body.
pub(super) fn read<'p>(reader: &Reader<'p>, block: Node<'p>) -> Body {
    let mut body = Body {
        emptiness: emptiness(reader, block),
        doubles: doubles(reader, block),
        ..Body::default()
    };
    walk(reader, block, &mut body);
    facts(reader.parsed, block, &mut body);
    body
}

fn emptiness(reader: &Reader<'_>, block: Node<'_>) -> Emptiness {
    let mut least = Emptiness::Empty;
    for statement in statements(block) {
        let text = flat(reader.parsed, statement);
        let prints = ["fmt.Print", "t.Log(", "t.Logf(", "println(", "log.Print"];
        match text.as_str() {
            "return" | "t.Helper()" | "t.Parallel()" => {}
            text if prints.iter().any(|begin| text.starts_with(begin)) => least = Emptiness::Prints,
            text if text.starts_with("_=") && !text.contains('(') => {}
            _ => return Emptiness::Code,
        }
    }
    least
}

/// A statement with what holds for it.
type Pending<'p> = (Node<'p>, Setting, Option<Node<'p>>);

fn walk<'p>(reader: &Reader<'p>, block: Node<'p>, body: &mut Body) {
    let uncalled = uncalled(reader, block);
    let mut stack: Vec<Pending<'p>> = vec![(block, live(), None)];
    while let Some((node, setting, parent)) = stack.pop() {
        let mut inner = setting.clone();
        match node.kind() {
            kind::IF_STATEMENT => {
                branch(reader, node, &setting, body, &mut stack);
                continue;
            }
            kind::EXPRESSION_CASE
            | kind::TYPE_CASE
            | kind::DEFAULT_CASE
            | kind::COMMUNICATION_CASE => {
                case(reader, node, &setting, body, &mut stack);
                continue;
            }
            kind::CALL_EXPRESSION => {
                let found = reader.call(node, &setting);
                body.can_fail |= reader.fails(node);
                let is_statement =
                    parent.is_some_and(|parent| parent.kind() == kind::EXPRESSION_STATEMENT);
                if found.is_empty() && is_statement {
                    body.invocations.extend(invocation(reader, node, &setting));
                }
                body.assertions.extend(found);
            }
            kind::FUNC_LITERAL => {
                let name = parent.and_then(|parent| bound_to(reader, parent, node));
                if name.is_some_and(|name| uncalled.contains(name)) && inner.fate == Fate::Live {
                    let name = name.unwrap_or_default();
                    inner.fate = Fate::Dead(format!("nothing calls {name}"));
                }
            }
            kind::FOR_STATEMENT => {
                let mut children = parts(node).into_iter();
                let over = children.find(|part| part.kind() == kind::RANGE_CLAUSE);
                let over = over.and_then(|clause| clause.child_by_field_name("right"));
                let body_of = over.and_then(|over| over.child_by_field_name("body"));
                let is_nothing = body_of.is_some_and(|body| parts(body).is_empty())
                    || over.is_some_and(|over| reader.parsed.text(over) == "0");
                if is_nothing && inner.fate == Fate::Live {
                    inner.fate = Fate::Dead("the loop goes over nothing".to_owned());
                }
            }
            kind::BLOCK | kind::STATEMENT_LIST => {
                block_of(reader, node, inner, &mut stack);
                continue;
            }
            _ => {}
        }
        let children = parts(node).into_iter().rev();
        stack.extend(children.map(|child| (child, inner.clone(), Some(node))));
    }
}

/// What stands behind a statement that ends its block is never reached.
fn block_of<'p>(
    reader: &Reader<'p>,
    node: Node<'p>,
    mut inner: Setting,
    stack: &mut Vec<Pending<'p>>,
) {
    let mut children = Vec::new();
    for statement in parts(node) {
        children.push((statement, inner.clone(), Some(node)));
        if inner.fate != Fate::Live {
            continue;
        }
        let line = statement.start_position().row + 1;
        let ends = match statement.kind() {
            kind::RETURN_STATEMENT => Some("`return`"),
            kind::EXPRESSION_STATEMENT => reader.skips(statement).map(|_| "the skip"),
            _ => None,
        };
        if let Some(what) = ends {
            inner.fate = Fate::Dead(format!("{what} on line {line} ends the block before it"));
        }
        inner.guarded |= statement.kind() == kind::IF_STATEMENT && returns(reader, statement);
    }
    stack.extend(children.into_iter().rev());
}

/// Whether a branch may leave the test without failing it.
fn returns(reader: &Reader<'_>, statement: Node<'_>) -> bool {
    let condition = statement.child_by_field_name("condition");
    let condition = condition.map_or(String::new(), |condition| flat(reader.parsed, condition));
    let Some(then) = statement.child_by_field_name("consequence") else {
        return false;
    };
    let inside = statements(then);
    let leaves = inside
        .iter()
        .any(|one| one.kind() == kind::RETURN_STATEMENT);
    let fails = inside.iter().any(|one| {
        one.named_child(0)
            .is_some_and(|call| call.kind() == kind::CALL_EXPRESSION && reader.fails(call))
    });
    leaves && !fails && !of_the_machine(&condition)
}

/// Whether a block fails the test by a statement of its own.
fn failing<'p>(reader: &Reader<'p>, block: Node<'p>) -> Option<Node<'p>> {
    let statements = statements(block).into_iter();
    let mut calls = statements.filter_map(|one| one.named_child(0));
    calls.find(|call| call.kind() == kind::CALL_EXPRESSION && reader.fails(*call))
}

/// Whether a block says something to who reads the log, and does nothing else.
fn only_logs(reader: &Reader<'_>, block: Node<'_>) -> bool {
    let inside = statements(block);
    !inside.is_empty()
        && inside.iter().all(|one| {
            let text = flat(reader.parsed, *one);
            ["t.Log(", "t.Logf(", "fmt.Print", "log.Print"]
                .iter()
                .any(|begin| text.starts_with(begin))
        })
}

fn branch<'p>(
    reader: &Reader<'p>,
    node: Node<'p>,
    setting: &Setting,
    body: &mut Body,
    stack: &mut Vec<Pending<'p>>,
) {
    let Some(condition) = node.child_by_field_name("condition") else {
        return;
    };
    let initializer = node.child_by_field_name("initializer");
    let then = node.child_by_field_name("consequence");
    let other = node.child_by_field_name("alternative");
    let mut inner = setting.clone();
    let text = flat(reader.parsed, condition);
    if let Some(call) = then.and_then(|then| failing(reader, then)) {
        let whole = Assertion {
            mute: false,
            ..reader.blank(condition, setting)
        };
        let mut read = reader.unless(condition, &whole);
        for one in &mut read {
            one.place = reader.parsed.place(condition);
        }
        body.can_fail = true;
        body.assertions.extend(read);
        // What the failing branch does else is for the message.
        let rest = then.map(statements).unwrap_or_default().into_iter().rev();
        let rest = rest.filter(|one| {
            one.named_child(0)
                .is_none_or(|inner| inner.id() != call.id())
        });
        let quiet = rest.filter(|one| one.kind() == kind::IF_STATEMENT);
        stack.extend(quiet.map(|one| (one, inner.clone(), Some(node))));
    } else {
        inner.conditional = true;
        inner.condition = Some(text.clone());
        inner.guarded |= !of_the_machine(&text);
        // A difference that is only logged fails nobody.
        let is_difference = field(reader.parsed, condition, "operator") == Some("!=");
        let is_error = text.ends_with("!=nil");
        let logs = then.is_some_and(|then| only_logs(reader, then));
        if is_difference && !is_error && logs {
            let why = Fate::Swallowed("a branch that only logs".to_owned());
            let whole = Assertion {
                fate: why,
                ..reader.blank(condition, setting)
            };
            body.assertions.extend(reader.unless(condition, &whole));
        }
        let mut within = inner.clone();
        if text == "false" && within.fate == Fate::Live {
            within.fate = Fate::Dead("its condition is never true".to_owned());
        }
        stack.extend(then.map(|then| (then, within, Some(node))));
    }
    if let Some(other) = other {
        let fails = other.kind() == kind::BLOCK && failing(reader, other).is_some();
        if fails && then.and_then(|then| failing(reader, then)).is_none() {
            // `if ok { .. } else { t.Fatal() }` asserts the condition.
            let whole = reader.blank(condition, setting);
            body.assertions
                .push(super::condition::holds(reader, condition, whole, 0));
            body.can_fail = true;
        } else {
            let mut at = setting.clone();
            at.conditional = true;
            stack.push((other, at, Some(node)));
        }
    }
    stack.push((condition, setting.clone(), Some(node)));
    stack.extend(initializer.map(|first| (first, setting.clone(), Some(node))));
}

/// `switch { case got != want: t.Error(..) }` is a chain of branches.
fn case<'p>(
    reader: &Reader<'p>,
    node: Node<'p>,
    setting: &Setting,
    body: &mut Body,
    stack: &mut Vec<Pending<'p>>,
) {
    let value = node.child_by_field_name("value");
    let has_subject = node
        .parent()
        .is_some_and(|switch| switch.child_by_field_name("value").is_some());
    let conditions = value.map(parts).unwrap_or_default();
    let rest: Vec<Node<'_>> = parts(node)
        .into_iter()
        .filter(|part| value.is_none_or(|value| value.id() != part.id()))
        .collect();
    let statements = rest.iter().flat_map(|part| match part.kind() {
        kind::STATEMENT_LIST => parts(*part),
        _ => vec![*part],
    });
    let is_failing = |one: &Node<'p>| {
        one.named_child(0)
            .is_some_and(|call| call.kind() == kind::CALL_EXPRESSION && reader.fails(call))
    };
    let fails = statements.filter(is_failing).count() > 0;
    if fails && !has_subject && !conditions.is_empty() && node.kind() == kind::EXPRESSION_CASE {
        for condition in conditions {
            let whole = reader.blank(condition, setting);
            body.assertions.extend(reader.unless(condition, &whole));
        }
        body.can_fail = true;
        return;
    }
    let mut inner = setting.clone();
    inner.conditional = true;
    inner.guarded = true;
    stack.extend(
        rest.into_iter()
            .rev()
            .map(|part| (part, inner.clone(), Some(node))),
    );
}

/// A call as a statement: perhaps a helper that asserts.
fn invocation<'p>(reader: &Reader<'p>, call: Node<'p>, setting: &Setting) -> Option<Assertion> {
    let (name, operand) = reader.callee(call)?;
    let package = operand.map_or("", |operand| reader.parsed.text(operand));
    let is_plain = matches!(
        package,
        "fmt" | "log" | "os" | "time" | "t" | "b" | "sync" | "wg" | "mu"
    );
    if name.is_empty() || is_plain {
        return None;
    }
    let given = arguments(call).into_iter();
    let given: Vec<(String, String)> = given
        .map(|node| (String::new(), flat(reader.parsed, node)))
        .collect();
    let line = |at: usize| {
        given
            .get(at)
            .map_or(String::new(), |(_, value)| value.clone())
    };
    Some(Assertion {
        subject: line(1),
        expected: line(2),
        arguments: given.clone(),
        ..helper(reader.blank(call, setting), name)
    })
}

/// The name that a closure is bound to where it stands.
fn bound_to<'p>(reader: &Reader<'p>, parent: Node<'p>, closure: Node<'p>) -> Option<&'p str> {
    let around = match parent.kind() {
        kind::EXPRESSION_LIST => parent.parent()?,
        _ => parent,
    };
    let left = around.child_by_field_name("left").map(parts)?;
    let right = around.child_by_field_name("right").map(parts)?;
    match (left.as_slice(), right.as_slice()) {
        ([name], [value]) if value.id() == closure.id() => Some(reader.parsed.text(*name)),
        _ => None,
    }
}

/// Closures of the body whose name stands nowhere else.
fn uncalled<'p>(reader: &Reader<'p>, block: Node<'p>) -> BTreeSet<&'p str> {
    /// Generated bodies have many; a few are looked up.
    const MOST: usize = 50;
    let closures = Walk::new(block).filter(|node| node.kind() == kind::FUNC_LITERAL);
    let mut inner: BTreeSet<&str> = closures
        .filter_map(|closure| bound_to(reader, closure.parent()?, closure))
        .collect();
    if inner.is_empty() || inner.len() > MOST {
        return BTreeSet::new();
    }
    let mut seen = BTreeSet::new();
    for name in Walk::new(block).filter(|node| node.kind() == kind::IDENTIFIER) {
        let text = reader.parsed.text(name);
        if !seen.insert(text) {
            inner.remove(text);
        }
    }
    inner
}

/// The doubles that a body puts in the place of functions of the package: `now = func() time.Time { .. }`.
fn doubles<'p>(reader: &Reader<'p>, block: Node<'p>) -> Vec<Double> {
    let assignments = Walk::new(block).filter(|node| node.kind() == kind::ASSIGNMENT_STATEMENT);
    assignments
        .filter_map(|assignment| {
            let left = assignment.child_by_field_name("left").map(parts)?;
            let right = assignment.child_by_field_name("right").map(parts)?;
            let ([name], [value]) = (left.as_slice(), right.as_slice()) else {
                return None;
            };
            let returned = value
                .child_by_field_name("body")
                .filter(|_| value.kind() == kind::FUNC_LITERAL)?;
            let answer = match statements(returned).as_slice() {
                [only] if only.kind() == kind::RETURN_STATEMENT => only.named_child(0),
                _ => None,
            };
            Some(Double {
                target: field(reader.parsed, *name, "field")
                    .unwrap_or(reader.parsed.text(*name))
                    .to_owned(),
                answer: answer.map(|answer| flat(reader.parsed, answer)),
                specified: true,
                local: false,
            })
        })
        .collect()
}
