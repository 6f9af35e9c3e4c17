//! Secrets over real histories, checksums in bulk, and redaction in every output.

use std::ffi::OsString;

use draftgate::checks::registry;
use draftgate::cli;
use draftgate::finding::{Finding, Level};
use draftgate::inputs::Inputs;
use draftgate::plan::Selection;
use draftgate::policy::Policy;
use draftgate::redaction::PIECE;
use draftgate::report::Format;
use draftgate::run::{Silent, judge};
use draftgate::secrets::{places, sample};

use crate::repository::Repo;

fn token() -> String {
    sample::expand("{{secret:github-classic}}")
}

fn found(repo: &Repo, range: &str) -> Vec<Finding> {
    let selection = Selection {
        only: vec!["secrets".to_owned()],
        ..Selection::default()
    };
    let change = repo.range(range);
    judge(
        &change,
        &Policy::builtin(),
        &Inputs::default(),
        &registry(),
        &selection,
        1,
        &Silent,
    )
    .0
    .findings
}

fn rules(findings: &[Finding]) -> Vec<(&str, Level)> {
    let rules = findings.iter();
    rules.map(|one| (one.rule.as_str(), one.level)).collect()
}

/// A repository with one commit on `main`, standing on a branch `topic`.
fn on_topic() -> Repo {
    let repo = Repo::new();
    repo.commit_file("a.py", "A = 1\n");
    repo.branch("topic");
    repo
}

#[test]
fn a_secret_of_the_target_that_a_merge_brings_in_is_not_new() {
    let repo = on_topic();
    repo.commit_file("b.py", "B = 1\n");
    repo.checkout("main");
    repo.commit_file("c.py", format!("C = \"{}\"\n", token()));
    repo.checkout("topic");
    repo.merge(&["main"]);
    assert_eq!(rules(&found(&repo, "main...topic")), []);
}

#[test]
fn a_secret_born_in_a_merge_commit_blocks_also_when_it_is_removed_again() {
    let repo = on_topic();
    repo.commit_file("b.py", "B = 1\n");
    repo.checkout("main");
    repo.commit_file("c.py", "C = 1\n");
    repo.checkout("topic");
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "main"]);
    repo.write("a.py", format!("A = \"{}\"\n", token()));
    repo.commit("merge");
    assert_eq!(
        rules(&found(&repo, "main...topic")),
        [("github-token", Level::Block)]
    );
    repo.commit_file("a.py", "A = 2\n");
    let findings = found(&repo, "main...topic");
    assert_eq!(rules(&findings), [("github-token", Level::Block)]);
    assert!(
        findings[0]
            .message
            .contains("removed at the tip, still in commit")
    );
    assert_eq!(findings[0].commit, Some(repo.id("HEAD~1")));
}

#[test]
fn a_secret_in_several_commits_is_reported_once_at_the_first() {
    let repo = on_topic();
    let first = repo.commit_file("a.py", format!("A = \"{}\"\n", token()));
    repo.commit_file("a.py", format!("A = \"{}\"\nB = 1\n", token()));
    repo.commit_file("a.py", "A = 1\nB = 1\n");
    let findings = found(&repo, "main..topic");
    assert_eq!(rules(&findings), [("github-token", Level::Block)]);
    assert_eq!(findings[0].commit, Some(first));
}

#[test]
fn staged_and_unstaged_secrets_are_found() {
    let repo = on_topic();
    repo.write("a.py", format!("A = \"{}\"\n", token()));
    let change = repo
        .change(&draftgate::change::RangeSpec::Worktree { base: None })
        .unwrap();
    let (judged, _) = judge(
        &change,
        &Policy::builtin(),
        &Inputs::default(),
        &registry(),
        &Selection {
            only: vec!["secrets".to_owned()],
            ..Selection::default()
        },
        1,
        &Silent,
    );
    assert_eq!(rules(&judged.findings), [("github-token", Level::Block)]);
}

#[test]
fn an_ignore_entry_survives_squash_rename_and_another_line() {
    let repo = on_topic();
    repo.commit_file("b.py", format!("B = \"{}\"\n", token()));
    let hash = found(&repo, "main..topic")[0].evidence["value"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.checkout("main");
    let entry = format!(
        "schema = 1\n[[checks.secrets.ignore]]\nrule = \"github-token\"\nhash = \"{hash}\"\nreason = \"revoked\"\n"
    );
    repo.commit_file("draftgate.toml", entry);
    repo.branch("other");
    repo.commit_file("deep/c.py", format!("# moved\n\n\nC = [\"{}\"]\n", token()));
    let change = repo.range("main..other");
    let policy = Policy::of(&change).unwrap();
    let selection = Selection {
        only: vec!["secrets".to_owned()],
        ..Selection::default()
    };
    let (judged, _) = judge(
        &change,
        &policy,
        &Inputs::default(),
        &registry(),
        &selection,
        1,
        &Silent,
    );
    assert_eq!(rules(&judged.findings), []);
}

/// Tokens of a family that has a checksum: all are found, and with one character exchanged none. The
/// benchmark does the same with 10,000 a family.
#[test]
fn checksums_tell_valid_tokens_from_wrong_ones() {
    for family in sample::CHECKSUMMED {
        let count = 500;
        let line = |at: usize, stage: &str| {
            sample::expand(&format!("t {{{{secret:{family}:{at}{stage}}}}}\n"))
        };
        let valid: String = (0..count).map(|at| line(at, "")).collect();
        assert_eq!(
            draftgate::secrets::proven("a.py", &valid),
            count,
            "{family}"
        );
        let wrong: String = (0..count).map(|at| line(at, "|break")).collect();
        assert_eq!(draftgate::secrets::proven("a.py", &wrong), 0, "{family}");
    }
}

#[test]
fn what_is_never_a_secret_is_silent() {
    let mut text = String::new();
    for at in 0..1000 {
        text.push_str(&sample::expand(&format!(
            "request_id = \"{{{{uuid:{at}}}}}\"\n"
        )));
        for length in [8, 16, 32, 40, 56, 64, 96, 128] {
            text.push_str(&sample::expand(&format!(
                "sum = \"{{{{hex:{length}:{at}}}}}\"  # sha {{{{upper-hex:{length}:{at}}}}}\n"
            )));
        }
        text.push_str(&sample::expand(&format!(
            "integrity = \"sha512-{{{{base64:86:{at}}}}}==\"\n"
        )));
    }
    assert!(places("src/ids.py", &text).is_empty());
}

/// One pass: twenty times the text takes no more than a constant a byte, which a hang would show.
#[test]
fn hostile_texts_end() {
    for (piece, count) in [
        ("ghp_", 60_000),
        ("eyJ-eyJ.", 30_000),
        ("\"kty\"", 40_000),
        ("-----BEGIN PRIVATE KEY-----", 40_000),
        ("://a:b", 40_000),
        ("password=", 20_000),
        ("\"a\" + ", 30_000),
        ("%41\\x41", 30_000),
        ("{\"service_account\"", 20_000),
        ("QUFB", 60_000),
    ] {
        let _ = places("a.py", &piece.repeat(count));
    }
}

/// What must be in no output: every piece of the canaries, plain and encoded.
fn canaries() -> Vec<String> {
    ["", "|base64", "|hex"]
        .iter()
        .map(|stage| sample::expand(&format!("{{{{secret:github-classic:canary{stage}}}}}")))
        .chain([
            sample::expand("{{base62:24:canary}}"),
            sample::expand("{{secret:pem:canary}}")
                .lines()
                .nth(3)
                .unwrap()
                .to_owned(),
            sample::expand("{{secret:pem:canary|escaped}}")
                .get(100..160)
                .unwrap()
                .to_owned(),
        ])
        .collect()
}

fn leaked(output: &str) -> Option<String> {
    let pieces = canaries();
    let pieces = pieces
        .iter()
        .flat_map(|canary| canary.as_bytes().windows(PIECE));
    pieces
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .find(|piece| output.contains(piece))
}

/// A change whose every line has a canary, and something for other checks to say on the same lines.
fn canary_repository() -> Repo {
    let repo = Repo::new();
    repo.commit_file(
        "old.py",
        sample::expand("OLD = \"{{secret:github-classic:canary}}\"\nX = 1\n"),
    );
    repo.branch("topic");
    let plain = "{{secret:github-classic:canary}}";
    let lines = [
        format!("T = \"{plain}\"  # \u{202e} TODO: later {plain}"),
        "def f(): pass  # {{secret:github-classic:canary|base64}} {{secret:github-classic:canary|hex}}".to_owned(),
        format!("{}{plain}", " ".repeat(380)),
        "P = \"{{secret:github-classic:canary|first-half}}\" \\\n  \"{{secret:github-classic:canary|second-half}}\"".to_owned(),
        "password = \"{{base62:24:canary}}\"".to_owned(),
        "# TODO {{base62:24:canary}} \u{202e}".to_owned(),
        "{{secret:pem:canary}}".to_owned(),
        "KEY = '{{secret:pem:canary|escaped}}'  # \u{200b}".to_owned(),
    ];
    repo.write("src/a.py", sample::expand(&lines.join("\n")));
    repo.write(
        sample::expand("{{secret:github-classic:canary}}.py"),
        "X = 1  # \u{202e}\n",
    );
    repo.commit(&format!("Add it\n\n{}", sample::expand(plain)));
    repo.write("gone.py", sample::expand(&lines.join("\n")));
    repo.commit("more");
    repo.remove("gone.py");
    repo.commit("less");
    repo
}

fn draftgate(repo: &Repo, arguments: &[&str]) -> String {
    let all = ["draftgate", arguments[0], "-C", repo.path.to_str().unwrap()];
    let all = all.iter().chain(&arguments[1..]).map(OsString::from);
    let output = cli::main(all);
    format!("{}{}", output.stdout, output.stderr)
}

#[test]
fn no_output_shows_a_piece_of_a_secret_whatever_is_asked() {
    let repo = canary_repository();
    let trace = repo.beside("trace.json");
    let trace = trace.to_str().unwrap();
    for selection in [
        &[][..],
        &["--only", "secrets"],
        &["--only", "hidden-text"],
        &["--only", "placeholders"],
        &["--skip", "secrets"],
    ] {
        for format in Format::ALL {
            let shared = [
                "check",
                "main..topic",
                "--report",
                format.name(),
                "--trace",
                trace,
            ];
            let said = draftgate(&repo, &[&shared, selection].concat());
            assert!(!said.is_empty());
            let what = format!("{} {selection:?}", format.name());
            assert_eq!(leaked(&said), None, "{what}: {said}");
            let traced = std::fs::read_to_string(trace).unwrap();
            assert_eq!(leaked(&traced), None, "{what}: trace");
            let again = draftgate(&repo, &["replay", trace, "--report", format.name()]);
            assert_eq!(leaked(&again), None, "{what}: replay");
        }
    }
}

#[test]
fn no_error_shows_a_piece_of_a_secret() {
    let secret = sample::expand("{{secret:github-classic:canary}}");
    for policy in [
        format!("schema = 1\n[gate]\ntarget = {secret}\n"),
        format!("schema = 1\n[gate]\n{secret} = 1\n"),
        format!("schema = 1\n[gate]\nfail-on = \"{secret}\"\n"),
    ] {
        let repo = Repo::new();
        repo.commit_file("draftgate.toml", policy);
        repo.branch("topic");
        repo.commit_file("a.py", format!("A = \"{secret}\"\n"));
        for format in Format::ALL {
            let said = draftgate(&repo, &["check", "main..topic", "--report", format.name()]);
            assert!(!said.is_empty());
            assert_eq!(leaked(&said), None, "{said}");
        }
        let said = draftgate(&repo, &["policy"]);
        assert_eq!(leaked(&said), None, "{said}");
    }
    let repo = on_topic();
    let said = draftgate(&repo, &["check", &format!("main..{secret}")]);
    assert!(!said.is_empty());
    assert_eq!(leaked(&said), None, "{said}");
}
