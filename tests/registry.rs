//! Checks, rule files and case folders belong together: a forgotten one fails here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use draftgate::checks::registry;
use draftgate::rule::{area, areas, with_examples};

fn folders(path: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_dir(path)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("UTF-8"))
        .collect()
}

#[test]
fn each_check_has_a_name_of_its_own_and_cases() {
    let mut names = BTreeSet::new();
    let with_cases = folders("tests/cases");
    for check in registry() {
        let name = check.name();
        assert!(
            names.insert(name.to_owned()),
            "two checks are called {name}"
        );
        assert!(
            with_cases.contains(name),
            "check {name} has no cases: add tests/cases/{name}/<fact>/"
        );
        assert!(
            check.question().ends_with('?'),
            "check {name}: its question is none: {}",
            check.question()
        );
    }
    // `gate` holds the cases of the whole gate.
    for folder in with_cases.into_iter().filter(|folder| folder != "gate") {
        assert!(
            names.contains(&folder),
            "tests/cases/{folder}/ belongs to no check of the registry"
        );
    }
}

#[test]
fn each_area_of_rules_belongs_to_a_check_and_each_area_of_a_check_is_there() {
    let embedded: BTreeSet<String> = areas().into_iter().collect();
    let mut there = folders("rules");
    // Named sets of the rule engine, and no rules.
    there.remove("lib");
    assert_eq!(embedded, there, "rules/ and what is in the binary differ");
    let mut claimed: BTreeMap<&str, &str> = BTreeMap::new();
    let checks = registry();
    for check in &checks {
        for area in check.areas() {
            assert!(
                embedded.contains(*area),
                "check {} names rules/{area}/, which is not there",
                check.name()
            );
            if let Some(other) = claimed.insert(area, check.name()) {
                panic!(
                    "rules/{area}/ is claimed by {other} and by {}",
                    check.name()
                );
            }
        }
    }
    for area in &embedded {
        assert!(
            claimed.contains_key(area.as_str()),
            "rules/{area}/ belongs to no check: name it in the check's areas()"
        );
    }
}

#[test]
fn each_rule_is_whole_and_its_id_is_used_once() {
    let checks = registry();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for name in areas() {
        for (id, rule) in with_examples(&name).expect("rules parse") {
            if let Some(other) = seen.insert(id.clone(), name.clone()) {
                panic!("rule {id} is in rules/{other}/ and in rules/{name}/");
            }
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id.chars().all(kebab), "rule id {id} is not kebab-case");
            let owner = checks.iter().find(|check| check.name() == rule.check);
            let owner = owner.unwrap_or_else(|| panic!("rule {id}: no check {}", rule.check));
            assert!(
                owner.areas().contains(&name.as_str()),
                "rule {id} stands in rules/{name}/, which is no area of check {}",
                rule.check
            );
            assert!(!rule.bad.is_empty(), "rule {id} has no [[bad]] example");
            assert!(!rule.good.is_empty(), "rule {id} has no [[good]] example");
            for (field, text) in [
                ("summary", &rule.summary),
                ("why", &rule.why),
                ("fix", &rule.fix),
                ("avoid", &rule.avoid),
            ] {
                assert!(!text.trim().is_empty(), "rule {id} has no {field}");
            }
        }
    }
}

#[test]
fn rules_that_find_the_same_are_there() {
    let checks: Vec<_> = registry().iter().map(|check| check.name()).collect();
    let rules = areas()
        .iter()
        .flat_map(|name| area(name).expect("rules parse"))
        .collect::<BTreeMap<_, _>>();
    for (id, rule) in &rules {
        for other in rule.same_as.iter() {
            let known = [rules.contains_key(&**other), checks.contains(&&**other)];
            assert_ne!(
                known[0], known[1],
                "rule {id}: same-as names {other}: no rule and no check, or both"
            );
            assert_ne!(id, other, "rule {id} is the same as itself");
        }
    }
}

#[test]
fn a_run_reads_the_rules_as_they_are_written_but_for_the_examples() {
    for name in areas() {
        let mut written = with_examples(&name).expect("rules parse");
        for rule in written.values_mut() {
            // Of the file, where it holds several.
            rule.schema = None;
            rule.bad.clear();
            rule.good.clear();
        }
        let mut read = area(&name).expect("rules parse");
        for rule in read.values_mut() {
            rule.schema = None;
        }
        assert_eq!(
            format!("{read:#?}"),
            format!("{written:#?}"),
            "rules/{name}/"
        );
    }
}
