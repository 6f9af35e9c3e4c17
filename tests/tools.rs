//! Tools: each way to fail, of each adapter, with programs that fail that way; the real ones are next door, in
//! `tools_real.rs`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use draftgate::change::RangeSpec;
use draftgate::checks::registry;
use draftgate::finding::judgement::{Judgement, Outcome, RunLog};
use draftgate::inputs::Inputs;
use draftgate::plan::Selection;
use draftgate::policy::{BUILT_IN, HeadFile, Policy, PolicyFile, Sources};
use draftgate::run::{Silent, judge};
use draftgate::tools::adapter::{Adapter, builtin};
use draftgate::tools::diagnostic::State;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;

/// Judges the last commit of a repository by one check, under a policy that requires it.
pub(crate) fn judged(repo: &Repo, check: &str, policy: &str) -> Judgement {
    judged_and_log(repo, check, policy).0
}

/// The same, with what the run took.
pub(crate) fn judged_and_log(repo: &Repo, check: &str, policy: &str) -> (Judgement, RunLog) {
    judged_by_all(repo, &[check], policy)
}

/// The same of several checks.
pub(crate) fn judged_by_all(repo: &Repo, checks: &[&str], policy: &str) -> (Judgement, RunLog) {
    let programs = repo.beside("programs");
    let text = format!(
        "schema = 1\nenvironments = [{{ path = {:?} }}]\n[gate]\nrequired = {checks:?}\n{policy}",
        programs.display().to_string()
    );
    let policy = Policy::load(Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: text.as_bytes(),
            source: draftgate::finding::judgement::PolicySource::Base,
        }),
        head: HeadFile::Same,
        ..Sources::default()
    })
    .expect("a policy");
    let change = repo
        .change(&RangeSpec::Range("HEAD~1..HEAD".to_owned()))
        .expect("a change");
    let selection = Selection {
        only: checks.iter().map(|check| (*check).to_owned()).collect(),
        skip: Vec::new(),
    };
    judge(
        &change,
        &policy,
        &Inputs::default(),
        &registry(),
        &selection,
        1,
        &Silent,
    )
}

/// What a check came to, and why.
pub(crate) fn outcome(judged: &Judgement, check: &str) -> (Outcome, String) {
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

/// The only source of a project for a tool.
fn source(adapter: &Adapter) -> String {
    format!("a.{}", adapter.endings.first().expect("an ending"))
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
        (Some(table), file) if file.ends_with(".json") => {
            let keys = table.split('.').rev();
            let within = |inner: String, key: &str| format!("{{\"{key}\": {inner}}}");
            keys.fold("{}".to_owned(), within)
        }
        (Some(table), _) => format!("[{table}]\n"),
        (None, "Cargo.toml") => "[package]\nname = \"a\"\nversion = \"0.1.0\"\n".to_owned(),
        (None, file) if file.ends_with(".json") => "{}\n".to_owned(),
        (None, _) => String::new(),
    };
    repo.write(&sign.file, text);
    let source = source(adapter);
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
    let source = source(adapter);
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
        "tsc" | "tsc-build" | "tsgo" | "vue-tsc" => ("", format!("{source}(1,1): error TS1: m")),
        "svelte-check" => ("", format!("1 ERROR \"{source}\" 1:1 \"m\"")),
        "biome" => (
            "",
            format!("::error title=x,file={source},line=1,endLine=1,col=1,endColumn=2::m"),
        ),
        "oxlint" => (
            r#"{"diagnostics":[],"number_of_files":1}"#,
            format!(
                r#"{{"diagnostics":[{{"message":"m","code":"x","severity":"error","filename":"{source}","labels":[{{"span":{{"line":1,"column":1}}}}]}}],"number_of_files":1}}"#
            ),
        ),
        other => panic!("no documents for {other}"),
    }
}

/// A program that answers `--version` and otherwise does this.
fn answering(script: &str) -> String {
    format!(
        "#!/bin/sh\ncase \" $* \" in *\" --version \"*) echo tool 1.2.3; exit 0;; esac\n{script}\n"
    )
}

/// The thirteen states of a run that failed; the fourteenth is no tool's ([`State::NoWorktree`]).
const FAILURES: [State; 13] = [
    State::Missing,
    State::NotStarted,
    State::WrongVersion,
    State::Crashed,
    State::Killed,
    State::TimedOut,
    State::Unparsable,
    State::Silent,
    State::Truncated,
    State::EmptyScope,
    State::Stopped,
    State::Undetermined,
    State::DiskFull,
];

/// A program that fails in one way.
struct Fake {
    script: String,
    mode: u32,
    /// More of the tool's entry in the policy.
    entry: &'static str,
    /// How the check calls it.
    word: &'static str,
}

/// What a tool writes when it was given nothing to look at.
fn nothing_to_look_at(adapter: &Adapter) -> &'static str {
    match adapter.name.as_str() {
        "ruff" => "echo '[]'; echo 'warning: No Python files found under the given path(s)' >&2",
        "mypy" => "echo \"There are no .py[i] files in directory '.'\" >&2; exit 2",
        "pyright" | "basedpyright" => {
            r#"echo '{"generalDiagnostics":[],"summary":{"filesAnalyzed":0}}'"#
        }
        "ty" => "echo '[]'; echo 'WARN No python files found under the given path(s)' >&2",
        "pyrefly" => "echo 'No Python files matched patterns' >&2; exit 1",
        "cargo-check" | "clippy" => r#"echo '{"reason":"build-finished","success":true}'"#,
        "eslint" => "echo '[]'",
        "biome" => "echo 'No files were processed in the specified paths.' >&2; exit 1",
        "oxlint" => r#"echo '{"diagnostics":[],"number_of_files":0}'; exit 1"#,
        "svelte-check" => "echo '1 COMPLETED 0 FILES 0 ERRORS 0 WARNINGS'",
        _ => "echo 'error TS18003: No inputs were found'; exit 2",
    }
}

/// The ways to fail of this kind.
fn fakes(adapter: &Adapter, state: State) -> Vec<Fake> {
    let (_, finding) = documents(adapter);
    let finding_code = adapter.finding_codes.first().copied().unwrap_or(1);
    let told = format!("cat <<'END'\n{finding}\nEND");
    let fake = |script: &str| Fake {
        script: answering(script),
        mode: 0o755,
        entry: "",
        word: state.word(),
    };
    match state {
        State::Missing => vec![Fake {
            entry: "command = [\"draftgate-no-such-tool\"]\n",
            ..fake("exit 0")
        }],
        State::NotStarted => vec![
            Fake {
                mode: 0o644,
                ..fake("exit 0")
            },
            Fake {
                script: "#!/no/such/interpreter\n".to_owned(),
                ..fake("")
            },
            Fake {
                script: "#!/bin/sh\nexit 9\n".to_owned(),
                ..fake("")
            },
        ],
        State::WrongVersion => vec![Fake {
            entry: "version = \"9.9\"\n",
            ..fake("exit 0")
        }],
        State::Crashed => vec![
            fake("echo trouble >&2; exit 70"),
            fake(&format!("exit {finding_code}")),
        ],
        State::Killed => vec![fake("kill -9 $$")],
        State::TimedOut => vec![Fake {
            entry: "time-limit = \"1s\"\n",
            ..fake("sleep 600")
        }],
        State::Unparsable => {
            let half = format!("echo '{{\"half\": ['; exit {finding_code}");
            let mut fakes = vec![fake(&half)];
            // Any text that is no finding may stand beside lines that are.
            if draftgate::tools::parse::demands_document(&adapter.format) || adapter.name == "mypy"
            {
                fakes.push(fake("echo 'All good, no problem found.'"));
            }
            fakes
        }
        State::Silent if draftgate::tools::parse::demands_document(&adapter.format) => {
            vec![fake("exit 0")]
        }
        // Silence is how these two say that they found nothing; with their code for findings it is a crash.
        State::Silent => vec![Fake {
            word: State::Crashed.word(),
            ..fake(&format!("exit {finding_code}"))
        }],
        State::Truncated => vec![fake("head -c 67108865 /dev/zero")],
        State::EmptyScope => vec![fake(nothing_to_look_at(adapter))],
        // The only finding is old, and the code is of no known meaning.
        State::Stopped => {
            let told = told.replace(&source(adapter), "untouched");
            let at_head = format!("{told}\nexit 3");
            let at_base = format!("{told}\nexit {finding_code}");
            vec![fake(&by_side(adapter, &at_head, &at_base))]
        }
        State::Undetermined => {
            let at_head = format!("{told}\nexit {finding_code}");
            vec![
                fake(&by_side(adapter, &at_head, "exit 70")),
                fake(&format!("{told}\nexit 3")),
            ]
        }
        State::DiskFull => vec![fake(
            "echo 'OSError: [Errno 28] No space left on device' >&2; echo more >&2; exit 70",
        )],
        State::NoWorktree => Vec::new(),
    }
}

/// A script that says something else at base than at head: by the text of the only source.
fn by_side(adapter: &Adapter, head: &str, base: &str) -> String {
    let source = source(adapter);
    format!("if grep -q two {source}; then\n{head}\nelse\n{base}\nfi")
}

/// Judges a project by a fake tool.
fn judged_by(adapter: &Adapter, repo: &Repo, fake: &Fake) -> Judgement {
    let tool = repo.beside("programs/bin").join(&adapter.program);
    program(&tool, &fake.script, fake.mode);
    // The same program is run for the configuration of its other form, too.
    let other = match adapter.name.as_str() {
        "tsc-build" => format!("[tools.tsc]\n{}", fake.entry),
        _ => String::new(),
    };
    judged(
        repo,
        &adapter.check,
        &format!("[tools.{}]\n{}{other}", adapter.name, fake.entry),
    )
}

/// Each way to fail of an adapter; how many there are.
fn fails_in_each_way(adapter: &Adapter) -> usize {
    let name = &adapter.name;
    let repo = project(adapter);
    for state in FAILURES {
        for fake in fakes(adapter, state) {
            let judged = judged_by(adapter, &repo, &fake);
            let (outcome, why) = outcome(&judged, &adapter.check);
            let told = format!("{name}, {state:?}: {why}\n{}", fake.script);
            assert_eq!(outcome, Outcome::Broken, "{told}");
            assert!(why.contains(fake.word), "{told}");
            assert!(
                verdict::of(&judged).verdict >= Verdict::CouldNotJudge,
                "{told}"
            );
        }
    }
    // The same programs pass where they do their work: the table is not all broken.
    let (empty, finding) = documents(adapter);
    let say = |text: &str| format!("cat <<'END'\n{text}\nEND");
    let fake = |script: &str| Fake {
        script: answering(script),
        mode: 0o755,
        entry: "",
        word: "",
    };
    let clean = judged_by(adapter, &repo, &fake(&say(empty)));
    let (outcome_clean, why) = outcome(&clean, &adapter.check);
    assert_eq!(outcome_clean, Outcome::Ran, "{name}: {why}");
    assert_eq!(verdict::of(&clean).verdict, Verdict::Ready, "{name}");
    let finding_code = adapter.finding_codes.first().copied().unwrap_or(1);
    let at_head = format!("{}\nexit {finding_code}", say(&finding));
    let new = judged_by(
        adapter,
        &repo,
        &fake(&by_side(adapter, &at_head, &say(empty))),
    );
    assert_eq!(
        verdict::of(&new).verdict,
        Verdict::Blocked,
        "{name}: {:?}",
        new.checks
    );
    FAILURES.len()
}

#[test]
fn no_way_to_fail_is_a_pass_with_any_adapter() {
    let adapters = builtin().expect("adapters parse");
    let told: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = adapters
            .iter()
            .map(|adapter| scope.spawn(|| fails_in_each_way(adapter)))
            .collect();
        runs.into_iter()
            .map(|run| run.join().expect("no assertion failed"))
            .sum()
    });
    assert_eq!(told, FAILURES.len() * BUILT_IN.len());
    assert_eq!(FAILURES.len() + 1, State::ALL.len());
}

#[test]
fn that_a_tool_ran_with_no_configuration_is_said() {
    let adapters = builtin().expect("adapters parse");
    let mut told = 0;
    for adapter in &adapters {
        let (words, (empty, _)) = (&adapter.unconfigured, documents(adapter));
        if words.is_empty() {
            continue;
        }
        let words = words.replace('\\', "");
        let script = format!("echo '{words}' >&2; echo '{empty}'");
        let fake = Fake {
            script: answering(&script),
            mode: 0o755,
            entry: "",
            word: "",
        };
        let judged = judged_by(adapter, &project(adapter), &fake);
        let said = format!("{} ran with no configuration", adapter.name);
        let remarks = &judged.remarks;
        assert!(
            remarks.iter().any(|remark| remark.contains(&said)),
            "{remarks:?}"
        );
        told += 1;
    }
    assert_eq!(told, 3);
}

#[test]
fn a_tool_that_gave_up_is_no_pass_because_it_told_a_new_warning_first() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    let policy = |severity: &str| {
        format!(
            "[tools.half]\ncommand = ['sh', '-c', 'grep -q two a.py || exit 0; echo \"a.py:1: {severity}: m\"; exit 3']\n\
             output = \"regex\"\npattern = '^(?P<path>[^:]+):(?P<line>\\d+): (?P<severity>\\w+): (?P<message>.*)'\ncheck = \"lint\"\n"
        )
    };
    let warned = judged(&repo, "lint", &policy("warning"));
    assert!(outcome(&warned, "lint").1.contains("stopped"), "{warned:?}");
    assert_eq!(warned.findings.len(), 1);
    assert_eq!(verdict::of(&warned).verdict, Verdict::CouldNotJudge);
    // An error is the reason why it gave up, and is told as such.
    let failed = judged(&repo, "lint", &policy("error"));
    assert_eq!(outcome(&failed, "lint").0, Outcome::Ran);
    assert_eq!(verdict::of(&failed).verdict, Verdict::Blocked);
}

#[test]
fn a_tool_whose_grandchild_holds_its_output_leaves_nothing_behind() {
    // In its group, and in a session of its own.
    for start in ["sleep 3600 &", "setsid sleep 3600 &"] {
        let repo = Repo::new();
        repo.commit_file("a.py", "one\n");
        repo.commit_file("a.py", "two\n");
        let told = repo.beside("ids");
        let script = format!("{start} echo $! > {}; wait", told.display());
        let policy = format!(
            "[tools.sleeper]\ncheck = \"lint\"\ncommand = ['sh', '-c', '{script}']\noutput = \"exit-code\"\ntime-limit = \"1s\"\n"
        );
        let judged = judged(&repo, "lint", &policy);
        let (outcome, why) = outcome(&judged, "lint");
        assert_eq!(outcome, Outcome::Broken);
        assert!(why.contains("timed out"), "{why}");
        let id = std::fs::read_to_string(told).expect("it started");
        assert!(is_gone(id.trim()), "{start} {id}");
    }
}

/// Whether a process is gone, or dead and not yet reaped by whoever adopted it.
pub(crate) fn is_gone(id: &str) -> bool {
    assert!(
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()),
        "{id:?}"
    );
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.is_empty() || stat.contains(") Z ")
}
