//! Names of the standard library that are gone, or are to go.
//!
//! Does not catch: a name reached through an alias of an alias, or through an object.

use std::collections::BTreeMap;

use anyhow::Result;

use super::imports::Import;
use super::range::Minors;
use super::stdlib::{gone, has_gone_names};
use crate::change::{File, Side};
use crate::checks::dependencies::RULES;
use crate::finding::{Finding, Place};
use crate::syntax::Parsed;
use crate::syntax::walk::Walk;

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
    let mut bound = bindings(parsed);
    bound.retain(|_, full| has_gone_names(full.split('.').next().unwrap_or(full)));
    if bound.is_empty() {
        return Ok(());
    }
    let mut walk = Walk::new(parsed.root());
    while let Some(node) = walk.next() {
        if node.kind() != "attribute" {
            continue;
        }
        let text = parsed.text(node);
        if text.len() > 80
            || !text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
        {
            continue;
        }
        walk.skip_children();
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

/// What names of the file stand for: local name to qualified name, for plain imports.
fn bindings(parsed: &Parsed) -> BTreeMap<String, String> {
    let mut bound = BTreeMap::new();
    for node in Walk::new(parsed.root()) {
        let (module, prefix) = match node.kind() {
            "import_statement" => (None, String::new()),
            "import_from_statement" => match node.child_by_field_name("module_name") {
                Some(module) => (Some(module.id()), format!("{}.", parsed.text(module))),
                None => continue,
            },
            _ => continue,
        };
        for part in crate::syntax::walk::parts(node) {
            if Some(part.id()) == module {
                continue;
            }
            let (name, alias) = match (
                part.child_by_field_name("name"),
                part.child_by_field_name("alias"),
            ) {
                (Some(name), Some(alias)) => (parsed.text(name), parsed.text(alias)),
                _ => (parsed.text(part), parsed.text(part)),
            };
            let plain = module.is_none() && part.kind() != "aliased_import";
            if plain {
                // `import a.b` binds `a`.
                let top = name.split('.').next().unwrap_or(name);
                bound.insert(top.to_owned(), top.to_owned());
            } else {
                bound.insert(alias.to_owned(), format!("{prefix}{name}"));
            }
        }
    }
    bound
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
            "deprecated-stdlib",
            format!("`{qualified}` is deprecated; use {}", gone.instead),
        ),
        Some(removed) if removed <= 8 || lowest.is_some_and(|lowest| lowest >= removed) => (
            "removed-stdlib",
            format!(
                "`{qualified}` was removed in or before Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(removed) if highest.is_none_or(|highest| highest >= removed) => (
            "stdlib-outside-range",
            format!(
                "`{qualified}` is gone since Python 3.{removed}; use {}",
                gone.instead
            ),
        ),
        Some(_) => return Ok(()),
    };
    found.push(
        RULES
            .get(rule)?
            .finding(Side::Head, path, place, message)
            .with("name", qualified)
            .with("instead", gone.instead),
    );
    Ok(())
}
