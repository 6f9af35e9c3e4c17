//! New names held against the registries: does a name exist there, and since when?
//!
//! Only where base's policy says `online = true`, and only names that the change newly takes from crates.io, npm
//! or PyPI and that the embedded lists do not hold. Nothing else of the change is sent. A registry's "there is no
//! such name" is believed after it has answered for a name that every one of them holds, so that a mistyped
//! address blocks nobody; any other answer than yes and no is told, and is neither a pass nor a block.
//!
//! A name's age is counted to the day of base's commit: there is no clock, and the change cannot set that date.
//!
//! Does not catch: a version that is new of a name that is old; an age where the index does not tell one (the
//! HTML form of PyPI's, as many mirrors serve it).

mod answer;
mod ask;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::rules;
use crate::change::Side;
use crate::checks::{CheckResult, Context};
use crate::day::Day;
use crate::finding::judgement::Outcome;
use crate::finding::{Finding, Level, Place};
use crate::language::ecosystem::popular::normal;
use crate::language::ecosystem::{Ecosystem, Entry, Registry};
use crate::policy::Dependencies;

/// A name that the change newly takes from a registry.
pub(super) struct New {
    /// What it is a package of.
    pub(super) ecosystem: &'static dyn Ecosystem,
    /// As the manifest writes it.
    pub(super) name: String,
    /// The manifest, and the place in it.
    pub(super) path: String,
    /// The place in it.
    pub(super) place: Place,
    /// Another source that the project takes packages of this kind from; the name may be that one's.
    pub(super) other_source: Option<String>,
}

impl New {
    fn registry(&self) -> &'static Registry {
        self.ecosystem.registry()
    }
}

/// What a registry says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// There is none.
    Absent,
    /// There is.
    Holds(Entry),
    /// It did not answer; why.
    Silent(String),
}

/// Asks for each new name, and says what came of it.
pub(super) fn examine(context: &Context<'_>, new: &[New], result: &mut CheckResult) -> Result<()> {
    let settings = &context.policy.checks().dependencies;
    let mut seen = BTreeSet::new();
    let mut fresh: Vec<&New> = new
        .iter()
        .filter(|new| !new.registry().is_known(&new.name))
        .filter(|new| seen.insert((new.registry().key, normal(&new.name))))
        .collect();
    fresh.sort_by_key(|new| new.registry().key);
    if fresh.is_empty() {
        return Ok(());
    }
    let (answers, now) = match &context.inputs.registries {
        Some(handed) => (handed_in(&fresh, &handed.names), Some(handed.now)),
        None => (ask::all(settings, &fresh), base_time(context)),
    };
    let mut silent: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (new, answer) in fresh.iter().zip(&answers) {
        match answer {
            Answer::Silent(why) => silent
                .entry((new.path.as_str(), why))
                .or_default()
                .push(&new.name),
            Answer::Absent => result.head.push(absent(new)),
            Answer::Holds(Entry::Empty) => result.head.push(young(
                new,
                format!(
                    "{} holds `{}`, and nothing that could be installed of it",
                    new.registry().title,
                    new.name
                ),
            )),
            Answer::Holds(Entry::Since(Some(day))) if is_young(settings, *day, now) => {
                let message = format!(
                    "`{}` is on {} since {day} only; the policy asks for {} days before the day of base's commit",
                    new.name,
                    new.registry().title,
                    settings.min_age_days
                );
                result
                    .head
                    .push(young(new, message).with("since", day.to_string()));
            }
            Answer::Holds(Entry::Since(_)) => {}
        }
    }
    for ((path, why), names) in silent {
        let why = format!(
            "whether `{}` exist, and since when, is not known: {why}; everything else was looked at",
            names.join("`, `")
        );
        result
            .ledger
            .push((path.to_owned(), Outcome::OutOfReach, why));
    }
    Ok(())
}

fn absent(new: &New) -> Finding {
    let title = new.registry().title;
    let mut message = format!("`{}` does not exist on {title}", new.name);
    if let Some(source) = &new.other_source {
        message.push_str(&format!(
            ", and whether {source}, where this project takes packages from too, holds it was not asked"
        ));
    }
    let mut finding = rules::UNREGISTERED_DEPENDENCY
        .finding(Side::Head, &new.path, new.place, message)
        .with("dependency", new.name.as_str());
    if new.other_source.is_some() {
        finding.level = Level::Escalate;
    }
    finding
}

fn young(new: &New, message: String) -> Finding {
    rules::YOUNG_DEPENDENCY
        .finding(Side::Head, &new.path, new.place, message)
        .with("dependency", new.name.as_str())
}

/// Whether a day lies less than the age that the policy asks for before a moment, in seconds since the epoch.
fn is_young(settings: &Dependencies, since: Day, now: Option<i64>) -> bool {
    let age = i64::from(settings.min_age_days) * 24 * 60 * 60;
    now.is_some_and(|now| since > Day::of(now.saturating_sub(age)))
}

/// When base's commit was made; none where base is no commit.
fn base_time(context: &Context<'_>) -> Option<i64> {
    let commit = context.change.base.commit.as_deref()?;
    Some(context.change.commit(commit).ok()?.time)
}

/// The answers where what the registries hold came with the change.
fn handed_in(new: &[&New], names: &BTreeMap<String, Day>) -> Vec<Answer> {
    let answer = |new: &&New| match names.get(&new.name) {
        Some(day) => Answer::Holds(Entry::Since(Some(*day))),
        None => Answer::Absent,
    };
    new.iter().map(answer).collect()
}
