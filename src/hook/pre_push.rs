//! `pre-push`: every ref of a push, judged from objects before they leave.
//!
//! githooks(5): git gives the remote's name and address as arguments and, on standard input, a line a
//! ref: `<local ref> <local id> <remote ref> <remote id>`. pre-commit and prek take that line away and
//! put the first one into `PRE_COMMIT_*` variables; those are read where standard input is empty.
//!
//! The range of a branch is from where it left the target branch, not from what the remote has: else a
//! single `--no-verify` would take everything before it out of sight for good. A push to the target branch
//! is judged from what the remote has.
//!
//! Does not catch: through pre-commit and prek, all refs of a push but the first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};

use crate::change::{self, Opened, RangeSpec, is_null};
use crate::gate::{self, Gated, PolicyFrom, Request};
use crate::inputs::Inputs;
use crate::plan::Selection;
use crate::process::Program;
use crate::run::Progress;
use crate::text::visible;

/// One line of standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What is pushed, as the user named it: a ref, `HEAD~1`, `(delete)`.
    pub local_ref: String,
    /// Its object; all zeros for a deletion.
    pub local: String,
    /// The ref that it becomes.
    pub remote_ref: String,
    /// What the remote has there; all zeros for nothing.
    pub remote: String,
}

/// A push.
#[derive(Clone, Debug)]
pub struct Push {
    /// A directory of the repository.
    pub directory: PathBuf,
    /// The remote's name; its address where it has none.
    pub remote: String,
    /// Its refs.
    pub updates: Vec<Update>,
}

/// One ref, judged; several refs of the same range are judged once.
pub struct JudgedPush {
    /// The refs, as the remote calls them.
    pub refs: Vec<String>,
    /// What came of it; none where the remote has all of it.
    pub gated: Option<Gated>,
}

/// The refs of a push from standard input, or from the variables of pre-commit and prek.
///
/// # Errors
/// Where a line is not what git writes.
pub fn updates(stdin: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Update>> {
    let mut updates = Vec::new();
    for line in stdin.lines().filter(|line| !line.is_empty()) {
        // Only the first word may hold a space (`git push origin 'HEAD@{1 day ago}:x'`).
        let words: Vec<&str> = line.rsplitn(4, ' ').collect();
        let [remote, remote_ref, local, local_ref] = words.as_slice() else {
            bail!(
                "standard input is not what git gives to a pre-push hook: {:?}",
                visible(line)
            );
        };
        updates.push(Update {
            local_ref: (*local_ref).to_owned(),
            local: (*local).to_owned(),
            remote_ref: (*remote_ref).to_owned(),
            remote: (*remote).to_owned(),
        });
    }
    if updates.is_empty()
        && let Some(remote_ref) = variable("PRE_COMMIT_REMOTE_BRANCH")
    {
        let local_ref = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_else(|| "HEAD".to_owned());
        updates.push(Update {
            local: variable("PRE_COMMIT_TO_REF").unwrap_or_else(|| local_ref.clone()),
            // `PRE_COMMIT_FROM_REF` is what these tools take for the base, not what the remote has.
            remote: String::new(),
            local_ref,
            remote_ref,
        });
    }
    Ok(updates)
}

/// Judges a push.
///
/// # Errors
/// Where the repository cannot be opened. What keeps one ref from being judged is in its verdict.
pub fn judge(push: &Push, jobs: usize, progress: &Arc<dyn Progress>) -> Result<Vec<JudgedPush>> {
    let mut judged: Vec<(Option<RangeSpec>, JudgedPush)> = Vec::new();
    let updates = push.updates.iter().filter(|update| !is_null(&update.local));
    let updates: Vec<&Update> = updates.collect();
    if updates.is_empty() {
        return Ok(Vec::new());
    }
    let opened = change::open(&push.directory)?;
    let target = Target::of(push, &opened);
    for update in updates {
        let spec = match &target {
            Ok(target) => spec(&opened, update, target),
            Err(error) => Err(anyhow!("{error:#}")),
        };
        let (spec, why) = match spec {
            Ok(spec) => (spec, None),
            Err(error) => (None, Some(error)),
        };
        let before = judged.iter_mut().find(|(other, _)| *other == spec);
        if let (None, Some((_, before))) = (&why, before) {
            before.refs.push(update.remote_ref.clone());
            continue;
        }
        let gated = match (&spec, why) {
            (_, Some(error)) => Some(Gated::obstacle(&error)),
            (Some(spec), None) => Some(gate::gated(
                &request(push, spec, jobs),
                Arc::clone(progress),
            )),
            (None, None) => None,
        };
        // Nothing between the two ends: the remote has it.
        let gated = gated.filter(|gated| !gated.empty);
        let refs = vec![update.remote_ref.clone()];
        judged.push((spec, JudgedPush { refs, gated }));
    }
    Ok(judged.into_iter().map(|(_, judged)| judged).collect())
}

fn request(push: &Push, spec: &RangeSpec, jobs: usize) -> Request {
    Request {
        directory: push.directory.clone(),
        spec: spec.clone(),
        policy: PolicyFrom::Base,
        selection: Selection::default(),
        inputs: Inputs::default(),
        jobs,
        fetch: false,
    }
}

/// The branch that others are compared with.
struct Target {
    /// Its ref on the remote.
    name: String,
    /// The commit that the remote has there, as far as this clone knows.
    commit: Option<String>,
}

impl Target {
    /// The policy's target, else the remote's default branch, else main or master.
    fn of(push: &Push, opened: &Opened) -> Result<Self> {
        // A push to an address knows the remote's branches by those of origin.
        let remote = match opened.find(&format!("refs/remotes/{}/HEAD", push.remote))? {
            Some(_) => push.remote.clone(),
            None if tracked(&push.directory, &push.remote) => push.remote.clone(),
            None => "origin".to_owned(),
        };
        let tracking = |name: &str| format!("refs/remotes/{remote}/{name}");
        let named = default_branch(&push.directory, &remote);
        let candidates = match &named {
            Some(name) => vec![name.as_str()],
            None => vec!["main", "master"],
        };
        let mut default = None;
        for name in candidates {
            if let Some(commit) = opened.find(&tracking(name))? {
                default = Some((name.to_owned(), commit));
                break;
            }
        }
        let policy_target = match &default {
            Some((_, commit)) => {
                let at = RangeSpec::Between {
                    base: Some(commit.clone()),
                    head: Some(commit.clone()),
                };
                gate::policy(&request(push, &at, 1))?.target
            }
            None => None,
        };
        let (name, commit) = match (policy_target, default) {
            (Some(target), _) => {
                let commit = opened.find(&tracking(&target))?;
                let commit = commit.with_context(|| {
                    format!(
                        "the policy's target branch `{}` of {remote} is not here: `git fetch {remote}`",
                        visible(&target)
                    )
                })?;
                (target, Some(commit))
            }
            (None, Some((name, commit))) => (name, Some(commit)),
            (None, None) => (named.unwrap_or_else(|| "main".to_owned()), None),
        };
        Ok(Self { name, commit })
    }
}

/// Whether this clone knows a branch of the remote.
fn tracked(directory: &Path, remote: &str) -> bool {
    let pattern = format!("refs/remotes/{remote}/");
    let ran = git(directory, &["for-each-ref", "--count=1", &pattern]);
    ran.is_some_and(|refs| !refs.is_empty())
}

/// The name of the remote's default branch, as the clone noted it.
fn default_branch(directory: &Path, remote: &str) -> Option<String> {
    let head = format!("refs/remotes/{remote}/HEAD");
    let ran = git(directory, &["symbolic-ref", "--quiet", &head])?;
    let branch = ran.strip_prefix(&format!("refs/remotes/{remote}/"))?;
    Some(branch.to_owned())
}

fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    let ran = Program::new("git", directory).args(arguments).run();
    ran.succeeded()
        .then(|| String::from_utf8_lossy(&ran.stdout).trim_end().to_owned())
}

/// What is to be judged for a ref; none where the remote has all of it.
fn spec(opened: &Opened, update: &Update, target: &Target) -> Result<Option<RangeSpec>> {
    let head = opened.find(&update.local)?.with_context(|| {
        format!(
            "{} is no commit: only commits are judged; `git push --no-verify` pushes it unjudged",
            visible(&update.local_ref)
        )
    })?;
    let everything = || RangeSpec::All {
        head: Some(head.clone()),
    };
    let on_remote = Some(&update.remote).filter(|id| !id.is_empty() && !is_null(id));
    let from = if update.remote_ref == format!("refs/heads/{}", target.name) {
        match (on_remote, &target.commit) {
            (Some(id), _) => Some(opened.find(id)?.with_context(|| {
                format!(
                    "the remote's {} is at {id}, which is not here: `git fetch` first",
                    visible(&update.remote_ref)
                )
            })?),
            // pre-commit and prek do not tell what the remote has.
            (None, Some(commit)) if update.remote.is_empty() => Some(commit.clone()),
            (None, _) => None,
        }
    } else {
        target.commit.clone().or_else(|| on_remote.cloned())
    };
    let Some(from) = from else {
        return Ok(Some(everything()));
    };
    match opened.merge_base(&from, &head)? {
        Some(base) if base == head => Ok(None),
        Some(base) => Ok(Some(RangeSpec::Range(format!("{base}..{head}")))),
        None if opened.is_shallow() => bail!("{}", change::DEEPEN),
        // A history of its own.
        None => Ok(Some(everything())),
    }
}
