//! Mutants of Python.
//!
//! Does not catch: an edit of a text; what a decorator or a class makes of a function; code in strings.

use crate::language::mutants::{Gathering, Mutant, Operator, is_test_code, other_number};
use crate::language::python::kind;
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
            kind::FUNCTION_DEFINITION => {
                let returned = field(parsed, node, "return_type").unwrap_or_default();
                answers.push((node.end_byte(), default_of(returned)));
            }
            kind::LAMBDA => answers.push((node.end_byte(), "None")),
            kind::RAISE_STATEMENT => {
                left_out(&mut gathering, node, Operator::Failure);
                walk.skip_children();
            }
            kind::RETURN_STATEMENT => {
                let default = answers.last().map_or("None", |(_, default)| *default);
                answer(&mut gathering, node, default);
            }
            _ => statement(&mut gathering, node),
        }
    }
    gathering.finish()
}

/// Whether nothing in a node is worth an edit.
fn is_arid(parsed: &Parsed, node: Node<'_>) -> bool {
    let arid = &super::Python.profile().arid;
    match node.kind() {
        kind::COMMENT
        | kind::STRING
        | kind::CONCATENATED_STRING
        | kind::IMPORT_STATEMENT
        | kind::IMPORT_FROM_STATEMENT
        | kind::FUTURE_IMPORT_STATEMENT
        | kind::ASSERT_STATEMENT
        | kind::TYPE
        | kind::TYPE_ALIAS_STATEMENT
        | kind::DECORATOR
        | kind::CASE_PATTERN => true,
        kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
            field(parsed, node, "condition").is_some_and(|text| arid.is_condition(text))
        }
        kind::CONDITIONAL_EXPRESSION | kind::COMPARISON_OPERATOR => {
            arid.is_condition(parsed.text(node))
        }
        kind::FUNCTION_DEFINITION => {
            let is_meant = |name| arid.is_function(name);
            field(parsed, node, "name").is_some_and(is_meant)
                || is_test_code(parsed, node.start_byte())
        }
        kind::CALL => field(parsed, node, "function").is_some_and(|callee| arid.is_call(callee)),
        kind::KEYWORD_ARGUMENT | kind::DEFAULT_PARAMETER | kind::TYPED_DEFAULT_PARAMETER => {
            field(parsed, node, "name").is_some_and(|name| arid.is_name(name))
        }
        kind::ASSIGNMENT => field(parsed, node, "left").is_some_and(|left| {
            let last = left.rsplit('.').next().unwrap_or(left);
            let is_plain = node.child_by_field_name("right").is_some_and(is_literal);
            left.starts_with("__") || (is_plain && arid.is_name(last))
        }),
        kind::RAISE_STATEMENT => flat(parsed, node).contains("NotImplementedError"),
        _ => false,
    }
}

fn is_literal(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::INTEGER | kind::FLOAT | kind::TRUE | kind::FALSE
    )
}

/// The default of a type, by its annotation.
fn default_of(annotation: &str) -> &'static str {
    let outer = annotation.split('[').next().unwrap_or_default().trim();
    match outer.rsplit('.').next().unwrap_or_default() {
        "bool" => "False",
        "int" => "0",
        "float" => "0.0",
        "str" => "\"\"",
        "bytes" => "b\"\"",
        "list" | "List" | "Sequence" => "[]",
        "dict" | "Dict" | "Mapping" => "{}",
        "set" | "Set" => "set()",
        "tuple" | "Tuple" => "()",
        _ => "None",
    }
}

fn left_out(gathering: &mut Gathering<'_>, node: Node<'_>, operator: Operator) {
    let says = format!("`{}` was left out", gathering.shown(node));
    gathering.replace(node, operator, "pass", says);
}

/// What a function gives back.
fn answer(gathering: &mut Gathering<'_>, node: Node<'_>, default: &str) {
    let Some(value) = node.named_child(0) else {
        return;
    };
    // What other edits are about.
    let is_other = matches!(
        value.kind(),
        kind::NONE
            | kind::TRUE
            | kind::FALSE
            | kind::COMPARISON_OPERATOR
            | kind::BOOLEAN_OPERATOR
            | kind::NOT_OPERATOR
    );
    let text = gathering.text(value);
    if is_other || text == "NotImplemented" || text == default {
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
        kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
            negate(gathering, node.child_by_field_name("condition"));
        }
        kind::CONDITIONAL_EXPRESSION => negate(gathering, node.named_child(1)),
        kind::IF_CLAUSE => negate(gathering, node.named_child(0)),
        kind::WHILE_STATEMENT => {
            if let Some(condition) = node.child_by_field_name("condition") {
                never(gathering, condition);
            }
        }
        kind::ELSE_CLAUSE => {
            let body = node.child_by_field_name("body");
            branch(gathering, body, "else");
        }
        kind::CASE_CLAUSE => {
            let pattern = parts(node).into_iter().next();
            let case = pattern.map_or_else(String::new, |pattern| gathering.shown(pattern));
            let body = node.child_by_field_name("consequence");
            branch(gathering, body, &format!("case {case}"));
        }
        kind::EXCEPT_CLAUSE => handler(gathering, node),
        _ => expression(gathering, node),
    }
}

/// A call that is a statement of its own.
fn called(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let Some(only) = node.named_child(0) else {
        return;
    };
    let call = match only.kind() {
        kind::AWAIT => only.named_child(0),
        _ => Some(only),
    };
    let is_call =
        call.is_some_and(|call| call.kind() == kind::CALL && !is_arid(gathering.parsed, call));
    if is_call && node.named_child_count() == 1 {
        left_out(gathering, node, Operator::Call);
    }
}

/// Turns a condition round; comparisons for equality and `not` are turned by edits of their own.
fn negate(gathering: &mut Gathering<'_>, condition: Option<Node<'_>>) {
    let Some(condition) = condition else {
        return;
    };
    let text = gathering.text(condition);
    let is_turned = match condition.kind() {
        kind::NOT_OPERATOR | kind::TRUE | kind::FALSE | kind::INTEGER => true,
        kind::COMPARISON_OPERATOR => operators(condition).iter().any(|operator| {
            let other = turned(gathering.text(*operator));
            other.is_some_and(|(kind, _)| kind == Operator::Condition)
        }),
        _ => false,
    };
    if is_turned {
        return;
    }
    let is_one = matches!(
        condition.kind(),
        kind::IDENTIFIER | kind::ATTRIBUTE | kind::CALL | kind::PARENTHESIZED_EXPRESSION
    );
    let with = match is_one {
        true => format!("not {text}"),
        false => format!("not ({text})"),
    };
    let says = format!("`{}` was negated", gathering.shown(condition));
    gathering.replace(condition, Operator::Condition, with, says);
}

/// A loop that never runs: one that is turned round may not end.
fn never(gathering: &mut Gathering<'_>, condition: Node<'_>) {
    if !matches!(condition.kind(), kind::TRUE | kind::FALSE | kind::INTEGER) {
        let says = format!("`{}` became `False`", gathering.shown(condition));
        gathering.replace(condition, Operator::Condition, "False", says);
    }
}

/// What runs in one case only. One statement that other edits are about makes no mutant more.
fn branch(gathering: &mut Gathering<'_>, body: Option<Node<'_>>, case: &str) {
    let Some(body) = body else {
        return;
    };
    let mut statements = parts(body).into_iter();
    let first = statements.next();
    let is_other = |statement: Node<'_>| {
        let inner = super::Python.expression_of(statement);
        let is_call = inner.is_some_and(|inner| matches!(inner.kind(), kind::CALL | kind::STRING));
        is_call
            || matches!(
                statement.kind(),
                kind::RAISE_STATEMENT | kind::PASS_STATEMENT | kind::RETURN_STATEMENT
            )
    };
    if statements.next().is_some() || first.is_some_and(|first| !is_other(first)) {
        let says = format!("what runs under `{case}` was left out");
        gathering.replace(body, Operator::Branch, "pass", says);
    }
}

/// A failure that is no longer handled.
fn handler(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let block = parts(node)
        .into_iter()
        .find(|part| part.kind() == kind::BLOCK);
    let Some(block) = block else {
        return;
    };
    let statements = parts(block);
    let raises = statements
        .iter()
        .any(|statement| statement.kind() == kind::RAISE_STATEMENT);
    if !raises {
        let says = "the failure is raised again and not handled";
        gathering.replace(block, Operator::Failure, "raise", says);
    }
}

fn expression(gathering: &mut Gathering<'_>, node: Node<'_>) {
    match node.kind() {
        kind::COMPARISON_OPERATOR => {
            for operator in operators(node) {
                if let Some((kind, with)) = turned(gathering.text(operator)) {
                    gathering.swap(operator, kind, with);
                }
            }
        }
        kind::BOOLEAN_OPERATOR => {
            if let Some(operator) = node.child_by_field_name("operator") {
                let with = match gathering.text(operator) {
                    "and" => "or",
                    _ => "and",
                };
                gathering.swap(operator, Operator::Logic, with);
            }
        }
        kind::NOT_OPERATOR => {
            if let Some(argument) = node.child_by_field_name("argument") {
                let text = gathering.text(argument);
                let says = format!("`{}` lost its `not`", gathering.shown(node));
                gathering.replace(node, Operator::Condition, text, says);
            }
        }
        kind::BINARY_OPERATOR | kind::AUGMENTED_ASSIGNMENT => arithmetic(gathering, node),
        kind::UNARY_OPERATOR => {
            let argument = node.child_by_field_name("argument");
            let argument = argument.filter(|argument| !is_literal(*argument));
            if let Some(argument) = argument.filter(|_| gathering.text(node).starts_with('-')) {
                let text = gathering.text(argument);
                let says = format!("`{}` lost its sign", gathering.shown(node));
                gathering.replace(node, Operator::Arithmetic, text, says);
            }
        }
        kind::CALL => {
            if let Some(callee) = node.child_by_field_name("function") {
                let with = match gathering.text(callee) {
                    "min" => "max",
                    "max" => "min",
                    "any" => "all",
                    "all" => "any",
                    _ => return,
                };
                gathering.swap(callee, Operator::Logic, with);
            }
        }
        kind::INTEGER => {
            if let Some(with) = other_number(gathering.text(node)) {
                gathering.swap(node, Operator::Constant, &with);
            }
        }
        kind::FLOAT => {
            let text = gathering.text(node);
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            if let (Some(whole), true) = (other_number(whole), !rest.contains(['e', 'E', 'j', 'J']))
            {
                gathering.swap(node, Operator::Constant, &format!("{whole}.{rest}"));
            }
        }
        kind::TRUE => gathering.swap(node, Operator::Constant, "False"),
        kind::FALSE => gathering.swap(node, Operator::Constant, "True"),
        _ => {}
    }
}

/// The operators of a comparison.
fn operators(node: Node<'_>) -> Vec<Node<'_>> {
    node.children_by_field_name("operators").collect()
}

/// What a comparison becomes, and what kind of edit that is.
fn turned(operator: &str) -> Option<(Operator, &'static str)> {
    Some(match operator {
        "==" => (Operator::Condition, "!="),
        "!=" => (Operator::Condition, "=="),
        "is" => (Operator::Condition, "is not"),
        "is not" => (Operator::Condition, "is"),
        "in" => (Operator::Condition, "not in"),
        "not in" => (Operator::Condition, "in"),
        "<" => (Operator::Boundary, "<="),
        "<=" => (Operator::Boundary, "<"),
        ">" => (Operator::Boundary, ">="),
        ">=" => (Operator::Boundary, ">"),
        _ => return None,
    })
}

/// Another operation, where the operands may be numbers.
fn arithmetic(gathering: &mut Gathering<'_>, node: Node<'_>) {
    let sides = ["left", "right"].into_iter();
    let mut sides = sides.filter_map(|side| node.child_by_field_name(side));
    let Some(operator) = node.child_by_field_name("operator") else {
        return;
    };
    // Lists, texts and paths are put together by the same signs, types by `|`.
    let is_text = |side: Node<'_>| {
        matches!(
            side.kind(),
            kind::STRING
                | kind::CONCATENATED_STRING
                | kind::LIST
                | kind::TUPLE
                | kind::DICTIONARY
                | kind::SET
                | kind::LIST_COMPREHENSION
                | kind::NONE
        )
    };
    let is_type = |side: Node<'_>| {
        let is_name = matches!(side.kind(), kind::IDENTIFIER | kind::SUBSCRIPT);
        is_name && gathering.text(side).starts_with(|c: char| c.is_uppercase())
    };
    let written = gathering.text(operator);
    if sides.any(|side| is_text(side) || (written == "|" && is_type(side))) {
        return;
    }
    let (sign, ending) = match written.strip_suffix('=') {
        Some(sign) => (sign, "="),
        None => (written, ""),
    };
    let with = match sign {
        "+" => "-",
        "-" => "+",
        "*" => "/",
        "/" => "*",
        "//" => "*",
        "%" => "*",
        "**" => "*",
        "&" => "|",
        "|" => "&",
        "<<" => ">>",
        ">>" => "<<",
        _ => return,
    };
    gathering.swap(operator, Operator::Arithmetic, &format!("{with}{ending}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PYTHON;

    /// Each mutant as its line and what it says.
    fn said(text: &str) -> Vec<String> {
        let parsed = Parsed::new(PYTHON, text.into()).unwrap();
        let found = super::mutants(&parsed, &|_| true);
        for mutant in &found {
            assert!(mutant.applied(&parsed).is_some(), "{mutant:?}");
        }
        let said = found
            .iter()
            .map(|mutant| format!("{} {}", mutant.line, mutant.says));
        said.collect()
    }

    #[test]
    fn conditions_boundaries_logic_and_constants_are_edited() {
        assert_eq!(
            said("def f(a, b=True):\n    if a < 3 and not b:\n        return a + 1\n"),
            [
                "1 `True` became `False`",
                "2 `a<3 and not b` was negated",
                "2 `<` became `<=`",
                "2 `3` became `4`",
                "2 `and` became `or`",
                "2 `not b` lost its `not`",
                "3 `return a+1` became `return None`",
                "3 `+` became `-`",
                "3 `1` became `2`",
            ]
        );
    }

    #[test]
    fn failures_and_branches_are_left_out() {
        let text = "\
def f(x) -> int:
    try:
        g(x)
    except KeyError:
        x = 0
    if x is None:
        raise ValueError(\"no x: \" + x)
    else:
        x = y
        h(x)
    return x
";
        assert_eq!(
            said(text),
            [
                "3 `g(x)` was left out",
                "5 the failure is raised again and not handled",
                "5 `0` became `1`",
                "6 `is` became `is not`",
                "7 `raise ValueError(\"no x: \"+x)` was left out",
                "9 what runs under `else` was left out",
                "10 `h(x)` was left out",
                "11 `return x` became `return 0`",
            ]
        );
    }

    #[test]
    fn what_no_test_should_look_at_makes_none() {
        let text = "\
import a
from b import c
__version__ = 1
TIMEOUT = 30
X: list[1 + 2] = y
if TYPE_CHECKING:
    z = 1
@d(3)
class A:
    \"\"\"1 + 1\"\"\"
    def __repr__(self):
        return \"<\" + str(self.a + 1)
    def run(self, timeout=3):
        log.debug(\"ran %d\", self.a + 1)
        self.logger.warning(\"a\" if self.a else \"b\")
        print(1 + 1)
        assert self.a > 1
        raise NotImplementedError(1)
def test_it():
    return 1 + 1
x = \"a\" + b
y = int | None
if sys.platform == \"win32\":
    f(1)
";
        assert!(said(text).is_empty(), "{:?}", said(text));
    }
}
