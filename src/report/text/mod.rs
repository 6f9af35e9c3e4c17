//! The terminal report: the verdict, then each finding with its code, then coverage, then what nobody looked at, then
//! the numbers.
//!
//! Does not catch: a reader who stops at the first line. So the first line is the verdict.

mod coverage;
mod finding;
mod frame;
pub(crate) mod page;
mod unchecked;

use page::{Page, Paint, flat};

use super::Style;
use super::words::{count, gaps, lead, reasons, short};
use crate::finding::judgement::{Judgement, Outcome, PolicySource};
use crate::finding::{Finding, Level};
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

/// Findings that are shown with their code; more than these get a line each.
const IN_FULL: usize = 60;

pub(super) fn render(trace: &Trace, decision: &Decision, style: Style) -> String {
    let judged = &trace.judged;
    let mut page = Page::new(style);
    verdict(&mut page, judged, decision);
    if style.quiet {
        for finding in decisive(judged, decision.verdict) {
            finding::one_line(&mut page, finding, usize::MAX);
        }
        return page.into_text();
    }
    findings(&mut page, judged);
    coverage::section(&mut page, judged);
    unchecked::section(&mut page, judged);
    remarks(&mut page, judged);
    numbers(&mut page, trace);
    page.into_text()
}

fn verdict(page: &mut Page, judged: &Judgement, decision: &Decision) {
    let name = decision.verdict.words();
    let paint = match decision.verdict {
        Verdict::Ready => Paint::Green,
        Verdict::NeedsHuman => Paint::Yellow,
        Verdict::CouldNotJudge => Paint::Magenta,
        Verdict::Blocked => Paint::Red,
    };
    let reasons = reasons(judged, decision);
    let head = format!("{name}{}", lead(judged, decision));
    let lead = [(head.as_str(), paint), (" ", Paint::Plain)];
    let together = reasons.join("; ");
    let room = page.style().width.saturating_sub(name.len() + 2);
    if page.style().quiet {
        page.uncut(&lead, &flat(&together));
    } else if page::width(&flat(&together)) <= room {
        page.item(&lead, &together, Paint::Bold);
    } else {
        // A reason a line, one under the other, and what did not run before all of them.
        let first = gaps(judged).filter(|_| decision.verdict != Verdict::Ready);
        let head = if first.is_some() {
            format!("{name};")
        } else {
            head
        };
        let lines: Vec<String> = match first {
            Some(_) => first.iter().chain(&decision.reasons).cloned().collect(),
            None => reasons,
        };
        let lead = if first.is_some() {
            head
        } else {
            format!("{head:11}")
        };
        page.item(
            &[(&lead, paint), (" ", Paint::Plain)],
            &lines.join("\n"),
            Paint::Bold,
        );
    }
}

/// The findings on which the verdict stands.
fn decisive(judged: &Judgement, verdict: Verdict) -> impl Iterator<Item = &Finding> {
    let least = match verdict {
        Verdict::NeedsHuman => Level::Escalate,
        Verdict::Ready | Verdict::CouldNotJudge | Verdict::Blocked => Level::Block,
    };
    let counted = judged.findings.iter().filter(|finding| finding.counts());
    counted.filter(move |finding| finding.level >= least)
}

fn findings(page: &mut Page, judged: &Judgement) {
    let (counted, waived): (Vec<&Finding>, Vec<&Finding>) =
        judged.findings.iter().partition(|finding| finding.counts());
    let (notes, heavy): (Vec<&Finding>, Vec<&Finding>) = counted
        .into_iter()
        .partition(|finding| finding.level == Level::Note);
    let mut explained = finding::Explained::default();
    for finding in heavy.iter().take(IN_FULL) {
        page.gap();
        let excerpt = judged.excerpts.get(&finding.fingerprint);
        finding::in_full(page, finding, excerpt, &mut explained);
    }
    let width = page.style().width;
    if let Some(more) = heavy.get(IN_FULL..).filter(|more| !more.is_empty()) {
        page.gap();
        let lead = format!(
            "{} more, a line each (the json report has all of them):",
            more.len()
        );
        page.item(&[(&lead, Paint::Bold)], "", Paint::Plain);
        for finding in more {
            finding::one_line(page, finding, width);
        }
    }
    if !waived.is_empty() {
        page.gap();
        for finding in waived {
            finding::waived(page, finding);
        }
    }
    if !notes.is_empty() {
        page.gap();
        for finding in notes {
            finding::one_line(page, finding, width);
        }
        let more = "`draftgate rules explain RULE` says what a rule is about";
        page.item(&[("  ", Paint::Plain)], more, Paint::Dim);
    }
}

fn remarks(page: &mut Page, judged: &Judgement) {
    page.gap();
    let change = &judged.change;
    let policy = match judged.policy.source {
        PolicySource::Base => "the policy of the base",
        PolicySource::Default => "the built-in policy (the base has no draftgate.toml)",
        PolicySource::Worktree => {
            "the policy of the working tree, to try it: a gate takes the base's"
        }
    };
    if change.base.is_empty() && change.head.is_empty() {
        page.item(&[("judged: ", Paint::Bold)], "nothing", Paint::Plain);
    } else {
        let range = format!("{}..{}", short(&change.base), short(&change.head));
        page.item(
            &[("judged: ", Paint::Bold)],
            &format!("{range} by {policy}"),
            Paint::Plain,
        );
    }
    for remark in &judged.remarks {
        page.item(&[("remark: ", Paint::Bold)], remark, Paint::Plain);
    }
}

fn numbers(page: &mut Page, trace: &Trace) {
    let judged = &trace.judged;
    let change = &judged.change;
    let files = count(change.files, "file", "files");
    let mut size = format!("{files} (+{} -{})", change.added, change.deleted);
    if change.commits > 0 {
        size = format!("{size}, {}", count(change.commits, "commit", "commits"));
    }
    let level = |level| {
        let counted = judged.findings.iter().filter(|finding| finding.counts());
        counted.filter(|finding| finding.level == level).count()
    };
    let waived = judged.findings.iter().filter(|finding| !finding.counts());
    let found: Vec<String> = [
        (level(Level::Block), "blocks", "block"),
        (level(Level::Escalate), "needs a human", "need a human"),
        (level(Level::Note), "note", "notes"),
        (waived.count(), "waived", "waived"),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(number, one, many)| count(number, one, many))
    .collect();
    let ran = judged
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Ran);
    let (ran, all) = (ran.count(), judged.checks.len());
    let checks = match all {
        0 => String::new(),
        _ if ran == all => format!("{} in ", count(all, "check", "checks")),
        _ => format!("{ran} of {} in ", count(all, "check", "checks")),
    };
    let parts = [
        size,
        found.join(", "),
        format!("{checks}{}", duration(trace.run.millis)),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    page.item(&[], &parts.join("; "), Paint::Dim);
}

fn duration(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis}ms"),
        1_000..60_000 => format!("{}.{}s", millis / 1_000, millis % 1_000 / 100),
        _ => format!("{}m {}s", millis / 60_000, millis % 60_000 / 1_000),
    }
}
