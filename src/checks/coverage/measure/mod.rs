//! Measuring both sides with the test command of base's policy, each in a private copy of its tree.
//!
//! How a command is measured is its recipe: coverage.py for Python, rustc's instrumentation for cargo, and a
//! command that writes a report itself. Head is measured under base's configuration of the tool that
//! measures. What base came to is kept by everything that it depends on, and only where it succeeded.
//!
//! This runs code of the change, and only where base's policy names a command.
//!
//! Does not catch: tests that reach out of their tree; tests that run other lines each time.

mod cargo;
mod javascript;
mod own;
mod python;

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::change::Side;
use crate::checks::Context;
use crate::coverage::formats;
use crate::coverage::report::Report;
use crate::coverage::side::Measured;
use crate::coverage::suite::Suite;
use crate::files::{self, By};
use crate::process;
use crate::suite::place::Place;
use crate::suite::{Failure, State};
use crate::text::visible;
use crate::tools::adapter::Adapter;
use crate::tools::locate::{Located, Search, locate};
use crate::tools::workspace::Workspace;
use crate::tools::{cache, config, diagnostic, environment};

/// What was measured of a side.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SideRun {
    /// By the tree's paths.
    pub measured: Measured,
    /// What came of the tests.
    pub suite: Suite,
}

/// Both sides.
pub(super) struct Both {
    pub head: SideRun,
    /// None where base has no test at all.
    pub base: Option<SideRun>,
    /// For every report.
    pub remarks: Vec<String>,
    /// Holds the trees while they are looked at.
    pub workspace: Workspace,
}

/// Head's tests fail, so nothing is measured.
pub(super) struct Red {
    /// Why, with the fix.
    pub why: String,
    pub head: Suite,
    /// None where base's tests say nothing.
    pub base: Option<Suite>,
}

/// What the measurement came to.
pub(super) enum Sides {
    Both(Box<Both>),
    Red(Box<Red>),
}

/// A run of a command over a side.
struct Ran {
    reports: Vec<Report>,
    suite: Suite,
}

/// How a command is measured. Another one is a file here and its name in [`Measure::new`].
trait Recipe {
    /// What is known of the program that measures; `None` where it is not this recipe's command.
    fn adapter(&self, context: &Context<'_>, command: &[String]) -> Result<Option<Adapter>>;

    /// Why that program was not found.
    fn not_located(&self, failure: diagnostic::Failure) -> Failure {
        failure.into()
    }

    /// Who measures, with versions.
    fn shown(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
    ) -> Result<String, Failure>;

    /// Runs the tests, and reads what was measured.
    fn run(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
        side: Side,
        output: &mut String,
    ) -> Result<Ran, Failure>;
}

/// A command with what measures it.
struct Measure<'a> {
    context: &'a Context<'a>,
    command: &'a [String],
    recipe: &'static dyn Recipe,
    adapter: Adapter,
}

/// Measures head, then base, or takes base's from the cache. `output` gets what the tests printed, for the trace.
///
/// # Errors
/// Where a side was not measured: which, how, and what fixes it.
pub(super) fn both(context: &Context<'_>, output: &mut String) -> Result<Sides> {
    let change = context.change;
    let measure = Measure::new(context)?;
    let workspace = Workspace::open(change, "coverage")?;
    let named = |side: Side, failure: Failure| {
        let word = match side {
            Side::Base => "base",
            Side::Head => "head",
        };
        anyhow::anyhow!("{word} was not measured: {}", failure.told("coverage"))
    };
    let (head, shown) = match measure.head(&workspace, output) {
        Ok(head) => head,
        Err(failure) => {
            return match measure.red(&failure, &workspace, output) {
                Some(red) => Ok(Sides::Red(Box::new(Red {
                    why: named(Side::Head, failure).to_string(),
                    ..red
                }))),
                None => Err(named(Side::Head, failure)),
            };
        }
    };
    let mut remarks = vec![format!("coverage: {shown}; at head {}", head.suite)];
    if let Some(what) = process::confine::missing() {
        remarks.push(format!("coverage: this system does not run tests {what}"));
    }
    let base = match measure.base(&workspace, output) {
        Ok(base) => Some(base),
        Err(failure) if failure.state == State::NoTests => {
            remarks.push("coverage: base has no test, so nothing can be lost".to_owned());
            None
        }
        Err(failure) => return Err(named(Side::Base, failure)),
    };
    Ok(Sides::Both(Box::new(Both {
        head,
        base,
        remarks,
        workspace,
    })))
}

/// Measures head once more: what a test that does not run the same each time left out may run now.
///
/// # Errors
/// Where it was not measured.
pub(super) fn head_again(
    context: &Context<'_>,
    workspace: &Workspace,
    output: &mut String,
) -> Result<SideRun> {
    let again = Measure::new(context)?.head(workspace, output);
    let (run, _) = again.map_err(|failure| {
        let why = failure.told("coverage");
        anyhow::anyhow!("head was not measured a second time: {why}")
    })?;
    Ok(run)
}

impl<'a> Measure<'a> {
    fn new(context: &'a Context<'a>) -> Result<Self> {
        let settings = &context.policy.checks().coverage;
        let command = settings.command.as_slice();
        let recipes: [&'static dyn Recipe; 4] = [
            &own::Own,
            &python::CoveragePy,
            &cargo::Cargo,
            &javascript::JavaScript,
        ];
        let mut known = None;
        for recipe in recipes {
            if let Some(adapter) = recipe.adapter(context, command)? {
                known = Some((recipe, adapter));
                break;
            }
        }
        let Some((recipe, mut adapter)) = known else {
            anyhow::bail!(
                "there is no recipe to measure `{}`: let it write a report itself and name that as `report` under \
                 [checks.coverage]; measured without it are pytest, coverage run, python -m, cargo test, cargo \
                 llvm-cov, cargo tarpaulin, vitest, jest, mocha (by c8), node --test",
                visible(&command.join(" "))
            );
        };
        adapter.limit = settings.time_limit.duration().as_secs();
        adapter.network = settings.network;
        adapter.sandbox = settings.sandbox;
        Ok(Self {
            context,
            command,
            recipe,
            adapter,
        })
    }

    fn head(
        &self,
        workspace: &Workspace,
        output: &mut String,
    ) -> Result<(SideRun, String), Failure> {
        let place = self.place(workspace, Side::Head)?;
        let located = self.located(&place)?;
        let shown = self.recipe.shown(self, &located, &place)?;
        let run = self.run(&located, &place, Side::Head, output)?;
        Ok((run, shown))
    }

    /// Head's tests that fail in two runs, beside what base's came to; none where they failed otherwise.
    fn red(&self, failure: &Failure, workspace: &Workspace, output: &mut String) -> Option<Red> {
        let mut head = (**failure.suite.as_ref()?).clone();
        let base = match self.base(workspace, output) {
            Ok(run) => Some(run.suite),
            Err(failure) => failure.suite.map(|suite| *suite),
        };
        let again = self.head(workspace, output).err();
        let again = again.and_then(|failure| failure.suite).unwrap_or_default();
        head.failed.retain(|name| again.failed.contains(name));
        Some(Red {
            why: String::new(),
            head,
            base,
        })
    }

    fn base(&self, workspace: &Workspace, output: &mut String) -> Result<SideRun, Failure> {
        let change = self.context.change;
        let is_plain = change.base.overlay.is_empty();
        let place = self.place(workspace, Side::Base)?;
        let located = self.located(&place)?;
        let key = cache::key(&[
            "coverage".to_owned(),
            serde_json::to_string(&self.adapter).unwrap_or_default(),
            self.command.join("\0"),
            self.context.policy.checks().coverage.report.join("\0"),
            self.recipe.shown(self, &located, &place)?,
            located.program.display().to_string(),
            located.environment.clone(),
            change.base.tree.clone().unwrap_or_default(),
            process::inherited_values(),
            format!("{:?}", (self.adapter.network, self.adapter.sandbox)),
        ]);
        if is_plain && let Some(run) = cache::get::<SideRun>(&key) {
            output.push_str("coverage: base is from the cache\n");
            return Ok(run);
        }
        let mut run = self.run(&located, &place, Side::Base, output)?;
        output.push_str("coverage: base was measured\n");
        if is_plain {
            // Where it lay is of no use to another run.
            run.measured.places.clear();
            cache::put(&key, &run);
        }
        Ok(run)
    }

    fn place(&self, workspace: &Workspace, side: Side) -> Result<Place, Failure> {
        let change = self.context.change;
        let name = match side {
            Side::Base => "base",
            Side::Head => "head",
        };
        let make = || -> Result<Place> {
            let environments = self.context.policy.environments();
            let links = environment::links(&self.adapter, change, environments);
            let root = workspace.tree(change, side, name, &links)?;
            if side == Side::Head
                && change
                    .paths(Side::Base)
                    .is_ok_and(|paths| !paths.is_empty())
            {
                let differences = config::differences(&self.adapter, change, "")?;
                config::lay_over(change, &differences, &root)
                    .context("base's configuration over head's")?;
            }
            Place::of(workspace, name, root, self.adapter.time_limit())
        };
        make().map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))
    }

    fn located(&self, place: &Place) -> Result<Located, Failure> {
        let found = locate(
            &self.adapter,
            Search {
                change: self.context.change,
                environments: self.context.policy.environments(),
                folder: "",
                cwd: &place.root,
                imports: true,
            },
        );
        found.map_err(|failure| self.recipe.not_located(failure))
    }

    fn run(
        &self,
        located: &Located,
        place: &Place,
        side: Side,
        output: &mut String,
    ) -> Result<SideRun, Failure> {
        let context = self.context;
        let label = format!(
            "coverage: tests of {}",
            if side == Side::Head { "head" } else { "base" }
        );
        context.progress.started(&label);
        let ran = self.recipe.run(self, located, place, side, output);
        context.progress.finished(&label);
        let Ran { reports, suite } = ran?;
        let unite = || -> Result<Measured> {
            let top = place.root.to_str();
            Measured::unite(reports, context.change.paths(side)?, top)
        };
        let measured =
            unite().map_err(|error| Failure::new(State::Unreadable, format!("{error:#}")))?;
        Ok(SideRun { measured, suite })
    }
}

/// Reads a report of coverage that must be there. `folder`: where tests ran, which may have left links in it.
fn read_report(folder: &Path, path: &Path, name: &str) -> Result<Report, Failure> {
    let read = files::named(Some(folder), path, By::Policy, formats::MOST_BYTES);
    let found = read.map_err(|refused| match refused {
        files::Refused::NotThere => {
            Failure::new(State::NoReport, format!("{name} was not written"))
        }
        refused => Failure::new(State::Unreadable, format!("{name}: {refused}")),
    })?;
    formats::read(&found.bytes)
        .map_err(|error| Failure::new(State::Unreadable, format!("{name}: {error:#}")))
}

/// Names of tests that failed, where some did.
fn failed(suite: &Suite) -> Option<String> {
    let mut names = suite.failed.iter();
    let first = visible(names.next()?);
    Some(match names.len() {
        0 => first,
        more => format!("{first} and {more} more"),
    })
}

/// Refuses a run of which tests failed.
fn passed(suite: &Suite) -> Result<(), Failure> {
    match failed(suite) {
        Some(names) => Err(Failure::new(State::TestsFailed, names).of(suite)),
        None => Ok(()),
    }
}
