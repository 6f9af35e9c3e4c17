//! Proof by running: real pytest and real cargo, on changes that hide a failure and on those that do not. What the outcomes
//! come to is cases (`tests/cases/proof/`).

use draftgate::finding::Level;
use draftgate::finding::judgement::{Judgement, Outcome};
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, judged_and_log, judged_by_all, outcome};

const COMMAND: &str = "[checks.proof]\ncommand = [\"pytest\", \"-q\"]\n";

const SHOP: &str = "\
def price(n):
    if n > 10:
        return n * 2
    return n * 3


def tax(n):
    return n / 5
";

const TESTS: &str = "\
from shop.price import price, tax

from tests.ask import ask


def test_price():
    ask(price(1), 3)
    ask(price(11), 22)


def test_tax():
    assert tax(5) == 1
";

const ASK: &str = "def ask(got, wanted):\n    assert got == wanted\n";

/// A project with code in `src/`, its tests with a helper, and a virtual environment.
fn shop(code: &str) -> Repo {
    let repo = Repo::new();
    toolbox::link(&repo);
    repo.write("src/shop/__init__.py", "");
    repo.write("src/shop/price.py", code);
    repo.write("tests/__init__.py", "");
    repo.write("tests/ask.py", ASK);
    repo.write("tests/test_price.py", TESTS);
    repo.commit("base");
    repo
}

fn verdict(judged: &Judgement) -> Verdict {
    verdict::decide(&judged.findings, &judged.checks, &judged.ledger, None).verdict
}

fn told(judged: &Judgement) -> Vec<(&str, Level, &str)> {
    let findings = judged.findings.iter();
    findings
        .map(|found| (found.rule.as_str(), found.level, found.message.as_str()))
        .collect()
}

fn says(judged: &Judgement, remark: &str) -> bool {
    judged.remarks.iter().any(|said| said.contains(remark))
}

#[test]
fn a_helper_that_asks_less_hides_no_failure_and_the_command_shows_it_again() {
    let repo = shop(&SHOP.replace("n * 2", "n * 4"));
    repo.write("tests/ask.py", "def ask(got, wanted):\n    assert got\n");
    repo.commit("a helper asks less");
    let (first, log) = judged_and_log(&repo, "proof", COMMAND);
    assert_eq!(
        told(&first),
        [(
            "masked-failure",
            Level::Block,
            "base's version of tests/test_price.py::test_price fails on the new code: it asserted `ask(price(11), 22)`, and \
             it now gets `AssertionError: assert got == wanted`; its own text is the same at head, where it passes: a helper, a fixture or the \
             configuration is another; it failed before the change too, so this silences it and fixes nothing"
        )]
    );
    assert_eq!(verdict(&first), Verdict::Blocked);
    assert!(says(&first, "code of the change with it (pytest 9.2.0"));
    // Nothing is run for the same trees again, and the same is said.
    let (second, again) = judged_and_log(&repo, "proof", COMMAND);
    let bytes = |judged: &Judgement| serde_json::to_string(judged).expect("JSON");
    assert_eq!(bytes(&first), bytes(&second));
    assert!(log.output["proof"].contains("proof: head\n"), "{log:?}");
    assert!(
        !again.output["proof"].contains("proof: head\n"),
        "{again:?}"
    );
    // The command shows it in a clean clone.
    let clone = repo.clone_with("clone", &[]);
    let path = format!(
        "{}:{}",
        toolbox::venv().join("bin").display(),
        std::env::var("PATH").expect("PATH")
    );
    let line = &first.findings[0].reproduce;
    let shown = toolbox::sh_with(
        &clone.path,
        line,
        &[("PATH", &path), ("PYTHONPATH", "src:.")],
    );
    let printed = String::from_utf8_lossy(&shown.stdout);
    assert!(
        printed.contains("FAILED tests/test_price.py::test_price"),
        "{line}\n{shown:?}"
    );
}

#[test]
fn a_value_that_follows_the_code_needs_a_human_with_both_values() {
    let repo = shop(SHOP);
    repo.write("src/shop/price.py", SHOP.replace("n / 5", "n / 4"));
    repo.write(
        "tests/test_price.py",
        TESTS.replace("tax(5) == 1", "tax(5) == 1.25"),
    );
    repo.commit("another tax");
    let judged = judged(&repo, "proof", COMMAND);
    assert_eq!(
        told(&judged),
        [(
            "expectation-moved",
            Level::Escalate,
            "base's version of tests/test_price.py::test_tax fails on the new code: it asserted `assert tax(5) == 1`, and it \
             now gets `assert 1.25 == 1`; head's version expects another value: `1.25` was `1`"
        )]
    );
}

#[test]
fn a_value_that_moved_behind_what_is_replaced_for_all_tests_blocks() {
    let repo = shop(SHOP);
    repo.write("src/shop/price.py", SHOP.replace("n / 5", "n / 4"));
    let bent = "import shop.price\n\nshop.price.tax = lambda n: n // 5\n";
    repo.write("tests/conftest.py", bent);
    repo.commit("another tax");
    let (both, _) = judged_by_all(&repo, &["proof", "tests"], COMMAND);
    let found = told(&both);
    let moved = found.iter().find(|(rule, ..)| *rule == "expectation-moved");
    let Some((_, Level::Block, message)) = moved else {
        panic!("{found:?}");
    };
    assert!(
        message.ends_with("; `module-replaced` says how it passes"),
        "{message}"
    );
    // Without what reading says, it is a human's.
    let alone = judged(&repo, "proof", COMMAND);
    assert_eq!(
        alone.findings[0].level,
        Level::Escalate,
        "{:?}",
        told(&alone)
    );
}

#[test]
fn a_test_that_passed_fails_now_and_a_refactoring_is_silent() {
    let repo = shop(SHOP);
    repo.write("src/shop/price.py", SHOP.replace("n / 5", "n / 4"));
    repo.commit("another tax");
    let red = judged(&repo, "proof", COMMAND);
    assert_eq!(
        told(&red),
        [(
            "test-fails",
            Level::Block,
            "tests/test_price.py::test_tax passed at base and fails now: it asserted `assert tax(5) == 1`, and it now gets \
             `assert 1.25 == 1`"
        )]
    );
    repo.write("src/shop/price.py", SHOP);
    repo.write(
        "tests/test_price.py",
        TESTS.replace(
            "    assert tax(5) == 1\n",
            "    got = tax(5)\n    ask(got, 1)\n",
        ),
    );
    repo.commit("the code as it was, the test in another form");
    let green = judged(&repo, "proof", COMMAND);
    assert_eq!(told(&green), []);
    assert_eq!(verdict(&green), Verdict::Ready);
}

#[test]
fn a_test_that_wavers_decides_nothing() {
    let repo = shop(SHOP);
    let mark = repo.beside("mark").display().to_string();
    // Fails the first time that it is run, and passes then.
    let odd = format!(
        "import pathlib\n\n\ndef test_odd():\n    mark = pathlib.Path({mark:?})\n    there = mark.exists()\n    \
         mark.touch()\n    assert there\n"
    );
    repo.write(
        "tests/test_odd.py",
        odd.replace("assert there", "assert mark"),
    );
    repo.commit("odd");
    repo.write("tests/test_odd.py", odd);
    repo.commit("odder");
    let policy = format!("{COMMAND}sandbox = false\n");
    let judged = judged(&repo, "proof", &policy);
    assert_eq!(told(&judged), []);
    assert!(
        says(&judged, "flaky: tests/test_odd.py::test_odd"),
        "{:?}",
        judged.remarks
    );
}

#[test]
fn each_way_in_which_a_run_says_nothing_is_no_pass() {
    let repo = shop(SHOP);
    repo.write(
        "src/shop/price.py",
        format!("{SHOP}\nimport os\nos._exit(0)\n"),
    );
    repo.commit("it ends");
    let broken = |policy: &str, why: &str| {
        let judged = judged(&repo, "proof", policy);
        let (outcome, said) = outcome(&judged, "proof");
        assert_eq!(outcome, Outcome::Broken, "{:?}", judged.findings);
        assert!(said.contains(why), "{said}");
        assert_eq!(verdict(&judged), Verdict::CouldNotJudge);
    };
    broken(
        COMMAND,
        "head's tests were not run: errored: pytest ended with code 0 in the middle",
    );
    broken(
        "[checks.proof]\ncommand = [\"pytest\", \"--no-such-option\"]\n",
        "wrong usage: pytest does not understand its arguments",
    );
    broken(
        "[checks.proof]\ncommand = [\"tox\"]\n",
        "there is no recipe to run `tox` test by test",
    );
    broken(
        "[checks.proof]\ncommand = [\"cargo\", \"nextest\", \"run\"]\n",
        "cargo nextest is not run test by test: set `command = [\"cargo\", \"test\"]`",
    );
    broken(
        "[checks.proof]\ncommand = [\"pytest\", \"-k\", \"nothing\", \"README\"]\n",
        "wrong usage",
    );
}

#[test]
fn the_time_of_a_change_is_over_and_what_no_test_reads_runs_nothing() {
    let repo = shop(SHOP);
    repo.write(
        "tests/test_price.py",
        format!("{TESTS}\n\ndef test_slow():\n    __import__('time').sleep(60)\n"),
    );
    repo.commit("slow");
    let slow = judged(&repo, "proof", &format!("{COMMAND}time-limit = \"3s\"\n"));
    let (state, why) = outcome(&slow, "proof");
    assert_eq!(state, Outcome::Broken, "{:?}", slow.findings);
    assert!(
        why.contains("timed out: pytest did not end within its time"),
        "{why}"
    );
    repo.write("README.md", "A shop.\n");
    repo.commit("words");
    let (words, log) = judged_and_log(&repo, "proof", COMMAND);
    assert_eq!(verdict(&words), Verdict::Ready, "{:?}", words.checks);
    assert_eq!(log.output.get("proof"), None);
    assert_eq!(outcome(&words, "proof").0, Outcome::NotApplicable);
}

#[test]
fn a_suspicion_is_refuted_by_base_s_version_and_a_block_is_not() {
    let repo = shop(SHOP);
    let arguments = [
        "check",
        "HEAD~1..HEAD",
        "--only",
        "proof",
        "--only",
        "tests",
        "--prove",
        "--report",
        "json",
    ];
    let levels = |repo: &Repo| -> Vec<String> {
        let line = format!(
            "exec '{}' {}",
            env!("CARGO_BIN_EXE_draftgate"),
            arguments.join(" ")
        );
        let path = format!(
            "{}:{}",
            toolbox::venv().join("bin").display(),
            std::env::var("PATH").expect("PATH")
        );
        let output = toolbox::sh_with(&repo.path, &line, &[("PATH", &path)]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        let findings = report["findings"].as_array().expect("findings");
        findings
            .iter()
            .map(|found| {
                format!("{} {} {}", found["level"], found["rule"], found["message"])
                    .replace('"', "")
            })
            .collect()
    };
    repo.write(
        "tests/test_price.py",
        TESTS.replace("assert tax(5) == 1", "assert tax(5)"),
    );
    repo.commit("a weaker test");
    let weaker = levels(&repo);
    assert_eq!(weaker.len(), 1, "{weaker:?}");
    assert!(
        weaker[0].starts_with("note assertion-weakened")
            && weaker[0].ends_with("; the base's version passes on the new code"),
        "{weaker:?}"
    );
    repo.write(
        "tests/test_price.py",
        TESTS.replace(
            "def test_tax():\n    assert tax(5) == 1",
            "def test_tax():\n    pass",
        ),
    );
    repo.commit("an empty test");
    let empty = levels(&repo);
    assert!(
        empty.iter().any(|found| found.starts_with("block ")),
        "{empty:?}"
    );
}

const LIB: &str = "\
/// One more.
pub fn more(n: u32) -> u32 {
    n + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more() {
        assert_eq!(more(1), 2);
    }
}
";

#[test]
fn tests_beside_rust_code_are_put_back_by_the_syntax_tree() {
    let repo = Repo::new();
    repo.write(".gitignore", "target\nCargo.lock\n");
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"counts\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    repo.write("src/lib.rs", LIB);
    repo.commit("base");
    let bent = LIB
        .replace("n + 1", "n + 2")
        .replace("assert_eq!(more(1), 2)", "assert!(more(1) > 1)");
    repo.write("src/lib.rs", bent);
    repo.commit("more, and a test asks less");
    let judged = judged(
        &repo,
        "proof",
        "[checks.proof]\ncommand = [\"cargo\", \"test\"]\n",
    );
    let told = told(&judged);
    let [(rule, Level::Block, message)] = told.as_slice() else {
        panic!("{told:?} {:?}", judged.checks);
    };
    assert_eq!(*rule, "masked-failure");
    assert!(
        message.starts_with(
            "base's version of counts src/lib.rs :: tests::one_more fails on the new code: it asserted \
             `assert_eq!(more(1), 2);`, and it now gets `assertion `left == right` failed`; head's version asks less"
        ),
        "{message}"
    );
    assert_eq!(
        (judged.findings[0].path.as_str(), judged.findings[0].line),
        ("src/lib.rs", 11)
    );
    // No command of git puts such a tree together: the check shows it again, in a clean clone.
    let line = &judged.findings[0].reproduce;
    let again = line.replacen("draftgate", env!("CARGO_BIN_EXE_draftgate"), 1);
    assert!(line.ends_with("--only proof --prove"), "{line}");
    let clone = repo.clone_with("clone", &[]);
    let shown = toolbox::sh_with(&clone.path, &again, &[]);
    let printed = String::from_utf8_lossy(&shown.stdout);
    assert!(printed.contains("masked-failure"), "{line}\n{shown:?}");
}
