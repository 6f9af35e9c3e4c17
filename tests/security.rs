//! SECURITY.md: what it promises is held by tests, and each of these is there.

use std::path::Path;

/// What stands between backticks and has the form `module::test`.
fn named(page: &str) -> Vec<(&str, &str)> {
    let quoted = page.split('`').skip(1).step_by(2);
    let is_name = |part: &str| {
        let of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        !part.is_empty() && part.chars().all(of_a_name)
    };
    quoted
        .filter_map(|text| text.split_once("::"))
        .filter(|(module, test)| is_name(module) && is_name(test))
        .collect()
}

#[test]
fn every_test_named_in_security_md_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let all = std::fs::read_to_string(root.join("tests/all.rs")).unwrap();
    let names = named(&page);
    assert!(names.len() > 30, "{names:?}");
    for (module, test) in names {
        assert!(
            all.contains(&format!("\nmod {module};")),
            "no module {module}"
        );
        let file = root.join(format!("tests/{module}.rs"));
        let text = std::fs::read_to_string(file).unwrap();
        let before = text
            .find(&format!("fn {test}("))
            .and_then(|at| text.get(..at));
        let attributes = before.and_then(|text| text.rsplit("\n\n").next());
        let is_run = |text: &str| text.contains("#[test]") && !text.contains("#[ignore");
        assert!(attributes.is_some_and(is_run), "{module}::{test}");
    }
}

#[test]
fn every_row_of_the_threat_model_is_held_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| "));
    for row in rows.skip(1) {
        let held = row.trim_end_matches('|').rsplit('|').next().unwrap();
        assert!(!named(held).is_empty(), "{row}");
    }
}
