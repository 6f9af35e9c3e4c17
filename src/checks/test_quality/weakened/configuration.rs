//! T8 and T17 in configuration: thresholds that let more pass, and options that keep tests from running.
//!
//! Compares the values of both sides, not lines: pytest's and coverage's sections, Cargo's targets.
//!
//! Does not catch: options given on a command line, in CI or in the environment; CI weakening is the
//! business of `guardrails`.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::rule::built_in::tests as rules;

use super::Asked;
use crate::language::python::pytest::{CONFIG_FILES, Pytest};
use crate::language::rust::libtest::Package;
use crate::language::test_model::strength::number;

/// Judges test configuration that changed.
pub(super) fn judge(asked: &Asked<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for file in &asked.sides.change.files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let Some(head) = file.text(Side::Head) else {
            continue;
        };
        let base = file.text(Side::Base).unwrap_or_default();
        match name {
            "pyproject.toml" | "pytest.ini" | "tox.ini" | "setup.cfg" => {
                pytest(file, name, base, head, found);
                thresholds(file, base, head, found);
            }
            ".coveragerc" | "mypy.ini" | "ruff.toml" | ".flake8" | ".pylintrc"
            | "tarpaulin.toml" | "clippy.toml" | "codecov.yml" | ".codecov.yml" => {
                thresholds(file, base, head, found);
            }
            "Cargo.toml" => cargo(file, base, head, found),
            _ => {}
        }
    }
    Ok(())
}

/// The place of the first added line that holds a text.
fn place(file: &File, text: &str) -> Place {
    let lines: Vec<&str> = file.text(Side::Head).unwrap_or_default().lines().collect();
    let line = file
        .added_lines()
        .find(|at| {
            lines
                .get(*at as usize)
                .is_some_and(|line| line.replace('-', "_").contains(text))
        })
        .map_or(1, |at| at + 1);
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: 2,
    }
}

fn pytest(file: &File, name: &str, base: &str, head: &str, found: &mut Vec<Finding>) {
    let Some((_, section)) = CONFIG_FILES.iter().find(|(path, _)| *path == name) else {
        return;
    };
    let (Some(old), Some(new)) = (
        Pytest::of(name, section, base),
        Pytest::of(name, section, head),
    ) else {
        return;
    };
    let mut say = |key: &str, what: String| {
        found.push(rules::TESTS_DESELECTED.finding(
            Side::Head,
            &file.path,
            place(file, key),
            format!("{key} keeps tests from running that ran before: {what}"),
        ));
    };
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (before, after) = (words(&old.addopts), words(&new.addopts));
    let added: Vec<&String> = after.iter().filter(|word| !before.contains(word)).collect();
    const KEEPS_OUT: [&str; 8] = [
        "--ignore",
        "--ignore-glob",
        "--deselect",
        "-k",
        "-m",
        "--co",
        "--collect-only",
        "-p",
    ];
    for (at, word) in after.iter().enumerate() {
        let option = word.split('=').next().unwrap_or(word);
        let value = after.get(at + 1).map(String::as_str).unwrap_or_default();
        let is_new = added.contains(&word)
            || (!word.contains('=') && added.iter().any(|a| a.as_str() == value));
        let steers = KEEPS_OUT.contains(&option)
            && (option != "-p"
                || value.starts_with("no:")
                    && matches!(value, "no:terminal" | "no:python" | "no:unittest"));
        if is_new && steers {
            say("addopts", format!("`{word} {value}`").trim_end().to_owned());
        }
    }
    let gone = |old: &[String], new: &[String]| -> Vec<String> {
        old.iter()
            .filter(|item| !new.contains(item))
            .cloned()
            .collect()
    };
    let more = gone(&new.no_recurse, &old.no_recurse);
    // The first list of one's own repeats pytest's; a folder of tests on it is no repetition.
    let listed_before = old.no_recurse != Pytest::default().no_recurse;
    if more
        .iter()
        .any(|folder| listed_before || folder.contains("test"))
    {
        say("norecursedirs", more.join(" "));
    }
    let paths = gone(&old.testpaths, &new.testpaths);
    let covered = |path: &String| {
        new.testpaths
            .iter()
            .any(|p| path.starts_with(p.as_str()) || p == ".")
    };
    if !new.testpaths.is_empty() && paths.iter().any(|path| !covered(path)) {
        say(
            "testpaths",
            format!("{} is no longer among them", paths.join(" ")),
        );
    }
    for (key, old, new) in [
        ("python_files", &old.files, &new.files),
        ("python_functions", &old.functions, &new.functions),
        ("python_classes", &old.classes, &new.classes),
    ] {
        let paths = gone(old, new);
        if !paths.is_empty() {
            say(
                key,
                format!("{} is no longer among the patterns", paths.join(" ")),
            );
        }
    }
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

fn cargo(file: &File, base: &str, head: &str, found: &mut Vec<Finding>) {
    if base.is_empty() {
        return;
    }
    let (old, new) = (Package::of(base), Package::of(head));
    if !old.known || !new.known {
        return;
    }
    let mut say = |key: &str, what: String| {
        found.push(rules::TESTS_DESELECTED.finding(
            Side::Head,
            &file.path,
            place(file, key),
            format!("{what}: tests that cargo ran before run no more"),
        ));
    };
    for (path, runs) in &old.targets {
        match new.targets.get(path) {
            Some(false) if *runs => say(
                "harness",
                format!("`[[test]]` {path} says `harness = false` or `test = false`"),
            ),
            None if *runs && !new.auto => say(
                "autotests",
                format!("`[[test]]` {path} is gone and `autotests = false`"),
            ),
            _ => {}
        }
    }
    for (path, runs) in &new.targets {
        if !runs && !old.targets.contains_key(path) && old.auto && path.starts_with("tests/") {
            say(
                "harness",
                format!("`[[test]]` {path} says `harness = false` or `test = false`"),
            );
        }
    }
    if old.auto && !new.auto && new.targets.is_empty() {
        say("autotests", "`autotests = false`".to_owned());
    }
    if old.library_tests && !new.library_tests {
        say(
            "test",
            "`[lib]` says `test = false` or `harness = false`".to_owned(),
        );
    }
}
