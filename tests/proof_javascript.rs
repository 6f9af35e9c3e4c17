//! The check `proof` with the real runners of JavaScript: base's tests on head's code, and new tests on base's.

use draftgate::finding::judgement::Outcome;

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, outcome};

/// What a change to a small project comes to under each runner: code, tests, then the same of head.
fn told(runner: (&str, &str, &str), base: [&str; 2], head: [&str; 2]) -> Vec<String> {
    let (command, test, imports) = runner;
    let repo = Repo::new();
    repo.write(".gitignore", "node_modules\n");
    repo.write("package.json", "{\"name\": \"shop\"}\n");
    std::os::unix::fs::symlink(toolbox::node(), repo.beside("programs")).expect("a link");
    for [code, tests] in [base, head] {
        repo.write("src/price.js", format!("exports.price = {code};\n"));
        repo.commit_file(test, format!("{imports}{tests}\n"));
    }
    let policy = format!("[checks.proof]\ncommand = [{command}]\n");
    let judged = judged(&repo, "proof", &policy);
    let (state, why) = outcome(&judged, "proof");
    assert_eq!(state, Outcome::Ran, "{command}: {why}");
    let mut rules: Vec<String> = judged
        .findings
        .iter()
        .map(|found| found.rule.clone())
        .collect();
    rules.sort();
    rules.dedup();
    rules.retain(|rule| rule != "mutant-survives");
    rules
}

const ASSERT: &str =
    "const assert = require('node:assert');\nconst { price } = require('../src/price.js');\n";
const OWN: &str = "const { it, describe } = require('node:test');\nconst assert = require('node:assert');\nconst { price } = require('../src/price.js');\n";

const RUNNERS: [(&str, &str, &str); 4] = [
    ("\"vitest\", \"--globals\"", "test/price.test.js", ASSERT),
    ("\"jest\"", "test/price.test.js", ASSERT),
    ("\"mocha\"", "test/price.js", ASSERT),
    ("\"node\", \"--test\"", "test/price.test.js", OWN),
];

#[test]
fn a_test_rewritten_to_what_the_code_gives_now_is_told_by_each_runner() {
    for runner in RUNNERS {
        let test = |value: &str| {
            format!(
                "describe('price', () => {{\n  it('is threefold', () => {{\n    assert.equal(price(2), {value});\n  }});\n}});"
            )
        };
        let (was, now) = (test("6"), test("4"));
        let rules = told(runner, ["(n) => n * 3", &was], ["(n) => n * 2", &now]);
        assert!(!rules.is_empty(), "{}", runner.0);
        let same = told(runner, ["(n) => n * 3", &was], ["(n) => 3 * n", &was]);
        assert_eq!(same, [""; 0], "{}", runner.0);
    }
}
