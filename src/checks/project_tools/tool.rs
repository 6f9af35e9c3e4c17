//! One tool of an examination: its runs at head and at base, and what of it the change brought in.
//!
//! Does not catch: what [`super`] does not.

use std::collections::BTreeMap;

use super::{Examination, installed};
use crate::change::{Change, Side};
use crate::checks::Context;
use crate::finding::judgement::Outcome;
use crate::finding::{Level, Place as At};
use crate::policy::Scope;
use crate::process;
use crate::text::visible;
use crate::tools::adapter::Adapter;
use crate::tools::cache;
use crate::tools::config::Difference;
use crate::tools::detect::is_below;
use crate::tools::diagnostic::{Diagnostic, Failure, Report, State};
use crate::tools::locate::{Located, Search, locate};
use crate::tools::pairing::{self, Paired, Texts};
use crate::tools::run::{Place, arguments, run};

/// A tool in a folder, and its run at head.
pub(super) struct Run<'r> {
    pub(super) adapter: &'r Adapter,
    pub(super) located: &'r Located,
    pub(super) at_head: &'r Place,
    pub(super) folder: &'r str,
    /// The tool's name as messages have it.
    pub(super) name: &'r str,
    /// What shows its findings again.
    pub(super) command: &'r str,
}

/// What it said of base, and whether it was kept from another run.
type Base = (Report, bool);

impl Examination<'_> {
    /// Runs a tool as often as needed, and adds what it found.
    pub(super) fn judged(
        &mut self,
        adapter: &Adapter,
        folder: &str,
        name: &str,
    ) -> Result<(), Failure> {
        let root = self.head_tree(adapter, folder)?;
        let place = self.place(adapter, folder, root, "head")?;
        let change = self.context.change;
        let located = locate(
            adapter,
            Search {
                change,
                environments: self.context.policy.environments(),
                folder,
                cwd: &place.cwd(),
                imports: adapter.named,
            },
        )?;
        let head = self.run_once(adapter, &located, &place, name)?;
        let of_tool = self.tool_line(adapter, &located, &place, name);
        if head.unconfigured {
            self.result.remarks.push(format!(
                "{}: {name} ran with no configuration of the project's, and may look for less than the project wants",
                self.check.name
            ));
        }
        let stopped = head.stopped;
        let all = head.diagnostics.clone();
        self.tell_unseen(adapter, folder, head.packages.as_ref());
        let command = self.command(adapter, &place);
        let run = Run {
            adapter,
            located: &located,
            at_head: &place,
            folder,
            name,
            command: &command,
        };
        let (paired, base) = self.paired(&run, head)?;
        self.result.output.push_str(&format!(
            "{of_tool}: {} introduced, {} carried on edited lines, {} old, {} fixed{base}\n",
            paired.introduced.len(),
            paired.carried,
            paired.old,
            paired.fixed
        ));
        self.result.remarks.push(of_tool);
        let silenced = self.silenced(&run, &all);
        // Where it gave up, there is nothing to compare another run with.
        let suppressed = if stopped {
            Ok(())
        } else {
            self.suppressed(&run, &all)
        };
        let mut is_explained = false;
        let (introduced, unseen) = installed::told_apart(adapter, change, paired.introduced)
            .map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))?;
        for (path, why) in unseen {
            let ledger = &mut self.result.ledger;
            ledger.push((path, Outcome::OutOfReach, why));
        }
        for (found, how) in introduced {
            let finding = self.found(adapter, &found, how, &command);
            is_explained |= finding.level == Level::Block;
            self.result.head.push(finding);
        }
        silenced?;
        suppressed?;
        // An error that the change brought in is why it looked no further; anything else is not.
        if stopped && !is_explained {
            return Err(Failure::new(State::Stopped, first(&all)));
        }
        Ok(())
    }

    /// Old told from new.
    fn paired(&mut self, run: &Run<'_>, head: Report) -> Result<(Paired, String), Failure> {
        let Context { change, trees, .. } = *self.context;
        let reported = head.diagnostics;
        if (self.check.scope)(self.context.policy.checks()) == Scope::Lines
            && !is_all_new(change, &reported)
        {
            self.result.remarks.push(format!(
                "{}: {} was looked at on changed lines only (scope = \"lines\"): what the change breaks elsewhere is \
                 not seen",
                self.check.name, run.name
            ));
            let paired = pairing::on_added_lines(change, trees, reported);
            return Ok((paired, String::new()));
        }
        let pair = |head, base: &[Diagnostic]| {
            let texts = Texts::new();
            pairing::pair(change, trees, &texts, &run.adapter.metrics, head, base)
        };
        match self.base_of(run, &reported) {
            Ok(None) => Ok((pair(reported, &[]), String::new())),
            Ok(Some((base, from_cache))) => {
                let note = if from_cache {
                    " (base from the cache)"
                } else {
                    " (base was run)"
                };
                Ok((pair(reported, &base.diagnostics), note.to_owned()))
            }
            Err(failure) => {
                // Old cannot be told from new but on lines that base does not have.
                let paired = pairing::on_added_lines(change, trees, reported);
                for (found, how) in paired.introduced {
                    let finding = self
                        .found(run.adapter, &found, how, run.command)
                        .with("undetermined", true);
                    self.result.head.push(finding);
                }
                Err(failure)
            }
        }
    }

    /// What the tool says of base, where base can have any of what it told of head.
    pub(super) fn base_of(
        &mut self,
        run: &Run<'_>,
        reported: &[Diagnostic],
    ) -> Result<Option<Base>, Failure> {
        let change = self.context.change;
        let at_base = change.paths(Side::Base).is_ok_and(|paths| {
            paths
                .iter()
                .any(|path| is_below(path, run.folder) && run.adapter.reads(path))
        });
        if is_all_new(change, reported) || !at_base {
            return Ok(None);
        }
        self.base_report(run).map(Some).map_err(|failure| {
            Failure::new(
                State::Undetermined,
                format!(
                    "at base it is {}: {}; findings on added lines are told, others are not",
                    failure.state.word(),
                    failure.why
                ),
            )
        })
    }

    /// What the tool says of base, from the cache where it is there.
    fn base_report(&mut self, run: &Run<'_>) -> Result<Base, Failure> {
        let change = self.context.change;
        let is_plain = change.base.overlay.is_empty();
        let Run {
            adapter,
            located,
            folder,
            ..
        } = *run;
        let key = cache::key(&[
            serde_json::to_string(adapter).unwrap_or_default(),
            located.version.clone(),
            located.program.display().to_string(),
            located.stamp(),
            located.environment.clone(),
            arguments(adapter, &run.at_head.targets).join("\0"),
            folder.to_owned(),
            change.base.tree.clone().unwrap_or_default(),
            process::inherited_values(),
            format!("{:?}", (adapter.network, adapter.sandbox)),
        ]);
        if let Some(report) = self.bases.get(&key) {
            return Ok((report.clone(), true));
        }
        if is_plain && let Some(report) = cache::get(&key) {
            return Ok((report, true));
        }
        let root = self.tree("base", Side::Base, false, adapter)?;
        let place = self.place(adapter, folder, root, "base")?;
        let report = self.run_once(adapter, located, &place, &format!("{} at base", run.name))?;
        if report.stopped {
            return Err(Failure::new(State::Stopped, first(&report.diagnostics)));
        }
        if is_plain {
            cache::put(&key, &report);
        }
        self.bases.insert(key, report.clone());
        Ok((report, false))
    }

    /// Findings that are there under base's configuration and not under head's.
    fn silenced(&mut self, run: &Run<'_>, under_base: &[Diagnostic]) -> Result<(), Failure> {
        let Run {
            adapter,
            located,
            folder,
            name,
            command,
            ..
        } = *run;
        let changed = self.changed_config(adapter, folder)?;
        let Some(path) = changed.first().map(|difference| difference.path.clone()) else {
            return Ok(());
        };
        // Head's own configuration may only say what can neither run nor write anything.
        let mut is_safe = true;
        for Difference { path, unknown, .. } in
            changed.iter().filter(|found| !found.unknown.is_empty())
        {
            is_safe = false;
            let keys: Vec<String> = unknown.iter().map(|key| visible(key)).collect();
            self.result.ledger.push((
                path.clone(),
                Outcome::OutOfReach,
                format!(
                    "base's was in force: {name} is not run under what this change sets here ({}), which could run \
                     or write something; whether it silences findings was not looked at",
                    listed(&keys)
                ),
            ));
        }
        if !is_safe {
            return Ok(());
        }
        let root = self.tree("head-own", Side::Head, false, adapter)?;
        let place = self.place(adapter, folder, root, "head-own")?;
        let own = match self.run_once(
            adapter,
            located,
            &place,
            &format!("{name} under head's configuration"),
        ) {
            Ok(report) => report.diagnostics,
            Err(failure) => {
                return Err(Failure::new(
                    failure.state,
                    format!("under head's own configuration: {}", failure.why),
                ));
            }
        };
        let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
        for found in beyond(under_base, &own) {
            *by_rule.entry(found.rule.as_str()).or_default() += 1;
        }
        let total: usize = by_rule.values().sum();
        if total == 0 {
            return Ok(());
        }
        let listed: Vec<String> = by_rule
            .iter()
            .map(|(rule, count)| {
                format!("{} {count}", if rule.is_empty() { "no rule" } else { rule })
            })
            .collect();
        let side = if matches!(self.context.change.read(Side::Head, &path), Ok(Some(_))) {
            Side::Head
        } else {
            Side::Base
        };
        let mut finding = self.check.silenced.finding(
            side,
            &path,
            At::FILE,
            format!(
                "Under this change's configuration {name} is silent about {total} of the findings that it tells under base's: {}",
                listed.join(", ")
            ),
        );
        finding.anchor = Some(format!("{}\0{}", adapter.name, listed.join(",")));
        command.clone_into(&mut finding.reproduce);
        self.result.head.push(
            finding
                .with("tool", adapter.name.as_str())
                .with("silenced", total),
        );
        Ok(())
    }

    pub(super) fn run_once(
        &mut self,
        adapter: &Adapter,
        located: &Located,
        place: &Place,
        name: &str,
    ) -> Result<Report, Failure> {
        let (report, printed) = run(adapter, located, place);
        if !printed.trim().is_empty() {
            self.result
                .output
                .push_str(&format!("{name}, on stderr:\n{}\n", printed.trim_end()));
        }
        report
    }
}

/// Whether base can have none of these.
fn is_all_new(change: &Change, reported: &[Diagnostic]) -> bool {
    reported.is_empty() || pairing::all_in_new_files(change, reported)
}

/// What the first list has and the second has not, one to one.
pub(super) fn beyond<'d>(
    all: &'d [Diagnostic],
    known: &'d [Diagnostic],
) -> impl Iterator<Item = &'d Diagnostic> {
    let mut left: BTreeMap<&Diagnostic, usize> = BTreeMap::new();
    for found in known {
        *left.entry(found).or_default() += 1;
    }
    all.iter().filter(move |found| match left.get_mut(found) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

/// The first of what a tool said.
pub(super) fn first(reported: &[Diagnostic]) -> String {
    reported.first().map_or_else(String::new, |found| {
        format!("{}:{}: {}", found.path, found.line, found.message)
    })
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}
