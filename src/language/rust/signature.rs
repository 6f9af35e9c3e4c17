//! What callers see of a Rust function.
//!
//! Does not catch: another type of a parameter. Lifetimes and `impl` wordings vary without a caller noticing; the
//! number of parameters does not.

use crate::language::rust::kind;
use crate::language::signature::{Parameter, ParameterKind, Signature, Signatures};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    of: signature,
};

fn function<'p>(parsed: &'p Parsed, definition: &Definition) -> Option<Node<'p>> {
    parsed.node(&definition.name_bytes())?.parent()
}

fn is_public(parsed: &Parsed, definition: &Definition) -> bool {
    let definitions = &parsed.facts().definitions;
    let parent = definition.parent.and_then(|at| definitions.get(at));
    let of_trait = parent
        .is_some_and(|parent| parent.kind == DefinitionKind::Impl && !parent.bases.is_empty());
    !of_trait
        && function(parsed, definition).is_some_and(|function| {
            let mut children = function.named_children();
            children.any(|child| {
                child.kind() == kind::VISIBILITY_MODIFIER && parsed.text(child) == "pub"
            })
        })
}

fn signature(parsed: &Parsed, definition: &Definition) -> Signature {
    let list = function(parsed, definition)
        .and_then(|function| function.child_by_field_name("parameters"));
    let parameters = list.map(parts).unwrap_or_default().into_iter();
    let parameters = parameters.map(|node| Parameter {
        name: flat(parsed, node.child_by_field_name("pattern").unwrap_or(node)),
        kind: ParameterKind::Plain,
        default: String::new(),
    });
    Signature {
        parameters: parameters.collect(),
        ..Signature::default()
    }
}
