//! What callers see of a Go function.
//!
//! Does not catch: another type of a parameter.

use crate::language::go::kind;
use crate::language::signature::{Parameter, ParameterKind, Read, Signature, Signatures};
use crate::language::{Definition, Parsed};
use crate::syntax::walk::parts;

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    is_reached,
    of: signature,
};

/// In no program (`package main`), and not below an `internal` folder, which Go keeps to the module.
fn is_reached(parsed: &Parsed, _: &Definition, path: &str, _: Read<'_>) -> bool {
    let clause = parts(parsed.root()).into_iter();
    let mut clause = clause.filter(|node| node.kind() == kind::PACKAGE_CLAUSE);
    let is_program = clause.any(|node| parsed.text(node).split_whitespace().nth(1) == Some("main"));
    !is_program && !path.split('/').any(|part| part == "internal")
}

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
