//! Nothing of the change decides what is run or written: configurations, programs, scripts and packages of the tree,
//! with the real tools.

use std::path::Path;

use draftgate::change::RangeSpec;
use draftgate::finding::judgement::Outcome;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, outcome};
use crate::tools_real::python;

/// Python that leaves a mark and is a plugin of mypy.
fn plugin(mark: &Path) -> String {
    format!(
        "import pathlib\npathlib.Path({:?}).write_text('x')\n\n\ndef plugin(version):\n    from mypy.plugin import Plugin\n    return Plugin\n",
        mark.display().to_string()
    )
}

fn script(repo: &Repo, path: &str, text: &str) {
    toolbox::program(&repo.path.join(path), text);
}

/// What this check says of paths that it did not look at.
pub(crate) fn out_of_reach(judged: &draftgate::finding::judgement::Judgement) -> Vec<(&str, &str)> {
    let entries = judged.ledger.iter();
    entries
        .filter(|entry| entry.outcome == Outcome::OutOfReach)
        .map(|entry| (entry.path.as_str(), entry.why.as_str()))
        .collect()
}

#[test]
fn no_configuration_of_the_change_runs_or_writes_anything() {
    for (name, files) in [
        (
            "plugins",
            &[(
                "pyproject.toml",
                "[tool.mypy]\nstrict = true\nplugins = [\"./evil.py\"]\n",
            )][..],
        ),
        ("shadow", &[("mypy.ini", "[mypy]\nplugins = ./evil.py\n")]),
        (
            "hidden shadow",
            &[
                ("setup.cfg", "[metadata]\n  [mypy]\n  plugins = ./evil.py\n"),
                ("pyproject.toml", "[tool.ruff]\n"),
            ],
        ),
        (
            "defaults",
            &[
                ("setup.cfg", "[DEFAULT]\nplugins = ./evil.py\n[mypy]\n"),
                ("pyproject.toml", "[tool.ruff]\n"),
            ],
        ),
        (
            "interpreter",
            &[("mypy.ini", "[mypy]\npython_executable = ./evil.py\n")],
        ),
        (
            "reports",
            &[(
                "mypy.ini",
                "[mypy]\njunit_xml = @M\nlinecount_report = @M\ntiming_stats = @M\n",
            )],
        ),
        (
            "no text",
            &[("mypy.ini", "[mypy]\nplugins = ./evil.py\n\u{0}")],
        ),
    ] {
        let repo = python("[tool.mypy]\nstrict = true\n[tool.ruff]\n");
        repo.commit_file("a.py", "X: int = 1\n");
        let mark = repo.beside("mark");
        script(
            &repo,
            "evil.py",
            &format!("#!/usr/bin/env python3\n{}", plugin(&mark)),
        );
        for (path, text) in files {
            repo.write(path, text.replace("@M", &mark.display().to_string()));
        }
        repo.commit_file("a.py", "X: int = 2\n");
        let judged = judged(&repo, "types", "");
        assert!(!mark.exists(), "{name}");
        let told = out_of_reach(&judged);
        assert!(
            told.iter().any(|(_, why)| why.contains("is not run under")),
            "{name}: {told:?} {:?}",
            judged.checks
        );
        assert_ne!(verdict::of(&judged).verdict, Verdict::Ready, "{name}");
    }
}

#[test]
fn what_only_harmless_settings_of_the_change_silence_is_still_told() {
    let repo = python("[tool.mypy]\nstrict = true\n");
    repo.commit_file("a.py", "def f(a): return a\n");
    repo.write("mypy.ini", "[mypy]\nstrict = false\n");
    repo.commit_file("b.py", "def g(a): return a\n");
    let judged = judged(&repo, "types", "");
    let told: Vec<&str> = judged
        .findings
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert!(
        told.contains(&"type-error-silenced"),
        "{told:?} {:?}",
        judged.ledger
    );
}

#[test]
fn what_base_takes_from_another_file_is_base_s() {
    let repo = python("[tool.ruff]\nextend = \"lint/common.toml\"\n");
    repo.write("lint/common.toml", "[lint]\nselect = [\"F401\"]\n");
    repo.commit_file("a.py", "import os\n");
    repo.write("lint/common.toml", "[lint]\nselect = []\n");
    repo.commit_file("a.py", "import os\nimport sys\n");
    let judged = judged(&repo, "lint", "");
    let told: Vec<&str> = judged
        .findings
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert_eq!(told, ["F401", "lint-finding-silenced"]);
}

#[test]
fn a_list_of_ignored_files_of_the_change_hides_nothing_from_a_tool() {
    for name in [".gitignore", ".ignore"] {
        let repo = python("[tool.ruff.lint]\nselect = [\"F401\"]\n");
        repo.commit_file("a.py", "x = 1\n");
        repo.write(name, "a.py\n");
        repo.write("a.py", "import os\n");
        repo.git(&["add", "-f", "a.py"]);
        repo.commit("hidden");
        let judged = judged(&repo, "lint", "");
        let told: Vec<&str> = judged
            .findings
            .iter()
            .map(|found| found.rule.as_str())
            .collect();
        assert_eq!(told, ["F401", "lint-finding-silenced"], "{name}");
    }
}

#[test]
fn a_tool_that_its_configuration_lets_write_does_not() {
    let repo =
        python("[tool.ruff]\nfix = true\nfix-only = true\n[tool.ruff.lint]\nselect = [\"F401\"]\n");
    repo.commit_file("a.py", "x = 1\n");
    repo.commit_file("a.py", "import os\n\nx = 1\n");
    let judged = judged(&repo, "lint", "");
    assert_eq!(judged.findings.len(), 1, "{:?}", judged.checks);
    assert_eq!(repo.git(&["status", "--short"]), "");
}

#[test]
fn no_interpreter_of_the_tree_is_asked_where_packages_are() {
    for table in ["pyright", "basedpyright", "ty", "pyrefly", "mypy"] {
        let repo = python(&format!("[tool.{table}]\n"));
        let mark = repo.beside("mark");
        repo.commit_file("a.py", "X: int = 1\n");
        repo.write(".venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n");
        repo.write(".venv/lib/python3.11/site-packages/x.py", "");
        for name in ["python", "python3"] {
            let text = format!(
                "#!/bin/sh\ntouch {}\nexec /usr/bin/python3 \"$@\"\n",
                mark.display()
            );
            script(&repo, &format!(".venv/bin/{name}"), &text);
        }
        for tracked in [false, true] {
            repo.write(".gitignore", if tracked { "" } else { ".venv\n" });
            repo.commit_file("a.py", format!("X: int = 2\nY = {tracked}\n"));
            let judged = judged(&repo, "types", "");
            assert_eq!(
                outcome(&judged, "types").0,
                Outcome::Ran,
                "{table}: {:?}",
                judged.checks
            );
            assert!(!mark.exists(), "{table}, tracked: {tracked}");
        }
    }
}

/// The line of a message that names a folder for the policy.
fn named(why: &str) -> String {
    let at = why
        .find("environments = ")
        .unwrap_or_else(|| panic!("no line in {why}"));
    why[at..].split('`').next().expect("a line").to_owned()
}

/// Judges the last commit under this policy, without the toolbox.
fn judged_by(repo: &Repo, policy: &str) -> draftgate::finding::judgement::Judgement {
    use draftgate::policy::{Policy, PolicyFile, Sources};
    let text = format!(
        "schema = 1\n{policy}\n[gate]\nrequired = [\"lint\"]\n[tools.ours]\ncheck = \"lint\"\ncommand = [\"our-linter\"]\noutput = \"exit-code\"\n"
    );
    let policy = Policy::load(Sources {
        policy: Some(PolicyFile {
            name: "draftgate.toml",
            bytes: text.as_bytes(),
            source: draftgate::finding::judgement::PolicySource::Base,
        }),
        ..Sources::default()
    })
    .expect("a policy");
    let change = repo
        .change(&RangeSpec::Range("HEAD~1..HEAD".to_owned()))
        .expect("a change");
    let selection = draftgate::plan::Selection {
        only: vec!["lint".to_owned()],
        skip: Vec::new(),
    };
    let all = draftgate::checks::registry();
    draftgate::run::judge(
        &change,
        &policy,
        &draftgate::inputs::Inputs::default(),
        &all,
        &selection,
        1,
        &draftgate::run::Silent,
    )
    .0
}

#[test]
fn a_program_of_the_tree_runs_only_where_the_policy_names_it_by_digest() {
    let repo = Repo::new();
    let mark = repo.beside("mark");
    repo.write(".gitignore", ".venv\n");
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    script(
        &repo,
        ".venv/bin/our-linter",
        &format!("#!/bin/sh\ntouch {}\n", mark.display()),
    );
    let first = judged_by(&repo, "");
    let (state, why) = outcome(&first, "lint");
    assert_eq!((state, mark.exists()), (Outcome::Broken, false), "{why}");
    let line = named(&why);
    let second = judged_by(&repo, &line);
    assert_eq!(
        (outcome(&second, "lint").0, mark.exists()),
        (Outcome::Ran, true),
        "{:?}",
        second.checks
    );
    std::fs::remove_file(&mark).expect("the mark");
    // Whoever writes to it once it was named.
    let other = Repo::new();
    other.write(".gitignore", ".venv\n");
    other.commit_file("a.py", "one\n");
    other.commit_file("a.py", "two\n");
    script(
        &other,
        ".venv/bin/our-linter",
        &format!("#!/bin/sh\ntouch {}\nexit 0\n", mark.display()),
    );
    let third = judged_by(&other, &line);
    let (state, why) = outcome(&third, "lint");
    assert_eq!((state, mark.exists()), (Outcome::Broken, false), "{why}");
    assert!(why.contains("now is sha256:"), "{why}");
}

#[test]
fn what_the_script_of_a_command_takes_is_base_s_too() {
    for (name, files, command) in [
        (
            "sourced",
            &[
                ("lint.sh", "#!/bin/sh\n. ./tools/common.sh\n"),
                ("tools/common.sh", "true\n"),
            ][..],
            "'./lint.sh'",
        ),
        (
            "through sh",
            &[
                ("tools/lint", "sh tools/more.sh\n"),
                ("tools/more.sh", "true\n"),
            ],
            "'sh', 'tools/lint'",
        ),
        (
            "on the line",
            &[("tools/more.sh", "true\n")],
            "'sh', '-c', 'sh tools/more.sh'",
        ),
        (
            "make",
            &[("Makefile", "lint:\n\t@true\n")],
            "'make', '-s', 'lint'",
        ),
        (
            "python",
            &[
                ("tools/lint.py", "import rules\n"),
                ("tools/rules.py", "x = 1\n"),
            ],
            "'python3', 'tools/lint.py'",
        ),
    ] {
        let repo = Repo::new();
        let mark = repo.beside("mark");
        for (path, text) in files {
            script(&repo, path, text);
        }
        repo.commit_file("a.py", "one\n");
        let (path, _) = files.last().expect("a file");
        let evil = match *path {
            "Makefile" => format!("lint:\n\t@touch {}\n", mark.display()),
            path if path.ends_with(".py") => {
                format!("open({:?}, 'w')\n", mark.display().to_string())
            }
            _ => format!("touch {}\n", mark.display()),
        };
        script(&repo, path, &evil);
        repo.commit_file("a.py", "two\n");
        let policy = format!(
            "[tools.ours]\ncheck = \"lint\"\ncommand = [{command}]\noutput = \"exit-code\"\n"
        );
        let judged = judged(&repo, "lint", &policy);
        assert!(!mark.exists(), "{name}");
        assert_eq!(
            outcome(&judged, "lint").0,
            Outcome::Ran,
            "{name}: {:?}",
            judged.checks
        );
        let told = out_of_reach(&judged);
        assert!(told.iter().any(|(at, _)| at == path), "{name}: {told:?}");
    }
}

#[test]
fn a_list_that_a_command_reads_is_base_s_too() {
    for (script, command) in [
        ("! grep -rnf tools/words shop\n", "'sh', 'lint'"),
        (
            "while read -r word; do ! grep -rn \"$word\" shop || exit 1; done <tools/words\n",
            "'sh', 'lint'",
        ),
        (
            "for word in $(cat tools/words); do ! grep -rn $word shop || exit 1; done\n",
            "'sh', 'lint'",
        ),
        (
            "words = open('tools/words').read().split()\ntext = open('shop/stock.py').read()\nraise SystemExit(any(word in text for word in words))\n",
            "'python3', 'lint.py'",
        ),
    ] {
        let repo = Repo::new();
        let program = command.split('\'').nth(3).expect("a script");
        repo.write(program, script);
        repo.write("tools/words", "FORBIDDEN\n");
        repo.commit_file("shop/stock.py", "left = 1\n");
        repo.write("tools/words", "nothing-at-all\n");
        repo.commit_file("shop/stock.py", "left = FORBIDDEN\n");
        let policy = format!(
            "[tools.ours]\ncheck = \"lint\"\ncommand = [{command}]\noutput = \"exit-code\"\n"
        );
        let judged = judged(&repo, "lint", &policy);
        let out = out_of_reach(&judged);
        assert!(
            out.iter().any(|(at, _)| *at == "tools/words"),
            "{script}: {out:?}"
        );
        if !script.starts_with("words") {
            assert_eq!(judged.findings.len(), 1, "{script}: {:?}", judged.findings);
        }
    }
}

#[test]
fn a_shadow_beside_the_script_of_a_command_is_not_imported() {
    let repo = Repo::new();
    let mark = repo.beside("mark");
    repo.write("tools/lint.py", "import json\n");
    repo.commit_file("a.py", "one\n");
    repo.write(
        "tools/json.py",
        format!("open({:?}, 'w')\n", mark.display().to_string()),
    );
    repo.commit_file("a.py", "two\n");
    let policy = "[tools.ours]\ncheck = \"lint\"\ncommand = [\"python3\", \"tools/lint.py\"]\noutput = \"exit-code\"\n";
    let judged = judged(&repo, "lint", policy);
    assert!(!mark.exists());
    assert_eq!(
        outcome(&judged, "lint").0,
        Outcome::Ran,
        "{:?}",
        judged.checks
    );
}

/// `argparse` takes `gettext`, which no line of the program names.
#[test]
fn a_shadow_of_what_the_library_imports_is_not_imported() {
    const LINT: &str = "import argparse\nimport os\n\nfound = [open(name).read() for name in os.listdir() if name.endswith('.txt')]\nraise SystemExit(any('BAD' in text for text in found))\n";
    for (command, base) in [
        (&["python3", "lint.py"][..], &[("lint.py", LINT)][..]),
        (
            &["python3", "tools/lint.py"],
            &[
                ("tools/lint.py", "import helper\n"),
                ("tools/helper.py", LINT),
            ],
        ),
        (
            &["python3", "-m", "tools.lint"],
            &[("tools/__init__.py", ""), ("tools/lint.py", LINT)],
        ),
        // None of the tree's.
        (
            &["python3", "-m", "json.tool", "a.json"],
            &[("a.json", "{}\n")],
        ),
    ] {
        let repo = Repo::new();
        let mark = repo.beside("mark");
        for (path, text) in base {
            repo.write(path, text);
        }
        repo.commit_file("a.txt", "one\n");
        for folder in ["", "tools/"] {
            for module in ["gettext.py", "argparse/__init__.py", "json/__init__.py"] {
                repo.write(format!("{folder}{module}"), plugin(&mark));
            }
        }
        repo.commit_file("a.txt", "BAD\n");
        let policy = format!(
            "[tools.ours]\ncheck = \"lint\"\ncommand = {command:?}\noutput = \"exit-code\"\nsandbox = false\n"
        );
        let judged = judged(&repo, "lint", &policy);
        assert!(!mark.exists(), "{command:?}: the change's code was run");
        let expected = usize::from(!command.contains(&"json.tool"));
        let told = (judged.findings.len(), &judged.checks);
        assert_eq!(told.0, expected, "{command:?}: {:?}", told.1);
    }
}

#[test]
fn an_editable_installation_brings_nothing_of_the_tree_into_a_tool() {
    let repo = Repo::new();
    let mark = repo.beside("mark");
    repo.write("mypy.ini", "[mypy]\n");
    // An environment outside of the tree whose import path leads into it.
    let venv = repo.beside("programs");
    let made = toolbox::run(
        "python3",
        &["-m", "venv", "--without-pip", &venv.display().to_string()],
        &repo.path,
    );
    assert!(made.status.success(), "{made:?}");
    let packages = |venv: &Path| {
        let lib = std::fs::read_dir(venv.join("lib")).expect("lib");
        lib.flatten()
            .next()
            .expect("python3.x")
            .path()
            .join("site-packages")
    };
    let paths = format!(
        "{}\n{}\n",
        packages(toolbox::venv()).display(),
        repo.path.join("src").display()
    );
    std::fs::write(packages(&venv).join("editable.pth"), paths).expect("a file");
    let program = format!(
        "#!{}\nimport sys\nfrom mypy.__main__ import console_entry\nsys.exit(console_entry())\n",
        venv.join("bin/python3").display()
    );
    let path = venv.join("bin/mypy");
    toolbox::program(&path, &program);
    repo.commit_file("src/a.py", "X: int = 1\n");
    let evil = format!("open({:?}, 'w')\n", mark.display().to_string());
    // mypy uses it where it is there.
    repo.write("src/orjson.py", &evil);
    repo.commit_file("src/a.py", "X: int = 2\n");
    let first = judged(&repo, "types", "");
    assert_eq!(
        outcome(&first, "types").0,
        Outcome::Ran,
        "{:?}",
        first.checks
    );
    assert!(!mark.exists());
    repo.write("src/sitecustomize.py", &evil);
    repo.commit_file("src/a.py", "X: int = 3\n");
    let second = judged(&repo, "types", "");
    assert!(!mark.exists());
    let (state, why) = outcome(&second, "types");
    assert_eq!(state, Outcome::Broken);
    assert!(
        why.contains("Python would run src/sitecustomize.py"),
        "{why}"
    );
}
