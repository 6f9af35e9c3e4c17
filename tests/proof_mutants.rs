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
        remark(&judged).contains("no test runs `fare`"),
        "{:?}",
        judged.remarks
    );
    assert!(
        !told(&judged)
            .iter()
            .any(|(rule, _)| rule.contains("mutant"))
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
