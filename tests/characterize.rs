//! `draftgate characterize`: which functions get a skeleton, and that it is one.
//!
//! Does not catch: how good the tests become that a human makes of it.

use super::cli::draftgate;
use super::repository::Repo;
use super::toolbox;

fn characterize(repo: &Repo, arguments: &[&str]) -> (String, String, i32) {
    let all = [&["characterize"], arguments].concat();
    let output = draftgate(&repo.path, &all);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap_or(-1),
    )
}

const SHOP: &str = "\
def fee(total, country=\"DE\"):
    if total >= 50:
        return 0
    return 5


def tax(total):
    return total // 5
";

fn edited_shop() -> Repo {
    let repo = Repo::new();
    repo.write("src/shop.py", SHOP);
    repo.write(
        "tests/test_shop.py",
        "from shop import tax\n\n\ndef test_tax():\n    assert tax(10) == 2\n",
    );
    repo.commit("base");
    repo.branch("topic");
    let text = SHOP.replace(">= 50", "> 60").replace("// 5", "// 6");
    repo.write("src/shop.py", &text);
    repo.commit("edits");
    repo
}

#[test]
fn an_edited_function_that_no_test_names_gets_a_test_to_be_written_for_each_case() {
    let repo = edited_shop();
    let (stdout, stderr, code) = characterize(&repo, &["src/shop.py"]);
    assert_eq!(
        stdout,
        "\
import pytest

from shop import fee


# def fee(total, country=\"DE\")
def test_fee_where_total_50():
    # Line 2 at base.
    pytest.fail(\"not written yet: what fee does where `total>=50`\")
",
        "{stderr}"
    );
    assert!(stderr.contains("run it on base first"), "{stderr}");
    assert_eq!(code, 0);
}

#[test]
fn the_skeleton_is_written_to_a_file_that_is_not_there_yet() {
    let repo = edited_shop();
    let to = ["src/shop.py", "--output", "tests/test_fee.py"];
    let (stdout, _, code) = characterize(&repo, &to);
    assert_eq!((stdout.as_str(), code), ("", 0));
    let written = std::fs::read_to_string(repo.path.join("tests/test_fee.py")).unwrap();
    assert!(written.contains("def test_fee_where_total_50"), "{written}");
    let (_, stderr, code) = characterize(&repo, &to);
    assert!(stderr.contains("is there already"), "{stderr}");
    assert_eq!(code, 2);
}

#[test]
fn what_is_tested_already_or_not_edited_gets_none() {
    let repo = edited_shop();
    let (_, stderr, code) = characterize(&repo, &["src/other.py"]);
    assert!(stderr.contains("does not touch src/other.py"), "{stderr}");
    assert_eq!(code, 2);
    repo.write(
        "tests/test_fee.py",
        "from shop import fee\n\n\ndef test_fee():\n    assert fee(1) == 5\n",
    );
    repo.commit("a test that stands at base of the next change");
    repo.write("src/shop.py", "def fee(total):\n    return 7\n");
    repo.commit("an edit");
    let (stdout, stderr, code) = characterize(&repo, &["src/shop.py", "HEAD~1..HEAD"]);
    assert_eq!((stdout.as_str(), code), ("", 0));
    assert!(
        stderr.contains("no function of src/shop.py was edited"),
        "{stderr}"
    );
}

#[test]
fn in_rust_it_is_a_module_that_compiles_and_the_tests_of_the_file_are_looked_at() {
    let base = "\
pub fn half(n: u32) -> Option<u32> {
    match n {
        0 => None,
        n if n % 2 == 1 => Some(n),
        _ => Some(n / 2),
    }
}

pub fn named(n: u32) -> u32 {
    n + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_more() {
        assert_eq!(super::named(1), 2);
    }
}
";
    let repo = Repo::new();
    repo.write("src/lib.rs", base);
    repo.commit("base");
    repo.branch("topic");
    let text = base.replace("n / 2", "n / 3").replace("n + 1", "n + 2");
    repo.write("src/lib.rs", &text);
    repo.commit("edits");
    let (stdout, stderr, _) = characterize(&repo, &["src/lib.rs"]);
    assert!(
        stdout.starts_with("#[cfg(test)]\nmod characterization {\n    use super::*;\n"),
        "{stderr}"
    );
    assert!(
        stdout.contains("// pub fn half(n: u32) -> Option<u32>\n"),
        "{stdout}"
    );
    assert!(
        stdout.contains("fn half_in_the_case_n_if_n_2()"),
        "{stdout}"
    );
    assert!(!stdout.contains("named("), "{stdout}");
    assert!(!stdout.contains("assert"), "{stdout}");
    // It compiles beside the code, and each test says that it is not written yet.
    repo.write("src/lib.rs", format!("{text}\n{stdout}"));
    let ran = toolbox::sh_with(
        &repo.path,
        "rustc --edition 2021 --test src/lib.rs -o ../characterized && ../characterized characterization",
        &[],
    );
    let printed = String::from_utf8_lossy(&ran.stdout);
    assert!(
        printed.contains("half_in_the_case_n_if_n_2 ... FAILED"),
        "{ran:?}"
    );
}

#[test]
fn where_coverage_is_measured_it_says_what_no_test_ran() {
    let repo = edited_shop();
    let lines = |ran: &[u32]| {
        let lines =
            [1, 2, 3, 4, 7, 8].map(|line| format!("DA:{line},{}\n", u8::from(ran.contains(&line))));
        format!("SF:src/shop.py\n{}end_of_record\n", lines.concat())
    };
    // A test names `tax`, and does not run it.
    std::fs::write(repo.beside("base.lcov"), lines(&[1, 2, 3, 4, 7])).unwrap();
    std::fs::write(repo.beside("head.lcov"), lines(&[1, 2, 3, 4, 7])).unwrap();
    let (head, base) = (repo.beside("head.lcov"), repo.beside("base.lcov"));
    let arguments = [
        "src/shop.py",
        "--coverage",
        head.to_str().unwrap(),
        "--coverage-base",
        base.to_str().unwrap(),
    ];
    let (stdout, stderr, _) = characterize(&repo, &arguments);
    assert!(
        stdout.contains("from shop import tax\n"),
        "{stdout}{stderr}"
    );
    assert!(
        stdout.contains("def test_tax():\n    pytest.fail("),
        "{stdout}"
    );
    assert!(stderr.contains("by base's coverage"), "{stderr}");
}
