//! Names of the standard library that are gone, or are to go.
//!
//! Does not catch: a name reached through an alias of an alias, or through an object.

use std::collections::BTreeMap;

use super::imports::Import;
use super::range::Minors;
use super::stdlib::{gone, has_gone_names};
use crate::change::{File, Side};
use crate::language::ecosystem::{Concern, Problem};
use crate::language::python::kind;
use crate::language::{Kinds, PYTHON, Parsed};
use crate::place::Place;
use crate::syntax::Node;

static ATTRIBUTES: Kinds = Kinds::new(PYTHON, &[kind::ATTRIBUTE]);

/// Names that `from module import ..` takes.
pub(super) fn taken(import: &Import, names: &[&String], range: Minors, found: &mut Vec<Problem>) {
    for name in names {
        report(
            &format!("{}.{name}", import.module),
            import.place,
            range,
            found,
        );
    }
}

/// Attributes of modules that the file imports, on lines of this change: `collections.Mapping`,
/// `datetime.utcnow()`.
pub(super) fn attributes(file: &File, parsed: &Parsed, range: Minors, found: &mut Vec<Problem>) {
    let bound = bindings(parsed, &has_gone_names);
    each_attribute(parsed, &bound, |node, mut qualified| {
        while gone(&qualified).is_none() {
            match qualified.rsplit_once('.') {
                Some((above, _)) if above.contains('.') => qualified = above.to_owned(),
                _ => break,
            }
        }
        let line = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
        if gone(&qualified).is_some() && file.touches(Side::Head, line..line + 1) {
            report(&qualified, parsed.place(node), range, found);
        }
    });
}

/// The attributes of what names of the file stand for, each in full.
pub(super) fn each_attribute<'t>(
    parsed: &'t Parsed,
    bound: &BTreeMap<&str, String>,
    mut take: impl FnMut(Node<'t>, String),
) {
    if bound.is_empty() {
        return;
    }
    let mut nodes = ATTRIBUTES.nodes(parsed);
    while let Some(node) = nodes.next() {
        let text = parsed.text(node);
        if text.len() > 80
            || !text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
        {
            continue;
        }
        nodes.skip_children();
        let (head, rest) = text.split_once('.').unwrap_or((text, ""));
        if let Some(full) = bound.get(head) {
            take(node, format!("{full}.{rest}"));
        }
    }
}

/// What names of the file stand for, local name to qualified name, where they come from a top-level module that is
/// wanted.
pub(super) fn bindings<'p>(
    parsed: &'p Parsed,
    wanted: &dyn Fn(&str) -> bool,
) -> BTreeMap<&'p str, String> {
    let mut bound: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for import in &parsed.facts().imports {
        let module = import.module.as_str();
        let top = module.split('.').next().unwrap_or_default();
        let local = match (&import.alias, &import.name) {
            (Some(local), _) | (None, Some(local)) => local,
            // `import a.b` binds `a`.
            (None, None) => top,
        };
        let full = match (&import.name, &import.alias) {
            (Some(name), _) => format!("{module}.{name}"),
            (None, Some(_)) => module.to_owned(),
            (None, None) => top.to_owned(),
        };
        bound.insert(local, wanted(top).then_some(full));
    }
    let bound = bound.into_iter();
    bound
        .filter_map(|(local, full)| Some((local, full?)))
        .collect()
}

fn report(qualified: &str, place: Place, (lowest, highest): Minors, found: &mut Vec<Problem>) {
    let Some(gone) = gone(qualified) else {
        return;
    };
    let (concern, message) = match gone.removed {
        None => (
            Concern::DeprecatedStdlib,
            format!("`{qualified}` is deprecated; use {}", gone.instead),
        ),
        Some(removed) if removed <= 8 || lowest.is_some_and(|lowest| lowest >= removed) => (
            Concern::RemovedStdlib,
            format!(
                "`{qualified}` was removed in or before Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(removed) if highest.is_none_or(|highest| highest >= removed) => (
            Concern::StdlibOutsideRange,
            format!(
                "`{qualified}` is gone since Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(_) => return,
    };
    found.push(
        Problem::new(concern, place, message)
            .with("name", qualified)
            .with("instead", gone.instead),
    );
}
