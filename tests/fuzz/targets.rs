//! One target a reader.

use std::path::{Path, PathBuf};

use draftgate::change::memory::{self, Files};
use draftgate::change::{RangeSpec, lines};
use draftgate::ci::event::{Checkout, wanted};
use draftgate::coverage::formats;
use draftgate::finding::judgement::{Judgement, Outcome, PolicySource, RunLog};
use draftgate::gate::Gated;
use draftgate::hook::{agent, pre_push};
use draftgate::inputs::{HandedIn, Inputs, Source};
use draftgate::plan::Selection;
use draftgate::policy::{HeadFile, Policy, PolicyFile, Sources};
use draftgate::report::{Format, Style, render};
use draftgate::run::{Silent, judge};
use draftgate::tools::adapter;
use draftgate::tools::parse::parse;
use draftgate::trace::Trace;
use draftgate::{checks, examples, notebook, rule, text, verdict};

use super::{Seed, fuzz};
use crate::repository::Repo;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The checked-in seeds of a target: files of `corpus/<name>/`. A file `x.base` is what `x` was before.
pub(crate) fn corpus(name: &str) -> Vec<Seed> {
    let folder = root().join("tests/fuzz/corpus").join(name);
    let files = below(&folder);
    let heads = files
        .iter()
        .filter(|path| path.extension().is_none_or(|ending| ending != "base"));
    heads
        .map(|path| Seed {
            path: path
                .strip_prefix(&folder)
                .expect("inside")
                .to_string_lossy()
                .into_owned(),
            base: std::fs::read(path.with_added_extension("base")).unwrap_or_default(),
            head: std::fs::read(path).expect("a seed"),
        })
        .collect()
}

/// All files below a folder, in order.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Files of the change's cases and of the rules' examples that a predicate wants, as they were and as they are.
fn changed(wanted: impl Fn(&str) -> bool) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for check in std::fs::read_dir(root().join("tests/cases"))
        .expect("cases")
        .flatten()
    {
        for case in std::fs::read_dir(check.path())
            .into_iter()
            .flatten()
            .flatten()
        {
            let (base, head) = (case.path().join("base"), case.path().join("head"));
            for file in below(&head) {
                let path = file
                    .strip_prefix(&head)
                    .expect("inside")
                    .to_string_lossy()
                    .into_owned();
                seeds.push(Seed {
                    base: std::fs::read(base.join(&path)).unwrap_or_default(),
                    head: std::fs::read(&file).expect("a file of a case"),
                    path,
                });
            }
        }
    }
    for area in rule::areas() {
        for rule in rule::with_examples(&area).expect("rules").into_values() {
            for example in rule.bad.iter().chain(&rule.good) {
                let (mut base, head) = examples::sides(example).expect("an example");
                seeds.extend(head.into_iter().map(|(path, head)| Seed {
                    base: base.remove(&path).unwrap_or_default(),
                    head,
                    path,
                }));
            }
        }
    }
    seeds.retain(|seed| wanted(&seed.path) && seed.head.len() < super::LONGEST);
    // Directories are read in any order.
    seeds.sort_by(|a, b| (&a.path, &a.base, &a.head).cmp(&(&b.path, &b.base, &b.head)));
    seeds.dedup_by(|a, b| (&a.path, &a.base, &a.head) == (&b.path, &b.base, &b.head));
    seeds
}

/// A file of a change through all checks that run no program.
fn through_all_checks(seed: &Seed) {
    let side = |bytes: &[u8]| {
        let mut files = Files::new();
        files.insert("README.md".to_owned(), b"x\n".to_vec());
        if !bytes.is_empty() {
            files.insert(seed.path.clone(), bytes.to_vec());
        }
        files
    };
    let change = memory::change(side(&seed.base), side(&seed.head)).expect("a change in memory");
    let Ok(policy) = Policy::of(&change) else {
        return;
    };
    let programs = ["lint", "types", "coverage"].map(str::to_owned);
    let selection = Selection {
        only: Vec::new(),
        skip: programs.to_vec(),
    };
    let (judged, log) = judge(
        &change,
        &policy,
        &Inputs::default(),
        &checks::registry(),
        &selection,
        1,
        &Silent,
    );
    no_check_panicked(&judged);
    every_report(judged, log);
}

/// The run catches panics of checks, and tells them.
fn no_check_panicked(judged: &Judgement) {
    for check in &judged.checks {
        let panicked = check.outcome == Outcome::Broken && check.why.contains("panicked");
        assert!(!panicked, "{}: {}", check.name, check.why);
    }
}

fn every_report(judged: Judgement, log: RunLog) {
    let trace = Trace::new(judged, String::new(), log);
    let decision = verdict::of(&trace.judged);
    for format in Format::ALL {
        render(*format, &trace, &decision, Style::PLAIN).expect("a report");
    }
}

#[test]
fn python() {
    let seeds = changed(|path| path.ends_with(".py"));
    fuzz("python", 150, seeds, through_all_checks);
}

#[test]
fn rust() {
    let seeds = changed(|path| path.ends_with(".rs"));
    fuzz("rust", 150, seeds, through_all_checks);
}

#[test]
fn go() {
    let seeds = changed(|path| path.ends_with(".go"));
    fuzz("go", 150, seeds, through_all_checks);
}

/// What is code of a notebook has its lines and as many bytes.
#[test]
fn notebooks() {
    let seeds = changed(|path| path.ends_with(".ipynb"));
    fuzz("notebooks", 150, seeds, |seed| {
        let text = text_of(&seed.head);
        if let Ok(view) = notebook::view(&text, "python") {
            assert_eq!(view.len(), text.len());
            assert_eq!(view.matches('\n').count(), text.matches('\n').count());
        }
        through_all_checks(seed);
    });
}

/// Manifests, lock files, workflows, configurations, Dockerfiles, prose.
#[test]
fn documents() {
    let code = |path: &str| {
        [".py", ".rs", ".go", ".ipynb"]
            .iter()
            .any(|ending| path.ends_with(ending))
    };
    let seeds = changed(|path| !code(path));
    fuzz("documents", 200, seeds, through_all_checks);
}

#[test]
fn policies() {
    let mut seeds = Vec::new();
    let policies = below(&root().join("tests/cases"))
        .into_iter()
        .filter(|path| path.ends_with("policy.toml"));
    seeds.extend(policies.map(|path| Seed {
        path: String::new(),
        base: Vec::new(),
        head: std::fs::read(path).expect("a policy"),
    }));
    fuzz("policies", 300, seeds, |seed| {
        let file = |bytes| PolicyFile {
            name: "draftgate.toml",
            bytes,
            source: PolicySource::Base,
        };
        let loaded = Policy::load(Sources {
            policy: Some(file(&seed.head)),
            head: HeadFile::Bytes(&seed.base),
            attributes: Some(&seed.head),
            as_of: Some(0),
        });
        if let Ok(policy) = loaded {
            policy.explained();
            policy.kind("a/b.py");
            policy.is_test_path("a/b.py");
        }
    });
}

/// Rules of a repository's own: read, compiled, and held against code.
#[test]
fn rules() {
    let files = below(&root().join("rules"))
        .into_iter()
        .chain(below(&root().join("tests/cases")));
    let rules = files.filter(|path| {
        path.components()
            .any(|part| part.as_os_str() == "rules" || part.as_os_str() == "draftgate-rules")
    });
    let mut seeds = Vec::new();
    seeds.extend(
        rules
            .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
            .map(|path| Seed {
                path: String::new(),
                base: Vec::new(),
                head: std::fs::read(path).expect("a rule"),
            }),
    );
    seeds.retain(|seed| seed.head.len() < 4000 && text_of(&seed.head).contains("[engine"));
    fuzz("rules", 100, seeds, |seed| {
        let own = "draftgate-rules/own.toml".to_owned();
        let side = |code: &str| {
            Files::from([
                (own.clone(), seed.head.clone()),
                (
                    "a.py".to_owned(),
                    format!("import os\n\n\ndef f(a):\n    os.system(a + {code})\n").into_bytes(),
                ),
                (
                    "src/a.rs".to_owned(),
                    format!(
                        "fn f(a: &str) {{\n    std::process::Command::new(a).arg({code});\n}}\n"
                    )
                    .into_bytes(),
                ),
            ])
        };
        let change = memory::change(side("1"), side("'2'")).expect("a change in memory");
        let selection = Selection {
            only: vec!["vulnerabilities".to_owned()],
            skip: Vec::new(),
        };
        let (judged, _) = judge(
            &change,
            &Policy::builtin(),
            &Inputs::default(),
            &checks::registry(),
            &selection,
            1,
            &Silent,
        );
        // A rule that is wrong breaks the check, which says so.
        no_check_panicked(&judged);
        let _ = rule::parse(&text_of(&seed.head));
    });
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn patches() {
    let repo = Repo::new();
    repo.write("shop/a.py", "def add(a, b):\n    return a + b\n");
    repo.write("b c.txt", "one\r\ntwo");
    repo.commit_file("src/lib.rs", "pub fn f() {}\n");
    fuzz("patches", 200, Vec::new(), |seed| {
        let spec = RangeSpec::Patch {
            text: seed.head.clone(),
            base: None,
        };
        if let Ok(change) = repo.change(&spec) {
            let paths: Vec<&str> = change.files.iter().map(|file| &*file.path).collect();
            let leads_out =
                |path: &&str| path.split('/').any(|part| [".git", ".."].contains(&part));
            assert!(!paths.iter().any(leads_out), "{paths:?}");
        }
    });
}

/// Lines of two texts, paired.
#[test]
fn differences() {
    let seeds = changed(|path| path.ends_with(".py") || path.ends_with(".md"));
    fuzz("differences", 300, seeds, |seed| {
        let (base, head) = (text_of(&seed.base), text_of(&seed.head));
        let count = |text: &str| text.split_inclusive('\n').count();
        for hunk in lines::hunks(&base, &head) {
            assert!(hunk.head.end as usize <= count(&head), "{hunk:?}");
            assert!(hunk.base.end as usize <= count(&base), "{hunk:?}");
        }
    });
}

#[test]
fn measurements() {
    fuzz("measurements", 400, Vec::new(), |seed| {
        let _ = formats::read(&seed.head);
        if formats::junit::is_junit(&seed.head) {
            let _ = formats::junit::read(&seed.head);
        }
        let Ok(report) = String::from_utf8(seed.head.clone()) else {
            return;
        };
        let side = |more: &str| {
            Files::from([(
                "shop/n.py".to_owned(),
                format!("def n(x):\n    x += 1\n{more}    return x\n").into_bytes(),
            )])
        };
        let change = memory::change(side(""), side("    x += 2\n")).expect("a change in memory");
        let inputs = Inputs {
            coverage: HandedIn {
                head: vec![Source::Text(report.clone())],
                base: vec![Source::Text(report)],
            },
            ..Inputs::default()
        };
        let selection = Selection {
            only: vec!["coverage".to_owned()],
            skip: Vec::new(),
        };
        let (judged, log) = judge(
            &change,
            &Policy::builtin(),
            &inputs,
            &checks::registry(),
            &selection,
            1,
            &Silent,
        );
        no_check_panicked(&judged);
        every_report(judged, log);
    });
}

/// What tools print, by every adapter's reader.
#[test]
fn tool_output() {
    let mut formats: Vec<adapter::Format> = adapter::builtin()
        .expect("adapters")
        .into_iter()
        .map(|adapter| adapter.format)
        .collect();
    formats.extend([
        adapter::Format::Sarif,
        adapter::Format::Gitlab { rule_in_message: true },
        adapter::Format::Regex { pattern: r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<severity>\w+): (?P<message>.*?) \[(?P<rule>.*)\]".to_owned() },
        adapter::Format::ExitCode,
    ]);
    fuzz("tool_output", 600, Vec::new(), |seed| {
        let output = text_of(&seed.head);
        for format in &formats {
            let Ok(parsed) = parse(format, &output) else {
                continue;
            };
            for said in parsed.diagnostics {
                assert!(said.line > 0 && said.column > 0, "{said:?}");
                assert!(
                    (said.end_line, said.end_column) >= (said.line, said.column),
                    "{said:?}"
                );
            }
        }
    });
}

/// What coding agents, git and the runner of GitHub hand in.
#[test]
fn events() {
    let home = tempfile::tempdir().expect("a folder");
    let state = home.path().join("state");
    std::fs::create_dir(&state).expect("a folder");
    let gated = Gated::obstacle(&anyhow::anyhow!("nothing"));
    let decision = verdict::of(&gated.trace.judged);
    fuzz("events", 400, Vec::new(), |seed| {
        let request = agent::StopRequest {
            agent: agent::Agent::ClaudeCode,
            event: &seed.head,
            gated: &gated,
            verdict: decision.verdict,
            stops: true,
            report: "report",
            state: &state,
            tries: 3,
        };
        let _ = agent::answer(&request);
        let _ = pre_push::updates(&text_of(&seed.head), |_| Some(text_of(&seed.base)));
        if let Ok(event) = serde_json::from_slice(&seed.head) {
            for name in [
                "pull_request",
                "pull_request_target",
                "merge_group",
                "push",
                "workflow_dispatch",
                "x",
            ] {
                let _ = wanted(name, &event, &Checkout::default(), None, None);
            }
        }
        let beside = std::fs::read_dir(home.path()).expect("a folder").count();
        assert_eq!(beside, 1, "the name of a session led out of the folder");
    });
}

/// Traces: what was changed is refused; what was written by us, whatever it holds, can be read again and told in every form.
#[test]
fn traces() {
    // A small run: what stands in a large one over and over is not cut off here.
    let files = |text: &str| Files::from([("a.py".to_owned(), text.as_bytes().to_vec())]);
    let change = memory::change(files("a = 1\n"), files("a = 1\nbreakpoint()\n"));
    let selection = Selection {
        only: vec!["leftovers".to_owned()],
        skip: Vec::new(),
    };
    let (judged, log) = judge(
        &change.expect("a change in memory"),
        &Policy::builtin(),
        &Inputs::default(),
        &checks::registry(),
        &selection,
        1,
        &Silent,
    );
    let trace = Trace::new(judged, String::new(), log);
    let judged = serde_json::to_vec(&trace.judged).expect("JSON");
    let written = trace.write().expect("a trace").into_bytes();
    assert!(judged.len() < super::LONGEST && written.len() < 2 * super::LONGEST);
    let seeds = [judged, written]
        .map(|head| Seed {
            path: String::new(),
            base: Vec::new(),
            head,
        })
        .to_vec();
    fuzz("traces", 300, seeds, |seed| {
        let _ = Trace::read(&seed.head);
        if let Ok(judged) = serde_json::from_slice::<Judgement>(&seed.head) {
            let trace = Trace::new(judged, String::new(), RunLog::default());
            let again =
                Trace::read(trace.write().expect("written").as_bytes()).expect("read again");
            assert_eq!(again.judged, trace.judged);
            every_report(again.judged, RunLog::default());
        }
    });
}

#[test]
fn the_corpus_is_small() {
    let files = below(&root().join("tests/fuzz/corpus"));
    let bytes: u64 = files
        .iter()
        .map(|path| path.metadata().expect("a file").len())
        .sum();
    assert!(
        files.len() < 200 && bytes < 300_000,
        "{} files, {bytes} bytes",
        files.len()
    );
    assert!(!text::digest(b"").is_empty());
}
