//! Tools that the policy describes: each form of output, written by a real tool, and each form broken.

use draftgate::finding::Introduced;
use draftgate::finding::judgement::Outcome;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, outcome};

/// One form: its `output` and what else the entry needs, and a real tool's arguments.
struct Form {
    output: &'static str,
    program: &'static str,
    arguments: &'static str,
    /// Rule and line of the finding that the change brings in.
    told: &'static [(&'static str, u32)],
}

const FORMS: [Form; 6] = [
    Form {
        output: "output = \"sarif\"",
        program: "ruff",
        arguments: "'check', '--isolated', '--select', 'F401', '--output-format', 'sarif'",
        told: &[("F401", 3)],
    },
    Form {
        output: "output = \"json-lines\"\nfields = { path = \"filename\", line = \"location.row\", column = \"location.column\", \
                 message = \"message\", rule = \"code\" }",
        program: "ruff",
        arguments: "'check', '--isolated', '--select', 'F401', '--output-format', 'json-lines'",
        told: &[("F401", 3)],
    },
    Form {
        output: "output = \"json-lines\"\nfields = { path = \"file\", line = \"line\", column = \"column\", message = \"message\", \
                 rule = \"code\", severity = \"severity\" }",
        program: "mypy",
        arguments: "'--output', 'json', 'a.py'",
        told: &[("assignment", 5)],
    },
    Form {
        output: "output = \"gitlab\"",
        program: "ruff",
        arguments: "'check', '--isolated', '--select', 'F401', '--output-format', 'gitlab'",
        told: &[("F401", 3)],
    },
    Form {
        output: "output = \"regex\"\npattern = '^(?P<path>[^:]+):(?P<line>\\d+): (?P<severity>error): (?P<message>.*)  \\[(?P<rule>.*)\\]$'",
        program: "mypy",
        arguments: "'--no-error-summary', 'a.py'",
        told: &[("assignment", 5)],
    },
    Form {
        output: "output = \"exit-code\"",
        program: "ruff",
        arguments: "'format', '--isolated', '--check', '--quiet'",
        told: &[("lint-finding", 1)],
    },
];

/// Has an old finding of each tool, and no bad form.
const BASE: &str = "import os\n\nx: int = \"old\"\n";
/// Has the old ones on other lines, one more of each, and is not in the form that `ruff format` gives.
const HEAD: &str = "import os\n\nimport sys\nx: int = \"old\"\ny: int  = \"new\"\n";

fn project(base: &str, head: &str) -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".venv\n.mypy_cache\n");
    toolbox::link(&repo);
    repo.commit_file("a.py", base);
    repo.commit_file("a.py", head);
    repo
}

fn entry(form: &Form, command: &str) -> String {
    format!(
        "[tools.ours]\ncheck = \"lint\"\ncommand = [{command}]\n{}\n",
        form.output
    )
}

#[test]
fn each_form_of_output_is_read_from_a_real_tool() {
    let repo = project(BASE, HEAD);
    for form in FORMS {
        let command = format!("'{}', {}", form.program, form.arguments);
        let judged = judged(&repo, "lint", &entry(&form, &command));
        let told: Vec<(&str, u32)> = judged
            .findings
            .iter()
            .map(|found| (found.rule.as_str(), found.line))
            .collect();
        assert_eq!(told, form.told, "{}: {:?}", form.output, judged.checks);
        let found = &judged.findings[0];
        assert_eq!(outcome(&judged, "lint").0, Outcome::Ran);
        assert_eq!(verdict::of(&judged).verdict, Verdict::Blocked);
        let is_exit_code = form.output.ends_with("\"exit-code\"");
        assert_eq!(
            found.path,
            if is_exit_code {
                "draftgate.toml"
            } else {
                "a.py"
            }
        );
        assert!(
            is_exit_code || found.introduced == Introduced::New,
            "{found:?}"
        );
        assert!(found.reproduce.starts_with(form.program), "{found:?}");
        assert!(
            found.docs.starts_with("https://")
                || form.program == "mypy"
                || is_exit_code
                || !form.output.contains("sarif"),
            "{found:?}"
        );
    }
}

#[test]
fn a_form_that_nothing_is_found_in_is_a_pass() {
    let repo = project("x = 1\n", "x = 2\n");
    for form in FORMS {
        let command = format!("'{}', {}", form.program, form.arguments);
        let judged = judged(&repo, "lint", &entry(&form, &command));
        assert_eq!(outcome(&judged, "lint").0, Outcome::Ran, "{}", form.output);
        assert_eq!(verdict::of(&judged).verdict, Verdict::Ready);
    }
}

#[test]
fn each_form_that_is_broken_is_unparsable() {
    let repo = project("x = 1\n", "x = 2\n");
    let one = |text: &str| format!("'sh', '-c', 'echo \"$0\"; exit 1', '{text}'");
    for form in FORMS {
        let broken: &[&str] = match form.output.split('"').nth(1) {
            Some("sarif") => &[
                "{",
                "[]",
                r#"{"version": "2.1.0"}"#,
                r#"{"runs": [{}]}"#,
                r#"{"runs": [{"results": [], "invocations": [{"executionSuccessful": false}]}]}"#,
            ],
            Some("json-lines") => &["{", "[1]", r#"{"other": "fields"}"#, "no JSON"],
            Some("gitlab") => &["[", "{}", "[1]", r#"[{"description": "no path"}]"#],
            Some("regex") => &["Segmentation fault, or so"],
            // There is nothing to read.
            _ => &[],
        };
        for text in broken {
            let judged = judged(&repo, "lint", &entry(&form, &one(text)));
            let (outcome, why) = outcome(&judged, "lint");
            assert_eq!(outcome, Outcome::Broken, "{}: {text}", form.output);
            assert!(why.contains("unparsable"), "{}: {text}: {why}", form.output);
            assert_eq!(verdict::of(&judged).verdict, Verdict::CouldNotJudge);
        }
    }
}

#[test]
fn a_shell_that_did_not_find_its_command_is_a_crash_and_no_finding() {
    let repo = project("x = 1\n", "x = 2\n");
    for command in [
        "'sh', '-c', 'no-such-command-here'",
        "'sh', '-c', '/etc/passwd'",
    ] {
        let judged = judged(&repo, "lint", &entry(&FORMS[5], command));
        let (outcome, why) = outcome(&judged, "lint");
        assert_eq!(outcome, Outcome::Broken, "{command}");
        assert!(why.contains("crashed"), "{why}");
    }
}

#[test]
fn results_of_sarif_that_are_no_findings_are_none() {
    let repo = project("x = 1\n", "x = 2\n");
    let result = |more: &str| {
        format!(
            r#"{{"ruleId": "R1", "level": "error", "message": {{"text": "m"}}, "locations": [{{"physicalLocation": {{"artifactLocation": {{"uri": "a.py"}}, "region": {{"startLine": 1}}}}}}]{more}}}"#
        )
    };
    let results = [
        result(r#", "kind": "pass""#),
        result(r#", "baselineState": "absent""#),
        result(r#", "suppressions": [{"kind": "external"}]"#),
        result(r#", "kind": "fail""#),
    ];
    let document = format!(r#"{{"runs": [{{"results": [{}]}}]}}"#, results.join(", "));
    let command = format!("'sh', '-c', 'grep -q 2 a.py && echo \"$0\"; exit 0', '{document}'");
    let judged = judged(&repo, "lint", &entry(&FORMS[0], &command));
    assert_eq!(judged.findings.len(), 1, "{:?}", judged.checks);
}
