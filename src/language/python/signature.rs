//! What callers see of a Python function.
//!
//! Does not catch: a function that a decorator of the project hands to a framework, and that others call as well.

use crate::language::ecosystem::folders_above;
use crate::language::python::kind;
use crate::language::signature::{Parameter, ParameterKind, Read, Signature, Signatures};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    is_reached,
    of: signature,
};

/// Decorators behind which callers call what they see (the standard library's, and what marks a function only).
const TRANSPARENT: [&str; 17] = [
    "abstractmethod",
    "asynccontextmanager",
    "cache",
    "cached",
    "cached_property",
    "classmethod",
    "contextmanager",
    "deprecated",
    "final",
    "lru_cache",
    "no_type_check",
    "override",
    "property",
    "singledispatch",
    "staticmethod",
    "wraps",
    "trace",
];

/// Not behind a decorator that may give it to a framework, and not below a folder or in a module whose name begins with
/// `_`, unless the package above passes its name on.
fn is_reached(_: &Parsed, definition: &Definition, path: &str, read: Read<'_>) -> bool {
    let leaf = |mark: &str| {
        let callee = mark.split('(').next().unwrap_or(mark).trim();
        callee.rsplit('.').next().unwrap_or(callee).to_owned()
    };
    let mut marks = definition.marks.iter();
    if marks.any(|mark| !TRANSPARENT.contains(&leaf(mark).as_str())) {
        return false;
    }
    let is_hidden = |part: &str| part.starts_with('_') && !part.starts_with("__");
    if !path.split('/').any(is_hidden) {
        return true;
    }
    let mut names = definition.qualified.split('.');
    let top = names.next().unwrap_or(&definition.name);
    folders_above(path).any(|folder| {
        let package = read(format!("{folder}/__init__.py").trim_start_matches('/'));
        package.is_some_and(|package| {
            let mut imports = package.facts().imports.iter();
            imports.any(|import| {
                let last = import.module.rsplit('.').next().unwrap_or_default();
                let passes_all = import.name.as_deref() == Some("*") && is_hidden(last);
                import.name.as_deref() == Some(top) || passes_all
            })
        })
    })
}

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
