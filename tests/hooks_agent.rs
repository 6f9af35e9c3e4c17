//! The hook of coding agents: what each is answered, and that none is held in a loop.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::cli::draftgate;
use crate::repository::Repo;

const HIDDEN: &str = "def check(user):\n    return user  # \u{202e}nimda\n";

/// `main`, and a branch with a bidirectional control in it.
fn bad() -> Repo {
    let repo = Repo::new();
    repo.commit_file("app.py", "def check(user):\n    return user\n");
    repo.branch("topic");
    repo.commit_file("app.py", HIDDEN);
    repo
}

/// Asks the hook, with an event on standard input.
#[expect(
    clippy::disallowed_methods,
    reason = "the test runs what an agent would"
)]
fn ask(repo: &Repo, agent: &str, event: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["hook", "agent", agent])
        .current_dir(&repo.path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(event.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn event(session: &str, active: bool) -> String {
    format!(
        "{{\"session_id\":\"{session}\",\"hook_event_name\":\"Stop\",\"stop_hook_active\":{active}}}"
    )
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn each_agent_is_sent_back_in_its_own_way() {
    let repo = bad();
    for agent in ["claude-code", "gemini-cli"] {
        let output = ask(&repo, agent, &event("one", false));
        assert_eq!(output.status.code(), Some(2), "{agent}");
        assert_eq!(stdout(&output), "", "{agent}");
        let report = stderr(&output);
        assert!(
            report.contains("bidi-control") && report.len() <= 4096,
            "{report}"
        );
    }
    let output = ask(&repo, "codex", &event("one", false));
    assert_eq!(output.status.code(), Some(0));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["decision"], "block");
    assert!(answer["reason"].as_str().unwrap().contains("bidi-control"));
    let output = ask(
        &repo,
        "cursor",
        "{\"conversation_id\":\"c\",\"loop_count\":0}",
    );
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        answer["followup_message"]
            .as_str()
            .unwrap()
            .contains("bidi-control")
    );
}

#[test]
fn a_clean_change_and_no_change_end_the_turn() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    for _ in 0..2 {
        for (agent, said) in [
            ("claude-code", ""),
            ("codex", ""),
            ("gemini-cli", ""),
            ("cursor", "{}\n"),
        ] {
            let output = ask(&repo, agent, &event("one", false));
            assert_eq!(
                output.status.code(),
                Some(0),
                "{agent}: {}",
                stderr(&output)
            );
            assert_eq!(stdout(&output), said, "{agent}");
        }
        repo.write("app.py", "x = 2\n");
    }
}

#[test]
fn the_same_findings_twice_let_the_agent_go_loudly() {
    let repo = bad();
    assert_eq!(
        ask(&repo, "claude-code", &event("one", false))
            .status
            .code(),
        Some(2)
    );
    let output = ask(&repo, "claude-code", &event("one", true));
    assert_eq!(output.status.code(), Some(0));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = answer["systemMessage"].as_str().unwrap();
    assert!(
        said.contains("NOT RESOLVED") && said.contains("unchanged"),
        "{said}"
    );
    // Another session begins anew.
    assert_eq!(
        ask(&repo, "claude-code", &event("two", false))
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn an_agent_that_keeps_changing_things_is_sent_back_three_times() {
    let repo = bad();
    for round in 0..3 {
        let output = ask(&repo, "claude-code", &event("one", round > 0));
        assert_eq!(output.status.code(), Some(2), "round {round}");
        repo.write(format!("more_{round}.py"), HIDDEN);
    }
    let output = ask(&repo, "claude-code", &event("one", true));
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("3 times"), "{}", stdout(&output));
}

#[test]
fn a_repair_is_seen_and_forgets_what_was_before() {
    let repo = bad();
    assert_eq!(
        ask(&repo, "claude-code", &event("one", false))
            .status
            .code(),
        Some(2)
    );
    repo.write("app.py", "def check(user):\n    return user.name\n");
    assert_eq!(
        ask(&repo, "claude-code", &event("one", true)).status.code(),
        Some(0)
    );
    repo.write("app.py", HIDDEN);
    assert_eq!(
        ask(&repo, "claude-code", &event("one", false))
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn what_is_no_event_is_an_error_and_no_pass() {
    let repo = bad();
    let output = ask(&repo, "claude-code", "no json");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("no JSON object"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn settings_are_written_once_and_never_over_others() {
    let repo = bad();
    for (agent, path) in [
        ("claude-code", ".claude/settings.json"),
        ("codex", ".codex/hooks.json"),
        ("gemini-cli", ".gemini/settings.json"),
        ("cursor", ".cursor/hooks.json"),
    ] {
        let file = repo.path.join(path);
        let run = |what: &str| draftgate(&repo.path, &["hook", what, "--agent", agent]);
        assert_eq!(run("install").status.code(), Some(0));
        let settings: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert!(
            settings
                .to_string()
                .contains(&format!("draftgate hook agent {agent}"))
        );
        assert_eq!(run("install").status.code(), Some(0));
        assert_eq!(run("uninstall").status.code(), Some(0));
        assert!(!file.exists());
        std::fs::write(&file, "{\"mine\": 1}\n").unwrap();
        let refused = run("install");
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            stderr(&refused).contains("draftgate hook agent"),
            "{}",
            stderr(&refused)
        );
        assert_eq!(run("uninstall").status.code(), Some(2));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"mine\": 1}\n");
    }
}
