//! Functions that a server is given as the answer to a path: `app.get("/orders", (request) => ..)`.
//!
//! Does not catch: a path that is no literal; a chain of answers to one path.

use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::parts;

/// Methods by which a server is given one.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "all"];

/// A function that answers a path.
pub(super) struct Route<'t> {
    /// What the server is asked to do: `get`.
    pub method: Node<'t>,
    /// The path, a string.
    pub path: Node<'t>,
    /// The function.
    pub answer: Node<'t>,
}

/// The route that a call makes; `text` gives that of a node.
pub(super) fn route<'t, 's>(
    call: Node<'t>,
    text: &dyn Fn(Node<'t>) -> &'s str,
) -> Option<Route<'t>> {
    let callee = call.child_by_field_name("function")?;
    let method = callee.child_by_field_name("property")?;
    if !METHODS.contains(&text(method)) {
        return None;
    }
    /// Arguments over which a call makes no route.
    const MOST: usize = 32;
    let arguments = call.child_by_field_name("arguments")?;
    if arguments.children().nth(MOST).is_some() {
        return None;
    }
    let given = parts(arguments);
    let (path, answer) = (*given.first()?, *given.last()?);
    let is_path = path.kind() == kind::STRING && text(path).get(1..2) == Some("/");
    let answers = is_path && is_function(answer.kind());
    answers.then_some(Route {
        method,
        path,
        answer,
    })
}

/// Whether a node is a function without a name that its place must have.
pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION
    )
}
