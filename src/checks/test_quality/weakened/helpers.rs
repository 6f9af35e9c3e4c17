//! What tests lean on and that asks less than before, while the tests stay as they are: helpers, fixtures, methods of base
//! classes, home-made macros, decorators, context managers.
//!
//! Each is judged as a test is, and told once with the tests that lean on it.
//!
//! Does not catch: a helper that moved to another name and asks less there; what a helper asks of the files that it reads.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{
    Assertion, Emptiness, FileModel, Form, Function, Mark, MarkKind, Role, holds,
};
use crate::rule::built_in::tests as rules;

use super::super::findings::of_test;
use super::super::pairing::{Place, Twin};
use super::super::sides::Pair;
use super::users::Users;
use super::{WeakenedContext, assertions, key};

/// Judges what tests of the change's files, and of others, lean on.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for (at, pair) in tests.sides.pairs.iter().enumerate() {
        let (Some(base), Some(head)) = (&pair.base, &pair.head) else {
            continue;
        };
        for new in head.functions.iter().filter(|one| supports(head, one)) {
            let same = |old: &&Function| old.name == new.name && old.scope == new.scope;
            match base.functions.iter().find(same) {
                Some(old) if supports(base, old) => {
                    let place = |file, test| Place {
                        pair: at,
                        file,
                        test,
                    };
                    let twin = Twin {
                        base: place(base, old),
                        head: place(head, new),
                    };
                    edited(tests, &twin, found)?;
                }
                _ => bound_anew(tests, pair, head, new, found)?,
            }
        }
    }
    for pair in tests.sides.pairs.iter().filter(|pair| pair.base.is_none()) {
        let Some(head) = &pair.head else {
            continue;
        };
        for new in head.functions.iter().filter(|one| supports(head, one)) {
            bound_anew(tests, pair, head, new, found)?;
        }
    }
    Ok(())
}

/// Whether a function is no test and stands where tests are kept.
pub(super) fn supports(file: &FileModel, function: &Function) -> bool {
    let of_tests = |name: &String| {
        let lower = name.to_ascii_lowercase();
        lower == "tests" || lower == "test" || lower.ends_with("_tests")
    };
    let stands = match file.words().beside_code {
        true => function.scope.iter().any(of_tests),
        false => file.collected.is_ok() && file.has_tests(),
    };
    function.role != Role::Test
        && (stands || in_test_folder(&file.path) || file.framework.is_plugin(&file.path))
}

/// A helper that was there and says something else now.
fn edited(tests: &WeakenedContext<'_>, twin: &Twin<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let (old, new) = (twin.base.test, twin.head.test);
    let same =
        old.body.tokens == new.body.tokens && old.body.calls.iter().eq(new.body.calls.iter());
    if same && old.drops == new.drops {
        return Ok(());
    }
    let mut told = Vec::new();
    if let Some(finding) = swallows(twin) {
        told.push(finding);
    }
    skips(twin, &mut told);
    assertions::judge(tests, twin, &mut told)?;
    if told.is_empty() {
        told.extend(fails_no_more(tests, twin));
    }
    // One helper is told once, as the worst that is said of it.
    told.retain(|finding| finding.level > Level::Note);
    let fails_only = old.live().all(|one| one.form == Form::Fail);
    if fails_only && old.live().next().is_some() && old.parameters.is_empty() {
        // It stops where it cannot go on, and compares nothing.
        told.retain(|finding| !rules::ASSERTIONS_REMOVED.made(finding));
    }
    let Some(mut worst) = told.into_iter().rev().max_by_key(|finding| finding.level) else {
        return Ok(());
    };
    let name = match new.scope.last() {
        // What runs around a `with` is known by its class.
        Some(class) if new.name.starts_with("__") => class,
        _ => &new.name,
    };
    let users = Users::of(tests, twin.head.file, name)?;
    if users.is_empty() || moved(tests, twin, &users) {
        return Ok(());
    }
    if !users.unchanged {
        worst.level = worst.level.min(Level::Escalate);
    }
    worst.message.push_str("; it judges for ");
    worst.message.push_str(&users.sentence());
    found.push(worst);
    Ok(())
}

/// A decorator or context manager that drops every failure now.
fn swallows(twin: &Twin<'_>) -> Option<Finding> {
    let (old, new) = (twin.base.test, twin.head.test);
    (new.drops && !old.drops).then(|| {
        let message = format!(
            "{} drops the failure of whatever it runs, which it did not before",
            new.qualified()
        );
        twin.head.of_test(rules::ASSERTION_NOW_SWALLOWED, message)
    })
}

/// A helper that skips the test where it failed or went on before.
fn skips(twin: &Twin<'_>, told: &mut Vec<Finding>) {
    let (old, new) = (twin.base.test, twin.head.test);
    let skip = |mark: &&Mark| mark.kind != MarkKind::ShouldPanic && mark.case.is_none();
    let known: BTreeSet<&str> = old.marks.iter().filter(skip).map(|m| &*m.text).collect();
    let asks = old.live().any(|one| one.form != Form::Fail) || old.body.can_fail;
    let skip = new
        .marks
        .iter()
        .filter(skip)
        .find(|m| !known.contains(&*m.text));
    let Some(mark) = skip.filter(|_| asks) else {
        return;
    };
    let message = format!(
        "{} skips the test now, where it asked something of it before: `{}`",
        new.qualified(),
        mark.text
    );
    let finding = told.push_mut(twin.head.of_test(rules::TEST_SKIPPED, message));
    finding.level = Level::Escalate;
}

/// A helper that raised by itself, or asked through others, and does neither any more.
fn fails_no_more(tests: &WeakenedContext<'_>, twin: &Twin<'_>) -> Option<Finding> {
    let (old, new) = (twin.base.test, twin.head.test);
    let words = twin.head.file.words();
    let judged = |side: Side, one: &Function| {
        let oracles = tests.oracles(side, twin.head.pair);
        let calls = || one.body.calls.iter().filter(|name| *name != one.name);
        one.live().next().is_some()
            || calls().any(|name| holds(&words.fails, name))
            || one.body.names.contains("AssertionError")
            || oracles.is_some_and(|it| calls().any(|name| it.by_call(name)))
    };
    (judged(Side::Base, old)
        && !judged(Side::Head, new)
        && !new.body.can_fail
        && !new
            .body
            .calls
            .iter()
            .any(|name| !old.body.calls.contains(name)))
    .then(|| {
        twin.head.of_test(
            rules::ASSERTIONS_REMOVED,
            format!(
                "{} could fail a test before, and asks nothing any more",
                new.qualified()
            ),
        )
    })
}

/// Whether what the helper asked stands in what leans on it now, or in another helper that is new.
fn moved(tests: &WeakenedContext<'_>, twin: &Twin<'_>, users: &Users<'_>) -> bool {
    let keys = |function: &Function| -> BTreeSet<_> { function.live().map(key).collect() };
    let kept = keys(twin.head.test);
    let lost: Vec<_> = keys(twin.base.test)
        .into_iter()
        .filter(|one| !kept.contains(one))
        .collect();
    if lost.is_empty() {
        return false;
    }
    let mut elsewhere: BTreeSet<(String, String, String)> =
        users.here.iter().flat_map(|test| keys(test)).collect();
    for pair in &tests.sides.pairs {
        let Some(head) = &pair.head else {
            continue;
        };
        let new = head.functions.iter().filter(|one| {
            supports(head, one) && !std::ptr::eq(*one, twin.head.test) && !was_there(pair, one)
        });
        elsewhere.extend(new.flat_map(&keys));
    }
    lost.iter().all(|one| elsewhere.contains(one))
        // Each test that leans on it asks more of its own now.
        || !users.unchanged
            && users.here.iter().all(|test| {
                let own = |one: &&Assertion| one.form != Form::Helper;
                let was = tests.paired.twins.iter().find(|it| std::ptr::eq(it.head.test, *test));
                was.is_some_and(|was| {
                    test.live().filter(own).count() > was.base.test.live().filter(own).count()
                })
            })
}

/// Whether base has the same function.
fn was_there(pair: &Pair<'_>, function: &Function) -> bool {
    pair.base
        .iter()
        .flat_map(|base| &base.functions)
        .any(|old| {
            old.name == function.name
                && old.scope == function.scope
                && old.body.tokens == function.body.tokens
        })
}

/// An assertion's own name for something that asks nothing.
fn bound_anew(
    tests: &WeakenedContext<'_>,
    pair: &Pair<'_>,
    head: &FileModel,
    new: &Function,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let words = head.words();
    let is_assertion = holds(&words.assertions, &new.name);
    let body = &new.body;
    let judges = |name: &str| {
        name != new.name
            && (name.to_ascii_lowercase().contains("assert") || holds(&words.fails, name))
    };
    let asks = new.live().next().is_some()
        || body.can_fail
        || body.calls.iter().any(judges)
        || body.names.contains("super");
    // A function has a body of its own, whose tokens are known; a macro's are not read.
    let is_macro = body.tokens.is_empty() && body.emptiness == Emptiness::default();
    if !is_assertion || asks || words.assertions_are_macros && !is_macro || was_there(pair, new) {
        return Ok(());
    }
    let users = Users::of(tests, head, &new.name)?;
    if users.is_empty() {
        return Ok(());
    }
    let message = format!(
        "`{}` is bound anew and asks nothing: no assertion of that name can fail in {}",
        new.name,
        users.sentence()
    );
    found.push(of_test(
        rules::ASSERTIONS_REMOVED,
        Side::Head,
        head,
        new,
        message,
    ));
    Ok(())
}
