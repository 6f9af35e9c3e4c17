//! What configurations of runners say of which tests run: patterns, retries, runs without a test.
//!
//! A configuration is read by its syntax, and JSON as the object that it is.
//!
//! Does not catch: patterns that a program computes, options on a command line, `.mocharc.yml`.

use std::collections::BTreeMap;

use anyhow::Result;

use super::chain::unwrap;
use crate::budget;
use crate::language::test_model::strength::number;
use crate::language::test_model::{Deselected, Tree};
use crate::language::typescript::kind;
use crate::language::{Parsed, TYPESCRIPT};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// A value as it is written, and its texts where it is a list of them.
struct Said {
    text: String,
    list: Option<Vec<String>>,
}

/// What a configuration says, by key.
fn said(path: &str, text: &str) -> BTreeMap<String, Said> {
    let mut found = BTreeMap::new();
    let text = match path.ends_with(".json") || path.ends_with(".taprc") {
        true => format!("({text})"),
        false => text.to_owned(),
    };
    let Some(parsed) = Parsed::of_path(TYPESCRIPT, "configuration.ts", text.into()) else {
        return found;
    };
    for pair in Walk::new(parsed.root()).filter(|n| n.kind() == kind::PAIR) {
        let Some(key) = key_of(&parsed, pair) else {
            continue;
        };
        let around = pair.parent().and_then(|object| object.parent());
        let around = around.filter(|around| around.kind() == kind::PAIR);
        let section = around
            .and_then(|around| key_of(&parsed, around))
            .unwrap_or_default();
        // `include` and `exclude` are words of many other sections.
        let is_common = matches!(
            key.as_str(),
            "include" | "exclude" | "files" | "ignore" | "retry" | "spec"
        );
        let is_package = path.ends_with("package.json");
        let own = ["test", "jest", "mocha", "ava", "tap"].contains(&section.as_str());
        let is_all = path.contains("mocharc") || path.contains("ava.config");
        if !own && (is_package || is_common && !is_all) {
            continue;
        }
        let Some(value) = pair.child_by_field_name("value").map(unwrap) else {
            continue;
        };
        let texts = |node: Node<'_>| -> Option<Vec<String>> {
            let items = parts(node);
            let plain = items.iter().all(|item| item.is_string());
            let text =
                |item: &Node<'_>| parsed.text(*item).trim_matches(['"', '\'', '`']).to_owned();
            plain.then(|| items.iter().map(text).collect())
        };
        let list = match value.kind() {
            kind::ARRAY => texts(value),
            _ if value.is_string() => Some(vec![
                parsed.text(value).trim_matches(['"', '\'', '`']).to_owned(),
            ]),
            _ => None,
        };
        found.entry(key).or_insert(Said {
            text: flat(&parsed, value),
            list,
        });
    }
    found
}

fn key_of(parsed: &Parsed, pair: Node<'_>) -> Option<String> {
    Some(
        field(parsed, pair, "key")?
            .trim_matches(['"', '\''])
            .to_owned(),
    )
}

/// Keys whose patterns leave files out.
const LEAVE_OUT: [&str; 5] = [
    "exclude",
    "testPathIgnorePatterns",
    "testIgnore",
    "ignore",
    "ignores",
];
/// Keys whose patterns say which files hold tests.
const TAKE_IN: [&str; 5] = ["include", "testMatch", "testRegex", "spec", "files"];
/// Keys that choose tests by their titles.
const BY_TITLE: [&str; 4] = ["testNamePattern", "grep", "fgrep", "grepInvert"];

/// What a configuration that changed does to the tests that ran.
pub(super) fn deselected(path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
    let (Some(base), Some(head)) = ((sides.base)(path)?, (sides.head)(path)?) else {
        return Ok(Vec::new());
    };
    let (old, new) = (said(path, &base), said(path, &head));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_test = |path: &&String| {
        budget::charge(1)
            && path.starts_with(folder)
            && TYPESCRIPT
                .profile()
                .is_test_name(path.rsplit('/').next().unwrap_or(path))
    };
    let tests: Vec<&String> = sides.paths.iter().filter(is_test).collect();
    let mut found = Vec::new();
    let mut say = |key: &str, message: String, retries: bool| {
        found.push(Deselected {
            key: key.replace('-', "_"),
            message,
            retries,
        });
    };
    for (key, after) in &new {
        let before = old.get(key);
        if before.is_some_and(|before| before.text == after.text) {
            continue;
        }
        let had = before.and_then(|before| before.list.clone());
        let key = key.as_str();
        if let (true, Some(list)) = (LEAVE_OUT.contains(&key), &after.list) {
            let known = had.unwrap_or_default();
            for pattern in list.iter().filter(|pattern| !known.contains(pattern)) {
                let left_out = tests.iter().filter(|path| matches(pattern, path, folder));
                let (first, count) = (left_out.clone().next(), left_out.count());
                if let Some(first) = first {
                    say(
                        key,
                        format!(
                            "`{key}` leaves {} out now: `{pattern}`",
                            several(first, count)
                        ),
                        false,
                    );
                }
            }
        } else if let (true, Some(list), Some(known)) = (TAKE_IN.contains(&key), &after.list, had) {
            let any = |list: &[String], path: &str| {
                list.iter().any(|pattern| matches(pattern, path, folder))
            };
            let lost = tests
                .iter()
                .filter(|path| any(&known, path) && !any(list, path));
            let (first, count) = (lost.clone().next(), lost.count());
            if let Some(first) = first {
                say(
                    key,
                    format!("`{key}` takes {} in no more", several(first, count)),
                    false,
                );
            }
        } else if BY_TITLE.contains(&key) && before.is_none() {
            say(
                key,
                format!("`{key}` runs a part of the tests only: `{}`", after.text),
                false,
            );
        } else if key == "passWithNoTests" && after.text == "true" {
            say(key, "a run that finds no test passes now".to_owned(), false);
        } else if key == "failWithoutAssertions" && after.text == "false" {
            say(
                key,
                "a test without an assertion passes now".to_owned(),
                false,
            );
        } else if matches!(key, "retry" | "retries") {
            let was = before
                .and_then(|before| number(&before.text))
                .unwrap_or(0.0);
            if number(&after.text).is_some_and(|now| now > was) {
                let times = &after.text;
                say(
                    key,
                    format!("a test that fails is run again {times} times, and {was} times before"),
                    true,
                );
            }
        }
    }
    Ok(found)
}

fn several(first: &str, count: usize) -> String {
    match count {
        1 => first.to_owned(),
        count => format!("{first} and {} more files of tests", count - 1),
    }
}

/// Whether a pattern of a configuration fits a path: a glob, or a part of it.
fn matches(pattern: &str, path: &str, folder: &str) -> bool {
    /// Characters of a pattern that is read.
    const LONGEST: usize = 400;
    if pattern.len() > LONGEST || !budget::charge_text(path.len()) {
        return false;
    }
    let below = path
        .strip_prefix(folder)
        .unwrap_or(path)
        .trim_start_matches('/');
    let plain = pattern.replace("<rootDir>", "").replace('\\', "");
    let plain = plain.trim_start_matches("./");
    if plain.contains(['*', '?', '[', '{']) {
        let plain = plain.trim_start_matches('/');
        return globset::GlobBuilder::new(plain)
            .literal_separator(true)
            .build()
            .is_ok_and(|glob| glob.compile_matcher().is_match(below));
    }
    let bare = plain.trim_matches(['/', '^', '$']);
    !bare.is_empty()
        && (below == bare
            || format!("/{below}").contains(&format!("/{bare}/"))
            || plain.starts_with('/') && format!("/{below}").contains(plain)
            || below.ends_with(&format!("/{bare}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, base: &str, head: &str) -> Vec<String> {
        let paths = [
            "src/a.test.ts".to_owned(),
            "src/old/b.test.ts".to_owned(),
            "src/c.ts".to_owned(),
        ];
        let sides = Tree {
            base: &|_| Ok(Some(base.to_owned())),
            head: &|_| Ok(Some(head.to_owned())),
            paths: &paths,
        };
        let found = deselected(path, &sides).unwrap();
        found.into_iter().map(|one| one.message).collect()
    }

    #[test]
    fn what_runs_no_more_is_told() {
        for (path, base, head, told) in [
            (
                "vitest.config.ts",
                "export default { test: { exclude: [] } }",
                "export default { test: { exclude: ['src/old/**'] } }",
                "`exclude` leaves src/old/b.test.ts out now: `src/old/**`",
            ),
            (
                "jest.config.js",
                "module.exports = {}",
                "module.exports = { testPathIgnorePatterns: ['/old/'] }",
                "`testPathIgnorePatterns` leaves src/old/b.test.ts out now: `/old/`",
            ),
            (
                "package.json",
                r#"{ "jest": { "testMatch": ["**/*.test.ts"] } }"#,
                r#"{ "jest": { "testMatch": ["src/*.test.ts"] } }"#,
                "`testMatch` takes src/old/b.test.ts in no more",
            ),
            (
                "vitest.config.ts",
                "export default defineConfig({ test: {} })",
                "export default defineConfig({ test: { passWithNoTests: true } })",
                "a run that finds no test passes now",
            ),
            (
                "playwright.config.ts",
                "export default { retries: 0 }",
                "export default { retries: 2 }",
                "a test that fails is run again 2 times, and 0 times before",
            ),
        ] {
            let found = of(path, base, head);
            assert_eq!(found, [told], "{head}");
        }
    }

    #[test]
    fn other_sections_and_other_files_are_none_of_it() {
        for (path, base, head) in [
            (
                "vitest.config.ts",
                "export default { test: { coverage: {} } }",
                "export default { test: { coverage: { exclude: ['src/old/**'] } } }",
            ),
            (
                "vite.config.ts",
                "export default {}",
                "export default { optimizeDeps: { exclude: ['src/old/**'] } }",
            ),
            (
                "vitest.config.ts",
                "export default { test: {} }",
                "export default { test: { exclude: ['e2e/**', 'dist/**'] } }",
            ),
            (
                "package.json",
                r#"{ "files": ["src"] }"#,
                r#"{ "files": ["dist"] }"#,
            ),
            (
                "playwright.config.ts",
                "export default { retries: 2 }",
                "export default { retries: 1 }",
            ),
        ] {
            assert!(of(path, base, head).is_empty(), "{head}");
        }
    }
}
