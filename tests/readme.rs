//! The README is true: every console example is run, and every set-up command is one that CI runs.
//!
//! The table of checks is the registry's. A `console` block holds commands behind `$ ` and what they print. `DRAFTGATE_BLESS=1 cargo test readme`
//! writes the output anew. Durations are masked: they are the one thing that differs from run to run.

use std::path::{Path, PathBuf};
use std::process::Command;

use draftgate::checks::registry;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md")];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            documents.push(path);
        }
    }
    documents.sort();
    documents
}

#[test]
fn the_examples_print_what_they_say_and_the_checks_are_listed() {
    let mut wrong = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let run = with_checks_listed(&with_examples_run(&text));
        if masked(&run) == masked(&text) {
            continue;
        }
        if std::env::var_os("DRAFTGATE_BLESS").is_some() {
            std::fs::write(&document, run).unwrap();
        } else {
            wrong.push(format!("{}:\n{run}", document.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "DRAFTGATE_BLESS=1 cargo test readme writes:\n{}",
        wrong.join("\n")
    );
}

/// The document with the output of each command in its `console` blocks as it is now.
fn with_examples_run(text: &str) -> String {
    let mut written = String::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, _) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    written.push_str(&format!("{line}\n{}", printed(command)));
                }
                continue;
            }
            (false, _) => {}
        }
        written.push_str(line);
        written.push('\n');
    }
    written
}

/// The document with the registry's checks between the two marks, where it has them.
fn with_checks_listed(text: &str) -> String {
    const MARKS: [&str; 2] = ["<!-- checks -->\n", "<!-- /checks -->\n"];
    let Some((before, rest)) = text.split_once(MARKS[0]) else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once(MARKS[1]).expect("the second mark");
    let mut rows: Vec<String> = registry()
        .iter()
        .map(|check| format!("| `{}` | {} |\n", check.name(), check.question()))
        .collect();
    rows.sort();
    let table = rows.concat();
    let (begin, end) = (MARKS[0], MARKS[1]);
    format!("{before}{begin}| check | question |\n|---|---|\n{table}{end}{after}")
}

/// What a command prints, run by a shell in the root of the repository with the built binary first on
/// the path and an empty home.
#[expect(
    clippy::disallowed_methods,
    reason = "the test runs what a reader would"
)]
fn printed(command: &str) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_draftgate"));
    let home = tempfile::tempdir().unwrap();
    let path = std::env::join_paths(
        std::iter::once(binary.parent().unwrap().to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", path.unwrap())
        .env("HOME", home.path())
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env_remove("DRAFTGATE_BIN")
        .env_remove("DRAFTGATE_BLESS")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The text with `in 12ms`, `in 1.2s` as `in TIME`.
fn masked(text: &str) -> String {
    let duration = regex::Regex::new(r"in [0-9.]+ ?m?s\b").unwrap();
    duration.replace_all(text, "in TIME").into_owned()
}

#[test]
fn the_set_up_commands_are_those_that_ci_runs() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let ci = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let commands: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .flat_map(str::lines)
        .collect();
    assert!(commands.len() >= 2, "{commands:?}");
    for command in commands {
        assert!(
            ci.lines().any(|line| line == command),
            ".ci/run lacks: {command}"
        );
    }
}
