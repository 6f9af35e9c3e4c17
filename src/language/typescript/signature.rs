//! What callers see of a function.
//!
//! Does not catch: another type of a parameter; what an object that is given as a parameter must hold.

use crate::budget;
use crate::language::signature::{Parameter, ParameterKind, Read, Signature, Signatures};
use crate::language::typescript::kind;
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parents, parts};
use crate::text::{is_in_word, stands_in};

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    is_reached,
    of: signature,
};

/// Folders that a package keeps for itself, by their names.
const INNER: [&str; 5] = [
    "internal",
    "internals",
    "_internal",
    "private",
    "__internal__",
];

/// From a file that stands for its folder, or one whose name or exports such a file of a folder above passes on.
fn is_reached(_: &Parsed, definition: &Definition, path: &str, read: Read<'_>) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    if path.split('/').any(|part| INNER.contains(&part)) || !definition.marks.is_empty() {
        return false;
    }
    if matches!(stem, "index" | "mod") {
        return true;
    }
    let top = definition.qualified.split('.').next().unwrap_or_default();
    let endings = [ending, "ts", "js", "mjs"];
    let mut folder = folder;
    let mut below = stem.to_owned();
    // The package's own folder is not known here: two above are asked.
    for _ in 0..3 {
        let root = endings
            .iter()
            .find_map(|ending| read(format!("{folder}/index.{ending}").trim_start_matches('/')));
        if let Some(root) = root {
            let imports = &root.facts().imports;
            budget::charge(imports.len());
            let passes = imports.iter().any(|import| {
                let module = import.module.trim_start_matches("./");
                let module = module.split('.').next().unwrap_or(module);
                let named = import.name.as_deref();
                module.trim_end_matches("/index") == below
                    && (named.is_none() || named == Some("*") || named == Some(top))
            });
            if !passes {
                return false;
            }
            return true;
        }
        let Some((above, last)) = folder.rsplit_once('/') else {
            return false;
        };
        below = format!("{last}/{below}");
        folder = above;
    }
    false
}

/// Whether the file exports it; of a class, what is neither private nor protected.
fn is_public(parsed: &Parsed, definition: &Definition) -> bool {
    let definitions = &parsed.facts().definitions;
    let parent = definition.parent.and_then(|at| definitions.get(at));
    let Some(name) = parsed.node(&definition.name_bytes()) else {
        return false;
    };
    let is_hidden = |name: &str| name.starts_with(['_', '#']);
    if definition.body.is_none() || is_hidden(&definition.name) {
        return false;
    }
    match parent {
        None => is_exported(parsed, definition, name),
        Some(class) if class.kind == DefinitionKind::Type && class.parent.is_none() => {
            let head = parsed.slice(&(definition.bytes.start..definition.name_start));
            let mut words = head.split_whitespace();
            let kept = words.any(|word| matches!(word, "private" | "protected" | "set" | "get"));
            let of_class = parsed.node(&class.name_bytes());
            !kept
                && !is_hidden(&class.name)
                && of_class.is_some_and(|name| is_exported(parsed, class, name))
        }
        Some(_) => false,
    }
}

fn is_exported(parsed: &Parsed, definition: &Definition, name: Node<'_>) -> bool {
    let mut above = parents(name, parsed.root()).take(6);
    if above.any(|parent| parent.kind() == kind::EXPORT_STATEMENT) {
        return true;
    }
    let statement = parsed.slice(&definition.bytes);
    if statement.starts_with("exports.") || statement.starts_with("module.exports") {
        return true;
    }
    is_listed(parsed, &definition.name)
}

/// Whether a list at the end of the file exports a name: `export { load }`, `module.exports = { load }`.
fn is_listed(parsed: &Parsed, name: &str) -> bool {
    /// Bytes of the file that are looked at.
    const TAIL: usize = 4096;
    let source: &str = &parsed.source;
    let from = source.len().saturating_sub(TAIL);
    let from = (from..source.len()).find(|at| source.is_char_boundary(*at));
    let tail = source.get(from.unwrap_or(0)..).unwrap_or_default();
    ["export {", "module.exports = {"].iter().any(|word| {
        let list = tail.rfind(word).and_then(|at| tail.get(at + word.len()..));
        let list = list.and_then(|list| list.split('}').next());
        list.is_some_and(|list| stands_in(list, name, is_in_word).is_some())
    })
}

fn signature(parsed: &Parsed, definition: &Definition) -> Signature {
    let name = parsed.node(&definition.name_bytes());
    let around = name.and_then(|name| match name.kind() {
        // `exports.load = ..`
        kind::PROPERTY_IDENTIFIER => name.parent().map(|parent| match parent.kind() {
            kind::MEMBER_EXPRESSION => parent.parent().unwrap_or(parent),
            _ => parent,
        }),
        _ => name.parent(),
    });
    let Some(around) = around else {
        return Signature::default();
    };
    let value = ["value", "right"]
        .iter()
        .find_map(|field| around.child_by_field_name(field));
    let function = value.unwrap_or(around);
    let parameters = match function.child_by_field_name("parameter") {
        Some(only) => vec![plain(parsed.text(only).to_owned(), String::new())],
        None => {
            let list = function.child_by_field_name("parameters");
            let all = list.map(parts).unwrap_or_default().into_iter();
            all.filter_map(|one| parameter(parsed, one)).collect()
        }
    };
    Signature {
        parameters,
        by_name: false,
        awaited: parsed.text(function).starts_with("async"),
    }
}

fn plain(name: String, default: String) -> Parameter {
    Parameter {
        name,
        kind: ParameterKind::Plain,
        default,
    }
}

/// A parameter; none for `this`, which callers do not give.
fn parameter(parsed: &Parsed, node: Node<'_>) -> Option<Parameter> {
    let pattern = node.child_by_field_name("pattern").unwrap_or(node);
    let mut name = flat(parsed, pattern);
    let default = node.child_by_field_name("value");
    let mut default = default.map_or(String::new(), |value| flat(parsed, value));
    if node.kind() == kind::ASSIGNMENT_PATTERN {
        let left = node.child_by_field_name("left");
        name = left.map_or(name, |left| flat(parsed, left));
        let right = node.child_by_field_name("right");
        default = right.map_or(default, |right| flat(parsed, right));
    }
    if name == "this" {
        return None;
    }
    let is_optional = node.kind() == kind::OPTIONAL_PARAMETER;
    if is_optional && default.is_empty() {
        default = "undefined".to_owned();
    }
    let kind = match name.starts_with("...") {
        true => ParameterKind::Rest,
        false => ParameterKind::Plain,
    };
    Some(Parameter {
        name,
        kind,
        default,
    })
}
