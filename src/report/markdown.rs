//! Markdown for a job summary or a comment.
//!
//! Words of ours are Markdown; text of the change never is. What is said of the change in prose is
//! split at its back-quotes, and what could mean anything to Markdown, HTML or GitHub (a mention, an
//! issue, a link) becomes code, inside which nothing means anything. Code of the change stands in fences
//! that are longer than any run of back-quotes in it. No text of the change begins a line.
//!
//! Does not catch: renderers that read Markdown inside code.

use std::fmt::Write;

use super::text::page::{cut, flat};
use super::unchecked::{Entry, entries};
use super::words::{self, confidence, count, level, place, severity, short, whereabouts};
use crate::finding::judgement::{Excerpt, Judgement};
use crate::finding::{Finding, Level};
use crate::text::visible;
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

/// GitHub drops a summary of over 1 MiB whole.
const LONGEST: usize = 1_000_000;
/// What is kept free for the line that says how much is left out, and for the end.
const RESERVE: usize = 50_000;
/// Findings that are shown with their code.
const IN_FULL: usize = 100;
/// Reasons and remarks that are shown.
const MOST_REASONS: usize = 20;

pub(super) fn render(trace: &Trace, decision: &Decision) -> String {
    let judged = &trace.judged;
    let mut page = format!("## draftgate: {}\n\n", words::verdict(judged, decision));
    for reason in decision.reasons.iter().take(MOST_REASONS) {
        let _ = writeln!(page, "- {}", prose(&cut(&flat(reason), 2_000)));
    }
    let of = |wanted: Level| {
        let counted = judged.findings.iter().filter(|finding| finding.counts());
        counted
            .filter(move |finding| finding.level == wanted)
            .collect::<Vec<_>>()
    };
    let mut shown = 0;
    for (title, findings) in [
        ("Blocks", of(Level::Block)),
        ("Needs a human", of(Level::Escalate)),
        ("Notes", of(Level::Note)),
    ] {
        if findings.is_empty() {
            continue;
        }
        let _ = write!(page, "\n### {title}\n\n");
        for (at, finding) in findings.iter().enumerate() {
            let full = shown < IN_FULL && finding.level > Level::Note;
            let text = described(judged, finding, full);
            if page.len() + text.len() > LONGEST - RESERVE {
                let more = count(findings.len() - at, "more finding", "more findings");
                let _ = write!(page, "\n{more}: the JSON report has all of them.\n");
                break;
            }
            page.push_str(&text);
            shown += 1;
        }
    }
    waived(&mut page, judged);
    unchecked(&mut page, judged);
    numbers(&mut page, trace, decision);
    page
}

fn described(judged: &Judgement, finding: &Finding, full: bool) -> String {
    let mut text = format!(
        "- **{}** `{}` {}{}: {}\n",
        level(finding.level),
        code_word(&finding.rule),
        code(&place(finding)),
        match whereabouts(finding).trim() {
            "" => String::new(),
            where_else => format!(" {}", prose(where_else)),
        },
        prose(&cut(&flat(&finding.message), 2_000))
    );
    if !full {
        return text;
    }
    if let Some(excerpt) = judged.excerpts.get(&finding.fingerprint) {
        text.push_str(&fenced(excerpt));
    }
    for (name, words) in [
        ("Why", &finding.why),
        ("Fix", &finding.fix),
        ("Avoid", &finding.avoid),
    ] {
        if !words.is_empty() {
            let _ = writeln!(text, "  - {name}: {}", prose(&cut(&flat(words), 2_000)));
        }
    }
    for (number, step) in (1..).zip(&finding.trace).take(20) {
        let at = code(&format!("{}:{}", step.path, step.line));
        let _ = writeln!(text, "  - Flow {number}: {at} {}", prose(&step.message));
    }
    let mut about = format!(
        "severity {}, confidence {}",
        severity(finding.severity),
        confidence(finding.confidence)
    );
    for number in &finding.cwe {
        let _ = write!(about, ", CWE-{number}");
    }
    if !finding.fingerprint.is_empty() {
        let _ = write!(about, ", fingerprint {}", code(&finding.fingerprint));
    }
    let _ = writeln!(text, "  - Rule: {about}");
    if !finding.reproduce.is_empty() {
        let _ = writeln!(text, "  - Again: {}", code(&finding.reproduce));
    }
    text
}

/// An excerpt as a block of code inside a list item.
fn fenced(excerpt: &Excerpt) -> String {
    let lines: Vec<String> = excerpt
        .lines
        .iter()
        .map(|line| cut(&visible(&line.replace('\t', "    ")), 200))
        .collect();
    let fence = "`".repeat(longest_run(&lines.join("\n")).max(2) + 1);
    let mut text = format!("\n  {fence}\n");
    for (number, line) in (u64::from(excerpt.first_line)..).zip(&lines) {
        let _ = writeln!(text, "  {number:>5} | {line}");
    }
    let _ = write!(text, "  {fence}\n\n");
    text
}

fn waived(page: &mut String, judged: &Judgement) {
    let waived: Vec<(&Finding, &crate::finding::Waived)> = judged
        .findings
        .iter()
        .filter_map(|finding| Some((finding, finding.waiver.as_ref()?)))
        .collect();
    if waived.is_empty() {
        return;
    }
    page.push_str("\n### Waived\n\n");
    for (finding, waiver) in waived.iter().take(IN_FULL) {
        let line = format!(
            "- `{}` {}: by {}: {}\n",
            code_word(&finding.rule),
            code(&place(finding)),
            prose(&waiver.approved_by),
            prose(&cut(&flat(&waiver.reason), 500))
        );
        add(page, &line);
    }
}

/// Adds a line, unless the page would be longer than the summary may be.
fn add(page: &mut String, line: &str) {
    if page.len() + line.len() <= LONGEST {
        page.push_str(line);
    }
}

fn unchecked(page: &mut String, judged: &Judgement) {
    let entries = entries(judged);
    if entries.is_empty() {
        return;
    }
    page.push_str("\n### Not checked\n\n");
    for entry in &entries {
        let text = prose(&cut(&flat(&entry.text()), 2_000));
        let line = match entry {
            Entry::Group { kind, .. } => format!("- {}: {text}\n", kind.words()),
            Entry::More(_) => format!("- {text}\n"),
        };
        add(page, &line);
    }
}

fn numbers(page: &mut String, trace: &Trace, decision: &Decision) {
    let change = &trace.judged.change;
    page.push_str("\n---\n\n");
    for remark in trace.judged.remarks.iter().take(MOST_REASONS) {
        add(page, &format!("- {}\n", prose(&cut(&flat(remark), 2_000))));
    }
    if !change.head.is_empty() {
        let _ = writeln!(
            page,
            "- {}, +{} -{}, {}..{} by draftgate {}",
            count(change.files, "file", "files"),
            change.added,
            change.deleted,
            code(short(&change.base)),
            code(short(&change.head)),
            prose(&trace.draftgate)
        );
    }
    if decision.verdict == Verdict::NeedsHuman {
        page.push_str("- The reviewer is the human who decides on what needs one.\n");
    }
}

/// Untrusted text as prose: between back-quotes it is code, and so is every word that could mean
/// something.
fn prose(text: &str) -> String {
    let text = flat(text);
    let parts: Vec<&str> = text.split('`').collect();
    let balanced = parts.len() % 2 == 1;
    let mut words = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        if balanced && at % 2 == 1 {
            words.push((code(part), true));
            continue;
        }
        for piece in part.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            // A first word could be the mark of a list or a heading.
            let first = words.is_empty() && !word.starts_with(char::is_alphabetic);
            if plain(word) && !first {
                words.push((word.to_owned(), false));
            } else {
                let (before, inner, after) = if first {
                    ("", word, "")
                } else {
                    punctuated(word)
                };
                words.push((before.to_owned(), false));
                words.push((code(inner), true));
                words.push((after.to_owned(), false));
            }
            if piece.len() > word.len() {
                words.push((" ".to_owned(), false));
            }
        }
    }
    let mut shown = String::new();
    let mut after_code = false;
    for (word, is_code) in words.into_iter().filter(|(word, _)| !word.is_empty()) {
        // Two pieces of code that touch would be one, with the back-quotes between them as text.
        if is_code && after_code {
            shown.push(' ');
        }
        shown.push_str(&word);
        after_code = is_code;
    }
    shown
}

/// Whether a word means nothing but itself: letters, digits, and punctuation at its ends.
fn plain(word: &str) -> bool {
    let (_, inner, _) = punctuated(word);
    inner
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | ',' | '%'))
        && !inner.starts_with("GH-")
        && !(inner.len() >= 7 && inner.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A word without the punctuation around it, which belongs to the sentence: what is before, the word, what is behind.
fn punctuated(word: &str) -> (&str, &str, &str) {
    let rest = word.trim_start_matches(['(', '"', '\'']);
    let inner = rest.trim_end_matches([')', '.', ',', ';', ':', '?', '!', '"', '\'']);
    let (before, _) = word.split_at(word.len() - rest.len());
    let (_, after) = rest.split_at(inner.len());
    (before, inner, after)
}

/// Untrusted text as a span of code.
fn code(text: &str) -> String {
    let text = flat(text);
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A rule's id between back-quotes of ours.
fn code_word(rule: &str) -> String {
    flat(rule).replace('`', "")
}

/// The longest run of back-quotes.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
