//! A command of the repository's own that writes its report itself: run as it stands at the top of the tree,
//! then its reports are read there. One of them may be JUnit XML: it says which tests were skipped.
//!
//! Does not catch: a command that ends with 0 although tests failed.

use anyhow::Result;

use super::{Measure, Ran, Recipe, passed, read_report};
use crate::change::Side;
use crate::checks::Context;
use crate::coverage::formats::{self, junit};
use crate::coverage::suite::Suite;
use crate::files::{self, By};
use crate::policy::Tool;
use crate::suite::place::{Place, keep, with_env};
use crate::suite::{Failure, State, code};
use crate::text::visible;
use crate::tools::adapter::{self, Adapter};
use crate::tools::locate::Located;
use crate::tools::scripts::{self, Takes};

/// A command that writes its report itself.
pub(super) struct Own;

impl Recipe for Own {
    /// A script of the tree that the command names is base's.
    fn adapter(&self, context: &Context<'_>, command: &[String]) -> Result<Option<Adapter>> {
        if context.policy.checks().coverage.report.is_empty() {
            return Ok(None);
        }
        let tool = Tool {
            command: command.to_vec(),
            ..Tool::default()
        };
        let mut adapter = adapter::own("coverage", &tool);
        scripts::take(&mut adapter, context.change, Takes::Scripts);
        Ok(Some(adapter))
    }

    fn shown(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        _: &Place,
    ) -> Result<String, Failure> {
        let command = visible(&measure.command.join(" "));
        Ok(format!("`{command}` from {}", located.place))
    }

    fn run(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
        _: Side,
        output: &mut String,
    ) -> Result<Ran, Failure> {
        let (context, adapter) = (measure.context, &measure.adapter);
        let settings = &context.policy.checks().coverage;
        for name in &settings.report {
            // A report that is part of the tree is no measurement of it.
            if place.root.join(name).symlink_metadata().is_ok() {
                let why = format!(
                    "{name} is a file of the repository, so the change could have written it"
                );
                return Err(Failure::new(State::Unreadable, why));
            }
        }
        let program = located.command(&place.root).args(&adapter.args);
        let finished = with_env(program, adapter, place).limit(place.limit).run();
        keep(output, "the command", &finished);
        let ended = code("the command", &finished)?;
        let mut reports = Vec::new();
        let mut suite = Suite::default();
        for name in &settings.report {
            let path = place.root.join(name);
            let tests = files::named(Some(&place.root), &path, By::Policy, formats::MOST_BYTES)
                .ok()
                .map(|found| found.bytes)
                .filter(|bytes| junit::is_junit(bytes));
            if let Some(bytes) = tests {
                let read = junit::read(&bytes);
                suite.unite(read.map_err(|error| {
                    Failure::new(State::Unreadable, format!("{name}: {error:#}"))
                })?);
            } else if ended == 0 {
                reports.push(read_report(&place.root, &path, name)?);
            }
        }
        let is_full = |failure: Failure| failure.or_full(&[&finished.stdout, &finished.stderr]);
        passed(&suite).map_err(is_full)?;
        if ended != 0 {
            return Err(is_full(Failure::new(State::Errored, finished.why())));
        }
        Ok(Ran { reports, suite })
    }
}
