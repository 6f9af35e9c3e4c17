//! The default of a type, as an expression.
//!
//! Does not catch: a type of another file, for which there may be one as well.

use std::collections::BTreeSet;

use crate::language::rust::kind;
use crate::language::{DefinitionKind, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::parts;

/// Types that stand in one another this deep are not read.
const DEEPEST: usize = 4;

/// The types of a file that have a default.
pub(super) fn with_default(parsed: &Parsed) -> BTreeSet<&str> {
    let definitions = parsed.facts().definitions.iter();
    let with_default = definitions.filter(|definition| match definition.kind {
        DefinitionKind::Type => {
            let mut marks = definition.marks.iter();
            marks.any(|mark| mark.starts_with("derive") && mark.contains("Default"))
        }
        DefinitionKind::Impl => definition.bases.iter().any(|of| of == "Default"),
        _ => false,
    });
    with_default
        .map(|definition| definition.name.as_str())
        .collect()
}

/// The default of a type; `None` where none is known.
pub(super) fn default_of(
    parsed: &Parsed,
    of: Node<'_>,
    known: &BTreeSet<&str>,
    depth: usize,
) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |node| default_of(parsed, node, known, depth + 1);
    let text = parsed.text(of);
    match of.kind() {
        kind::UNIT_TYPE => Some("()".to_owned()),
        kind::PRIMITIVE_TYPE => primitive(text).map(str::to_owned),
        kind::REFERENCE_TYPE => {
            let to = of.child_by_field_name("type")?;
            let is_mutable = of
                .named_children()
                .any(|part| part.kind() == kind::MUTABLE_SPECIFIER);
            match (parsed.text(to), to.kind()) {
                _ if is_mutable => None,
                ("str", _) => Some("\"\"".to_owned()),
                (_, kind::ARRAY_TYPE) if !parsed.text(to).contains(';') => Some("&[]".to_owned()),
                _ => None,
            }
        }
        kind::TUPLE_TYPE => {
            let all: Option<Vec<String>> = parts(of).into_iter().map(inner).collect();
            let all = all.filter(|all| all.len() > 1)?;
            Some(format!("({})", all.join(", ")))
        }
        kind::GENERIC_TYPE => {
            let outer = of.child_by_field_name("type")?;
            let arguments = of.child_by_field_name(kind::TYPE_ARGUMENTS)?;
            let types = parts(arguments).into_iter();
            let mut types = types.filter(|part| part.kind() != kind::LIFETIME);
            let first = types.next();
            match last(parsed.text(outer)) {
                "Option" => Some("None".to_owned()),
                "Result" => Some(format!("Ok({})", inner(first?)?)),
                wrapper @ ("Box" | "Rc" | "Arc") => {
                    let held = inner(first?)?;
                    Some(format!("{wrapper}::new({held})"))
                }
                "Vec" => Some("vec![]".to_owned()),
                "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque" | "IndexMap"
                | "BinaryHeap" => Some("Default::default()".to_owned()),
                _ => None,
            }
        }
        kind::ABSTRACT_TYPE if text.starts_with("impl Iterator<") => {
            Some("std::iter::empty()".to_owned())
        }
        kind::TYPE_IDENTIFIER | kind::SCOPED_TYPE_IDENTIFIER => match last(text) {
            "String" => Some("String::new()".to_owned()),
            "PathBuf" | "Duration" | "OsString" => Some("Default::default()".to_owned()),
            "Ordering" => Some("std::cmp::Ordering::Equal".to_owned()),
            "Result" => Some("Ok(())".to_owned()),
            name if known.contains(name) => Some(format!("{name}::default()")),
            _ => None,
        },
        _ => None,
    }
}

fn primitive(name: &str) -> Option<&'static str> {
    match name {
        "bool" => Some("false"),
        "char" => Some("'\\0'"),
        "f32" | "f64" => Some("0.0"),
        name if name.starts_with(['u', 'i']) => Some("0"),
        _ => None,
    }
}

fn last(path: &str) -> &str {
    path.rsplit(':').next().unwrap_or(path)
}
