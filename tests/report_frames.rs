//! Code frames of the terminal report: carets, long lines, places that are not there.

use std::collections::BTreeMap;

use draftgate::finding::judgement::Excerpt;
use draftgate::finding::{Finding, Level};
use draftgate::report::Style;

use crate::report::{excerpt, finding, sample, text};

/// One finding with its code, as the terminal report shows it; the title's line left out.
fn shown(finding: Finding, excerpt: Excerpt, width: usize) -> String {
    let mut trace = sample();
    trace.judged.excerpts = BTreeMap::from([(finding.fingerprint.clone(), excerpt)]);
    trace.judged.findings = vec![finding];
    let report = text(
        &trace,
        Style {
            width,
            ..Style::PLAIN
        },
    );
    let frame: Vec<&str> = report
        .lines()
        .skip_while(|line| !line.contains("--> "))
        .take_while(|line| !line.contains(" = "))
        .collect();
    frame.join("\n")
}

fn at(place: (u32, u32), end: (u32, u32)) -> Finding {
    finding(Level::Block, "a-rule", "a.py", place, end, "message")
}

#[test]
fn carets_stand_under_wide_characters_tabs_and_escapes() {
    assert_eq!(
        shown(
            at((1, 6), (1, 9)),
            excerpt(1, &["\u{4f60}\u{597d} : bad"]),
            100
        ),
        " --> a.py:1:6\n  |\n1 | \u{4f60}\u{597d} : bad\n  |        ^^^\n  |"
    );
    assert_eq!(
        shown(at((1, 2), (1, 5)), excerpt(1, &["\tbad\r"]), 100),
        " --> a.py:1:2\n  |\n1 |     bad\\u{d}\n  |     ^^^\n  |"
    );
    assert_eq!(
        shown(at((1, 2), (1, 3)), excerpt(1, &["a\u{202e}b"]), 100),
        " --> a.py:1:2\n  |\n1 | a\\u{202e}b\n  |  ^^^^^^^^\n  |"
    );
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let line = format!("{}bad{}", "x".repeat(200), "y".repeat(200));
    let frame = shown(at((1, 201), (1, 204)), excerpt(1, &[&line, "short"]), 60);
    let lines: Vec<&str> = frame.lines().collect();
    assert!(
        lines.iter().all(|line| line.chars().count() <= 60),
        "{frame}"
    );
    assert!(
        lines[2].contains("xbady")
            && lines[2].starts_with("1 | \u{2026}x")
            && lines[2].ends_with('\u{2026}')
    );
    let caret = lines[3].find('^').unwrap();
    let bad = lines[2].chars().take_while(|c| *c != 'b').count();
    assert_eq!((caret, lines[3].matches('^').count()), (bad, 3), "{frame}");

    // The excerpt itself begins far out.
    let far = Excerpt {
        first_line: 7,
        first_column: 901,
        lines: vec![format!("{}bad", "x".repeat(99))],
    };
    let frame = shown(at((7, 1000), (7, 1003)), far, 200);
    assert!(
        frame.contains(&format!("7 | \u{2026}{}bad\n", "x".repeat(99))),
        "{frame}"
    );
    assert!(
        frame.contains(&format!("  | {}^^^\n", " ".repeat(100))),
        "{frame}"
    );
}

#[test]
fn a_place_beyond_the_end_is_shown_as_far_as_there_is_something() {
    assert_eq!(
        shown(at((2, 90), (9, 9)), excerpt(1, &["one", "two"]), 100),
        " --> a.py:2:90\n  |\n1 | one\n2 | two\n  |    ^\n  |"
    );
    // Nothing at all there: the place alone.
    assert_eq!(
        shown(at((20, 1), (20, 2)), excerpt(1, &["one"]), 100),
        " --> a.py:20:1"
    );
    assert_eq!(
        shown(at((1, 1), (1, 2)), excerpt(1, &[""]), 100),
        " --> a.py:1:1\n  |\n1 |\n  | ^\n  |"
    );
}
