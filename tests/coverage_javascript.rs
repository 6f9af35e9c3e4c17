//! Coverage measured by draftgate in JavaScript: the real vitest, jest, mocha under c8, and node's own runner.

use draftgate::finding::Level;
use draftgate::finding::judgement::{Judgement, Outcome};

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, outcome};

const SHOP: &str = "\
function price(n) {
  if (n > 10) {
    return n * 2;
  }
  return n * 3;
}

function tax(n) {
  return n / 5;
}
";

/// How a runner is asked, and how its tests are written.
struct Runner {
    command: &'static str,
    test: &'static str,
    is_module: bool,
    head: &'static str,
    equal: &'static str,
}

const RUNNERS: [Runner; 4] = [
    Runner {
        command: "\"vitest\", \"run\"",
        test: "test/price.test.mjs",
        is_module: true,
        head: "import { expect, it } from 'vitest';\nimport { price, tax } from '../src/price.mjs';\n",
        equal: "expect(CALL).toBe(VALUE)",
    },
    Runner {
        command: "\"npx\", \"jest\"",
        test: "test/price.test.js",
        is_module: false,
        head: "const { price, tax } = require('../src/price.js');\n",
        equal: "expect(CALL).toBe(VALUE)",
    },
    Runner {
        command: "\"mocha\"",
        test: "test/price.js",
        is_module: false,
        head: "const assert = require('node:assert');\nconst { price, tax } = require('../src/price.js');\n",
        equal: "assert.equal(CALL, VALUE)",
    },
    Runner {
        command: "\"node\", \"--test\"",
        test: "test/price.test.js",
        is_module: false,
        head: "const { it } = require('node:test');\nconst assert = require('node:assert');\nconst { price, tax } = require('../src/price.js');\n",
        equal: "assert.equal(CALL, VALUE)",
    },
];

impl Runner {
    fn source(&self, text: &str) -> (&'static str, String) {
        let names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("function ")?.split('(').next())
            .collect();
        let names = names.join(", ");
        match self.is_module {
            true => ("src/price.mjs", format!("{text}\nexport {{ {names} }};\n")),
            false => (
                "src/price.js",
                format!("{text}\nmodule.exports = {{ {names} }};\n"),
            ),
        }
    }

    fn tests(&self, cases: &[(&str, &str)]) -> String {
        let case = |(call, value): &(&str, &str)| {
            let equal = self.equal.replace("CALL", call).replace("VALUE", value);
            format!("it('gives {value}', () => {{\n  {equal};\n}});\n")
        };
        let cases: Vec<String> = cases.iter().map(case).collect();
        format!("{}\n{}", self.head, cases.concat())
    }

    fn repo(&self) -> Repo {
        let repo = Repo::new();
        repo.write(".gitignore", "node_modules\n");
        repo.write("package.json", "{\"name\": \"shop\"}\n");
        let programs = repo.beside("programs");
        std::os::unix::fs::symlink(toolbox::node(), programs).expect("a link");
        let (path, text) = self.source(SHOP);
        repo.write(path, text);
        let cases = [("price(1)", "3"), ("price(11)", "22"), ("tax(5)", "1")];
        repo.write(self.test, self.tests(&cases));
        repo.commit("base");
        repo
    }

    fn judged(&self, repo: &Repo) -> Judgement {
        let policy = format!("[checks.coverage]\ncommand = [{}]\n", self.command);
        judged(repo, "coverage", &policy)
    }
}

fn told(judged: &Judgement) -> Vec<(&str, Level, u32)> {
    let findings = judged.findings.iter();
    findings
        .map(|found| (found.rule.as_str(), found.level, found.line))
        .collect()
}

#[test]
fn lines_that_lost_their_test_and_functions_without_one_are_told_by_each_runner() {
    for runner in &RUNNERS {
        let repo = runner.repo();
        repo.write(
            runner.test,
            runner.tests(&[("price(1)", "3"), ("tax(5)", "1")]),
        );
        let more = format!("{SHOP}\nfunction gift(n) {{\n  return n + 1;\n}}\n");
        let (path, text) = runner.source(&more);
        repo.commit_file(path, &text);
        let judged = runner.judged(&repo);
        let (state, why) = outcome(&judged, "coverage");
        assert_eq!(state, Outcome::Ran, "{}: {why}", runner.command);
        let told = told(&judged);
        let has = |rule: &str| {
            told.iter()
                .any(|(known, level, _)| *known == rule && *level == Level::Block)
        };
        assert!(has("lost-coverage"), "{}: {told:?}", runner.command);
        let is_new = |rule: &str| rule.starts_with("uncovered-");
        let uncovered = told.iter().any(|(rule, ..)| is_new(rule));
        assert!(uncovered, "{}: {told:?}", runner.command);
    }
}

#[test]
fn tested_code_passes_and_a_failing_test_is_no_measurement() {
    for runner in &RUNNERS {
        let repo = runner.repo();
        let more = format!("{SHOP}\nfunction gift(n) {{\n  return (\n    n +\n    1\n  );\n}}\n");
        let (path, text) = runner.source(&more);
        let cases = [
            ("price(1)", "3"),
            ("price(11)", "22"),
            ("tax(5)", "1"),
            ("gift(1)", "2"),
        ];
        let tests = runner
            .tests(&cases)
            .replace("price, tax", "price, tax, gift");
        repo.write(runner.test, &tests);
        repo.commit_file(path, &text);
        let good = runner.judged(&repo);
        let (state, why) = outcome(&good, "coverage");
        assert_eq!(state, Outcome::Ran, "{}: {why}", runner.command);
        let blocks: Vec<_> = told(&good)
            .into_iter()
            .filter(|one| one.1 > Level::Note)
            .collect();
        assert_eq!(blocks, [], "{}", runner.command);
        repo.commit_file(runner.test, tests.replace("22", "23"));
        let (state, why) = outcome(&runner.judged(&repo), "coverage");
        assert_eq!(state, Outcome::Broken, "{}", runner.command);
        assert!(
            why.contains("tests failed") && why.contains("gives 23"),
            "{why}"
        );
    }
}
