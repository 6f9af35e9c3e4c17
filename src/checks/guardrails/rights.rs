//! What one workflow says of when it runs, what its token may do, and whose code it runs.
//!
//! Does not catch: what an action does with the token; `uses` of a branch that was one before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::ci::Ci;
use super::{line_place, rules};
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::document::{self, Item};
use crate::finding::{Finding, Level};
use crate::language::conventions::{is_aside, is_code};
use crate::policy::Kind;

/// Actions whose own documentation asks for a tag: their provenance is checked against it.
const BY_TAG: &[&str] = &["slsa-framework/slsa-github-generator"];

/// What one changed workflow says of triggers, permissions and actions.
pub(super) fn file(context: &Context<'_>, file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let Some(head) = file.text(Side::Head).and_then(document::yaml) else {
        return Ok(());
    };
    let base = file.text(Side::Base).and_then(document::yaml);
    triggers(context, file, base.as_ref(), &head, found)?;
    permissions(file, base.as_ref(), &head, found)?;
    pins(file, base.as_ref(), &head, found)
}

/// What a workflow takes in of the commits that a pull request proposes.
const OF_THE_HEAD: &[&str] = &[
    "pull_request.head.",
    "github.head_ref",
    "github_head_ref",
    "pull_request.merge_commit_sha",
    "refs/pull/",
    "fetch_head",
    "gh pr checkout",
    "gh pr diff",
    "hub pr checkout",
    "workflow_run.head",
];
/// What else of it a shell or a script reads as its own words.
const OF_ITS_WORDS: &[&str] = &["pull_request.title", "pull_request.body", "toJSON(github"];

/// What a shell or a script may fetch commits with, once it has asked which.
const FETCHES: &[&str] = &[
    "git fetch",
    "git pull",
    "git clone",
    "git checkout",
    "git switch",
    "git worktree",
    "gh pr",
    "gh api",
    "gh repo",
    "curl",
    "wget",
];
/// Expressions of what the repository has already.
const OF_THE_BASE: &[&str] = &[
    "github.base_ref",
    "github.sha",
    "github.ref",
    "github.repository",
    "github.event.pull_request.base.ref",
    "github.event.pull_request.base.sha",
    "github.event.pull_request.base.repo.full_name",
];

/// How much a workflow takes in of what strangers propose: their code or words (`Block`), perhaps something, by another
/// workflow, by what it fetches or by a commit that is chosen while it runs (`Escalate`), nothing (`Note`).
fn of_strangers(workflow: &Item) -> Level {
    let mut worst = Level::Note;
    let mut open: Vec<(&str, &Item)> = vec![("", workflow)];
    while let Some((key, item)) = open.pop() {
        budget::charge(1);
        let text = item.text().unwrap_or_default().to_lowercase();
        let holds = |words: &[&str]| words.iter().any(|word| text.contains(&word.to_lowercase()));
        let is_read = matches!(key, "run" | "script");
        let fetched = is_read
            && text.contains("pull/")
            && ["/head", "/merge"].iter().any(|ref_| text.contains(ref_));
        if holds(OF_THE_HEAD) || fetched || is_read && holds(OF_ITS_WORDS) {
            return Level::Block;
        }
        let calls = key == "uses" && text.contains(".github/workflows/");
        let fetches = is_read && holds(FETCHES);
        let whole = text.trim().strip_prefix("${{");
        let whole = whole.and_then(|rest| rest.strip_suffix("}}"));
        let is_of_base = whole.is_some_and(|whole| OF_THE_BASE.contains(&whole.trim()));
        let chosen = matches!(key, "ref" | "repository") && text.contains("${{");
        if calls || fetches || chosen && !is_of_base {
            worst = Level::Escalate;
        }
        // What decides whether a job runs at all, and what it is called, runs nothing.
        let entries = item.entries().iter();
        let kept = entries.filter(|(key, _)| {
            !matches!(
                key.as_str(),
                "on" | "if" | "concurrency" | "name" | "run-name"
            )
        });
        open.extend(kept.map(|(key, item)| (key.as_str(), item)));
        open.extend(item.items().iter().map(|item| (key, item)));
    }
    worst
}

fn triggers(
    context: &Context<'_>,
    file: &File,
    base: Option<&Item>,
    head: &Item,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let of = |item: &Item| -> BTreeMap<String, u32> {
        item.get("on")
            .map(|on| on.words().into_iter().collect())
            .unwrap_or_default()
    };
    let (now, was) = (of(head), base.map(of).unwrap_or_default());
    if let Some(line) = now.get("pull_request_target") {
        let level = of_strangers(head);
        let known = was.contains_key("pull_request_target");
        if !known || base.is_some_and(|base| of_strangers(base) < level) {
            let message = match level {
                Level::Block => {
                    "`pull_request_target` runs with the repository's secrets, and this workflow takes in what strangers propose"
                }
                Level::Escalate => {
                    "`pull_request_target` runs with the repository's secrets, and this workflow may take in what strangers propose: it calls another one, fetches something, or checks out a commit that is chosen while it runs"
                }
                Level::Note => {
                    "`pull_request_target` runs with the repository's secrets; this workflow takes in nothing of what strangers propose"
                }
            };
            let place = line_place(*line);
            let rule = rules::CI_PULL_REQUEST_TARGET;
            let mut finding = rule.finding(Side::Head, &file.path, place, message);
            finding.level = level;
            found.push(finding);
        }
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
            found.push(rules::CI_TRIGGER_NARROWED.finding(
                Side::Head,
                &file.path,
                line_place(1),
                message,
            ));
            break;
        }
    }
    if judges && let Some(base) = base {
        for trigger in ["pull_request", "push"] {
            let of = |root: &'_ Item| root.at(&["on", trigger]).cloned();
            let (was, now) = (of(base), of(head));
            if let (Some(was), Some(now)) = (was, now)
                && let Some((line, why)) = filtered(context, &was, &now)?
            {
                let message = format!("on `{trigger}` this workflow no longer runs for {why}");
                let rule = rules::CI_TRIGGER_NARROWED;
                found.push(rule.finding(Side::Head, &file.path, line_place(line), message));
            }
        }
    }
    Ok(())
}

/// What a trigger's filters leave out that they did not before: code of this tree, the branches where work goes,
/// new commits of a pull request.
fn filtered(context: &Context<'_>, was: &Item, now: &Item) -> Result<Option<(u32, String)>> {
    let list = |item: &Item, key: &str| -> Option<Vec<String>> {
        let words = item.get(key)?.words().into_iter();
        Some(words.map(|(word, _)| word).collect())
    };
    let line = |key: &str| now.get(key).map_or(now.line, |item| item.line);
    if let Some(types) = list(now, "types").filter(|_| was.get("types").is_none())
        && !types.iter().any(|word| word == "synchronize")
    {
        let why = "the commits that are pushed to a pull request".to_owned();
        return Ok(Some((line("types"), why)));
    }
    if let Some(branches) = list(now, "branches") {
        const MAIN: &[&str] = &["main", "master", "trunk", "develop", "dev"];
        let target = context.policy.target.as_deref();
        let is_main = |name: &String| {
            name.contains('*') || MAIN.contains(&name.as_str()) || Some(name.as_str()) == target
        };
        let before = list(was, "branches");
        let ran = before
            .as_ref()
            .is_none_or(|branches| branches.iter().any(is_main));
        let kept = before.is_some_and(|before| before.iter().any(|name| branches.contains(name)));
        if ran && !kept && !branches.iter().any(is_main) {
            let why = "the branches where work goes".to_owned();
            return Ok(Some((line("branches"), why)));
        }
    }
    let filters = |item: &Item| (list(item, "paths"), list(item, "paths-ignore"));
    let (before, after) = (filters(was), filters(now));
    if before == after {
        return Ok(None);
    }
    let runs_for = |(taken, ignored): &(Option<Vec<String>>, Option<Vec<String>>), path: &str| {
        let is_taken = taken.as_ref().is_none_or(|list| covers(list, path));
        is_taken && !ignored.as_ref().is_some_and(|list| covers(list, path))
    };
    let mut code =
        context.change.paths(Side::Head)?.iter().filter(|path| {
            is_code(path) && !is_aside(path) && context.policy.kind(path) == Kind::Own
        });
    let left = code.find(|path| runs_for(&before, path) && !runs_for(&after, path));
    Ok(left.map(|path| {
        let key = ["paths", "paths-ignore"]
            .iter()
            .find(|key| now.get(key).is_some());
        let line = key.map_or(now.line, |key| line(key));
        (
            line,
            format!("code: `{}`, for one", crate::text::visible(path)),
        )
    }))
}

/// Whether a list of GitHub's path patterns covers a path; a later `!pattern` takes out.
fn covers(patterns: &[String], path: &str) -> bool {
    let mut covered = false;
    for pattern in patterns {
        let (takes, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (false, rest),
            None => (true, pattern.as_str()),
        };
        if matches(pattern.as_bytes(), path.as_bytes()) {
            covered = takes;
        }
    }
    covered
}

/// GitHub's filter patterns: `*` stays in a folder, `**` does not, `?` makes the one before it optional and is
/// taken for any one character here.
fn matches(pattern: &[u8], path: &[u8]) -> bool {
    // Rows of a table in place of recursion: a pattern of many stars stays cheap.
    let mut reach = vec![false; path.len() + 1];
    reach[0] = true;
    let mut at = 0;
    while let Some(&c) = pattern.get(at) {
        let mut next = vec![false; path.len() + 1];
        let deep = c == b'*' && pattern.get(at + 1) == Some(&b'*');
        if c == b'*' {
            let mut on = false;
            for (end, reached) in reach.iter().enumerate() {
                let crossed = end > 0 && path.get(end - 1) == Some(&b'/');
                on = *reached || on && (deep || !crossed);
                next[end] = on;
            }
            // `**/` may stand for nothing at all.
            if deep && pattern.get(at + 2) == Some(&b'/') {
                at += 3;
                let slash: Vec<bool> = (0..=path.len())
                    .map(|end| end > 0 && next[end - 1] && path.get(end - 1) == Some(&b'/'))
                    .collect();
                next = slash.iter().zip(&reach).map(|(a, b)| *a || *b).collect();
            } else {
                at += if deep { 2 } else { 1 };
            }
        } else {
            for end in 1..=path.len() {
                next[end] = reach[end - 1] && (c == b'?' || path.get(end - 1) == Some(&c));
            }
            at += 1;
        }
        reach = next;
    }
    reach.last() == Some(&true)
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
            let mut finding = rules::CI_PERMISSIONS_WIDENED.finding(
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
        found.push(rules::CI_PERMISSIONS_WIDENED.finding(
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
            found.push(rules::ACTION_UNPINNED.finding(
                Side::Head,
                &file.path,
                line_place(line),
                message,
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_patterns_are_githubs() {
        for (pattern, path, covered) in [
            ("**.py", "a/b.py", true),
            ("*.py", "a/b.py", false),
            ("*.py", "b.py", true),
            ("src/**", "src/a/b.py", true),
            ("src/**/*.py", "src/b.py", true),
            ("**/docs/**", "docs/a", true),
            ("docs/**", "src/docs/a", false),
            ("**", "a/b", true),
        ] {
            assert_eq!(
                covers(&[pattern.to_owned()], path),
                covered,
                "{pattern} {path}"
            );
        }
        let list = ["**".to_owned(), "!docs/**".to_owned()];
        assert!(covers(&list, "a") && !covers(&list, "docs/a"));
    }
}
