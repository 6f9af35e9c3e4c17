//! What is tested replaced from outside of the tests: by a fixture that every test gets, or that a test asks for; by a function
//! of its name in the place of an import.
//!
//! Only what a test asserts on by its name counts: replaced neighbours are how tests are written.
//!
//! Does not catch: what a fixture hands over under another name.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::language::test_model::{Assertion, FileModel, Function, Role, holds};
use crate::rule::built_in::tests as rules;

use super::super::findings::of_test;
use super::super::oracles::asserts_on;
use super::super::sides::Pair;
use super::WeakenedContext;
use super::helpers::supports;
use super::users::unchanged;

/// Judges the fixtures and functions of changed files.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for pair in &tests.sides.pairs {
        let Some(head) = &pair.head else {
            continue;
        };
        by_import(tests, pair, head, found)?;
        for one in head.functions.iter().filter(|one| supports(head, one)) {
            if one.role == Role::Fixture {
                by_fixture(tests, pair, head, one, found)?;
            } else {
                by_function(pair, head, one, found);
            }
        }
    }
    Ok(())
}

/// A fixture that puts a double in the place of what tests assert on.
fn by_fixture(
    tests: &WeakenedContext<'_>,
    pair: &Pair<'_>,
    head: &FileModel,
    fixture: &Function,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let before = pair.base.iter().flat_map(|base| &base.functions);
    let known: BTreeSet<&str> = before
        .flat_map(|one| &one.body.doubles)
        .map(|double| double.target.as_str())
        .collect();
    let new = |target: &str| !known.contains(target) && target.contains('.');
    let doubles = fixture.body.doubles.iter();
    for double in doubles.filter(|it| !it.local && !it.specified && new(&it.target)) {
        let Some((_, leaf)) = double.target.rsplit_once('.') else {
            continue;
        };
        if leaf.len() < 2 || !names_project(head, &double.target) {
            continue;
        }
        let others = unchanged(tests, &head.path, leaf)?;
        let here = tests
            .sides
            .pairs
            .iter()
            .filter_map(|pair| pair.head.as_ref());
        let models = here.chain(&others).filter(|model| reaches(head, model));
        let asserted = models
            .flat_map(|model| model.tests().map(move |test| (model, test)))
            .filter(|(_, test)| gets(fixture, test))
            .find_map(|(_, test)| Some((test, asserts_on(test, &double.target)?)));
        let Some((test, assertion)) = asserted else {
            continue;
        };
        let message = format!(
            "fixture {} replaces {}, and {} asserts on what the replacement answers: `{}`",
            fixture.name,
            double.target,
            test.qualified(),
            assertion.text
        );
        let finding = of_test(rules::SUBJECT_REPLACED, Side::Head, head, fixture, message);
        found.push_mut(finding).level = Level::Escalate;
        return Ok(());
    }
    Ok(())
}

/// Whether a target is a part of the project: no tool of the language, and nothing of the runner.
fn names_project(file: &FileModel, target: &str) -> bool {
    let words = file.words();
    let root = target.split('.').next().unwrap_or_default();
    !holds(&words.standard, root) && !holds(&words.standard_of_tests, root)
}

/// Whether the runner hands the fixtures of a file to the tests of another.
fn reaches(fixtures: &FileModel, tests: &FileModel) -> bool {
    fixtures.path == tests.path
        || tests
            .framework
            .fixture_files(&tests.path)
            .contains(&fixtures.path)
}

/// Whether a test gets a fixture, asked or not.
fn gets(fixture: &Function, test: &Function) -> bool {
    let unasked = fixture.body.names.contains("autouse")
        || fixture.name.starts_with("set")
            && fixture.scope == test.scope
            && !fixture.scope.is_empty();
    unasked || test.parameters.contains(&fixture.name) || test.body.names.contains(&fixture.name)
}

/// A function of the test's own file in the place of what it brought in before.
fn by_function(pair: &Pair<'_>, head: &FileModel, one: &Function, found: &mut Vec<Finding>) {
    let Some(base) = pair.base.as_ref().filter(|_| one.scope.is_empty()) else {
        return;
    };
    let name = &one.name;
    let words = head.words();
    let brought = base
        .imports
        .iter()
        .find(|it| it.name == *name && it.module != *name);
    let Some(brought) = brought else {
        return;
    };
    let root = brought.module.split(['.', ':']).next().unwrap_or_default();
    let is_tool = holds(&words.standard, root) || holds(&words.doubles, root);
    let still = head.imports.iter().any(|it| it.module == brought.module);
    // It hands on to what it stands for.
    let hands_on = one.body.calls.contains(name);
    let was_there = base
        .functions
        .iter()
        .any(|old| old.name == *name && old.scope.is_empty());
    if is_tool || still || hands_on || was_there {
        return;
    }
    let call = format!("{name}(");
    let asserted = head.tests().find_map(|test| {
        let about = |it: &&Assertion| it.subject.contains(&call) || it.resolved.contains(&call);
        Some((test, test.live().find(about)?))
    });
    let Some((test, assertion)) = asserted else {
        return;
    };
    let message = format!(
        "{} asserts on {name}, which this file defines in the place of {}: `{}`",
        test.qualified(),
        brought.module,
        assertion.text
    );
    let finding = of_test(rules::SUBJECT_REPLACED, Side::Head, head, one, message);
    found.push_mut(finding).level = Level::Escalate;
}

/// An import that gives the name of what tests assert on to something else, while that is still there.
fn by_import(
    tests: &WeakenedContext<'_>,
    pair: &Pair<'_>,
    head: &FileModel,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let words = head.words();
    if words.beside_code || head.collected.is_err() {
        return Ok(());
    }
    for old in pair.base.iter().flat_map(|base| &base.imports) {
        budget::charge(head.imports.len());
        let root = old.module.split('.').next().unwrap_or_default();
        let new = head
            .imports
            .iter()
            .find(|new| new.name == old.name && new.module != old.module);
        let Some(new) = new.filter(|_| !holds(&words.standard, root)) else {
            continue;
        };
        let leaf = |module: &str| module.rsplit('.').next().unwrap_or_default().to_owned();
        // It moved, or its module did.
        let is_renamed = leaf(&new.module) == leaf(&old.module) || old.name == "*";
        let still = head.imports.iter().any(|it| it.module == old.module);
        if is_renamed || still || !is_there(tests, head, &old.module)? {
            continue;
        }
        let asserted = head.tests().find_map(|test| {
            Some((
                test,
                asserts_on(test, &old.name).or_else(|| {
                    let member = format!("{}.", old.name);
                    test.live().find(|it| it.subject.starts_with(&member))
                })?,
            ))
        });
        let Some((test, assertion)) = asserted else {
            continue;
        };
        let message = format!(
            "{} asserts on {}, which is {} now and was {}: `{}`",
            test.qualified(),
            old.name,
            new.module,
            old.module,
            assertion.text
        );
        let finding = of_test(rules::SUBJECT_REPLACED, Side::Head, head, test, message);
        found.push_mut(finding).level = Level::Escalate;
    }
    Ok(())
}

/// Whether head still has a module, or the module that a name comes from.
fn is_there(tests: &WeakenedContext<'_>, file: &FileModel, module: &str) -> Result<bool> {
    let path = module.trim_start_matches('.').replace('.', "/");
    let outer = path.rsplit_once('/').map_or("", |(outer, _)| outer);
    for stem in [path.as_str(), outer]
        .into_iter()
        .filter(|stem| !stem.is_empty())
    {
        let endings = file.framework.profile().endings.iter();
        let files =
            endings.flat_map(|ending| [format!("{stem}.{ending}"), format!("src/{stem}.{ending}")]);
        for file in files {
            if tests.sides.change.read(Side::Head, &file)?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
