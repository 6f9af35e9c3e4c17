//! Under which conditions a part of CI runs, and whether its failure counts.
//!
//! Does not catch: expressions over the outputs of other steps; a repository's name, which tells a fork from its
//! origin.

use std::collections::{BTreeMap, BTreeSet};

use super::shell::has_e;
use crate::budget;
use crate::document::{Item, Value};

/// The events that a workflow runs on.
pub(super) fn triggers(root: &Item) -> BTreeSet<String> {
    let on = root.get("on").map(Item::words).unwrap_or_default();
    on.into_iter().map(|(word, _)| word).collect()
}

/// Whether a workflow's shells stop at a failure inside a pipe: GitHub's own default does not.
pub(super) fn fails_in_pipes(root: &Item) -> bool {
    root.walk().iter().any(|(keys, item)| {
        item.text().is_some_and(|text| {
            text.contains("pipefail")
                || keys.last() == Some(&"shell")
                    && text.starts_with("bash")
                    && !text.contains("{0}")
        })
    })
}

/// Why the failure of what stands in this map does not count.
pub(super) fn switched_off(item: &Item, triggers: &BTreeSet<String>) -> Option<&'static str> {
    let text = |key: &str| item.get(key).and_then(Item::text);
    // An expression over the matrix lets an experimental version fail, and no other.
    if text("continue-on-error").is_some_and(|text| {
        let stated = bare(text);
        stated == "true" || text.contains("${{") && stated != "false" && !stated.contains("matrix.")
    }) {
        return Some("continue-on-error");
    }
    let codes = item.at(&["allow_failure", "exit_codes"]).map(Item::words);
    if codes.is_some_and(|codes| codes.iter().any(|(code, _)| code == "1")) {
        return Some("allow_failure");
    }
    let is_on = |key: &str| text(key).is_some_and(|text| bare(text) == "true");
    for key in ["allow_failure", "continueOnError", "ignore_failure"] {
        if is_on(key) {
            return Some(key);
        }
    }
    never_starts(item, triggers)
}

/// Why what stands in this map never runs by itself.
fn never_starts(item: &Item, triggers: &BTreeSet<String>) -> Option<&'static str> {
    let text = |key: &str| item.get(key).and_then(Item::text);
    let is_off =
        |key: &str, off: &[&str]| text(key).is_some_and(|text| off.contains(&bare(text).as_str()));
    if is_off("enabled", &["false"])
        && ["task", "script", "bash"]
            .iter()
            .any(|key| item.get(key).is_some())
    {
        return Some("enabled: false");
    }
    if is_off(
        "condition",
        &["false", "never()", "eq(1, 2)", "eq(true, false)"],
    ) {
        return Some("condition: false");
    }
    let waits = |item: &Item| {
        let when = item.get("when").and_then(Item::text);
        when.is_some_and(|when| matches!(when, "manual" | "never"))
    };
    let rules = item.get("rules").map(Item::items).unwrap_or_default();
    let job = item.get("script").is_some();
    if job && (waits(item) || !rules.is_empty() && rules.iter().all(waits)) {
        return Some("it does not start by itself");
    }
    let matrix = item.at(&["strategy", "matrix"]).map(Item::entries);
    let is_empty = |value: &Item| matches!(&value.value, Value::List(items) if items.is_empty());
    if matrix.is_some_and(|axes| {
        axes.iter()
            .any(|(axis, value)| axis != "exclude" && axis != "include" && is_empty(value))
    }) {
        return Some("its matrix is empty");
    }
    let stated = bare(text("if")?);
    let never =
        !stated.contains("||") && stated.split("&&").any(|part| never(part.trim(), triggers));
    never.then_some("if: false")
}

/// Why a job that needs others does not run, or under which condition alone.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Awaited {
    pub(super) ignored: Option<&'static str>,
    pub(super) condition: Option<String>,
    /// The path and line of the job of another file that says so.
    pub(super) from: Option<(String, u32)>,
}

/// Jobs that a job needs, and that these need, are followed so far.
const LONGEST_WAIT: usize = 20;

/// By job, what the jobs that it needs make of it: where one of them does not run, neither does it.
pub(super) fn awaited<'i>(
    jobs: &'i Item,
    triggers: &BTreeSet<String>,
) -> BTreeMap<&'i str, Awaited> {
    let own = |job: &Item| Awaited {
        ignored: never_starts(job, triggers).map(|_| "it needs a job that does not run"),
        condition: narrow_condition(job),
        from: None,
    };
    let mut all: BTreeMap<&str, Awaited> = BTreeMap::new();
    let stated: BTreeMap<&str, Awaited> = jobs
        .entries()
        .iter()
        .map(|(name, job)| (name.as_str(), own(job)))
        .collect();
    for _ in 0..LONGEST_WAIT {
        let before = all.clone();
        for (name, job) in jobs.entries() {
            let asks = job.get("if").and_then(Item::text).unwrap_or_default();
            let runs_anyway = ["always()", "cancelled()", "failure()", "needs."]
                .iter()
                .any(|word| asks.contains(word));
            let needs = job.get("needs").map(Item::words).unwrap_or_default();
            if runs_anyway || !budget::charge(1 + needs.len()) {
                continue;
            }
            for (other, _) in needs {
                let both = [stated.get(other.as_str()), before.get(other.as_str())];
                for one in both.into_iter().flatten() {
                    let mine = all.entry(name).or_default();
                    mine.ignored = mine.ignored.or(one.ignored);
                    mine.condition = mine.condition.take().or_else(|| one.condition.clone());
                }
            }
        }
        if all == before {
            break;
        }
    }
    all
}

/// What the shell that a map names makes of its commands.
pub(super) struct Shell {
    /// Whether it goes on after a failure.
    pub(super) goes_on: bool,
    /// Why it runs none of them.
    pub(super) idle: Option<&'static str>,
}

/// The shell of a step, or the one that a job or a workflow gives to its steps.
pub(super) fn shell_of(item: &Item) -> Option<Shell> {
    let own = item.get("shell").and_then(Item::text);
    let default = || item.at(&["defaults", "run", "shell"]).and_then(Item::text);
    let text = own.or_else(default)?;
    let program = text.split_whitespace().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or(program);
    let is_idle = matches!(program, "true" | ":" | "cat" | "echo" | "printf" | "test");
    let stops = text.split_whitespace().any(has_e) || text.contains("errexit");
    Some(Shell {
        goes_on: text.contains("{0}") && !stops,
        idle: is_idle.then_some("its shell runs nothing"),
    })
}

/// Whether a part of a condition never holds: two different constants, or an event that this workflow does not
/// run on.
fn never(part: &str, triggers: &BTreeSet<String>) -> bool {
    if matches!(part, "false" | "0" | "''" | "!true") {
        return true;
    }
    let Some((left, right)) = part.split_once("==") else {
        return false;
    };
    let (left, right) = (left.trim(), right.trim());
    let quoted = |text: &str| text.starts_with('\'') && text.ends_with('\'');
    let constant = |text: &str| quoted(text) || text.parse::<f64>().is_ok() || text == "true";
    if constant(left) && constant(right) {
        return left != right;
    }
    let event = right.trim_matches('\'');
    left == "github.event_name"
        && quoted(right)
        && !triggers.is_empty()
        && !triggers.contains("workflow_call")
        && !triggers.contains(event)
}

/// A condition that lets a job or a step run for some events, branches or people only.
pub(super) fn narrow_condition(item: &Item) -> Option<String> {
    const ABOUT: &[&str] = &[
        "github.ref",
        "github.event_name",
        "github.actor",
        "github.head_ref",
        "github.base_ref",
        "github.event.",
        "inputs.",
        "vars.",
    ];
    if item.get("script").is_some() {
        return narrow_in_gitlab(item);
    }
    /// What is told of a condition, and handed on to the jobs that wait.
    const LONGEST: usize = 1_000;
    let stated = item.get("if").and_then(Item::text)?;
    let stated = bare(stated.get(..stated.floor_char_boundary(LONGEST))?);
    let narrow = ABOUT.iter().any(|word| stated.contains(word));
    // What leaves a robot or a fork out, or runs one of two events, is common and told nowhere.
    (narrow && !stated.contains("!=") && !stated.contains("||") && !stated.starts_with('!'))
        .then_some(stated)
}

/// What a job of GitLab says of when it runs, where that is neither a merge request nor the main branch.
fn narrow_in_gitlab(job: &Item) -> Option<String> {
    const USUAL: &[&str] = &[
        "merge_request",
        "branches",
        "main",
        "master",
        "pushes",
        "CI_DEFAULT_BRANCH",
        "external_pull",
        "\"push\"",
        "/",
    ];
    let is_usual = |text: &str| USUAL.iter().any(|word| text.contains(word));
    let only: Vec<String> = match job.get("only") {
        Some(only) => only
            .get("refs")
            .unwrap_or(only)
            .words()
            .into_iter()
            .map(|(word, _)| word)
            .collect(),
        None => Vec::new(),
    };
    if !only.is_empty()
        && !only
            .iter()
            .any(|word| is_usual(word) || word.starts_with('$'))
    {
        return Some(format!("only: {}", only.join(", ")));
    }
    let rules = job.get("rules").map(Item::items).unwrap_or_default();
    let narrow = |rule: &Item| {
        let stated = rule.get("if").and_then(Item::text)?;
        let names = [
            "CI_COMMIT_BRANCH ==",
            "CI_COMMIT_TAG",
            "CI_PIPELINE_SOURCE ==",
            "CI_COMMIT_REF_NAME ==",
        ];
        let is_narrow = names.iter().any(|name| stated.contains(name)) && !stated.contains("||");
        (is_narrow && !is_usual(stated)).then(|| stated.to_owned())
    };
    let all: Option<Vec<String>> = rules.iter().map(narrow).collect();
    all.filter(|all| !all.is_empty())
        .map(|all| all.join(" or "))
}

/// An expression without its marks.
fn bare(text: &str) -> String {
    text.trim()
        .trim_start_matches("${{")
        .trim_end_matches("}}")
        .trim()
        .to_lowercase()
}
