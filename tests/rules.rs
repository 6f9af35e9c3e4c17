//! Each rule's own examples hold.

use draftgate::checks::registry;
use draftgate::cli::rules::test;
use draftgate::examples;
use draftgate::exit::Code;
use draftgate::report::Style;
use draftgate::rule::{areas, with_examples};

#[test]
fn each_rule_fires_on_its_bad_examples_and_is_silent_on_its_good_ones() {
    let checks = registry();
    let mut failures = Vec::new();
    for name in areas() {
        let rules = with_examples(&name).expect("rules parse");
        for rule in rules.values() {
            failures.extend(
                examples::failures(&checks, rule, None)
                    .iter()
                    .map(ToString::to_string),
            );
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The rule files that a page of the documentation shows.
fn shown(page: &str) -> Vec<&str> {
    let blocks = page.split("```toml\n").skip(1);
    blocks
        .filter_map(|block| block.split("```").next())
        .filter(|block| block.starts_with("schema = 1"))
        .collect()
}

#[test]
fn the_rules_that_the_documentation_shows_hold() {
    let folder = tempfile::tempdir().unwrap();
    let files = shown(include_str!("../docs/rules.md"));
    assert_eq!(files.len(), 3, "the page shows rule files");
    for (at, text) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{at}.toml")), text).unwrap();
    }
    let (page, code) = test_rules(folder.path());
    assert_eq!(code, Code::Ready, "{page}");
    assert!(page.contains("13 examples of 4 rules held"), "{page}");
}

#[test]
fn an_example_of_a_rule_of_your_own_that_does_not_hold_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = shown(include_str!("../docs/rules.md"));
    let broken = files[0].replace("sign=True", "sign=False");
    std::fs::write(folder.path().join("own.toml"), broken).unwrap();
    let (page, code) = test_rules(folder.path());
    assert_eq!(code, Code::Blocked);
    let why = "unsigned-release, [[good]] number 1: the rule fired at ship.py:2:1";
    assert!(page.contains(why), "{page}");
}

#[test]
fn a_rule_of_your_own_with_a_mistake_names_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let files = shown(include_str!("../docs/rules.md"));
    let broken = files[0].replace("callee =", "calee =");
    std::fs::write(folder.path().join("own.toml"), broken).unwrap();
    let (page, code) = test_rules(folder.path());
    assert_eq!(code, Code::Blocked);
    assert!(page.contains("unknown field `calee`"), "{page}");
}

#[test]
fn a_rule_of_your_own_takes_the_place_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = shown(include_str!("../docs/rules.md"));
    let built_in = "[[good]]\npath = \"a.py\"\nhead = \"def f(db, name):\\n    db.execute('select ' + name)\\n\"\n";
    let own = files[0].replace("unsigned-release", "sql-string-built") + built_in;
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    let (page, code) = test_rules(folder.path());
    assert_eq!(code, Code::Ready, "{page}");
}

fn test_rules(folder: &std::path::Path) -> (String, Code) {
    test(&registry(), Some(folder), Style::PLAIN).unwrap()
}
