//! The way from commit to commit, read from the commits themselves.
//!
//! Git keeps more beside the objects that says which commit has which parents: `info/grafts`, `shallow`, replace refs and
//! the commit graph. Whoever can write there could take a commit out of what is judged. Here a commit's parents are those
//! that it names; `shallow` explains why one of them is not there, and is not believed where it is.
//!
//! Both walks go from the newest to the oldest date. Dates are what the committers say: where they lie, a walk takes more
//! in than it had to (commits that base has as well, an older common ancestor), never less.
//!
//! Does not catch: a ref that was moved; history that is not here.

use std::collections::{BTreeSet, BinaryHeap, HashMap};

use anyhow::{Context, Result};

use super::backend::Backend;
use super::repository::Stored;

/// Reachable from head, or from the first of two.
const ONE: u8 = 1;
/// Reachable from base, or from the second of two.
const OTHER: u8 = 2;
/// Below a common ancestor that is known.
const BELOW: u8 = 4;

/// Ids of the commits that are reachable from `head` and not from `base`, in any order.
pub(super) fn between(
    backend: &dyn Backend,
    base: Option<&str>,
    head: &str,
) -> Result<Vec<String>> {
    let mut walk = Walk::new(backend);
    walk.reach(head, ONE)?;
    if let Some(base) = base {
        walk.reach(base, OTHER)?;
    }
    let mut found = HashMap::new();
    let mut oldest = i64::MAX;
    while let Some((time, id)) = walk.newest() {
        // Until nothing that is left can be newer than what was found: it may lead to that.
        if walk.waiting_for(|marks| marks & OTHER == 0) == 0 && time < oldest {
            break;
        }
        let marks = walk.take(&id);
        if marks & OTHER == 0 {
            oldest = oldest.min(time);
            found.insert(id.clone(), time);
        } else {
            found.remove(&id);
        }
        walk.go_on(&id, marks)?;
    }
    Ok(found
        .into_keys()
        .filter(|id| walk.marks(id) & OTHER == 0)
        .collect())
}

/// The common ancestors of two commits from which no other was come by, in any order.
pub(super) fn merge_bases(backend: &dyn Backend, one: &str, two: &str) -> Result<Vec<String>> {
    let mut walk = Walk::new(backend);
    walk.reach(one, ONE)?;
    walk.reach(two, OTHER)?;
    let mut found = BTreeSet::new();
    while let Some((_, id)) = walk.newest() {
        if walk.waiting_for(|marks| marks & BELOW == 0) == 0 {
            break;
        }
        let mut marks = walk.take(&id);
        if marks == ONE | OTHER {
            found.insert(id.clone());
            marks |= BELOW;
        }
        walk.go_on(&id, marks)?;
    }
    found.retain(|id| walk.marks(id) & BELOW == 0);
    Ok(found.into_iter().collect())
}

/// Whether the repository has an object.
pub(super) fn is_here(backend: &dyn Backend, id: &str) -> Result<bool> {
    let stored = backend.as_repository().object(id)?;
    Ok(!matches!(stored, Stored::Missing(_)))
}

/// A commit that was seen.
struct Seen {
    time: i64,
    parents: Vec<String>,
    marks: u8,
    waits: bool,
}

/// Commits that were seen, and those that wait to be gone on from, the newest first.
struct Walk<'a> {
    backend: &'a dyn Backend,
    cuts: BTreeSet<String>,
    seen: HashMap<String, Seen>,
    waiting: BinaryHeap<(i64, String)>,
    /// How many wait, by their marks.
    counts: [usize; 8],
}

impl<'a> Walk<'a> {
    fn new(backend: &'a dyn Backend) -> Self {
        Self {
            backend,
            cuts: backend.place().cuts(),
            seen: HashMap::new(),
            waiting: BinaryHeap::new(),
            counts: [0; 8],
        }
    }

    /// Marks a commit; where that says something new of it, it waits to be gone on from.
    fn reach(&mut self, id: &str, marks: u8) -> Result<()> {
        if !self.seen.contains_key(id) {
            let commit = self.backend.as_repository().commit(id)?;
            let seen = Seen {
                time: commit.time,
                parents: commit.parents,
                marks: 0,
                waits: false,
            };
            self.seen.insert(id.to_owned(), seen);
        }
        let seen = self.seen.get_mut(id).context("it was just seen")?;
        let all = seen.marks | marks;
        if all == seen.marks {
            return Ok(());
        }
        if seen.waits {
            self.counts[usize::from(seen.marks)] -= 1;
        } else {
            self.waiting.push((seen.time, id.to_owned()));
        }
        seen.waits = true;
        seen.marks = all;
        self.counts[usize::from(all)] += 1;
        Ok(())
    }

    /// Reaches the parents of a commit.
    fn go_on(&mut self, id: &str, marks: u8) -> Result<()> {
        let parents = self.seen.get(id).map(|seen| seen.parents.clone());
        let is_cut = self.cuts.contains(id);
        for parent in parents.unwrap_or_default() {
            if !is_cut || is_here(self.backend, &parent)? {
                self.reach(&parent, marks)?;
            }
        }
        Ok(())
    }

    fn newest(&self) -> Option<(i64, String)> {
        self.waiting.peek().cloned()
    }

    /// Takes the newest out; its marks.
    fn take(&mut self, id: &str) -> u8 {
        self.waiting.pop();
        let Some(seen) = self.seen.get_mut(id) else {
            return 0;
        };
        seen.waits = false;
        self.counts[usize::from(seen.marks)] -= 1;
        seen.marks
    }

    fn marks(&self, id: &str) -> u8 {
        self.seen.get(id).map_or(0, |seen| seen.marks)
    }

    /// How many wait whose marks are wanted.
    fn waiting_for(&self, wanted: impl Fn(u8) -> bool) -> usize {
        let marked = (0u8..).zip(self.counts);
        marked
            .filter(|(marks, _)| wanted(*marks))
            .map(|(_, count)| count)
            .sum()
    }
}
