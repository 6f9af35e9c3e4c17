//! Whether a module makes names as it runs, which its text does not hold.
//!
//! `globals()` that is only read makes none, and a `__getattr__` that answers for names which it lists gives those alone.
//!
//! Does not catch: what another module puts into it.

use crate::budget;
use crate::language::python::kind;
use crate::language::{Definition, Kinds, PYTHON, Parsed};
use crate::syntax::walk::{field, parents, parts};
use crate::syntax::{Node, Walk};

static IDENTIFIERS: Kinds = Kinds::new(PYTHON, &[kind::IDENTIFIER]);

/// Functions that make names, or may, where a module calls them at its level.
const MAKERS: [&str; 3] = ["exec", "eval", "delattr"];

/// Methods of a namespace that only read it.
const READING: [&str; 5] = ["get", "items", "keys", "values", "copy"];

/// Whether a call makes names of the module; `is_inner`: it stands in a function or class.
pub(super) fn by_call(parsed: &Parsed, call: Node<'_>, is_inner: bool) -> bool {
    let callee = field(parsed, call, "function").unwrap_or_default();
    let last = callee.rsplit('.').next().unwrap_or(callee);
    match callee {
        "globals" => return is_written(parsed, call),
        "locals" | "vars" if !is_inner => return is_written(parsed, call),
        "setattr" => {
            let given = call.child_by_field_name("arguments").map(parts);
            let given = given.unwrap_or_default();
            let first = given.first().map_or("", |first| parsed.text(*first));
            let is_module = ["mod", "sys.", "__name__", "namespace"];
            let names_it = given.get(1).is_some_and(|name| name.kind() == kind::STRING);
            let reaches = is_module.iter().any(|word| first.contains(word));
            let definitions = &parsed.facts().definitions;
            budget::charge(definitions.len());
            let is_own = definitions.iter().any(|one| one.qualified == first);
            return (reaches || !is_inner && !is_own) && !names_it;
        }
        _ => {}
    }
    let is_loader = last == "initpkg" || last.contains("lazy") || last == "attach";
    !is_inner && (is_loader || MAKERS.contains(&callee) || last.contains("import_module"))
}

/// Whether something may be written into the namespace that a call gives.
fn is_written(parsed: &Parsed, call: Node<'_>) -> bool {
    let Some(above) = call.parent() else {
        return true;
    };
    let kept = above
        .child_by_field_name("left")
        .filter(|left| above.kind() == kind::ASSIGNMENT && left.kind() == kind::IDENTIFIER);
    let Some(kept) = kept else {
        return !is_reading(parsed, call);
    };
    let name = parsed.text(kept);
    let mut uses = IDENTIFIERS.nodes(parsed);
    uses.any(|one| one != kept && parsed.text(one) == name && !is_reading(parsed, one))
}

/// Whether a namespace is only read where it stands.
fn is_reading(parsed: &Parsed, node: Node<'_>) -> bool {
    let Some(above) = node.parent() else {
        return false;
    };
    match above.kind() {
        kind::COMPARISON_OPERATOR => true,
        kind::ATTRIBUTE => {
            field(parsed, above, "attribute").is_some_and(|name| READING.contains(&name))
        }
        kind::SUBSCRIPT => {
            let outer = above.parent();
            !outer.is_some_and(|outer| {
                let is_left = outer.child_by_field_name("left") == Some(above);
                is_left
                    || outer.kind() == kind::DELETE_STATEMENT
                    || outer.kind() == kind::PATTERN_LIST
            })
        }
        _ => false,
    }
}

/// Whether an attribute is the way to the names of a module.
pub(super) fn by_attribute(parsed: &Parsed, node: Node<'_>, is_inner: bool) -> bool {
    let text = parsed.text(node);
    if text != "sys.modules" && !text.ends_with(".__dict__") {
        return false;
    }
    if !is_inner {
        return true;
    }
    let around = node.parent().map_or("", |above| parsed.text(above));
    match text == "sys.modules" {
        true => around.contains("__name__") || around.contains("__package__"),
        false => text.contains("mod"),
    }
}

/// Whether a module's `__getattr__` answers for names alone that the module's text holds: all it does with a name stands
/// under a condition that compares it, and it ends in an error.
pub(super) fn lists_its_names(parsed: &Parsed, asked: &Definition) -> bool {
    let function = parsed
        .node(&asked.name_bytes())
        .and_then(|name| name.parent());
    let Some(function) = function.filter(|it| it.kind() == kind::FUNCTION_DEFINITION) else {
        return false;
    };
    let (Some(parameters), Some(body)) = (
        function.child_by_field_name("parameters"),
        function.child_by_field_name("body"),
    ) else {
        return false;
    };
    let Some(name) = Walk::new(parameters).find(|node| node.kind() == kind::IDENTIFIER) else {
        return false;
    };
    let name = parsed.text(name);
    let ends = parts(body)
        .last()
        .is_some_and(|last| last.kind() == kind::RAISE_STATEMENT);
    let compares = |condition: Node<'_>| {
        let mut all = Walk::new(condition);
        all.any(|node| node.kind() == kind::COMPARISON_OPERATOR && parsed.text(node).contains(name))
    };
    let is_bound = |node: Node<'_>| {
        parents(node, function).any(|above| match above.kind() {
            kind::RAISE_STATEMENT => true,
            kind::IF_STATEMENT | kind::ELIF_CLAUSE => above
                .child_by_field_name("condition")
                .is_some_and(|condition| budget::charge(1) && compares(condition)),
            _ => false,
        })
    };
    let mut uses = Walk::new(body).filter(|node| node.kind() == kind::IDENTIFIER);
    ends && uses.all(|node| parsed.text(node) != name || is_bound(node))
}
