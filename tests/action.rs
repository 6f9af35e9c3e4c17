//! The action under `act`, which runs a workflow as the runner does, here without a container.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::ci::{BETTER, HIDDEN, PullRequest, pull_request_on};
use crate::https::Server;
use crate::repository::Repo;
use crate::toolbox::{program, python, sh_with};

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
        "failure blocked 2",
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

/// A copy of the action with other files beside its script: the pinned releases, what cargo builds.
fn action_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    program(
        &home.path().join("action/run.sh"),
        include_str!("../action/run.sh"),
    );
    for (path, text) in files {
        let to = home.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, text).unwrap();
    }
    home
}

/// Runs the entry point of a copy with nothing but the system's programs, and more, on the path.
fn run_copy(action: &Path, directory: &Path, more: &str, variables: &[(&str, &str)]) -> Output {
    let path = format!("{more}/usr/bin:/bin");
    let temporary = action.join("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    let fixed = [
        ("PATH", path.as_str()),
        ("RUNNER_TEMP", temporary.to_str().unwrap()),
        ("GITHUB_OUTPUT", "/dev/null"),
    ];
    sh_with(
        directory,
        &format!("exec {}", action.join("action/run.sh").display()),
        &[&fixed[..], variables].concat(),
    )
}

/// The name that releases have for this machine.
fn machine() -> String {
    let system = match std::env::consts::OS {
        "macos" => "apple-darwin",
        _ => "unknown-linux-musl",
    };
    format!("{}-{system}", std::env::consts::ARCH)
}

#[test]
fn a_pinned_release_is_downloaded_and_held_to_its_sha256() {
    let served = tempfile::tempdir().unwrap();
    for owner in ["whole", "cut"] {
        let folder = format!("{owner}/draftgate/releases/download/v0.1.0");
        crate::toolbox::sh(
            served.path(),
            &format!(
                "mkdir -p {folder} && printf '#!/bin/sh\\necho told \"$@\"\\n' > draftgate && chmod +x draftgate && \
                 tar -czf {folder}/draftgate-0.1.0-{}.tar.gz draftgate",
                machine()
            ),
        );
    }
    let server = Server::of(served.path());
    let archive = format!(
        "whole/draftgate/releases/download/v0.1.0/draftgate-0.1.0-{}.tar.gz",
        machine()
    );
    let digest = draftgate::text::digest(&std::fs::read(served.path().join(archive)).unwrap());
    let wrong = "0".repeat(64);
    let certificate = served.path().join("certificate");
    let nowhere = tempfile::tempdir().unwrap();
    for (owner, sum, code, words) in [
        ("whole", &digest, 0, "told ci -C ."),
        ("whole", &wrong, 2, "is not the one whose sha256 is pinned"),
        ("cut", &digest, 2, "cannot download draftgate 0.1.0"),
        ("absent", &digest, 2, "cannot download draftgate 0.1.0"),
    ] {
        let pins = format!(
            "# pins\n0.1.0 other-machine {wrong}\n0.1.0 {} {sum}\n",
            machine()
        );
        let action = action_with(&[("action/releases.txt", &pins)]);
        let output = run_copy(
            action.path(),
            nowhere.path(),
            "",
            &[
                ("GITHUB_SERVER_URL", server.url.as_str()),
                ("GITHUB_ACTION_REPOSITORY", &format!("{owner}/draftgate")),
                ("CURL_CA_BUNDLE", certificate.to_str().unwrap()),
            ],
        );
        let log = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{owner}: {output:?}");
        assert!(log.contains(words), "{owner}: {log}");
        assert_eq!(log.contains("told"), code == 0, "{owner}: {log}");
    }
}

#[test]
fn without_a_release_cargo_builds_the_action_and_heeds_nothing_of_the_change() {
    const MAIN: &str = "fn main() {\n    let words: Vec<String> = std::env::args().skip(1).collect();\n    println!(\"built {}\", words.join(\" \"));\n}\n";
    let manifest = "[package]\nname = \"draftgate\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let action = action_with(&[
        ("action/releases.txt", "# none\n"),
        ("Cargo.toml", manifest),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"draftgate\"\nversion = \"0.1.0\"\n",
        ),
        ("src/main.rs", MAIN),
    ]);
    let change = tempfile::tempdir().unwrap();
    let here = change.path().display();
    for (path, text) in [
        (
            ".cargo/config.toml",
            format!("[build]\nrustc-wrapper = \"{here}/wrapper\"\n"),
        ),
        (
            "rust-toolchain.toml",
            "[toolchain]\npath = \"/nowhere\"\n".to_owned(),
        ),
        (
            "wrapper",
            format!("#!/bin/sh\ntouch {here}/pwned\nexec \"$@\"\n"),
        ),
    ] {
        let to = change.path().join(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, text).unwrap();
    }
    crate::toolbox::sh(change.path(), "chmod +x wrapper");
    let cargo = Path::new(env!("CARGO")).parent().unwrap();
    let output = run_copy(
        action.path(),
        change.path(),
        &format!("{}:", cargo.display()),
        &[("DRAFTGATE_FAIL_ON", "needs-human")],
    );
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    assert!(log.contains("built ci --fail-on=needs-human -C ."), "{log}");
    assert!(!change.path().join("pwned").exists());
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
