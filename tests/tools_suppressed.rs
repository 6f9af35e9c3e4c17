//! What the suppressions of a change hide from the real tools: the change without them says it, and nothing else.

use draftgate::finding::judgement::{Judgement, Outcome, PolicySource};
use draftgate::finding::{Finding, Level};
use draftgate::policy::{Policy, PolicyFile, Sources};
use draftgate::suppression::KINDS;
use draftgate::tools::adapter::builtin;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::tools::{judged, judged_and_log, outcome};
use crate::tools_real::python;

/// Path, line, level and the rules that are hidden there.
fn hiding(judged: &Judgement) -> Vec<(String, u32, Level, String)> {
    let hides = |finding: &Finding| {
        let rules = finding.evidence["hides"].as_array().expect("a list");
        let rules: Vec<&str> = rules.iter().filter_map(|rule| rule.as_str()).collect();
        rules.join(",")
    };
    let mut found: Vec<_> = judged
        .findings
        .iter()
        .filter(|finding| finding.rule.ends_with("-suppressed"))
        .map(|finding| {
            (
                finding.path.clone(),
                finding.line,
                finding.level,
                hides(finding),
            )
        })
        .collect();
    found.sort();
    found
}

fn at(path: &str, line: u32, level: Level, hides: &str) -> (String, u32, Level, String) {
    (path.to_owned(), line, level, hides.to_owned())
}

#[test]
fn each_adapter_heeds_kinds_that_there_are() {
    for adapter in builtin().expect("adapters parse") {
        assert!(!adapter.silencers.is_empty(), "{}", adapter.name);
        for kind in &adapter.silencers {
            assert!(KINDS.contains(&kind.as_str()), "{}: {kind}", adapter.name);
        }
    }
}

#[test]
fn a_kind_that_there_is_not_is_an_error_of_the_policy() {
    let text = "[tools.ruff]\nsilencers = [\"noqa\", \"typeignore\"]\n";
    let error = Policy::load(Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: text.as_bytes(),
            source: PolicySource::Base,
        }),
        ..Sources::default()
    })
    .expect_err("no such kind");
    assert_eq!(
        error.to_string(),
        "draftgate.toml:2:1: `typeignore` is no kind of suppression; did you mean `type-ignore`?"
    );
}

#[test]
fn what_ruff_does_not_say_for_a_suppression_of_the_change_is_told() {
    // Without its comment, the import of several lines has a form that isort's rule does not want.
    let repo = python(
        "[tool.ruff.lint]\nselect = [\"F\", \"E\", \"W\", \"ERA\", \"I\"]\n\
         [tool.ruff.lint.isort]\nsplit-on-trailing-comma = false\n",
    );
    repo.write(
        "old.py",
        "import os\nimport re\n\nx = 1\ny = 2  # noqa: E501\n",
    );
    repo.write(
        "moved.py",
        "import os  # noqa: F401\nimport sys\n\nprint(sys)\n",
    );
    repo.commit("base");
    repo.write(
        "new.py",
        "import os  # noqa: F401\nimport re  # ruff: ignore[F401]\nimport sys  # noqa: F401  # read by plugins\n\n\
         x = 1  # noqa: E501\ntext = \"import json  # noqa: F401\"\n",
    );
    repo.write(
        "whole.py",
        "# ruff: noqa: F401\nimport os\nimport sys\n\nfrom a import b, c\n",
    );
    repo.write(
        "form.py",
        "from a import (\n    b,  # noqa: F401\n    c,\n)\n\nprint(c)\n",
    );
    repo.write("tests/test_new.py", "import os  # noqa: F401\n");
    // There before: one open, one hidden, one on a line that is edited.
    repo.write(
        "old.py",
        "import os  # noqa: F401\nimport re\n\nx = 1\ny = 3  # noqa: E501\n",
    );
    repo.remove("moved.py");
    repo.write(
        "elsewhere.py",
        "import sys\n\nimport os  # noqa: F401\n\nprint(sys)\n",
    );
    repo.commit("head");
    let judged = judged(&repo, "lint", "");
    assert_eq!(
        hiding(&judged),
        [
            at("form.py", 2, Level::Block, "F401"),
            at("new.py", 1, Level::Block, "F401"),
            at("new.py", 2, Level::Block, "F401"),
            at("new.py", 3, Level::Escalate, "F401"),
            at("tests/test_new.py", 1, Level::Escalate, "F401"),
            at("whole.py", 1, Level::Block, "F401"),
        ],
        "{:#?}",
        judged.findings
    );
    let whole = judged
        .findings
        .iter()
        .find(|found| found.path == "whole.py");
    let message = &whole.expect("one").message;
    assert!(
        message.starts_with(
            "this `noqa` hides what this change brings in: 4 findings: `os` imported but unused (ruff F401, line 2);"
        ),
        "{message}"
    );
    assert!(message.ends_with("; and 1 more"), "{message}");
    assert_eq!(verdict::of(&judged).verdict, Verdict::Blocked);
}

#[test]
fn what_each_type_checker_does_not_say_for_a_suppression_of_the_change_is_told() {
    for (tool, table, comment) in [
        ("mypy", "[tool.mypy]\n", "type: ignore[arg-type]"),
        (
            "pyright",
            "[tool.pyright]\n",
            "pyright: ignore[reportArgumentType]",
        ),
        ("basedpyright", "[tool.basedpyright]\n", "pyright: ignore"),
        ("ty", "[tool.ty]\n", "ty: ignore[invalid-argument-type]"),
        (
            "pyrefly",
            "[tool.pyrefly]\n",
            "pyrefly: ignore[bad-argument-type]",
        ),
    ] {
        let repo = python(table);
        repo.commit_file("a.py", "def f(x: int) -> int:\n    return x\n");
        repo.commit_file(
            "b.py",
            format!(
                "from a import f\n\n_ = f(\"new\")  # {comment}\n_ = f(1)  # {comment}\n_ = f(2)  # a remark\n"
            ),
        );
        let judged = judged(&repo, "types", "");
        assert_eq!(outcome(&judged, "types").0, Outcome::Ran, "{tool}");
        let told = hiding(&judged);
        let lines: Vec<_> = told
            .iter()
            .map(|(_, line, level, _)| (*line, *level))
            .collect();
        assert_eq!(
            lines,
            [(3, Level::Escalate)],
            "{tool}: {:#?}",
            judged.findings
        );
        let found = &judged.findings[0];
        assert!(found.message.contains(&format!("({tool} ")), "{found:?}");
        assert_eq!(found.evidence["tools"][0], tool);
    }
}

#[test]
fn an_error_that_base_says_openly_is_not_what_a_suppression_hides() {
    let repo = python("[tool.mypy]\n");
    let base = "def f(x: int) -> int:\n    return x\n\n\nf(\"open\")\n";
    repo.commit_file("a.py", base);
    let silenced = base.replace("f(\"open\")", "f(\"open\")  # type: ignore[arg-type]");
    repo.commit_file("a.py", silenced + "f(\"new\")  # type: ignore[arg-type]\n");
    let judged = judged(&repo, "types", "");
    assert_eq!(
        hiding(&judged),
        [at("a.py", 6, Level::Escalate, "arg-type")]
    );
}

#[test]
fn two_type_checkers_that_one_comment_silences_are_one_finding() {
    let repo = python("[tool.mypy]\n[tool.pyright]\n");
    repo.commit_file("a.py", "def f(x: int) -> int:\n    return x\n");
    repo.commit_file(
        "a.py",
        "def f(x: int) -> int:\n    return x\n\n\nf(\"new\")  # type: ignore\n",
    );
    let judged = judged(&repo, "types", "");
    let wanted = at("a.py", 5, Level::Escalate, "arg-type,reportArgumentType");
    assert_eq!(hiding(&judged), [wanted]);
}

#[test]
fn what_clippy_and_the_compiler_do_not_say_for_an_attribute_of_the_change_is_told() {
    let repo = Repo::new();
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lints.rust]\ndead_code = \"deny\"\n",
    );
    repo.write("src/other.rs", "pub fn used() {}\n");
    repo.commit_file("src/lib.rs", "pub mod other;\n");
    repo.write(
        "src/other.rs",
        "#![allow(clippy::needless_return)]\npub fn used() -> u32 {\n    return 1;\n}\n",
    );
    repo.commit_file(
        "src/lib.rs",
        "pub mod other;\n\n/// Text.\n#[allow(dead_code)]\nfn one() {}\n\n#[expect(dead_code, reason = \"called from assembly\")]\n\
         fn two() {}\n\n#[allow(dead_code)]\npub fn three() {}\n",
    );
    let lint = judged(&repo, "lint", "[tools.clippy]\n");
    assert_eq!(
        hiding(&lint),
        [
            at("src/lib.rs", 4, Level::Block, "dead_code"),
            at("src/lib.rs", 7, Level::Escalate, "dead_code"),
            at("src/other.rs", 1, Level::Note, "clippy::needless_return"),
        ],
        "{:#?}",
        lint.findings
    );
    let types = judged(&repo, "types", "[tools.cargo-check]\n");
    assert_eq!(hiding(&types).len(), 2, "{:#?}", types.findings);
}

#[test]
fn nothing_is_run_again_for_a_change_without_suppressions() {
    let repo = python("[tool.ruff.lint]\nselect = [\"F\"]\n");
    repo.commit_file("a.py", "import os  # noqa: F401\n");
    repo.commit_file("a.py", "import os  # noqa: F401\nx = 1\n");
    let (judged, log) = judged_and_log(&repo, "lint", "");
    assert_eq!(outcome(&judged, "lint").0, Outcome::Ran);
    let output = &log.output["lint"];
    assert!(output.contains("0 introduced"), "{output}");
    assert!(!output.contains("without the suppressions"), "{output}");
    repo.commit_file("a.py", "import os  # noqa: F401\nx = 1  # noqa: E501\n");
    let (_, log) = judged_and_log(&repo, "lint", "");
    assert!(
        log.output["lint"].contains("without the suppressions"),
        "{log:?}"
    );
}
