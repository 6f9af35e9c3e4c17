//! What draftgate keeps of the environment it was started with, and how it hides the rest.
//!
//! A program that draftgate starts gets a few names only, but may look at who started it: `/proc/<id>/environ` shows a
//! process's first environment to every process of the same user, for as long as it lives. So draftgate begins by
//! starting itself anew, in place, with what it has a use for ([`KEPT`]), and then says to the kernel that it may not be
//! looked into: no `environ`, no memory, no debugger, no core dump. Either alone would not do: the first leaves what is
//! kept, the second does not hold against root, as which jobs in containers run.
//!
//! Nothing else in draftgate reads a variable, so what is not listed here does not exist.
//!
//! Does not catch: the environment of draftgate's own parents (the shell or the runner of a job that was given a token);
//! what is kept, from root; on systems other than Linux, a process of the same user that reads memory.

use std::ffi::{OsStr, OsString};

/// The variables that draftgate has a use for, itself or for what it starts.
const KEPT: &[&str] = &[
    // Programs and the user's own places.
    "PATH",
    "HOME",
    "TMPDIR",
    "VIRTUAL_ENV",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "SYSTEMROOT",
    "USERPROFILE",
    // The terminal report.
    "TERM",
    "COLUMNS",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    // The way to a remote or a registry, where one is asked.
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "GIT_SSH_COMMAND",
    "SSH_AUTH_SOCK",
    // The event of a job, and where the runner is told.
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_OUTPUT",
    // What pre-commit and prek say of a push.
    "PRE_COMMIT_REMOTE_NAME",
    "PRE_COMMIT_REMOTE_BRANCH",
    "PRE_COMMIT_LOCAL_BRANCH",
    "PRE_COMMIT_TO_REF",
    // For whoever works on draftgate: where a panic was, and where coverage is counted.
    "RUST_BACKTRACE",
    "LLVM_PROFILE_FILE",
    MARK,
];

/// Says that this process is the one started anew: its value is the process's id, which stays.
const MARK: &str = "DRAFTGATE_NARROWED";

/// A variable that draftgate knows of.
pub fn variable(name: impl AsRef<OsStr>) -> Option<OsString> {
    let name = name.as_ref();
    is_kept(name).then(|| read(name)).flatten()
}

/// The same, as text; none where it is empty or no text.
pub fn text(name: &str) -> Option<String> {
    let value = variable(name)?.into_string().ok()?;
    Some(value).filter(|value| !value.is_empty())
}

fn is_kept(name: &OsStr) -> bool {
    KEPT.iter().any(|kept| name == *kept)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that reads the environment"
)]
fn read(name: &OsStr) -> Option<OsString> {
    std::env::var_os(name)
}

/// For `main`, before anything else: goes on with what is kept, in a process that others may not look into.
#[cfg(unix)]
pub fn narrow() {
    let own = std::process::id().to_string();
    let is_new = read(OsStr::new(MARK)).is_some_and(|mark| mark == own.as_str());
    if !is_new && let Some(mut again) = anew() {
        // It comes back only where it failed; then the second half is what there is.
        let _ = std::os::unix::process::CommandExt::exec(again.env(MARK, own));
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // A kernel that does not know of it is no reason not to judge.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// There is nothing to be done here.
#[cfg(not(unix))]
pub fn narrow() {}

/// This program with the same arguments and what is kept; none where nothing would be left out.
#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "it takes the place of this process: no program is started beside it"
)]
fn anew() -> Option<std::process::Command> {
    let (kept, left): (Vec<_>, Vec<_>) = std::env::vars_os().partition(|(name, _)| is_kept(name));
    if left.is_empty() {
        return None;
    }
    let mut command = std::process::Command::new(std::env::current_exe().ok()?);
    let mut words = std::env::args_os();
    if let Some(name) = words.next() {
        std::os::unix::process::CommandExt::arg0(&mut command, name);
    }
    command.args(words).env_clear().envs(kept);
    Some(command)
}
