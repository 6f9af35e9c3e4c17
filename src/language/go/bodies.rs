//! What the body of a Go function is.
//!
//! Does not catch: a body that gives up through a function of its own.

use crate::language::body::{Body, BodyKind};
use crate::language::go::kind;
use crate::language::{Definition, Parsed};
use crate::syntax::walk::{flat, parts};

pub(super) fn body(parsed: &Parsed, definition: &Definition) -> Body {
    let Some(block) = definition.body.as_ref().and_then(|body| parsed.node(body)) else {
        return Body::REAL;
    };
    let lists = block.named_children().filter(|part| !part.is_comment());
    let mut statements = lists.flat_map(|list| match list.kind() {
        kind::STATEMENT_LIST => parts(list),
        _ => vec![list],
    });
    let Some(only) = statements.next() else {
        return Body::EMPTY;
    };
    if statements.next().is_some() {
        return Body::REAL;
    }
    let text = flat(parsed, only);
    let is_panic = text.starts_with("panic(");
    let kind = match only.kind() {
        kind::RETURN_STATEMENT if gives_nothing(&text) => BodyKind::Empty,
        kind::RETURN_STATEMENT if says_unwritten(&text) => BodyKind::Unwritten,
        kind::EXPRESSION_STATEMENT if is_panic && says_unwritten(&text) => BodyKind::Unwritten,
        _ => return Body::REAL,
    };
    Body {
        kind,
        // What a service does not offer it says so.
        may_be_new: text.contains("Unimplemented,") || text.contains("ErrUnsupported"),
        says: text,
        may_be_emptied: false,
    }
}

/// `return`, `return nil, nil`.
fn gives_nothing(text: &str) -> bool {
    let rest = text.strip_prefix("return").unwrap_or(text);
    rest.split(',').all(|one| matches!(one.trim(), "" | "nil"))
}

fn says_unwritten(text: &str) -> bool {
    let words = [
        "not implemented",
        "not yet implemented",
        "unimplemented",
        "\"todo",
    ];
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}
