//! One finding on the page: in full, or on a line.

use std::collections::BTreeMap;

use super::frame::{frame, gutter, without_blank_ends};
use super::page::{Page, Paint, cut, flat};
use crate::finding::judgement::Excerpt;
use crate::finding::{Finding, Level};
use crate::report::words::{about_the_file, confidence, place, severity, whereabouts};

/// What has been said of each rule: a reason is given once.
#[derive(Default)]
pub(super) struct Explained<'a>(BTreeMap<&'a str, (&'a str, &'a str)>);

impl<'a> Explained<'a> {
    /// Whether reason and warning of this finding stand above; if not, they do now.
    fn already(&mut self, finding: &'a Finding) -> bool {
        let texts = (finding.why.as_str(), finding.avoid.as_str());
        self.0.insert(&finding.rule, texts) == Some(texts) && texts != ("", "")
    }
}

/// Title, place, code, reason, fix, what not to do, data flow, rule, command.
pub(super) fn in_full<'a>(
    page: &mut Page,
    finding: &'a Finding,
    excerpt: Option<&Excerpt>,
    explained: &mut Explained<'a>,
) {
    let (name, paint) = level(finding);
    let title = format!("{name}[{}]", flat(&finding.rule));
    page.item(
        &[(&title, paint), (": ", Paint::Bold)],
        &finding.message,
        Paint::Bold,
    );
    let excerpt = excerpt
        .filter(|_| !about_the_file(finding))
        .map(|excerpt| without_blank_ends(excerpt, finding));
    let excerpt = excerpt.as_ref();
    let indent = " ".repeat(gutter(finding, excerpt));
    page.place(
        &[(&indent, Paint::Plain), ("--> ", Paint::Blue)],
        &place(finding),
        &whereabouts(finding),
    );
    let drawn = excerpt.and_then(|excerpt| frame(finding, excerpt, page.style()));
    if let Some(drawn) = drawn {
        page.block(&drawn);
    }

    let lead = |name: &str| format!("{name:8}");
    let mut item = |name: &str, text: &str| {
        if !text.is_empty() {
            let lead = lead(name);
            page.item(
                &[
                    (&indent, Paint::Plain),
                    (" = ", Paint::Blue),
                    (&lead, Paint::Bold),
                ],
                text,
                Paint::Plain,
            );
        }
    };
    let seen = explained.already(finding);
    if seen {
        item("why:", &format!("as for the {} above", finding.rule));
        item("fix:", &finding.fix);
    } else {
        item("why:", &finding.why);
        item("fix:", &finding.fix);
        item("avoid:", &finding.avoid);
    }
    for (number, step) in (1..).zip(&finding.trace) {
        let at = flat(&format!("{}:{}:{}", step.path, step.line, step.column));
        let name = if number == 1 { "flow:" } else { "" };
        item(name, &format!("{number}. {at}: {}", step.message));
    }
    item("rule:", &about(finding));
    if !seen && !finding.docs.is_empty() {
        page.place(
            &[
                (&indent, Paint::Plain),
                (" = ", Paint::Blue),
                (&lead("docs:"), Paint::Bold),
            ],
            &finding.docs,
            "",
        );
    }
    if !finding.reproduce.is_empty() {
        page.command(
            &[
                (&indent, Paint::Plain),
                (" = ", Paint::Blue),
                (&lead("again:"), Paint::Bold),
            ],
            &finding.reproduce,
        );
    }
}

/// Level, rule, place and message; cut at `width`.
pub(super) fn one_line(page: &mut Page, finding: &Finding, width: usize) {
    let (name, paint) = level(finding);
    let title = format!("{name}[{}]", flat(&finding.rule));
    let text = flat(&format!(
        "{}{}: {}",
        place(finding),
        whereabouts(finding),
        finding.message
    ));
    let room = width.saturating_sub(title.len() + 2);
    page.uncut(&[(&title, paint), (": ", Paint::Plain)], &cut(&text, room));
}

/// A finding that a human let pass, and who.
pub(super) fn waived(page: &mut Page, finding: &Finding) {
    let Some(waiver) = &finding.waiver else {
        return;
    };
    let title = format!("waived[{}]", flat(&finding.rule));
    let text = format!(
        "{}{}: {}",
        place(finding),
        whereabouts(finding),
        finding.message
    );
    page.line(
        &[(&title, Paint::Dim), (": ", Paint::Plain)],
        &text,
        Paint::Plain,
    );
    let until = match &waiver.until {
        Some(day) => format!(" until {day}"),
        None => String::new(),
    };
    let text = format!("by {}{until}: {}", waiver.approved_by, waiver.reason);
    page.item(&[("  = waiver ", Paint::Dim)], &text, Paint::Plain);
}

fn level(finding: &Finding) -> (&'static str, Paint) {
    match finding.level {
        Level::Block => ("block", Paint::Red),
        Level::Escalate => ("escalate", Paint::Yellow),
        Level::Note => ("note", Paint::Green),
    }
}

/// The rule's identity in a line.
fn about(finding: &Finding) -> String {
    let (severity, confidence) = (severity(finding.severity), confidence(finding.confidence));
    let mut parts = vec![
        format!("{} (check {})", finding.rule, finding.check),
        format!("severity {severity}, confidence {confidence}"),
    ];
    parts.extend(finding.cwe.iter().map(|number| format!("CWE-{number}")));
    if !finding.fingerprint.is_empty() {
        parts.push(format!("fingerprint {}", finding.fingerprint));
    }
    parts.join("; ")
}
