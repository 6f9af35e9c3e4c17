//! Snapshots re-recorded with nothing in production to explain it, and update flags left in CI.
//!
//! Does not catch: recordings of compiler messages (a new compiler changes them too), snapshots under names of a tool that this does not know.

use crate::budget;
use crate::change::{File, Side, Status};
use crate::checks::Context;
use crate::finding::{Finding, Level, Place};
use crate::language;
use crate::language::conventions::is_document;
use crate::language::test_model::holds;
use crate::rule::built_in::tests as rules;
use crate::text::{is_in_word, stands_in};

use super::WeakenedContext;

/// Whether a path holds recorded output.
pub(in crate::checks) fn is_snapshot(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let in_tests = crate::language::test_model::reading::in_test_folder(path);
    matches!(
        ending,
        "snap" | "ambr" | "approved" | "golden" | "stderr" | "stdout"
    ) && (ending != "stdout" || in_tests)
        || name.contains(".approved.")
        || folder.split('/').any(|part| {
            matches!(
                part,
                "__snapshots__" | "snapshots" | "golden" | "goldens" | "cassettes"
            )
        }) && in_tests
}

/// Whether the recording is what the compiler says of the file next to it: a new compiler changes it, and nothing of
/// the project.
fn pins_the_compiler(tests: &WeakenedContext<'_>, path: &str) -> bool {
    let Some((stem, recorded)) = path.rsplit_once('.') else {
        return false;
    };
    let profiles = language::ALL.iter().map(|language| language.profile());
    let mut endings = profiles
        .filter(|profile| holds(&profile.tests.compiler_output, recorded))
        .flat_map(|profile| &profile.endings);
    endings.any(|ending| {
        let beside = format!("{stem}.{ending}");
        matches!(tests.sides.change.read(Side::Head, &beside), Ok(Some(_)))
    })
}

/// Judges recorded output that changed.
pub(super) fn judge(tests: &WeakenedContext<'_>, context: &Context<'_>, found: &mut Vec<Finding>) {
    let changed: Vec<&&File> = context
        .files
        .iter()
        .filter(|file| file.status == Status::Modified && is_snapshot(&file.path))
        .filter(|file| !pins_the_compiler(tests, &file.path))
        .collect();
    let code_changed = !tests.production.is_untouched()
        || tests.sides.pairs.iter().any(|pair| {
            // The inputs of compile-fail and snapshot tests are code too.
            pair.file.status != Status::Deleted
        })
        || tests.sides.change.files.iter().any(|file| {
            let named = |part: &String| file.path.contains(part.as_str());
            file.path.contains(".github/")
                || language::test_words().any(|words| words.environment.iter().any(named))
        });
    // Pages whose samples are run and recorded.
    let files = tests.sides.change.files.iter();
    let pages: Vec<&str> = files
        .filter(|file| is_document(&file.path))
        .filter_map(|file| stem(&file.path))
        .collect();
    let of_a_page = |file: &&&File| {
        let name = stem(&file.path).unwrap_or_default();
        budget::charge(pages.len());
        name.split("__").any(|part| pages.contains(&part))
    };
    let code_changed = code_changed || changed.iter().all(of_a_page);
    if let Some(first) = changed.first().filter(|_| !code_changed) {
        found.push(rules::SNAPSHOTS_RERECORDED.finding(
            Side::Head,
            &first.path,
            Place::FILE,
            format!(
                "{} recorded outputs changed ({}{}) and no code that renders them",
                changed.len(),
                first.path,
                if changed.len() > 1 { ", .." } else { "" }
            ),
        ));
    }
    deleted(tests, context, found);
    masked(tests, &changed, found);
    for file in &context.files {
        if is_ci(&file.path) {
            update_flags(file, found);
        }
    }
}

/// The name of a file, without its ending.
fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(stem, _)| stem)
}

/// Recordings that are gone while the test that compares with them is still there: the next run records whatever it gets.
fn deleted(tests: &WeakenedContext<'_>, context: &Context<'_>, found: &mut Vec<Finding>) {
    let gone = context
        .files
        .iter()
        .filter(|file| file.status == Status::Deleted);
    for file in gone.filter(|file| is_snapshot(&file.path)) {
        let text = file.text(Side::Base).unwrap_or_default();
        let source = text
            .lines()
            .take(HEADER)
            .find_map(|line| line.strip_prefix("source: "));
        let name = stem(&file.path).unwrap_or_default();
        let name = name.rsplit("__").next().unwrap_or(name);
        let asks = source.is_some_and(|source| {
            let read = tests.sides.change.read(Side::Head, source.trim());
            let text = read.ok().flatten();
            let text = text
                .as_ref()
                .and_then(|blob| blob.text())
                .unwrap_or_default();
            budget::charge_text(text.len())
                && text.contains("snapshot")
                && stands_in(text, name, is_in_word).is_some()
        });
        if asks {
            let message = format!(
                "the recording {name} is gone, and {} still compares with it: the next run records whatever the code does",
                source.unwrap_or_default()
            );
            found.push(rules::SNAPSHOTS_RERECORDED.finding(
                Side::Base,
                file.base_path(),
                Place::FILE,
                message,
            ));
        }
    }
}

/// Lines at the beginning of a recording that say where it comes from.
const HEADER: usize = 8;

/// Recordings that changed together with a mask that their tests put on what is recorded.
fn masked(tests: &WeakenedContext<'_>, changed: &[&&File], found: &mut Vec<Finding>) {
    let Some(first) = changed.first() else {
        return;
    };
    for twin in tests.edited() {
        let words = twin.head.file.words();
        let new = |name: &&String| {
            twin.head.test.body.names.contains(name) && !twin.base.test.body.names.contains(name)
        };
        let Some(mask) = words.snapshot_masks.iter().find(new) else {
            continue;
        };
        let message = format!(
            "{} masks a part of what is recorded now (`{mask}`), and {} changed with it",
            twin.head.test.qualified(),
            first.path
        );
        let finding = found.push_mut(twin.head.of_test(rules::ASSERTION_WEAKENED, message));
        finding.level = Level::Escalate;
    }
}

/// Whether a path is CI's configuration or a script that it runs.
pub(in super::super) fn is_ci(path: &str) -> bool {
    path.starts_with(".github/workflows/")
        || matches!(
            path,
            ".gitlab-ci.yml" | "Makefile" | "justfile" | ".circleci/config.yml"
        )
        || language::test_words().any(|words| holds(&words.tasks, path))
}

fn update_flags(file: &File, found: &mut Vec<Finding>) {
    let lines: Vec<&str> = file.text(Side::Head).unwrap_or_default().lines().collect();
    for at in file.added_lines() {
        let Some(line) = lines.get(at as usize) else {
            continue;
        };
        let plain = line.replace(['"', '\''], "");
        let mut flags = language::test_words().flat_map(|words| &words.snapshot_updates);
        if let Some(flag) =
            flags.find(|flag| plain.contains(flag.as_str()) && !plain.trim_start().starts_with('#'))
        {
            found.push(rules::SNAPSHOT_UPDATE_IN_CI.finding(
                Side::Head,
                &file.path,
                Place::of_line(at),
                format!("`{flag}` records whatever the code prints, so that no snapshot can fail"),
            ));
        }
    }
}
