//! Lint levels of Cargo manifests, and the hooks of pre-commit.
//!
//! Does not catch: levels on the command line (workflows), and `#![allow]` in the code (suppressions).

use std::collections::BTreeMap;

use anyhow::Result;

use super::checkers::{base_side, push};
use super::config::Item;
use crate::change::File;
use crate::finding::{Finding, Level};

/// Lint levels of a Cargo manifest.
pub(super) fn lints(file: &File, base: &Item, head: &Item, found: &mut Vec<Finding>) -> Result<()> {
    let levels = |root: &Item| -> BTreeMap<String, (String, u32)> {
        let mut levels = BTreeMap::new();
        for keys in [["lints", ""], ["workspace", "lints"]] {
            let table = if keys[1].is_empty() {
                root.get(keys[0])
            } else {
                root.at(&keys)
            };
            for (tool, lints) in table.map(Item::entries).unwrap_or_default() {
                for (lint, item) in lints.entries() {
                    let level = item
                        .text()
                        .or_else(|| item.get("level")?.text())
                        .unwrap_or_default();
                    levels.insert(format!("{tool}::{lint}"), (level.to_owned(), item.line));
                }
            }
        }
        levels
    };
    let (was, now) = (levels(base), levels(head));
    let rank = |level: &str| {
        ["allow", "warn", "deny", "forbid"]
            .iter()
            .position(|other| *other == level)
            .unwrap_or(0)
    };
    for (lint, (level, line)) in &now {
        match was.get(lint) {
            Some((before, _)) if rank(level) < rank(before) => {
                push(
                    file,
                    "checker-loosened",
                    *line,
                    format!("`{lint}` is {level} now, and was {before}"),
                    None,
                    found,
                )?;
            }
            None if level == "allow" => {
                push(
                    file,
                    "checker-loosened",
                    *line,
                    format!("`{lint}` is allowed now for the whole crate"),
                    Some(Level::Escalate),
                    found,
                )?;
            }
            _ => {}
        }
    }
    for (lint, (before, line)) in &was {
        if rank(before) >= 2
            && !now.contains_key(lint)
            && !now.is_empty() | head.get("lints").is_none()
        {
            base_side(
                file,
                "checker-loosened",
                *line,
                format!("`{lint}` was {before}, and is gone"),
                found,
            )?;
        }
    }
    Ok(())
}

/// Hooks of pre-commit: by id, with what they leave out.
pub(super) fn hooks(file: &File, base: &Item, head: &Item, found: &mut Vec<Finding>) -> Result<()> {
    let ids = |root: &Item| -> BTreeMap<String, u32> {
        let repos = root.get("repos").map(Item::items).unwrap_or_default();
        repos
            .iter()
            .flat_map(|repo| repo.get("hooks").map(Item::items).unwrap_or_default())
            .filter_map(|hook| Some((hook.get("id")?.text()?.to_owned(), hook.get("id")?.line)))
            .collect()
    };
    let (was, now) = (ids(base), ids(head));
    let gained = now.keys().any(|id| !was.contains_key(id));
    for (id, line) in &was {
        if !now.contains_key(id) && !gained {
            base_side(
                file,
                "checker-loosened",
                *line,
                format!("the hook `{id}` is gone"),
                found,
            )?;
        }
    }
    Ok(())
}
