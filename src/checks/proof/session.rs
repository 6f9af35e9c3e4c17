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
use std::time::{Duration, Instant};

use anyhow::Result;

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
        let ran = self.runner.run(located, &place()?, which, &mut output);
        self.context.progress.finished(&label);
        let results = ran?;
        cache::put(&key, &results);
        Ok(results)
    }

    /// Writes a tree.
    fn place(&self, tree: &Tree, limit: Duration) -> Result<Place> {
        let change = self.context.change;
        let root = self
            .workspace
            .tree(change, tree.side, "tree", &self.runner.links())?;
        for (path, edit) in &tree.edits {
            match edit {
                Edit::OfBase => change.put(Side::Base, path, &root)?,
                Edit::Text(text) => {
                    // Its folders, and no link on the way.
                    change.put(tree.side, path, &root)?;
                    files::replace(&root.join(path), text.as_bytes())?;
                }
            }
        }
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
