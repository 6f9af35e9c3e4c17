//! What the gate costs, beside git on the same machine: `cargo bench --bench gate`.
//!
//! Ratios, not seconds: start-up with an empty change beside `git rev-parse HEAD`; a change of 1,000 files
//! and 50,000 lines beside `git diff --raw -M` and one reading of its blobs; the same change in a tree of
//! 50,000 files beside itself in a small one; peak memory beside the bytes of the changed blobs.
//!
//! In seconds, for what stands beside the tools of the project: the same change judged by a linter that says at
//! once what it has to say, without the time of that linter itself.
//!
//! `DRAFTGATE_ONLY=a,b` limits the run to these checks.
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

fn main() {
    let small = tempfile::tempdir().expect("a temporary directory");
    let large = tempfile::tempdir().expect("a temporary directory");
    make_repository(small.path(), 0);
    make_repository(large.path(), 49_000);

    let start = median(200, || draftgate(small.path(), "HEAD~1..HEAD"));
    let rev_parse = median(200, || {
        git(small.path(), &["rev-parse", "HEAD"], &[]);
    });
    report(
        "start-up, empty change / git rev-parse HEAD",
        start,
        rev_parse,
        3.0,
    );

    draftgate_hook(small.path(), &["hook", "install"]);
    let hook = small.path().join(".git/hooks/pre-push");
    let nothing = median(200, || run_hook(small.path(), &hook));
    report(
        "the installed hook with nothing to judge / git rev-parse HEAD",
        nothing,
        rev_parse,
        3.0,
    );

    let blobs = changed_blobs(small.path());
    let bytes = git(
        small.path(),
        &["cat-file", "--batch-check=%(objectsize)"],
        &blobs,
    )
    .lines()
    .filter_map(|size| size.parse::<u64>().ok())
    .sum::<u64>();
    let judged = median(15, || draftgate(small.path(), "before..after"));
    let read = median(15, || {
        git(
            small.path(),
            &["diff", "--raw", "-M", "before", "after"],
            &[],
        );
        git(small.path(), &["cat-file", "--batch"], &blobs);
    });
    report(
        "1,000 files, 50,000 lines / git diff --raw -M and blobs",
        judged,
        read,
        3.0,
    );

    let in_large = median(15, || draftgate(large.path(), "before..after"));
    report(
        "the same in a tree of 50,000 files / in a small one",
        in_large,
        judged,
        1.3,
    );

    beside_a_tool(small.path());

    let peak = used(1, DRAFTGATE, small.path(), &arguments("before..after")).memory;
    let allowed = 4 * bytes + 30 * 1024 * 1024;
    println!(
        "peak memory: {:.1} MB for {:.1} MB of changed blobs (at most {:.1} MB)",
        megabytes(peak),
        megabytes(bytes),
        megabytes(allowed)
    );
}

/// What draftgate adds to a linter that answers at once: with nothing found; with 2,000 findings at each side, base's
/// run included; and again, base's kept.
fn beside_a_tool(directory: &Path) {
    // Outside of the tree: no program of the tree is run.
    let environment = tempfile::tempdir().expect("a temporary directory");
    let head = with_a_linter(directory, environment.path());
    let cache = tempfile::tempdir().expect("a temporary directory");
    let judge = || {
        let output = Command::new(DRAFTGATE)
            .args([
                "check",
                "with-linter-before..with-linter-after",
                "--only",
                "lint",
            ])
            .current_dir(directory)
            .env("XDG_CACHE_HOME", cache.path())
            .env("VIRTUAL_ENV", environment.path())
            .output()
            .expect("draftgate starts");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    };
    let linter = environment.path().join("bin/ruff");
    let alone = |runs: u32| {
        let asked = median(15, || run(&linter, directory, &["--version"]));
        asked + runs * median(15, || run(&linter, directory, &["check"]))
    };
    let told = |what: &str, whole: Duration, tool: Duration| {
        let ours = whole.saturating_sub(tool);
        println!("{what}: {ours:.2?} beside the linter's {tool:.2?}");
    };
    let said = environment.path().join("said");
    std::fs::write(&said, "[]").expect("what it says");
    told(
        "a linter that finds nothing (at most 0.2 s)",
        median(15, judge),
        alone(1),
    );
    std::fs::write(&said, head).expect("what it says");
    let first = median(15, || {
        std::fs::remove_dir_all(cache.path().join("draftgate/tools")).unwrap_or_default();
        judge();
    });
    told("2,000 findings, base is run", first, alone(2));
    told("2,000 findings, base is kept", median(15, judge), alone(1));
}

/// The change again, in a repository that is configured for ruff, checked out, and one of our own in an environment;
/// what its 2,000 findings look like.
fn with_a_linter(directory: &Path, environment: &Path) -> String {
    let in_git = |arguments: &[&str]| drop(git(directory, arguments, &[]));
    let commit = |name: &str| {
        git(directory, &["commit", "-qm", name], &[]);
        git(directory, &["tag", name], &[]);
    };
    in_git(&["checkout", "-q", "--detach", "before"]);
    std::fs::write(directory.join("pyproject.toml"), "[tool.ruff]\n").expect("a configuration");
    in_git(&["add", "pyproject.toml"]);
    commit("with-linter-before");
    in_git(&["checkout", "-q", "after", "--", "src"]);
    commit("with-linter-after");
    let bin = environment.join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    let linter = "#!/bin/sh\ncase $1 in --version) echo ruff 0.17.5;; *) exec cat \"${0%/bin/ruff}/said\";; esac\n";
    std::fs::write(bin.join("ruff"), linter).expect("a linter");
    let made = Command::new("chmod")
        .arg("+x")
        .arg(bin.join("ruff"))
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    let findings: Vec<String> = (0..1000)
        .flat_map(|file| [10, 90].map(|line| (file, line)))
        .map(|(file, line)| {
            let ending = if file % 2 == 0 { "rs" } else { "py" };
            format!(
                r#"{{"filename":"src/part_{}/file_{file}.{ending}","message":"m","code":"X1","location":{{"row":{line},"column":1}},"severity":"error"}}"#,
                file / 50
            )
        })
        .collect();
    format!("[{}]", findings.join(","))
}

fn run(program: &Path, directory: &Path, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{output:?}");
}

fn report(what: &str, ours: Duration, theirs: Duration, most: f64) {
    println!(
        "{what}: {:.2}x ({ours:.2?} / {theirs:.2?}; at most {most}x)",
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

fn arguments(range: &str) -> Vec<String> {
    let mut arguments = vec!["check".to_owned(), range.to_owned()];
    for check in std::env::var("DRAFTGATE_ONLY")
        .unwrap_or_default()
        .split(',')
    {
        if !check.is_empty() {
            arguments.extend(["--only".to_owned(), check.to_owned()]);
        }
    }
    arguments
}

fn draftgate(directory: &Path, range: &str) {
    let output = Command::new(DRAFTGATE)
        .args(arguments(range))
        .current_dir(directory)
        .output()
        .expect("draftgate starts");
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 3)), "{output:?}");
}

fn draftgate_hook(directory: &Path, arguments: &[&str]) {
    let output = Command::new(DRAFTGATE)
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("draftgate starts");
    assert!(output.status.success(), "{output:?}");
}

/// The hook as git runs it for a push that is up to date: nothing on standard input.
fn run_hook(directory: &Path, hook: &Path) {
    run(hook, directory, &["origin", "../remote.git"]);
}

/// Object ids of both sides of the change, a line each.
fn changed_blobs(directory: &Path) -> Vec<u8> {
    git(
        directory,
        &["diff", "--raw", "--no-abbrev", "before", "after"],
        &[],
    )
    .lines()
    .flat_map(|line| line.split(' ').skip(2).take(2))
    .filter(|id| id.bytes().any(|byte| byte != b'0'))
    .fold(String::new(), |ids, id| ids + id + "\n")
    .into_bytes()
}

/// A repository with the tags `before` and `after`, 1,000 files and 50,000 lines apart, and an empty commit
/// on top; `others` files lie beside them, untouched.
fn make_repository(directory: &Path, others: usize) {
    let mut stream = String::from("blob\nmark :1\ndata 6\nother\n\n");
    let commit = |stream: &mut String, mark: usize, message: &str| {
        let _ = write!(
            stream,
            "commit refs/heads/main\nmark :{mark}\ncommitter A <a@example.com> {} +0000\ndata {}\n{message}\n",
            1_700_000_000 + mark,
            message.len()
        );
    };
    commit(&mut stream, 2, "before");
    for other in 0..others {
        let _ = writeln!(stream, "M 100644 :1 other/{}/{other}.txt", other / 100);
    }
    for file in 0..1000 {
        inline(&mut stream, file, 0);
    }
    stream.push_str("\ntag before\nfrom :2\ntagger A <a@example.com> 1700000000 +0000\ndata 0\n\n");
    commit(&mut stream, 3, "after");
    for file in 0..1000 {
        inline(&mut stream, file, 50);
    }
    stream.push_str("\ntag after\nfrom :3\ntagger A <a@example.com> 1700000000 +0000\ndata 0\n\n");
    commit(&mut stream, 4, "empty");
    stream.push('\n');
    git(directory, &["init", "-q", "-b", "main"], &[]);
    git(directory, &["fast-import", "--quiet"], stream.as_bytes());
    git(directory, &["reset", "-q", "--hard", "main"], &[]);
}

/// One file of 100 short functions, of which `changed` have another body.
fn inline(stream: &mut String, file: usize, changed: usize) {
    let mut text = String::new();
    let rust = file.is_multiple_of(2);
    for line in 0..100 {
        let value = if line < changed { line + 1000 } else { line };
        let _ = if rust {
            writeln!(
                text,
                "pub fn step_{line}(x: u64) -> u64 {{ x * {value} + {file} }}"
            )
        } else {
            writeln!(text, "step_{line} = lambda x: x * {value} + {file}")
        };
    }
    let ending = if rust { "rs" } else { "py" };
    let _ = write!(
        stream,
        "M 100644 inline src/part_{}/file_{file}.{ending}\ndata {}\n{text}\n",
        file / 50,
        text.len()
    );
}
