//! What two versions of pytest's configuration do with fewer tests: options, folders and patterns compared by what
//! counts in a folder on each side, whichever file says so.
//!
//! Does not catch: options on a command line or in `PYTEST_ADDOPTS`; the business of `guardrails`.

use anyhow::Result;

use super::config::{FILES, Pytest};
use crate::budget;
use crate::language::test_model::{Deselected, Tree};

/// The tests that ran by what counted in the folder of a file and run no more by what counts there now; a file that does
/// not count at head says nothing.
pub(super) fn deselected(path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
    if !FILES.iter().any(|(own, _)| *own == name) {
        return Ok(Vec::new());
    }
    let Some((counts, new)) = Pytest::in_folder(folder, sides.head)? else {
        return Ok(Vec::new());
    };
    if counts != name {
        return Ok(Vec::new());
    }
    let old = Pytest::in_folder(folder, sides.base)?.map(|(_, old)| old);
    let inside = sides
        .paths
        .iter()
        .filter_map(|path| path.strip_prefix(folder));
    let files: Vec<&str> = inside.filter(|path| path.ends_with(".py")).collect();
    Ok(compared(&old.unwrap_or_default(), &new, &files))
}

/// How often a test that fails is run again.
fn reruns(options: &str) -> u32 {
    let mut words = options.split_whitespace().peekable();
    let mut found = 0;
    while let Some(word) = words.next() {
        let value = match word.split_once('=') {
            Some(("--reruns" | "--force-flaky", value)) => Some(value),
            None if word == "--reruns" => words.peek().copied(),
            None if word == "--force-flaky" => Some("2"),
            _ => None,
        };
        found = found.max(
            value
                .and_then(|value| value.parse().ok())
                .unwrap_or_default(),
        );
    }
    found
}

/// A pattern by which names of functions and classes begin, however it is written.
fn beginning(pattern: &str) -> &str {
    pattern.trim_end_matches('*').trim_end_matches('_')
}

fn compared(old: &Pytest, new: &Pytest, files: &[&str]) -> Vec<Deselected> {
    let mut found = Vec::new();
    let (before, after) = (reruns(&old.addopts), reruns(&new.addopts));
    if after > before {
        found.push(Deselected {
            key: "reruns".to_owned(),
            message: format!("addopts runs a test up to {after} times more where it fails, and {before} times before"),
            retries: true,
        });
    }
    let mut say = |key: &str, what: String| {
        found.push(Deselected {
            key: key.to_owned(),
            message: format!("{key} keeps tests from running that ran before: {what}"),
            retries: false,
        });
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
    budget::charge(files.len());
    let lost = files.iter().find(|path| {
        old.passes_over(path).is_none() && new.passes_over(path).is_some() && old.files != new.files
    });
    if let Some(lost) = lost {
        let patterns = gone(&old.files, &new.files).join(" ");
        say(
            "python_files",
            format!("{patterns} is no longer among the patterns, so that {lost} is passed over"),
        );
    }
    for (key, old, new) in [
        ("python_functions", &old.functions, &new.functions),
        ("python_classes", &old.classes, &new.classes),
    ] {
        let covered = |pattern: &String| {
            let begins = |other: &String| beginning(pattern).starts_with(beginning(other));
            new.iter().any(begins)
        };
        let patterns: Vec<String> = gone(old, new)
            .into_iter()
            .filter(|it| !covered(it))
            .collect();
        if !patterns.is_empty() {
            say(
                key,
                format!("{} is no longer among the patterns", patterns.join(" ")),
            );
        }
    }
    found
}
