//! Which tests lean on something that stands outside of them: a helper, a fixture, a table, by its name.
//!
//! Asked only where something of the test side became weaker; tests of unchanged files count too.
//!
//! Does not catch: a use under another name.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::language;
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{FileModel, Function, Role};

use super::WeakenedContext;

/// Unchanged files of tests that are read for one change's helpers at most.
const MOST_FILES: usize = 60;

/// How far helpers of helpers are followed in one file.
const ROUNDS: usize = 3;

/// Names of helpers whose tests are looked for in unchanged files.
const MOST_NAMES: usize = 6;

/// Names that are told of users.
const TOLD: usize = 3;

/// Tests of head that lean on a name.
#[derive(Default)]
pub(super) struct Users<'m> {
    /// Their names, in the order of the files.
    names: Vec<String>,
    /// Those of them that stand in the change's files.
    pub here: Vec<&'m Function>,
    /// Whether a test that says what it said before is one of them.
    pub unchanged: bool,
    /// Whether one of them asserts on the name itself.
    pub asserted: bool,
}

impl<'m> Users<'m> {
    /// The tests that lean on one of these names, which a file of the test side defines.
    pub(super) fn of(tests: &WeakenedContext<'m>, file: &FileModel, name: &str) -> Result<Self> {
        let mut users = Self::default();
        let edited: BTreeSet<*const Function> = tests
            .edited()
            .map(|twin| std::ptr::from_ref(twin.head.test))
            .collect();
        let born = tests.paired.born.iter().map(|place| place.test);
        let new: BTreeSet<*const Function> = born.map(std::ptr::from_ref).collect();
        // Itself, and the helpers of its file that come to it.
        let names = through(file, BTreeSet::from([name]), ROUNDS);
        for pair in &tests.sides.pairs {
            let Some(model) = pair.head.as_ref().filter(|model| is_kin(model, file)) else {
                continue;
            };
            for test in leaning(model, &names, model.path == file.path) {
                let at = std::ptr::from_ref(test);
                users.put_down(test, name);
                users.here.push(test);
                users.unchanged |= !edited.contains(&at) && !new.contains(&at);
            }
        }
        let mut read = BTreeSet::new();
        for one in names.iter().take(MOST_NAMES) {
            for model in unchanged(tests, &file.path, one)? {
                if !read.insert(model.path.clone()) {
                    continue;
                }
                for test in leaning(&model, &names, false) {
                    users.put_down(test, name);
                    users.unchanged = true;
                }
            }
        }
        Ok(users)
    }

    fn put_down(&mut self, test: &Function, name: &str) {
        self.names.push(test.qualified());
        self.asserted |= test.live().any(|assertion| assertion.names.contains(name));
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// As a message names them.
    pub(super) fn sentence(&self) -> String {
        let shown: Vec<&str> = self.names.iter().take(TOLD).map(String::as_str).collect();
        let more = self.names.len().saturating_sub(TOLD);
        match more {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// The unchanged files of tests, of the language of a path and near it or in a folder of tests, that hold a name.
pub(super) fn unchanged(
    tests: &WeakenedContext<'_>,
    path: &str,
    name: &str,
) -> Result<Vec<FileModel>> {
    let change = tests.sides.change;
    let language = language::of(path);
    let near = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let changed: BTreeSet<&str> = tests
        .sides
        .pairs
        .iter()
        .map(|pair| pair.file.path.as_str())
        .collect();
    let is_test = |path: &&String| {
        budget::charge(1)
            && (in_test_folder(path) || path.starts_with(near))
            && language::of(path) == language
            && !changed.contains(path.as_str())
    };
    let mut found = Vec::new();
    for path in change.paths(Side::Head)?.iter().filter(is_test) {
        if found.len() >= MOST_FILES {
            break;
        }
        let Some(blob) = change.read(Side::Head, path)? else {
            continue;
        };
        let names_it = |text: &str| budget::charge_text(text.len()) && text.contains(name);
        if blob.text().is_some_and(names_it) {
            found.extend(tests.sides.model_of(Side::Head, path)?);
        }
    }
    Ok(found)
}

/// Whether two files are of one language.
fn is_kin(one: &FileModel, other: &FileModel) -> bool {
    language::of(&one.path) == language::of(&other.path)
}

/// The tests of a file that lean on one of these names, by themselves or through the file's helpers.
fn leaning<'m>(model: &'m FileModel, names: &BTreeSet<&str>, own: bool) -> Vec<&'m Function> {
    let brings_in = own || model.words().beside_code || !model.imports.is_empty();
    if !brings_in {
        return Vec::new();
    }
    // Twice: a helper's helper.
    let names = through(model, names.clone(), 2);
    model
        .tests()
        .filter(|test| test.unreached.is_none() && leans(&names, test))
        .collect()
}

/// These names, and those of the helpers of a file that come to one of them within so many rounds.
fn through<'n>(
    model: &'n FileModel,
    mut names: BTreeSet<&'n str>,
    rounds: usize,
) -> BTreeSet<&'n str> {
    for _ in 0..rounds {
        let helpers = model.functions.iter().filter(|one| one.role != Role::Test);
        let more: Vec<&str> = helpers
            .filter(|one| leans(&names, one))
            .map(|one| one.name.as_str())
            .collect();
        names.extend(more);
    }
    names
}

fn leans(names: &BTreeSet<&str>, one: &Function) -> bool {
    budget::charge(1 + names.len())
        && names.iter().any(|name| {
            one.body.names.contains(name)
                || one.body.calls.contains(name)
                || one.parameters.iter().any(|given| given == name)
        })
}
