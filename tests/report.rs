//! The reports of one made-up run: what they say. That nothing in it can forge that is in `report_hostile`.
//!
//! `DRAFTGATE_BLESS=1 cargo test report` writes `tests/report/*.txt` anew.

use std::collections::BTreeMap;
use std::path::Path;

use draftgate::change::Side;
use draftgate::checks::entry;
use draftgate::finding::judgement::{
    ChangeSummary, CheckOutcome, Excerpt, Judgement, Outcome, PolicyIdentity, PolicySource, RunLog,
};
use draftgate::finding::{Confidence, Finding, Introduced, Level, Severity, Step, Waived};
use draftgate::report::{Format, Output, Style, deliver, render};
use draftgate::trace::Trace;
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
        same_as: std::borrow::Cow::Borrowed(&[]),
    }
}

pub(crate) fn excerpt(first_line: u32, lines: &[&str]) -> Excerpt {
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
        idle: false,
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
    let judged = Judgement {
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

pub(crate) fn text(trace: &Trace, style: Style) -> String {
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
            "floor",
            "unread",
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
    let printed = deliver(&asked, &trace, &decision, Style::PLAIN, None).unwrap();
    assert_eq!(printed, text(&trace, Style::PLAIN));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        written,
        render(Format::Json, &trace, &decision, Style::PLAIN).unwrap()
    );

    let none = deliver(&[], &trace, &decision, Style::PLAIN, None).unwrap();
    assert_eq!(none, printed);
    let both = ["text".parse().unwrap(), "json=-".parse().unwrap()];
    let refused = deliver(&both, &trace, &decision, Style::PLAIN, None).unwrap_err();
    assert!(refused.to_string().contains("FORMAT=FILE"), "{refused}");
    let lost: Output = format!("text={}/no/such", folder.path().display())
        .parse()
        .unwrap();
    assert!(deliver(&[lost], &trace, &decision, Style::PLAIN, None).is_err());
}

#[test]
fn an_unknown_format_is_refused_with_the_names_of_all() {
    let refused = "xml".parse::<Output>().unwrap_err().to_string();
    assert!(refused.contains("text, json"), "{refused}");
    assert!("json=".parse::<Output>().is_err());
}

/// The text without our own colours; `None` where another control character is in it.
pub(crate) fn uncolored(text: &str) -> Option<String> {
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
