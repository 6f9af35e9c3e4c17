//! Names of distributions that are gone or deprecated in the versions that the project takes: what is imported, attributes
//! of modules and of objects whose type the file says, and keywords. Only on lines of the change.
//!
//! `lists/outdated.txt` holds them.
//!
//! Does not catch: an object that comes from elsewhere.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::gone::{bindings, each_attribute};
use super::held::Held;
use super::imports::Import;
use crate::change::{File, Side};
use crate::language::ecosystem::outdated::Table;
use crate::language::ecosystem::{Concern, Problem};
use crate::language::python::kind;
use crate::language::{DefinitionKind, Kinds, PYTHON, Parsed};
use crate::place::Place;
use crate::syntax::Node;
use crate::syntax::walk::field;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("lists/outdated.txt")));

static TYPED: Kinds = Kinds::new(
    PYTHON,
    &[
        kind::ASSIGNMENT,
        kind::TYPED_PARAMETER,
        kind::TYPED_DEFAULT_PARAMETER,
    ],
);
static KEYWORDS: Kinds = Kinds::new(PYTHON, &[kind::KEYWORD_ARGUMENT]);

/// Names that an import takes.
pub(super) fn taken(held: &Held<'_>, import: &Import, names: &[&String], found: &mut Vec<Problem>) {
    if !TABLE.has(import.top()) {
        return;
    }
    if names.is_empty() && import.names.is_empty() {
        return report(held, &import.module, import.place, found);
    }
    for name in names {
        report(
            held,
            &format!("{}.{name}", import.module),
            import.place,
            found,
        );
    }
}

/// Attributes and keywords.
pub(super) fn check(held: &Held<'_>, file: &File, parsed: &Parsed, found: &mut Vec<Problem>) {
    let mut bound = bindings(parsed, &|top| TABLE.has(top) && !held.is_of_tree(top));
    if bound.is_empty() {
        return;
    }
    let is_new = |node: Node<'_>| {
        let row = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
        file.touches(Side::Head, row..row + 1)
    };
    for node in KEYWORDS.nodes(parsed).filter(|node| is_new(*node)) {
        let call = node.parent().and_then(|arguments| arguments.parent());
        let callee = call.and_then(|call| field(parsed, call, "function"));
        let (Some(callee), Some(key)) = (callee, field(parsed, node, "name")) else {
            continue;
        };
        if let Some(full) = qualified(&bound, callee) {
            report(held, &format!("{full}({key})"), parsed.place(node), found);
        }
    }
    bound.extend(objects(parsed, &bound));
    each_attribute(parsed, &bound, |node, full| {
        if is_new(node) {
            report(held, &full, parsed.place(node), found);
        }
    });
}

/// What a dotted name of the file is in full.
fn qualified(bound: &BTreeMap<&str, String>, text: &str) -> Option<String> {
    let (head, rest) = text.split_once('.').unwrap_or((text, ""));
    let full = bound.get(head)?;
    Some(match rest {
        "" => full.clone(),
        rest => format!("{full}.{rest}"),
    })
}

/// Names that are objects of one known type wherever the file gives them a value or a type.
fn objects<'p>(parsed: &'p Parsed, bound: &BTreeMap<&str, String>) -> BTreeMap<&'p str, String> {
    let mut types = BTreeMap::new();
    for definition in &parsed.facts().definitions {
        let mut bases = definition
            .bases
            .iter()
            .filter_map(|base| qualified(bound, base));
        if definition.kind == DefinitionKind::Type
            && let Some(base) = bases.next()
        {
            types.insert(definition.name.as_str(), base);
        }
    }
    let type_of = |text: &str| types.get(text).cloned().or_else(|| qualified(bound, text));
    let mut found: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for node in TYPED.nodes(parsed) {
        let name = match node.kind() {
            kind::ASSIGNMENT => node.child_by_field_name("left"),
            _ => node
                .child_by_field_name("name")
                .or_else(|| node.named_child(0)),
        };
        let Some(name) = name.filter(|name| name.kind() == kind::IDENTIFIER) else {
            continue;
        };
        let made = node.child_by_field_name("right");
        let made = made.filter(|value| value.kind() == kind::CALL);
        let made = made.and_then(|value| field(parsed, value, "function"));
        let says = field(parsed, node, "type").or(made);
        let object = says.and_then(type_of).map(|full| format!("{full}()"));
        found
            .entry(parsed.text(name))
            .and_modify(|known| {
                if *known != object {
                    *known = None;
                }
            })
            .or_insert(object);
    }
    let found = found.into_iter();
    found
        .filter_map(|(name, object)| Some((name, object?)))
        .collect()
}

fn report(held: &Held<'_>, qualified: &str, place: Place, found: &mut Vec<Problem>) {
    let Some((name, outdated)) = TABLE.get(qualified, ".") else {
        return;
    };
    let stated = held.stated(outdated.package);
    if let Some((certainty, message)) = outdated.said(name, stated) {
        let problem = Problem::new(Concern::OutdatedApi, place, message).sure(certainty);
        found.push(problem.with("name", name).with("instead", outdated.instead));
    }
}
