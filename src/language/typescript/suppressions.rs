//! What switches the type checker off at a place without a comment: `as any`, `as unknown as T`, `x: any`, `x!`.
//!
//! Does not catch: `any` inside of a larger type (`Promise<any>`), which may be all that is known.

use crate::language::typescript::kind;
use crate::language::{Form, Kinds, Marker, Parsed, Scope, TYPESCRIPT};
use crate::syntax::Node;
use crate::syntax::walk::{field, parents};

static HOLES: Kinds = Kinds::new(
    TYPESCRIPT,
    &[
        kind::AS_EXPRESSION,
        kind::NON_NULL_EXPRESSION,
        kind::TYPE_ANNOTATION,
    ],
);

/// Adds what a file has of them.
pub(super) fn holes(parsed: &Parsed, found: &mut Vec<Marker>) {
    for node in HOLES.nodes(parsed) {
        let Some((kind, words)) = hole(parsed, node) else {
            continue;
        };
        let place = parsed.place(words);
        found.push(Marker {
            kind,
            codes: Vec::new(),
            blanket: false,
            scope: Scope::Here,
            has_reason: false,
            form: Form::Attribute {
                lines: (place.line, place.end_line),
                words: words.byte_range(),
            },
            bytes: words.byte_range(),
        });
    }
}

fn hole<'t>(parsed: &Parsed, node: Node<'t>) -> Option<(&'static str, Node<'t>)> {
    match node.kind() {
        kind::NON_NULL_EXPRESSION => Some(("non-null", node)),
        kind::AS_EXPRESSION => {
            let inner = node.named_child(0)?;
            let typed = node.named_child(1)?;
            let is_any = |typed: Node<'_>| matches!(parsed.text(typed), "any" | "never");
            if is_any(typed) {
                return Some(("any", typed));
            }
            let by_way = (inner.kind() == kind::AS_EXPRESSION).then(|| inner.named_child(1))??;
            (parsed.text(by_way) == "unknown").then_some(("double-cast", by_way))
        }
        kind::TYPE_ANNOTATION => {
            let typed = node.named_child(0)?;
            if parsed.text(typed) != "any" {
                return None;
            }
            let above = node.parent()?;
            // What is caught has no type but this; what overloads say is what callers see.
            let mut around = parents(node, parsed.root()).take(4);
            let is_told = around.any(|parent| {
                parent.kind() == kind::FUNCTION_DECLARATION && is_overloaded(parsed, parent)
            });
            let is_value = matches!(
                above.kind(),
                kind::REQUIRED_PARAMETER
                    | kind::OPTIONAL_PARAMETER
                    | kind::VARIABLE_DECLARATOR
                    | kind::PUBLIC_FIELD_DEFINITION
            );
            let in_type = parents(node, parsed.root()).take(4).any(|parent| {
                matches!(
                    parent.kind(),
                    kind::FUNCTION_TYPE
                        | kind::CONSTRAINT
                        | kind::TYPE_ALIAS_DECLARATION
                        | kind::INTERFACE_DECLARATION
                )
            });
            (is_value && !is_told && !in_type).then_some(("any", typed))
        }
        _ => None,
    }
}

/// Whether a signature without a body stands right before a function: it says what callers see.
fn is_overloaded(parsed: &Parsed, function: Node<'_>) -> bool {
    let definitions = &parsed.facts().definitions;
    let at = definitions.partition_point(|one| one.bytes.start < function.start_byte());
    let before = at.checked_sub(1).and_then(|before| definitions.get(before));
    before.is_some_and(|before| {
        before.body.is_none() && field(parsed, function, "name") == Some(before.name.as_str())
    })
}
