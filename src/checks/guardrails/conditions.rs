//! Under which conditions a part of CI runs, and whether its failure counts.
//!
//! Does not catch: expressions over the outputs of other steps; a repository's name, which tells a fork from its
//! origin.

use std::collections::BTreeSet;

use crate::document::Item;

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
    if text("allow_failure").is_some_and(|text| bare(text) == "true") {
        return Some("allow_failure");
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
    let stated = bare(text("if")?);
    let never =
        !stated.contains("||") && stated.split("&&").any(|part| never(part.trim(), triggers));
    never.then_some("if: false")
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
    let stated = bare(item.get("if").and_then(Item::text)?);
    let narrow = ABOUT.iter().any(|word| stated.contains(word));
    // What leaves a robot or a fork out, or runs one of two events, is common and told nowhere.
    (narrow && !stated.contains("!=") && !stated.contains("||") && !stated.starts_with('!'))
        .then_some(stated)
}

/// An expression without its marks.
fn bare(text: &str) -> String {
    text.trim()
        .trim_start_matches("${{")
        .trim_end_matches("}}")
        .trim()
        .to_lowercase()
}
