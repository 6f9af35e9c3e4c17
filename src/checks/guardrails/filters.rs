//! When a workflow that judges runs: the events it is started by, and what their filters leave out.
//!
//! Does not catch: filters by tags, and expressions in the names of branches.

use std::collections::BTreeMap;

use anyhow::Result;

use super::ci::Ci;
use super::{line_place, rules};
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::document::Item;
use crate::finding::Finding;
use crate::language::conventions::{is_aside, is_code};
use crate::policy::Kind;

/// Compares when a workflow runs, where it runs checks.
///
/// # Errors
/// Where the paths of head cannot be read.
pub(super) fn compare(
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
    let is_off = |root: &Item, key: &str| root.get(key).and_then(Item::text) == Some("none");
    for key in ["pr", "trigger"] {
        let was_off = base.is_none_or(|base| is_off(base, key));
        if is_off(head, key) && !was_off {
            let line = head.get(key).map_or(1, |item| item.line);
            let message = format!("this pipeline no longer runs by itself (`{key}: none`)");
            let rule = rules::CI_TRIGGER_NARROWED;
            found.push(rule.finding(Side::Head, &file.path, line_place(line), message));
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
            let of = |root: &'_ Item| -> Option<Item> {
                let on = root.get("on")?;
                let named = || on.words().into_iter().find(|(word, _)| word == trigger);
                // An event that is only named has no filters.
                let bare = || Some(Item::of_text(named()?.1, ""));
                on.get(trigger).cloned().or_else(bare)
            };
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
    let synchronizes = |item: &Item| {
        let types = list(item, "types");
        types.is_none_or(|types| types.iter().any(|word| word == "synchronize"))
    };
    if synchronizes(was) && !synchronizes(now) {
        let why = "the commits that are pushed to a pull request".to_owned();
        return Ok(Some((line("types"), why)));
    }
    const MAIN: &[&str] = &["main", "master", "trunk", "develop", "dev"];
    let target = context.policy.target.as_deref();
    let ignores = |item: &Item| {
        let ignored = list(item, "branches-ignore").unwrap_or_default();
        let mut names = MAIN.iter().take(2).copied().chain(target);
        names.any(|name| covers(&ignored, name))
    };
    if ignores(now) && !ignores(was) {
        let why = "the branches where work goes".to_owned();
        return Ok(Some((line("branches-ignore"), why)));
    }
    if let Some(branches) = list(now, "branches") {
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
pub(super) fn covers(patterns: &[String], path: &str) -> bool {
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
    const LONGEST: usize = 1_000;
    if pattern.len() > LONGEST || !budget::charge_text(pattern.len() * path.len()) {
        return false;
    }
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
