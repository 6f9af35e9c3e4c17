//! The search for vulnerable patterns in figures: one changed file with a cold start, a whole tree, growth with
//! the size of a file, hostile files.
//!
//! ```text
//! cargo bench --bench vulnerabilities -- [DIR] [--against 'COMMAND {}']...
//! ```
//!
//! Each `--against` command is run over the one file and over DIR (`{}`), on the same machine, and the ratio of wall
//! times is printed. DIR is copied into a repository of its own and judged whole, as a change that adds it.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark starts programs, prints, and may stop at the first thing that goes wrong"
)]

mod measure;
mod wall;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use measure::{DRAFTGATE, git, megabytes, used};
use wall::median;

/// A request handler, as a change brings one in.
const HANDLER: &str = "import sqlite3\n\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n\
@app.route(\"/user\")\ndef user():\n    name = request.args[\"name\"]\n    cursor = sqlite3.connect(\"a.db\").cursor()\n    \
cursor.execute(\"select * from users where name = '\" + name + \"'\")\n    return str(cursor.fetchall())\n";

const CHECK: &[&str] = &[
    "check",
    "--all",
    "--only",
    "vulnerabilities",
    "--report",
    "json",
];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut folder, mut against) = (None, Vec::new());
    while let Some(word) = arguments.next() {
        if word == "--against" {
            against.extend(arguments.next());
        } else {
            folder = Some(word);
        }
    }
    one_file(&against);
    if let Some(folder) = folder {
        whole(Path::new(&folder), &against);
    }
    growth();
    hostile();
}

/// A repository with these files, committed.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).expect("a file is written");
    }
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    git(folder, &["init", "-q"], &[]);
    git(folder, &["add", "-A"], &[]);
    git(folder, &["commit", "-q", "-m", "all"], &[]);
}

/// The report of judging all of a repository.
fn judge(folder: &Path) -> String {
    let output = Command::new(DRAFTGATE)
        .args(CHECK)
        .current_dir(folder)
        .output()
        .expect("draftgate starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn compare(ours: Duration, against: &[String], target: &str, times: usize) {
    for command in against {
        let line = command.replace("{}", target);
        let theirs = median(times, || {
            let _ = Command::new("sh")
                .args(["-c", &line])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        });
        println!(
            "  {command}: {theirs:.2?}, draftgate is {:.1} times as fast",
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }
}

fn one_file(against: &[String]) {
    let folder = repository(&[("app.py", HANDLER)]);
    let blocked = judge(folder.path()).contains("sql-string-built");
    let ours = median(21, || drop(judge(folder.path())));
    println!("one file, cold, all rules: {ours:.2?} (finds it: {blocked})");
    let file = folder.path().join("app.py").display().to_string();
    compare(ours, against, &file, 5);
}

fn whole(source: &Path, against: &[String]) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let lines = copy(source, folder.path());
    commit(folder.path());
    let ours = median(3, || drop(judge(folder.path())));
    let peak = megabytes(used(1, DRAFTGATE, folder.path(), CHECK).memory);
    println!(
        "{}: {:.1} kLOC in {ours:.2?}, {peak:.0} MB at most",
        source.display(),
        lines as f64 / 1e3
    );
    compare(ours, against, &folder.path().display().to_string(), 1);
}

/// Copies Python and Rust files flat; how many lines they have.
fn copy(from: &Path, to: &Path) -> usize {
    let (mut lines, mut left, mut number) = (0, vec![from.to_owned()], 0);
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_symlink() {
                continue;
            }
            let source = path
                .extension()
                .is_some_and(|end| end == "py" || end == "rs");
            if path.is_dir() {
                left.push(path);
            } else if source && let Ok(text) = std::fs::read_to_string(&path) {
                lines += text.lines().count();
                number += 1;
                let name = path.file_name().expect("a name").display().to_string();
                let place = to.join(format!("part{}", number / 200));
                std::fs::create_dir_all(&place).expect("a folder");
                std::fs::write(place.join(format!("f{number}_{name}")), text).expect("a file");
            }
        }
    }
    lines
}

/// One file, larger and larger: a thousand handlers hold a thousand findings.
fn growth() {
    for times in [250, 500, 1000, 2000, 4000] {
        let mut text = String::from("import os\nfrom flask import request\n\n");
        for at in 0..times {
            let _ = write!(
                text,
                "def f{at}(size):\n    name = request.args['n{at}']\n    for row in range(size):\n        if row > {at}:\n            \
                 name = name + str(row)\n    return os.system('ls ' + name)\n\n"
            );
        }
        let folder = repository(&[("app.py", &text)]);
        let taken = median(3, || drop(judge(folder.path())));
        println!("one file of {} kB: {taken:.2?}", text.len() / 1000);
    }
}

fn hostile() {
    let table: String = (0..60_000)
        .map(|at| format!("    'key_{at}': ('value {at}', {at}),\n"))
        .collect();
    let chain: String = (0..40_000)
        .map(|at| {
            format!(
                "v{at} = g(v{}, '{at}')\nif v{at}:\n    v{at} = h(v{at})\n",
                at / 2
            )
        })
        .collect();
    let files = [
        (
            "10,000 nested calls",
            format!("x = {}1{}\n", "f(".repeat(10_000), ")".repeat(10_000)),
        ),
        (
            "10,000 nested lists",
            format!("x = {}{}\n", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        (
            "2 MB of a generated table",
            format!("TABLE = {{\n{table}}}\n"),
        ),
        ("2 MB of generated statements", chain),
        (
            "2 MB of one text",
            format!("x = '{}'\n", "select ".repeat(300_000)),
        ),
        (
            "2 MB of one sum",
            format!("x = a{}\n", " + a".repeat(500_000)),
        ),
    ];
    for (name, text) in files {
        let folder = repository(&[("app.py", &text)]);
        let taken = median(1, || drop(judge(folder.path())));
        let peak = megabytes(used(1, DRAFTGATE, folder.path(), CHECK).memory);
        let report: serde_json::Value =
            serde_json::from_str(&judge(folder.path())).expect("a report");
        let told: Vec<&str> = report["ledger"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry["why"].as_str())
            .collect();
        println!(
            "{name}: {taken:.2?}, {peak:.0} MB; the ledger: {}",
            told.join("; ")
        );
    }
}
