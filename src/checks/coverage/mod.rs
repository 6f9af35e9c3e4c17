//! `coverage`: do tests run the new lines, and every line that they ran before?
//!
//! Reports of head and base are gathered, believed or refused (`honest.rs`), laid over the change line by
//! line (`compare.rs`), and what is lost or missing is said with names of lines and functions
//! (`findings.rs`). Without base's report the new lines are judged alone, and the reports say so.
//!
//! Does not catch: a line that runs and is not looked at by any assertion (check `tests`, `probes`).

mod compare;
mod findings;
mod gather;
mod honest;
mod role;

use anyhow::{Context as _, Result, bail};

use super::{Check, Context, Examined, Sight, head_text};
use crate::change::{Change, File, Side};
use crate::coverage::classes::{Class, Tally};
use crate::coverage::shown::{Shown, ShownFile, ranges};
use crate::coverage::side::Measured;
use crate::judged::Outcome;
use crate::policy::Policy;
use crate::syntax::Language;
use compare::Compared;
use role::Role;

/// The check.
pub(super) struct Coverage;

impl Check for Coverage {
    fn name(&self) -> &'static str {
        "coverage"
    }

    fn question(&self) -> &'static str {
        "Do tests run the new lines, and every line that they ran before?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["coverage"]
    }

    fn is_asked_for(&self, change: &Change, policy: &Policy) -> bool {
        let settings = &policy.checks().coverage;
        let configured = !settings.report.is_empty() || !settings.base_report.is_empty();
        !change.reports.is_empty() || (configured && !policy.requires_by_name)
    }

    fn sight(&self, file: &File) -> Sight {
        let builtin = [Side::Head, Side::Base].into_iter().any(|side| {
            let path = file.path_on(side);
            file.blob(side).is_some() && role::is_code(path)
        });
        if !builtin {
            return Sight::NotApplicable("no code that coverage is measured of".to_owned());
        }
        match &file.head {
            Some(_) => head_text(file),
            None => Sight::Sees,
        }
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        match examine(context) {
            Ok(examined) => examined,
            Err(error) => Examined::broken(format!("{error:#}")),
        }
    }
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    let (head, base) = (
        gather::sources(context, Side::Head),
        gather::sources(context, Side::Base),
    );
    if head.is_empty() && base.is_empty() {
        if !context.policy.checks().coverage.command.is_empty() {
            bail!(
                "`command` under [checks.coverage] is not run by draftgate {}: run it, and pass its report \
                 with `--coverage FILE` or `report`",
                env!("CARGO_PKG_VERSION")
            );
        }
        return Ok(Examined::not_applicable(
            "nothing was measured: pass `--coverage FILE`, or set `report` under [checks.coverage] in \
             draftgate.toml",
        ));
    }
    if head.is_empty() {
        bail!("there is a report of base and none of head: pass `--coverage FILE` as well");
    }
    let head = measured(context, Side::Head, &head)?;
    let base = match base.as_slice() {
        [] => None,
        base => Some(measured(context, Side::Base, base)?),
    };
    if let Some(base) = base.as_ref().filter(|base| base.producer != head.producer) {
        bail!(
            "base was measured by {} and head by {}: figures of different producers are not compared; \
             measure both with the same version",
            base.producer,
            head.producer
        );
    }
    judge(context, base.as_ref(), &head)
}

fn measured(
    context: &Context<'_>,
    side: Side,
    sources: &[crate::coverage::Source],
) -> Result<Measured> {
    let read = gather::read(context.change, side, sources)?;
    let top = context
        .change
        .worktree
        .as_ref()
        .and_then(|top| top.to_str());
    let paths = context.change.paths(side)?;
    let measured = Measured::unite(read.reports, paths, top).context(read.names)?;
    honest::believe(context, side, &measured, read.written)?;
    Ok(measured)
}

fn judge(context: &Context<'_>, base: Option<&Measured>, head: &Measured) -> Result<Examined> {
    let compared = compare::compare(context, base, head)?;
    let shown = shown(base.is_some(), head, &compared);
    let mut examined = Examined {
        ledger: unknown(context, base, head, &compared),
        ..Examined::default()
    };
    findings::find(context, &compared, &shown, &mut examined.head)?;
    examined.coverage = Some(shown);
    Ok(examined)
}

/// Changed files on which nothing can be said.
fn unknown(
    context: &Context<'_>,
    base: Option<&Measured>,
    head: &Measured,
    compared: &[Compared<'_>],
) -> Vec<(String, Outcome, String)> {
    let endings = |measured: &Measured| -> Vec<String> {
        let names = measured
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('.'));
        let mut endings: Vec<String> = names.map(|(_, ending)| ending.to_owned()).collect();
        endings.sort();
        endings.dedup();
        endings
    };
    let measured_endings = endings(head);
    let known: std::collections::BTreeSet<&str> = compared
        .iter()
        .filter(|compared| compared.is_known)
        .map(|compared| compared.path.as_str())
        .collect();
    let mut ledger = Vec::new();
    for file in &context.files {
        let path = &file.path;
        let not_applicable = |why: &str| (path.clone(), Outcome::NotApplicable, why.to_owned());
        if file.head.is_none() {
            continue;
        }
        match role::of(context.policy, path) {
            Role::Test => {
                ledger.push(not_applicable("test code is no part of the figures"));
                continue;
            }
            Role::Aside => {
                ledger.push(not_applicable(
                    "an example, a build script or documentation",
                ));
                continue;
            }
            Role::NoCode => continue,
            Role::Product => {}
        }
        if known.contains(path.as_str()) {
            continue;
        }
        if !has_code(context, file) {
            ledger.push(not_applicable("nothing in it can run"));
            continue;
        }
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !measured_endings.iter().any(|measured| measured == ending) {
            let why = format!("no report measures .{ending} files");
            ledger.push((path.clone(), Outcome::OutOfReach, why));
            continue;
        }
        let was_in_tree = file.base.is_some();
        let never = base.is_some_and(|base| !base.files.contains_key(file.base_path()));
        if was_in_tree && never {
            let why = "not measured at base either: take it into the measurement".to_owned();
            ledger.push((path.clone(), Outcome::OutOfReach, why));
            continue;
        }
        let why = "the report of head does not know this file, so none of its lines was measured: take it \
                   into the measurement (coverage.py: `source`; cargo: a test that links it)";
        ledger.push((path.clone(), Outcome::Broken, why.to_owned()));
    }
    ledger
}

/// Whether a file has something that can run, as far as its syntax tells.
fn has_code(context: &Context<'_>, file: &File) -> bool {
    let parsed = file
        .head
        .as_ref()
        .and_then(|blob| context.trees.of(&file.path, blob));
    let Some(parsed) = parsed else {
        return file
            .text(Side::Head)
            .is_some_and(|text| !text.trim().is_empty());
    };
    match parsed.language {
        Language::Rust => parsed.facts().definitions.iter().any(|definition| {
            definition.kind == crate::syntax::DefinitionKind::Function
                && definition.body.is_some()
                && !definition.in_test
        }),
        Language::Python => {
            let mut cursor = parsed.root().walk();
            let mut statements = parsed.root().named_children(&mut cursor);
            statements.any(|statement| {
                let is_text = statement.kind() == "expression_statement"
                    && statement.named_child_count() == 1
                    && statement
                        .named_child(0)
                        .is_some_and(|inner| inner.kind() == "string");
                statement.kind() != "comment" && !is_text
            })
        }
    }
}

fn shown(has_base: bool, head: &Measured, compared: &[Compared<'_>]) -> Shown {
    let mut shown = Shown {
        producer: head.producer.clone(),
        has_base,
        patch: Tally::default(),
        base: Tally::default(),
        base_kept: Tally::default(),
        head: Tally::default(),
        classes: Default::default(),
        files: Vec::new(),
    };
    for file in compared {
        shown.patch.add(file.patch());
        shown.head.add(file.head());
        shown.base.add(file.base());
        shown.base_kept.add(file.base_kept());
        for classed in &file.classes {
            *shown.classes.entry(classed.class).or_default() += 1;
        }
        if file.file.is_none() {
            continue;
        }
        let mut lines: std::collections::BTreeMap<Class, Vec<u32>> = Default::default();
        for classed in &file.classes {
            lines.entry(classed.class).or_default().push(classed.line);
        }
        let lines = lines
            .into_iter()
            .map(|(class, lines)| (class, ranges(lines, |_, _| false)))
            .collect();
        shown.files.push(ShownFile {
            path: file.path.clone(),
            base: file.base(),
            head: file.head(),
            patch: file.patch(),
            lines,
        });
    }
    shown
}
