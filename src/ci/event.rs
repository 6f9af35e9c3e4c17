//! Base and head of an event: `GITHUB_EVENT_PATH`, read here and by no shell.
//!
//! An event that this module does not know needs a base from the user: a diff against a guessed base must
//! never pass.
//!
//! Does not catch: an event file that lies; only the runner writes it.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::change::is_null;

/// Two states, and how they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// As they stand.
    Direct(End, End),
    /// From their merge-base.
    FromMergeBase(End, End),
    /// Everything that head has is new.
    Everything(End),
    /// There is nothing to judge, and that is well; why.
    Nothing(String),
}

/// One end: the commit, and the ref to fetch where it is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// An object id, or a ref of this clone.
    pub revision: String,
    /// What to ask the remote for.
    pub fetch: String,
}

/// What is asked for by an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which states.
    pub range: Range,
    /// Commits between them, where the event says.
    pub commits: Option<u64>,
    /// Whether it is well that the remote has all of head already (a new branch, a tag).
    pub may_be_empty: bool,
}

/// What is known beside the event.
#[derive(Clone, Debug, Default)]
pub struct Checkout {
    /// `HEAD` of the clone.
    pub head: Option<String>,
    /// Its parents, as the commit names them: they need not be here.
    pub parents: Vec<String>,
}

impl End {
    /// A commit by its id.
    fn id(id: &str) -> Self {
        Self {
            revision: id.to_owned(),
            fetch: id.to_owned(),
        }
    }

    /// A branch of the remote.
    fn branch(name: &str) -> Self {
        Self {
            revision: format!("refs/remotes/origin/{name}"),
            fetch: format!("+refs/heads/{name}:refs/remotes/origin/{name}"),
        }
    }

    /// What a user named: an id, a branch of the remote, or anything that this clone knows.
    fn named(name: &str) -> Self {
        Self {
            revision: name.to_owned(),
            fetch: name.to_owned(),
        }
    }
}

/// What an event asks for. `base` and `head` are the user's, and hold over the event's.
///
/// # Errors
/// Where the event does not say what is to be judged, with what to add.
pub fn wanted(
    name: &str,
    event: &Value,
    checkout: &Checkout,
    base: Option<&str>,
    head: Option<&str>,
) -> Result<Wanted> {
    if base.is_some() || head.is_some() {
        let base = match base {
            Some(base) => End::named(base),
            None => default_branch(event).context(
                "`head` is given without `base`, and the event names no default branch: give both",
            )?,
        };
        let head = End::named(head.unwrap_or("HEAD"));
        return Ok(Wanted {
            range: Range::FromMergeBase(base, head),
            commits: None,
            may_be_empty: false,
        });
    }
    match name {
        "pull_request" | "pull_request_target" | "pull_request_review" => {
            pull_request(name, event, checkout)
        }
        "merge_group" => Ok(Wanted {
            range: Range::Direct(
                End::id(id(event, "/merge_group/base_sha")?),
                End::id(id(event, "/merge_group/head_sha")?),
            ),
            commits: None,
            may_be_empty: false,
        }),
        "push" => push(event),
        "workflow_dispatch" | "schedule" => {
            let base = default_branch(event)
                .with_context(|| format!("a {name} event names no base: give the input `base`"))?;
            Ok(Wanted {
                range: Range::FromMergeBase(base, End::named("HEAD")),
                commits: None,
                may_be_empty: false,
            })
        }
        other => bail!(
            "draftgate does not know what a `{}` event changes: give the inputs `base` and `head`",
            crate::text::visible(other)
        ),
    }
}

fn pull_request(name: &str, event: &Value, checkout: &Checkout) -> Result<Wanted> {
    let head = id(event, "/pull_request/head/sha")?;
    let base = id(event, "/pull_request/base/sha")?;
    let commits = event
        .pointer("/pull_request/commits")
        .and_then(Value::as_u64);
    // The merge that GitHub made of base and head, checked out by default: its first parent is the base
    // as it is now, and the merge is what would come to be. A pull_request_target has base checked out.
    if let (Some(merge), [first, second]) = (&checkout.head, checkout.parents.as_slice())
        && name != "pull_request_target"
        && second == head
    {
        return Ok(Wanted {
            range: Range::Direct(End::id(first), End::id(merge)),
            commits: commits.map(|commits| commits + 1),
            may_be_empty: false,
        });
    }
    let number = event
        .pointer("/pull_request/number")
        .or(event.pointer("/number"));
    let head = End {
        revision: head.to_owned(),
        fetch: match number.and_then(Value::as_u64) {
            Some(number) => format!("refs/pull/{number}/head"),
            None => head.to_owned(),
        },
    };
    Ok(Wanted {
        range: Range::FromMergeBase(End::id(base), head),
        commits,
        may_be_empty: false,
    })
}

fn push(event: &Value) -> Result<Wanted> {
    let (before, after) = (id(event, "/before")?, id(event, "/after")?);
    let reference = event
        .pointer("/ref")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if is_null(after) {
        return Ok(Wanted {
            range: Range::Nothing(format!("{} was deleted", crate::text::visible(reference))),
            commits: None,
            may_be_empty: true,
        });
    }
    let branch = event
        .pointer("/repository/default_branch")
        .and_then(Value::as_str);
    let to_default = branch.is_some_and(|branch| reference == format!("refs/heads/{branch}"));
    let forced = event.pointer("/forced").and_then(Value::as_bool) == Some(true);
    let after = End::id(after);
    let range = if !is_null(before) && !forced {
        Range::Direct(End::id(before), after)
    } else if !is_null(before) && to_default {
        Range::FromMergeBase(End::id(before), after)
    } else if to_default {
        Range::Everything(after)
    } else {
        // A new branch, or one that was written anew: what it held before may be nowhere any more.
        let base = default_branch(event).context(
            "the event of a new branch names no default branch to compare with: give the input `base`",
        )?;
        Range::FromMergeBase(base, after)
    };
    let commits = event.pointer("/commits").and_then(Value::as_array);
    let known = matches!(range, Range::Direct(..)) && commits.is_some_and(|list| !list.is_empty());
    Ok(Wanted {
        commits: commits.filter(|_| known).map(|list| list.len() as u64),
        may_be_empty: is_null(before),
        range,
    })
}

fn default_branch(event: &Value) -> Option<End> {
    let name = event.pointer("/repository/default_branch")?.as_str()?;
    Some(End::branch(name))
}

/// An object id of the event.
fn id<'a>(event: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = event.pointer(pointer).and_then(Value::as_str);
    let found =
        found.filter(|id| id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    found.with_context(|| {
        format!(
            "the event has no object id at {pointer}: is GITHUB_EVENT_NAME the event's own name?"
        )
    })
}
