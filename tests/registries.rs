//! Registries that are asked for new names: real answers of a real server, and all that is none.

use std::path::Path;

use serde_json::Value;

use crate::https::Server;
use crate::repository::Repo;
use crate::toolbox;

/// A registry of both kinds. Base's commit in these tests is of 2026-01-02.
struct Mirror {
    home: tempfile::TempDir,
    server: Server,
}

impl Mirror {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        for (path, text) in [
            (
                "simple/pip/index.html",
                r#"<a href="p">pip-1.0.tar.gz</a>"#.to_owned(),
            ),
            (
                "simple/acme-sdk/index.html",
                project("acme-sdk", r#"{"upload-time": "2019-03-04T05:06:07.8Z"}"#),
            ),
            (
                "simple/acme-new/index.html",
                project("acme-new", r#"{"upload-time": "2025-12-30T00:00:00Z"}"#),
            ),
            ("simple/acme-void/index.html", project("acme-void", "")),
            (
                "simple/acme-cut/index.html",
                project("acme-cut", r#"{"upload-time": "2019-03-04T05:06:07.8Z"}"#),
            ),
            (
                "simple/acme-portal/index.html",
                "<a href=\"/login\">Log in to the Wi-Fi</a>".to_owned(),
            ),
            ("index/se/rd/serde", version("serde", "2014-12-05")),
            (
                "index/ac/me/acme_money",
                version("acme_money", "2020-01-01"),
            ),
            (
                "index/ac/me/acme_young",
                version("acme_young", "2025-12-20"),
            ),
            ("index/ac/me/acme_cut", version("acme_cut", "2020-01-01")),
        ] {
            let path = home.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::write(home.path().join("asked"), "").unwrap();
        let server = Server::of(home.path());
        Self { home, server }
    }

    /// What it was asked for so far.
    fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.home.path().join("asked")).unwrap();
        asked.lines().map(str::to_owned).collect()
    }

    fn policy(&self, online: bool) -> String {
        let url = &self.server.url;
        format!(
            "schema = 1\n[checks.dependencies]\nonline = {online}\n[checks.dependencies.registries]\n\
             pypi = \"{url}/simple\"\ncrates-io = \"{url}/index/\"\n"
        )
    }
}

fn project(name: &str, file: &str) -> String {
    format!(r#"{{"meta": {{"api-version": "1.1"}}, "name": "{name}", "files": [{file}]}}"#)
}

fn version(name: &str, day: &str) -> String {
    format!("{{\"name\":\"{name}\",\"vers\":\"1.0.0\",\"pubtime\":\"{day}T00:00:00Z\"}}\n")
}

/// A change that adds requirements and crates, judged with a policy at base.
fn judged(
    policy: &str,
    python: &[&str],
    rust: &[&str],
    variables: &[(&str, &Path)],
) -> (Option<i32>, Value) {
    let manifest = |crates: &[&str]| {
        let lines: Vec<String> = crates
            .iter()
            .map(|name| format!("{name} = \"1\"\n"))
            .collect();
        format!(
            "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n[dependencies]\nacme-old = \"1\"\n{}",
            lines.concat()
        )
    };
    let repo = Repo::new();
    repo.write("draftgate.toml", policy);
    repo.write("requirements.txt", "acme-before\n");
    repo.write("Cargo.toml", manifest(&[]));
    repo.commit("base");
    repo.write(
        "requirements.txt",
        format!("acme-before\n{}\n", python.join("\n")),
    );
    repo.write("Cargo.toml", manifest(rust));
    repo.commit("head");
    let program = Path::new(env!("CARGO_BIN_EXE_draftgate"));
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.to_str().unwrap()))
        .collect();
    let line = format!(
        "'{}' check HEAD^..HEAD --only dependencies --report json",
        program.display()
    );
    let output = toolbox::sh_with(&repo.path, &line, &variables);
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), report)
}

/// The findings: level, rule and message.
fn told(report: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|f| {
            format!(
                "{} {}: {}",
                text(f, "level"),
                text(f, "rule"),
                text(f, "message")
            )
        })
        .collect()
}

/// Why a file was out of reach.
fn unseen(report: &Value) -> Vec<String> {
    let ledger = report["ledger"].as_array().unwrap().iter();
    ledger
        .filter(|entry| entry["outcome"] == "out-of-reach")
        .map(|entry| {
            format!(
                "{}: {}",
                entry["path"].as_str().unwrap(),
                entry["why"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_name_that_the_registry_does_not_hold_blocks_and_a_young_one_needs_a_human() {
    let mirror = Mirror::new();
    let certificate = mirror.home.path().join("certificate");
    let (code, report) = judged(
        &mirror.policy(true),
        &[
            "Acme.SDK",
            "acme-new",
            "acme-void",
            "acme-invented",
            "requests",
        ],
        &["acme_money", "acme_young", "acme_invented", "anyhow"],
        &[("CURL_CA_BUNDLE", &certificate)],
    );
    assert_eq!(code, Some(1));
    assert_eq!(
        told(&report),
        [
            "block unregistered-dependency: `acme_invented` does not exist on crates.io",
            "block unregistered-dependency: `acme-invented` does not exist on PyPI",
            "escalate young-dependency: `acme_young` is on crates.io since 2025-12-20 only; the policy asks for 30 days \
             before the day of base's commit",
            "escalate young-dependency: `acme-new` is on PyPI since 2025-12-30 only; the policy asks for 30 days before \
             the day of base's commit",
            "escalate young-dependency: PyPI holds `acme-void`, and nothing that could be installed of it",
        ]
    );
    assert!(unseen(&report).is_empty(), "{:?}", unseen(&report));
    let mut asked = mirror.asked();
    asked.sort();
    assert_eq!(
        asked,
        [
            "/index/ac/me/acme_invented",
            "/index/ac/me/acme_money",
            "/index/ac/me/acme_young",
            "/index/se/rd/serde",
            "/simple/acme-invented/",
            "/simple/acme-new/",
            "/simple/acme-sdk/",
            "/simple/acme-void/",
            "/simple/pip/",
        ],
        "names that are new, not much used ones, and one each that says that this is a registry"
    );
}

#[test]
fn nobody_is_asked_unless_base_says_so() {
    let mirror = Mirror::new();
    let certificate = mirror.home.path().join("certificate");
    let (code, report) = judged(
        &mirror.policy(false),
        &["acme-invented"],
        &["acme_invented"],
        &[("CURL_CA_BUNDLE", &certificate)],
    );
    assert_eq!((code, told(&report)), (Some(0), vec![]));
    assert_eq!(mirror.asked(), Vec::<String>::new());
}

#[test]
fn a_registry_that_does_not_answer_is_neither_a_pass_nor_a_block() {
    let mirror = Mirror::new();
    let certificate = mirror.home.path().join("certificate");
    let policy = mirror.policy(true);
    let nowhere = tempfile::tempdir().unwrap();
    let trusted: &[(&str, &Path)] = &[("CURL_CA_BUNDLE", &certificate)];
    let wrong = policy
        .replace("/simple", "/nowhere")
        .replace("/index/", "/nowhere");
    let closed = policy.replace(&mirror.server.url, "https://127.0.0.1:1");
    let tools_only = nowhere.path().join("bin");
    std::fs::create_dir(&tools_only).unwrap();
    for (policy, python, rust, variables, words) in [
        (
            &policy,
            "acme-503",
            "acme_503",
            trusted,
            "answered with status 503",
        ),
        (
            &policy,
            "acme-cut",
            "acme_cut",
            trusted,
            "the connection broke off",
        ),
        (
            &policy,
            "acme-portal",
            "acme-503",
            trusted,
            "what PyPI answered is no entry of an index",
        ),
        (
            &policy,
            "acme-invented",
            "acme_invented",
            &[],
            "its certificate could not be verified",
        ),
        (
            &closed,
            "acme-invented",
            "acme_invented",
            trusted,
            "no connection could be made",
        ),
        (
            &wrong,
            "acme-invented",
            "acme_invented",
            trusted,
            "fix checks.dependencies.registries",
        ),
        (
            &policy,
            "acme-sdk",
            "acme_money",
            &[("PATH", &tools_only)],
            "curl, which asks, could not be started",
        ),
    ] {
        let (code, report) = judged(policy, &[python], &[rust], variables);
        assert_eq!((code, told(&report)), (Some(3), vec![]), "{words}");
        let unseen = unseen(&report);
        assert_eq!(unseen.len(), 2, "{words}: {unseen:?}");
        assert!(
            unseen.iter().any(|why| why.contains(words)),
            "{words}: {unseen:?}"
        );
        for (why, name) in unseen.iter().zip([rust, python]) {
            assert!(why.contains(&format!("`{name}`")), "{unseen:?}");
        }
    }
}

#[test]
fn a_name_that_another_index_may_hold_needs_a_human() {
    let mirror = Mirror::new();
    let certificate = mirror.home.path().join("certificate");
    let (code, report) = judged(
        &mirror.policy(true),
        &[
            "--extra-index-url https://packages.example.org/simple",
            "acme-invented",
        ],
        &[],
        &[("CURL_CA_BUNDLE", &certificate)],
    );
    assert_eq!(code, Some(3));
    let told = told(&report);
    assert!(
        told.iter().any(|told| told
            .starts_with("escalate unregistered-dependency: `acme-invented` does not exist on PyPI, and whether https://packages")),
        "{told:?}"
    );
}

#[test]
fn more_new_names_than_are_asked_for_are_said() {
    let mirror = Mirror::new();
    let certificate = mirror.home.path().join("certificate");
    let names: Vec<String> = (0..45)
        .map(|number| format!("acme-503-{number:02}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (code, report) = judged(
        &mirror.policy(true),
        &names,
        &[],
        &[("CURL_CA_BUNDLE", &certificate)],
    );
    assert_eq!((code, told(&report)), (Some(3), vec![]));
    assert_eq!(mirror.asked().len(), 40);
    assert!(
        unseen(&report)[0].contains("no more than 40 new names"),
        "{:?}",
        unseen(&report)
    );
}
