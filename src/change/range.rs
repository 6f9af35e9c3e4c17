//! What was asked, and which two states it means.
//!
//! Does not catch: a target branch that somebody moved in this clone; a remote's branch is taken before
//! a local one of the same name for that reason.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::backend::{Backend, DEEPEN};
use super::history;

/// The request for a change, validated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RangeSpec {
    /// Nothing in particular: the working state against the merge-base with the target branch.
    #[default]
    Default,
    /// `RANGE`: `BASE..HEAD`, `BASE...HEAD`, a branch (from where it left the target branch), or one
    /// commit (from its first parent).
    Range(String),
    /// `--base`, `--head`: from their merge-base. Without a head: the working state; without a base: from
    /// the merge-base with the target branch.
    Between {
        /// `--base`.
        base: Option<String>,
        /// `--head`.
        head: Option<String>,
    },
    /// `--staged`: the index against `HEAD`.
    Staged {
        /// `--base`, in place of `HEAD`.
        base: Option<String>,
        /// Another index file than the repository's own: what git gives to the hooks of `git commit -a`
        /// as `GIT_INDEX_FILE`. Never taken from the environment here.
        index: Option<PathBuf>,
    },
    /// `--worktree`: the working tree, untracked files with it, against `HEAD`.
    Worktree {
        /// `--base`, in place of `HEAD`.
        base: Option<String>,
    },
    /// `--all`: everything is new.
    All {
        /// `--head`, in place of the working state.
        head: Option<String>,
    },
    /// `--patch`: a unified diff, applied in memory.
    Patch {
        /// Its bytes.
        text: Vec<u8>,
        /// `--base`: what it applies to, in place of `HEAD`.
        base: Option<String>,
    },
}

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Full id of the base commit; none is the empty tree. The policy is read from here.
    pub base: Option<String>,
    /// The other end.
    pub head: Head,
    /// How the base was found, where it was not named.
    pub remarks: Vec<String>,
    /// Whether another target branch could mean another base.
    pub by_target: bool,
}

/// The head of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A commit, by its full id.
    Commit(String),
    /// The working tree over `HEAD`.
    Working,
    /// The index over `HEAD`; another file than the repository's own.
    Staged(Option<PathBuf>),
    /// A patch over the base.
    Patch(Vec<u8>),
}

/// The full id of the commit that a revision means.
pub(super) fn commit_of(backend: &dyn Backend, revision: &str) -> Result<String> {
    if let Some(id) = backend.resolve(revision)? {
        return Ok(id);
    }
    let shown = crate::text::visible(revision);
    if backend.place().is_shallow() {
        bail!("no commit `{shown}` here: {DEEPEN}");
    }
    bail!(
        "no commit `{shown}` in this repository: `git fetch origin` brings what is only on the remote, `git branch --all` lists what is there"
    );
}

/// Finds the ends.
pub(super) fn ends(backend: &dyn Backend, spec: &RangeSpec, target: Option<&str>) -> Result<Ends> {
    let at = |base: Option<String>, head: Head| Ends {
        base,
        head,
        remarks: Vec::new(),
        by_target: false,
    };
    let named_or_head = |base: &Option<String>| match base {
        Some(base) => commit_of(backend, base).map(Some),
        None => backend.resolve("HEAD"),
    };
    let working = || match backend.place().worktree {
        Some(_) => Ok(Head::Working),
        None => bail!("a bare repository has no working tree: name a range, such as `main..topic`"),
    };
    Ok(match spec {
        RangeSpec::Default => from_target(backend, target, None, working()?)?,
        RangeSpec::Between {
            base: None,
            head: None,
        } => from_target(backend, target, None, working()?)?,
        RangeSpec::Between {
            base: None,
            head: Some(head),
        } => {
            let head = commit_of(backend, head)?;
            from_target(backend, target, Some(&head), Head::Commit(head.clone()))?
        }
        RangeSpec::Between {
            base: Some(base),
            head,
        } => {
            let (tip, head) = match head {
                Some(head) => {
                    let id = commit_of(backend, head)?;
                    (id.clone(), Head::Commit(id))
                }
                None => (commit_of(backend, "HEAD")?, working()?),
            };
            let named = commit_of(backend, base)?;
            let common = merge_base(backend, &named, &tip, base)?;
            let mut ends = at(Some(common.clone()), head);
            if common != named {
                ends.remarks.push(format!(
                    "compared with {common}, where the change left {}",
                    crate::text::visible(base)
                ));
            }
            ends
        }
        RangeSpec::Range(range) => from_range(backend, range, target)?,
        RangeSpec::Staged { base, index } => {
            working()?;
            at(named_or_head(base)?, Head::Staged(index.clone()))
        }
        RangeSpec::Worktree { base } => at(named_or_head(base)?, working()?),
        RangeSpec::All { head: Some(head) } => at(None, Head::Commit(commit_of(backend, head)?)),
        RangeSpec::All { head: None } => match backend.place().worktree {
            Some(_) => at(None, Head::Working),
            None => at(None, Head::Commit(commit_of(backend, "HEAD")?)),
        },
        RangeSpec::Patch { text, base } => at(named_or_head(base)?, Head::Patch(text.clone())),
    })
}

fn from_range(backend: &dyn Backend, range: &str, target: Option<&str>) -> Result<Ends> {
    let or_head = |revision: &str| match revision {
        "" => commit_of(backend, "HEAD"),
        named => commit_of(backend, named),
    };
    let at = |base: Option<String>, head: String| Ends {
        base,
        head: Head::Commit(head),
        remarks: Vec::new(),
        by_target: false,
    };
    if let Some((base, head)) = range.split_once("...") {
        let (named, head) = (or_head(base)?, or_head(head)?);
        return Ok(at(Some(merge_base(backend, &named, &head, base)?), head));
    }
    if let Some((base, head)) = range.split_once("..") {
        let (base, head) = (or_head(base)?, or_head(head)?);
        let mut ends = at(Some(base.clone()), head.clone());
        if base != head && history::merge_bases(backend, &base, &head)?.contains(&head) {
            ends.remarks.push(
                "head is an ancestor of base: this is the change that takes the commits between them back".to_owned(),
            );
        }
        return Ok(ends);
    }
    let head = commit_of(backend, range)?;
    if is_branch(backend, range)? {
        return from_target(backend, target, Some(&head), Head::Commit(head.clone()));
    }
    let parents = backend.as_repository().commit(&head)?.parents;
    let parent = parents.into_iter().next();
    if let Some(parent) = &parent
        && backend.place().cuts().contains(&head)
        && !history::is_here(backend, parent)?
    {
        bail!("the parent of {head} is not here: {DEEPEN}");
    }
    Ok(at(parent, head))
}

fn is_branch(backend: &dyn Backend, name: &str) -> Result<bool> {
    if name == "HEAD" || name == "@" {
        return Ok(false);
    }
    for prefix in ["refs/heads/", "refs/remotes/"] {
        if name.starts_with(prefix) || backend.resolve(&format!("{prefix}{name}"))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// From the merge-base with the target branch. `tip`: the commit; none is `HEAD`.
fn from_target(
    backend: &dyn Backend,
    target: Option<&str>,
    tip: Option<&str>,
    head: Head,
) -> Result<Ends> {
    let tip = match tip {
        Some(tip) => Some(tip.to_owned()),
        None => backend.resolve("HEAD")?,
    };
    let Some(tip) = tip else {
        return Ok(Ends {
            base: None,
            head,
            remarks: vec!["HEAD has no commit yet: everything is new".to_owned()],
            by_target: true,
        });
    };
    let (name, id, how) = target_branch(backend, target)?;
    let base = merge_base(backend, &id, &tip, &name)?;
    Ok(Ends {
        remarks: vec![format!(
            "compared with {name} ({how}), from their merge-base {base}"
        )],
        base: Some(base),
        head,
        by_target: true,
    })
}

/// Name, commit, and how it was chosen.
fn target_branch(
    backend: &dyn Backend,
    target: Option<&str>,
) -> Result<(String, String, &'static str)> {
    if let Some(target) = target {
        for full in [
            format!("refs/remotes/origin/{target}"),
            format!("refs/heads/{target}"),
            target.to_owned(),
        ] {
            if let Some(id) = backend.resolve(&full)? {
                return Ok((short(&full), id, "gate.target of the policy"));
            }
        }
        let target = crate::text::visible(target);
        bail!(
            "the policy's target branch `{target}` is not here: `git fetch origin {target}`, or name a base with --base"
        );
    }
    for (full, how) in [
        ("refs/remotes/origin/HEAD", "the remote's default branch"),
        ("refs/remotes/origin/main", "no origin/HEAD here"),
        ("refs/remotes/origin/master", "no origin/HEAD here"),
        ("refs/heads/main", "no remote's branch here"),
        ("refs/heads/master", "no remote's branch here"),
    ] {
        if let Some(id) = backend.resolve(full)? {
            return Ok((short(full), id, how));
        }
    }
    bail!(
        "no branch to compare with: there is no origin/HEAD, main or master; name one with `--base REF`, or set `target` under [gate] in draftgate.toml (`--worktree` compares with HEAD)"
    );
}

fn short(full: &str) -> String {
    let name = full
        .strip_prefix("refs/remotes/")
        .or(full.strip_prefix("refs/heads/"));
    crate::text::visible(name.unwrap_or(full))
}

/// The best common ancestor; of several, the newest, then the one with the smallest id.
pub(super) fn best_common(backend: &dyn Backend, one: &str, two: &str) -> Result<Option<String>> {
    let mut best: Option<(i64, String)> = None;
    for id in history::merge_bases(backend, one, two)? {
        let time = backend.as_repository().commit(&id)?.time;
        if best
            .as_ref()
            .is_none_or(|(other, name)| (-time, &id) < (-other, name))
        {
            best = Some((time, id));
        }
    }
    Ok(best.map(|(_, id)| id))
}

/// [`best_common`], which must be here.
fn merge_base(backend: &dyn Backend, base: &str, head: &str, name: &str) -> Result<String> {
    if let Some(id) = best_common(backend, base, head)? {
        return Ok(id);
    }
    let name = crate::text::visible(if name.is_empty() { "HEAD" } else { name });
    if backend.place().is_shallow() {
        bail!("no common ancestor of {name} and {head} is here: {DEEPEN}");
    }
    bail!("{name} and {head} have no common ancestor: compare them directly with `{base}..{head}`");
}

/// There is nothing between base and head: no pass, unless whoever asked knows better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NothingToJudge(String);

impl std::fmt::Display for NothingToJudge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NothingToJudge {}

/// Why an empty comparison is no pass.
pub(super) fn nothing_to_judge(spec: &RangeSpec, ends: &Ends) -> NothingToJudge {
    let fix = match spec {
        RangeSpec::Staged { .. } => "nothing is staged: `git add` the files first",
        RangeSpec::Worktree { .. } => {
            "the working tree is as HEAD has it: name a range, such as `HEAD~1..HEAD`"
        }
        RangeSpec::Patch { .. } => "the patch is empty",
        RangeSpec::All { .. } => "the repository is empty",
        RangeSpec::Default | RangeSpec::Between { .. } | RangeSpec::Range(_) => {
            "base and head are the same commit: name a range that has a change, such as `HEAD~1..HEAD`"
        }
    };
    let base = ends.base.as_deref().unwrap_or("the empty tree");
    NothingToJudge(format!("nothing to judge at {base}: {fix}"))
}

/// The arguments that ask for a committed change again.
pub(super) fn committed_arguments(spec: &RangeSpec, base: Option<&str>, head: &str) -> String {
    match (base, spec) {
        (Some(base), _) => format!("{base}..{head}"),
        (None, RangeSpec::All { .. }) => format!("--all --head {head}"),
        // One commit that has no parent.
        (None, _) => head.to_owned(),
    }
}

/// The arguments that ask for an uncommitted change again, as long as nobody edits it.
pub(super) fn uncommitted_arguments(spec: &RangeSpec, base: Option<&str>) -> String {
    let mode = match spec {
        RangeSpec::Staged { .. } => "--staged",
        RangeSpec::Worktree { .. } => "--worktree",
        RangeSpec::All { .. } => "--all",
        RangeSpec::Patch { .. } => "--patch -",
        RangeSpec::Default | RangeSpec::Between { .. } | RangeSpec::Range(_) => "",
    };
    let based = base.filter(|_| !matches!(spec, RangeSpec::All { .. }));
    let words = [
        Some(mode.to_owned()).filter(|mode| !mode.is_empty()),
        based.map(|base| format!("--base {base}")),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
