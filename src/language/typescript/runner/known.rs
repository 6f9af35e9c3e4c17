//! What names of a file stand for: modules of assertions, their functions, doubles, the runner.
//!
//! Does not catch: names that are handed on under another name, or that a setup file makes global.

use std::collections::{BTreeMap, BTreeSet};

use crate::language::Parsed;
use crate::language::test_model::Import;

/// The names of one file.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Names that stand for a module of assertions.
    asserting: BTreeSet<String>,
    /// Functions of such a module, with their own names.
    assertions: BTreeMap<String, String>,
    /// Names of what a runner brings under another name.
    runners: BTreeMap<String, String>,
    /// Whether the tests run in a browser that is waited for.
    is_browser: bool,
    /// Whether the runner waits for what nobody awaits, at the end of a test, and says so.
    pub waits_at_the_end: bool,
    /// Whether the runner takes no notice of a focus that is not asked for.
    pub needs_asking: bool,
}

/// Modules whose members assert.
const ASSERTING: [&str; 14] = [
    "assert",
    "node:assert",
    "assert/strict",
    "node:assert/strict",
    "chai",
    "uvu/assert",
    "power-assert",
    "better-assert",
    "assert-plus",
    "@std/assert",
    "should",
    "must",
    "expect.js",
    "node:test",
];
/// Names that stand for an object of assertions by custom.
const CUSTOMARY: [&str; 6] = ["assert", "t", "tt", "st", "chai", "sinon"];
/// Matchers of Playwright that wait for the page, and give a promise.
const WAITING: [&str; 30] = [
    "toBeAttached",
    "toBeChecked",
    "toBeDisabled",
    "toBeEditable",
    "toBeEnabled",
    "toBeFocused",
    "toBeHidden",
    "toBeInViewport",
    "toBeVisible",
    "toContainText",
    "toContainClass",
    "toHaveAccessibleDescription",
    "toHaveAccessibleName",
    "toHaveAttribute",
    "toHaveClass",
    "toHaveCount",
    "toHaveCSS",
    "toHaveId",
    "toHaveJSProperty",
    "toHaveRole",
    "toHaveScreenshot",
    "toHaveText",
    "toHaveTitle",
    "toHaveURL",
    "toHaveValue",
    "toHaveValues",
    "toBeOK",
    "toPass",
    "toMatchAriaSnapshot",
    "toHaveAccessibleErrorMessage",
];

impl Known {
    /// Of a file.
    pub(super) fn of(parsed: &Parsed) -> Self {
        let mut known = Self::default();
        for import in &parsed.facts().imports {
            let module = import.module.as_str();
            known.waits_at_the_end |= module == "vitest";
            known.is_browser |= module.contains("playwright");
            known.needs_asking |= matches!(module, "node:test" | "test" | "tap");
            let is_runner = [
                "vitest",
                "@jest/globals",
                "mocha",
                "node:test",
                "bun:test",
                "@playwright/test",
            ];
            if let (true, Some(own), Some(local)) =
                (is_runner.contains(&module), &import.name, &import.alias)
            {
                known.runners.insert(local.clone(), own.clone());
            }
            if !ASSERTING.contains(&module) || module == "node:test" {
                continue;
            }
            let own = import.name.as_deref();
            let local = import.alias.as_deref().or(own);
            let (Some(local), own) = (local, own.unwrap_or("default")) else {
                continue;
            };
            match own {
                "default" | "*" | "assert" | "strict" | "expect" | "should" => {
                    known.asserting.insert(local.to_owned());
                }
                own => {
                    known.assertions.insert(local.to_owned(), own.to_owned());
                }
            }
        }
        known
    }

    /// The name that a runner has for what the file calls so.
    pub(super) fn runner<'n>(&'n self, name: &'n str) -> &'n str {
        self.runners.get(name).map_or(name, String::as_str)
    }

    /// Whether a name stands for an object of assertions.
    pub(super) fn asserts(&self, name: &str) -> bool {
        CUSTOMARY.contains(&name) || self.asserting.contains(name)
    }

    /// Whether a name stands for a function of a module of assertions.
    pub(super) fn is_assertion(&self, name: &str) -> bool {
        self.assertions.contains_key(name)
    }

    /// Whether a name is the runner's, or that of what it makes doubles with.
    pub(super) fn is_runner(name: &str) -> bool {
        const NAMES: [&str; 14] = [
            "expect",
            "assert",
            "vi",
            "jest",
            "sinon",
            "describe",
            "it",
            "test",
            "t",
            "done",
            "should",
            "chai",
            "fail",
            "expectTypeOf",
        ];
        NAMES.contains(&name) || super::matchers::matcher(name).is_some()
    }

    /// The own name of such a function.
    pub(super) fn original<'n>(&'n self, name: &'n str) -> &'n str {
        self.assertions.get(name).map_or(name, String::as_str)
    }

    /// Whether a matcher gives a promise in this file.
    pub(super) fn waits(&self, matcher: &str, has_subject: bool) -> bool {
        has_subject
            && (self.is_browser && WAITING.contains(&matcher)
                || matches!(matcher, "toResolve" | "toReject"))
    }
}

/// The names that a file brings in.
pub(super) fn imports(parsed: &Parsed) -> Vec<Import> {
    let all = parsed.facts().imports.iter();
    let mut known = BTreeSet::new();
    let named = all.filter_map(|import| {
        let own = import.name.as_deref();
        let local = import.alias.as_deref().or(own)?;
        let module = import.module.as_str();
        known.insert((local, module)).then(|| Import {
            name: local.to_owned(),
            module: module.to_owned(),
        })
    });
    named.collect()
}
