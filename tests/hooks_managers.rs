//! pre-commit, prek, husky and lefthook run the hook on real pushes.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::hooks::with_remote;
use crate::repository::Repo;
use crate::toolbox;

const HIDDEN: &str = "def check(user):\n    return user  # \u{202e}nimda\n";

/// A repository that holds our manifest, as pre-commit clones it.
fn manifest() -> Repo {
    let hooks = Repo::new();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    hooks.write(".pre-commit-hooks.yaml", std::fs::read(ours).unwrap());
    hooks.commit("manifest");
    hooks
}

/// Runs a shell line with draftgate and the manager on the path.
fn sh(repo: &Repo, line: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_draftgate")).parent().unwrap();
    let tools = toolbox::python("pre-commit");
    let path = format!(
        "{}:{}:{}",
        bin.display(),
        tools.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let home = repo.beside("home");
    std::fs::create_dir_all(&home).unwrap();
    toolbox::sh_with(
        &repo.path,
        line,
        &[
            ("PATH", path.as_str()),
            ("HOME", home.to_str().unwrap()),
            (
                "PRE_COMMIT_HOME",
                repo.beside("pre-commit").to_str().unwrap(),
            ),
            ("PREK_HOME", repo.beside("prek").to_str().unwrap()),
            ("LEFTHOOK_BIN", lefthook().to_str().unwrap()),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.org"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
            ("GIT_CONFIG_VALUE_0", "always"),
        ],
    )
}

fn lefthook() -> PathBuf {
    toolbox::npm("lefthook-linux-x64/bin/lefthook")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn both_managers_accept_the_manifest_and_stop_a_bad_push() {
    let hooks = manifest();
    for manager in ["pre-commit", "prek"] {
        let repo = with_remote();
        let valid = sh(
            &hooks,
            &format!("{manager} validate-manifest .pre-commit-hooks.yaml"),
        );
        assert!(valid.status.success(), "{manager}: {}", text(&valid));
        repo.write(
            ".pre-commit-config.yaml",
            format!(
                "repos:\n- repo: file://{}\n  rev: {}\n  hooks:\n  - id: draftgate-system\n",
                hooks.path.display(),
                hooks.id("HEAD")
            ),
        );
        repo.commit("config");
        repo.git(&["push", "-q", "origin", "main"]);
        let installed = sh(&repo, &format!("{manager} install --hook-type pre-push"));
        assert!(
            installed.status.success(),
            "{manager}: {}",
            text(&installed)
        );
        repo.branch("bad");
        repo.commit_file("app.py", HIDDEN);
        repo.git(&["checkout", "-q", "-b", "good", "main"]);
        repo.commit_file("app.py", "def check(user):\n    return user.name\n");
        let bad = sh(&repo, "git push origin bad");
        assert!(
            !bad.status.success() && text(&bad).contains("bidi-control"),
            "{manager}: {}",
            text(&bad)
        );
        let good = sh(&repo, "git push origin good");
        assert!(good.status.success(), "{manager}: {}", text(&good));
        assert!(text(&good).contains("Passed"), "{manager}: {}", text(&good));
    }
}

/// What `draftgate hook install` says to add, where another tool writes the hooks.
fn advice(repo: &Repo) -> String {
    let told = sh(repo, "draftgate hook install");
    assert_eq!(told.status.code(), Some(2), "{}", text(&told));
    let told = text(&told);
    let (_, lines) = told.split_once("\n\n").expect("lines to add");
    lines
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect()
}

/// Pushes of one bad ref, one good one, and both: only the good one alone goes through.
fn stops_what_is_bad(repo: &Repo, manager: &str) {
    repo.commit("hooks");
    let first = sh(repo, "git push -q origin main");
    assert!(first.status.success(), "{manager}: {}", text(&first));
    repo.branch("bad");
    repo.commit_file("app.py", HIDDEN);
    repo.git(&["checkout", "-q", "-b", "good", "main"]);
    repo.commit_file("app.py", "def check(user):\n    return user.name\n");
    for refs in ["bad", "good bad"] {
        let bad = sh(repo, &format!("git push origin {refs}"));
        assert!(
            !bad.status.success() && text(&bad).contains("bidi-control"),
            "{manager}, {refs}: {}",
            text(&bad)
        );
    }
    assert_eq!(
        repo.git(&["ls-remote", "origin", "bad", "good"]),
        "",
        "{manager}"
    );
    let good = sh(repo, "git push origin good");
    assert!(good.status.success(), "{manager}: {}", text(&good));
    assert!(text(&good).contains("ready"), "{manager}: {}", text(&good));
}

#[test]
fn the_line_for_husky_stops_a_bad_push() {
    let repo = with_remote();
    repo.write("package.json", "{ \"name\": \"app\", \"private\": true }\n");
    let husky = toolbox::npm("husky/bin.js");
    let made = sh(&repo, &format!("node {}", husky.display()));
    assert!(made.status.success(), "{}", text(&made));
    assert_eq!(repo.git(&["config", "core.hooksPath"]), ".husky/_");
    repo.write(".husky/pre-push", advice(&repo));
    stops_what_is_bad(&repo, "husky");
}

#[test]
fn the_lines_for_lefthook_stop_a_bad_push() {
    let repo = with_remote();
    repo.write("lefthook.yml", "");
    repo.write("lefthook.yml", advice(&repo));
    let made = sh(&repo, &format!("{} install", lefthook().display()));
    assert!(made.status.success(), "{}", text(&made));
    stops_what_is_bad(&repo, "lefthook");
}
