//! What one workflow says of when it runs, what its token may do, and whose code it runs.
//!
//! Does not catch: what an action does with the token; `uses` of a branch that was one before.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{filters, line_place, rules};
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::document::{self, Item};
use crate::finding::{Finding, Level};
use crate::text::is_in_word;

/// Actions whose own documentation asks for a tag: their provenance is checked against it.
const BY_TAG: &[&str] = &["slsa-framework/slsa-github-generator"];

/// What one changed workflow says of triggers, permissions and actions.
pub(super) fn file(context: &Context<'_>, file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let Some(head) = file.text(Side::Head).and_then(document::yaml) else {
        return Ok(());
    };
    let base = file.text(Side::Base).and_then(document::yaml);
    triggers(file, base.as_ref(), &head, found)?;
    filters::compare(context, file, base.as_ref(), &head, found)?;
    injection(file, base.as_ref(), &head, found);
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
    "hub pr checkout",
    "workflow_run.head",
];
/// What else of it a shell or a script reads as its own words.
const OF_ITS_WORDS: &[&str] = &["pull_request.title", "pull_request.body", "toJSON(github"];

/// What makes a difference the code of the working tree.
const APPLIES: &[&str] = &["git apply", "git am", "patch -"];
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
pub(super) const OF_THE_BASE: &[&str] = &[
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
        // A difference that is looked at is read; one that is applied is its code.
        let differs = text.contains("gh pr diff");
        let applied = differs && holds(APPLIES);
        if holds(OF_THE_HEAD) || fetched || applied || is_read && holds(OF_ITS_WORDS) {
            return Level::Block;
        }
        let calls = key == "uses" && text.contains(".github/workflows/");
        let fetches = differs || is_read && holds(FETCHES);
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

/// What anybody may write into an event, and a shell would read as its own words.
const OF_ANYBODY: &[&str] = &[
    ".title",
    ".body",
    ".message",
    ".head_ref",
    ".head.ref",
    ".head.label",
    ".head.repo.default_branch",
    ".head_branch",
    ".display_title",
    ".page_name",
    ".author.name",
    ".author.email",
    ".committer.name",
    ".committer.email",
    ".label.name",
];

/// Expressions over what anybody may write, inside of a script.
fn injection(file: &File, base: Option<&Item>, head: &Item, found: &mut Vec<Finding>) {
    let of = |root: &Item| -> BTreeMap<String, u32> {
        let mut all = BTreeMap::new();
        for (keys, item) in root.walk() {
            let is_read = matches!(keys.last(), Some(&("run" | "script")));
            let Some(text) = item.text().filter(|text| is_read && text.contains("${{")) else {
                continue;
            };
            budget::charge_text(text.len());
            for (number, line) in (item.line..).zip(text.lines()) {
                let parts = line.split("${{").skip(1);
                let inside = parts.filter_map(|part| Some(part.split_once("}}")?.0.trim()));
                for expression in inside.filter(|expression| is_of_anybody(expression)) {
                    all.entry(expression.to_owned()).or_insert(number);
                }
            }
        }
        all
    };
    let known = base.map(of).unwrap_or_default();
    let with_rights = head.get("on").map(Item::words).unwrap_or_default();
    let with_rights = with_rights.iter().any(|(event, _)| {
        matches!(
            event.as_str(),
            "pull_request_target"
                | "issues"
                | "issue_comment"
                | "workflow_run"
                | "discussion"
                | "discussion_comment"
        )
    });
    for (expression, line) in of(head) {
        if known.contains_key(&expression) {
            continue;
        }
        let message = format!(
            "`${{{{ {} }}}}` stands inside of a script: whoever writes it, a stranger, writes a part of the script",
            crate::text::visible(&expression)
        );
        let rule = rules::CI_SCRIPT_INJECTION;
        let mut finding = rule.finding(Side::Head, &file.path, line_place(line), message);
        finding.level = match with_rights {
            true => Level::Block,
            false => Level::Escalate,
        };
        found.push(finding);
    }
}

/// Whether an expression of a workflow comes to what anybody may write, and nothing makes it harmless.
fn is_of_anybody(expression: &str) -> bool {
    let is_event = expression.contains("github.event.") || expression.contains("github.head_ref");
    // What comes to true or false, or to a digest, says nothing in the words of a stranger.
    let calls = expression.matches('(').count();
    let harmless = ["contains(", "startsWith(", "endsWith(", "hashFiles("];
    let told: usize = harmless
        .iter()
        .map(|call| expression.matches(call).count())
        .sum();
    let is_call = calls > 0 && told == calls;
    let compares = expression.contains("==") || expression.contains("!=");
    let is_truth = compares && !expression.contains("&&") && !expression.contains("||");
    let is_path = |end: &&str| {
        let mut ends = expression.match_indices(*end);
        ends.any(|(at, _)| {
            let next = expression
                .get(at + end.len()..)
                .and_then(|rest| rest.chars().next());
            next.is_none_or(|next| !is_in_word(next) && next != '.')
        })
    };
    is_event && !is_call && !is_truth && OF_ANYBODY.iter().any(is_path)
}

fn triggers(file: &File, base: Option<&Item>, head: &Item, found: &mut Vec<Finding>) -> Result<()> {
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
