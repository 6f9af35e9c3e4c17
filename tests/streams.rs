//! What cannot be told is no verdict: standard output and error that do not take what is written.

use std::fs::File;
use std::process::{Command, Stdio};

use crate::repository::Repo;

fn honest() -> Repo {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    repo
}

/// The exit code and standard error of a run whose standard output is this.
fn run(repo: &Repo, arguments: &[&str], stdout: Stdio) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(arguments)
        .current_dir(&repo.path)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), stderr)
}

fn full() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// A pipe whose reader has gone.
fn broken() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn a_report_that_standard_output_does_not_take_is_no_verdict() {
    let repo = honest();
    for format in ["text", "json", "sarif"] {
        for stdout in [full(), broken()] {
            let (code, stderr) = run(&repo, &["HEAD~1..HEAD", "--report", format], stdout);
            assert_eq!(code, Some(2), "{format}: {stderr}");
            assert!(
                stderr.contains("standard output cannot be written"),
                "{stderr}"
            );
        }
    }
    for arguments in [
        &["rules", "list"] as &[&str],
        &["policy"],
        &["completions", "bash"],
    ] {
        let (code, stderr) = run(&repo, arguments, full());
        assert_eq!(code, Some(2), "{arguments:?}: {stderr}");
    }
    // Whoever throws it away has the exit code.
    let (code, stderr) = run(&repo, &["HEAD~1..HEAD"], Stdio::null());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[test]
fn an_agent_that_cannot_be_told_is_not_let_go() {
    let repo = honest();
    repo.branch("topic");
    repo.commit_file("app.py", "x = 1  # \u{202e}nimda\n");
    let status = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["hook", "agent", "claude-code"])
        .current_dir(&repo.path)
        .stdin(Stdio::null())
        .stdout(full())
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}
