//! Lint levels and test targets of Cargo manifests, and the hooks of pre-commit.
//!
//! Does not catch: levels on the command line (workflows), and `#![allow]` in the code (suppressions).

use std::collections::BTreeMap;

use super::lists::LISTS;
use super::{Compared, rules};
use crate::document::Item;

/// Lint levels of a Cargo manifest.
pub(super) fn lints(of: &mut Compared<'_>, base: &Item, head: &Item) {
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
                let message = format!("`{lint}` is {level} now, and was {before}");
                of.push(rules::CHECKER_LOOSENED, *line, message, None);
            }
            None if level == "allow" => {
                of.is_looser(
                    *line,
                    format!("`{lint}` is allowed now for the whole crate"),
                );
            }
            _ => {}
        }
    }
    if let Some((line, message)) = untested(base, head) {
        of.is_looser(line, message);
    }
    let inherits = |root: &Item| root.at(&["lints", "workspace"]).is_some();
    if inherits(base) && head.get("lints").is_none() {
        let message = "the lint levels of the workspace hold for this crate no more".to_owned();
        of.is_gone(rules::CHECKER_LOOSENED, 1, message);
    }
    for (lint, (before, line)) in &was {
        if rank(before) >= 2
            && !now.contains_key(lint)
            && !now.is_empty() | head.get("lints").is_none()
        {
            of.is_gone(
                rules::CHECKER_LOOSENED,
                *line,
                format!("`{lint}` was {before}, and is gone"),
            );
        }
    }
}

/// A target whose tests are switched off now.
fn untested(base: &Item, head: &Item) -> Option<(u32, String)> {
    let off = |item: Option<&Item>| item.and_then(Item::text) == Some("false");
    let lib = |root: &'_ Item| root.at(&["lib", "test"]).cloned();
    if off(lib(head).as_ref()) && !off(lib(base).as_ref()) {
        let line = lib(head).map_or(1, |item| item.line);
        return Some((
            line,
            "the tests of the library run no more (`test = false`)".to_owned(),
        ));
    }
    let auto = |root: &'_ Item| root.at(&["package", "autotests"]).cloned();
    let named = head
        .get("test")
        .is_some_and(|list| !list.items().is_empty());
    if off(auto(head).as_ref()) && !off(auto(base).as_ref()) && !named {
        let line = auto(head).map_or(1, |item| item.line);
        return Some((
            line,
            "cargo finds no tests by itself any more (`autotests = false`)".to_owned(),
        ));
    }
    None
}

/// Hooks of pre-commit: by id, with what they leave out.
pub(super) fn hooks(of: &mut Compared<'_>, base: &Item, head: &Item) {
    let ids = |root: &'_ Item| -> BTreeMap<String, Item> {
        let repos = root.get("repos").map(Item::items).unwrap_or_default();
        repos
            .iter()
            .flat_map(|repo| repo.get("hooks").map(Item::items).unwrap_or_default())
            .filter_map(|hook| Some((hook.get("id")?.text()?.to_owned(), hook.clone())))
            .collect()
    };
    let checks = |id: &String| LISTS.hooks.iter().any(|word| id.contains(word));
    let (was, now) = (ids(base), ids(head));
    let gained: Vec<&String> = now.keys().filter(|id| !was.contains_key(*id)).collect();
    let replaced = gained.iter().any(|id| checks(id));
    for (id, before) in &was {
        let line = before.get("id").map_or(before.line, |item| item.line);
        match now.get(id) {
            None if gained.is_empty() || checks(id) && !replaced => {
                let message = format!("the hook `{id}` is gone");
                of.is_gone(rules::CHECKER_LOOSENED, line, message);
            }
            None => {}
            Some(after) => {
                if let Some((line, how)) = sees_less(before, after) {
                    let message = format!("the hook `{id}` {how}");
                    of.is_looser(line, message);
                }
            }
        }
    }
    if let Some((line, how)) = sees_less(base, head) {
        let message = format!("the whole configuration {how}");
        of.is_looser(line, message);
    }
}

/// What a hook, or the whole file, no longer looks at or heeds.
fn sees_less(before: &Item, after: &Item) -> Option<(u32, &'static str)> {
    let text = |item: &Item, key: &str| item.get(key).and_then(Item::text).map(str::to_owned);
    let line = |key: &str| after.get(key).map_or(after.line, |item| item.line);
    let stages = |item: &Item| -> Option<Vec<String>> {
        let words = item.get("stages")?.words().into_iter();
        Some(words.map(|(word, _)| word).collect())
    };
    let by_hand = |item: &Item| {
        stages(item).is_some_and(|stages| stages.iter().all(|stage| stage == "manual"))
    };
    if by_hand(after) && !by_hand(before) {
        return Some((line("stages"), "only runs by hand now"));
    }
    let excludes = text(after, "exclude").filter(|now| !now.is_empty() && *now != "^$");
    let excluded = text(before, "exclude").unwrap_or_default();
    // What excludes more mostly says what it said before, and one thing more.
    if excludes.is_some_and(|now| now != excluded && now.len() > excluded.len()) {
        return Some((line("exclude"), "leaves out files now that it saw before"));
    }
    let files = text(after, "files");
    if files.is_some() && text(before, "files").is_none() {
        return Some((line("files"), "only sees some files now"));
    }
    let lax = |item: &Item| {
        let args = item.get("args").map(Item::words).unwrap_or_default();
        args.iter().any(|(word, _)| {
            matches!(
                word.as_str(),
                "--exit-zero" | "-e" | "--exit-zero-even-if-changed"
            )
        })
    };
    (lax(after) && !lax(before)).then(|| (line("args"), "always succeeds now"))
}
