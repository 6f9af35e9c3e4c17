//! The action under `act`, which runs a workflow as the runner does, here without a container.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::ci::{BETTER, HIDDEN, PullRequest, pull_request_on};
use crate::installed::{python, sh_with};
use crate::repository::Repo;

const WORKFLOW: &str = r#"
on: [pull_request, merge_group, push]
jobs:
  draftgate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - id: gate
        uses: ./draftgate-action
      - if: always()
        env:
          VERDICT: ${{ steps.gate.outputs.verdict }}
          OUTCOME: ${{ steps.gate.outcome }}
          FINDINGS: ${{ steps.gate.outputs.findings }}
        run: echo "told $OUTCOME $VERDICT $FINDINGS"
"#;

/// A repository with the action and a workflow in it.
fn repository() -> Repo {
    let repo = Repo::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in ["action.yml", "action/run.sh", "action/releases.txt"] {
        let to = repo.path.join("draftgate-action").join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root.join(file), to).unwrap();
    }
    repo.write(".github/workflows/gate.yml", WORKFLOW);
    repo.commit("the action");
    repo
}

/// Runs the workflow of a clone for an event; its log.
fn act(clone: &Repo, home: &Path, name: &str, event: &Value) -> (bool, String) {
    let file = home.join("event.json");
    std::fs::write(&file, event.to_string()).unwrap();
    let line = format!(
        "exec {} {name} -P ubuntu-latest=-self-hosted -W .github/workflows/gate.yml -e {} --env DRAFTGATE_BIN={}",
        python("act").display(),
        file.display(),
        env!("CARGO_BIN_EXE_draftgate")
    );
    let home = home.to_str().unwrap();
    let variables = [
        ("HOME", home),
        ("XDG_CACHE_HOME", home),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ];
    let output: Output = sh_with(&clone.path, &line, &variables);
    let log =
        String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned();
    (output.status.success(), log)
}

#[track_caller]
fn told(request: &PullRequest, clone: &Repo, name: &str, event: &Value, words: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let (_, log) = act(clone, home.path(), name, event);
    assert!(
        log.contains(&format!("told {words}")),
        "{name}: wanted {words}\n{log}"
    );
    assert!(!request.repo.beside("pwned").exists());
    log
}

fn merge_group(request: &PullRequest) -> Value {
    json!({ "merge_group": { "base_sha": request.base, "head_sha": request.merge, "head_ref": "refs/heads/gh-readonly-queue/main/x" }, "repository": { "default_branch": "main" } })
}

fn push(request: &PullRequest) -> Value {
    json!({ "ref": "refs/heads/main", "before": request.base, "after": request.merge, "forced": false, "commits": [], "repository": { "default_branch": "main" } })
}

#[test]
fn ready_on_all_three_events() {
    let request = pull_request_on(repository(), "app.py", BETTER);
    told(
        &request,
        &request.repo,
        "pull_request",
        &request.event(),
        "success ready 0",
    );
    told(
        &request,
        &request.repo,
        "merge_group",
        &merge_group(&request),
        "success ready 0",
    );
    told(
        &request,
        &request.repo,
        "push",
        &push(&request),
        "success ready 0",
    );
}

#[test]
fn blocked_on_all_three_events() {
    let request = pull_request_on(repository(), "app.py", HIDDEN);
    let log = told(
        &request,
        &request.repo,
        "pull_request",
        &request.event(),
        "failure blocked 1",
    );
    assert!(log.contains("bidi-control"), "{log}");
    told(
        &request,
        &request.repo,
        "merge_group",
        &merge_group(&request),
        "failure blocked 1",
    );
    told(
        &request,
        &request.repo,
        "push",
        &push(&request),
        "failure blocked 1",
    );
}

#[test]
fn what_needs_a_human_passes_and_says_so() {
    let request = pull_request_on(repository(), "tool.exe", b"MZ\0\0\0\x01\x02");
    told(
        &request,
        &request.repo,
        "pull_request",
        &request.event(),
        "success needs-human",
    );
}

#[test]
fn what_cannot_be_judged_fails() {
    let repo = repository();
    repo.commit_file("draftgate.toml", "schema = 1\n[gaet]\n");
    let request = pull_request_on(repo, "app.py", BETTER);
    let log = told(
        &request,
        &request.repo,
        "pull_request",
        &request.event(),
        "failure could-not-judge",
    );
    assert!(log.contains("draftgate.toml:2"), "{log}");
}

#[test]
fn a_shallow_checkout_is_deepened() {
    let request = pull_request_on(repository(), "app.py", HIDDEN);
    let clone = request.checkout("refs/pull/7/merge", &["--depth=1"]);
    told(
        &request,
        &clone,
        "pull_request",
        &request.event(),
        "failure blocked 1",
    );
}

#[test]
fn hostile_names_stay_names() {
    let name = "::set-output name=verdict::ready$(touch ..$IFS'pwned')`touch pwned`.py";
    let request = pull_request_on(repository(), &name.replace('/', ""), HIDDEN);
    let mut event = request.event();
    event["pull_request"]["head"]["ref"] = "\"; touch pwned; #".into();
    event["pull_request"]["title"] = "${{ secrets.X }}::error::x".into();
    let log = told(
        &request,
        &request.repo,
        "pull_request",
        &event,
        "failure blocked 1",
    );
    assert!(!log.contains("name=verdict::ready\n::"), "{log}");
    assert!(!request.repo.path.join("pwned").exists());
}

/// Runs the entry point itself.
fn run_sh(clone: &Repo, home: &Path, variables: &[(&str, &str)]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("action/run.sh");
    let outputs = home.join("outputs");
    let fixed = [
        ("GITHUB_OUTPUT", outputs.to_str().unwrap()),
        ("RUNNER_TEMP", home.to_str().unwrap()),
    ];
    sh_with(
        &clone.path,
        &format!("exec {}", script.display()),
        &[&fixed[..], variables].concat(),
    )
}

#[test]
fn without_a_binary_there_is_no_verdict_and_no_pass() {
    let repo = Repo::new();
    let home = tempfile::tempdir().unwrap();
    let output = run_sh(
        &repo,
        home.path(),
        &[("DRAFTGATE_BIN", "/nowhere/draftgate")],
    );
    assert_eq!(output.status.code(), Some(2));
    let outputs = std::fs::read_to_string(home.path().join("outputs")).unwrap();
    assert_eq!(outputs, "verdict=could-not-judge\n");
    let output = run_sh(&repo, home.path(), &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(output.status.code(), Some(2));
    let log = String::from_utf8(output.stdout).unwrap();
    assert!(log.contains("no cargo to build it"), "{log}");
}

#[test]
fn inputs_reach_draftgate_as_they_are() {
    let request = pull_request_on(repository(), "tool.exe", b"MZ\0\0\0\x01\x02");
    let home = tempfile::tempdir().unwrap();
    let event = home.path().join("event.json");
    std::fs::write(&event, request.event().to_string()).unwrap();
    let json = home.path().join("a report.json");
    let output = run_sh(
        &request.repo,
        home.path(),
        &[
            ("DRAFTGATE_BIN", env!("CARGO_BIN_EXE_draftgate")),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("DRAFTGATE_FAIL_ON", "needs-human"),
            ("DRAFTGATE_JSON_FILE", json.to_str().unwrap()),
            ("DRAFTGATE_SUMMARY", "false"),
        ],
    );
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    assert_eq!(report["verdict"], "needs-human");
}
