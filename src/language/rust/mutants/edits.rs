//! The edits of one node.
//!
//! Does not catch: see the module above.

use std::collections::BTreeSet;

use crate::language::facts::row;
use crate::language::mutants::{Gathering, Operator, other_number};
use crate::language::rust::kind;
use crate::language::rust::mutants::types;
use crate::language::{Arid, Language};
use crate::syntax::Node;
use crate::syntax::walk::{field, parts};

/// Shorter than what it stands for: the words of this language for code that makes no mutant.
fn arid() -> &'static Arid {
    &crate::language::rust::Rust.profile().arid
}

/// What the edits of operators, constants, conditions and statements make of a node.
pub(super) fn node(gathering: &mut Gathering<'_>, node: Node<'_>) {
    match node.kind() {
        kind::IF_EXPRESSION => {
            negate(gathering, node.child_by_field_name("condition"));
            otherwise(gathering, node);
        }
        kind::MATCH_PATTERN => negate(gathering, node.child_by_field_name("condition")),
        kind::WHILE_EXPRESSION => never(gathering, node.child_by_field_name("condition")),
        kind::MATCH_EXPRESSION => arms(gathering, node),
        kind::EXPRESSION_STATEMENT => called(gathering, node),
        kind::RANGE_EXPRESSION => range(gathering, node),
        kind::UNARY_EXPRESSION => unary(gathering, node),
        kind::BOOLEAN_LITERAL if !is_pattern(node) => {
            let with = match gathering.text(node) {
                "true" => "false",
                _ => "true",
            };
            gathering.swap(node, Operator::Constant, with);
        }
        kind::INTEGER_LITERAL | kind::FLOAT_LITERAL if !is_pattern(node) => number(gathering, node),
        kind::FIELD_EXPRESSION => method(gathering, node),
        _ => {}
    }
}

/// Whether a literal is what a value is matched with: its arm is edited.
fn is_pattern(node: Node<'_>) -> bool {
    let around = node.parent();
    around.is_some_and(|around| around.kind() == kind::MATCH_PATTERN)
}

/// All of a function's body.
pub(super) fn body(gathering: &mut Gathering<'_>, function: Node<'_>, known: &BTreeSet<&str>) {
    let parsed = gathering.parsed;
    let Some(body) = function.child_by_field_name("body") else {
        return;
    };
    let statements = parts(body);
    let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
        return;
    };
    let name = field(parsed, function, "name").unwrap_or_default();
    let defaults = match function.child_by_field_name("return_type") {
        // A test cannot see what is only shown.
        None if statements.iter().all(|statement| is_shown(*statement)) => Vec::new(),
        None => vec![String::new()],
        Some(_) if last.is_string() => Vec::new(),
        Some(of) if gathering.text(of) == "bool" => vec!["true".to_owned(), "false".to_owned()],
        Some(_) if matches!(name, "default" | "new") => Vec::new(),
        Some(of) => types::default_of(parsed, of, known, 0)
            .into_iter()
            .collect(),
    };
    let line = row(first.start_position().row);
    let bytes = first.start_byte()..last.end_byte();
    for default in defaults {
        let says = match default.as_str() {
            "" => format!("the body of `{name}` was left out"),
            default => format!("the body of `{name}` became `{default}`"),
        };
        gathering.replace_bytes(bytes.clone(), line, Operator::Body, default, says);
    }
}

/// Whether a statement is nothing but a macro call, which mostly prints or asserts.
fn is_shown(statement: Node<'_>) -> bool {
    let inner = crate::language::rust::Rust.expression_of(statement);
    inner.unwrap_or(statement).kind() == kind::MACRO_INVOCATION
}

/// What `return` gives back.
pub(super) fn returned(gathering: &mut Gathering<'_>, node: Node<'_>, default: Option<&str>) {
    if let (Some(value), Some(default)) = (node.named_child(0), default) {
        let says = format!(
            "`return {}` became `return {default}`",
            gathering.shown(value)
        );
        answer(gathering, value, default, says);
    }
}

/// What a function's last expression gives back. Where it is all of the body, the body is edited.
pub(super) fn tail(gathering: &mut Gathering<'_>, block: Node<'_>, default: Option<&str>) {
    let of = block.parent();
    if of.is_none_or(|of| of.kind() != kind::FUNCTION_ITEM) {
        return;
    }
    let parts = parts(block);
    let (Some(value), Some(default), true) = (parts.last(), default, parts.len() > 1) else {
        return;
    };
    let is_plain = matches!(
        value.kind(),
        kind::CALL_EXPRESSION
            | kind::IDENTIFIER
            | kind::FIELD_EXPRESSION
            | kind::BINARY_EXPRESSION
            | kind::TRY_EXPRESSION
            | kind::TUPLE_EXPRESSION
            | kind::AWAIT_EXPRESSION
            | kind::INDEX_EXPRESSION
            | kind::REFERENCE_EXPRESSION
            | kind::TYPE_CAST_EXPRESSION
    );
    if is_plain {
        let says = format!("`{}` became `{default}`", gathering.shown(*value));
        answer(gathering, *value, default, says);
    }
}

fn answer(gathering: &mut Gathering<'_>, value: Node<'_>, default: &str, says: String) {
    let text = gathering.text(value);
    let operator = match text.starts_with("Err(") {
        true => Operator::Failure,
        false => Operator::Answer,
    };
    let is_empty = |text: &str| {
        let empty = [
            "::new())",
            "default())",
            "vec![])",
            "(())",
            "(0)",
            "::new()",
            "default()",
        ];
        empty.iter().any(|end| text.ends_with(end))
    };
    let is_same = text == default
        || value.kind() == kind::BOOLEAN_LITERAL
        || (operator == Operator::Answer && is_empty(text));
    if !is_same {
        gathering.replace(value, operator, default, says);
    }
}

/// Turns a condition round; comparisons for equality and `!` are turned by edits of their own.
fn negate(gathering: &mut Gathering<'_>, condition: Option<Node<'_>>) {
    let Some(condition) = condition else {
        return;
    };
    let text = gathering.text(condition);
    let with = match condition.kind() {
        kind::LET_CONDITION | kind::LET_CHAIN | kind::BOOLEAN_LITERAL | kind::UNARY_EXPRESSION => {
            return;
        }
        kind::BINARY_EXPRESSION => {
            if matches!(
                field(gathering.parsed, condition, "operator"),
                Some("==" | "!=")
            ) {
                return;
            }
            format!("!({text})")
        }
        kind::IDENTIFIER
        | kind::CALL_EXPRESSION
        | kind::FIELD_EXPRESSION
        | kind::MACRO_INVOCATION
        | kind::PARENTHESIZED_EXPRESSION => format!("!{text}"),
        _ => format!("!({text})"),
    };
    let says = format!("`{}` was negated", gathering.shown(condition));
    gathering.replace(condition, Operator::Condition, with, says);
}

/// A loop that never runs: one that is turned round may not end.
fn never(gathering: &mut Gathering<'_>, condition: Option<Node<'_>>) {
    let is_let = |node: &Node<'_>| matches!(node.kind(), kind::LET_CONDITION | kind::LET_CHAIN);
    if let Some(condition) = condition.filter(|node| !is_let(node)) {
        let says = format!("`{}` became `false`", gathering.shown(condition));
        gathering.replace(condition, Operator::Condition, "false", says);
    }
}

/// What runs otherwise, where nothing is made of it: a statement that others follow.
fn otherwise(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(clause) = node.child_by_field_name("alternative") else {
        return;
    };
    let block = parts(clause)
        .into_iter()
        .find(|part| part.kind() == kind::BLOCK);
    let statement = node.parent();
    let statement = statement.filter(|of| of.kind() == kind::EXPRESSION_STATEMENT);
    let block_around = statement.and_then(|of| of.parent());
    let is_last = match (statement, block_around) {
        (Some(statement), Some(around)) => parts(around).last() == Some(&statement),
        _ => true,
    };
    let Some(block) = block.filter(|_| !is_last) else {
        return;
    };
    if parts(block).len() > 1 {
        let says = "what runs under `else` was left out";
        gathering.replace(block, Operator::Branch, "{}", says);
    }
}

/// The arms of a `match` whose last takes what is left over.
fn arms(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let parsed = gathering.parsed;
    let arms = node.child_by_field_name("body").map(parts);
    let arms = arms.unwrap_or_default().into_iter();
    let mut arms: Vec<Node<'_>> = arms.filter(|arm| arm.kind() == kind::MATCH_ARM).collect();
    let last = arms.pop_if(|arm| field(parsed, *arm, "pattern") == Some("_"));
    let Some(rest) = last.and_then(|arm| field(parsed, arm, "value")) else {
        return;
    };
    for arm in arms {
        let does_the_same = field(parsed, arm, "value") == Some(rest);
        if let Some(pattern) = arm
            .child_by_field_name("pattern")
            .filter(|_| !does_the_same)
        {
            let says = format!("the arm `{}` was left out", gathering.shown(pattern));
            gathering.replace(arm, Operator::Branch, "", says);
        }
    }
}

/// A call that is a statement of its own, and one whose failure is passed on.
fn called(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(only) = node.named_child(0) else {
        return;
    };
    let is_passed_on = only.kind() == kind::TRY_EXPRESSION;
    let call = match is_passed_on {
        true => only.named_child(0),
        false => Some(only),
    };
    let inner = match call.filter(|call| call.kind() == kind::AWAIT_EXPRESSION) {
        Some(awaited) => awaited.named_child(0),
        None => call,
    };
    let (Some(call), Some(inner)) = (call, inner) else {
        return;
    };
    let callee = field(gathering.parsed, inner, "function").unwrap_or_default();
    if inner.kind() != kind::CALL_EXPRESSION || arid().is_call(callee) {
        return;
    }
    let says = format!("`{}` was left out", gathering.shown(only));
    gathering.replace(node, Operator::Call, "();", says);
    if is_passed_on {
        let with = format!("let _ = {};", gathering.text(call));
        let says = format!("the failure of `{}` is dropped", gathering.shown(call));
        gathering.replace(node, Operator::Failure, with, says);
    }
}

/// A comparison, logic or arithmetic; of logic nothing where the condition holds a `let`.
pub(super) fn operator(gathering: &mut Gathering<'_>, node: Node<'_>, is_chained: bool) {
    let Some(operator) = node.child_by_field_name("operator") else {
        return;
    };
    // Texts are put together by the same sign.
    let right = node.child_by_field_name("right");
    let is_text = right.is_some_and(|right| {
        right.is_string()
            || matches!(
                right.kind(),
                kind::REFERENCE_EXPRESSION | kind::MACRO_INVOCATION
            )
    });
    let (kind, with) = match gathering.text(operator) {
        "==" => (Operator::Condition, "!="),
        "!=" => (Operator::Condition, "=="),
        "<" => (Operator::Boundary, "<="),
        "<=" => (Operator::Boundary, "<"),
        ">" => (Operator::Boundary, ">="),
        ">=" => (Operator::Boundary, ">"),
        "&&" if is_chained => return,
        "&&" => (Operator::Logic, "||"),
        "||" => (Operator::Logic, "&&"),
        "+" | "+=" if is_text => return,
        "+" => (Operator::Arithmetic, "-"),
        "-" => (Operator::Arithmetic, "+"),
        "*" => (Operator::Arithmetic, "/"),
        "/" => (Operator::Arithmetic, "*"),
        "%" => (Operator::Arithmetic, "/"),
        "&" => (Operator::Arithmetic, "|"),
        "|" => (Operator::Arithmetic, "&"),
        "^" => (Operator::Arithmetic, "|"),
        "<<" => (Operator::Arithmetic, ">>"),
        ">>" => (Operator::Arithmetic, "<<"),
        "+=" => (Operator::Arithmetic, "-="),
        "-=" => (Operator::Arithmetic, "+="),
        "*=" => (Operator::Arithmetic, "/="),
        "/=" => (Operator::Arithmetic, "*="),
        "%=" => (Operator::Arithmetic, "/="),
        "&=" => (Operator::Arithmetic, "|="),
        "|=" => (Operator::Arithmetic, "&="),
        "^=" => (Operator::Arithmetic, "|="),
        "<<=" => (Operator::Arithmetic, ">>="),
        ">>=" => (Operator::Arithmetic, "<<="),
        _ => return,
    };
    gathering.swap(operator, kind, with);
}

/// The end of a range, which is taken in or left out.
fn range(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let sign = node
        .children()
        .find(|child| matches!(gathering.text(*child), ".." | "..="));
    let Some(sign) = sign.filter(|sign| sign.end_byte() < node.end_byte()) else {
        return;
    };
    let with = match gathering.text(sign) {
        ".." => "..=",
        _ => "..",
    };
    gathering.swap(sign, Operator::Boundary, with);
}

fn unary(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(inner) = node.named_child(0) else {
        return;
    };
    let sign = gathering.text(node).chars().next().unwrap_or_default();
    let kind = match sign {
        '!' => Operator::Condition,
        '-' if !inner.kind().ends_with("literal") => Operator::Arithmetic,
        _ => return,
    };
    let says = format!("`{}` lost its `{sign}`", gathering.shown(node));
    gathering.replace(node, kind, gathering.text(inner), says);
}

/// A number; not the name of a field, nor the length of a list.
fn number(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let is_other = node.parent().is_some_and(|around| {
        let length = around.child_by_field_name("length");
        around.kind() == kind::FIELD_EXPRESSION || length == Some(node)
    });
    let text = gathering.text(node);
    let digits = |c: char| !c.is_ascii_digit() && c != '_';
    let (whole, rest) = text.split_at(text.find(digits).unwrap_or(text.len()));
    let is_plain = matches!(rest.chars().next(), None | Some('u' | 'i' | 'f' | '.'));
    if let (Some(other), true, false) = (other_number(whole), is_plain, is_other) {
        gathering.swap(node, Operator::Constant, &format!("{other}{rest}"));
    }
}

/// A method that another stands against.
fn method(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(name) = node.child_by_field_name("field") else {
        return;
    };
    let is_called = node.parent().is_some_and(|around| {
        around.kind() == kind::CALL_EXPRESSION
            && around.child_by_field_name("function") == Some(node)
    });
    let with = match gathering.text(name) {
        "min" => "max",
        "max" => "min",
        "any" => "all",
        "all" => "any",
        "is_some" => "is_none",
        "is_none" => "is_some",
        "is_ok" => "is_err",
        "is_err" => "is_ok",
        _ => return,
    };
    if is_called {
        gathering.swap(name, Operator::Logic, with);
    }
}
