//! What a node does to the way of a program, and what code has that prose has not.

use crate::language::shape::{Branch, Shape};
use crate::language::typescript::kind;
use crate::language::typescript::routes::route;
use crate::language::{Kinds, Parsed, TYPESCRIPT};
use crate::syntax::Node;

pub(super) fn shape<'t>(parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
    match node.kind() {
        kind::IF_STATEMENT => branch(parsed, node),
        kind::FUNCTION_DECLARATION
        | kind::GENERATOR_FUNCTION_DECLARATION
        | kind::METHOD_DEFINITION => Shape::Function,
        kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION => {
            match node.parent().map(|parent| parent.kind()) {
                Some(
                    kind::VARIABLE_DECLARATOR
                    | kind::PUBLIC_FIELD_DEFINITION
                    | kind::PAIR
                    | kind::ASSIGNMENT_EXPRESSION
                    | kind::EXPORT_STATEMENT,
                ) => Shape::Function,
                Some(kind::ARGUMENTS) if answers_path(parsed, node) => Shape::Function,
                _ => Shape::Closure,
            }
        }
        kind::STATEMENT_BLOCK => Shape::Block,
        kind::RETURN_STATEMENT
        | kind::THROW_STATEMENT
        | kind::BREAK_STATEMENT
        | kind::CONTINUE_STATEMENT => Shape::Leaves,
        _ => Shape::Other,
    }
}

/// Whether a function is what a server is given as the answer to a path.
fn answers_path(parsed: &Parsed, node: Node<'_>) -> bool {
    let call = node.parent().and_then(|arguments| arguments.parent());
    let route = call.and_then(|call| route(call, &|node| parsed.text(node)));
    route.is_some_and(|route| route.answer == node)
}

fn branch<'t>(parsed: &Parsed, node: Node<'t>) -> Shape<'t> {
    let Some(outer) = node.child_by_field_name("condition") else {
        return Shape::Other;
    };
    let condition = outer.named_child(0).unwrap_or(outer);
    let text = parsed.text(condition);
    let debugging = [
        "DEBUG",
        "__DEV__",
        "import.meta.env.DEV",
        "process.env.NODE_ENV !== 'production'",
        "process.env.NODE_ENV !== \"production\"",
        "process.env.NODE_ENV === 'development'",
        "process.env.NODE_ENV === \"development\"",
        "process.env.DEBUG",
    ];
    Shape::Branch(Branch {
        condition,
        then: node.child_by_field_name("consequence"),
        never: matches!(text, "false" | "0"),
        for_debugging: debugging.contains(&text),
    })
}

static TELLING: Kinds = Kinds::new(
    TYPESCRIPT,
    &[
        kind::ASSIGNMENT_EXPRESSION,
        kind::AUGMENTED_ASSIGNMENT_EXPRESSION,
        kind::CALL_EXPRESSION,
        kind::FOR_IN_STATEMENT,
        kind::FOR_STATEMENT,
        kind::FUNCTION_DECLARATION,
        kind::IF_STATEMENT,
        kind::IMPORT_STATEMENT,
        kind::JSX_ATTRIBUTE,
        kind::LEXICAL_DECLARATION,
        kind::PAIR,
        kind::RETURN_STATEMENT,
        kind::THROW_STATEMENT,
    ],
);

/// The statements of a text that prose does not make; `None` where it is no code.
pub(super) fn telling(text: &str) -> Option<usize> {
    if !text.contains(['{', '=', '(', ';']) {
        return None;
    }
    // Within a function, where `return` and `await` may stand.
    let within = format!("async function f() {{\n{text}\n}}\n");
    let parsed = Parsed::new(TYPESCRIPT, within.into())?;
    let telling = || TELLING.nodes(&parsed).count().saturating_sub(1);
    (!parsed.root().has_error()).then(telling)
}
