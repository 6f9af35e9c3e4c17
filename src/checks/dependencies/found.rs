//! What manifests, locks and commands come to, and how it is said: a name, its place, its registry.
//!
//! Does not catch: a name that is put together.

use std::collections::BTreeSet;

use super::registries::New;
use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::language::ecosystem::popular::{Near, NearKind};
use crate::language::ecosystems;
use crate::rule::Rule;

/// What the changed manifests and locks came to.
#[derive(Default)]
pub(super) struct Manifests {
    /// What is to be said.
    pub(super) findings: Vec<Finding>,
    /// New names that come from the public registries.
    pub(super) new: Vec<New>,
}

impl Manifests {
    /// Adds a finding at head.
    pub(super) fn push(&mut self, rule: &'static Rule, file: &File, place: Place, message: String) {
        let finding = rule.finding(Side::Head, &file.path, place, message);
        self.findings.push(finding);
    }
}

/// Says that a name is a slip away from a much used one.
pub(super) fn lookalike(
    file: &File,
    name: &str,
    near: Option<Near>,
    place: Place,
    found: &mut Vec<Finding>,
) {
    let Some(near) = near else { return };
    let (rule, how) = match near.kind {
        NearKind::OneEdit => (rules::TYPOSQUAT_DEPENDENCY, "one character away from"),
        NearKind::Separators => (
            rules::LOOKALIKE_DEPENDENCY,
            "the same but for separators as",
        ),
        NearKind::TwoEdits => (rules::LOOKALIKE_DEPENDENCY, "two characters away from"),
    };
    let message = format!("`{name}` is {how} the much used `{}`", near.target);
    found.push(
        rule.finding(Side::Head, &file.path, place, message)
            .with("dependency", name)
            .with("near", near.target),
    );
}

/// The public registries, by the addresses that locks and options give them.
pub(super) fn official(address: &str) -> bool {
    let mut known = ecosystems().flat_map(|ecosystem| ecosystem.registry().addresses);
    known.any(|known| address.contains(known))
}

/// The first added line that names something; the file where none does.
pub(super) fn naming(file: &File, text: &str, name: &str) -> Place {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || "-_".contains(c));
    let added: BTreeSet<u32> = file.added_lines().collect();
    for (number, line) in (0u32..).zip(text.lines()) {
        if !added.contains(&number) {
            continue;
        }
        let found = line.match_indices(name).find(|(at, _)| {
            edge(
                line.get(..*at)
                    .and_then(|before| before.chars().next_back()),
            ) && edge(
                line.get(at + name.len()..)
                    .and_then(|after| after.chars().next()),
            )
        });
        if let Some((at, _)) = found {
            return Place {
                line: number + 1,
                column: crate::text::column(line, at),
                end_line: number + 1,
                end_column: crate::text::column(line, at + name.len()),
            };
        }
    }
    Place::FILE
}
