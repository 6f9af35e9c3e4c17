//! Both sides of the change as models: the changed files, what the runners' configuration says, and
//! the files of the tree that changed tests lean on (fixtures, helper modules).
//!
//! Only what a changed test reaches is read, so the cost follows the change.
//!
//! Does not catch: see the languages' [`crate::language::test_model::TestFramework`].

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::budget;
use crate::change::{BySide, Change, File, Side, Status};
use crate::checks::of_file;
use crate::language::{self, Lang, Parsed, Trees};

use crate::language::test_model::{FileModel, Names, TestProject};

/// A changed file of a language, with its models.
pub(super) struct Pair<'a> {
    /// The file.
    pub file: &'a File,
    /// Base's side.
    pub base: Option<FileModel>,
    /// Head's side.
    pub head: Option<FileModel>,
}

impl Pair<'_> {
    /// The model of a side.
    pub(super) fn on(&self, side: Side) -> Option<&FileModel> {
        match side {
            Side::Base => self.base.as_ref(),
            Side::Head => self.head.as_ref(),
        }
    }
}

/// Everything that the rules look at.
pub(super) struct Sides<'a> {
    /// The change.
    pub change: &'a Change,
    /// Syntax trees.
    pub trees: &'a Trees,
    /// Changed files of a language.
    pub pairs: Vec<Pair<'a>>,
    /// What decides which tests run.
    projects: BySide<Projects>,
}

/// What decides on one side which tests run, by language.
struct Projects(BTreeMap<Lang, Box<dyn TestProject>>);

impl Projects {
    fn read(change: &Change, side: Side, files: &[&File]) -> Result<Self> {
        let mut projects = BTreeMap::new();
        for language in language::ALL {
            let Some(framework) = language.tests() else {
                continue;
            };
            let paths = files.iter().map(|file| file.path_on(side));
            let own: Vec<&str> = paths
                .filter(|path| language::of(path) == Some(language))
                .collect();
            let read = |path: &str| {
                let blob = change.read(side, path)?;
                Ok(blob.and_then(|blob| blob.text().map(str::to_owned)))
            };
            projects.insert(language, framework.project(&own, &read)?);
        }
        Ok(Self(projects))
    }

    /// The model of a file; none in a language whose tests are not known.
    fn model(&self, parsed: &Parsed, path: &str) -> Option<FileModel> {
        let project = self.0.get(&parsed.language)?;
        Some(project.model(parsed, path))
    }
}

/// What reading a side of a file came to.
enum Read {
    /// There is nothing to read.
    Nothing,
    /// Its model.
    Model(Box<FileModel>),
    /// There is something, and it took more than is allowed.
    OutOfReach,
}

impl Read {
    /// The model, if any; none where nobody knows.
    fn known(self) -> Option<Option<FileModel>> {
        match self {
            Read::Nothing => Some(None),
            Read::Model(model) => Some(Some(*model)),
            Read::OutOfReach => None,
        }
    }
}

/// How many helper files are read for one changed test file at most.
const MOST_HELPERS: usize = 24;

impl<'a> Sides<'a> {
    /// Reads both sides of the changed files.
    pub(super) fn read(change: &'a Change, trees: &'a Trees, files: &[&'a File]) -> Result<Self> {
        let projects = BySide {
            base: Projects::read(change, Side::Base, files)?,
            head: Projects::read(change, Side::Head, files)?,
        };
        let mut pairs = Vec::new();
        for file in files.iter().copied() {
            let model = |side: Side| {
                let Some(blob) = file.blob(side) else {
                    return Read::Nothing;
                };
                let path = file.path_on(side);
                // A copy's base stands under its own path still: nothing of it was moved.
                let is_copy = side == Side::Base && file.status == Status::Copied;
                if is_copy || blob.text().is_none() || language::tests_of(path).is_none() {
                    return Read::Nothing;
                }
                let Some(parsed) = trees.of(path, blob) else {
                    return Read::OutOfReach;
                };
                let projects = projects.on(side);
                match budget::within(of_file(file), || projects.model(&parsed, path)) {
                    Ok(model) => model.map_or(Read::Nothing, |model| Read::Model(Box::new(model))),
                    Err(spent) => {
                        trees.leave_unread(path, spent.to_string());
                        Read::OutOfReach
                    }
                }
            };
            // Where a side is out of reach, the tests of the other are neither new nor gone.
            let (Some(base), Some(head)) = (model(Side::Base).known(), model(Side::Head).known())
            else {
                continue;
            };
            if base.is_some() || head.is_some() {
                pairs.push(Pair { file, base, head });
            }
        }
        Ok(Self {
            change,
            trees,
            pairs,
            projects,
        })
    }

    /// The models of the unchanged files that the tests of a file lean on.
    pub(super) fn leaned_on(&self, side: Side, model: &FileModel) -> Result<Vec<FileModel>> {
        let mut found: BTreeMap<String, FileModel> = BTreeMap::new();
        let framework = model.framework;
        let mut wanted = framework.fixture_files(&model.path);
        wanted.extend(framework.helper_files(&model.path));
        wanted.extend(framework.imported_helpers(model));
        let mut tests: BTreeSet<String> = BTreeSet::from([model.path.clone()]);
        while let Some(path) = wanted.pop() {
            if found.len() >= MOST_HELPERS || !tests.insert(path.clone()) {
                continue;
            }
            let Some(helper) = self.model_of(side, &path)? else {
                continue;
            };
            wanted.extend(helper.framework.imported_helpers(&helper));
            found.insert(path, helper);
        }
        Ok(found.into_values().collect())
    }

    /// The models of the project's own code that the tests of a file bring in by what they call.
    pub(super) fn brought_in(&self, side: Side, model: &FileModel) -> Result<Vec<FileModel>> {
        let mut names = Names::default();
        for test in model.tests() {
            names.extend(test.body.names.iter());
        }
        let read = |path: &str| self.model_of(side, path);
        let paths = model.framework.imported_code(model, &names, &read)?;
        let models = paths.into_iter().map(|path| self.model_of(side, &path));
        Ok(models
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// The model of any file of a side.
    pub(super) fn model_of(&self, side: Side, path: &str) -> Result<Option<FileModel>> {
        let Some(blob) = self.change.read(side, path)? else {
            return Ok(None);
        };
        let Some(parsed) = self.trees.of(path, &blob) else {
            return Ok(None);
        };
        let limit = budget::of_file(parsed.source.len());
        let read = || self.projects.on(side).model(&parsed, path);
        match budget::within(limit, read) {
            Ok(model) => Ok(model),
            Err(spent) => {
                self.trees.leave_unread(path, spent.to_string());
                Ok(None)
            }
        }
    }
}
