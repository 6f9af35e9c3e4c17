//! Which part of a change is test side, and the trees that mix both states: base's tests on head's code, and head's tests
//! on base's code.
//!
//! Test side is what the languages take for tests, what stands in their folders, recordings, and what the runner reads;
//! tests that stand in one file with the code are told from it by the syntax tree.
//!
//! Does not catch: a helper of the tests that stands and is called like product code.

use std::collections::BTreeMap;

use crate::change::{File, Side};
use crate::checks::Context;
use crate::checks::coverage::role::{self, Role};
use crate::checks::test_quality::is_snapshot;
use crate::language::conventions::{is_code, is_document, telling_folders};
use crate::language::test_model::TestFramework;
use crate::language::{self, Parsed};
use crate::policy::Policy;
use crate::tools::adapter::Adapter;

use super::session::{Edit, Tree};

/// What a changed file is to a run of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Tests, or what they lean on.
    Tests,
    /// What tests run, or may read.
    Product,
    /// Nothing that a run of tests reads.
    Aside,
}

/// What a path is to a run of tests.
pub(super) fn part(policy: &Policy, path: &str) -> Part {
    const FOLDERS: [&str; 5] = ["tests", "test", "__tests__", "spec", "testdata"];
    const LOADED: [&str; 3] = ["sitecustomize", "usercustomize", "conftest"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let is_test = role::of(policy, path) == Role::Test
        || policy.is_test_path(path)
        || is_snapshot(path)
        || LOADED.contains(&stem)
        || telling_folders(path).any(|folder| FOLDERS.contains(&folder));
    if is_test {
        Part::Tests
    } else if is_document(path) || path.starts_with('.') && !path.starts_with(".cargo/") {
        Part::Aside
    } else {
        Part::Product
    }
}

/// Whether tests can come to something else by a change of this file.
pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_code(path)
        || telling_folders(path).any(|folder| matches!(folder, "tests" | "test" | "testdata"))
        || is_snapshot(path)
        || language::test_words().any(|words| words.configuration.iter().any(|own| own == name))
}

/// The trees of a change that mix both sides.
#[derive(Debug)]
pub(super) struct Mixed {
    /// Base's tests on head's code; none where no test changed.
    pub old_tests: Option<Tree>,
    /// Head's tests on base's code; none where no code changed.
    pub new_tests: Option<Tree>,
    /// The files of tests that changed, where nothing that all tests lean on did.
    pub only_in: Option<Vec<String>>,
    /// What could not be put together, each with its reason.
    pub apart: Vec<String>,
}

impl Mixed {
    /// Of a change.
    pub(super) fn of(context: &Context<'_>, adapter: &Adapter) -> Self {
        let mut mixed = Mixing::default();
        for file in &context.change.files {
            let is_config = [file.path.as_str(), file.base_path()]
                .into_iter()
                .any(|path| adapter.is_config(path));
            match part(context.policy, &file.path) {
                Part::Aside => mixed.whole(file, false),
                Part::Tests | Part::Product if is_config => {
                    mixed.configuration = true;
                }
                Part::Tests => {
                    mixed.whole(file, true);
                    mixed.tests.push(file.path.clone());
                    let is_module = language::of_text(&file.path).is_some_and(|language| {
                        let name = file.path.rsplit('/').next().unwrap_or_default();
                        let loads = |tests: &dyn TestFramework| tests.is_plugin(&file.path);
                        // What the runner loads by itself, all tests lean on.
                        language.profile().is_test_name(name)
                            && !language.tests().is_some_and(loads)
                    });
                    mixed.leaned_on |= !is_module;
                }
                Part::Product => mixed.beside_code(context, file),
            }
        }
        mixed.done()
    }
}

/// What is put together on the way.
#[derive(Default)]
struct Mixing {
    old_tests: BTreeMap<String, Edit>,
    new_tests: BTreeMap<String, Edit>,
    has_tests: bool,
    has_code: bool,
    configuration: bool,
    leaned_on: bool,
    tests: Vec<String>,
    apart: Vec<String>,
}

impl Mixing {
    /// A file that is all tests, or has none.
    fn whole(&mut self, file: &File, is_tests: bool) {
        let edits = match is_tests {
            true => &mut self.old_tests,
            false => &mut self.new_tests,
        };
        for path in [file.path.as_str(), file.base_path()] {
            edits.insert(path.to_owned(), Edit::OfBase);
        }
        self.has_tests |= is_tests;
    }

    /// A file of code, which may hold its tests.
    fn beside_code(&mut self, context: &Context<'_>, file: &File) {
        let parsed = |side: Side| {
            let blob = file.blob(side)?;
            context.trees.of(file.path_on(side), blob)
        };
        let (base, head) = (parsed(Side::Base), parsed(Side::Head));
        let spliced = |code: &Parsed, tests: &Parsed| {
            let framework = code.language.tests()?;
            framework.profile().tests.beside_code.then_some(())?;
            Some(framework.spliced(code, tests))
        };
        let (Some(base), Some(head)) = (base, head) else {
            self.has_code |= !is_document(&file.path);
            return self.whole(file, false);
        };
        match (spliced(&head, &base), spliced(&base, &head)) {
            (None, _) | (_, None) => {
                self.has_code = true;
                self.whole(file, false);
            }
            (Some(Some(old_tests)), Some(Some(new_tests))) => {
                let own = plain(&head);
                if old_tests != own {
                    self.has_tests = true;
                    self.leaned_on = true;
                    let path = file.path.clone();
                    self.old_tests.insert(path, Edit::Text(old_tests));
                }
                if new_tests != own {
                    self.has_code = true;
                    if file.path != file.base_path() {
                        let path = file.path.clone();
                        self.new_tests.insert(path, Edit::OfBase);
                    }
                    let path = file.base_path().to_owned();
                    self.new_tests.insert(path, Edit::Text(new_tests));
                }
            }
            _ => {
                self.has_code = true;
                self.apart.push(format!(
                    "the tests in {} stand in modules that the other side does not have",
                    crate::text::visible(&file.path)
                ));
                self.whole(file, false);
            }
        }
    }

    fn done(self) -> Mixed {
        let is_all = !self.has_code && !self.configuration;
        let old_tests = (self.has_tests || self.configuration).then(|| match is_all {
            // It is base, but for what no test reads.
            true => Tree {
                label: "base's tests on head's code",
                ..Tree::of(Side::Base)
            },
            false => Tree {
                label: "base's tests on head's code",
                side: Side::Head,
                edits: self.old_tests,
                with_configuration_of_base: self.configuration,
            },
        });
        let new_tests = self.has_code.then_some(Tree {
            label: "head's tests on base's code",
            side: Side::Head,
            edits: self.new_tests,
            with_configuration_of_base: false,
        });
        Mixed {
            old_tests,
            new_tests,
            only_in: (!self.leaned_on && !self.configuration).then_some(self.tests),
            apart: self.apart,
        }
    }
}

/// The text of head with its own tests put in anew: what a splice without a change comes to.
fn plain(head: &Parsed) -> String {
    let framework = head.language.tests();
    let own = framework.and_then(|framework| framework.spliced(head, head));
    own.unwrap_or_else(|| head.source.to_string())
}
