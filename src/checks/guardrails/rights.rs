//! What one workflow says of when it runs, what its token may do, and whose code it runs.
//!
//! Does not catch: what an action does with the token; `uses` of a branch that was one before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::config::{self, Item};
use super::workflow::Ci;
use super::{RULES, line_place};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};

/// Actions whose own documentation asks for a tag: their provenance is checked against it.
const BY_TAG: &[&str] = &["slsa-framework/slsa-github-generator"];

/// What one changed workflow says of triggers, permissions and actions.
pub(super) fn file(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let Some(head) = file.text(Side::Head).and_then(config::yaml) else {
        return Ok(());
    };
    let base = file.text(Side::Base).and_then(config::yaml);
    triggers(file, base.as_ref(), &head, found)?;
    permissions(file, base.as_ref(), &head, found)?;
    pins(file, base.as_ref(), &head, found)
}

fn triggers(file: &File, base: Option<&Item>, head: &Item, found: &mut Vec<Finding>) -> Result<()> {
    let of = |item: &Item| -> BTreeMap<String, u32> {
        item.get("on")
            .map(|on| on.words().into_iter().collect())
            .unwrap_or_default()
    };
    let (now, was) = (of(head), base.map(of).unwrap_or_default());
    if let Some(line) = now
        .get("pull_request_target")
        .filter(|_| !was.contains_key("pull_request_target"))
    {
        let message =
            "`pull_request_target` runs with the repository's secrets on what strangers propose";
        found.push(RULES.get("ci-pull-request-target")?.finding(
            Side::Head,
            &file.path,
            line_place(*line),
            message,
        ));
    }
    let judges = base.is_some_and(|base| {
        let mut ci = Ci::default();
        ci.take(&file.path, base);
        ci.checks_something()
    });
    for trigger in ["pull_request", "push", "merge_request"] {
        if judges
            && was.contains_key(trigger)
            && !now.contains_key(trigger)
            && !now.contains_key("pull_request")
        {
            let message = format!("this workflow no longer runs on `{trigger}`");
            found.push(RULES.get("ci-trigger-narrowed")?.finding(
                Side::Head,
                &file.path,
                line_place(1),
                message,
            ));
            break;
        }
    }
    Ok(())
}

/// Scope (`` or a job's name) and permission to level: 0 none, 1 read, 2 write.
type Granted = BTreeMap<(String, String), (u8, u32)>;

fn granted(root: &Item) -> Granted {
    let mut granted = Granted::new();
    let mut take = |scope: &str, item: &Item| match item.text() {
        Some(text) => {
            let level = if text == "write-all" {
                2
            } else {
                u8::from(text == "read-all")
            };
            granted.insert((scope.to_owned(), "all".to_owned()), (level, item.line));
        }
        None => {
            granted.insert((scope.to_owned(), String::new()), (0, item.line));
            for (name, value) in item.entries() {
                let level = match value.text() {
                    Some("write") => 2,
                    Some("read") => 1,
                    _ => 0,
                };
                granted.insert((scope.to_owned(), name.clone()), (level, value.line));
            }
        }
    };
    if let Some(item) = root.get("permissions") {
        take("", item);
    }
    for (job, item) in root.get("jobs").map(Item::entries).unwrap_or_default() {
        if let Some(item) = item.get("permissions") {
            take(job, item);
        }
    }
    granted
}

fn permissions(
    file: &File,
    base: Option<&Item>,
    head: &Item,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (now, was) = (granted(head), base.map(granted).unwrap_or_default());
    for ((scope, name), (level, line)) in &now {
        let before = was
            .get(&(scope.clone(), name.clone()))
            .map_or(0, |(level, _)| *level);
        let had_scope = was.keys().any(|(other, _)| other == scope);
        let all = name == "all" && *level == 2;
        if *level > before && *level == 2 && (had_scope || all) {
            let message = format!(
                "the token of this {} may now write {}",
                if scope.is_empty() { "workflow" } else { "job" },
                if all { "everything" } else { name }
            );
            let mut finding = RULES.get("ci-permissions-widened")?.finding(
                Side::Head,
                &file.path,
                line_place(*line),
                message,
            );
            if all {
                finding.level = Level::Block;
            }
            found.push(finding);
        }
    }
    let top = |granted: &Granted| granted.keys().any(|(scope, _)| scope.is_empty());
    let jobs = |granted: &Granted| {
        granted
            .keys()
            .filter(|(scope, _)| !scope.is_empty())
            .count()
    };
    if top(&was) && !top(&now) && jobs(&now) <= jobs(&was) {
        let message = "the workflow's `permissions` are gone: the token gets what the repository gives by default";
        found.push(RULES.get("ci-permissions-widened")?.finding(
            Side::Head,
            &file.path,
            line_place(1),
            message,
        ));
    }
    Ok(())
}

fn pins(file: &File, base: Option<&Item>, head: &Item, found: &mut Vec<Finding>) -> Result<()> {
    let uses = |item: &Item| -> BTreeSet<(String, String, u32)> {
        item.walk()
            .into_iter()
            .filter(|(keys, _)| keys.last() == Some(&"uses"))
            .filter_map(|(_, item)| {
                let (action, reference) = item.text()?.split_once('@')?;
                Some((action.to_owned(), reference.trim().to_owned(), item.line))
            })
            .collect()
    };
    let is_commit =
        |reference: &str| reference.len() >= 40 && reference.chars().all(|c| c.is_ascii_hexdigit());
    let was = base.map(uses).unwrap_or_default();
    for (action, reference, line) in uses(head) {
        let pinned = was
            .iter()
            .any(|(other, old, _)| *other == action && is_commit(old));
        let known = was
            .iter()
            .any(|(other, old, _)| *other == action && *old == reference);
        let by_tag = BY_TAG.iter().any(|known| action.starts_with(known));
        if pinned && !known && !by_tag && !is_commit(&reference) {
            let message =
                format!("`{action}` was pinned to a commit, and now follows `{reference}`");
            found.push(RULES.get("action-unpinned")?.finding(
                Side::Head,
                &file.path,
                line_place(line),
                message,
            ));
        }
    }
    Ok(())
}
