//! What was not checked, why, and what turns it on, for all formats: grouped, so that 500 files out of reach are one
//! entry.
//!
//! Does not catch: that there was nothing in a single file for a check; the ledger of the JSON report has that.

use std::collections::BTreeMap;

use super::words::count;
use crate::finding::judgement::{CheckOutcome, Judgement, LedgerEntry, Outcome};
use crate::unread;

/// Groups that are shown of one kind; more are counted.
const MOST_GROUPS: usize = 12;
/// Names that are shown of a group; more are counted.
const MOST_NAMES: usize = 3;

/// Why something was not checked, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A check failed.
    Broken,
    /// Code in a language that no check knows.
    NotRead,
    /// A check could not see.
    OutOfReach,
    /// A check did not run.
    NotRun,
    /// The change holds nothing for a check.
    NothingHere,
}

impl Kind {
    /// All of them.
    const ALL: [Kind; 5] = [
        Kind::Broken,
        Kind::NotRead,
        Kind::OutOfReach,
        Kind::NotRun,
        Kind::NothingHere,
    ];

    /// Its words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::Broken => "broken",
            Kind::NotRead => "not read",
            Kind::OutOfReach => "out of reach",
            Kind::NotRun => "not run",
            Kind::NothingHere => "nothing here",
        }
    }
}

/// One entry.
pub(super) enum Entry {
    /// Something that was not checked.
    Group {
        /// The kind.
        kind: Kind,
        /// Checks, files, or a language: with names out of the change.
        what: String,
        /// Why; empty where the kind says all.
        why: String,
    },
    /// So many more of the kind before.
    More(usize),
}

impl Entry {
    /// The entry as a sentence, without its kind.
    pub(super) fn text(&self) -> String {
        match self {
            Entry::Group { what, why, .. } if why.is_empty() => what.clone(),
            Entry::Group { what, why, .. } => format!("{what}: {why}"),
            Entry::More(number) => {
                format!("and {number} more of this kind; the json report has all of them")
            }
        }
    }
}

/// All that was not checked, by kind.
pub(super) fn entries(judged: &Judgement) -> Vec<Entry> {
    let (checks, files, languages) = (checks(judged), files(judged), languages(judged));
    let mut entries = Vec::new();
    for kind in Kind::ALL {
        for list in [&checks, &languages, &files] {
            let of_kind: Vec<_> = list.iter().filter(|group| group.0 == kind).collect();
            for (kind, what, why) in of_kind.iter().take(MOST_GROUPS) {
                entries.push(Entry::Group {
                    kind: *kind,
                    what: what.clone(),
                    why: why.clone(),
                });
            }
            let more = of_kind.len().saturating_sub(MOST_GROUPS);
            entries.extend((more > 0).then_some(Entry::More(more)));
        }
    }
    entries
}

/// Kind, what and why.
type Group = (Kind, String, String);

/// Checks that looked at no file, by reason.
fn checks(judged: &Judgement) -> Vec<Group> {
    let mut groups: Vec<(Kind, &str, Vec<String>)> = Vec::new();
    for check in &judged.checks {
        let Some((kind, why)) = unrun(check).filter(|_| judged.change.files > 0) else {
            continue;
        };
        match groups
            .iter_mut()
            .find(|group| (group.0, group.1) == (kind, why))
        {
            Some((_, _, names)) => names.push(name(check)),
            None => groups.push((kind, why, vec![name(check)])),
        }
    }
    let joined = groups.into_iter();
    joined
        .map(|(kind, why, names)| (kind, names.join(", "), why.to_owned()))
        .collect()
}

/// Why a check looked at no file; `None` where it did.
fn unrun(check: &CheckOutcome) -> Option<(Kind, &str)> {
    Some(match check.outcome {
        Outcome::Ran if check.files > 0 => return None,
        Outcome::Ran if check.idle => (Kind::NothingHere, "the change has no file for it"),
        Outcome::Ran => (Kind::NotRun, "it looked at no file of the change"),
        Outcome::NotApplicable => (Kind::NotRun, &check.why),
        Outcome::OutOfReach => (Kind::OutOfReach, &check.why),
        Outcome::Broken => (Kind::Broken, &check.why),
    })
}

fn name(check: &CheckOutcome) -> String {
    if check.required {
        format!("{} (required)", check.name)
    } else {
        check.name.clone()
    }
}

/// Code that no check could read, by language.
fn languages(judged: &Judgement) -> Vec<Group> {
    let groups = unread::groups(&judged.ledger).into_iter();
    groups
        .map(|group| {
            let checks: Vec<&str> = group.checks.iter().copied().collect();
            let what = format!(
                "{}: {}, {} ({})",
                group.language,
                count(group.paths.len(), "file", "files"),
                count(group.lines, "line", "lines"),
                checks.join(", ")
            );
            (
                Kind::NotRead,
                what,
                group.accepted.unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// Single files that checks which ran could not look at, by reason, then by the files.
fn files(judged: &Judgement) -> Vec<Group> {
    let ran = |name: &str| {
        let mut checks = judged.checks.iter();
        checks.all(|check| check.name != name || check.outcome == Outcome::Ran)
    };
    let mut by_check: BTreeMap<(Outcome, &str, &str), Vec<&str>> = BTreeMap::new();
    for entry in judged.ledger.iter().filter(|entry| tells(entry)) {
        let key = (entry.outcome, entry.why.as_str(), entry.check.as_str());
        by_check.entry(key).or_default().push(&entry.path);
    }
    let mut groups: BTreeMap<(Outcome, &str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for ((outcome, why, check), paths) in by_check {
        if ran(check) {
            groups.entry((outcome, why, paths)).or_default().push(check);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((_, _, paths), _)| std::cmp::Reverse(paths.len()));
    groups
        .into_iter()
        .map(|((outcome, why, paths), checks)| {
            let kind = match outcome {
                Outcome::Broken => Kind::Broken,
                Outcome::OutOfReach => Kind::OutOfReach,
                Outcome::NotApplicable | Outcome::Ran => Kind::NotRun,
            };
            let by = listed(&checks, "check", "checks");
            let what = format!("{} by {by}", listed(&paths, "file", "files"));
            (kind, what, why.to_owned())
        })
        .collect()
}

/// Whether an entry is for a reader: a check failed or could not see. That there was nothing for it
/// to see is for the ledger of the json report, unless the policy said so. Languages have their own entries.
fn tells(entry: &LedgerEntry) -> bool {
    match entry.outcome {
        Outcome::Broken | Outcome::OutOfReach => entry.unread.is_none(),
        Outcome::NotApplicable => entry.why.contains("(policy "),
        Outcome::Ran => false,
    }
}

/// "a.png", or "500 files (a.png, b.png, c.png, ...)".
fn listed(names: &[&str], one: &str, many: &str) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_NAMES).copied().collect();
    let shown = shown.join(", ");
    if names.len() <= MOST_NAMES {
        return shown;
    }
    format!("{} ({shown}, ...)", count(names.len(), one, many))
}
