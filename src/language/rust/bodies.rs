//! What the body of a Rust function is.
//!
//! Does not catch: a body that gives up through a macro of its own.

use crate::language::body::{Body, BodyKind};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::walk::flat;

pub(super) fn body(parsed: &Parsed, definition: &Definition) -> Body {
    let Some(block) = definition.body.as_ref().and_then(|body| parsed.node(body)) else {
        return Body::REAL;
    };
    let mut statements = block.named_children().filter(|part| !part.is_comment());
    let definitions = &parsed.facts().definitions;
    let parent = definition.parent.and_then(|at| definitions.get(at));
    let in_trait = parent.is_some_and(|parent| parent.kind == DefinitionKind::Trait);
    let of_trait = in_trait || parent.is_some_and(|parent| !parent.bases.is_empty());
    let mut marks = definition.marks.iter();
    let may_be_emptied = in_trait || marks.any(|mark| mark.contains("deprecated"));
    let Some(only) = statements.next() else {
        return Body {
            may_be_emptied,
            ..Body::EMPTY
        };
    };
    if statements.next().is_some() {
        return Body::REAL;
    }
    let text = parsed.text(only).trim_end_matches(';').trim();
    let kind = if text.starts_with("todo!") {
        BodyKind::Todo
    } else if text.starts_with("unimplemented!") || panics(text) {
        BodyKind::Unwritten
    } else {
        return Body::REAL;
    };
    Body {
        kind,
        says: match text.contains('\n') {
            true => flat(parsed, only).trim_end_matches(';').to_owned(),
            false => text.to_owned(),
        },
        // An unimplemented method of a trait is often one that is never called.
        may_be_new: of_trait && text.starts_with("unimplemented!"),
        may_be_emptied,
    }
}

/// Whether it is a panic that says so.
fn panics(text: &str) -> bool {
    let words = [
        "not implemented",
        "not yet implemented",
        "unimplemented",
        "todo",
    ];
    text.starts_with("panic!(") && {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    }
}
