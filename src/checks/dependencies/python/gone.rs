//! Names of the standard library that are gone, or are to go.
//!
//! Does not catch: a name reached through an alias of an alias, or through an object.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::change::{File, Side};
use crate::checks::dependencies::rules;
use crate::finding::{Finding, Place};
use crate::language::python::project::imports::Import;
use crate::language::python::project::range::Minors;
use crate::language::python::project::stdlib::{gone, has_gone_names};
use crate::language::{Kinds, PYTHON, Parsed};

static ATTRIBUTES: Kinds = Kinds::new(PYTHON, &["attribute"]);

/// Names that `from module import ..` takes.
pub(super) fn taken(
    path: &str,
    import: &Import,
    names: &[&String],
    range: Minors,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for name in names {
        report(
            path,
            &format!("{}.{name}", import.module),
            import.place,
            range,
            found,
        )?;
    }
    Ok(())
}

/// Attributes of modules that the file imports, on lines of this change: `collections.Mapping`,
/// `datetime.utcnow()`.
pub(super) fn attributes(
    file: &File,
    parsed: &Parsed,
    range: Minors,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let bound = bindings(parsed);
    if bound.is_empty() {
        return Ok(());
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
        let Some(full) = bound.get(head) else {
            continue;
        };
        let mut qualified = format!("{full}.{rest}");
        while gone(&qualified).is_none() {
            match qualified.rsplit_once('.') {
                Some((above, _)) if above.contains('.') => qualified = above.to_owned(),
                _ => break,
            }
        }
        let line = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
        if gone(&qualified).is_some() && file.touches(Side::Head, line..line + 1) {
            report(&file.path, &qualified, parsed.place(node), range, found)?;
        }
    }
    Ok(())
}

/// What names of the file stand for, local name to qualified name, where they come from a module of which names are
/// gone.
fn bindings(parsed: &Parsed) -> BTreeMap<&str, String> {
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
        bound.insert(local, has_gone_names(top).then_some(full));
    }
    let bound = bound.into_iter();
    bound
        .filter_map(|(local, full)| Some((local, full?)))
        .collect()
}

fn report(
    path: &str,
    qualified: &str,
    place: Place,
    (lowest, highest): Minors,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let Some(gone) = gone(qualified) else {
        return Ok(());
    };
    let (rule, message) = match gone.removed {
        None => (
            rules::DEPRECATED_STDLIB,
            format!("`{qualified}` is deprecated; use {}", gone.instead),
        ),
        Some(removed) if removed <= 8 || lowest.is_some_and(|lowest| lowest >= removed) => (
            rules::REMOVED_STDLIB,
            format!(
                "`{qualified}` was removed in or before Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(removed) if highest.is_none_or(|highest| highest >= removed) => (
            rules::STDLIB_OUTSIDE_RANGE,
            format!(
                "`{qualified}` is gone since Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(_) => return Ok(()),
    };
    found.push(
        rule.finding(Side::Head, path, place, message)
            .with("name", qualified)
            .with("instead", gone.instead),
    );
    Ok(())
}
