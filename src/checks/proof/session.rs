//! The runs for a change: each tree is written anew where nothing of the user's is, run once for what is asked, and
//! what came of it is kept by everything that it depends on.
//!
//! ```ignore
//! let session = Session::begin(context, &command)?;
//! let results = session.run(&Tree::of(Side::Head), &Which::default())?;
//! ```
//!
//! Does not catch: a tree that tells by more than its files (the clock, the machine).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::change::{Change, Side, Snapshot};
use crate::checks::Context;
use crate::files;
use crate::process;
use crate::suite::outcome::Results;
use crate::suite::place::Place;
use crate::suite::{Failure, Runner, State, Which};
use crate::tools::locate::Located;
use crate::tools::workspace::Workspace;
use crate::tools::{cache, config};

use super::runs::Edited;

/// A file of a tree that is not as its side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::checks) enum Edit {
    /// As base has it.
    OfBase,
    /// This text.
    Text(String),
}

/// A tree to run tests in.
#[derive(Clone, Debug)]
pub(in crate::checks) struct Tree {
    /// How messages call it: `head`.
    pub label: &'static str,
    /// What it is but for the edits.
    pub side: Side,
    /// By path.
    pub edits: BTreeMap<String, Edit>,
    /// Whether the runner's configuration is base's.
    pub with_configuration_of_base: bool,
}

impl Tree {
    /// A side as it is.
    pub(in crate::checks) fn of(side: Side) -> Self {
        Self {
            label: match side {
                Side::Base => "base",
                Side::Head => "head",
            },
            side,
            edits: BTreeMap::new(),
            with_configuration_of_base: false,
        }
    }
}

/// The runs for a change.
pub(in crate::checks) struct Session<'a> {
    context: &'a Context<'a>,
    /// What runs the tests.
    pub runner: Runner<'a>,
    workspace: Workspace,
    located: RefCell<Option<Located>>,
    /// Head as it stands while its files are edited one after the other.
    standing: RefCell<Option<Place>>,
    output: RefCell<String>,
    begun: Instant,
    limit: Duration,
}

impl<'a> Session<'a> {
    /// Begins the runs of a command.
    ///
    /// # Errors
    /// Where no recipe knows the command, or there is no place to run it in.
    pub(in crate::checks) fn begin(context: &'a Context<'a>, command: &[String]) -> Result<Self> {
        let settings = &context.policy.checks().proof;
        let change = context.change;
        let mut runner = Runner::new(change, context.policy.environments(), command)?;
        runner.adapter.network = settings.network;
        runner.adapter.sandbox = settings.sandbox;
        Ok(Self {
            context,
            runner,
            workspace: Workspace::open(change, "proof")?,
            located: RefCell::new(None),
            standing: RefCell::new(None),
            output: RefCell::default(),
            begun: Instant::now(),
            limit: settings.time_limit.duration(),
        })
    }

    /// What the runs printed, for the trace.
    pub(in crate::checks) fn output(&self) -> String {
        self.output.borrow().clone()
    }

    /// Who runs the tests, with version; empty before the first run.
    pub(in crate::checks) fn shown(&self) -> String {
        let located = self.located.borrow();
        located.as_ref().map_or_else(String::new, |located| {
            let program = &self.runner.adapter.name;
            format!("{program} {} from {}", located.number(), located.place)
        })
    }

    /// What is left of the time for this change.
    pub(in crate::checks) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.begun.elapsed())
    }

    /// Runs tests of a tree, or takes what came of them from the cache.
    ///
    /// # Errors
    /// Where nothing is known of them: why.
    pub(in crate::checks) fn run(&self, tree: &Tree, which: &Which) -> Result<Results, Failure> {
        self.run_within(tree, which, self.left())
    }

    /// The same, within this time.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(in crate::checks) fn run_within(
        &self,
        tree: &Tree,
        which: &Which,
        limit: Duration,
    ) -> Result<Results, Failure> {
        if self.left().is_zero() {
            let why = "the time for all runs of the change is over";
            return Err(Failure::new(State::TimedOut, why));
        }
        let place = || {
            let made = self.place(tree, limit.min(self.left()));
            made.map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))
        };
        let mut located = self.located.borrow_mut();
        let located = match &mut *located {
            Some(located) => located,
            none => none.insert(self.runner.locate(&place()?.root)?),
        };
        let key = self.key(tree, which, located);
        let mut output = self.output.borrow_mut();
        if let Some(results) = cache::get::<Results>(&key) {
            output.push_str(&format!("proof: {} is from the cache\n", tree.label));
            return Ok(results);
        }
        let seconds = self.left().as_secs();
        let label = format!("proof: tests of {} ({seconds} s left)", tree.label);
        self.context.progress.started(&label);
        output.push_str(&format!("proof: {}\n", tree.label));
        // Another tree takes its place.
        self.standing.take();
        let ran = self.runner.run(located, &place()?, which, &mut output);
        self.context.progress.finished(&label);
        let results = ran?;
        cache::put(&key, &results);
        Ok(results)
    }

    /// Runs tests of head while one of its files has another text. The tree stands from one edit to the next, so that a
    /// build starts from the last.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub(super) fn edited(&self, edited: &Edited) -> Result<(Results, Duration), Failure> {
        let located = self.located.borrow();
        let Some(located) = located.as_ref() else {
            return Err(Failure::new(State::Missing, "head was not run"));
        };
        let edit = Edit::Text(edited.text.clone());
        let tree = Tree {
            label: "an edit of head",
            edits: BTreeMap::from([(edited.path.clone(), edit)]),
            ..Tree::of(Side::Head)
        };
        let key = cache::key(&["edited".to_owned(), self.key(&tree, &edited.which, located)]);
        if let Some(kept) = cache::get::<Kept>(&key) {
            return kept.told();
        }
        let unwritten =
            |error: anyhow::Error| Failure::new(State::NoWorktree, format!("{error:#}"));
        let mut standing = self.standing.borrow_mut();
        let place = match &mut *standing {
            Some(place) => place,
            none => {
                let made = self.place(&Tree::of(Side::Head), edited.limit);
                none.insert(made.map_err(unwritten)?)
            }
        };
        place.limit = edited.limit.min(self.left());
        let is_short = place.limit < edited.limit;
        let label = format!("proof: {} ({} s left)", edited.what, self.left().as_secs());
        self.context.progress.started(&label);
        write_edits(self.context.change, &tree, &place.root).map_err(unwritten)?;
        let begun = Instant::now();
        let mut output = String::new();
        let ran = self.runner.run(located, place, &edited.which, &mut output);
        let took = begun.elapsed();
        let restored = self
            .context
            .change
            .put(Side::Head, &edited.path, &place.root);
        self.context.progress.finished(&label);
        restored.map_err(unwritten)?;
        let kept = match &ran {
            Ok(results) => Some(Kept::Ran(results.clone(), took.as_millis())),
            Err(failure) if failure.state == State::NotBuilt => Some(Kept::NotBuilt),
            // With more time it may come to something else.
            Err(failure) if failure.state == State::TimedOut && !is_short => Some(Kept::TimedOut),
            Err(_) => None,
        };
        if let Some(kept) = kept {
            cache::put(&key, &kept);
        }
        Ok((ran?, took))
    }

    /// What was kept of the tests of head under a name.
    pub(super) fn kept(&self, what: &str) -> Option<String> {
        cache::get(&self.key_of(what)?)
    }

    /// Keeps it.
    pub(super) fn keep(&self, what: &str, text: &str) {
        if let Some(key) = self.key_of(what) {
            cache::put(&key, &text);
        }
    }

    fn key_of(&self, what: &str) -> Option<String> {
        let located = self.located.borrow();
        let key = self.key(&Tree::of(Side::Head), &Which::default(), located.as_ref()?);
        Some(cache::key(&[what.to_owned(), key]))
    }

    /// Writes a tree.
    fn place(&self, tree: &Tree, limit: Duration) -> Result<Place> {
        let change = self.context.change;
        let root = self
            .workspace
            .tree(change, tree.side, "tree", &self.runner.links())?;
        write_edits(change, tree, &root)?;
        if tree.with_configuration_of_base {
            let differences = config::differences(&self.runner.adapter, change, "")?;
            config::lay_over(change, &differences, &root)?;
        }
        Place::of(&self.workspace, "all", root, limit)
    }

    /// Everything that the outcome depends on.
    fn key(&self, tree: &Tree, which: &Which, located: &Located) -> String {
        let change = self.context.change;
        let mut parts = vec![
            "proof".to_owned(),
            serde_json::to_string(&self.runner.adapter).unwrap_or_default(),
            format!(
                "{:?}",
                (self.runner.adapter.network, self.runner.adapter.sandbox)
            ),
            self.runner.command().join("\0"),
            located.version.clone(),
            located.program.display().to_string(),
            located.environment.clone(),
            process::inherited_values(),
            format!("{which:?}"),
            identity(change.snapshot(tree.side)),
        ];
        if tree.with_configuration_of_base {
            parts.push(identity(change.snapshot(Side::Base)));
        }
        for (path, edit) in &tree.edits {
            parts.push(path.clone());
            parts.push(match edit {
                Edit::OfBase => of_base(change, path),
                Edit::Text(text) => crate::text::digest(text.as_bytes()),
            });
        }
        cache::key(&parts)
    }
}

/// What came of an edit.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
enum Kept {
    Ran(Results, u128),
    NotBuilt,
    TimedOut,
}

impl Kept {
    fn told(self) -> Result<(Results, Duration), Failure> {
        match self {
            Self::Ran(results, millis) => {
                let millis = u64::try_from(millis).unwrap_or(u64::MAX);
                Ok((results, Duration::from_millis(millis)))
            }
            Self::NotBuilt => Err(Failure::new(State::NotBuilt, "it does not compile")),
            Self::TimedOut => Err(Failure::new(State::TimedOut, "its time was up")),
        }
    }
}

fn write_edits(change: &Change, tree: &Tree, root: &Path) -> Result<()> {
    for (path, edit) in &tree.edits {
        match edit {
            Edit::OfBase => change.put(Side::Base, path, root)?,
            Edit::Text(text) => {
                // Its folders, and no link on the way.
                change.put(tree.side, path, root)?;
                files::replace(&root.join(path), text.as_bytes())?;
            }
        }
    }
    Ok(())
}

/// What a side is made of.
fn identity(snapshot: &Snapshot) -> String {
    let mut whole = snapshot.tree.clone().unwrap_or_default();
    for (path, blob) in &snapshot.overlay {
        let state = blob.as_ref().map(|blob| (blob.mode, &blob.id));
        whole.push_str(&format!("\0{path}\0{state:?}"));
    }
    whole
}

fn of_base(change: &Change, path: &str) -> String {
    let blob = change.read(Side::Base, path).ok().flatten();
    format!("{:?}", blob.map(|blob| (blob.mode, blob.id)))
}
