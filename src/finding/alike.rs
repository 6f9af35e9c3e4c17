//! Alike findings of a file are told once: the first, with the lines of the others.
//!
//! Notes of one rule in one file, and escalations of one rule where there are so many that nobody reads them one by one:
//! whoever looks at one looks at all of them. What blocks is told one by one, since each is to be fixed; so is what a tool of the project says,
//! and what is waived.
//!
//! Does not catch: alike findings of several files.

use std::collections::BTreeMap;

use super::{Finding, Level};

/// The evidence that says on which lines of the file the others stand.
const LINES: &str = "lines";
/// From how many escalations on they are told as one.
const MANY: usize = 10;
/// How many lines a message names.
const SHOWN: usize = 8;

/// The findings, alike ones as one. They come in the order of reports, and stay in it.
pub(crate) fn as_one(findings: Vec<Finding>, tools: &[&str]) -> Vec<Finding> {
    let mut alike: BTreeMap<(&str, &str, Level), Vec<usize>> = BTreeMap::new();
    let all = findings.iter().enumerate();
    for (at, finding) in all.filter(|(_, finding)| finding.waiver.is_none()) {
        if !tools.contains(&finding.check.as_str()) {
            let key = (finding.rule.as_str(), finding.path.as_str(), finding.level);
            alike.entry(key).or_default().push(at);
        }
    }
    let mut others: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    let mut gone = vec![false; findings.len()];
    for ((_, _, level), places) in alike {
        let Some((first, rest)) = places.split_first() else {
            continue;
        };
        let is_one = match level {
            Level::Note => !rest.is_empty(),
            Level::Escalate => places.len() >= MANY,
            Level::Block => false,
        };
        if !is_one {
            continue;
        }
        for at in rest {
            if let (Some(gone), Some(finding)) = (gone.get_mut(*at), findings.get(*at)) {
                *gone = true;
                others.entry(*first).or_default().push(finding.line);
            }
        }
    }
    let all = findings.into_iter().zip(gone).enumerate();
    all.filter(|(_, (_, gone))| !gone)
        .map(|(at, (finding, _))| match others.get(&at) {
            Some(lines) => with_others(finding, lines),
            None => finding,
        })
        .collect()
}

fn with_others(mut finding: Finding, lines: &[u32]) -> Finding {
    let shown: Vec<String> = lines.iter().take(SHOWN).map(u32::to_string).collect();
    let more = if lines.len() > SHOWN { ", .." } else { "" };
    let word = if lines.len() > 1 { "lines" } else { "line" };
    let list = shown.join(", ");
    let said = format!(
        " ({} more like it in this file: {word} {list}{more})",
        lines.len()
    );
    finding.message.push_str(&said);
    finding.with(LINES, lines.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Side;
    use crate::finding::Place;
    use crate::rule::built_in::suppressions::BLANKET_SUPPRESSION;

    fn told(levels: impl IntoIterator<Item = Level>) -> Vec<(u32, usize)> {
        let of = |(line, level)| {
            let place = Place::of_line(line);
            let mut finding = BLANKET_SUPPRESSION.finding(Side::Head, "shop.py", place, "bare");
            finding.level = level;
            finding
        };
        let findings = (1..).zip(levels).map(of).collect();
        let others = |finding: &Finding| {
            let lines = finding.evidence.get(LINES);
            lines.and_then(|lines| lines.as_array()).map_or(0, Vec::len)
        };
        let told = as_one(findings, &["lint"]);
        told.iter().map(|one| (one.line, others(one))).collect()
    }

    #[test]
    fn escalations_are_one_where_they_are_many_and_blocks_never() {
        let few = std::iter::repeat_n(Level::Escalate, MANY - 1);
        assert_eq!(told(few).len(), MANY - 1);
        let many = std::iter::repeat_n(Level::Escalate, MANY);
        let mixed = [Level::Block, Level::Block, Level::Note, Level::Note];
        let told = told(mixed.into_iter().chain(many));
        assert_eq!(told, [(2, 0), (3, 0), (4, 1), (6, MANY - 1)]);
    }
}
