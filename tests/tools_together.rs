//! What real tools say in the same words, and what one cannot say because a package is not there.

use draftgate::finding::Level;
use draftgate::finding::judgement::Outcome;
use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::tools::{judged, judged_by_all};
use crate::tools_real::python;

#[test]
fn an_error_that_two_tools_tell_is_one_finding_that_names_both() {
    let repo = Repo::new();
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    repo.commit_file("src/lib.rs", "pub fn area(w: u32) -> u32 {\n    w\n}\n");
    repo.commit_file(
        "src/lib.rs",
        "pub fn area(w: u32) -> u32 {\n    \"w\"\n}\n\npub fn twice(w: u32) -> u32 {\n    return w * 2;\n}\n",
    );
    let policy = "[tools.cargo-check]\n[tools.clippy]\n";
    let judged = judged_by_all(&repo, &["lint", "types"], policy).0;
    let errors: Vec<_> = judged
        .findings
        .iter()
        .filter(|found| found.level == Level::Block)
        .collect();
    let [error] = errors.as_slice() else {
        panic!("{errors:?}");
    };
    assert_eq!((error.check.as_str(), error.line), ("types", 2));
    let names = "(cargo-check and clippy say so)";
    assert!(error.message.ends_with(names), "{}", error.message);
    let tools = serde_json::json!(["cargo-check", "clippy"]);
    assert_eq!(error.evidence["tools"], tools);
}

/// A module that takes its types from a package.
const FETCH: &str =
    "import httpx\n\n\ndef status(url: str) -> int:\n    return httpx.get(url).status_code\n";

fn with_dependency(manifest: &str, fetch: &str) -> Repo {
    let tables = "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = [";
    let strict = "]\n\n[tool.mypy]\nstrict = true\n";
    let repo = python(&format!("{tables}{strict}"));
    repo.commit_file("shop.py", "PRICE: int = 1\n");
    repo.write("pyproject.toml", format!("{tables}{manifest}{strict}"));
    repo.commit_file("fetch.py", fetch);
    repo
}

#[test]
fn types_of_a_declared_package_that_is_not_installed_are_out_of_reach() {
    let repo = with_dependency("\"httpx>=0.28\"", FETCH);
    let judged = judged(&repo, "types", "");
    assert!(judged.findings.is_empty(), "{:?}", judged.findings);
    let entry = judged.ledger.iter().find(|entry| entry.path == "fetch.py");
    let entry = entry.expect("an entry of the ledger");
    assert_eq!(entry.outcome, Outcome::OutOfReach);
    assert!(
        entry.why.contains("`httpx`, and it is not installed here"),
        "{}",
        entry.why
    );
    assert_eq!(verdict::of(&judged).verdict, Verdict::NeedsHuman);
}

#[test]
fn what_a_missing_package_does_not_explain_still_blocks() {
    // Nothing declares it.
    let repo = with_dependency("", FETCH);
    let undeclared = judged(&repo, "types", "");
    let rules: Vec<&str> = undeclared
        .findings
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert!(rules.contains(&"import-not-found"), "{rules:?}");
    assert_eq!(verdict::of(&undeclared).verdict, Verdict::Blocked);
    // An error of its own, beside the import.
    let wrong = format!("{FETCH}\n\nNAME: int = \"shop\"\n");
    let repo = with_dependency("\"httpx>=0.28\"", &wrong);
    let own = judged(&repo, "types", "");
    let rules: Vec<&str> = own
        .findings
        .iter()
        .map(|found| found.rule.as_str())
        .collect();
    assert_eq!(rules, ["assignment"]);
    assert_eq!(verdict::of(&own).verdict, Verdict::Blocked);
}
