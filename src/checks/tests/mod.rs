//! `tests`: does each test that the change adds or edits prove anything, and did the change weaken,
//! empty, skip, delete or steer around a test that was there?
//!
//! Static, from the syntax of both sides: [`collect`] turns files into the language-neutral [`model`],
//! [`trivial`] asks the first question of each test, [`bent`] the second of the pairs of tests.
//!
//! Does not catch: whether a test would fail if the code were wrong; only running it can tell.

mod collect;
mod findings;
#[expect(
    dead_code,
    reason = "half of it is read by the comparison of the sides, which is next"
)]
mod model;
mod oracles;
mod sides;
#[expect(
    dead_code,
    reason = "read by the comparison of the sides, which is next"
)]
mod strength;
mod trivial;

use crate::change::{File, Side};
use crate::syntax::Language;

use super::{Check, Context, Examined, Sight, head_text};
use findings::Said;
use model::FileModel;
use oracles::Oracles;
use sides::Sides;

/// The check.
pub(super) struct Tests;

impl Check for Tests {
    fn name(&self) -> &'static str {
        "tests"
    }

    fn question(&self) -> &'static str {
        "Do the tests of the change prove something, and was no test bent?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["tests"]
    }

    fn sight(&self, file: &File) -> Sight {
        let concerns = [Side::Base, Side::Head]
            .into_iter()
            .any(|side| file.blob(side).is_some() && is_concern(file.path_on(side)));
        if !concerns {
            return Sight::NotApplicable("no code, test configuration or snapshot".to_owned());
        }
        match &file.head {
            // What is gone is asked of base.
            None => match file.base.as_ref().and_then(|blob| blob.out_of_reach()) {
                Some(why) => Sight::OutOfReach(why),
                None => Sight::Sees,
            },
            Some(_) => head_text(file),
        }
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        match examine(context) {
            Ok(examined) => examined,
            Err(error) => Examined::broken(error),
        }
    }
}

/// Whether a path holds code, test configuration or a snapshot.
fn is_concern(path: &str) -> bool {
    Language::of(path).is_some()
}

fn examine(context: &Context<'_>) -> anyhow::Result<Examined> {
    let sides = Sides::read(context.change, context.trees, &context.files)?;
    let mut examined = Examined::default();
    for side in [Side::Base, Side::Head] {
        let mut said = Said::default();
        for pair in &sides.pairs {
            let Some(model) = pair.on(side).filter(|model| model.tests().next().is_some()) else {
                continue;
            };
            let oracles = oracles(&sides, side, model)?;
            let known = |test: &model::Function| {
                pair.base
                    .iter()
                    .flat_map(FileModel::tests)
                    .any(|other| other.name == test.name && other.scope == test.scope)
            };
            trivial::judge(pair.file, model, side, &oracles, known, &mut said);
        }
        if let Some(error) = said.failed {
            return Err(error);
        }
        match side {
            Side::Base => examined.base = said.findings,
            Side::Head => examined.head = said.findings,
        }
    }
    Ok(examined)
}

/// The oracles that a file's tests can reach.
fn oracles(sides: &Sides<'_>, side: Side, model: &FileModel) -> anyhow::Result<Oracles> {
    let leaned_on = sides.leaned_on(side, model)?;
    Ok(Oracles::over(
        std::iter::once(model).chain(&leaned_on),
        Vec::new(),
    ))
}
