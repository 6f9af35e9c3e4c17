//! The pre-push hook under real pushes to a bare repository, and its installation.

use std::process::Output;

use crate::cli::draftgate;
use crate::repository::Repo;
use crate::toolbox::program;

const CLEAN: &str = "def check(user):\n    return user\n";
const HIDDEN: &str = "def check(user):\n    return user  # \u{202e}nimda\n";
const BINARY: &[u8] = b"MZ\0\0\0\x01\x02";

/// A repository with the hook, whose `main` is on a bare remote called `origin`.
pub(crate) fn with_remote() -> Repo {
    let repo = Repo::new();
    repo.git(&["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    repo.commit_file("app.py", CLEAN);
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["remote", "set-head", "origin", "main"]);
    repo
}

fn hooked() -> Repo {
    let repo = with_remote();
    ends(&repo, &["hook", "install"], 0);
    repo
}

/// Runs draftgate; what it says.
#[track_caller]
fn ends(repo: &Repo, arguments: &[&str], code: i32) -> String {
    let output = draftgate(&repo.path, arguments);
    let text = both(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

fn both(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// Pushes; whether it went through, and what was said.
#[track_caller]
fn push(repo: &Repo, goes: bool, arguments: &[&str]) -> String {
    let output = repo.try_git(&[&["push"], arguments].concat());
    let text = both(&output);
    assert_eq!(output.status.success(), goes, "push {arguments:?}: {text}");
    text
}

/// What the remote has under a ref.
fn remote(repo: &Repo, name: &str) -> String {
    let told = repo.git(&["ls-remote", "origin", name]);
    told.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A branch from main with one commit.
fn branch(repo: &Repo, name: &str, bytes: impl AsRef<[u8]>) -> String {
    repo.git(&["checkout", "-q", "-b", name, "main"]);
    let id = repo.commit_file(
        if name.contains("binary") {
            "tool.exe"
        } else {
            "app.py"
        },
        bytes,
    );
    repo.checkout("main");
    id
}

#[test]
fn a_new_branch_is_judged_from_where_it_left_the_target_branch() {
    let repo = hooked();
    let good = branch(&repo, "good", "def check(user):\n    return user.name\n");
    branch(&repo, "bad", HIDDEN);
    let text = push(&repo, true, &["origin", "good"]);
    assert!(text.contains("draftgate: refs/heads/good: ready"), "{text}");
    assert_eq!(remote(&repo, "good"), good);
    let text = push(&repo, false, &["origin", "bad"]);
    assert!(
        text.contains("bidi-control") && text.contains("app.py:2:"),
        "{text}"
    );
    assert_eq!(remote(&repo, "bad"), "");
}

#[test]
fn every_ref_of_a_push_is_judged() {
    let repo = hooked();
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    branch(&repo, "bad", HIDDEN);
    let text = push(&repo, false, &["origin", "good", "bad"]);
    assert!(text.contains("refs/heads/good: ready"), "{text}");
    assert!(text.contains("refs/heads/bad: blocked"), "{text}");
    assert_eq!(remote(&repo, "good"), "");
}

#[test]
fn a_clean_commit_on_one_that_went_past_the_hook_does_not_hide_it() {
    let repo = hooked();
    repo.branch("topic");
    repo.commit_file("app.py", HIDDEN);
    push(&repo, true, &["--no-verify", "origin", "topic"]);
    repo.commit_file("other.py", "x = 1\n");
    let text = push(&repo, false, &["origin", "topic"]);
    assert!(text.contains("bidi-control"), "{text}");
}

#[test]
fn deletions_and_what_is_up_to_date_pass_at_once() {
    let repo = hooked();
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    push(&repo, true, &["origin", "good"]);
    let text = push(&repo, true, &["origin", "good"]);
    assert!(!text.contains("draftgate"), "{text}");
    let text = push(&repo, true, &["origin", "--delete", "good"]);
    assert!(!text.contains("draftgate"), "{text}");
    assert_eq!(remote(&repo, "good"), "");
}

#[test]
fn a_revision_pushed_by_another_name_is_judged_as_it_is() {
    let repo = hooked();
    repo.branch("topic");
    let first = repo.commit_file("app.py", "def check(user):\n    return user.name\n");
    repo.commit_file("app.py", HIDDEN);
    push(&repo, true, &["origin", "HEAD~1:refs/heads/x"]);
    assert_eq!(remote(&repo, "x"), first);
    push(&repo, false, &["origin", "HEAD:refs/heads/x"]);
}

#[test]
fn tags_are_judged_by_the_commit_they_name() {
    let repo = hooked();
    repo.git(&["tag", "-a", "v1", "-m", "one"]);
    let text = push(&repo, true, &["origin", "v1"]);
    assert!(
        text.contains("refs/tags/v1: nothing that the target branch does not have"),
        "{text}"
    );
    branch(&repo, "bad", HIDDEN);
    repo.git(&["tag", "-a", "v2", "-m", "two", "bad"]);
    push(&repo, false, &["origin", "v2"]);
    repo.git(&["tag", "blob", "HEAD:app.py"]);
    let text = push(&repo, false, &["origin", "refs/tags/blob"]);
    assert!(text.contains("is no commit"), "{text}");
}

#[test]
fn a_forced_push_is_judged_although_what_it_replaces_is_not_here() {
    let repo = hooked();
    branch(&repo, "topic", "def check(user):\n    return user.name\n");
    push(&repo, true, &["origin", "topic"]);
    let other = repo.clone_with("other", &[]);
    other.git(&["remote", "set-url", "origin", "../remote.git"]);
    other.git(&["fetch", "-q"]);
    other.git(&["checkout", "-q", "-b", "topic", "origin/topic"]);
    other.commit_file("elsewhere.py", "y = 1\n");
    other.git(&["push", "-q", "origin", "topic"]);
    repo.checkout("topic");
    repo.git(&["commit", "-q", "--amend", "-m", "again"]);
    push(&repo, true, &["--force", "origin", "topic"]);
    repo.commit_file("app.py", HIDDEN);
    push(&repo, false, &["--force", "origin", "topic"]);
}

#[test]
fn a_push_to_the_target_branch_is_judged_from_what_the_remote_has() {
    let repo = hooked();
    repo.commit_file("app.py", HIDDEN);
    let text = push(&repo, false, &["origin", "main"]);
    assert!(text.contains("refs/heads/main: blocked"), "{text}");
    push(&repo, true, &["--no-verify", "origin", "main"]);
    repo.commit_file("other.py", "x = 1\n");
    push(&repo, true, &["origin", "main"]);
}

#[test]
fn the_first_push_to_an_empty_remote_is_judged_whole() {
    let repo = Repo::new();
    repo.git(&["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    repo.commit_file("app.py", HIDDEN);
    repo.commit_file("other.py", "x = 1\n");
    ends(&repo, &["hook", "install"], 0);
    let text = push(&repo, false, &["origin", "main"]);
    assert!(text.contains("bidi-control"), "{text}");
}

#[test]
fn a_push_to_an_address_knows_what_origin_has() {
    let repo = hooked();
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    branch(&repo, "bad", HIDDEN);
    push(&repo, true, &["../remote.git", "good"]);
    push(&repo, false, &["../remote.git", "bad"]);
}

#[test]
fn a_dry_run_is_judged_and_the_working_tree_never_is() {
    let repo = hooked();
    branch(&repo, "bad", HIDDEN);
    push(&repo, false, &["--dry-run", "origin", "bad"]);
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    repo.write("app.py", HIDDEN);
    repo.write("untracked.py", HIDDEN);
    push(&repo, true, &["origin", "good"]);
}

#[test]
fn a_linked_worktree_pushes_under_the_same_hook() {
    let repo = hooked();
    repo.git(&["worktree", "add", "-q", "-b", "linked", "../linked", "main"]);
    let linked = Repo::at(repo.beside("linked"));
    linked.commit_file("app.py", HIDDEN);
    push(&linked, false, &["origin", "linked"]);
    let status = ends(&linked, &["hook", "status"], 0);
    assert!(status.contains(": installed\n"), "{status}");
}

#[test]
fn what_needs_a_human_goes_through_unless_the_policy_says_otherwise() {
    let repo = hooked();
    branch(&repo, "binary", BINARY);
    let text = push(&repo, true, &["origin", "binary"]);
    assert!(text.contains("refs/heads/binary: needs a human"), "{text}");
    repo.checkout("main");
    repo.commit_file(
        "draftgate.toml",
        "schema = 1\n[gate]\nfail-on = \"needs-human\"\n",
    );
    push(&repo, true, &["--no-verify", "origin", "main"]);
    branch(&repo, "binary-2", BINARY);
    push(&repo, false, &["origin", "binary-2"]);
}

#[test]
fn what_cannot_be_judged_stops_the_push() {
    let repo = hooked();
    repo.commit_file("draftgate.toml", "schema = 1\n[gaet]\n");
    push(&repo, true, &["--no-verify", "origin", "main"]);
    branch(&repo, "topic", "def check(user):\n    return user.name\n");
    let text = push(&repo, false, &["origin", "topic"]);
    assert!(
        text.contains("could not judge") && text.contains("draftgate.toml:2"),
        "{text}"
    );
    let output = draftgate(&repo.path, &["hook", "pre-push", "origin"]);
    assert_eq!(output.status.code(), Some(0), "nothing on standard input");
}

#[test]
fn a_sha256_repository_is_judged_too() {
    let repo = Repo::with(&["--object-format=sha256"]);
    repo.git(&[
        "init",
        "-q",
        "--bare",
        "-b",
        "main",
        "--object-format=sha256",
        "../remote.git",
    ]);
    repo.git(&["remote", "add", "origin", "../remote.git"]);
    repo.commit_file("app.py", CLEAN);
    repo.git(&["push", "-q", "origin", "main"]);
    ends(&repo, &["hook", "install"], 0);
    branch(&repo, "bad", HIDDEN);
    push(&repo, false, &["origin", "bad"]);
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    push(&repo, true, &["origin", "good"]);
}

#[test]
fn five_hundred_refs_of_one_commit_are_one_judgement() {
    let repo = hooked();
    branch(&repo, "good", "def check(user):\n    return user.name\n");
    let mut updates = String::new();
    for at in 0..500 {
        updates.push_str(&format!("create refs/heads/many/{at} good\n"));
    }
    let file = repo.beside("updates");
    std::fs::write(&file, updates).unwrap();
    repo.git(&["fetch", "-q", "."]);
    crate::toolbox::sh(&repo.path, "git update-ref --stdin <../updates");
    let text = push(
        &repo,
        true,
        &["origin", "refs/heads/many/*:refs/heads/many/*"],
    );
    assert_eq!(text.matches(": ready").count(), 1);
}

/// The hooks folder's files, with their bytes and modes.
fn hooks(repo: &Repo) -> Vec<(String, Vec<u8>, u32)> {
    use std::os::unix::fs::PermissionsExt;
    let folder = repo.path.join(".git/hooks");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap(), mode)
        })
        .collect();
    files.sort();
    files
}

/// A hook that notes what it was given, and refuses where there is a file `refuse`.
fn foreign(repo: &Repo) {
    let script = "#!/bin/sh\necho \"args $*\" >../noted\ncat >>../noted\n[ ! -e ../refuse ]";
    program(&repo.path.join(".git/hooks/pre-push"), script);
}

#[test]
fn a_hook_that_is_there_is_kept_unless_the_user_chooses() {
    let repo = with_remote();
    foreign(&repo);
    let before = hooks(&repo);
    let text = ends(&repo, &["hook", "install"], 2);
    assert!(
        text.contains("--chain") && text.contains("--append") && text.contains("--force"),
        "{text}"
    );
    assert_eq!(hooks(&repo), before);
    assert!(ends(&repo, &["hook", "status"], 0).contains("another hook"));
    for how in ["--chain", "--append"] {
        ends(&repo, &["hook", "install", how], 0);
        ends(&repo, &["hook", "install"], 0);
        let bad = format!("bad{how}");
        let good = format!("good{how}");
        branch(&repo, &bad, HIDDEN);
        branch(&repo, &good, "def check(user):\n    return user.name\n");
        push(&repo, false, &["origin", &bad]);
        let noted = repo.beside("noted");
        let _ = std::fs::remove_file(&noted);
        push(&repo, true, &["origin", &good]);
        let text = std::fs::read_to_string(&noted).unwrap();
        assert!(
            text.starts_with("args origin ../remote.git\n"),
            "{how}: {text}"
        );
        assert!(
            text.contains(&format!("refs/heads/{good}")),
            "{how}: {text}"
        );
        std::fs::write(repo.beside("refuse"), "").unwrap();
        branch(&repo, &format!("other{how}"), "x = 1\n");
        push(&repo, false, &["origin", &format!("other{how}")]);
        std::fs::remove_file(repo.beside("refuse")).unwrap();
        ends(&repo, &["hook", "uninstall"], 0);
        assert_eq!(hooks(&repo), before, "{how}");
    }
    ends(&repo, &["hook", "install", "--force"], 0);
    let _ = std::fs::remove_file(repo.beside("noted"));
    branch(&repo, "forced", "x = 2\n");
    push(&repo, true, &["origin", "forced"]);
    assert!(!repo.beside("noted").exists());
    ends(&repo, &["hook", "uninstall"], 0);
    assert_eq!(hooks(&repo), before);
    ends(&repo, &["hook", "uninstall"], 0);
    assert_eq!(hooks(&repo), before);
}

#[test]
fn without_a_hook_install_and_uninstall_leave_nothing() {
    let repo = with_remote();
    let before = hooks(&repo);
    ends(&repo, &["hook", "install"], 0);
    ends(&repo, &["hook", "install"], 0);
    assert_eq!(hooks(&repo).len(), before.len() + 1);
    ends(&repo, &["hook", "uninstall"], 0);
    assert_eq!(hooks(&repo), before);
}

#[test]
fn a_hook_in_another_language_is_chained_not_appended_to() {
    let repo = with_remote();
    program(
        &repo.path.join(".git/hooks/pre-push"),
        "#!/usr/bin/env python3\nimport sys\n",
    );
    let text = ends(&repo, &["hook", "install", "--append"], 2);
    assert!(text.contains("use --chain"), "{text}");
    ends(&repo, &["hook", "install", "--chain"], 0);
    branch(&repo, "bad", HIDDEN);
    push(&repo, false, &["origin", "bad"]);
}

#[test]
fn a_hooks_path_of_the_repository_is_honoured() {
    let repo = with_remote();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    ends(&repo, &["hook", "install"], 0);
    assert!(repo.path.join(".githooks/pre-push").is_file());
    repo.commit("hooks");
    branch(&repo, "bad", HIDDEN);
    push(&repo, false, &["origin", "bad"]);
}

#[test]
fn a_hooks_path_that_others_share_is_left_alone() {
    let repo = with_remote();
    let shared = repo.beside("shared-hooks");
    repo.git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    let text = ends(&repo, &["hook", "install"], 2);
    assert!(text.contains("draftgate hook pre-push \"$@\""), "{text}");
    assert!(!shared.exists());
}

#[test]
fn husky_and_lefthook_get_a_line_of_their_own() {
    let repo = with_remote();
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    let text = ends(&repo, &["hook", "install", "--force"], 2);
    assert!(text.contains(".husky/pre-push"), "{text}");
    assert!(!repo.path.join(".husky").exists());
    repo.git(&["config", "--unset", "core.hooksPath"]);
    repo.write("lefthook.yml", "");
    let text = ends(&repo, &["hook", "install"], 2);
    assert!(text.contains("use_stdin: true"), "{text}");
    assert!(!repo.path.join(".git/hooks/pre-push").exists());
}
