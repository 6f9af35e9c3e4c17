//! Mutants, run by the real pytest and cargo. What they come to is examples of the rules, and cases.
//!
//! Does not catch: how long they take.

use draftgate::finding::Level;
use draftgate::finding::judgement::Judgement;

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::judged;

const COMMAND: &str = "[checks.proof]\ncommand = [\"pytest\", \"-q\"]\n";

const FARE: &str = "\
def fare(zones, child=False):
    if zones > 4:
        return 9
    if child:
        return zones
    return zones * 2
";

/// A change that writes the code and its tests.
fn with_tests(tests: &str) -> Repo {
    let repo = Repo::new();
    toolbox::link(&repo);
    repo.write("fare.py", "def fare(zones):\n    return 2\n");
    repo.write(
        "test_old.py",
        "def test_nothing():\n    assert 1 + 1 == 2\n",
    );
    repo.commit("base");
    repo.write("fare.py", FARE);
    repo.write("test_fare.py", tests);
    repo.commit("fares by zone");
    repo
}

fn told(judged: &Judgement) -> Vec<(&str, Level)> {
    let findings = judged.findings.iter();
    let mut told: Vec<(&str, Level)> = findings
        .map(|found| (found.rule.as_str(), found.level))
        .collect();
    told.dedup();
    told
}

fn remark(judged: &Judgement) -> &str {
    let mut remarks = judged.remarks.iter();
    remarks
        .find(|said| said.contains("mutants"))
        .map_or("", String::as_str)
}

#[test]
fn tests_that_run_the_code_and_assert_nothing_of_it_block_and_say_the_same_again() {
    let repo = with_tests(
        "from fare import fare\n\n\ndef test_fare():\n    assert fare(9) is not Ellipsis\n    fare(1, True)\n    fare(1, child=False)\n",
    );
    let first = judged(&repo, "proof", COMMAND);
    let blocking: Vec<_> = first
        .findings
        .iter()
        .filter(|found| found.level == Level::Block)
        .collect();
    assert_eq!(blocking.len(), 1, "{:?} {:?}", told(&first), first.remarks);
    let found = blocking[0];
    assert_eq!(found.rule, "tests-notice-nothing");
    assert!(
        found.message.contains("notice none of"),
        "{}",
        found.message
    );
    assert!(found.reproduce.contains("sed -i"), "{}", found.reproduce);
    // With the edit, the tests pass in a clean clone.
    let clone = repo.clone_with("clone", &[]);
    let path = format!(
        "{}:{}",
        toolbox::venv().join("bin").display(),
        std::env::var("PATH").expect("PATH")
    );
    let variables = [("PATH", path.as_str()), ("PYTHONPATH", ".")];
    let shown = toolbox::sh_with(&clone.path, &found.reproduce, &variables);
    let printed = String::from_utf8_lossy(&shown.stdout);
    assert!(
        shown.status.success() && printed.contains("1 passed"),
        "{shown:?}"
    );
    let off = judged(&repo, "proof", &format!("{COMMAND}mutants = false\n"));
    assert_eq!((told(&off), remark(&off)), (Vec::new(), ""));
    assert!(remark(&first).contains("0 killed"), "{}", remark(&first));
    assert_eq!(judged(&repo, "proof", COMMAND), first);
}

#[test]
fn tests_that_ask_for_each_case_are_silent() {
    let repo = with_tests(
        "from fare import fare\n\n\ndef test_fare():\n    assert [fare(n) for n in (1, 4, 5)] == [2, 8, 9]\n    assert fare(3, child=True) == 3\n",
    );
    let judged = judged(&repo, "proof", COMMAND);
    assert_eq!(told(&judged), [], "{:?}", judged.remarks);
    assert!(
        remark(&judged).contains("0 survived"),
        "{:?}",
        judged.remarks
    );
}

#[test]
fn code_that_no_test_runs_makes_no_mutant() {
    let repo = with_tests("def test_other():\n    assert 2 + 2 == 4\n");
    let judged = judged(&repo, "proof", COMMAND);
    assert!(
        remark(&judged).contains("no test runs what changed in `fare`"),
        "{:?}",
        judged.remarks
    );
    assert!(
        !told(&judged)
            .iter()
            .any(|(rule, _)| rule.contains("mutant"))
    );
}

/// Code that a fork does not show as it is on disk: what runs when it is loaded, constants and defaults, what a fixture of
/// the whole module calls, what another process runs, what is loaded by a test alone.
#[test]
fn edits_are_noticed_wherever_the_code_runs() {
    let repo = Repo::new();
    toolbox::link(&repo);
    repo.write("shop.py", "def nothing():\n    return None\n");
    repo.write("lazy.py", "def nothing():\n    return None\n");
    repo.write("test_old.py", "def test_one():\n    assert 1 + 1 == 2\n");
    repo.commit("base");
    repo.write(
        "shop.py",
        "\
RATE = 3


def named(function):
    function.label = function.__name__ + '!'
    return function


@named
def price(n, factor=2):
    return n * factor + RATE


def table():
    return [price(n) for n in (1, 2)]


def told(word):
    return word.upper() + '?'


if __name__ == '__main__':
    print(told('x'))
",
    );
    repo.write("lazy.py", "def late(n):\n    return n - 1\n");
    repo.write(
        "test_shop.py",
        "\
import subprocess
import sys

import pytest

from shop import price, table


@pytest.fixture(scope='module')
def rows():
    return table()


def test_nothing_yet(rows):
    assert rows


def test_rows(rows):
    assert rows == [5, 7]


def test_price():
    assert (price(1), price(1, 3), price.label) == (5, 6, 'price!')


def test_process():
    assert subprocess.check_output([sys.executable, 'shop.py']).strip() == b'X?'


def test_late():
    from lazy import late

    assert late(3) == 2
",
    );
    repo.commit("a shop");
    let judged = judged(&repo, "proof", COMMAND);
    assert_eq!(told(&judged), [], "{:?}", judged.remarks);
    let remark = remark(&judged);
    assert!(
        remark.contains(" 0 survived")
            && !remark.contains("no test runs")
            && !remark.contains("not run"),
        "{remark}"
    );
}

#[test]
fn in_rust_a_mutant_is_built_and_run_by_the_tests_beside_the_code() {
    let code = |tests: &str| {
        format!(
            "pub fn fare(zones: u32) -> u32 {{\n    if zones > 4 {{\n        return 9;\n    }}\n    zones * 2\n}}\n\n\
             #[cfg(test)]\nmod tests {{\n    #[test]\n    fn fares() {{\n        {tests}\n    }}\n}}\n"
        )
    };
    for (tests, rule) in [
        (
            "let _ = super::fare(3) + super::fare(7);",
            Some("tests-notice-nothing"),
        ),
        ("assert_eq!([4, 5, 2].map(super::fare), [8, 9, 4]);", None),
    ] {
        let repo = Repo::new();
        toolbox::link(&repo);
        repo.write(
            "Cargo.toml",
            "[package]\nname = \"fares\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        );
        repo.write("src/lib.rs", "pub fn fare(_: u32) -> u32 {\n    2\n}\n");
        repo.commit("base");
        repo.write("src/lib.rs", code(tests));
        repo.commit("fares by zone");
        let command = "[checks.proof]\ncommand = [\"cargo\", \"test\", \"--offline\"]\n";
        let judged = judged(&repo, "proof", command);
        let found = judged
            .findings
            .iter()
            .find(|found| found.level == Level::Block);
        assert_eq!(
            found.map(|found| found.rule.as_str()),
            rule,
            "{:?}",
            judged.remarks
        );
    }
}
