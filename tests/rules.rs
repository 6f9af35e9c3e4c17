//! Each rule's own examples hold.

use draftgate::checks::registry;
use draftgate::rule::{areas, examples, with_examples};

#[test]
fn each_rule_fires_on_its_bad_examples_and_is_silent_on_its_good_ones() {
    let checks = registry();
    let mut failures = Vec::new();
    for name in areas() {
        let rules = with_examples(&name).expect("rules parse");
        for rule in rules.values() {
            failures.extend(
                examples::failures(&checks, rule)
                    .iter()
                    .map(ToString::to_string),
            );
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
