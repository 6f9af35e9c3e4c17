//! Workflows that only run where another one calls them: their checks run as those of the jobs that call.
//!
//! Does not catch: callers in other repositories.

use std::collections::BTreeMap;

use super::conditions::{Awaited, awaited, narrow_condition, switched_off, triggers};
use crate::budget;
use crate::document::Item;

/// By the path of a called workflow, what the jobs that call it make of it: nothing where one of them always runs.
pub(super) fn callers(files: &[(String, Item)]) -> BTreeMap<String, Awaited> {
    let mut found: BTreeMap<String, Vec<Awaited>> = BTreeMap::new();
    for (file, root) in files {
        let Some(jobs) = root.get("jobs") else {
            continue;
        };
        let triggers = triggers(root);
        let waits = awaited(jobs, &triggers);
        for (name, job) in jobs.entries() {
            budget::charge(1);
            let uses = job.get("uses").and_then(Item::text);
            let Some(path) = uses.and_then(|uses| uses.strip_prefix("./")) else {
                continue;
            };
            let mut one = waits.get(name.as_str()).cloned().unwrap_or_default();
            one.ignored = switched_off(job, &triggers).or(one.ignored);
            one.from = Some((file.clone(), job.line));
            one.condition = narrow_condition(job).or(one.condition);
            found.entry(path.to_owned()).or_default().push(one);
        }
    }
    let best = |all: Vec<Awaited>| {
        let is_live = |one: &Awaited| one.ignored.is_none();
        let mut live = all.iter().filter(|one| is_live(one)).peekable();
        match live.peek() {
            None => all.into_iter().next().unwrap_or_default(),
            Some(_) => {
                let always = live.clone().any(|one| one.condition.is_none());
                let first = live.next().cloned().unwrap_or_default();
                match always {
                    true => Awaited::default(),
                    false => first,
                }
            }
        }
    };
    found
        .into_iter()
        .map(|(path, all)| (path, best(all)))
        .collect()
}

/// Whether a workflow runs only where another one calls it.
pub(super) fn is_called(root: &Item) -> bool {
    let events = triggers(root);
    events.contains("workflow_call")
        && events
            .iter()
            .all(|event| matches!(event.as_str(), "workflow_call" | "workflow_dispatch"))
}
