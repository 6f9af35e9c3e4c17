//! What manifests, locks and commands come to, and how it is said: a name, its place, its registry.
//!
//! Does not catch: a name that is put together.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::registries::New;
use super::rules;
use crate::budget;
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

/// The added lines of a file, to be asked where they name something.
pub(super) struct Added<'t> {
    /// The file.
    pub(super) file: &'t File,
    text: &'t str,
    runs: OnceCell<Runs<'t>>,
}

/// Where each run of letters, digits, `-` and `_` stands: lines with their 0-based numbers, and by run the indexes of
/// lines with the byte offsets in them, in order.
struct Runs<'t> {
    lines: Vec<(u32, &'t str)>,
    places: HashMap<&'t str, Vec<(usize, usize)>>,
}

impl<'t> Added<'t> {
    /// Those of a file whose head is `text`.
    pub(super) fn of(file: &'t File, text: &'t str) -> Self {
        let runs = OnceCell::new();
        Self { file, text, runs }
    }

    fn runs(&self) -> &Runs<'t> {
        self.runs.get_or_init(|| {
            let added: HashSet<u32> = self.file.added_lines().collect();
            let numbered = (0u32..).zip(self.text.lines());
            let lines: Vec<(u32, &str)> = numbered.filter(|(at, _)| added.contains(at)).collect();
            let mut places: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
            for (index, (_, line)) in lines.iter().enumerate() {
                for (at, run) in runs_of(line) {
                    places.entry(run).or_default().push((index, at));
                }
            }
            Runs { lines, places }
        })
    }

    /// The lines, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'t str> {
        self.runs().lines.iter().map(|(_, line)| *line)
    }

    /// The first place that names something, as a whole word; the file where none does.
    pub(super) fn naming(&self, name: &str) -> Place {
        let runs = self.runs();
        // Each run of the name is one of the line too; the rarest is soonest looked through.
        let at_each = |(at, run): (usize, &str)| Some((at, runs.places.get(run)?));
        let candidates: Option<Vec<_>> = runs_of(name).map(at_each).collect();
        let rarest = candidates.and_then(|all| all.into_iter().min_by_key(|(_, all)| all.len()));
        let Some((within, places)) = rarest else {
            return Place::FILE;
        };
        for &(index, at) in places {
            if !budget::charge(1) {
                break;
            }
            let Some(&(number, line)) = runs.lines.get(index) else {
                continue;
            };
            let Some(start) = at.checked_sub(within) else {
                continue;
            };
            let end = start + name.len();
            let before = line.get(..start).and_then(|text| text.chars().next_back());
            let after = line.get(end..).and_then(|text| text.chars().next());
            let bounded = ![before, after].into_iter().flatten().any(is_in_run);
            if bounded && line.get(start..end) == Some(name) {
                return Place {
                    line: number + 1,
                    column: crate::text::column(line, start),
                    end_line: number + 1,
                    end_column: crate::text::column(line, end),
                };
            }
        }
        Place::FILE
    }
}

fn is_in_run(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The runs of a text with their byte offsets.
fn runs_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let runs = text.split(|c| !is_in_run(c)).scan(0, |next, run| {
        let at = *next;
        let after = text
            .get(at + run.len()..)
            .and_then(|rest| rest.chars().next());
        *next += run.len() + after.map_or(0, char::len_utf8);
        Some((at, run))
    });
    runs.filter(|(_, run)| !run.is_empty())
}
