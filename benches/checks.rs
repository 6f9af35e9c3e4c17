//! What the checks of AI changes cost beside parsing: 1,000 new modules, the same modules edited, and all checks.
//!
//! ```text
//! cargo bench --bench checks [-- [--instructions] [--keep DIR]]
//! ```
//!
//! CPU time of the whole process on one thread, its start and the reading of the repository included, beside this
//! program parsing the same texts and nothing else. `--instructions` counts those of both by valgrind too: they are
//! the same under any load. `--keep` leaves the repository in DIR, to be looked into; `bare..added` and
//! `added..edited` are the two changes.
//!
//! Does not catch: tools of the project, which the checks `lint`, `types` and `coverage` start; there are none here.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark starts programs, prints, and may stop at the first thing that goes wrong"
)]

mod corpus;
mod measure;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use corpus::State;
use draftgate::language::{self, Parsed};
use measure::{DRAFTGATE, Used, git, used};

/// What the bound of 0.5 s is for.
const EIGHT: [&str; 8] = [
    "dependencies",
    "suppressions",
    "guardrails",
    "errors",
    "leftovers",
    "behaviour",
    "size",
    "provenance",
];
/// Under these names this program makes the texts of a change and ends, or parses them too.
const TEXTS: &str = "--texts";
const PARSE: &str = "--parse";

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut instructions, mut keep) = (false, None);
    while let Some(word) = arguments.next() {
        match word.as_str() {
            TEXTS | PARSE => return texts(arguments.next().as_deref(), word == PARSE),
            "--instructions" => instructions = true,
            "--keep" => keep = arguments.next().map(PathBuf::from),
            other => println!("{other} is not known here"),
        }
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    let top = keep.as_deref().unwrap_or(folder.path());
    std::fs::create_dir_all(top).expect("a folder");
    make_repository(top);
    compare(top, "1,000 new files", "bare..added", "new", instructions);
    compare(
        top,
        "1,000 edited files",
        "added..edited",
        "edits",
        instructions,
    );
}

/// All modules of one change: both sides of the edits.
fn texts(change: Option<&str>, parse: bool) {
    let states = match change {
        Some("edits") => [State::Added, State::Edited].as_slice(),
        _ => &[State::Added],
    };
    let modules: Vec<(String, String)> = states
        .iter()
        .flat_map(|state| corpus::modules(*state))
        .collect();
    for (path, text) in modules.into_iter().filter(|_| parse) {
        let language = language::of(&path).expect("a module");
        drop(Parsed::new(language, Arc::from(text)).expect("a tree"));
    }
}

fn compare(top: &Path, what: &str, range: &str, change: &str, instructions: bool) {
    let this = std::env::current_exe().expect("this program");
    let this = this.to_str().expect("a path");
    let judge = ["check", range, "--jobs", "1"];
    let only = EIGHT.map(|check| ["--only", check]);
    let eight = [&judge[..], only.as_flattened()].concat();
    let idle = used(5, this, top, &[TEXTS, change]);
    let parsed = used(5, this, top, &[PARSE, change]);
    let beyond = |run: &Used| run.cpu.saturating_sub(parsed.cpu.saturating_sub(idle.cpu));
    println!("{what}:");
    println!("  parsed and nothing else: {parsed}");
    let checked = used(5, DRAFTGATE, top, &eight);
    println!("  the eight checks: {checked}");
    println!(
        "  .. beyond parsing: {:.2?} (at most 0.5 s)",
        beyond(&checked)
    );
    let all = used(3, DRAFTGATE, top, &judge);
    println!("  all checks: {all}; beyond parsing {:.2?}", beyond(&all));
    if instructions {
        let count = |program: &str, arguments: &[&str]| counted(program, top, arguments) / 1e6;
        let parsed = count(this, &[PARSE, change]) - count(this, &[TEXTS, change]);
        let (checked, all) = (count(DRAFTGATE, &eight), count(DRAFTGATE, &judge));
        println!(
            "  instructions: parsing {parsed:.0} M; the eight checks {checked:.0} M, beyond parsing {:.0} M; all checks {all:.0} M",
            checked - parsed
        );
    }
}

/// Instructions that a program takes.
fn counted(program: &str, directory: &Path, arguments: &[&str]) -> f64 {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            program,
        ])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("valgrind starts");
    let text = String::from_utf8_lossy(&output.stderr);
    let counted = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = counted.expect("callgrind tells what it collected");
    count.trim().parse().expect("a number")
}

/// A repository with the tags `bare`, `added` and `edited`.
fn make_repository(top: &Path) {
    git(top, &["init", "-q", "-b", "main"], &[]);
    let mut stream = String::new();
    let states = [
        ("bare", State::Bare),
        ("added", State::Added),
        ("edited", State::Edited),
    ];
    for (mark, (tag, state)) in (1..).zip(states) {
        let _ = write!(
            stream,
            "commit refs/heads/main\nmark :{mark}\ncommitter A <a@example.com> {} +0000\ndata {}\n{tag}\n",
            1_700_000_000 + mark,
            tag.len()
        );
        for (path, text) in corpus::frame().into_iter().chain(corpus::modules(state)) {
            let _ = write!(
                stream,
                "M 100644 inline {path}\ndata {}\n{text}\n",
                text.len()
            );
        }
        let _ = write!(
            stream,
            "\ntag {tag}\nfrom :{mark}\ntagger A <a@example.com> 1700000000 +0000\ndata 0\n\n"
        );
    }
    git(top, &["fast-import", "--quiet"], stream.as_bytes());
    git(top, &["reset", "-q", "--hard", "main"], &[]);
}
