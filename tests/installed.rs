//! Installed packages: what of the machine is read, and what is not believed.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::repository::Repo;

/// A package in a folder of installed ones.
fn install(site: &Path, version: &str, code: &str) {
    let write = |path: &str, text: &str| {
        let path = site.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("paylib/__init__.py", code);
    let record = format!("paylib-{version}.dist-info/RECORD");
    write(&record, "paylib/__init__.py,,\n");
}

const SITE: &str = ".venv/lib/python3.11/site-packages";

/// A repository whose head takes a name of a package that it declares.
fn taking(policy: &str) -> Repo {
    let repo = Repo::new();
    repo.write("draftgate.toml", format!("schema = 1\n{policy}"));
    repo.write(".gitignore", ".venv/\n");
    repo.write("requirements.txt", "paylib>=2,<3\n");
    repo.commit_file("shop.py", "x = 1\n");
    repo.commit_file("shop.py", "import paylib\n\nx = paylib.connect_all()\n");
    repo
}

/// The report and the trace of the last commit, with nothing of the tests' own environment.
fn judged(repo: &Repo) -> (Value, Value) {
    let trace = repo.beside("trace.json");
    let output = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["HEAD~1..HEAD", "--only", "dependencies", "--report", "json"])
        .arg("--trace")
        .arg(&trace)
        .current_dir(&repo.path)
        .env_remove("VIRTUAL_ENV")
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap();
    let trace = serde_json::from_slice(&std::fs::read(trace).unwrap()).unwrap();
    (report, trace)
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    let rules = findings.iter().map(|finding| finding["rule"].as_str());
    rules.map(Option::unwrap).collect()
}

#[test]
fn a_name_that_the_environment_of_the_tree_does_not_have_blocks() {
    let repo = taking("");
    install(
        &repo.path.join(SITE),
        "2.1.0",
        "def connect():\n    return 1\n",
    );
    let (report, trace) = judged(&repo);
    assert_eq!(rules(&report), ["missing-package-name"]);
    assert_eq!(report["findings"][0]["level"], "block");
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "`paylib` of paylib 2.1.0 (.venv) has no `connect_all`; it has `connect`"
    );
    let asked = trace["run"]["output"]["dependencies"].as_str().unwrap();
    assert_eq!(asked, "asked paylib 2.1.0 (.venv)\n");
}

#[test]
fn another_version_than_the_project_asks_for_is_a_remark() {
    let repo = taking("");
    install(&repo.path.join(SITE), "1.4", "");
    let (report, _) = judged(&repo);
    assert_eq!(rules(&report), Vec::<&str>::new());
    let remark = report["remarks"][0].as_str().unwrap();
    assert_eq!(
        remark,
        "names of `paylib` were not looked up: paylib 1.4 is installed (.venv), the project asks for >=2,<3"
    );
}

#[test]
fn an_environment_that_the_change_holds_is_not_believed() {
    let repo = taking("");
    install(&repo.path.join(SITE), "2.1.0", "");
    repo.git(&["add", "-f", ".venv"]);
    repo.git(&["commit", "-q", "--amend", "-m", "with its environment"]);
    assert_eq!(rules(&judged(&repo).0), Vec::<&str>::new());
}

#[cfg(unix)]
#[test]
fn no_link_inside_of_an_environment_is_followed() {
    let repo = taking("");
    install(&repo.path.join(SITE), "2.1.0", "");
    let package = repo.path.join(SITE).join("paylib");
    let outside = repo.beside("elsewhere");
    std::fs::rename(&package, &outside).unwrap();
    std::os::unix::fs::symlink(&outside, &package).unwrap();
    assert_eq!(rules(&judged(&repo).0), Vec::<&str>::new());
}

#[test]
fn the_policy_names_environments_or_turns_them_off() {
    let elsewhere = tempfile::tempdir().unwrap();
    install(elsewhere.path(), "2.1.0", "");
    let path = elsewhere.path().display();
    let named = format!("[checks.dependencies]\nenvironments = ['{path}']\n");
    let (report, _) = judged(&taking(&named));
    assert_eq!(rules(&report), ["missing-package-name"]);
    let off = format!("{named}installed = false\n");
    assert_eq!(rules(&judged(&taking(&off)).0), Vec::<&str>::new());
}
