//! Mutants of TypeScript and JavaScript.
//!
//! Does not catch: an edit of a text; what a decorator makes of a function; an edit of a type, which no test notices.

use crate::language::mutants::{Gathering, Mutant, Operator, is_test_code, other_number};
use crate::language::typescript::kind;
use crate::language::{Language, Parsed};
use crate::syntax::walk::{field, flat, parts};
use crate::syntax::{Node, Walk};

pub(super) fn mutants(parsed: &Parsed, wanted: &dyn Fn(u32) -> bool) -> Vec<Mutant> {
    let mut gathering = Gathering::new(parsed, wanted);
    if parsed.root().has_error() {
        return gathering.finish();
    }
    // Functions around, by where they end, with the default of what each answers.
    let mut answers: Vec<(usize, &'static str)> = Vec::new();
    let mut walk = Walk::new(parsed.root());
    while let Some(node) = walk.next() {
        while answers
            .pop_if(|(end, _)| node.start_byte() >= *end)
            .is_some()
        {}
        if is_arid(parsed, node) {
            walk.skip_children();
            continue;
        }
        match node.kind() {
            kind::FUNCTION_DECLARATION
            | kind::METHOD_DEFINITION
            | kind::FUNCTION_EXPRESSION
            | kind::ARROW_FUNCTION => {
                let returned = field(parsed, node, "return_type").unwrap_or_default();
                answers.push((node.end_byte(), default_of(returned)));
            }
            kind::THROW_STATEMENT => {
                left_out(&mut gathering, node, Operator::Failure);
                walk.skip_children();
            }
            kind::RETURN_STATEMENT => {
                let default = answers.last().map_or("undefined", |(_, default)| *default);
                answer(&mut gathering, node, default);
            }
            _ => statement(&mut gathering, node),
        }
    }
    gathering.finish()
}

/// Whether nothing in a node is worth an edit.
fn is_arid(parsed: &Parsed, node: Node<'_>) -> bool {
    let arid = &super::TypeScript.profile().arid;
    match node.kind() {
        kind::COMMENT
        | kind::STRING
        | kind::IMPORT_STATEMENT
        | kind::TYPE_ANNOTATION
        | kind::TYPE_ARGUMENTS
        | kind::TYPE_ALIAS_DECLARATION
        | kind::INTERFACE_DECLARATION
        | kind::ENUM_DECLARATION
        | kind::DECORATOR => true,
        kind::IF_STATEMENT => {
            field(parsed, node, "condition").is_some_and(|text| arid.is_condition(text))
        }
        kind::FUNCTION_DECLARATION | kind::METHOD_DEFINITION => {
            field(parsed, node, "name").is_some_and(|name| arid.is_function(name))
                || is_test_code(parsed, node.start_byte())
        }
        kind::CALL_EXPRESSION => {
            field(parsed, node, "function").is_some_and(|callee| arid.is_call(callee))
        }
        kind::PAIR => field(parsed, node, "key").is_some_and(|name| arid.is_name(name)),
        kind::THROW_STATEMENT => flat(parsed, node)
            .to_lowercase()
            .contains("not implemented"),
        _ => false,
    }
}

/// The default of a type, by its annotation.
fn default_of(annotation: &str) -> &'static str {
    let inner = annotation.trim_start_matches(':').trim();
    let inner = inner
        .strip_prefix("Promise<")
        .map_or(inner, |inner| inner.trim_end_matches('>'));
    match inner {
        "boolean" => "false",
        "number" => "0",
        "string" => "\"\"",
        "bigint" => "0n",
        _ if inner.ends_with("[]") || inner.starts_with("Array<") => "[]",
        _ if inner.starts_with("Record<") => "{}",
        _ if inner.starts_with("Map<") => "new Map()",
        _ if inner.starts_with("Set<") => "new Set()",
        _ => "undefined",
    }
}

fn left_out(gathering: &mut Gathering<'_>, node: Node<'_>, operator: Operator) {
    let says = format!("`{}` was left out", gathering.shown(node));
    gathering.replace(node, operator, ";", says);
}

/// What a function gives back.
fn answer(gathering: &mut Gathering<'_>, node: Node<'_>, default: &str) {
    let Some(value) = parts(node).into_iter().next() else {
        return;
    };
    // What other edits are about.
    let is_other = match value.kind() {
        kind::TRUE | kind::FALSE | kind::NULL | kind::UNDEFINED | kind::UNARY_EXPRESSION => true,
        kind::BINARY_EXPRESSION => {
            operator_of(value).is_some_and(|operator| turned(gathering.text(operator)).is_some())
        }
        _ => false,
    };
    if is_other || gathering.text(value) == default {
        return;
    }
    let says = format!(
        "`return {}` became `return {default}`",
        gathering.shown(value)
    );
    gathering.replace(value, Operator::Answer, default, says);
}

fn statement(gathering: &mut Gathering<'_>, node: Node<'_>) {
    match node.kind() {
        kind::EXPRESSION_STATEMENT => called(gathering, node),
        kind::IF_STATEMENT => {
            let condition = node.child_by_field_name("condition");
            negate(gathering, condition.and_then(|outer| outer.named_child(0)));
        }
        kind::TERNARY_EXPRESSION => negate(gathering, node.child_by_field_name("condition")),
        kind::WHILE_STATEMENT => {
            let condition = node.child_by_field_name("condition");
            if let Some(condition) = condition.and_then(|outer| outer.named_child(0)) {
                never(gathering, condition);
            }
        }
        kind::ELSE_CLAUSE => branch(gathering, node.named_child(0), "else"),
        kind::CATCH_CLAUSE => handler(gathering, node),
        _ => expression(gathering, node),
    }
}

/// A call that is a statement of its own.
fn called(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(only) = node.named_child(0) else {
        return;
    };
    let call = match only.kind() {
        kind::AWAIT_EXPRESSION => only.named_child(0),
        _ => Some(only),
    };
    let is_call = call.is_some_and(|call| {
        let callee = call.child_by_field_name("function");
        call.kind() == kind::CALL_EXPRESSION
            && callee.is_some_and(|callee| callee.kind() != kind::SUPER)
            && !is_arid(gathering.parsed, call)
    });
    if is_call {
        left_out(gathering, node, Operator::Call);
    }
}

/// Turns a condition round; comparisons for equality and `!` are turned by edits of their own.
fn negate(gathering: &mut Gathering<'_>, condition: Option<Node<'_>>) {
    let Some(condition) = condition else {
        return;
    };
    let is_turned = match condition.kind() {
        kind::UNARY_EXPRESSION | kind::TRUE | kind::FALSE => true,
        kind::BINARY_EXPRESSION => operator_of(condition).is_some_and(|operator| {
            let other = turned(gathering.text(operator));
            other.is_some_and(|(kind, _)| kind == Operator::Condition)
        }),
        _ => false,
    };
    if is_turned {
        return;
    }
    let with = format!("!({})", gathering.text(condition));
    let says = format!("`{}` was negated", gathering.shown(condition));
    gathering.replace(condition, Operator::Condition, with, says);
}

/// A loop that never runs: one that is turned round may not end.
fn never(gathering: &mut Gathering<'_>, condition: Node<'_>) {
    if !matches!(condition.kind(), kind::TRUE | kind::FALSE | kind::NUMBER) {
        let says = format!("`{}` became `false`", gathering.shown(condition));
        gathering.replace(condition, Operator::Condition, "false", says);
    }
}

/// What runs in one case only. One statement that other edits are about makes no mutant more.
fn branch(gathering: &mut Gathering<'_>, body: Option<Node<'_>>, case: &str) {
    let Some(body) = body.filter(|body| body.kind() == kind::STATEMENT_BLOCK) else {
        return;
    };
    let statements = parts(body);
    let is_other = |statement: Node<'_>| {
        matches!(
            statement.kind(),
            kind::THROW_STATEMENT | kind::RETURN_STATEMENT
        ) || statement
            .named_child(0)
            .is_some_and(|inner| inner.kind() == kind::CALL_EXPRESSION)
    };
    let is_new = match statements.as_slice() {
        [] => false,
        [only] => !is_other(*only),
        _ => true,
    };
    if is_new {
        let says = format!("what runs under `{case}` was left out");
        gathering.replace(body, Operator::Branch, "{}", says);
    }
}

/// A failure that is no longer handled.
fn handler(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let bound = node.child_by_field_name("parameter");
    let bound = bound.filter(|bound| bound.kind() == kind::IDENTIFIER);
    let (Some(body), Some(bound)) = (node.child_by_field_name("body"), bound) else {
        return;
    };
    let raises = |statement: &Node<'_>| statement.kind() == kind::THROW_STATEMENT;
    if !parts(body).iter().any(raises) {
        let with = format!("{{ throw {}; }}", gathering.text(bound));
        let says = "the failure is thrown again and not handled";
        gathering.replace(body, Operator::Failure, with, says);
    }
}

fn operator_of(node: Node<'_>) -> Option<Node<'_>> {
    node.child_by_field_name("operator")
}

fn expression(gathering: &mut Gathering<'_>, node: Node<'_>) {
    match node.kind() {
        kind::BINARY_EXPRESSION | kind::AUGMENTED_ASSIGNMENT_EXPRESSION => {
            let Some(operator) = operator_of(node) else {
                return;
            };
            if is_of_text(node) {
                return;
            }
            if let Some((kind, with)) = turned(gathering.text(operator)) {
                gathering.swap(operator, kind, with);
            }
        }
        kind::UNARY_EXPRESSION => {
            let argument = node.child_by_field_name("argument");
            let argument = argument.filter(|argument| argument.kind() != kind::NUMBER);
            let Some(argument) = argument else {
                return;
            };
            let (lost, operator) = match gathering.text(node).chars().next() {
                Some('!') => ("its `!`", Operator::Condition),
                Some('-') => ("its sign", Operator::Arithmetic),
                _ => return,
            };
            let text = gathering.text(argument);
            let says = format!("`{}` lost {lost}", gathering.shown(node));
            gathering.replace(node, operator, text, says);
        }
        kind::CALL_EXPRESSION => {
            let callee = node.child_by_field_name("function");
            let name =
                callee.map(|callee| callee.child_by_field_name("property").unwrap_or(callee));
            let Some(name) = name else {
                return;
            };
            let with = match gathering.text(name) {
                "min" => "max",
                "max" => "min",
                "some" => "every",
                "every" => "some",
                "floor" => "ceil",
                "ceil" => "floor",
                "startsWith" => "endsWith",
                "endsWith" => "startsWith",
                _ => return,
            };
            gathering.swap(name, Operator::Logic, with);
        }
        kind::NUMBER => {
            let text = gathering.text(node);
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            if let Some(whole) = other_number(whole).filter(|_| !rest.contains(['e', 'E'])) {
                let with = match rest.is_empty() {
                    true => whole,
                    false => format!("{whole}.{rest}"),
                };
                gathering.swap(node, Operator::Constant, &with);
            }
        }
        kind::TRUE => gathering.swap(node, Operator::Constant, "false"),
        kind::FALSE => gathering.swap(node, Operator::Constant, "true"),
        _ => {}
    }
}

/// Whether a sum puts texts together.
fn is_of_text(node: Node<'_>) -> bool {
    let is_text = |field: &str| {
        let side = node.child_by_field_name(field);
        side.is_some_and(|side| side.is_string())
    };
    is_text("left") || is_text("right")
}

/// The operator that stands for a small mistake, and what kind it is.
fn turned(operator: &str) -> Option<(Operator, &'static str)> {
    Some(match operator {
        "===" => (Operator::Condition, "!=="),
        "!==" => (Operator::Condition, "==="),
        "==" => (Operator::Condition, "!="),
        "!=" => (Operator::Condition, "=="),
        "<" => (Operator::Boundary, "<="),
        "<=" => (Operator::Boundary, "<"),
        ">" => (Operator::Boundary, ">="),
        ">=" => (Operator::Boundary, ">"),
        "&&" => (Operator::Logic, "||"),
        "||" | "??" => (Operator::Logic, "&&"),
        "+" => (Operator::Arithmetic, "-"),
        "-" => (Operator::Arithmetic, "+"),
        "*" => (Operator::Arithmetic, "/"),
        "/" => (Operator::Arithmetic, "*"),
        "%" => (Operator::Arithmetic, "*"),
        "+=" => (Operator::Arithmetic, "-="),
        "-=" => (Operator::Arithmetic, "+="),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::language::{Parsed, TYPESCRIPT};

    fn says(text: &str) -> Vec<String> {
        let parsed = Parsed::new(TYPESCRIPT, text.into()).unwrap();
        let mutants = super::mutants(&parsed, &|_| true);
        assert!(mutants.iter().all(|one| one.applied(&parsed).is_some()));
        mutants.into_iter().map(|one| one.says).collect()
    }

    #[test]
    fn conditions_and_answers_are_edited() {
        assert_eq!(
            says("function f(a) {\n  if (a) return g(a);\n  return 2;\n}\n"),
            [
                "`a` was negated",
                "`return g(a)` became `return undefined`",
                "`2` became `3`",
                "`return 2` became `return undefined`",
            ]
        );
    }

    #[test]
    fn logs_and_texts_are_left_alone() {
        assert_eq!(
            says("function f(a) {\n  console.log('a' + a);\n  save(a);\n}\n"),
            ["`save(a);` was left out"]
        );
    }

    #[test]
    fn a_default_fits_the_type() {
        assert_eq!(
            says("async function f(a): Promise<string[]> {\n  return await g(a);\n}\n"),
            ["`return await g(a)` became `return []`"]
        );
        assert_eq!(
            says("const f = (a) => {\n  try { a(); } catch (e) { return true; }\n};\n"),
            [
                "`a();` was left out",
                "the failure is thrown again and not handled",
                "`true` became `false`",
            ]
        );
    }
}
