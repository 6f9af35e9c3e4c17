//! `tests`: does each test that the change adds or edits prove anything, and did the change weaken,
//! empty, skip, delete or steer around a test that was there?
//!
//! Static, from the syntax of both sides: [`crate::language::test_model`] says in no language what a file holds,
//! [`trivial`] asks the first question of each test, [`weakened`] the second of the pairs of tests.
//!
//! Does not catch: whether a test would fail if the code were wrong; only running it can tell.

mod carried;
mod evidence;
mod findings;
mod kin;
mod oracles;
mod pairing;
mod production;
mod sides;
mod trivial;
mod weakened;
mod wording;

use std::collections::BTreeSet;

use crate::change::{BySide, File, Side};
use crate::finding::Finding;
use crate::language::test_model::holds;
use crate::{language, unread};

use super::{Applicability, Check, CheckResult, Context, foreign, head_text, unanswered};
use crate::language::test_model::{FileModel, Function};
use evidence::Witness;
use oracles::Oracles;
use pairing::pair;
use production::Production;
use sides::Sides;

/// The check.
pub(super) struct Tests;

pub(super) use kin::{AllKin, Deed, Kin, Named, kin};
pub(super) use weakened::is_snapshot;

impl Check for Tests {
    fn name(&self) -> &'static str {
        "tests"
    }

    fn question(&self) -> &'static str {
        "Do the tests of the change prove something, and was no test weakened?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["tests"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        let concerns = [Side::Base, Side::Head]
            .into_iter()
            .any(|side| file.blob(side).is_some() && is_concern(file.path_on(side)));
        if !concerns {
            // A test that is gone is the shortest way to a green run.
            return match unread::language_of(file) {
                Some(language) if file.head.is_none() => unanswered(file, language, MODEL),
                _ => foreign(file, MODEL),
            };
        }
        match &file.head {
            // What is gone is asked of base.
            None => match file.base.as_ref().and_then(|blob| blob.out_of_reach()) {
                Some(why) => Applicability::OutOfReach(why),
                None => Applicability::Sees,
            },
            Some(_) => head_text(file),
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        match examine(context) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(error),
        }
    }
}

/// What the check asks of a language.
const MODEL: &str = "tests model";

/// Whether a path holds code, test configuration, recorded output, or what decides how tests are judged.
fn is_concern(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    language::tests_of(path).is_some()
        || weakened::is_concern(path)
        || language::test_words().any(|words| holds(&words.configuration, name))
}

fn examine(context: &Context<'_>) -> anyhow::Result<CheckResult> {
    let mut sides = Sides::read(context.change, context.trees, &context.files)?;
    let oracles = BySide {
        base: oracles(&mut sides, context, Side::Base)?,
        head: oracles(&mut sides, context, Side::Head)?,
    };
    let mut result = CheckResult::default();
    for side in [Side::Base, Side::Head] {
        let mut found = Vec::new();
        for (pair, oracles) in sides.pairs.iter().zip(oracles.on(side)) {
            let Some(model) = pair.on(side) else {
                continue;
            };
            let at_base: BTreeSet<(&[String], &str)> = pair
                .base
                .iter()
                .flat_map(FileModel::tests)
                .map(|test| (test.scope.as_slice(), test.name.as_str()))
                .collect();
            let known =
                |test: &Function| at_base.contains(&(test.scope.as_slice(), test.name.as_str()));
            trivial::judge(pair.file, model, side, oracles, known, &mut found);
        }
        match side {
            Side::Base => result.base = found,
            Side::Head => result.head = found,
        }
    }
    let weakened = with_weakened(context, &sides, &oracles, |_, weakened| weakened)?;
    result.head = findings::reported_once(result.head, weakened);
    Ok(result)
}

/// What `then` makes of the tests of both sides and of what was found to be weakened.
fn with_weakened<T>(
    context: &Context<'_>,
    sides: &Sides<'_>,
    oracles: &BySide<Vec<Oracles>>,
    then: impl FnOnce(&weakened::WeakenedContext<'_>, Vec<Finding>) -> T,
) -> anyhow::Result<T> {
    let production = Production::of(sides);
    let paired = pair(&sides.pairs);
    let tests = weakened::WeakenedContext {
        sides,
        paired: &paired,
        production: &production,
        witness: Witness::new(sides, &production),
        oracles,
        elsewhere: Default::default(),
    };
    let mut weakened = Vec::new();
    weakened::judge(&tests, context, &mut weakened)?;
    Ok(then(&tests, weakened))
}

/// The oracles of each changed file of a side, by its place among the pairs. Calls of helpers that turn
/// out to ask something become assertions of the tests that make them.
fn oracles(
    sides: &mut Sides<'_>,
    context: &Context<'_>,
    side: Side,
) -> anyhow::Result<Vec<Oracles>> {
    let pattern = context
        .policy
        .document()
        .checks
        .tests
        .oracle_pattern
        .clone();
    let mut found = Vec::new();
    for pair in &sides.pairs {
        found.push(
            match pair.on(side).filter(|model| weakened::is_test_side(model)) {
                None => Oracles::default(),
                Some(model) => {
                    let leaned_on = sides.leaned_on(side, model)?;
                    let files = std::iter::once(model).chain(&leaned_on);
                    let mut oracles = Oracles::over(files, pattern.clone());
                    let mut tests = model.tests();
                    if tests.any(|test| !oracles.of(test, model.words())) {
                        oracles.bring_in(model, &sides.brought_in(side, model)?);
                    }
                    oracles
                }
            },
        );
    }
    for (pair, oracles) in sides.pairs.iter_mut().zip(&found) {
        let model = match side {
            Side::Base => pair.base.as_mut(),
            Side::Head => pair.head.as_mut(),
        };
        for function in model.into_iter().flat_map(|model| &mut model.functions) {
            let (judging, other) = std::mem::take(&mut function.body.invocations)
                .into_iter()
                .partition(|call| oracles.is_asked(&call.operator));
            function.body.invocations = other;
            function.body.assertions.extend::<Vec<_>>(judging);
        }
    }
    Ok(found)
}
