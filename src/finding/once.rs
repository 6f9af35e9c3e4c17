//! A fact is told once: what several rules find of one fact at one place becomes one finding.
//!
//! Which rules find the same is data of the rules: `same-as` in `rules/<area>/<id>.toml`, in the file of either, names
//! rules, or a check for all of its rules. The
//! finding of the stronger level stays, and names the rules of the others in its evidence, as `also`. Of two equally
//! strong ones the waived stays: a human has decided about the fact.
//!
//! One place is: lines in common, one enclosing definition, or a finding about the whole file.
//!
//! What two tools say in the same words at the same place is one finding as well, which names them both: a compiler's
//! error comes through each program that calls the compiler.
//!
//! Does not catch: two rules of one fact of which neither names the other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use super::{Finding, Place};

/// The evidence that names the rules whose findings are told by this one.
const ALSO: &str = "also";

/// The evidence that names the tool of a finding.
const TOOL: &str = "tool";

/// The findings without those that another one tells as well.
pub(crate) fn once(places: &mut Places<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let findings = of_several_tools(findings);
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

/// The findings, of those that several tools tell in the same words at the same place only the strongest.
fn of_several_tools(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_words: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if finding.evidence.contains_key(TOOL) {
            let place = (
                &finding.path,
                finding.line,
                finding.column,
                finding.end_line,
                finding.end_column,
            );
            let words = (&finding.rule, &finding.message);
            by_words.entry((place, words)).or_default().push(at);
        }
    }
    let mut tools: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    let at = |at: &usize| findings.get(*at);
    for same in by_words.into_values().filter(|same| same.len() > 1) {
        let of_checks = same.iter().filter_map(at).map(|finding| &finding.check);
        let checks: BTreeSet<&String> = of_checks.collect();
        // One check tells what one of its tools says twice, for two reasons.
        if checks.len() < same.len() {
            continue;
        }
        let strength = |one: &&usize| {
            at(one).map(|finding| (finding.level, !finding.counts(), finding.check == "types"))
        };
        let Some(kept) = same.iter().max_by_key(strength) else {
            continue;
        };
        let names = same
            .iter()
            .filter_map(at)
            .filter_map(|finding| finding.evidence.get(TOOL)?.as_str());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort();
        tools.insert(*kept, names);
        gone.extend(same.iter().filter(|one| *one != kept).copied());
    }
    let all = findings.into_iter().enumerate();
    let kept = all.filter(|(at, _)| !gone.contains(at));
    kept.map(|(at, mut finding)| match tools.remove(&at) {
        Some(names) => {
            finding.message = format!("{} ({} say so)", finding.message, names.join(" and "));
            finding.with("tools", names)
        }
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
