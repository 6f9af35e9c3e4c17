//! Tools: each way to fail, of each adapter, with programs that fail that way; the real ones are next door, in
//! `tools_real.rs`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use draftgate::change::Asked;
use draftgate::checks::registry;
use draftgate::judged::{Judged, Outcome};
use draftgate::plan::Selection;
use draftgate::policy::{BUILT_IN, HeadFile, Policy, PolicyFile, Sources};
use draftgate::run::{Silent, judge};
use draftgate::tools::adapter::{Adapter, Ecosystem, builtin};
use draftgate::tools::diagnostic::State;
use draftgate::trace::RunLog;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;

/// Judges the last commit of a repository by one check, under a policy that requires it.
pub(crate) fn judged(repo: &Repo, check: &str, policy: &str) -> Judged {
    judged_and_log(repo, check, policy).0
}

/// The same, with what the run took.
pub(crate) fn judged_and_log(repo: &Repo, check: &str, policy: &str) -> (Judged, RunLog) {
    let text = format!("schema = 1\n[gate]\nrequired = [\"{check}\"]\n{policy}");
    let policy = Policy::load(Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: text.as_bytes(),
            source: draftgate::judged::PolicySource::Base,
        }),
        head: HeadFile::Same,
        ..Sources::default()
    })
    .expect("a policy");
    let change = repo
        .change(&Asked::Range("HEAD~1..HEAD".to_owned()))
        .expect("a change");
    let selection = Selection {
        only: vec![check.to_owned()],
        skip: Vec::new(),
    };
    judge(&change, &policy, &registry(), &selection, 1, &Silent)
}

/// What a check came to, and why.
pub(crate) fn outcome(judged: &Judged, check: &str) -> (Outcome, String) {
    let found = judged.checks.iter().find(|other| other.name == check);
    let found = found.expect("the check");
    (found.outcome, found.why.clone())
}

#[test]
fn the_policy_knows_each_adapter_and_each_adapter_is_whole() {
    let adapters = builtin().expect("adapters parse");
    let names: Vec<&str> = adapters
        .iter()
        .map(|adapter| adapter.name.as_str())
        .collect();
    assert_eq!(names, BUILT_IN);
    for adapter in &adapters {
        let name = &adapter.name;
        assert!(
            ["types", "lint"].contains(&adapter.check.as_str()),
            "{name}"
        );
        assert!(
            !adapter.config.is_empty() && !adapter.install.is_empty(),
            "{name}"
        );
        assert!(
            !adapter.version.is_empty() && !adapter.shown.is_empty(),
            "{name}"
        );
        for pattern in [&adapter.nothing_checked, &adapter.unconfigured] {
            regex::Regex::new(pattern).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

/// A project that is configured for a tool, and a change in it.
fn project(adapter: &Adapter) -> Repo {
    let repo = Repo::new();
    let sign = adapter
        .config
        .iter()
        .find(|config| config.role != draftgate::tools::adapter::Role::Settings)
        .expect("a sign");
    let text = match (&sign.table, sign.file.as_str()) {
        (Some(table), _) => format!("[{table}]\n"),
        (None, "Cargo.toml") => "[package]\nname = \"a\"\nversion = \"0.1.0\"\n".to_owned(),
        (None, file) if file.ends_with(".json") => "{}\n".to_owned(),
        (None, _) => String::new(),
    };
    repo.write(&sign.file, text);
    let source = format!("a.{}", adapter.endings.first().expect("an ending"));
    repo.write(".gitignore", ".venv\nnode_modules\n");
    repo.commit_file(&source, "one\n");
    repo.commit_file(&source, "two\n");
    repo
}

fn program(path: &Path, script: &str, mode: u32) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    std::fs::write(path, script).expect("it can be written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("its mode");
}

/// A document of the adapter's form that says nothing, and one with a finding.
fn documents(adapter: &Adapter) -> (&'static str, String) {
    let source = format!("a.{}", adapter.endings.first().expect("an ending"));
    match adapter.name.as_str() {
        "ruff" => (
            "[]",
            format!(
                r#"[{{"filename":"{source}","message":"m","code":"X1","location":{{"row":1,"column":1}},"severity":"error"}}]"#
            ),
        ),
        "mypy" => (
            "",
            format!(
                r#"{{"file":"{source}","line":1,"column":0,"message":"m","code":"x","severity":"error"}}"#
            ),
        ),
        "pyright" | "basedpyright" => (
            r#"{"generalDiagnostics":[],"summary":{"filesAnalyzed":1}}"#,
            format!(
                r#"{{"generalDiagnostics":[{{"file":"{source}","severity":"error","message":"m","range":{{"start":{{"line":0,"character":0}},"end":{{"line":0,"character":1}}}}}}],"summary":{{"filesAnalyzed":1}}}}"#
            ),
        ),
        "ty" => (
            "[]",
            format!(
                r#"[{{"check_name":"x","description":"x: m","severity":"major","location":{{"path":"{source}","positions":{{"begin":{{"line":1,"column":1}},"end":{{"line":1,"column":2}}}}}}}}]"#
            ),
        ),
        "pyrefly" => (
            r#"{"errors":[]}"#,
            format!(
                r#"{{"errors":[{{"line":1,"column":1,"stop_line":1,"stop_column":2,"path":"{source}","name":"x","description":"m","severity":"error"}}]}}"#
            ),
        ),
        "cargo-check" | "clippy" => (
            "{\"reason\":\"compiler-artifact\"}\n{\"reason\":\"build-finished\",\"success\":true}",
            format!(
                "{{\"reason\":\"compiler-message\",\"message\":{{\"level\":\"error\",\"message\":\"m\",\"code\":{{\"code\":\"E0001\"}},\"spans\":[{{\"is_primary\":true,\"file_name\":\"{source}\",\"line_start\":1,\"line_end\":1,\"column_start\":1,\"column_end\":2}}]}}}}\n{{\"reason\":\"build-finished\",\"success\":false}}"
            ),
        ),
        "eslint" => (
            r#"[{"filePath":"a.js","messages":[]}]"#,
            format!(
                r#"[{{"filePath":"{source}","messages":[{{"ruleId":"x","severity":2,"message":"m","line":1,"column":1}}]}}]"#
            ),
        ),
        "tsc" => ("", format!("{source}(1,1): error TS1: m")),
        other => panic!("no documents for {other}"),
    }
}

/// A program that answers `--version` and otherwise does this.
fn answering(script: &str) -> String {
    format!(
        "#!/bin/sh\ncase \" $* \" in *\" --version \"*) echo tool 1.2.3; exit 0;; esac\n{script}\n"
    )
}

#[test]
fn no_way_to_fail_is_a_pass_with_any_adapter() {
    let mut ways = 0;
    for adapter in builtin().expect("adapters parse") {
        let name = &adapter.name;
        let repo = project(&adapter);
        let folder = match adapter.ecosystem {
            Ecosystem::Node => "node_modules/.bin",
            Ecosystem::Python | Ecosystem::Path => ".venv/bin",
        };
        let tool = repo.path.join(folder).join(&adapter.program);
        // A program on PATH is named by its own path; the others stand where the project installs them.
        let command = if adapter.ecosystem == Ecosystem::Path {
            let args: Vec<String> = adapter.args.iter().map(|arg| format!("{arg:?}")).collect();
            format!(
                "command = [{:?}, {}]\n",
                tool.display().to_string(),
                args.join(", ")
            )
        } else {
            String::new()
        };
        let (empty, finding) = documents(&adapter);
        let finding_code = adapter.finding_codes.first().copied().unwrap_or(1);
        // At base the tool says something else than at head: by the text of the only source.
        let source = format!("a.{}", adapter.endings.first().expect("an ending"));
        let say = |text: &str| format!("cat <<'END'\n{text}\nEND");
        let at_head_then = |head: &str, base: &str| {
            answering(&format!(
                "if grep -q two {source}; then\n{head}\nelse\n{base}\nfi"
            ))
        };
        let mut cases = vec![
            (
                State::Crashed,
                answering("echo trouble >&2; exit 70"),
                0o755,
                "",
            ),
            (
                State::Crashed,
                answering(&format!("exit {finding_code}")),
                0o755,
                "",
            ),
            (State::Killed, answering("kill -9 $$"), 0o755, ""),
            (
                State::TimedOut,
                answering("sleep 600"),
                0o755,
                "time-limit = \"1s\"\n",
            ),
            (State::NotStarted, answering("exit 0"), 0o644, ""),
            (
                State::NotStarted,
                "#!/no/such/interpreter\n".to_owned(),
                0o755,
                "",
            ),
            (
                State::NotStarted,
                "#!/bin/sh\nexit 9\n".to_owned(),
                0o755,
                "",
            ),
            (
                State::WrongVersion,
                answering("exit 0"),
                0o755,
                "version = \"9.9\"\n",
            ),
            (
                State::Undetermined,
                at_head_then(
                    &format!("{}\nexit {finding_code}", say(&finding)),
                    "exit 70",
                ),
                0o755,
                "",
            ),
        ];
        if adapter.name != "tsc" {
            cases.push((
                State::Unparsable,
                answering(&format!("echo '{{\"half\": [';exit {finding_code}")),
                0o755,
                "",
            ));
            cases.push((
                State::Unparsable,
                answering("echo 'All good, no problem found.'"),
                0o755,
                "",
            ));
        }
        if draftgate::tools::parse::demands_document(&adapter.format) {
            cases.push((State::Silent, answering("exit 0"), 0o755, ""));
        }
        if adapter.stopped_codes.contains(&2) {
            let both = answering(&format!("{}\nexit 2", say(&finding)));
            cases.push((State::Undetermined, both, 0o755, ""));
        }
        let nothing = match adapter.name.as_str() {
            "ruff" => {
                "echo '[]'; echo 'warning: No Python files found under the given path(s)' >&2"
            }
            "mypy" => "echo \"There are no .py[i] files in directory '.'\" >&2; exit 2",
            "pyright" | "basedpyright" => {
                r#"echo '{"generalDiagnostics":[],"summary":{"filesAnalyzed":0}}'"#
            }
            "ty" => "echo '[]'; echo 'WARN No python files found under the given path(s)' >&2",
            "pyrefly" => "echo 'No Python files matched patterns' >&2; exit 1",
            "cargo-check" | "clippy" => r#"echo '{"reason":"build-finished","success":true}'"#,
            "eslint" => "echo '[]'",
            _ => "echo 'error TS18003: No inputs were found'; exit 2",
        };
        cases.push((State::EmptyScope, answering(nothing), 0o755, ""));
        for (state, script, mode, more) in cases {
            program(&tool, &script, mode);
            let judged = judged(
                &repo,
                &adapter.check,
                &format!("[tools.{name}]\n{command}{more}"),
            );
            let (outcome, why) = outcome(&judged, &adapter.check);
            assert_eq!(
                outcome,
                Outcome::Broken,
                "{name}, {state:?}: {why}\n{script}"
            );
            assert!(
                why.contains(state.word()),
                "{name}, {state:?}: {why}\n{script}"
            );
            assert!(
                verdict::of(&judged).verdict >= Verdict::CouldNotJudge,
                "{name}, {state:?}"
            );
            ways += 1;
        }
        // The same programs pass where they do their work: the table is not all broken.
        program(&tool, &answering(&say(empty)), 0o755);
        let judged_clean = judged(&repo, &adapter.check, &format!("[tools.{name}]\n{command}"));
        let (outcome_clean, why) = outcome(&judged_clean, &adapter.check);
        assert_eq!(outcome_clean, Outcome::Ran, "{name}: {why}");
        assert_eq!(verdict::of(&judged_clean).verdict, Verdict::Ready, "{name}");
        let introduced = at_head_then(
            &format!("{}\nexit {finding_code}", say(&finding)),
            &say(empty),
        );
        program(&tool, &introduced, 0o755);
        let judged_new = judged(&repo, &adapter.check, &format!("[tools.{name}]\n{command}"));
        assert_eq!(
            verdict::of(&judged_new).verdict,
            Verdict::Blocked,
            "{name}: {:?}",
            judged_new.checks
        );
        std::fs::remove_file(&tool).expect("it goes");
        if !command.is_empty() {
            let judged = judged(&repo, &adapter.check, &format!("[tools.{name}]\n{command}"));
            assert_eq!(
                outcome(&judged, &adapter.check).0,
                Outcome::Broken,
                "{name}, missing"
            );
            ways += 1;
        }
    }
    assert!(ways >= 120, "{ways}");
}

#[test]
fn a_tool_whose_grandchild_holds_its_output_leaves_nothing_behind() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    let told = repo.beside("id");
    let policy = format!(
        "[tools.sleeper]\ncheck = \"lint\"\ncommand = ['sh', '-c', 'sleep 3600 & echo $! > {}; wait']\noutput = \"exit-code\"\ntime-limit = \"1s\"\n",
        told.display()
    );
    let judged = judged(&repo, "lint", &policy);
    let (outcome, why) = outcome(&judged, "lint");
    assert_eq!(outcome, Outcome::Broken);
    assert!(why.contains("timed out"), "{why}");
    let id = std::fs::read_to_string(told).expect("it started");
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    // Gone, or dead and not yet reaped by whoever adopted it.
    assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
}
