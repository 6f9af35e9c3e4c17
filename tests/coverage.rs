//! Coverage measured by draftgate: real pytest under real coverage.py, from the toolbox. Handed-in reports
//! are cases.

use std::path::Path;

use draftgate::finding::Level;
use draftgate::finding::judgement::{Judgement, Outcome};
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, judged_and_log, outcome};

const COMMAND: &str = "[checks.coverage]\ncommand = [\"pytest\", \"-q\"]\n";

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


def test_price():
    assert price(1) == 3
    assert price(11) == 22


def test_tax():
    assert tax(5) == 1
";

/// A project with code in `src/`, its tests, and a virtual environment.
fn shop() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".venv\n");
    toolbox::link(&repo);
    repo.write("src/shop/__init__.py", "");
    repo.write("src/shop/price.py", SHOP);
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

/// That the check is broken, and why: no pass.
#[track_caller]
fn is_broken(judged: &Judgement, whys: &[&str]) {
    let (outcome, why) = outcome(judged, "coverage");
    assert_eq!(outcome, Outcome::Broken, "{:?}", judged.findings);
    for part in whys {
        assert!(why.contains(part), "{part:?} is not in {why}");
    }
    assert_eq!(verdict(judged), Verdict::CouldNotJudge);
}

#[test]
fn lines_that_lost_their_test_are_measured_and_twice_the_same() {
    let repo = shop();
    let kept = TESTS.split("\n\ndef test_tax").next().expect("a part");
    repo.write("tests/test_price.py", format!("{kept}\n"));
    repo.commit("a test goes");
    let (first, log) = judged_and_log(&repo, "coverage", COMMAND);
    assert_eq!(
        told(&first),
        [(
            "lost-coverage",
            Level::Block,
            "line 8 of `tax` ran in the tests of base, and no test runs it now; the change edits or deletes \
             tests/test_price.py"
        )]
    );
    let shown = first.coverage.as_ref().expect("what was measured");
    assert_eq!(shown.producer.to_string(), "coverage.py 7.17.3");
    assert_eq!(
        (shown.base.to_string(), shown.head.to_string()),
        (
            "6 of 6 (100.00 %)".to_owned(),
            "5 of 6 (83.33 %)".to_owned()
        )
    );
    let python = "coverage: coverage.py 7.17.3 with Python 3.";
    assert!(
        first
            .remarks
            .iter()
            .any(|remark| remark.starts_with(python) && remark.ends_with("at head 1 test passed")),
        "{:?}",
        first.remarks
    );
    let (second, again) = judged_and_log(&repo, "coverage", COMMAND);
    let bytes = |judged: &Judgement| serde_json::to_string(judged).expect("JSON");
    assert_eq!(bytes(&first), bytes(&second));
    // The tree of this base has no clock in it, so an earlier run of this test may have kept it too.
    assert!(log.output["coverage"].contains("coverage: base "));
    assert!(again.output["coverage"].contains("coverage: base is from the cache"));
}

#[test]
fn covered_code_may_be_deleted_with_its_test() {
    let repo = shop();
    let (price, _) = SHOP.split_once("\n\ndef tax").expect("two functions");
    let (tests, _) = TESTS.split_once("\n\ndef test_tax").expect("two tests");
    repo.write("src/shop/price.py", format!("{price}\n"));
    repo.write(
        "tests/test_price.py",
        format!("{tests}\n").replace("price, tax", "price"),
    );
    repo.commit("tax goes");
    let judged = judged(&repo, "coverage", COMMAND);
    assert_eq!(told(&judged), []);
    assert_eq!(verdict(&judged), Verdict::Ready, "{:?}", judged.checks);
    let shown = judged.coverage.expect("what was measured");
    assert_eq!(shown.base_kept.to_string(), shown.head.to_string());
}

#[test]
fn new_code_that_no_test_runs_blocks_and_tested_code_passes() {
    let repo = shop();
    let ship = format!("{SHOP}\n\ndef ship(n):\n    return max(\n        n, 1)\n");
    repo.write("src/shop/price.py", &ship);
    // A module that nothing imports is measured all the same.
    repo.write("src/shop/never.py", "def never():\n    return 1\n");
    repo.commit("no test");
    let without = judged(&repo, "coverage", COMMAND);
    let blocked: Vec<&str> = without
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Block)
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        blocked,
        [
            "no test runs the new function `never`: its line did not",
            "no test runs the new function `ship`: its line did not",
        ]
    );
    repo.remove("src/shop/never.py");
    repo.commit("not needed");
    repo.write("src/shop/price.py", SHOP);
    repo.commit("taken back");
    repo.write("src/shop/price.py", &ship);
    repo.write(
        "tests/test_ship.py",
        "from shop.price import ship\n\n\ndef test_ship():\n    assert ship(0) == 1\n",
    );
    repo.commit("with its test");
    let with = judged(&repo, "coverage", COMMAND);
    assert_eq!(told(&with), []);
    assert_eq!(verdict(&with), Verdict::Ready);
    assert_eq!(
        with.coverage.expect("figures").patch.to_string(),
        "2 of 2 (100.00 %)"
    );
}

#[test]
fn each_way_in_which_a_run_fails_is_no_pass_and_has_its_name() {
    let repo = shop();
    repo.write("src/shop/price.py", SHOP.replace("n / 5", "n / 4"));
    repo.commit("tests fail");
    // The report is whole, and of a run that failed: of a test that passed at base.
    let red = judged(&repo, "coverage", COMMAND);
    let (outcome, why) = outcome(&red, "coverage");
    assert_eq!(outcome, Outcome::Broken);
    let failed = "head was not measured: tests failed: tests.test_price::test_tax;";
    assert!(why.contains(failed), "{why}");
    assert_eq!(
        told(&red),
        [(
            "test-broken",
            Level::Block,
            "tests.test_price::test_tax passed at base and fails now"
        )]
    );
    assert_eq!(red.findings[0].path, "tests/test_price.py");
    assert_eq!(verdict(&red), Verdict::Blocked);
    let by = |command: &str| {
        let policy = format!("[checks.coverage]\n{command}\n");
        judged(&repo, "coverage", &policy)
    };
    // coverage.py exports a complete report without one hit.
    is_broken(
        &by("command = [\"pytest\", \"--no-such-option\"]"),
        &["wrong usage: pytest does not understand its arguments"],
    );
    is_broken(
        &by("command = [\"pytest\", \"-k\", \"nothing\"]"),
        &["no tests: pytest found no test"],
    );
    is_broken(
        &by("command = [\"true\"]\nreport = \"coverage.xml\""),
        &["no report: coverage.xml was not written"],
    );
    is_broken(
        &by("command = [\"false\"]\nreport = \"coverage.xml\""),
        &["errored: it ended with code 1"],
    );
    is_broken(
        &by("command = [\"no-such-program\"]\nreport = \"coverage.xml\""),
        &["missing: no-such-program is not installed"],
    );
    is_broken(
        &by("command = [\"true\"]\nreport = \"src/shop/price.py\""),
        &["unreadable report: src/shop/price.py is a file of the repository"],
    );
    is_broken(
        &by("command = [\"sleep\", \"600\"]\ntime-limit = \"1s\"\nreport = \"coverage.xml\""),
        &["timed out: the command did not end within its time"],
    );
    is_broken(
        &by("command = [\"sh\", \"-c\", \"kill -9 $$\"]\nreport = \"coverage.xml\""),
        &["killed: the command: it was killed by signal 9"],
    );
    is_broken(
        &by("command = [\"sh\", \"-c\", \"echo hello > out\"]\nreport = \"out\""),
        &["unreadable report: out: its format is none of"],
    );
    is_broken(&by("command = [\"tox\"]"), &["no recipe to measure `tox`"]);
    repo.write("tests/test_price.py", "import no_such_module\n");
    repo.commit("tests that cannot be read");
    is_broken(
        &judged(&repo, "coverage", COMMAND),
        &["head was not measured: errored: pytest gave up at tests.test_price;"],
    );
}

#[test]
fn a_new_test_that_is_skipped_leaves_its_lines_unknown() {
    let repo = shop();
    repo.write(
        "src/shop/price.py",
        format!("{SHOP}\n\ndef ship(n):\n    return n + 1\n"),
    );
    let skipped = "import sys\nimport pytest\nfrom shop.price import ship\n\n\n\
         @pytest.mark.skipif(sys.version_info < (4,), reason=\"needs Python 4\")\n\
         def test_ship():\n    assert ship(1) == 2\n";
    repo.write("tests/test_ship.py", skipped);
    repo.commit("skipped here");
    let judged = judged(&repo, "coverage", COMMAND);
    is_broken(
        &judged,
        &[
            "new lines are not run, and the run skipped tests that base did not skip \
             (tests.test_ship::test_ship: needs Python 4)",
        ],
    );
}

#[test]
fn the_tree_that_is_judged_is_measured_and_no_other_checkout() {
    let repo = shop();
    let other = repo.beside("other");
    std::fs::create_dir_all(other.join("shop")).expect("a folder");
    std::fs::write(other.join("shop/__init__.py"), "").expect("a file");
    std::fs::write(other.join("shop/price.py"), SHOP).expect("a file");
    // An environment with an editable install of another checkout.
    let venv = repo.beside("venv");
    let made = toolbox::run(
        "python3",
        &["-m", "venv", "--without-pip", &venv.display().to_string()],
        &repo.path,
    );
    assert!(made.status.success(), "{made:?}");
    let packages = |venv: &Path| {
        let lib = std::fs::read_dir(venv.join("lib")).expect("lib");
        let python = lib.flatten().next().expect("python3.x");
        python.path().join("site-packages")
    };
    let paths = format!(
        "{}\n{}\n",
        other.display(),
        packages(toolbox::venv()).display()
    );
    std::fs::write(packages(&venv).join("editable.pth"), paths).expect("a file");
    std::fs::remove_file(repo.beside("programs")).expect("a link");
    std::os::unix::fs::symlink(&venv, repo.beside("programs")).expect("a link");
    repo.write(
        "src/shop/price.py",
        format!("{SHOP}\n\ndef ship(n):\n    return n + 1\n"),
    );
    repo.write(
        "tests/test_ship.py",
        "from shop.price import ship\n\n\ndef test_ship():\n    assert ship(1) == 2\n",
    );
    repo.commit("new and tested");
    let here = judged(&repo, "coverage", COMMAND);
    assert_eq!(told(&here), [], "{:?}", here.checks);
    assert_eq!(verdict(&here), Verdict::Ready, "{:?}", here.checks);
    // Tests that go and get the other one are found out.
    repo.write(
        "tests/conftest.py",
        format!(
            "import sys\nsys.path.insert(0, {:?})\n",
            other.display().to_string()
        ),
    );
    repo.write("tests/test_ship.py", "def test_ship():\n    pass\n");
    repo.commit("elsewhere");
    is_broken(
        &judged(&repo, "coverage", COMMAND),
        &["no line of this tree's product code", "another checkout"],
    );
}

#[test]
fn the_configuration_of_base_measures_head() {
    let repo = shop();
    repo.write(
        "pyproject.toml",
        "[tool.coverage.run]\nsource_pkgs = [\"shop\"]\nrelative_files = true\nparallel = true\n\
         [tool.coverage.report]\nfail_under = 100\n[tool.pytest.ini_options]\naddopts = \"--cov=shop\"\n",
    );
    repo.commit("configured");
    let wider = "[tool.coverage.run]\nsource_pkgs = [\"shop\"]\nomit = [\"*/late.py\"]\n\
                 [tool.coverage.report]\nexclude_also = [\"def ship\"]\n[tool.pytest.ini_options]\naddopts = \"--cov=shop\"\n";
    repo.write("pyproject.toml", wider);
    repo.write(
        "src/shop/price.py",
        format!("{SHOP}\n\ndef ship(n):\n    return n + 1\n"),
    );
    repo.write("src/shop/late.py", "def late():\n    return 1\n");
    repo.commit("left out of the measurement");
    let judged = judged(&repo, "coverage", COMMAND);
    let rules: Vec<(&str, &str)> = judged
        .findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.path.as_str()))
        .collect();
    assert_eq!(
        rules,
        [
            ("uncovered-function", "src/shop/late.py"),
            ("uncovered-function", "src/shop/price.py"),
            ("uncovered-lines", "src/shop/late.py")
        ],
        "{:?}",
        judged.checks
    );
}

#[test]
fn an_excluded_line_that_ran_is_told() {
    let repo = shop();
    let excluded = SHOP.replace("tax(n):", "tax(n):  # pragma: no cover");
    repo.write("src/shop/price.py", excluded);
    repo.commit("left out, and tested");
    let judged = judged(&repo, "coverage", COMMAND);
    assert_eq!(
        told(&judged),
        [
            (
                "excluded-from-coverage",
                Level::Escalate,
                "lines 7-8 of `tax` are excluded from coverage by this change and ran in the tests of base"
            ),
            (
                "excluded-line-ran",
                Level::Note,
                "line 8 of `tax` is excluded from coverage, and a test ran it"
            )
        ]
    );
}

#[test]
fn a_line_that_runs_in_one_of_two_runs_is_not_lost() {
    let repo = shop();
    let mark = repo.beside("mark").display().to_string();
    // What another test run left behind decides: there is nothing at the first one.
    let odd = format!(
        "import pathlib\n\n\ndef odd():\n    mark = pathlib.Path({mark:?})\n    if mark.exists():\n        \
         return 1\n    mark.touch()\n    return 2\n"
    );
    repo.write("src/shop/odd.py", odd);
    repo.write(
        "tests/test_odd.py",
        "from shop.odd import odd\n\n\ndef test_odd():\n    assert odd()\n",
    );
    repo.commit("odd");
    repo.write("src/shop/price.py", SHOP.replace("n / 5", "n * 2 / 10"));
    repo.commit("nothing to do with it");
    let judged = judged(&repo, "coverage", COMMAND);
    assert_eq!(told(&judged), []);
    let twice = "coverage: head was measured twice";
    assert!(
        judged
            .remarks
            .iter()
            .any(|remark| remark.starts_with(twice)),
        "{:?}",
        judged.remarks
    );
}

const ARGUMENTS: [&str; 6] = [
    "check",
    "HEAD~1..HEAD",
    "--only",
    "coverage",
    "--report",
    "json",
];

#[test]
fn a_change_cannot_have_a_command_run() {
    let repo = shop();
    let mark = repo.beside("it-ran");
    let policy = format!(
        "schema = 1\n[checks.coverage]\ncommand = [\"touch\", {:?}]\nsandbox = false\nreport = \"a.lcov\"\n",
        mark.display().to_string()
    );
    repo.write("draftgate.toml", &policy);
    repo.write("src/shop/price.py", SHOP.replace("n * 3", "n * 4"));
    repo.commit("a policy of its own");
    let ends_with = |repo: &Repo| crate::cli::draftgate(&repo.path, &ARGUMENTS).status.code();
    let output = crate::cli::draftgate(&repo.path, &ARGUMENTS);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    let coverage = checks
        .iter()
        .find(|check| check["name"] == "coverage")
        .expect("the check");
    assert_eq!(coverage["outcome"], "not-applicable", "{coverage}");
    assert!(!mark.exists());
    // From the next change on it is base's word.
    repo.write("src/shop/price.py", SHOP);
    repo.commit("the policy is on the base");
    let code = ends_with(&repo);
    assert_eq!(code, Some(2));
    assert!(mark.exists());
}

const LIB: &str = "\
/// One more.
pub fn more(n: u32) -> u32 {
    if n > 10 {
        return n + 2;
    }
    n + 1
}

pub fn less(n: u32) -> u32 {
    n.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more() {
        assert_eq!(more(1), 2);
        assert_eq!(more(11), 13);
    }

    #[test]
    fn one_less() {
        assert_eq!(less(1), 0);
    }
}
";

/// A crate at base, and its cache; judged by the binary with a toolchain that has llvm-tools.
struct Crate {
    repo: Repo,
    path: String,
}

impl Crate {
    fn new() -> Self {
        let repo = Repo::new();
        let tools = toolbox::rust_with_llvm_tools();
        let path = std::env::var("PATH").expect("PATH");
        repo.write(".gitignore", "target\nCargo.lock\n");
        repo.write(
            "Cargo.toml",
            "[package]\nname = \"counts\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        );
        repo.write(
            "draftgate.toml",
            "schema = 1\n[gate]\nrequired = [\"coverage\"]\n[checks.coverage]\ncommand = [\"cargo\", \"test\"]\n",
        );
        repo.write("src/lib.rs", LIB);
        repo.commit("base");
        Self {
            repo,
            path: format!("{}:{path}", tools.display()),
        }
    }

    /// The JSON report of the last commit.
    fn judged(&self) -> serde_json::Value {
        let cache = self.repo.beside("cache");
        let variables = [
            ("PATH", self.path.as_str()),
            ("XDG_CACHE_HOME", cache.to_str().expect("UTF-8")),
        ];
        let line = format!(
            "exec '{}' check HEAD~1..HEAD --only coverage --report json",
            env!("CARGO_BIN_EXE_draftgate")
        );
        let output = toolbox::sh_with(&self.repo.path, &line, &variables);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }
}

/// The findings of a JSON report, in short.
fn messages(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let short = |finding: &serde_json::Value| {
        format!("{} {}", finding["level"], finding["message"]).replace('"', "")
    };
    findings.iter().map(short).collect()
}

#[test]
fn rust_is_measured_by_its_own_instrumentation() {
    let made = Crate::new();
    let half = LIB
        .replace("        assert_eq!(more(11), 13);\n", "")
        .replace(
            "pub fn less",
            "pub fn none() -> u32 {\n    0\n}\n\npub fn less",
        );
    made.repo.write("src/lib.rs", half);
    made.repo.commit("a test is weaker, a function is new");
    let report = made.judged();
    assert_eq!(
        messages(&report),
        [
            "block line 4 of `more` ran in the tests of base, and no test runs it now",
            "block no test runs the new function `none`: none of its 3 lines did",
        ],
        "{report:#}"
    );
    let producer = &report["coverage"]["producer"];
    assert_eq!(producer["name"], "llvm-cov");
    let version = producer["version"].as_str().expect("a version");
    assert!(version.ends_with(" with rustc 1.95.0"), "{version}");
    // Tests inside of product code are no part of the figures.
    assert_eq!(report["coverage"]["base"]["executable"], 9, "{report:#}");
    // A deleted function with its test is no loss; base is the tree that was measured before as head.
    let (kept, rest) = LIB.split_once("pub fn less").expect("two functions");
    let (_, tests) = rest.split_once("#[cfg(test)]").expect("tests");
    let (tests, _) = tests
        .split_once("    #[test]\n    fn one_less")
        .expect("two tests");
    made.repo.write("src/lib.rs", LIB);
    made.repo.commit("as before");
    made.repo.write(
        "src/lib.rs",
        format!("{kept}#[cfg(test)]{}\n}}\n", tests.trim_end()),
    );
    made.repo.commit("less goes");
    let report = made.judged();
    assert_eq!(report["verdict"], "ready", "{report:#}");
    assert_eq!(messages(&report), [""; 0]);
}

#[test]
fn rust_that_fails_is_no_measurement() {
    let made = Crate::new();
    made.repo.write(
        "src/lib.rs",
        LIB.replace("saturating_sub(1)", "saturating_sub(2)")
            .replace("less(1), 0", "less(1), 9"),
    );
    made.repo.commit("a test fails");
    let why = |report: &serde_json::Value, verdict: &str| {
        assert_eq!(report["verdict"], verdict, "{report:#}");
        report["reasons"].to_string()
    };
    // The test passed at base.
    let report = made.judged();
    let failed = why(&report, "blocked");
    assert_eq!(
        messages(&report),
        ["block tests::one_less passed at base and fails now"]
    );
    assert!(
        failed.contains("head was not measured: tests failed: tests::one_less;"),
        "{failed}"
    );
    made.repo.write("src/lib.rs", "fn broken(");
    made.repo.commit("it does not build");
    let broken = why(&made.judged(), "could-not-judge");
    assert!(
        broken.contains("head was not measured: not built: "),
        "{broken}"
    );
}
