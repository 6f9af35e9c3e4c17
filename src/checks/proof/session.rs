//! The runs for a change: each tree is written anew where nothing of the user's is, run once for what is asked, and
//! what came of it is kept by everything that it depends on.
//!
//! ```ignore
//! let session = Session::begin(context, &command)?;
//! let results = session.run(&[Ask { tree: Tree::of(Side::Head), which: Which::default(), trials: None }]);
//! ```
//!
//! Does not catch: a tree that tells by more than its files (the clock, the machine).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::change::{Change, Side, Snapshot};
use crate::checks::Context;
use crate::files;
use crate::process;
use crate::suite::outcome::Results;
use crate::suite::place::Place;
use crate::suite::trial::Trials;
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

/// Tests of a tree.
#[derive(Clone, Debug)]
pub(in crate::checks) struct Ask {
    /// The tree.
    pub tree: Tree,
    /// Which of its tests.
    pub which: Which,
    /// Edits to be tried then, where the runner does that.
    pub trials: Option<Trials>,
}

/// What came of a run, and what it printed.
type Ran = (Result<Results, Failure>, String);

/// Runs tests in a place.
fn started(
    runner: &Runner<'_>,
    located: &Located,
    place: Result<Place, Failure>,
    ask: &Ask,
) -> Ran {
    let mut output = String::new();
    let ran = place.and_then(|place| {
        let trials = ask.trials.as_ref();
        runner.run(located, &place, &ask.which, trials, &mut output)
    });
    (ran, output)
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

    /// Runs tests of trees, or takes what came of them from the cache. Trees run side by side where the runner gains by
    /// it; else none follows where nothing is known of the first. Each error says why nothing is known of a tree.
    pub(in crate::checks) fn run(&self, asks: &[Ask]) -> Vec<Result<Results, Failure>> {
        let located = match self.located_for(asks) {
            Ok(located) => located,
            Err(failure) => return asks.iter().map(|_| Err(failure.clone())).collect(),
        };
        let mut output = self.output.borrow_mut();
        let keys: Vec<String> = asks.iter().map(|ask| self.key(ask, &located)).collect();
        let mut open = Vec::new();
        let mut answers = BTreeMap::new();
        for (number, (ask, key)) in asks.iter().zip(&keys).enumerate() {
            match cache::get::<Results>(key) {
                Some(results) => {
                    output.push_str(&format!("proof: {} is from the cache\n", ask.tree.label));
                    answers.insert(number, Ok(results));
                }
                None => open.push((number, ask)),
            }
        }
        if !open.is_empty() {
            // Another tree takes its place.
            self.standing.take();
        }
        let ran = match self.keeps_apart() {
            true => self.side_by_side(&open, &located),
            false => self.in_turn(&open, &located),
        };
        for ((number, ask), (ran, said)) in open.iter().zip(ran) {
            output.push_str(&format!("proof: {}\n{said}", ask.tree.label));
            if let (Ok(results), Some(key)) = (&ran, keys.get(*number)) {
                cache::put(key, results);
            }
            answers.insert(*number, ran);
        }
        answers.into_values().collect()
    }

    /// Whether trees that run at the same time cannot meet: at a port, or a file that has one name for all.
    fn keeps_apart(&self) -> bool {
        let adapter = &self.runner.adapter;
        let has_walls =
            adapter.sandbox && !adapter.network && process::confine::missing().is_none();
        has_walls && self.runner.runs_side_by_side()
    }

    /// Who runs the tests, found where one of the trees stands.
    fn located_for(&self, asks: &[Ask]) -> Result<Located, Failure> {
        if let Some(located) = self.located.borrow().as_ref() {
            return Ok(located.clone());
        }
        let Some(first) = asks.first() else {
            return Err(Failure::new(State::NotStarted, "nothing is to be run"));
        };
        let place = self.place(&first.tree, 0, self.left())?;
        let located = self.runner.locate(&place.root)?;
        Ok(self.located.borrow_mut().insert(located).clone())
    }

    /// Runs trees one after the other.
    fn in_turn(&self, asks: &[(usize, &Ask)], located: &Located) -> Vec<Ran> {
        let mut failed: Option<Failure> = None;
        let one = |(number, ask): &(usize, &Ask)| {
            if let Some(failure) = &failed {
                return (Err(failure.clone()), String::new());
            }
            let place = self.place(&ask.tree, 0, self.left());
            let label = self.label(ask);
            self.context.progress.started(&label);
            let ran = started(&self.runner, located, place, ask);
            self.context.progress.finished(&label);
            if *number == 0 {
                failed = ran.0.as_ref().err().cloned();
            }
            ran
        };
        asks.iter().map(one).collect()
    }

    /// Runs trees at the same time, as many as there are cores.
    fn side_by_side(&self, asks: &[(usize, &Ask)], located: &Located) -> Vec<Ran> {
        const MOST: usize = 4;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut places = Vec::new();
        for (lane, (_, ask)) in asks.iter().enumerate() {
            let place = self.place(&ask.tree, lane, self.left());
            places.push((place, *ask, self.label(ask)));
        }
        let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        let (runner, progress) = (&self.runner, self.context.progress);
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some((place, ask, label)) = places.get(number) else {
                    return;
                };
                progress.started(label);
                let ran = started(runner, located, place.clone(), ask);
                progress.finished(label);
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.insert(number, ran);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..cores.min(MOST).min(places.len()) {
                scope.spawn(work);
            }
            work();
        });
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.into_values().collect()
    }

    fn label(&self, ask: &Ask) -> String {
        let seconds = self.left().as_secs();
        format!("proof: tests of {} ({seconds} s left)", ask.tree.label)
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
        let ask = Ask {
            tree,
            which: edited.which.clone(),
            trials: None,
        };
        let key = cache::key(&["edited".to_owned(), self.key(&ask, located)]);
        if let Some(kept) = cache::get::<Kept>(&key) {
            return kept.told();
        }
        let unwritten =
            |error: anyhow::Error| Failure::new(State::NoWorktree, format!("{error:#}"));
        let mut standing = self.standing.borrow_mut();
        let place = match &mut *standing {
            Some(place) => place,
            none => {
                let made = self.place(&Tree::of(Side::Head), 0, edited.limit);
                none.insert(made?)
            }
        };
        place.limit = edited.limit.min(self.left());
        let is_short = place.limit < edited.limit;
        let label = format!("proof: {} ({} s left)", edited.what, self.left().as_secs());
        self.context.progress.started(&label);
        write_edits(self.context.change, &ask.tree, &place.root).map_err(unwritten)?;
        let begun = Instant::now();
        let mut output = String::new();
        let ran = self
            .runner
            .run(located, place, &ask.which, None, &mut output);
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
        let ask = Ask {
            tree: Tree::of(Side::Head),
            which: Which::default(),
            trials: None,
        };
        let key = self.key(&ask, located.as_ref()?);
        Some(cache::key(&[what.to_owned(), key]))
    }

    /// Writes a tree, beside those of other lanes.
    fn place(&self, tree: &Tree, lane: usize, limit: Duration) -> Result<Place, Failure> {
        if self.left().is_zero() {
            let why = "the time for all runs of the change is over";
            return Err(Failure::new(State::TimedOut, why));
        }
        let change = self.context.change;
        let write = || -> Result<Place> {
            let links = self.runner.links();
            let name = format!("tree-{lane}");
            let root = self.workspace.tree(change, tree.side, &name, &links)?;
            write_edits(change, tree, &root)?;
            if tree.with_configuration_of_base {
                let differences = config::differences(&self.runner.adapter, change, "")?;
                config::lay_over(change, &differences, &root)?;
            }
            Place::of(&self.workspace, &format!("all-{lane}"), root, limit)
        };
        write().map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))
    }

    /// Everything that the outcome depends on.
    fn key(&self, ask: &Ask, located: &Located) -> String {
        let change = self.context.change;
        let Ask {
            tree,
            which,
            trials,
        } = ask;
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
            crate::text::digest(format!("{trials:?}").as_bytes()),
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
