//! The binary as a user meets it: exit codes, where reports go, and whose policy holds.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::repository::Repo;

/// Runs the binary in a directory.
pub(crate) fn draftgate(directory: &Path, arguments: &[&str]) -> Output {
    draftgate_with(directory, arguments, b"", &[])
}

/// Runs the binary in a directory, with bytes on standard input and these variables.
#[expect(clippy::disallowed_methods, reason = "the test runs what a user would")]
fn draftgate_with(
    directory: &Path,
    arguments: &[&str],
    input: &[u8],
    variables: &[(&str, &str)],
) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What a run says on standard output, and its exit code.
#[track_caller]
fn ends(repo: &Repo, arguments: &[&str], code: i32) -> String {
    let output = draftgate(&repo.path, arguments);
    let text = stdout(&output) + &stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

fn json(repo: &Repo, arguments: &[&str]) -> serde_json::Value {
    let output = draftgate(&repo.path, &[arguments, &["--report", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

const HIDDEN: &str = "def check(user):\n    return user  # \u{202e}nimda\n";

/// `main` with one file, `topic` with a bidirectional control in it.
fn with_hidden_text() -> Repo {
    let repo = Repo::new();
    repo.commit_file("app.py", "def check(user):\n    return user\n");
    repo.branch("topic");
    repo.commit_file("app.py", HIDDEN);
    repo
}

#[test]
fn a_finding_that_blocks_ends_with_1_and_names_the_place() {
    let repo = with_hidden_text();
    let text = ends(&repo, &["check", "main..topic"], 1);
    assert!(text.starts_with("blocked"), "{text}");
    assert!(text.contains("app.py:2:"), "{text}");
    assert!(text.contains("bidi-control"), "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_clean_change_ends_with_0() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    let text = ends(&repo, &["HEAD~1..HEAD"], 0);
    assert!(text.starts_with("ready"), "{text}");
}

#[test]
fn needs_human_ends_with_3_unless_only_blocked_fails_the_job() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("tool.exe", b"MZ\0\0\0\x01\x02");
    ends(&repo, &["HEAD~1..HEAD"], 3);
    ends(&repo, &["HEAD~1..HEAD", "--fail-on", "needs-human"], 3);
    let text = ends(&repo, &["HEAD~1..HEAD", "--fail-on", "blocked"], 0);
    assert!(text.starts_with("needs a human"), "{text}");
}

#[test]
fn what_cannot_be_judged_ends_with_2_and_says_what_mends_it() {
    let repo = with_hidden_text();
    let outside = tempfile::tempdir().unwrap();
    let output = draftgate(outside.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    for (arguments, words) in [
        (&["check", "topic..topic"] as &[&str], "same commit"),
        (&["check", "nowhere..topic"], "no commit `nowhere`"),
        (&["check", "--only", "secret"], "secrets"),
        (
            &["check", "main..topic", "--skip", "hidden-text"],
            "the policy requires",
        ),
        (&["check", "main..topic", "--report", "yaml"], "json"),
        (&["check", "--no-such-option"], "--no-such-option"),
        (&["replay", "app.py"], "no trace"),
    ] {
        let text = ends(&repo, arguments, 2);
        assert!(text.contains(words), "{arguments:?}: {text}");
    }
}

#[test]
fn the_json_report_tells_why_nothing_was_judged() {
    let repo = with_hidden_text();
    let report = json(&repo, &["check", "topic..topic"]);
    assert_eq!(report["verdict"], "could-not-judge");
    assert!(
        report["reasons"][0]
            .as_str()
            .unwrap()
            .contains("same commit")
    );
}

#[test]
fn a_policy_that_is_wrong_ends_with_2_and_names_the_line_and_the_nearest_key() {
    let repo = Repo::new();
    repo.write(
        "draftgate.toml",
        "schema = 1\n\n[gate]\nrequierd = [\"secrets\"]\n",
    );
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    let text = ends(&repo, &["HEAD~1..HEAD"], 2);
    assert!(text.contains("draftgate.toml:4:1"), "{text}");
    assert!(text.contains("`required`"), "{text}");
}

#[test]
fn a_change_cannot_edit_its_own_judge() {
    let repo = with_hidden_text();
    repo.write(
        "draftgate.toml",
        "schema = 1\n\n[gate]\ndisabled = [\"hidden-text\"]\n",
    );
    repo.commit("Be quick");
    let text = ends(&repo, &["check", "main..topic"], 1);
    assert!(text.contains("bidi-control"), "{text}");
    // Tried on request, and said.
    let text = ends(
        &repo,
        &[
            "check",
            "main..topic",
            "--policy-from",
            "worktree",
            "--only",
            "hidden-text",
        ],
        0,
    );
    assert!(text.contains("--policy-from worktree"), "{text}");
}

#[test]
fn a_ref_that_the_change_cannot_move_may_hold_the_policy() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.branch("policy");
    repo.commit_file(
        "draftgate.toml",
        "schema = 1\n[gate]\ndisabled = [\"hidden-text\"]\n",
    );
    repo.checkout("main");
    repo.branch("topic");
    repo.commit_file("app.py", HIDDEN);
    ends(&repo, &["check", "main..topic"], 1);
    ends(
        &repo,
        &[
            "check",
            "main..topic",
            "--policy-ref",
            "policy",
            "--only",
            "hidden-text",
        ],
        0,
    );
}

#[test]
fn a_waiver_counts_once_it_is_on_the_base() {
    let repo = with_hidden_text();
    let report = json(&repo, &["check", "main..topic"]);
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    let waiver = format!(
        "schema = 1\n[[waivers]]\nfingerprint = \"{fingerprint}\"\nrule = \"bidi-control\"\n\
         reason = \"the test of the renderer\"\napproved-by = \"ada\"\n"
    );
    repo.commit_file("draftgate.toml", &waiver);
    ends(&repo, &["check", "main..topic"], 1);
    repo.checkout("main");
    repo.commit_file("draftgate.toml", &waiver);
    let report = json(&repo, &["check", "main..topic", "--only", "hidden-text"]);
    assert_eq!(report["verdict"], "ready", "{report}");
    assert_eq!(report["findings"][0]["waiver"]["approved_by"], "ada");
}

#[test]
fn a_patch_on_standard_input_is_judged_on_the_base() {
    let repo = with_hidden_text();
    let patch = repo.git(&["diff", "main", "topic"]) + "\n";
    repo.checkout("main");
    let output = draftgate_with(
        &repo.path,
        &["check", "--patch", "-"],
        patch.as_bytes(),
        &[],
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(stdout(&output).contains("app.py:2:"), "{output:?}");
    let output = draftgate_with(&repo.path, &["check", "--patch", "-"], b"not a patch", &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn the_working_state_is_judged_untracked_files_included() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.branch("topic");
    repo.write("new.py", HIDDEN);
    for arguments in [&[] as &[&str], &["check", "--worktree"]] {
        let text = ends(&repo, arguments, 1);
        assert!(text.contains("new.py:2:"), "{text}");
    }
    let text = ends(&repo, &["check", "--staged"], 2);
    assert!(text.contains("nothing"), "{text}");
    repo.git(&["add", "-A"]);
    ends(&repo, &["check", "--staged"], 1);
}

#[test]
fn the_same_change_gives_the_same_bytes_whatever_runs_at_once_and_from_wherever() {
    let repo = with_hidden_text();
    repo.commit_file("deep/er/other.py", HIDDEN);
    let report = |directory: &Path, more: &[&str]| {
        let arguments = [&["check", "main..topic", "--report", "json"], more].concat();
        stdout(&draftgate(directory, &arguments))
    };
    let first = report(&repo.path, &["--jobs", "1"]);
    assert!(first.contains("bidi-control"));
    assert_eq!(first, report(&repo.path, &["--jobs", "8"]));
    assert_eq!(first, report(&repo.path.join("deep/er"), &[]));
    assert_eq!(
        first,
        report(Path::new("/"), &["-C", repo.path.to_str().unwrap()])
    );
}

#[test]
fn a_replay_makes_the_same_reports_without_the_repository() {
    let repo = with_hidden_text();
    let elsewhere = tempfile::tempdir().unwrap();
    let trace = elsewhere.path().join("trace.json");
    let trace = trace.to_str().unwrap();
    let run = draftgate(&repo.path, &["check", "main..topic", "--trace", trace]);
    let again = draftgate(elsewhere.path(), &["replay", trace]);
    assert_eq!(stdout(&run), stdout(&again));
    assert_eq!(run.status.code(), again.status.code());
    let report = json(&repo, &["check", "main..topic"]);
    let again = draftgate(elsewhere.path(), &["replay", trace, "--report", "json"]);
    assert_eq!(
        report,
        serde_json::from_slice::<serde_json::Value>(&again.stdout).unwrap()
    );
}

#[test]
fn the_command_of_a_finding_shows_it_again() {
    let repo = with_hidden_text();
    let report = json(&repo, &["check", "main..topic"]);
    let finding = &report["findings"][0];
    let command = finding["reproduce"].as_str().unwrap();
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let again = json(&repo, &arguments);
    assert_eq!(again["findings"][0], *finding);
}

#[test]
fn quiet_is_the_verdict_and_a_line_for_each_finding() {
    let repo = with_hidden_text();
    let text = ends(&repo, &["check", "main..topic", "--quiet"], 1);
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn a_policy_can_be_printed_and_the_print_is_a_policy() {
    let repo = with_hidden_text();
    let printed = ends(&repo, &["policy"], 0);
    repo.write("draftgate.toml", &printed);
    ends(&repo, &["policy", "--policy-from", "worktree"], 0);
    let text = ends(&repo, &["init"], 2);
    assert!(text.contains("--force"), "{text}");
    ends(&repo, &["init", "--force"], 0);
    ends(&repo, &["policy", "--policy-from", "worktree"], 0);
}

#[test]
fn help_is_short_and_long_and_goes_to_standard_output() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (short, long) = (draftgate(here, &["-h"]), draftgate(here, &["--help"]));
    assert_eq!(
        (short.status.code(), long.status.code()),
        (Some(0), Some(0))
    );
    assert!(stdout(&long).len() > stdout(&short).len());
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = draftgate(here, &["completions", shell]);
        assert!(stdout(&script).contains("policy-ref"), "{shell}");
    }
}

#[test]
fn the_examples_of_the_built_in_rules_are_run_wherever_the_command_is_given() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = draftgate(here, &["rules", "test"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(stdout(&output).starts_with("ok: "), "{output:?}");
}

#[test]
fn a_run_that_takes_too_long_is_not_judged_and_names_what_was_running() {
    let repo = Repo::new();
    repo.write(
        "draftgate.toml",
        "[gate]\ntime-limit = \"1s\"\n[tools.slow]\ncheck = \"lint\"\n\
         command = [\"sleep\", \"600\"]\noutput = \"exit-code\"\n",
    );
    repo.commit_file("a.txt", "a\n");
    repo.commit_file("a.txt", "b\n");
    let text = ends(&repo, &["HEAD~1..HEAD"], 2);
    let why =
        "the time of the run was over (1s, gate.time-limit of the policy) while this ran: lint";
    assert!(
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(why),
        "{text}"
    );
}

#[test]
fn a_check_that_is_asked_for_by_name_and_cannot_look_is_no_pass() {
    let repo = Repo::new();
    let manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    repo.write("Cargo.toml", manifest);
    repo.commit_file("src/lib.rs", "pub fn f() -> u8 {\n    1\n}\n");
    repo.branch("topic");
    repo.commit_file("src/lib.rs", "pub fn f() -> u8 {\n    2\n}\n");
    let text = ends(&repo, &["check", "main..topic"], 0);
    assert!(text.contains("cargo-check is not run unasked"), "{text}");
    let text = ends(&repo, &["check", "main..topic", "--only", "types"], 3);
    assert!(
        text.contains("required check types could not look"),
        "{text}"
    );
}

#[test]
fn a_tool_that_base_configures_and_nobody_installed_is_named_first() {
    let repo = Repo::new();
    repo.write("pyproject.toml", "[tool.ruff]\n[tool.mypy]\n");
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    let run = || {
        let nothing_installed = [("PATH", "/usr/bin:/bin"), ("VIRTUAL_ENV", "")];
        let output = draftgate_with(&repo.path, &["HEAD~1..HEAD"], b"", &nothing_installed);
        (output.status.code(), stdout(&output))
    };
    let (code, text) = run();
    let first = "ready, but 3 of the 6 floor checks did not run: types, lint, coverage\n";
    assert!(text.starts_with(first), "{text}");
    assert!(
        text.contains("lint: ruff is not installed: `pip install ruff`"),
        "{text}"
    );
    assert!(
        text.contains("types: mypy is not installed: `pip install mypy`"),
        "{text}"
    );
    assert_eq!(code, Some(0), "{text}");
    repo.write(
        "draftgate.toml",
        "schema = 1\n[gate]\nrequired = [\"types\", \"lint\"]\n",
    );
    repo.commit("the policy asks for them");
    repo.commit_file("app.py", "x = 3\n");
    let (code, text) = run();
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("required check types is broken"), "{text}");
}
