//! Tests that CI ran and runs no more although it still calls their runner: options that leave tests out.
//!
//! Commands of the runner are compared as words, over all CI files of a side. Where one of head runs
//! without such an option, or base had the option already, nothing is narrower.
//!
//! Does not catch: options in configuration files (the tests check), and filters behind variables.

use std::collections::BTreeSet;

use anyhow::Result;

use super::ci::Run;
use super::lists::{LISTS, Names};
use super::options;
use super::{line_place, rules};
use crate::change::Side;
use crate::finding::Finding;
use crate::language;

/// Compares the runs of both sides; `who` runs them, `is_changed` tells whether head's file was edited.
pub(super) fn compare(
    base: &[Run],
    head: &[Run],
    who: &str,
    is_changed: impl Fn(&str) -> bool,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for (tool, options) in &LISTS.narrows {
        let of = |runs: &'_ [Run]| -> Vec<(String, String, u32)> {
            let counted = runs
                .iter()
                .filter(|run| run.tool == *tool && run.ignored.is_none());
            counted
                .map(|run| (run.text.clone(), run.path.clone(), run.line))
                .collect()
        };
        let (before, after) = (of(base), of(head));
        let known: BTreeSet<String> = before
            .iter()
            .flat_map(|(text, _, _)| narrowers(tool, options, text))
            .collect();
        let is_path =
            |word: &String| LISTS.options.by_path.contains(tool) && !word.starts_with('-');
        let names_files = known.iter().any(is_path);
        let is_gone = |(text, _, _): &&(String, String, u32)| {
            !after.iter().any(|(other, _, _)| other == text)
        };
        let gone: Vec<&str> = before
            .iter()
            .filter(is_gone)
            .map(|(text, _, _)| text.as_str())
            .collect();
        if gone.is_empty() {
            continue;
        }
        let widens = |text: &str| -> BTreeSet<&'static str> {
            let given = words(text);
            let is_given = |option: &&str| given.iter().any(|word| word == option);
            LISTS.options.widens.iter().filter(is_given).collect()
        };
        let wide: BTreeSet<&str> = gone.iter().flat_map(|text| widens(text)).collect();
        let lost = |text: &str| -> Vec<String> {
            let news = narrowers(tool, options, text);
            let mut lost: Vec<String> = news.difference(&known).cloned().collect();
            // One more file beside those that were named.
            lost.retain(|word| word.starts_with('-') || !names_files);
            if wide.contains("--workspace") && widens(text).is_disjoint(&wide) {
                lost.push("no --workspace".to_owned());
            }
            lost
        };
        let all: Vec<Vec<String>> = after.iter().map(|(text, _, _)| lost(text)).collect();
        if all.iter().any(Vec::is_empty) {
            continue;
        }
        let narrow = after
            .iter()
            .zip(&all)
            .find(|((_, path, _), _)| is_changed(path));
        if let Some(((_, path, line), lost)) = narrow {
            let message = format!(
                "{who} runs fewer tests: `{tool}` has `{}` now, and no {} runs it without",
                crate::text::visible(&lost.join(" ")),
                if who == "CI" { "step" } else { "task" }
            );
            found.push(rules::CI_TESTS_NARROWED.finding(
                Side::Head,
                path,
                line_place(*line),
                message,
            ));
        }
    }
    Ok(())
}

/// What the environment gives to a tool: the tool, its options, path and line.
type Given = (&'static str, String, String, u32);

/// Compares what the environment gives to the tools that are run.
pub(super) fn environment(
    base: &[Given],
    head: &[Given],
    is_changed: impl Fn(&str) -> bool,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let none = Names::default();
    let of = |tool: &str, text: &str| -> BTreeSet<String> {
        let text = format!("{tool} {text}");
        let narrows = LISTS.narrows.get(tool).unwrap_or(&none);
        let idle = LISTS.idle.get(tool).unwrap_or(&none);
        let mut all = narrowers(tool, narrows, &text);
        all.extend(words(&text).into_iter().filter(|word| idle.contains(word)));
        all.extend(options::let_pass(tool, &text));
        // It refuses each commit on the default branch, where CI runs: it can only be left out there.
        all.retain(|word| !word.ends_with("no-commit-to-branch"));
        all
    };
    for (tool, text, path, line) in head {
        let before = base.iter().filter(|(other, ..)| other == tool);
        let known: BTreeSet<String> = before.flat_map(|(_, text, ..)| of(tool, text)).collect();
        let new: Vec<String> = of(tool, text).difference(&known).cloned().collect();
        if new.is_empty() || !is_changed(path) {
            continue;
        }
        let message = format!(
            "CI runs fewer tests: its environment gives `{}` to {tool}",
            crate::text::visible(&new.join(" "))
        );
        let rule = rules::CI_TESTS_NARROWED;
        found.push(rule.finding(Side::Head, path, line_place(*line), message));
    }
    Ok(())
}

/// The words of a command, without quotes.
fn words(text: &str) -> Vec<String> {
    let words = crate::text::words(text).into_iter();
    words.map(|word| word.replace(['"', '\''], "")).collect()
}

/// Whether a word names a test, or a file of tests, behind this other one.
fn is_named(word: &str, before: &str) -> bool {
    let is_bare = LISTS.options.bare.contains(before);
    let is_value = before.starts_with('-') && !before.contains('=') && !is_bare;
    let is_file = || {
        let is_plain = !word.contains(['*', '{', '$']) && !word.contains(".config.");
        language::of_text(word).is_some() && is_plain && !is_value
    };
    word.contains("::") || word.ends_with(".py") || is_file()
}

/// What leaves tests out in a command, options with their values.
fn narrowers(tool: &str, options: &Names, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // `-m` of `python -m pytest` chooses no tests: only what stands behind the runner does.
    let name = tool.rsplit(' ').next().unwrap_or(tool);
    let stands = |word: &str| text.find(word).map(|at| at + word.len());
    let behind = stands("nextest run")
        .or_else(|| stands(tool))
        .or_else(|| stands(name))
        .and_then(|at| text.get(at..))
        .unwrap_or_default();
    let mut words = words(behind).into_iter();
    let mut own = LISTS.options.by_name.contains(tool);
    let mut before = String::new();
    while let Some(word) = words.next() {
        let before = std::mem::replace(&mut before, word.clone());
        if matches!(word.as_str(), "&&" | ";" | "|" | "||" | ">") {
            break;
        }
        let option = word.split('=').next().unwrap_or_default();
        if options.contains(option) {
            let value = match word.contains('=') || LISTS.options.bare.contains(option) {
                true => String::new(),
                false => words.next().unwrap_or_default(),
            };
            found.insert(format!("{word} {value}").trim_end().to_owned());
        } else if LISTS.options.by_path.contains(tool)
            && !word.starts_with('-')
            && is_named(&word, &before)
        {
            found.insert(word);
        } else if own && LISTS.options.of_cargo.contains(option) {
            if !word.contains('=') {
                words.next();
            }
        } else if own
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
        {
            // A bare name is a filter.
            found.insert(word);
        } else if word == "--" {
            own = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(base: &[&str], head: &[&str]) -> Vec<String> {
        let runs = |texts: &[&str]| -> Vec<Run> {
            let run = |text: &&str| Run {
                tool: match text.contains("cargo") {
                    true => "cargo test",
                    false => "pytest",
                },
                text: (*text).to_owned(),
                at: 0,
                is_elsewhere: false,
                path: "ci.yml".to_owned(),
                line: 1,
                ignored: None,
                condition: None,
                from: None,
            };
            texts.iter().map(run).collect()
        };
        let mut found = Vec::new();
        compare(&runs(base), &runs(head), "CI", |_| true, &mut found).unwrap();
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_option_that_leaves_tests_out_is_told_where_no_step_runs_all() {
        for (base, head, what) in [
            ("pytest -q", "pytest -q -k 'not slow'", "-k not slow"),
            (
                "pytest",
                "python -m pytest tests/test_a.py",
                "tests/test_a.py",
            ),
            (
                "pytest",
                "pytest --deselect=tests/a.py::b",
                "--deselect=tests/a.py::b",
            ),
            ("cargo test", "cargo test --lib", "--lib"),
            ("cargo test --workspace", "cargo test", "no --workspace"),
            ("cargo test", "cargo test -- --skip net", "--skip net"),
            ("cargo test", "cargo test parser", "parser"),
        ] {
            let reported = reported(&[base], &[head]);
            assert!(
                reported.len() == 1 && reported[0].contains(&format!("`{what}`")),
                "{head}: {reported:?}"
            );
        }
        for (base, head) in [
            (["python -m pytest", "a"], ["python -m pytest -x", "a"]),
            (["pytest -k a", "x"], ["pytest -q -k a", "x"]),
            (
                ["pytest", "pytest -k slow"],
                ["pytest -q", "pytest -k fast"],
            ),
            (["cargo test", "x"], ["cargo test --workspace", "x"]),
            (
                ["cargo test", "x"],
                ["cargo test --features a $FLAGS -- --nocapture", "x"],
            ),
            (["cargo test", "x"], ["cargo test", "cargo test --lib"]),
        ] {
            assert_eq!(reported(&base, &head), [""; 0], "{base:?} {head:?}");
        }
    }
}
