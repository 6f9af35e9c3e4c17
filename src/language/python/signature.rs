//! What callers see of a Python function.

use crate::language::python::kind;
use crate::language::signature::{Parameter, ParameterKind, Signature, Signatures};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    of: signature,
};

fn is_public(parsed: &Parsed, definition: &Definition) -> bool {
    let definitions = &parsed.facts().definitions;
    let parent = definition.parent.and_then(|at| definitions.get(at));
    let in_function = parent.is_some_and(|parent| parent.kind == DefinitionKind::Function);
    let mut names = definition.qualified.split('.');
    let hidden =
        names.any(|part| part.starts_with('_') && part != "__init__" && part != "__call__");
    let mut marks = definition.marks.iter();
    let other = marks.any(|mark| {
        ["overload", "setter", "fixture"]
            .iter()
            .any(|word| mark.contains(word))
    });
    !in_function && !hidden && !other
}

fn signature(parsed: &Parsed, definition: &Definition) -> Signature {
    let name = parsed.node(&definition.name_bytes());
    let function = name.and_then(|name| name.parent());
    let function = function.filter(|node| node.kind() == kind::FUNCTION_DEFINITION);
    let list = function.and_then(|function| function.child_by_field_name("parameters"));
    let parameters = list.map(parts).unwrap_or_default().into_iter();
    let mut parameters: Vec<Parameter> = parameters.map(|one| parameter(parsed, one)).collect();
    // The receiver is no parameter to callers, whatever it is called.
    let receives = parameters
        .first()
        .is_some_and(|first| first.name.trim_start_matches('_') == "self" || first.name == "cls");
    parameters.drain(..usize::from(receives));
    Signature {
        parameters,
        by_name: true,
        awaited: function.is_some_and(|function| parsed.text(function).starts_with("async")),
    }
}

fn parameter(parsed: &Parsed, node: Node<'_>) -> Parameter {
    let text = flat(parsed, node);
    let in_field = |name: &str| {
        let child = node.child_by_field_name(name);
        child.map(|child| flat(parsed, child))
    };
    let name = in_field("name")
        .unwrap_or_else(|| text.split([':', '=']).next().unwrap_or(&text).to_owned());
    let kind = match name.as_str() {
        "/" => ParameterKind::PlaceOnly,
        "*" => ParameterKind::NameOnly,
        name if name.starts_with("**") => ParameterKind::NamedRest,
        name if name.starts_with('*') => ParameterKind::Rest,
        _ => ParameterKind::Plain,
    };
    Parameter {
        name,
        kind,
        default: in_field("value").unwrap_or_default(),
    }
}
