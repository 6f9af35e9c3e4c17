//! What reading and classifying coverage costs: a report of 1,000,000 lines a side over changes of 10 and of 100
//! files, 20 lines in each.
//!
//! ```text
//! cargo bench --bench coverage [-- --against PATH/TO/diff-cover]
//! ```
//!
//! The whole program is timed, its start and the reading of the repository included: with head's report alone, which
//! is what diff-cover does, and with base's beside it. The program that is named is run over the same report and
//! range. Each figure is of the one of five runs that took the least CPU time.
//!
//! Does not catch: what a cold disk costs.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark starts programs, prints, and may stop at the first thing that goes wrong"
)]

mod measure;

use std::fmt::Write as _;
use std::path::Path;

use measure::{DRAFTGATE, Used, git, used};

const FILES: usize = 1000;
const LINES: usize = 1000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let against = match arguments.next().as_deref() {
        Some("--against") => arguments.next(),
        _ => None,
    };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let top = folder.path();
    git(top, &["init", "-q", "-b", "main"], &[]);
    write(top, 0, 1);
    commit(top);
    for files in [10, 100] {
        println!("{files} changed files:");
        write(top, files, FILES / files);
        commit(top);
        compare(top, against.as_deref());
    }
}

/// Times the last commit.
fn compare(top: &Path, against: Option<&str>) {
    // No older than the edits.
    for name in ["report.lcov", "base.lcov"] {
        std::fs::write(top.join(name), report(10)).expect("a report");
    }
    let check = [
        "check",
        "HEAD~1..HEAD",
        "--only",
        "coverage",
        "--coverage",
        "report.lcov",
    ];
    let ours = say("draftgate, head's report", top, DRAFTGATE, &check);
    let both = [check.as_slice(), &["--coverage-base", "base.lcov"]].concat();
    say("draftgate, both reports", top, DRAFTGATE, &both);
    if let Some(program) = against {
        let arguments = ["report.lcov", "--compare-branch=HEAD~1"];
        let theirs = say(program, top, program, &arguments);
        println!(
            "draftgate is {:.1} times as fast, {:.1} by CPU time",
            theirs.wall.as_secs_f64() / ours.wall.as_secs_f64(),
            theirs.cpu.as_secs_f64() / ours.cpu.as_secs_f64()
        );
    }
}

/// Runs a program five times and prints what the run with the least CPU time took.
fn say(what: &str, top: &Path, program: &str, arguments: &[&str]) -> Used {
    let run = used(5, program, top, arguments);
    println!("{what}: {run}");
    run
}

fn commit(top: &Path) {
    git(top, &["add", "src"], &[]);
    git(top, &["commit", "-q", "-m", "side"], &[]);
}

fn name(file: usize) -> String {
    format!("src/part_{}/module_{file}.py", file / 50)
}

/// All modules; the first 20 lines of each one in `gap` have another value.
fn write(top: &Path, value: usize, gap: usize) {
    for file in 0..FILES {
        let mut text = String::new();
        for line in 0..LINES {
            let is_new = file % gap == 0 && line < 20;
            let added = if is_new { value } else { 0 };
            let _ = writeln!(text, "value_{line} = {}", line + added);
        }
        let path = top.join(name(file));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a module");
    }
}

/// A tracefile of all lines, of which each one in `gap` did not run.
fn report(gap: usize) -> String {
    let mut text = String::new();
    for file in 0..FILES {
        let _ = writeln!(text, "TN:\nSF:{}", name(file));
        for line in 1..=LINES {
            let _ = writeln!(text, "DA:{line},{}", (line + file) % gap);
        }
        text.push_str("end_of_record\n");
    }
    text
}
