//! `draftgate ci` under every event: base and head, missing history, and what the runner is told.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::repository::Repo;

pub(crate) const CLEAN: &str = "def check(user):\n    return user\n";
pub(crate) const BETTER: &str = "def check(user):\n    return user.name\n";
pub(crate) const HIDDEN: &str = "def check(user):\n    return user  # \u{202e}nimda\n";
pub(crate) const ZEROS: &str = "0000000000000000000000000000000000000000";

/// A run of `draftgate ci`: how it ended, what the log, the outputs and the summary hold.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) log: String,
    pub(crate) outputs: String,
    pub(crate) summary: String,
}

impl Ran {
    /// The value of an output.
    pub(crate) fn output(&self, name: &str) -> String {
        let start = format!("{name}<<");
        let mut lines = self
            .outputs
            .lines()
            .skip_while(|line| !line.starts_with(&start));
        let delimiter = lines.next().expect(name)[start.len()..].to_owned();
        let value: Vec<&str> = lines.take_while(|line| *line != delimiter).collect();
        value.join("\n")
    }
}

/// Runs the entry point as the runner does.
#[expect(
    clippy::disallowed_methods,
    reason = "the test runs what the action would"
)]
pub(crate) fn ci(repo: &Repo, name: &str, event: &Value, arguments: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str| -> PathBuf { home.path().join(name) };
    std::fs::write(file("event.json"), event.to_string()).unwrap();
    let output: Output = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .arg("ci")
        .args(arguments)
        .current_dir(&repo.path)
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", file("event.json"))
        .env("GITHUB_OUTPUT", file("outputs"))
        .env("GITHUB_STEP_SUMMARY", file("summary"))
        .output()
        .unwrap();
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap_or_default();
    Ran {
        code: output.status.code().unwrap(),
        log: String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
        outputs: read("outputs"),
        summary: read("summary"),
    }
}

/// A bare `origin`; `main` there has moved on since `topic` left it, and `topic` holds three commits with the
/// given file at its tip. The merge of both is `refs/pull/7/merge`, as GitHub makes it.
pub(crate) struct PullRequest {
    /// A whole clone, on the merge.
    pub(crate) repo: Repo,
    /// The tip of main.
    pub(crate) base: String,
    /// The tip of topic.
    pub(crate) head: String,
    /// The merge.
    pub(crate) merge: String,
    /// Where topic left main.
    pub(crate) fork: String,
}

pub(crate) fn pull_request(path: &str, bytes: impl AsRef<[u8]>) -> PullRequest {
    pull_request_on(Repo::new(), path, bytes)
}

/// The same over a repository that holds something already.
pub(crate) fn pull_request_on(repo: Repo, path: &str, bytes: impl AsRef<[u8]>) -> PullRequest {
    repo.git(&["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    repo.git(&[
        "remote",
        "add",
        "origin",
        &format!("file://{}", repo.beside("remote.git").display()),
    ]);
    for at in 0..40 {
        repo.git(&[
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            &format!("early {at}"),
        ]);
    }
    let fork = repo.commit_file("app.py", CLEAN);
    repo.branch("topic");
    repo.commit_file("one.py", "a = 1\n");
    repo.commit_file("two.py", "b = 2\n");
    let head = repo.commit_file(path, bytes);
    repo.checkout("main");
    let base = repo.commit_file("elsewhere.py", "c = 3\n");
    repo.git(&["checkout", "-q", "--detach", "main"]);
    let merge = repo.merge(&["topic"]);
    repo.git(&[
        "push",
        "-q",
        "origin",
        "main",
        "topic:refs/pull/7/head",
        "HEAD:refs/pull/7/merge",
    ]);
    repo.git(&["fetch", "-q", "origin"]);
    repo.git(&["branch", "-q", "-D", "topic"]);
    PullRequest {
        repo,
        base,
        head,
        merge,
        fork,
    }
}

impl PullRequest {
    /// The event's JSON.
    pub(crate) fn event(&self) -> Value {
        json!({
            "number": 7,
            "pull_request": {
                "number": 7,
                "commits": 3,
                "base": { "ref": "main", "sha": self.base },
                "head": { "ref": "topic", "sha": self.head },
            },
            "repository": { "default_branch": "main" },
        })
    }

    /// A clone as actions/checkout makes it.
    pub(crate) fn checkout(&self, reference: &str, depth: &[&str]) -> Repo {
        let clone = Repo::at(
            self.repo
                .beside(&format!("checkout{}", reference.replace('/', "-"))),
        );
        let _ = std::fs::remove_dir_all(&clone.path);
        std::fs::create_dir(&clone.path).unwrap();
        clone.git(&["init", "-q"]);
        let url = format!("file://{}", self.repo.beside("remote.git").display());
        clone.git(&["remote", "add", "origin", &url]);
        clone.git(
            &[
                &["fetch", "-q", "--no-tags"],
                depth,
                &[
                    "origin",
                    &format!(
                        "+{reference}:refs/remotes/{}",
                        reference.trim_start_matches("refs/")
                    ),
                ],
            ]
            .concat(),
        );
        clone.git(&["checkout", "-q", "--detach", "FETCH_HEAD"]);
        clone
    }
}

#[test]
fn a_pull_request_is_judged_from_the_first_parent_of_its_merge() {
    let request = pull_request("app.py", BETTER);
    let ran = ci(&request.repo, "pull_request", &request.event(), &[]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(ran.output("verdict"), "ready");
    assert_eq!(ran.output("base-sha"), request.base);
    assert_eq!(ran.output("head-sha"), request.merge);
    let first =
        "\n## draftgate: ready, but 3 of the 6 floor checks did not run: types, lint, coverage\n";
    assert!(ran.summary.starts_with(first), "{}", ran.summary);
}

#[test]
fn shallow_checkouts_of_the_merge_fetch_what_they_lack() {
    for depth in ["--depth=1", "--depth=2"] {
        let request = pull_request("app.py", HIDDEN);
        let shallow = request.checkout("refs/pull/7/merge", &[depth]);
        let ran = ci(&shallow, "pull_request", &request.event(), &[]);
        assert_eq!(ran.code, 1, "{depth}: {}", ran.log);
        assert_eq!(ran.output("base-sha"), request.base);
        assert_eq!(ran.output("findings"), "1", "{depth}: {}", ran.log);
        // The whole history was not asked for.
        assert!(
            shallow
                .try_git(&[
                    "rev-parse",
                    "-q",
                    "--verify",
                    &format!("{}~8", request.fork)
                ])
                .stdout
                .is_empty(),
            "{depth}"
        );
    }
}

#[test]
fn a_secret_in_the_middle_of_a_shallow_pull_request_is_seen() {
    let token = format!("ghp_{}", "16C7e42F292c6912E7710c838347Ae178B4a");
    let repo = Repo::new();
    let request = pull_request_on(repo, "two.py", "b = 3\n");
    let clone = request.checkout("refs/pull/7/head", &[]);
    clone.git(&["checkout", "-q", "-B", "topic"]);
    clone.commit_file("key.py", format!("KEY = \"{token}\"\n"));
    clone.remove("key.py");
    let head = clone.commit("took it out again");
    clone.git(&["push", "-q", "--force", "origin", "topic:refs/pull/7/head"]);
    let mut event = request.event();
    event["pull_request"]["head"]["sha"] = head.into();
    event["pull_request"]["commits"] = 5.into();
    let shallow = request.checkout("refs/pull/7/head", &["--depth=1"]);
    let ran = ci(&shallow, "pull_request", &event, &[]);
    assert_eq!(ran.output("needs-human"), "1", "{}", ran.log);
    assert!(ran.log.contains("removed at the tip"), "{}", ran.log);
    assert!(!ran.log.contains(&token) && !ran.summary.contains(&token));
}

#[test]
fn a_checkout_of_the_head_is_judged_from_the_merge_base() {
    let request = pull_request("app.py", HIDDEN);
    for depth in [&["--depth=1"][..], &["--depth=3"], &[]] {
        let clone = request.checkout("refs/pull/7/head", depth);
        let ran = ci(&clone, "pull_request", &request.event(), &[]);
        assert_eq!(ran.code, 1, "{depth:?}: {}", ran.log);
        assert_eq!(ran.output("base-sha"), request.fork, "{depth:?}");
        assert_eq!(ran.output("head-sha"), request.head, "{depth:?}");
    }
}

#[test]
fn a_pull_request_target_is_judged_by_its_head_and_never_as_empty() {
    let request = pull_request("app.py", HIDDEN);
    for depth in [&["--depth=1"][..], &[]] {
        let clone = request.checkout("refs/heads/main", depth);
        let ran = ci(&clone, "pull_request_target", &request.event(), &[]);
        assert_eq!(ran.code, 1, "{depth:?}: {}", ran.log);
        assert_eq!(ran.output("base-sha"), request.fork);
        assert_eq!(ran.output("head-sha"), request.head);
    }
}

#[test]
fn missing_history_that_cannot_be_had_is_no_pass_and_names_the_line() {
    let request = pull_request("app.py", BETTER);
    let clone = request.checkout("refs/pull/7/merge", &["--depth=1"]);
    clone.git(&["remote", "set-url", "origin", "file:///nowhere"]);
    let ran = ci(&clone, "pull_request", &request.event(), &[]);
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert_eq!(ran.output("verdict"), "could-not-judge");
    assert!(ran.log.contains("fetch-depth: 0"), "{}", ran.log);
    // The verdict first, then why as an error of the run.
    let mut lines = ran.log.lines();
    for start in [
        "::notice title=draftgate::could not judge: ",
        "::error title=draftgate could not judge::history is missing",
    ] {
        let line = lines.next().unwrap_or_default();
        assert!(line.starts_with(start), "{}", ran.log);
    }
    let ran = ci(&clone, "pull_request", &request.event(), &["--no-fetch"]);
    assert_eq!(ran.code, 2, "{}", ran.log);
}

#[test]
fn a_merge_group_is_judged_between_its_two_ends() {
    let request = pull_request("app.py", HIDDEN);
    let event = json!({ "merge_group": { "base_sha": request.base, "head_sha": request.merge }, "repository": { "default_branch": "main" } });
    for depth in [&["--depth=1"][..], &[]] {
        let clone = request.checkout("refs/pull/7/merge", depth);
        let ran = ci(&clone, "merge_group", &event, &[]);
        assert_eq!(ran.code, 1, "{depth:?}: {}", ran.log);
        assert_eq!(ran.output("base-sha"), request.base);
    }
}

fn push_event(reference: &str, before: &str, after: &str, forced: bool) -> Value {
    json!({ "ref": reference, "before": before, "after": after, "forced": forced, "commits": [], "repository": { "default_branch": "main" } })
}

#[test]
fn a_push_is_judged_from_what_was_there_before() {
    let request = pull_request("app.py", HIDDEN);
    let event = push_event("refs/heads/main", &request.base, &request.merge, false);
    let clone = request.checkout("refs/pull/7/merge", &["--depth=1"]);
    let ran = ci(&clone, "push", &event, &[]);
    assert_eq!(
        (ran.code, ran.output("base-sha")),
        (1, request.base),
        "{}",
        ran.log
    );
}

#[test]
fn a_new_or_forced_branch_is_judged_from_the_default_branch() {
    let request = pull_request("app.py", HIDDEN);
    let gone = "1234567890123456789012345678901234567890";
    for (before, forced) in [(ZEROS, false), (gone, true)] {
        let clone = request.checkout("refs/pull/7/head", &["--depth=1"]);
        let event = push_event("refs/heads/topic", before, &request.head, forced);
        let ran = ci(&clone, "push", &event, &[]);
        assert_eq!(
            (ran.code, ran.output("base-sha")),
            (1, request.fork.clone()),
            "{}",
            ran.log
        );
    }
    let event = push_event("refs/heads/main", gone, &request.base, true);
    let ran = ci(&request.repo, "push", &event, &[]);
    assert_eq!(ran.code, 2, "{}", ran.log);
}

#[test]
fn a_deletion_and_a_tag_of_what_is_there_are_nothing_to_judge() {
    let request = pull_request("app.py", BETTER);
    for event in [
        push_event("refs/heads/old", &request.head, ZEROS, false),
        push_event("refs/tags/v1", ZEROS, &request.base, false),
    ] {
        let ran = ci(&request.repo, "push", &event, &[]);
        assert_eq!(ran.code, 0, "{}", ran.log);
        assert_eq!(ran.output("verdict"), "ready");
        assert_eq!(ran.output("findings"), "0");
    }
}

#[test]
fn a_dispatch_is_judged_from_the_default_branch_or_the_base_that_is_given() {
    let request = pull_request("app.py", HIDDEN);
    let event = json!({ "repository": { "default_branch": "main" } });
    let clone = request.checkout("refs/pull/7/head", &["--depth=1"]);
    let ran = ci(&clone, "workflow_dispatch", &event, &[]);
    assert_eq!(
        (ran.code, ran.output("base-sha")),
        (1, request.fork.clone()),
        "{}",
        ran.log
    );
    let ran = ci(
        &request.repo,
        "schedule",
        &event,
        &["--base", &request.head],
    );
    assert_eq!(
        (ran.code, ran.output("base-sha")),
        (0, request.head.clone()),
        "{}",
        ran.log
    );
    request.repo.git(&["checkout", "-q", "--detach", "main"]);
    let ran = ci(&request.repo, "workflow_dispatch", &event, &[]);
    assert_eq!(ran.code, 2, "an empty dispatch is no pass: {}", ran.log);
}

#[test]
fn an_event_that_names_no_change_is_no_pass() {
    let request = pull_request("app.py", BETTER);
    for (name, event) in [
        ("issue_comment", json!({})),
        ("pull_request", json!({})),
        ("push", json!({ "before": "x", "after": "y" })),
        ("", json!({})),
    ] {
        let ran = ci(&request.repo, name, &event, &[]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.log);
        assert_eq!(ran.output("verdict"), "could-not-judge");
    }
}

#[test]
fn what_needs_a_human_fails_the_job_only_where_that_is_asked_for() {
    let request = pull_request("tool.exe", b"MZ\0\0\0\x01\x02");
    let ran = ci(&request.repo, "pull_request", &request.event(), &[]);
    assert_eq!(
        (ran.code, ran.output("verdict")),
        (0, "needs-human".to_owned()),
        "{}",
        ran.log
    );
    let ran = ci(
        &request.repo,
        "pull_request",
        &request.event(),
        &["--fail-on", "needs-human"],
    );
    assert_eq!(ran.code, 3);
    let repo = Repo::new();
    repo.commit_file(
        "draftgate.toml",
        "schema = 1\n[gate]\nfail-on = \"needs-human\"\n",
    );
    let request = pull_request_on(repo, "tool.exe", b"MZ\0\0\0\x01\x02");
    let ran = ci(&request.repo, "pull_request", &request.event(), &[]);
    assert_eq!(ran.code, 3, "{}", ran.log);
}

#[test]
fn reports_go_to_files_and_outputs_name_them() {
    let request = pull_request("app.py", HIDDEN);
    let sarif = request.repo.beside("a.sarif");
    let option = format!("sarif={}", sarif.display());
    let ran = ci(
        &request.repo,
        "pull_request",
        &request.event(),
        &["--report", &option, "--no-summary", "--no-annotations"],
    );
    assert_eq!(ran.output("sarif-file"), sarif.display().to_string());
    assert_eq!(ran.summary, "");
    assert!(ran.log.starts_with("::stop-commands::"), "{}", ran.log);
    let report: Value = serde_json::from_slice(&std::fs::read(&sarif).unwrap()).unwrap();
    let result = &report["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "bidi-control");
    let wanted = std::collections::BTreeSet::from([2]);
    let hash = draftgate::finding::line_hash::line_hashes(HIDDEN, &wanted)
        .remove(&2)
        .unwrap();
    assert_eq!(
        result["partialFingerprints"]["primaryLocationLineHash"],
        hash
    );
    let ran = ci(
        &request.repo,
        "pull_request",
        &request.event(),
        &["--report", "sarif"],
    );
    assert_eq!(ran.code, 2);
}

#[test]
fn hostile_names_stay_text_in_log_outputs_and_summary() {
    let name = "::error::x\n::set-output name=verdict::ready\n##[error]<img src=x>`|`";
    let request = pull_request(name, HIDDEN);
    let mut event = request.event();
    event["pull_request"]["head"]["ref"] = "$(touch pwned)::error::y".into();
    let ran = ci(&request.repo, "pull_request", &event, &[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert_eq!(ran.output("verdict"), "blocked");
    let stop = ran.log.find("::stop-commands::").unwrap();
    let word = ran.log[stop + "::stop-commands::".len()..]
        .lines()
        .next()
        .unwrap();
    assert_eq!(ran.log.matches(word).count(), 2);
    assert!(
        ran.log.trim_end().ends_with(&format!("::{word}::")),
        "{}",
        ran.log
    );
    for line in ran.log[..stop].lines() {
        assert!(
            line.starts_with("::error ")
                || line.starts_with("::warning ")
                || line.starts_with("::notice "),
            "{line}"
        );
        assert!(!line.contains("##["), "{line}");
    }
    assert!(!ran.summary.contains("\n::"), "{}", ran.summary);
}
