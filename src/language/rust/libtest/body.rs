//! What a Rust function does: assertions with what becomes of their failure, calls, literals, signs.
//! Works on the tree with macro calls read as calls.
//!
//! Does not catch: a failure lost in a channel, a task set or a thread pool.

use std::collections::{BTreeMap, BTreeSet};

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::{Reader, arguments, dropping, is_macro, leaf};
use super::bound::bind;
use super::facts::facts;
use super::fold::truth;
use crate::language::test_model::reading::{Bound, Setting, of_the_machine, one_line};
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{
    Assertion, Body, Decider, Double, Emptiness, Fate, Form, Sign, SignKind,
};

/// Reads a body; `block` is the function's, or the closure's of a macro that declares a test.
pub(super) fn read(reader: &Reader<'_>, block: Node<'_>) -> Body {
    reader.states.set(0);
    let mut body = Body {
        emptiness: emptiness(reader.parsed, block),
        ..Body::default()
    };
    expressions(reader, block, &mut body);
    facts(reader.parsed, block, &mut body);
    body
}

fn emptiness(parsed: &Parsed, block: Node<'_>) -> Emptiness {
    let mut least = Emptiness::Empty;
    let mut declares = false;
    for statement in parts(block) {
        let expression = match statement.kind() {
            "expression_statement" => parts(statement).first().copied(),
            _ => Some(statement),
        };
        let Some(expression) = expression else {
            continue;
        };
        let text = flat(parsed, expression);
        match expression.kind() {
            "call_expression"
                if matches!(
                    leaf(parsed, expression),
                    "println" | "eprintln" | "print" | "eprint" | "dbg"
                ) =>
            {
                least = Emptiness::Prints;
            }
            _ if matches!(text.as_str(), "Ok(())" | "()" | "return" | "return Ok(())") => {}
            "boolean_literal" | "integer_literal" | "unit_expression" => {}
            kind if kind.ends_with("_item")
                || kind == "use_declaration"
                || kind == "attribute_item" =>
            {
                declares = true;
            }
            _ => return Emptiness::Code,
        }
    }
    if declares { Emptiness::Declares } else { least }
}

fn expressions(reader: &Reader<'_>, block: Node<'_>, body: &mut Body) {
    let parsed = reader.parsed;
    let live = Setting {
        fate: Fate::Live,
        conditional: false,
        marker: false,
        guarded: false,
        condition: None,
        decider: Decider::Nobody,
        caught: None,
    };
    let handles = joined_and_dropped(parsed, block);
    let uncalled = uncalled(parsed, block);
    let mut bound = BTreeMap::new();
    // Node, what holds for it, and its parent (asking a node for it walks from the root).
    let mut stack: Vec<(Node<'_>, Setting, Option<Node<'_>>)> = vec![(block, live, None)];
    while let Some((node, setting, parent)) = stack.pop() {
        let mut inner = setting.clone();
        match node.kind() {
            "macro_invocation" => {
                macro_tokens(reader, node, &setting, body);
                continue;
            }
            "call_expression" => {
                let at_hand = parent.and_then(|statement| bound.remove(&statement.id()));
                reader.bound.replace(at_hand.unwrap_or_default());
                let found = reader.call(node, &setting);
                if found.is_empty() && parent.is_some_and(|p| p.kind() == "expression_statement") {
                    body.invocations.extend(invocation(reader, node, &setting));
                }
                let at_hand = reader.bound.borrow();
                body.assertions
                    .extend(found.into_iter().map(|read| Assertion {
                        resolved: at_hand.resolve(&read.subject),
                        ..read
                    }));
                drop(at_hand);
                if let Some(fate) = dropping(parsed, node, parent)
                    && inner.fate == Fate::Live
                {
                    inner.fate = fate;
                }
                let name = leaf(parsed, node);
                // Run only where there is a value.
                inner.guarded |= matches!(name, "map" | "and_then" | "inspect" | "map_err");
                if matches!(
                    name,
                    "unwrap"
                        | "expect"
                        | "unwrap_err"
                        | "expect_err"
                        | "panic"
                        | "unreachable"
                        | "todo"
                        | "unimplemented"
                ) {
                    body.can_fail = true;
                }
                if name == "spawn" && inner.fate == Fate::Live {
                    let dropped = match parent.map(|p| p.kind()) {
                        Some("expression_statement") => true,
                        Some("let_declaration") => parent
                            .and_then(|p| field(parsed, p, "pattern"))
                            .is_some_and(|pattern| pattern == "_" || handles.contains(pattern)),
                        _ => false,
                    };
                    if dropped {
                        inner.fate = Fate::PerhapsSwallowed(
                            "a spawned thread or task whose result is dropped".to_owned(),
                        );
                    }
                }
                body.signs.extend(sign(reader, node));
            }
            "try_expression" => body.can_fail = true,
            "async_block" if parent.is_some_and(|p| p.kind() == "expression_statement") => {
                inner.fate = Fate::Dead("its future is never awaited".to_owned());
            }
            "if_expression" => {
                inner.conditional = true;
                if let Some(condition) = node.child_by_field_name("condition") {
                    inner.guarded |= !of_the_machine(&flat(parsed, condition));
                    body.signs
                        .extend(answers_debug_builds(reader, node, condition));
                    let known = truth(parsed, condition, reader.constants);
                    let parts = parts(node);
                    for part in parts.into_iter().rev() {
                        let mut at = inner.clone();
                        let consequence = node.child_by_field_name("consequence");
                        let is_consequence = consequence.is_some_and(|c| c.id() == part.id());
                        if part.id() == condition.id() {
                            at = setting.clone();
                        } else if at.fate == Fate::Live
                            && ((known == Some(false) && is_consequence)
                                || (known == Some(true) && !is_consequence))
                        {
                            at.fate = Fate::Dead("its condition is never true".to_owned());
                        }
                        stack.push((part, at, Some(node)));
                    }
                    continue;
                }
            }
            "closure_expression" => {
                let bound = parent
                    .filter(|p| p.kind() == "let_declaration")
                    .and_then(|p| field(parsed, p, "pattern"));
                if let Some(name) = bound.filter(|name| uncalled.contains(*name))
                    && inner.fate == Fate::Live
                {
                    inner.fate = Fate::Dead(format!("nothing calls {name}"));
                }
            }
            "for_expression" => {
                let over = node.child_by_field_name("value");
                let nothing = over.is_some_and(|over| match over.kind() {
                    "range_expression" => {
                        let text = flat(parsed, over);
                        text.split_once("..")
                            .is_some_and(|(from, to)| from == to && from.parse::<u64>().is_ok())
                    }
                    "array_expression" => parts(over).is_empty(),
                    _ => false,
                });
                if nothing && inner.fate == Fate::Live {
                    inner.fate = Fate::Dead("the loop goes over nothing".to_owned());
                }
            }
            "match_arm" => {
                inner.conditional = true;
                inner.guarded = true;
            }
            "function_item" => {
                let name = field(parsed, node, "name").unwrap_or_default();
                if uncalled.contains(name) && inner.fate == Fate::Live {
                    inner.fate = Fate::Dead(format!("nothing calls {name}"));
                }
                let returned = node
                    .child_by_field_name("body")
                    .map(parts)
                    .unwrap_or_default();
                let answer = returned
                    .first()
                    .filter(|_| returned.len() == 1)
                    .filter(|n| !Walk::new(**n).any(|n| n.kind() == "self"));
                body.doubles.push(Double {
                    target: field(parsed, node, "name").unwrap_or_default().to_owned(),
                    answer: answer.map(|n| flat(parsed, *n)),
                    specified: false,
                    local: true,
                });
            }
            "const_block" | "const_item" => inner.marker = true,
            "block" => {
                let mut children = Vec::new();
                let mut at_hand = Bound::default();
                for statement in parts(node) {
                    children.push((statement, inner.clone(), Some(node)));
                    inner.guarded |= returns_within(parsed, statement);
                    bind(parsed, statement, &mut at_hand, &mut bound);
                    let first = match statement.kind() {
                        "expression_statement" => parts(statement).first().copied(),
                        _ => None,
                    };
                    let ends = first.is_some_and(|e| e.kind() == "return_expression");
                    if ends && inner.fate == Fate::Live {
                        let line = statement.start_position().row + 1;
                        inner.fate =
                            Fate::Dead(format!("`return` on line {line} ends the block before it"));
                    }
                }
                stack.extend(children.into_iter().rev());
                continue;
            }
            _ => {}
        }
        let children = parts(node);
        stack.extend(
            children
                .into_iter()
                .rev()
                .map(|child| (child, inner.clone(), Some(node))),
        );
    }
}

/// Whether a statement may return from the function in the middle: what follows it may not run.
fn returns_within(parsed: &Parsed, statement: Node<'_>) -> bool {
    let may = match statement.kind() {
        "let_declaration" => statement.child_by_field_name("alternative"),
        "expression_statement" => parts(statement).first().copied(),
        _ => Some(statement),
    };
    let Some(may) = may.filter(|n| {
        matches!(
            n.kind(),
            "block" | "if_expression" | "match_expression" | "if_let_expression"
        )
    }) else {
        return false;
    };
    let condition = may.child_by_field_name("condition");
    if condition.is_some_and(|c| of_the_machine(&flat(parsed, c))) {
        return false;
    }
    let mut walk = Walk::new(may);
    while let Some(node) = walk.next() {
        match node.kind() {
            "closure_expression" | "function_item" | "async_block" => walk.skip_children(),
            "return_expression" => return true,
            _ => {}
        }
    }
    false
}

/// A macro that keeps its tokens (`vec![..]`, `select! { .. }`): assertions in it count, without a
/// place on the lattice.
fn macro_tokens(reader: &Reader<'_>, node: Node<'_>, setting: &Setting, body: &mut Body) {
    let parsed = reader.parsed;
    let name = field(parsed, node, "macro").unwrap_or_default();
    let name = name.rsplit("::").next().unwrap_or(name);
    body.calls.insert(name);
    let asserts = name.contains("assert")
        || name.contains("snapshot")
        || Walk::new(node).any(|n| {
            n.kind() == "identifier" && {
                let text = parsed.text(n);
                text.starts_with("assert") || text == "panic"
            }
        });
    if asserts {
        body.assertions.push(Assertion {
            form: Form::Helper,
            strength: Strength::Exact,
            subject: flat(parsed, node),
            operator: name.to_owned(),
            ..reader.blank(node, setting)
        });
    }
    let fails = |n: Node<'_>| {
        (n.kind() == "identifier" && matches!(parsed.text(n), "unwrap" | "expect" | "panic"))
            || parsed.text(n) == "?"
    };
    body.can_fail |= Walk::new(node).any(fails);
}

/// A call or macro call as a statement: perhaps a helper that asserts.
fn invocation(reader: &Reader<'_>, call: Node<'_>, setting: &Setting) -> Option<Assertion> {
    let name = leaf(reader.parsed, call);
    if name.is_empty() || matches!(name, "println" | "eprintln" | "print" | "drop" | "dbg") {
        return None;
    }
    let given = arguments(call).into_iter();
    let given = given.map(|n| (String::new(), flat(reader.parsed, n)));
    let given: Vec<(String, String)> = given.collect();
    let line = |at: usize| {
        let value = given.get(at);
        value.map_or_else(String::new, |(_, value)| value.clone())
    };
    Some(Assertion {
        form: Form::Helper,
        strength: Strength::Exact,
        subject: line(0),
        expected: line(1),
        operator: name.to_owned(),
        arguments: given,
        ..reader.blank(call, setting)
    })
}

/// Functions and closures of the body whose name stands nowhere else.
fn uncalled(parsed: &Parsed, block: Node<'_>) -> BTreeSet<String> {
    let mut inner: BTreeSet<String> = Walk::new(block)
        .filter_map(|n| match n.kind() {
            "function_item" => field(parsed, n, "name"),
            "let_declaration" => n
                .child_by_field_name("value")
                .filter(|value| value.kind() == "closure_expression")
                .and_then(|_| field(parsed, n, "pattern")),
            _ => None,
        })
        .map(str::to_owned)
        .collect();
    // Generated bodies have many; a few are looked up.
    if inner.is_empty() || inner.len() > 50 {
        return BTreeSet::new();
    }
    let mut seen = BTreeSet::new();
    for name in Walk::new(block).filter(|n| n.kind() == "identifier") {
        let text = parsed.text(name);
        if !seen.insert(text) {
            inner.remove(text);
        }
    }
    // A name may stand in a macro's tokens or in a format string.
    inner.retain(|name| {
        let text = parsed.text(block);
        text.matches(name.as_str()).count() == 1
    });
    inner
}

/// Names of handles whose `join()` is dropped: `let _ = handle.join();`.
fn joined_and_dropped(parsed: &Parsed, block: Node<'_>) -> BTreeSet<String> {
    Walk::new(block)
        .filter(|n| n.kind() == "let_declaration" && field(parsed, *n, "pattern") == Some("_"))
        .filter_map(|n| n.child_by_field_name("value"))
        .filter(|value| leaf(parsed, *value) == "join" || value.kind() == "await_expression")
        .filter_map(|value| {
            Walk::new(value)
                .find(|n| n.kind() == "identifier")
                .map(|n| parsed.text(n).to_owned())
        })
        .collect()
}

/// A branch for debug builds, which tests are, that answers in the place of what follows.
fn answers_debug_builds(
    reader: &Reader<'_>,
    branch: Node<'_>,
    condition: Node<'_>,
) -> Option<Sign> {
    let parsed = reader.parsed;
    let consequence = branch.child_by_field_name("consequence")?;
    let mut inside = Walk::new(consequence);
    (flat(parsed, condition).contains("cfg(debug_assertions)")
        && inside.any(|n| n.kind() == "return_expression"))
    .then(|| Sign {
        kind: SignKind::TestDetected,
        text: "cfg!(debug_assertions)".to_owned(),
        place: parsed.place(condition),
        function: String::new(),
    })
}

/// Signs in a call: `process::exit(0)`, `cfg!(test)`.
pub(super) fn sign(reader: &Reader<'_>, call: Node<'_>) -> Option<Sign> {
    let parsed = reader.parsed;
    let callee = flat(parsed, call.child_by_field_name("function")?);
    let first = arguments(call)
        .first()
        .map(|n| flat(parsed, *n))
        .unwrap_or_default();
    let kind = match (callee.as_str(), first.as_str()) {
        ("std::process::exit" | "process::exit" | "exit", "0") => SignKind::EarlyExit,
        ("cfg", "test") if is_macro(reader.original, call) => SignKind::TestDetected,
        ("std::env::var" | "env::var" | "std::env::var_os" | "env::var_os", name)
            if name.contains("NEXTEST")
                || name.contains("RUST_TEST")
                || name.contains("CARGO_TARGET_TMPDIR") =>
        {
            SignKind::CallerDetected
        }
        _ => return None,
    };
    Some(Sign {
        kind,
        text: one_line(
            reader
                .original
                .source
                .get(call.byte_range())
                .unwrap_or_default(),
        ),
        place: parsed.place(call),
        function: String::new(),
    })
}
