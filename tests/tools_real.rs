//! The real tools over projects made here: what only moved is not introduced, what broke elsewhere is.

use std::fmt::Write;

use draftgate::finding::judgement::Outcome;
use draftgate::finding::{Introduced, Level};
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, judged_and_log, outcome};

/// A Python project whose tools are the toolbox's.
pub(crate) fn python(configuration: &str) -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".venv\n");
    repo.write("pyproject.toml", configuration);
    toolbox::link(&repo);
    repo
}

const RUFF_AND_MYPY: &str = "[tool.ruff.lint]\nselect = [\"F\", \"E\", \"W\", \"B\", \"C901\", \"PLR\", \"RET\", \"SIM\", \"ARG\"]\n\
     [tool.ruff.lint.mccabe]\nmax-complexity = 2\n[tool.mypy]\nfiles = [\"src\"]\nstrict = true\n";

/// A module with findings of both tools in each of its functions.
fn module(number: usize) -> Vec<String> {
    let head = format!("import os\nimport sys\n\nNUMBER = {number}\nON = True\n");
    let mut parts = vec![head];
    for at in 0..3 {
        parts.push(format!(
            "def f{number}_{at}(a: int, unused: str) -> str:\n    kept = a\n    if a > 17:\n        return a\n    else:\n        if a > 3:\n            return None\n    return g{at}(a)\n"
        ));
    }
    parts
}

/// The module after an edit that moves code and changes none.
fn moved(kind: usize, parts: &[String]) -> String {
    let mut parts = parts.to_vec();
    match kind {
        // Shifted, by different amounts in different places.
        0 => {
            for (at, part) in parts.iter_mut().enumerate() {
                *part = format!("{}{part}", "# A remark.\n".repeat(at + 1));
            }
        }
        // Reordered.
        1 => parts[1..].reverse(),
        // Indented.
        2 => {
            for part in &mut parts[1..] {
                let lines: Vec<String> = part.lines().map(|line| format!("    {line}\n")).collect();
                *part = format!("if ON:\n{}", lines.concat());
            }
        }
        // Renamed: the text stays.
        _ => {}
    }
    parts.join("\n\n")
}

#[test]
fn over_two_hundred_moves_nothing_is_introduced() {
    let repo = python(RUFF_AND_MYPY);
    let modules: Vec<Vec<String>> = (0..208).map(module).collect();
    for (number, parts) in modules.iter().enumerate() {
        repo.write(format!("src/m{number}.py"), parts.join("\n\n"));
    }
    repo.commit("base");
    for (number, parts) in modules.iter().enumerate() {
        let kind = number % 4;
        if kind == 3 {
            repo.remove(&format!("src/m{number}.py"));
            repo.write(format!("src/renamed{number}.py"), moved(kind, parts));
        } else {
            repo.write(format!("src/m{number}.py"), moved(kind, parts));
        }
    }
    repo.commit("moves");
    for (check, tool) in [("lint", "ruff"), ("types", "mypy")] {
        let judged = judged(&repo, check, "");
        assert_eq!(
            outcome(&judged, check).0,
            Outcome::Ran,
            "{:?}",
            judged.checks
        );
        assert!(
            judged.remarks.iter().any(|remark| remark.contains(tool)),
            "{:?}",
            judged.remarks
        );
        let told: Vec<String> = judged.findings.iter().map(shown).collect();
        assert!(
            told.is_empty(),
            "{check}: {} introduced:\n{}",
            told.len(),
            told.join("\n")
        );
    }
    // Not because nothing is found at all: the same project with everything new.
    repo.git(&["checkout", "-q", "--orphan", "new"]);
    repo.commit("nothing before");
    repo.write("src/m0.py", modules[0].join("\n\n"));
    repo.git(&["rm", "-rq", "--cached", "src"]);
    repo.git(&["commit", "-q", "--amend", "-m", "empty"]);
    repo.commit("all of it");
    for check in ["lint", "types"] {
        assert!(judged(&repo, check, "").findings.len() > 1000, "{check}");
    }
}

fn shown(finding: &draftgate::finding::Finding) -> String {
    format!(
        "{}:{}: {} {}",
        finding.path, finding.line, finding.rule, finding.message
    )
}

/// A way to break a module: its text before and after, and that of the module that uses it.
type Break = (&'static str, fn(usize) -> [String; 3]);

/// How many of the users that were not touched are told of, and how many there are.
fn caught(
    repo: &Repo,
    check: &str,
    policy: &str,
    ending: &str,
    breaks: &[Break],
    count: usize,
) -> (usize, usize) {
    for side in 0..2 {
        for (kind, make) in breaks {
            for number in 0..count {
                let texts = make(number);
                repo.write(format!("src/{kind}{number}.{ending}"), &texts[side]);
                repo.write(format!("src/use_{kind}{number}.{ending}"), &texts[2]);
            }
        }
        repo.commit("side");
    }
    let judged = judged(repo, check, policy);
    assert_eq!(
        outcome(&judged, check).0,
        Outcome::Ran,
        "{:?}",
        judged.checks
    );
    let told = |path: &str| {
        judged.findings.iter().any(|finding| {
            finding.path == path
                && finding.introduced == Introduced::Elsewhere
                && finding.level == Level::Block
        })
    };
    let mut found = 0;
    for (kind, _) in breaks {
        for number in 0..count {
            found += usize::from(told(&format!("src/use_{kind}{number}.{ending}")));
        }
    }
    (found, breaks.len() * count)
}

#[test]
fn python_that_breaks_elsewhere_is_told() {
    let repo = python(RUFF_AND_MYPY);
    let breaks: [Break; 5] = [
        ("parameter", |n| {
            [
                format!("def area{n}(w: int, h: int) -> int:\n    return w * h\n"),
                format!("def area{n}(w: int) -> int:\n    return w * w\n"),
                format!("from parameter{n} import area{n}\n\nprint(area{n}(1, 2))\n"),
            ]
        }),
        ("result", |n| {
            [
                format!("def size{n}() -> int:\n    return {n}\n"),
                format!("def size{n}() -> str:\n    return \"{n}\"\n"),
                format!("from result{n} import size{n}\n\nprint(size{n}() + 1)\n"),
            ]
        }),
        ("field", |n| {
            [
                format!("class Box{n}:\n    width: int = 1\n    height: int = 2\n"),
                format!("class Box{n}:\n    width: int = 1\n"),
                format!("from field{n} import Box{n}\n\nprint(Box{n}().height)\n"),
            ]
        }),
        ("export", |n| {
            [
                format!("def kept{n}() -> None: ...\n\n\ndef gone{n}() -> None: ...\n"),
                format!("def kept{n}() -> None: ...\n"),
                format!("from export{n} import gone{n}\n\ngone{n}()\n"),
            ]
        }),
        ("keyword", |n| {
            [
                format!("def call{n}(*, name: str) -> str:\n    return name\n"),
                format!("def call{n}(*, title: str) -> str:\n    return title\n"),
                format!("from keyword{n} import call{n}\n\nprint(call{n}(name=\"a\"))\n"),
            ]
        }),
    ];
    let (found, all) = caught(&repo, "types", "", "py", &breaks, 12);
    assert!(found * 100 >= all * 95, "{found} of {all}");
}

/// A crate with these modules.
fn crate_of(repo: &Repo, kind: &str, count: usize) {
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"seeds\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    let mut lib = String::new();
    for number in 0..count {
        let _ = writeln!(lib, "pub mod {kind}{number};\npub mod use_{kind}{number};");
    }
    repo.write("src/lib.rs", lib);
}

#[test]
fn rust_that_breaks_elsewhere_is_told() {
    let breaks: [Break; 3] = [
        ("signature", |n| {
            [
                "pub fn area(w: u32, h: u32) -> u32 { w * h }\n".to_owned(),
                "pub fn area(w: u32) -> u32 { w * w }\n".to_owned(),
                format!("pub fn size() -> u32 {{ crate::signature{n}::area(1, 2) }}\n"),
            ]
        }),
        ("field", |n| {
            [
                "pub struct Shape { pub w: u32, pub h: u32 }\n".to_owned(),
                "pub struct Shape { pub w: u32 }\n".to_owned(),
                format!("pub fn height(shape: &crate::field{n}::Shape) -> u32 {{ shape.h }}\n"),
            ]
        }),
        ("export", |n| {
            [
                "pub fn kept() {}\npub fn gone() {}\n".to_owned(),
                "pub fn kept() {}\n".to_owned(),
                format!("pub fn call() {{ crate::export{n}::gone(); }}\n"),
            ]
        }),
    ];
    let (mut found, mut all) = (0, 0);
    for way in breaks {
        let repo = Repo::new();
        crate_of(&repo, way.0, 20);
        let one = caught(&repo, "types", "[tools.cargo-check]\n", "rs", &[way], 20);
        found += one.0;
        all += one.1;
        assert!(!repo.path.join("target").exists() && !repo.path.join("Cargo.lock").exists());
    }
    assert!(found * 100 >= all * 95, "{found} of {all}");
}

#[test]
fn a_new_warning_of_clippy_is_a_note_with_its_page_and_an_old_one_is_not_told() {
    let repo = Repo::new();
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    let old = "pub fn old(a: u32) -> u32 {\n    return a;\n}\n";
    repo.commit_file("src/lib.rs", old);
    repo.commit_file(
        "src/lib.rs",
        format!("//! A crate.\n\n{old}\npub fn new(a: u32) -> u32 {{\n    return a;\n}}\n"),
    );
    let judged = judged(&repo, "lint", "[tools.clippy]\n");
    let told: Vec<String> = judged.findings.iter().map(shown).collect();
    assert_eq!(
        told,
        ["src/lib.rs:8: clippy::needless_return unneeded `return` statement"]
    );
    assert_eq!(judged.findings[0].level, Level::Note);
    assert!(judged.findings[0].docs.ends_with("#needless_return"));
    assert_eq!(verdict::of(&judged).verdict, Verdict::Ready);
}

#[test]
fn each_type_checker_tells_what_breaks_in_a_file_that_is_not_touched() {
    for (tool, table) in [
        ("mypy", "[tool.mypy]\n"),
        ("pyright", "[tool.pyright]\n"),
        ("basedpyright", "[tool.basedpyright]\n"),
        ("ty", "[tool.ty]\n"),
        ("pyrefly", "[tool.pyrefly]\n"),
    ] {
        let repo = python(table);
        repo.write(
            "use.py",
            "from shape import area\n\nname = \"ä\"; area(name, 1)\narea(\"a\", 2)\n",
        );
        repo.commit_file(
            "shape.py",
            "def area(name: str, w: int) -> int:\n    return w\n",
        );
        repo.commit_file(
            "shape.py",
            "def area(name: str) -> int:\n    return len(name)\n",
        );
        let judged = judged(&repo, "types", "");
        assert_eq!(
            outcome(&judged, "types").0,
            Outcome::Ran,
            "{tool}: {:?}",
            judged.checks
        );
        assert!(
            judged
                .remarks
                .iter()
                .any(|remark| remark.starts_with(&format!("types: {tool} "))),
            "{:?}",
            judged.remarks
        );
        let lines: Vec<(&str, u32)> = judged
            .findings
            .iter()
            .map(|f| (f.path.as_str(), f.line))
            .collect();
        assert_eq!(
            lines,
            [("use.py", 3), ("use.py", 4)],
            "{tool}: {:?}",
            judged.findings
        );
        // The columns are characters, whatever the tool counts (mypy's own are wrong on such a line).
        let first = &judged.findings[0];
        assert!(
            tool == "mypy" || [13, 24].contains(&first.column),
            "{tool}: {}",
            shown(first)
        );
        for found in &judged.findings {
            assert!(found.docs.starts_with("https://"), "{found:?}");
            assert!(found.reproduce.starts_with(tool), "{found:?}");
            assert_ne!(found.rule, "type-error", "{found:?}");
        }
        assert_eq!(verdict::of(&judged).verdict, Verdict::Blocked, "{tool}");
        assert_eq!(repo.git(&["status", "--short", "--ignored"]), "", "{tool}");
    }
}

#[test]
fn the_change_does_not_choose_its_configuration() {
    let repo = python("[tool.ruff.lint]\nselect = [\"F\"]\n");
    repo.commit_file("a.py", "import os\n");
    repo.write("pyproject.toml", "[tool.ruff.lint]\nselect = []\n");
    repo.commit_file("a.py", "import os\nimport sys\n");
    let judged = judged(&repo, "lint", "");
    let told: Vec<(&str, &str)> = judged
        .findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("F401", "a.py"),
            ("lint-finding-silenced", "pyproject.toml")
        ]
    );
    assert!(
        judged.findings[1].message.ends_with("F401 2"),
        "{}",
        judged.findings[1].message
    );
}

#[test]
fn a_metric_that_grew_is_worse_and_no_new_finding() {
    let repo = python(
        "[tool.ruff.lint]\nselect = [\"C901\"]\n[tool.ruff.lint.mccabe]\nmax-complexity = 1\n",
    );
    let text = |branches: usize| {
        let body = "    if a:\n        a -= 1\n".repeat(branches);
        format!("def f(a):\n{body}    return a\n")
    };
    repo.commit_file("a.py", text(2));
    repo.commit_file("a.py", text(4));
    let grown = judged(&repo, "lint", "");
    let told: Vec<(Introduced, Level)> = grown
        .findings
        .iter()
        .map(|f| (f.introduced, f.level))
        .collect();
    assert_eq!(told, [(Introduced::Worse, Level::Note)]);
    repo.commit_file("a.py", text(3));
    assert!(judged(&repo, "lint", "").findings.is_empty());
}

#[test]
fn the_same_run_again_says_the_same_and_runs_nothing_at_base() {
    let repo = python(RUFF_AND_MYPY);
    repo.commit_file("src/a.py", "def f(a: int) -> str:\n    return a\n");
    repo.commit_file(
        "src/a.py",
        "def f(a: int) -> str:\n    return a\n\n\ndef g(a: int) -> str:\n    return a\n",
    );
    let (first, _) = judged_and_log(&repo, "types", "");
    let (second, log) = judged_and_log(&repo, "types", "");
    assert_eq!(first, second);
    assert_eq!(first.findings.len(), 1);
    // Not read from a clock: the record says what was run, and the tool itself would have printed at base.
    assert!(
        log.output["types"].contains("base from the cache"),
        "{:?}",
        log.output
    );
    assert!(!log.output["types"].contains("base was run"));
}
