//! One setting of a configuration, on both sides: whether it lets more pass than before. What a key means stands in
//! `lists.toml`.
//!
//! Does not catch: a key that is on no list.

use super::checkers::last;
use super::lists::LISTS;
use super::rules;
use crate::finding::Level;
use crate::rule::Rule;

/// Why a changed scalar is weaker than before.
pub(super) fn weaker(
    path: &str,
    before: Option<&str>,
    now: &str,
) -> Option<(&'static Rule, Option<Level>, String)> {
    let key = last(path);
    let was = before.unwrap_or("unset");
    let rank = |text: &str| {
        let mut levels = LISTS.levels.iter();
        levels.position(|level| level == text)
    };
    let loosened = |message: String| Some((rules::CHECKER_LOOSENED, None, message));
    if LISTS.strict.contains(key)
        && truth(now) == Some(false)
        && before.is_some_and(|before| truth(before) == Some(true))
    {
        let level = LISTS.common.contains(key).then_some(Level::Escalate);
        return Some((
            rules::CHECKER_LOOSENED,
            level,
            format!("`{key}` is off now"),
        ));
    }
    let is_computed = |before: &str| truth(before).is_none() && !before.is_empty();
    if LISTS.strict.contains(key)
        && truth(now) == Some(false)
        && before.is_some_and(is_computed)
        && before.and_then(rank).is_none_or(|rank| rank > 0)
    {
        let message = format!(
            "`{key}` is off now, and was `{}`",
            crate::text::visible(was)
        );
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    if path.contains("compilerOptions.paths.") && now.ends_with(".d.ts") {
        let (key, now) = (crate::text::visible(key), crate::text::visible(now));
        let message = format!("the types of `{key}` are those that `{now}` says");
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    if LISTS.lax.contains(key) && truth(now) == Some(true) {
        // Missing stubs are a fact of life; errors that are not looked at are not.
        let level = match LISTS.usual.contains(key) {
            true => Some(Level::Note),
            false => LISTS.common.contains(key).then_some(Level::Escalate),
        };
        return Some((rules::CHECKER_LOOSENED, level, format!("`{key}` is on now")));
    }
    let mut switches = LISTS.on_unless_said.iter();
    if truth(now) == Some(false)
        && before.and_then(truth) != Some(false)
        && let Some(switch) =
            switches.find(|end| path == *end || path.ends_with(&format!(".{end}")))
    {
        let message = format!("`{switch}` is off now");
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    if LISTS.from_none.contains(key)
        && before.is_none()
        && let Some(new) = number(now).filter(|new| *new > 0.0)
    {
        let message = format!("`{key}` is {new} now, and was unset");
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    if key == "follow_imports" && matches!(now, "skip" | "silent") && was != now && was != "skip" {
        return loosened(format!("`{key}` is {now} now, and was {was}"));
    }
    if is_minimum(path)
        && let (Some(old), Some(new)) = (before.and_then(number), number(now))
        && new < old
    {
        return Some((
            rules::THRESHOLD_LOWERED,
            None,
            format!("`{key}` is {now} now, and was {was}"),
        ));
    }
    if LISTS.maxima.contains(key)
        && let (Some(old), Some(new)) = (before.and_then(number), number(now))
        && new > old
    {
        return Some((
            rules::THRESHOLD_LOWERED,
            LISTS.from_none.contains(key).then_some(Level::Escalate),
            format!("`{key}` is {now} now, and was {was}"),
        ));
    }
    let mut above = path.split('.').rev().skip(1);
    let is_rule = above.any(|table| matches!(table, "rules" | "categories"));
    if is_rule && matches!(now, "off" | "0") && before != Some(now) {
        let message = format!("the rule `{key}` is off now");
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    if is_rule
        && let (Some(old), Some(new)) = (before.and_then(rank), rank(now))
        && new < old
    {
        let message = format!("the rule `{key}` is {now} now, and was {was}");
        return Some((rules::CHECKER_LOOSENED, Some(Level::Escalate), message));
    }
    let level_key = LISTS.level_keys.contains(key) || key.starts_with("report");
    if level_key
        && let (Some(old), Some(new)) = (before.and_then(rank), rank(now))
        && new < old
    {
        return loosened(format!("`{key}` is {now} now, and was {was}"));
    }
    None
}

/// Whether a number at a path of keys is stricter when higher.
pub(super) fn is_minimum(path: &str) -> bool {
    let key = last(path);
    let is_share = || path.contains("hreshold") || path.starts_with("nyc.") || path == key;
    LISTS.minima.contains(key) || LISTS.shares.contains(key) && is_share()
}

pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().trim_end_matches('%').parse().ok()
}
