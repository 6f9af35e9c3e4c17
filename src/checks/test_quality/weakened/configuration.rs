//! Thresholds that let more pass, and options that keep tests from running.
//!
//! Compares the values of both sides, not lines.
//!
//! Does not catch: options given on a command line, in CI or in the environment; CI weakening is the
//! business of `guardrails`.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::change::{Change, File, Side};
use crate::finding::{Finding, Place};
use crate::language;
use crate::language::test_model::{Tree, holds};
use crate::rule::built_in::tests as rules;

use super::WeakenedContext;
use crate::language::test_model::strength::number;

/// Judges test configuration that changed.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for file in &tests.sides.change.files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let Some(head) = file.text(Side::Head) else {
            continue;
        };
        let base = file.text(Side::Base).unwrap_or_default();
        for language in language::ALL {
            let Some(framework) = language.tests() else {
                continue;
            };
            if !holds(&framework.profile().tests.configuration, name) {
                continue;
            }
            let change = tests.sides.change;
            let paths = change.paths(Side::Head)?;
            let deselected =
                with_tree(change, paths, |tree| framework.deselected(&file.path, tree))?;
            for one in deselected {
                let place = place(file, &one.key);
                let rule = match one.retries {
                    true => rules::TEST_RETRIED,
                    false => rules::TESTS_DESELECTED,
                };
                found.push(rule.finding(Side::Head, &file.path, place, one.message));
            }
        }
        let holds_thresholds = matches!(name, "codecov.yml" | ".codecov.yml")
            || language::test_words().any(|words| holds(&words.thresholds, name));
        if holds_thresholds {
            thresholds(file, base, head, found);
        }
    }
    Ok(())
}

/// Hands both sides of the tree to what reads them.
pub(super) fn with_tree<T>(
    change: &Change,
    paths: &[String],
    judge: impl FnOnce(&Tree<'_>) -> Result<T>,
) -> Result<T> {
    let read = |side: Side, path: &str| -> Result<Option<String>> {
        let blob = change.read(side, path)?;
        Ok(blob.and_then(|blob| blob.text().map(str::to_owned)))
    };
    judge(&Tree {
        base: &|path| read(Side::Base, path),
        head: &|path| read(Side::Head, path),
        paths,
    })
}

/// The place of the first added line that holds a text.
fn place(file: &File, text: &str) -> Place {
    let lines: Vec<&str> = file.text(Side::Head).unwrap_or_default().lines().collect();
    let holds = |at: &u32| {
        let line = lines.get(*at as usize);
        line.is_some_and(|line| line.replace('-', "_").contains(text))
    };
    Place::of_line(file.added_lines().find(holds).unwrap_or_default())
}

/// Numbers of `key = number` lines, by section and key.
fn numbers(text: &str) -> BTreeMap<String, f64> {
    let mut section = String::new();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line.to_owned();
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        let value = value.split('#').next().unwrap_or_default();
        if let Some(value) = number(value.trim().trim_matches(['"', '\'', '%'])) {
            found.insert(format!("{section} {}", key.trim().replace('_', "-")), value);
        }
    }
    // `--cov-fail-under=90` inside a longer value.
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')) {
        if let Some((key, value)) = word.split_once('=')
            && key.starts_with("--")
            && let Some(value) = number(value)
        {
            found.insert(format!(" {}", key.trim_start_matches('-')), value);
        }
    }
    found
}

fn thresholds(file: &File, base: &str, head: &str, found: &mut Vec<Finding>) {
    const AT_LEAST: [&str; 5] = [
        "fail-under",
        "cov-fail-under",
        "target",
        "min-coverage",
        "score",
    ];
    const AT_MOST: [&str; 6] = [
        "max-complexity",
        "max-args",
        "max-branches",
        "max-statements",
        "maxfail",
        "timeout",
    ];
    let (old, new) = (numbers(base), numbers(head));
    for (name, before) in &old {
        let key = name.rsplit(' ').next().unwrap_or(name);
        let lower_is_looser = AT_LEAST.contains(&key);
        if !lower_is_looser && !AT_MOST.contains(&key) {
            continue;
        }
        let said_as = key.replace('-', "_");
        let message = match new.get(name) {
            None if lower_is_looser => format!("the threshold {said_as} ({before}) is gone"),
            None => continue,
            Some(after) => {
                let loosened = if lower_is_looser {
                    after < before
                } else {
                    after > before
                };
                if !loosened {
                    continue;
                }
                format!("the threshold {said_as} is {after} now and was {before}")
            }
        };
        let finding = found.push_mut(rules::THRESHOLD_LOOSENED.finding(
            Side::Head,
            &file.path,
            place(file, &said_as),
            message,
        ));
        if key == "timeout" || key == "maxfail" {
            finding.level = crate::finding::Level::Note;
        }
    }
}
