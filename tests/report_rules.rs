//! `draftgate rules` and `draftgate completions`: what they print.

use clap_complete::Shell;
use draftgate::checks::registry;
use draftgate::cli::completions::completions;
use draftgate::cli::rules::{explain, list, test};
use draftgate::exit::Code;
use draftgate::report::Style;

#[test]
fn the_list_names_every_check_and_each_rule_explains_itself() {
    let checks = registry();
    let (listed, code) = list(&checks, Style::PLAIN).unwrap();
    assert_eq!(code, Code::Ready);
    for check in &checks {
        assert!(listed.contains(&format!("{}: ", check.name())), "{listed}");
        for area in check.areas() {
            for (id, rule) in draftgate::rule::area(area).unwrap() {
                if rule.check != check.name() {
                    continue;
                }
                assert!(listed.contains(&format!("\n  {id} ")), "{id}: {listed}");
                let (told, _) = explain(&checks, &id, Style::PLAIN).unwrap();
                assert!(told.starts_with(&format!("{id}: ")), "{told}");
                for part in ["  why ", "  fix ", "  level ", "It fires on:"] {
                    assert!(told.contains(part), "{id} has no {part}: {told}");
                }
                // What chooses the shape of an emoji may stay.
                let acts = |c: char| {
                    !matches!(c, '\n' | '\u{fe0e}' | '\u{fe0f}') && draftgate::text::is_invisible(c)
                };
                assert!(!told.contains(acts), "{id}: {told:?}");
            }
        }
    }
}

#[test]
fn an_unknown_rule_is_refused_with_the_nearest_id() {
    let refused = explain(&registry(), "bidi-controls", Style::PLAIN).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no rule is called bidi-controls; did you mean bidi-control?"
    );
    let refused = explain(&registry(), "\u{1b}[2J", Style::PLAIN).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no rule is called \\u{1b}[2J; `draftgate rules list` names them all"
    );
}

const RULE: &str = r#"
schema = 1
id = "bidi-control"
check = "hidden-text"
level = "block"
severity = "high"
confidence = "high"
summary = "A control"
why = "why"
fix = "fix"
"#;

#[test]
fn the_examples_of_a_folder_of_rules_are_run() {
    let folder = tempfile::tempdir().unwrap();
    let tested = |text: &str| {
        std::fs::create_dir_all(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/a.toml"), format!("{RULE}{text}")).unwrap();
        test(&registry(), Some(folder.path()), Style::PLAIN)
    };
    let bad = "[[bad]]\npath = \"a.py\"\nhead = \"x = 1 # \\u202e\"\n";
    let (told, code) = tested(bad).unwrap();
    assert_eq!(
        (told.as_str(), code),
        ("ok: 1 example of 1 rule held\n", Code::Ready)
    );

    let (told, code) = tested(&bad.replace("[[bad]]", "[[good]]")).unwrap();
    assert_eq!(code, Code::Blocked);
    assert!(told.contains("it has no [[bad]] example"), "{told}");
    assert!(
        told.contains("bidi-control, [[good]] number 1: the rule fired at a.py:1:9"),
        "{told}"
    );
    assert!(told.contains("   | x = 1 # \\u{202e}\n"), "{told}");

    let broken = tested("sumary = 1").unwrap_err();
    let broken = format!("{broken:#}");
    assert!(
        broken.contains("deep/a.toml") && broken.contains("unknown field `sumary`"),
        "{broken}"
    );
    let empty = tempfile::tempdir().unwrap();
    let none = test(&registry(), Some(empty.path()), Style::PLAIN).unwrap_err();
    assert!(none.to_string().contains("no rule file"), "{none}");
}

#[test]
fn every_shell_gets_a_script() {
    let command = clap::Command::new("draftgate").subcommand(clap::Command::new("replay"));
    for shell in [
        Shell::Bash,
        Shell::Elvish,
        Shell::Fish,
        Shell::PowerShell,
        Shell::Zsh,
    ] {
        let script = completions(shell, &mut command.clone());
        assert!(
            script.contains("draftgate") && script.contains("replay"),
            "{shell}"
        );
    }
}
