//! What the suppressions that a change adds hide from a tool: head is run once more without them, and what the tool
//! then says beyond what it said of head, and base does not have, is what they are there for.
//!
//! There is no such run where the change adds no suppression that the tool heeds. It is over a private tree, so files
//! that git ignores are not in it.
//!
//! Does not catch: what [`super`] does not; a suppression in a notebook; one that was moved, as
//! [`crate::suppression`] says.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Examination;
use super::tool::{Run, beyond, first};
use crate::change::Side;
use crate::checks::Context;
use crate::finding::{Finding, Introduced, Level, Place, Severity};
use crate::language::conventions::is_sample;
use crate::policy::Scope as Counted;
use crate::suppression::{Added, Form, Scope, Sides, Suppression, without};
use crate::tools::adapter::Adapter;
use crate::tools::detect::is_below;
use crate::tools::diagnostic::{Diagnostic, Failure, State};
use crate::tools::message;
use crate::tools::pairing::{self, Texts};

/// A suppression that hides something.
pub(super) struct Hiding {
    kind: &'static str,
    /// The most that it may do to the verdict.
    most: Level,
    hidden: Vec<Hidden>,
    /// What shows the findings, once it is gone.
    command: String,
}

/// Hiding suppressions by path and place: what several tools say of one is one finding.
pub(super) type Hidings = BTreeMap<(String, Place), Hiding>;

/// A finding that is hidden.
struct Hidden {
    tool: String,
    found: Diagnostic,
    /// What it would do were it not hidden.
    level: Level,
}

impl<'a> Examination<'a> {
    /// Adds the findings of the suppressions that hide something from this tool.
    pub(super) fn suppressed(
        &mut self,
        run: &Run<'_>,
        at_head: &[Diagnostic],
    ) -> Result<(), Failure> {
        let added = self.added(run.adapter);
        let concerns = |added: &Added<'_>| is_below(&added.suppression.file.path, run.folder);
        if !added.iter().any(concerns) {
            return Ok(());
        }
        let without = "without the suppressions that the change adds";
        let texts = texts(&added);
        let kinds: Vec<&str> = run.adapter.silencers.iter().map(String::as_str).collect();
        let tree = format!("head-unsilenced-{}", kinds.join("-"));
        let reported = self.rewritten_tree(&tree, &texts, run.adapter);
        let reported = reported.and_then(|root| {
            let place = self.place(run.adapter, run.folder, root, "unsilenced")?;
            let name = format!("{} {without}", run.name);
            let report = self.run_once(run.adapter, run.located, &place, &name)?;
            if report.stopped {
                return Err(Failure::new(State::Stopped, first(&report.diagnostics)));
            }
            Ok(report.diagnostics)
        });
        let reported = reported.map_err(|failure| {
            Failure::new(failure.state, format!("{without}: {}", failure.why))
        })?;
        let more: Vec<Diagnostic> = beyond(&reported, at_head).cloned().collect();
        let hidden = self.introduced(run, &texts, reported, &more)?;
        let (more, introduced, mut others) = (more.len(), hidden.len(), 0);
        for (found, how) in hidden {
            let Some(by) = responsible(&added, &found) else {
                others += 1;
                continue;
            };
            let as_told = self.found(run.adapter, &found, how, run.command);
            let level = self.context.policy.level(&as_told);
            if let Some(level) = level.filter(|_| by.is_new_for(&found.rule)) {
                let suppression = &by.suppression;
                let key = (suppression.file.path.clone(), suppression.place);
                let hiding = self.hidings.entry(key).or_insert_with(|| Hiding {
                    kind: suppression.marker.kind,
                    most: most(suppression, self.check.suppressed.level),
                    hidden: Vec::new(),
                    command: run.command.to_owned(),
                });
                hiding.hidden.push(Hidden {
                    tool: run.adapter.name.clone(),
                    found,
                    level,
                });
            }
        }
        self.result.output.push_str(&format!(
            "{} {without} of {}: {more} more, {introduced} introduced, {others} of no suppression\n",
            run.name,
            kinds.join(", "),
        ));
        Ok(())
    }

    /// Suppressions that the change adds and a tool heeds, in files that it reads.
    fn added(&self, adapter: &Adapter) -> Vec<Added<'a>> {
        let Context {
            change,
            policy,
            files,
            trees,
            ..
        } = self.context;
        if adapter.silencers.is_empty() {
            return Vec::new();
        }
        let is_read = |path: &str| adapter.reads(path) && !is_sample(path);
        let files: Vec<_> = files
            .iter()
            .copied()
            .filter(|file| is_read(&file.path) || is_read(file.base_path()))
            .collect();
        let mut added = Sides::of(change, &files, trees, &|path| policy.is_test_path(path)).added();
        added.retain(|added| adapter.silencers.contains(added.suppression.marker.kind));
        added
    }

    /// Of what the tool says more, what base does not have.
    fn introduced(
        &mut self,
        run: &Run<'_>,
        texts: &Texts,
        reported: Vec<Diagnostic>,
        more: &[Diagnostic],
    ) -> Result<Vec<(Diagnostic, Introduced)>, Failure> {
        let Context { change, trees, .. } = *self.context;
        if (self.check.scope)(self.context.policy.checks()) == Counted::Lines {
            return Ok(pairing::on_added_lines(change, trees, more.to_vec()).introduced);
        }
        let base = self.base_of(run, more)?;
        let base = base.map_or_else(Vec::new, |(base, _)| base.diagnostics);
        let metrics = &run.adapter.metrics;
        let paired = pairing::pair(change, trees, texts, metrics, reported, &base);
        let mut left: BTreeMap<&Diagnostic, usize> = BTreeMap::new();
        for found in more {
            *left.entry(found).or_default() += 1;
        }
        let mut introduced = paired.introduced;
        introduced.retain(|(found, _)| match left.get_mut(found) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        });
        Ok(introduced)
    }

    /// Adds a finding for each suppression that hides something from any of the tools.
    pub(super) fn tell_hiding(&mut self) {
        for ((path, place), hiding) in std::mem::take(&mut self.hidings) {
            let finding = self.hiding(&path, place, hiding);
            self.result.head.push(finding);
        }
    }

    /// The finding of a suppression and all that it hides.
    fn hiding(&self, path: &str, place: Place, mut hiding: Hiding) -> Finding {
        hiding.hidden.sort_by(|a, b| {
            let key = |hidden: &Hidden| (Reverse(hidden.level), hidden.tool.clone());
            key(a).cmp(&key(b)).then_with(|| a.found.cmp(&b.found))
        });
        let Hiding {
            kind,
            most,
            hidden,
            command,
        } = hiding;
        let number = match hidden.len() {
            1 => String::new(),
            number => format!("{number} findings: "),
        };
        let message = format!(
            "this `{kind}` hides what this change brings in: {number}{}",
            listed(path, place.line, &hidden)
        );
        let mut finding = self
            .check
            .suppressed
            .finding(Side::Head, path, place, message);
        let anchors: Vec<String> = hidden
            .iter()
            .map(|Hidden { tool, found, .. }| {
                format!("{tool} {} {}", found.rule, message::normal(&found.message))
            })
            .collect();
        finding.anchor = Some(format!("{kind}\0{}", anchors.join("\0")));
        finding.reproduce = command;
        let worst = hidden.iter().map(|hidden| hidden.level).max();
        let worst = worst.unwrap_or(Level::Note);
        finding.level = worst.min(most);
        if worst == Level::Note {
            finding.severity = Severity::Low;
        }
        let all = |of: &dyn Fn(&Hidden) -> String| -> Vec<String> {
            let all: BTreeSet<String> = hidden.iter().map(of).collect();
            all.into_iter().collect()
        };
        finding
            .with("tools", all(&|hidden| hidden.tool.clone()))
            .with("kind", kind)
            .with("hides", all(&|hidden| hidden.found.rule.clone()))
    }
}

/// What a suppression that hides something may do to the verdict at most: what its rule says in shipped code where
/// no reason is given, a step less with a reason or in test code, and no more than a note with both.
fn most(suppression: &Suppression<'_>, of_rule: Level) -> Level {
    match (suppression.in_test, suppression.is_explained) {
        (false, false) => of_rule,
        (true, true) => Level::Note,
        _ if of_rule == Level::Block => Level::Escalate,
        _ => Level::Note,
    }
}

/// Head's files without the suppressions that the change adds.
fn texts(added: &[Added<'_>]) -> Texts {
    let mut by_file: BTreeMap<&str, Vec<&Added<'_>>> = BTreeMap::new();
    for added in added {
        let path = added.suppression.file.path.as_str();
        by_file.entry(path).or_default().push(added);
    }
    let text = |of_file: &[&Added<'_>]| {
        let text = of_file.first()?.suppression.file.text(Side::Head)?;
        let markers = of_file.iter().map(|added| &added.suppression.marker);
        Some(without(text, markers))
    };
    by_file
        .into_iter()
        .filter_map(|(path, of_file)| Some((path.to_owned(), text(&of_file)?)))
        .collect()
}

/// Which of the suppressions hides a finding, the likeliest: it names the rule and stands there, or is the file's;
/// it stands there and names another (a checker may know the rule by two names); it names the rule and is near.
fn responsible<'x, 'f>(added: &'x [Added<'f>], found: &Diagnostic) -> Option<&'x Added<'f>> {
    let able = added
        .iter()
        .filter_map(|added| Some((rank(added, found)?, added)));
    able.min_by_key(|(rank, _)| *rank).map(|(_, added)| added)
}

/// How near a suppression is to a finding, nearest first; none where it cannot hide it.
fn rank(added: &Added<'_>, found: &Diagnostic) -> Option<(u8, u32)> {
    let suppression = &added.suppression;
    let marker = &suppression.marker;
    let line = suppression.place.line;
    let apart = line.abs_diff(found.line);
    let is_named = found.rule.is_empty() || marker.names(&found.rule);
    // Linters say exactly what they silence, and have rules on the form of what is left without the comment.
    if !is_named && matches!(marker.kind, "noqa" | "eslint") {
        return None;
    }
    let there = |apart| Some((if is_named { 0 } else { 2 }, apart));
    let is_on = |first: u32, last: u32, line: u32| (first..=last.max(first)).contains(&line);
    match (&marker.form, marker.scope) {
        // The compiler's levels reach into the files of modules.
        (Form::Attribute { .. }, _) if found.path != suppression.file.path => {
            is_named.then_some((4, 0))
        }
        (Form::Comment, _) if found.path != suppression.file.path => None,
        (Form::Attribute { lines, .. }, _) if is_on(lines.0, lines.1, found.line) => {
            there(lines.1.saturating_sub(lines.0))
        }
        (Form::Comment, Scope::Here) if is_on(found.line, found.end_line, line) => there(0),
        // On a line of its own, of the next one.
        (Form::Comment, Scope::Here) if found.line == line + 1 => there(1),
        (Form::Comment, Scope::File) => is_named.then_some((1, apart)),
        // On another line of the statement, or of several places.
        _ => is_named.then_some((3, apart)),
    }
}

/// What is hidden as one line; the worst comes first.
fn listed(path: &str, line: u32, hidden: &[Hidden]) -> String {
    /// Findings that are told one by one.
    const SHOWN: usize = 3;
    /// Characters of a message.
    const LONGEST: usize = 160;
    let mut parts: Vec<String> = hidden
        .iter()
        .take(SHOWN)
        .map(|Hidden { tool, found, .. }| {
            let words: Vec<&str> = found.message.split_whitespace().collect();
            let mut text = words.join(" ");
            if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
                text.truncate(cut);
                text.push_str("..");
            }
            let rule = match found.rule.as_str() {
                "" => String::new(),
                rule => format!(" {rule}"),
            };
            let place = match (found.path == path, found.line == line) {
                (true, true) => String::new(),
                (true, false) => format!(", line {}", found.line),
                (false, _) => format!(", {}:{}", found.path, found.line),
            };
            format!("{text} ({tool}{rule}{place})")
        })
        .collect();
    if hidden.len() > SHOWN {
        parts.push(format!("and {} more", hidden.len() - SHOWN));
    }
    parts.join("; ")
}
