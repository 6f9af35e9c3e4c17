//! What the body of a function is.
//!
//! Does not catch: a class whose subclasses are in another file and that says so by no name of ours.

use crate::language::body::{Body, BodyKind};
use crate::language::typescript::kind;
use crate::language::typescript::values::passes_value;
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

pub(super) fn body(parsed: &Parsed, definition: &Definition) -> Body {
    let Some(block) = definition.body.as_ref().and_then(|body| parsed.node(body)) else {
        return Body::REAL;
    };
    let (says, kind) = match block.kind() {
        kind::STATEMENT_BLOCK => {
            let statements = parts(block);
            match statements.as_slice() {
                [] => (String::new(), BodyKind::Empty),
                [only] => (flat(parsed, *only), of_statement(parsed, *only)),
                _ => return Body::REAL,
            }
        }
        // `() => null`.
        _ => (flat(parsed, block), given(parsed, Some(block))),
    };
    if kind == BodyKind::Real {
        return Body::REAL;
    }
    let may_be_emptied = is_abstract(parsed, definition);
    let text = says.to_lowercase();
    // With words it may say that something is not supported, which is an answer.
    let answers = ["support", "subclass", "overrid", "cannot", "must "];
    Body {
        kind,
        may_be_new: may_be_emptied
            || answers.iter().any(|word| text.contains(word))
            || class_of(parsed, definition).is_some_and(|class| has_subclass(parsed, class)),
        says,
        may_be_emptied,
    }
}

fn of_statement(parsed: &Parsed, statement: Node<'_>) -> BodyKind {
    match statement.kind() {
        kind::RETURN_STATEMENT => given(parsed, statement.named_child(0)),
        kind::THROW_STATEMENT if says_unwritten(&flat(parsed, statement)) => BodyKind::Unwritten,
        _ => BodyKind::Real,
    }
}

/// What is given back: nothing; or nothing, called something, which is what stands for code that is to come.
fn given(parsed: &Parsed, value: Option<Node<'_>>) -> BodyKind {
    let Some(outer) = value else {
        return BodyKind::Empty;
    };
    let mut inner = outer;
    let mut is_cast = false;
    while passes_value(inner.kind()) && inner.kind() != kind::AWAIT_EXPRESSION {
        is_cast |= inner.kind() == kind::AS_EXPRESSION;
        let Some(first) = inner.named_child(0) else {
            break;
        };
        inner = first;
    }
    let is_cast = is_cast && parsed.text(outer).split_whitespace().last() != Some("const");
    let is_empty = matches!(
        flat(parsed, inner).as_str(),
        "null" | "undefined" | "void 0"
    );
    let is_hollow = matches!(flat(parsed, inner).as_str(), "{}" | "[]");
    match (is_empty, is_hollow) {
        (true, _) if is_cast => BodyKind::Open,
        (true, _) => BodyKind::Empty,
        (_, true) if is_cast => BodyKind::Open,
        _ => BodyKind::Real,
    }
}

fn says_unwritten(text: &str) -> bool {
    let words = [
        "not implemented",
        "not yet implemented",
        "notimplemented",
        "unimplemented",
        "implement me",
        "\"todo",
        "'todo",
        "`todo",
    ];
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn class_of<'p>(parsed: &'p Parsed, definition: &Definition) -> Option<&'p Definition> {
    let definitions = &parsed.facts().definitions;
    let class = definitions.get(definition.parent?)?;
    (class.kind == DefinitionKind::Type).then_some(class)
}

/// Whether a class of the file derives from this one.
fn has_subclass(parsed: &Parsed, class: &Definition) -> bool {
    let definitions = &parsed.facts().definitions;
    crate::budget::charge(definitions.len());
    definitions.iter().any(|other| {
        let mut bases = other.bases.iter();
        bases.any(|base| base.rsplit('.').next() == Some(class.name.as_str()))
    })
}

/// Whether other classes are to write it: its class is abstract, or says so by its name.
fn is_abstract(parsed: &Parsed, definition: &Definition) -> bool {
    class_of(parsed, definition).is_some_and(|class| {
        let name = class.name.as_str();
        let head = parsed
            .slice(&class.bytes)
            .split('{')
            .next()
            .unwrap_or_default();
        head.contains("abstract ")
            || ["Abstract", "Base", "Noop", "NoOp", "Null"]
                .iter()
                .any(|word| name.starts_with(word))
            || name.ends_with("Base")
            || name.ends_with("Mixin")
            || has_subclass(parsed, class)
    })
}
