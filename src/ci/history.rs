//! The history that a range takes, fetched where the checkout left it out: as little as will do.
//!
//! Both ends must be here, and every commit between them: what was added and taken out again is judged
//! too. Where the event says how many commits there are, one fetch of that depth is enough; otherwise the
//! cut is moved back step by step until the merge-base is in sight.
//!
//! Does not catch: a remote that answers with another history; it is the checkout's own.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::event::{End, Range, Wanted};
use crate::change::{self, Opened, RangeSpec};
use crate::process::{Program, environment};
use crate::text::visible;

/// Commits by which the cut is moved back, one fetch each.
const STEPS: [u32; 8] = [16, 32, 64, 128, 512, 2_048, 8_192, 32_768];
/// The change that is wanted, with its history here; none where there is nothing to judge. `fetch`: whether
/// the remote may be asked.
///
/// # Errors
/// Where history is missing and could not be had, with the line to add to the workflow.
pub fn spec(directory: &Path, wanted: &Wanted, fetch: bool) -> Result<Option<RangeSpec>> {
    let clone = Clone { directory, fetch };
    match &wanted.range {
        Range::Nothing(_) => Ok(None),
        Range::Everything(head) => {
            let head = clone.tip(head, 1)?;
            Ok(Some(RangeSpec::All { head: Some(head) }))
        }
        Range::Direct(base, head) => {
            let depth = wanted.commits.map_or(1, |commits| commits + 1);
            let (base_id, head_id) = (clone.tip(base, 1)?, clone.tip(head, depth)?);
            let whole = |opened: &Opened| -> Result<bool> {
                let between = opened.between(&base_id, &head_id)?;
                let counted = wanted
                    .commits
                    .is_some_and(|wanted| between.commits >= wanted);
                Ok(!between.cut || counted)
            };
            if !whole(&change::open(directory)?)? {
                clone.fetch(Some(format!("--depth={depth}")), &[base, head])?;
                clone.deepen(base, head, whole)?;
            }
            Ok(Some(RangeSpec::Range(format!("{base_id}..{head_id}"))))
        }
        Range::FromMergeBase(base, head) => {
            let depth = wanted.commits.map_or(1, |commits| commits + 1);
            let (base_id, head_id) = (clone.tip(base, depth)?, clone.tip(head, depth)?);
            clone.deepen(base, head, |opened| {
                let Some(common) = opened.merge_base(&base_id, &head_id)? else {
                    return Ok(!opened.is_shallow());
                };
                let cut = opened.between(&common, &head_id)?.cut
                    || opened.between(&common, &base_id)?.cut;
                Ok(!cut)
            })?;
            Ok(Some(RangeSpec::Between {
                base: Some(base_id),
                head: Some(head_id),
            }))
        }
    }
}

struct Clone<'a> {
    directory: &'a Path,
    fetch: bool,
}

impl Clone<'_> {
    /// The commit at an end, fetched where it is not here.
    fn tip(&self, end: &End, depth: u64) -> Result<String> {
        let opened = change::open(self.directory)?;
        if let Some(id) = opened.find(&end.revision)? {
            return Ok(id);
        }
        if let Some(id) = opened.find(&format!("refs/remotes/origin/{}", end.revision))? {
            return Ok(id);
        }
        // In a whole clone the rest of the history is here; a depth would cut it.
        let depth = opened.is_shallow().then(|| format!("--depth={depth}"));
        self.fetch(depth, &[end])?;
        let opened = change::open(self.directory)?;
        let found = match opened.find(&end.revision)? {
            Some(id) => Some(id),
            None => opened.find("FETCH_HEAD")?,
        };
        found.with_context(|| {
            format!(
                "{} is not on the remote any more: give the input `base`",
                visible(&end.revision)
            )
        })
    }

    /// Moves the cut back until the history is whole.
    fn deepen(
        &self,
        base: &End,
        head: &End,
        whole: impl Fn(&Opened) -> Result<bool>,
    ) -> Result<()> {
        for step in STEPS {
            if whole(&change::open(self.directory)?)? {
                return Ok(());
            }
            self.fetch(Some(format!("--deepen={step}")), &[base, head])?;
        }
        if whole(&change::open(self.directory)?)? {
            return Ok(());
        }
        bail!(
            "the history between base and head is not here: {}",
            change::DEEPEN
        )
    }

    fn fetch(&self, depth: Option<String>, ends: &[&End]) -> Result<()> {
        if !self.fetch {
            bail!("history is missing here: {}", change::DEEPEN);
        }
        let mut git = Program::new("git", self.directory)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ALLOW_PROTOCOL", change::PROTOCOLS)
            .args([
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.fsmonitor=false",
                "fetch",
                "--quiet",
                "--no-tags",
            ])
            .arg("--no-recurse-submodules")
            .args(depth)
            .args(["--end-of-options", "origin"])
            .args(ends.iter().map(|end| &end.fetch));
        for name in change::NETWORK {
            if let Some(value) = environment::variable(name) {
                git = git.env(name, value);
            }
        }
        let ran = git.run();
        if ran.succeeded() {
            return Ok(());
        }
        bail!(
            "history is missing here and could not be fetched ({}): add `fetch-depth: 0` to actions/checkout (a private repository cannot be fetched from with `persist-credentials: false`)",
            ran.why()
        )
    }
}
