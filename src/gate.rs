//! The gate: from a request to the trace of a run, the way that [`crate`] draws.
//!
//! Whatever keeps the change from being judged becomes the trace's obstacle, and so a verdict
//! (could-not-judge) in every report; it is never a pass, and never lost.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::change::{self, Change, Ends, NothingToJudge, Opened, RangeSpec};
use crate::checks::registry;
use crate::files;
use crate::finding::judgement::{PolicyIdentity, PolicySource, RunLog};
use crate::inputs::Inputs;
use crate::plan::Selection;
use crate::policy::{self, FailOn, Policy, PolicyFile, Sources};
use crate::process::deadline::Deadline;
use crate::redaction::Redaction;
use crate::run::{Progress, could_not_judge, judge};
use crate::trace::Trace;

/// What was asked, validated once.
#[derive(Clone, Debug)]
pub struct Request {
    /// A directory of the repository.
    pub directory: PathBuf,
    /// Which change.
    pub spec: RangeSpec,
    /// Where the policy is read.
    pub policy: PolicyFrom,
    /// Which checks.
    pub selection: Selection,
    /// What was handed in beside the change.
    pub inputs: Inputs,
    /// Checks that run at once, at least 1.
    pub jobs: usize,
    /// Whether git may fetch what a partial clone lacks.
    pub fetch: bool,
}

/// Where the policy is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PolicyFrom {
    /// At the base of the change.
    #[default]
    Base,
    /// At a ref.
    Ref(String),
    /// In the working tree, to try it.
    Worktree,
}

/// A run, and what its policy says about it.
#[derive(Clone, Debug)]
pub struct Gated {
    /// The record of the run.
    pub trace: Trace,
    /// Which verdicts stop a push or a job.
    pub fail_on: FailOn,
    /// Whether nothing was judged because there is nothing between base and head.
    pub empty: bool,
}

impl Gated {
    /// Nothing could be judged; why.
    pub fn obstacle(why: &anyhow::Error) -> Self {
        let judged = could_not_judge(&format!("{why:#}"), no_policy());
        Self {
            trace: Trace::new(judged, String::new(), RunLog::default()),
            fail_on: FailOn::default(),
            empty: why.is::<NothingToJudge>(),
        }
    }

    /// There is nothing to judge, and that is well; why.
    pub fn nothing(why: String) -> Self {
        let mut judged = could_not_judge("", no_policy());
        judged.obstacle = None;
        judged.remarks = vec![why];
        Self {
            trace: Trace::new(judged, String::new(), RunLog::default()),
            fail_on: FailOn::default(),
            empty: true,
        }
    }
}

fn no_policy() -> PolicyIdentity {
    PolicyIdentity {
        source: PolicySource::Default,
        digest: String::new(),
    }
}

/// Judges what was asked for.
pub fn gate(request: &Request, progress: Arc<dyn Progress>) -> Trace {
    gated(request, progress).trace
}

/// How long a run that is over may take to clean up.
const GRACE: Duration = Duration::from_secs(10);

/// How long it may take to open a repository and to compare two sides of it: its policy, which says how long a run may
/// take, is not known before.
const OPENING: Duration = Duration::from_secs(600);

/// Opens what was asked for; what does not end in time is left behind, and ends with the process.
fn opened_within(request: &Request, limit: Duration) -> Result<(Change, Policy)> {
    let _programs_end_too = Deadline::after(limit);
    let (sender, receiver) = channel();
    let request = request.clone();
    std::thread::spawn(move || {
        // Nobody hears it where it took too long.
        let _ = sender.send(opened(&request));
    });
    receiver.recv_timeout(limit).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => anyhow!(
                "the repository was not opened and compared within {} s",
                limit.as_secs()
            ),
            RecvTimeoutError::Disconnected => {
                anyhow!("opening the repository panicked: this is a defect of draftgate")
            }
        })
    })
}

/// Judges what was asked for, and gives the policy's word on it too. No longer than the policy's time limit: what
/// does not end then is left behind, and ends with the process.
pub fn gated(request: &Request, progress: Arc<dyn Progress>) -> Gated {
    let began = Instant::now();
    let (change, policy) = match opened_within(request, OPENING) {
        Ok(opened) => opened,
        Err(obstacle) => return Gated::obstacle(&obstacle),
    };
    let mut explained = policy.explained();
    if !policy.is_built_in() {
        explained = Redaction::default().text(&explained);
    }
    let (identity, fail_on, limit) = (policy.identity.clone(), policy.fail_on, policy.time_limit);
    let deadline = Deadline::after(limit.duration().saturating_sub(began.elapsed()));
    let running = Arc::new(Running::over(progress));
    let (sender, receiver) = channel();
    let judges = {
        let running = Arc::clone(&running);
        let (inputs, jobs) = (request.inputs.clone(), request.jobs);
        let selection = request.selection.clone();
        move || {
            let judged = judge(
                &change,
                &policy,
                &inputs,
                &registry(),
                &selection,
                jobs,
                &*running,
            );
            // Nobody hears it where it took too long.
            let _ = sender.send(judged);
        }
    };
    std::thread::spawn(judges);
    let mut judged = receiver.recv_timeout(deadline.left());
    let over = deadline.left().is_zero().then(|| running.names());
    if over.is_some() && judged.is_err() {
        judged = receiver.recv_timeout(GRACE);
    }
    let obstacle = match (&judged, over) {
        (_, Some(running)) => Some(format!(
            "the time of the run was over ({}, gate.time-limit of the policy) while this ran: {}",
            String::from(limit),
            running.join(", ")
        )),
        (Ok(_), None) => None,
        (Err(_), None) => Some("the run panicked: this is a defect of draftgate".to_owned()),
    };
    let nothing = |_| (could_not_judge("", identity), RunLog::default());
    let (mut judged, log) = judged.unwrap_or_else(nothing);
    judged.obstacle = obstacle.or(judged.obstacle);
    Gated {
        trace: Trace::new(judged, explained, log),
        fail_on,
        empty: false,
    }
}

/// Hears which checks run, and tells it on.
struct Running {
    names: Mutex<BTreeSet<String>>,
    progress: Arc<dyn Progress>,
}

impl Running {
    fn over(progress: Arc<dyn Progress>) -> Self {
        Self {
            names: Mutex::default(),
            progress,
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What runs, sorted; never empty.
    fn names(&self) -> Vec<String> {
        let names: Vec<String> = self.lock().iter().cloned().collect();
        match names.is_empty() {
            true => vec!["the preparation".to_owned()],
            false => names,
        }
    }
}

impl Progress for Running {
    fn started(&self, check: &str) {
        self.lock().insert(check.to_owned());
        self.progress.started(check);
    }

    fn finished(&self, check: &str) {
        self.lock().remove(check);
        self.progress.finished(check);
    }

    fn reported(&self, check: &str, findings: usize, blocking: usize) {
        self.progress.reported(check, findings, blocking);
    }
}

/// The policy that would judge the working state, or the range asked for.
///
/// # Errors
/// Where the repository, the base or the policy cannot be read.
pub fn policy(request: &Request) -> Result<Policy> {
    let opened = change::open(&request.directory)?;
    let (_, file) = ends_and_policy(&opened, request)?;
    Ok(Policy::load(Sources {
        policy: file.as_ref().map(Found::file),
        ..Sources::default()
    })?)
}

/// The top of the working tree that holds a directory.
///
/// # Errors
/// Where there is no repository, or it has no working tree.
pub fn top(directory: &Path) -> Result<PathBuf> {
    let opened = change::open(directory)?;
    let top = opened
        .worktree()
        .context("this repository has no working tree")?;
    Ok(top.to_owned())
}

/// The top of the tree in which no link is followed, nor written through: the working tree that holds a directory. Where
/// no repository can be read there, whatever looks like one.
pub fn tree(directory: &Path) -> Option<PathBuf> {
    match change::open(directory) {
        Ok(opened) => opened.worktree().map(Path::to_owned),
        Err(_) => files::tree_around(directory),
    }
}

/// The change and the policy that judges it.
///
/// # Errors
/// Where the repository, a side of the change or the policy cannot be read.
pub fn opened(request: &Request) -> Result<(Change, Policy)> {
    let mut opened = change::open(&request.directory)?;
    if request.fetch {
        opened.allow_fetch();
    }
    let (ends, file) = ends_and_policy(&opened, request)?;
    let change = opened.change(&request.spec, ends)?;
    let policy = Policy::over(&change, file.as_ref().map(Found::file))?;
    refuse_skipping_required(&policy, &request.selection)?;
    Ok((change, policy))
}

/// A policy file that was found.
struct Found {
    name: String,
    bytes: Vec<u8>,
    source: PolicySource,
}

impl Found {
    fn file(&self) -> PolicyFile<'_> {
        PolicyFile {
            name: &self.name,
            bytes: &self.bytes,
            source: self.source,
        }
    }
}

/// The ends of the change, and the policy at its base. The policy may name the target branch, and the
/// target branch decides the base: the base that the repository's own default gives says which target
/// holds, and the policy is read again where that leads to another base.
fn ends_and_policy(opened: &Opened, request: &Request) -> Result<(Ends, Option<Found>)> {
    let ends = opened.ends(&request.spec, None)?;
    let file = find_policy(opened, request, &ends)?;
    if !ends.by_target {
        return Ok((ends, file));
    }
    let policy = Policy::load(Sources {
        policy: file.as_ref().map(Found::file),
        ..Sources::default()
    })?;
    let Some(target) = policy.target else {
        return Ok((ends, file));
    };
    let ends = opened.ends(&request.spec, Some(&target))?;
    let file = find_policy(opened, request, &ends)?;
    Ok((ends, file))
}

fn find_policy(opened: &Opened, request: &Request, ends: &Ends) -> Result<Option<Found>> {
    let at = |revision: &str, name: String| -> Result<Option<Found>> {
        let Some(blob) = opened.read_at(revision, policy::FILE)? else {
            return Ok(None);
        };
        match blob.text() {
            Some(text) => Ok(Some(Found {
                name,
                bytes: text.as_bytes().to_vec(),
                source: PolicySource::Base,
            })),
            None => bail!(
                "{name} is no text ({}): nothing can be judged without the policy",
                blob.out_of_reach().unwrap_or_default()
            ),
        }
    };
    match &request.policy {
        PolicyFrom::Ref(reference) => {
            let name = format!("{} at {reference}", policy::FILE);
            at(reference, name)
        }
        PolicyFrom::Base => match &ends.base {
            Some(base) => at(base, policy::FILE.to_owned()),
            None => Ok(None),
        },
        PolicyFrom::Worktree => {
            let top = opened
                .worktree()
                .context("--policy-from worktree: this repository has no working tree")?;
            let read = files::in_tree(top, Path::new(policy::FILE), files::MOST_BY_HAND)
                .with_context(|| {
                    format!(
                        "--policy-from worktree: {}",
                        top.join(policy::FILE).display()
                    )
                })?;
            Ok(Some(Found {
                name: policy::FILE.to_owned(),
                bytes: read.bytes,
                source: PolicySource::Worktree,
            }))
        }
    }
}

/// `--skip` is for the checks that the policy leaves to the user.
fn refuse_skipping_required(policy: &Policy, selection: &Selection) -> Result<()> {
    for name in &selection.skip {
        if policy.required.iter().any(|check| check.as_str() == name) {
            bail!(
                "--skip {name}: the policy requires this check; a change to `gate.required` in the \
                 base's {} is what takes it out",
                policy::FILE
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_a_repository_is_given_up_when_its_time_is_over() {
        let request = Request {
            directory: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            spec: RangeSpec::All { head: None },
            policy: PolicyFrom::Base,
            selection: Selection::default(),
            inputs: Inputs::default(),
            jobs: 1,
            fetch: false,
        };
        let error = opened_within(&request, Duration::ZERO)
            .map(drop)
            .unwrap_err();
        assert!(error.to_string().contains("within 0 s"), "{error:#}");
    }
}
