//! Checks that run, and judge something else: another commit than the change, or a program of the tree that has the name
//! of the checker.
//!
//! Does not catch: a commit that a script checks out; a program that is made while CI runs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::ci::Ci;
use super::lists::LISTS;
use super::rights::OF_THE_BASE;
use super::{line_place, rules};
use crate::budget;
use crate::change::{Change, File, Side};
use crate::document::{self, Item};
use crate::finding::Finding;

/// Compares which commit the jobs of a workflow check out before they check it.
///
/// # Errors
/// None today.
pub(super) fn other_commit(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let read = |side: Side| file.text(side).and_then(document::yaml);
    let (base, head) = (read(Side::Base), read(Side::Head));
    let Some(head) = head.filter(runs_on_changes) else {
        return Ok(());
    };
    let was = base.as_ref().map(checked_out).unwrap_or_default();
    for (job, (line, reference)) in checked_out(&head) {
        let known = was.get(job).is_some_and(|(_, other)| *other == reference);
        let is_new = base.is_some() && !was.contains_key(job) && !has_job(base.as_ref(), job);
        if known || is_new || !checks_something(file, &head, job) {
            continue;
        }
        let message = format!(
            "the job `{}` checks out `{}`, and no longer the change: what it checks is another commit",
            crate::text::visible(job),
            crate::text::visible(&reference)
        );
        let rule = rules::CI_CHECKS_ANOTHER_COMMIT;
        found.push(rule.finding(Side::Head, &file.path, line_place(line), message));
    }
    Ok(())
}

/// Whether a workflow runs on proposed changes.
fn runs_on_changes(root: &Item) -> bool {
    let on = root.get("on").map(Item::words).unwrap_or_default();
    let mut events = on.iter();
    events.any(|(event, _)| matches!(event.as_str(), "pull_request" | "push" | "merge_group"))
}

fn has_job(root: Option<&Item>, job: &str) -> bool {
    root.is_some_and(|root| root.at(&["jobs", job]).is_some())
}

fn checks_something(file: &File, root: &Item, job: &str) -> bool {
    let mut ci = Ci::default();
    if let Some(job) = root.at(&["jobs", job]) {
        ci.take(&file.path, job);
    }
    ci.checks_something()
}

/// By job, the commit that its only checkout takes and that is not the change: line and name.
fn checked_out(root: &Item) -> BTreeMap<&str, (u32, String)> {
    let mut found = BTreeMap::new();
    for (job, item) in root.get("jobs").map(Item::entries).unwrap_or_default() {
        let steps = item.get("steps").map(Item::items).unwrap_or_default();
        let mut checkouts = steps.iter().filter(|step| {
            let uses = step.get("uses").and_then(Item::text);
            let aside = step.get("with").and_then(|with| with.get("path")).is_some();
            uses.is_some_and(|uses| uses.starts_with("actions/checkout@")) && !aside
        });
        let (Some(checkout), None) = (checkouts.next(), checkouts.next()) else {
            continue;
        };
        let with = |key: &str| checkout.get("with").and_then(|with| with.get(key));
        let own = with("repository").is_none();
        if let Some(reference) = with("ref").filter(|_| own)
            && let Some(text) = reference.text().filter(|text| is_another(text))
        {
            found.insert(job.as_str(), (reference.line, text.trim().to_owned()));
        }
    }
    found
}

/// Whether a reference is a fixed one, or what the repository had before the change.
fn is_another(reference: &str) -> bool {
    let reference = reference.trim();
    let Some(expression) = reference.strip_prefix("${{") else {
        return !reference.is_empty() && !reference.contains("${{");
    };
    let expression = expression.trim_end_matches("}}").trim();
    OF_THE_BASE.contains(&expression)
        && !matches!(
            expression,
            "github.sha" | "github.ref" | "github.repository"
        )
}

/// Files of the change that have the name of a checker which CI runs, where CI finds them first.
///
/// # Errors
/// None today.
pub(super) fn shadowed(change: &Change, head: &Ci, found: &mut Vec<Finding>) -> Result<()> {
    let tools = head.tools();
    let programs: BTreeSet<&str> = LISTS
        .commands
        .iter()
        .filter(|(_, tool)| tools.contains(tool.as_str()))
        .filter_map(|(written, _)| written.split_whitespace().next())
        .filter(|program| {
            program
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
        .collect();
    let searched: BTreeSet<&str> = head
        .commands_read
        .iter()
        .flat_map(|text| folders_of_path(text))
        .collect();
    for file in &change.files {
        let is_new = file.base.is_none() || file.old_path.is_some();
        if file.head.is_none() || !is_new {
            continue;
        }
        if !budget::charge(1) {
            return Ok(());
        }
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let module = name.strip_suffix(".py").filter(|_| folder.is_empty());
        let package = (name == "__init__.py" && !folder.contains('/')).then_some(folder);
        let is_run = || {
            let called = format!("{folder}/{name}");
            budget::charge(head.commands_read.len());
            searched.contains(folder)
                || head.commands_read.iter().any(|text| text.contains(&called))
        };
        let program = Some(name).filter(|_| !folder.is_empty());
        let shadows = module
            .or(package)
            .filter(|name| programs.contains(name))
            .or_else(|| program.filter(|name| programs.contains(name) && is_run()));
        let Some(name) = shadows else {
            continue;
        };
        let message = format!("where CI calls `{name}`, this file of the change is found first");
        let rule = rules::CI_COMMAND_SHADOWED;
        found.push(rule.finding(Side::Head, &file.path, line_place(1), message));
    }
    Ok(())
}

/// The folders of the tree that a command puts where programs are looked for.
fn folders_of_path(text: &str) -> Vec<&str> {
    let sets =
        text.contains("GITHUB_PATH") || text.contains("PATH=") || text.contains("GITHUB_ENV");
    if !sets {
        return Vec::new();
    }
    let parts = text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | ':' | ';' | '=' | '>' | '(' | ')')
    });
    const ROOTS: &[&str] = &[
        "$PWD/",
        "${PWD}/",
        "$GITHUB_WORKSPACE/",
        "${GITHUB_WORKSPACE}/",
        "./",
        "}}/",
    ];
    let below = parts.filter_map(|part| {
        let at = ROOTS
            .iter()
            .find_map(|root| Some(part.rfind(root)? + root.len()));
        let plain = part
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
        match at {
            Some(at) => part.get(at..),
            None => Some(part).filter(|part| plain && !part.starts_with('/') && !part.is_empty()),
        }
    });
    below.map(|folder| folder.trim_end_matches('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_commit_is_another_one() {
        for reference in ["main", "v1.2", "${{ github.base_ref }}"] {
            assert!(is_another(reference), "{reference}");
        }
        for reference in [
            "",
            "${{ github.sha }}",
            "${{ github.head_ref }}",
            "${{ inputs.ref }}",
            "${{ github.event.pull_request.head.sha }}",
        ] {
            assert!(!is_another(reference), "{reference}");
        }
    }

    #[test]
    fn folders_are_read_from_where_programs_are_looked_for() {
        assert!(folders_of_path("echo \"$PWD/bin\" >> \"$GITHUB_PATH\"").contains(&"bin"));
        assert!(folders_of_path("PATH=tools/ci:$PATH pytest").contains(&"tools/ci"));
        assert!(
            folders_of_path("echo ${{ github.workspace }}/bin >> $GITHUB_PATH").contains(&"bin")
        );
        assert!(folders_of_path("pytest bin").is_empty());
    }
}
