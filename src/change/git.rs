//! The program `git`: configuration that could change an answer is overridden, and it fetches nothing.
//!
//! Does not catch: what git makes of a configuration that is not overridden here.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::process::{End, Finished, Program};

/// Over which git may fetch, where it may: those that run no program of the repository's own choice by their name.
pub const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Variables that git needs to reach a remote.
pub const NETWORK: [&str; 11] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "SSH_AUTH_SOCK",
    "GIT_SSH_COMMAND",
];

/// What the configuration must not say otherwise.
const SETTINGS: [&str; 7] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    // What is written down beside the objects may say something else than they do.
    "core.commitGraph=false",
    // A file that was written to is one whose time of change is another.
    "core.trustctime=true",
    "core.checkStat=default",
    "core.ignoreStat=false",
];

/// git, with what a user's configuration must not have a say in.
pub(super) fn git(dir: &Path) -> Program {
    let mut git = Program::new("git", dir)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", "/dev/null")
        // A partial clone fetches what it lacks by itself, with whatever program its configuration names. The second is
        // for a git before 2.44, which does not know the first: no protocol has this name.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .args(["--no-pager", "--literal-pathspecs"]);
    for setting in SETTINGS {
        git = git.args(["-c", setting]);
    }
    git
}

/// Stdout of a command of [`git`] that must succeed.
pub(super) fn output(program: Program) -> Result<Vec<u8>> {
    let command: Vec<_> = program
        .argv()
        .iter()
        .skip(3 + 2 * SETTINGS.len())
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let ran = program.run();
    if ran.succeeded() {
        return Ok(ran.stdout);
    }
    Err(anyhow!("git {}: {}", command.join(" "), ran.why()))
}

/// Why git does not read a repository, and what fixes it.
pub(super) fn refusal(dir: &Path, ran: &Finished) -> anyhow::Error {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    if matches!(ran.end, End::CouldNotStart(_)) {
        return anyhow!(
            "git is needed to read this repository, and {}: install it",
            ran.why()
        );
    }
    if stderr.contains("dubious ownership") {
        return super::backend::other_owner(dir);
    }
    if stderr.contains("not a git repository") {
        return super::backend::no_repository(dir);
    }
    let answer: Vec<_> = stderr
        .lines()
        .map(|line| crate::text::visible(line.trim()))
        .collect();
    anyhow!(
        "git does not read this repository ({}): a newer git may (`git --version` names yours; the extensions it needs: `git config --get-regexp ^extensions`)",
        answer.join(" ")
    )
}
