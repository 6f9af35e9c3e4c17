//! A fact is told once: what several rules find of one fact at one place becomes one finding.
//!
//! Which rules find the same is data of the rules: `same-as` in `rules/<area>/<id>.toml`, in the file of either, names
//! rules, or a check for all of its rules. The
//! finding of the stronger level stays, and names the rules of the others in its evidence, as `also`. Of two equally
//! strong ones the waived stays: a human has decided about the fact.
//!
//! One place is: lines in common, one enclosing definition, or a finding about the whole file.
//!
//! Does not catch: two rules of one fact of which neither names the other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use super::{Finding, Place};

/// The evidence that names the rules whose findings are told by this one.
const ALSO: &str = "also";

/// The findings without those that another one tells as well.
pub(crate) fn once(places: &mut Places<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let same = Same::of(&findings);
    let mut by_file: BTreeMap<&str, Vec<Reported<'_>>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if same.names(finding) {
            let symbol = places.of(finding).symbol(finding.line);
            let reported = Reported {
                at,
                finding,
                symbol,
            };
            by_file.entry(&finding.path).or_default().push(reported);
        }
    }
    let mut also: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for mut reported in by_file.into_values() {
        reported.sort_by_key(|one| Reverse(one.strength()));
        // A file has a bounded number of findings of a rule.
        for (nth, one) in reported.iter().enumerate() {
            for other in reported.iter().skip(nth + 1) {
                let both_stand = !gone.contains(&one.at) && !gone.contains(&other.at);
                if both_stand && one.meets(other) && same.relates(one.finding, other.finding) {
                    gone.insert(other.at);
                    let rules = also.entry(one.at).or_default();
                    rules.insert(other.finding.rule.clone());
                }
            }
        }
    }
    let all = findings.into_iter().enumerate();
    let kept = all.filter(|(at, _)| !gone.contains(at));
    kept.map(|(at, finding)| match also.remove(&at) {
        Some(rules) => finding.with(ALSO, Vec::from_iter(rules)),
        None => finding,
    })
    .collect()
}

/// Pairs of a rule and a rule or check that find the same, as the rules of the findings say.
struct Same(BTreeSet<(String, String)>);

impl Same {
    fn of(findings: &[Finding]) -> Self {
        let pairs = findings.iter().flat_map(|finding| {
            let others = finding.same_as.iter();
            others.map(|other| (finding.rule.clone(), other.to_string()))
        });
        Self(pairs.collect())
    }

    /// Whether a finding may be the same as another one.
    fn names(&self, finding: &Finding) -> bool {
        let is_it = |name: &String| *name == finding.rule || *name == finding.check;
        self.0
            .iter()
            .any(|(one, other)| *one == finding.rule || is_it(other))
    }

    fn relates(&self, one: &Finding, other: &Finding) -> bool {
        let says = |one: &Finding, other: &Finding| {
            let pair = |name: &String| self.0.contains(&(one.rule.clone(), name.clone()));
            pair(&other.rule) || pair(&other.check)
        };
        says(one, other) || says(other, one)
    }
}

/// A finding that may tell what another one does.
struct Reported<'f> {
    at: usize,
    finding: &'f Finding,
    symbol: String,
}

impl Reported<'_> {
    /// What decides which of two stays: the level; else the first in the order of reports.
    fn strength(&self) -> impl Ord + use<> {
        let finding = self.finding;
        (finding.level, !finding.counts(), Reverse(self.at))
    }

    /// Whether another one in the file stands at the same place.
    fn meets(&self, other: &Self) -> bool {
        let (one, two) = (self.finding, other.finding);
        let whole = is_whole_file(one) || is_whole_file(two);
        let of_one_text = one.side == two.side && one.commit == two.commit;
        let lines = one.line <= two.end_line && two.line <= one.end_line;
        let symbol = !self.symbol.is_empty() && self.symbol == other.symbol;
        whole || of_one_text && (lines || symbol)
    }
}

/// Whether a finding is of a rule, or tells what that rule found.
pub(crate) fn is_of(finding: &Finding, rule: &str) -> bool {
    let also = finding.evidence.get(ALSO).and_then(|also| also.as_array());
    finding.rule == rule || also.is_some_and(|also| also.iter().any(|other| other == rule))
}

fn is_whole_file(finding: &Finding) -> bool {
    finding.place() == Place::FILE
}
