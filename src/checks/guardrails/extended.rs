//! What a configuration takes from others: files of the tree that it goes on with (`extends` of TypeScript's compiler),
//! and rule sets that packages ship (ESLint). What the file itself says stands before that.
//!
//! Does not catch: what the named packages hold.

use std::collections::{BTreeMap, BTreeSet};

use super::checkers::{Stated, stated};
use super::lists::LISTS;
use super::{Compared, rules};
use crate::budget;
use crate::change::{Blob, Change, Side};
use crate::document::{Item, Value};
use crate::language;

/// Configurations over one another that are followed.
const DEEPEST: usize = 6;

/// Whether a configuration of this name goes on with files that it names.
fn goes_on(name: &str) -> bool {
    let mut starts = LISTS.extended.iter();
    starts.any(|start| name.starts_with(start)) && name.ends_with(".json")
}

/// Adds to the settings of a side those that the files above say, each on the line of `extends`; whether there is any.
pub(super) fn inherit(
    change: &Change,
    side: Side,
    path: &str,
    root: &Item,
    own: &mut Stated,
) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(extends) = root.get("extends").filter(|_| goes_on(name)) else {
        return taken;
    };
    let line = extends.line;
    // Of several, the last one counts most.
    let mut open: Vec<(String, usize)> = above(path, extends, 0);
    while let Some((path, depth)) = open.pop() {
        if depth > DEEPEST || !budget::charge(1) {
            continue;
        }
        let read = || -> Option<Item> {
            let is_there = change.paths(side).ok()?.binary_search(&path).is_ok();
            let blob = is_there
                .then(|| change.read(side, &path).ok().flatten())
                .flatten();
            language::document(&path, blob.as_ref().and_then(Blob::text)?)
        };
        let Some(root) = read() else {
            continue;
        };
        let name = path.rsplit('/').next().unwrap_or(&path);
        for (key, (text, _)) in stated(name, &root).scalars {
            if key != "extends" && !own.scalars.contains_key(&key) {
                taken.insert(key.clone());
                own.scalars.insert(key, (text, line));
            }
        }
        if let Some(extends) = root.get("extends") {
            open.extend(above(&path, extends, depth + 1));
        }
    }
    taken
}

/// The files of the tree that `extends` names.
fn above(path: &str, extends: &Item, depth: usize) -> Vec<(String, usize)> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for (word, _) in extends.words().into_iter().take(8) {
        if !word.starts_with('.') {
            continue;
        }
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in word.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        let path = parts.join("/");
        if !word.ends_with(".json") {
            found.push((format!("{path}.json"), depth));
        }
        found.push((path, depth));
    }
    found
}

/// Whether a configuration takes rule sets of packages.
fn shares(name: &str) -> bool {
    LISTS.sharing.iter().any(|start| name.starts_with(start))
}

/// The rule sets that a configuration takes from packages, with lines.
fn shared(root: &Item) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    let mut open = vec![root];
    while let Some(item) = open.pop() {
        budget::charge(1);
        for inner in item.items() {
            match &inner.value {
                Value::Scalar(text) => {
                    let text = text.trim_start_matches("...");
                    // What is put together by code is no name.
                    let is_name = !text.contains(['\n', '{', '?', '=']);
                    if is_name {
                        found.insert(text.trim_matches(['[', ']']).to_owned(), inner.line);
                    }
                }
                Value::List(_) | Value::Map(_) => open.push(inner),
            }
        }
        if let Some(extends) = item.get("extends") {
            found.extend(extends.words());
        }
    }
    found
}

/// How much a rule set of a package asks for, by the last of its words.
fn rank(set: &str) -> Option<usize> {
    let mut words = set
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .rev();
    words.find_map(|word| LISTS.rule_sets.iter().position(|known| known == word))
}

/// Rule sets, and rules that were errors, that are gone with nothing in their place.
pub(super) fn compare(of: &mut Compared<'_>, name: &str, base: &Item, head: &Item) {
    if !shares(name) || of.file.head.is_none() {
        return;
    }
    let (was, now) = (shared(base), shared(head));
    let gone: Vec<(&String, &u32)> = was
        .iter()
        .filter(|(set, _)| !now.contains_key(*set))
        .collect();
    let new: Vec<&String> = now.keys().filter(|set| !was.contains_key(*set)).collect();
    if new.is_empty() {
        if let Some((set, line)) = gone.first() {
            let message = format!(
                "the shared rules `{}` hold no more",
                crate::text::visible(set)
            );
            of.is_gone(rules::CHECKER_LOOSENED, **line, message);
        }
        rules_gone(of, base, head, !gone.is_empty());
        return;
    }
    if let ([(old, _)], [set]) = (gone.as_slice(), new.as_slice())
        && let (Some(before), Some(after)) = (rank(old), rank(set))
        && after < before
    {
        let line = now.get(*set).copied().unwrap_or(1);
        let (old, set) = (crate::text::visible(old), crate::text::visible(set));
        of.is_looser(
            line,
            format!("the shared rules are `{set}` now, and were `{old}`"),
        );
    }
}

/// Rules that were errors and that nobody names any more.
fn rules_gone(of: &mut Compared<'_>, base: &Item, head: &Item, is_told: bool) {
    let named = |root: &Item| -> BTreeMap<String, (bool, u32)> {
        let mut found = BTreeMap::new();
        for (keys, item) in root.walk() {
            let is_rule = keys.len() >= 2 && keys.get(keys.len() - 2) == Some(&"rules");
            let Some(rule) = keys.last().filter(|_| is_rule) else {
                continue;
            };
            let level = item.text().or_else(|| item.items().first()?.text());
            let level = level.map(|level| matches!(level, "error" | "2"));
            if let Some(is_error) = level {
                let known = found
                    .entry((*rule).to_owned())
                    .or_insert((false, item.line));
                known.0 |= is_error;
            }
        }
        found
    };
    let (was, now) = (named(base), named(head));
    let gained = now.keys().any(|rule| !was.contains_key(rule));
    let gone: Vec<(&String, u32)> = was
        .iter()
        .filter(|(rule, (is_error, _))| *is_error && !now.contains_key(*rule))
        .map(|(rule, (_, line))| (rule, *line))
        .collect();
    if let Some((_, line)) = gone
        .first()
        .filter(|_| !gained && !is_told && !now.is_empty())
    {
        let few: Vec<String> = gone
            .iter()
            .take(4)
            .map(|(rule, _)| format!("`{rule}`"))
            .collect();
        let verb = if gone.len() == 1 {
            "was an error, and is"
        } else {
            "were errors, and are"
        };
        let message = format!("{} {verb} not asked for any more", few.join(", "));
        of.is_gone(rules::CHECKER_LOOSENED, *line, message);
    }
}
