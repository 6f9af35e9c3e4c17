//! What callers see of a Go function.
//!
//! Does not catch: another type of a parameter; an `internal` folder, behind which a capital letter is for the
//! project alone.

use crate::language::go::kind;
use crate::language::signature::{Parameter, ParameterKind, Signature, Signatures};
use crate::language::{Definition, Parsed};
use crate::syntax::walk::parts;

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    of: signature,
};

/// Whether its name, and that of the type it belongs to, begins with a capital letter.
fn is_public(_: &Parsed, definition: &Definition) -> bool {
    let mut names = definition.qualified.split('.');
    names.all(|name| name.starts_with(char::is_uppercase))
}

/// Its parameters but the last one that takes what is left over: callers need not give it.
fn signature(parsed: &Parsed, definition: &Definition) -> Signature {
    let list = parsed
        .node(&definition.name_bytes())
        .and_then(|name| name.parent())
        .and_then(|function| function.child_by_field_name("parameters"));
    let mut parameters = Vec::new();
    for declaration in list.map(parts).unwrap_or_default() {
        if declaration.kind() != kind::PARAMETER_DECLARATION {
            continue;
        }
        let names = declaration.children_by_field_name("name");
        let names = names.filter(|name| name.kind() == kind::IDENTIFIER);
        let mut names: Vec<&str> = names.map(|name| parsed.text(name)).collect();
        if names.is_empty() {
            names.push("_");
        }
        parameters.extend(names.into_iter().map(|name| Parameter {
            name: name.to_owned(),
            kind: ParameterKind::Plain,
            default: String::new(),
        }));
    }
    Signature {
        parameters,
        ..Signature::default()
    }
}
