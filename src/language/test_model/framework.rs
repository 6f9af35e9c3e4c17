//! What a language answers about its tests: which run, what a file says, and which files they lean on.
//!
//! Does not catch: runners other than the one that a language's folder reads.

use std::fmt;

use anyhow::Result;

use super::symbols::Symbol;
use super::{Defined, FileModel, Function, Names};
use crate::language::{Parsed, Profile};

/// Reads a file of one side of the tree; none where there is none, or no text.
pub type ReadText<'r> = dyn Fn(&str) -> Result<Option<String>> + 'r;

/// Both sides of the tree.
pub struct Tree<'r> {
    /// Reads a file of base.
    pub base: &'r ReadText<'r>,
    /// Reads a file of head.
    pub head: &'r ReadText<'r>,
    /// The paths of head.
    pub paths: &'r [String],
}

/// The model of a file of one side of the tree; none where there is none.
pub type ReadModel<'r> = dyn Fn(&str) -> Result<Option<FileModel>> + 'r;

/// What a language knows of its tests. What it does not answer, its tests do not have.
pub trait TestFramework: Sync {
    /// What is data of it; its words stand under `tests`.
    fn profile(&self) -> &'static Profile;

    /// What decides on one side of the tree which of these files of the language hold tests that run.
    fn project(&self, paths: &[&str], read: &ReadText<'_>) -> Result<Box<dyn TestProject>>;

    /// The production symbols of a file.
    fn symbols(&self, parsed: &Parsed) -> Vec<Symbol>;

    /// What the runner does with fewer tests, or with less, by what a file says on both sides; a file that is not the
    /// runner's, or that does not count at head, says nothing.
    fn deselected(&self, path: &str, sides: &Tree<'_>) -> Result<Vec<Deselected>> {
        let _ = (path, sides);
        Ok(Vec::new())
    }

    /// The files of tests that a file brought into the build at base and that nothing brings in at head.
    fn orphans(&self, path: &str, base: &str, head: &str, sides: &Tree<'_>) -> Result<Vec<Orphan>> {
        let _ = (path, base, head, sides);
        Ok(Vec::new())
    }

    /// The examples in the documentation of a file.
    fn examples(&self, text: &str) -> Vec<Example> {
        let _ = text;
        Vec::new()
    }

    /// The files from which the runner hands the tests of a file what they ask for by name, nearest first.
    fn fixture_files(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }

    /// The files near a test that may hold its helpers, whatever it brings in.
    fn helper_files(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }

    /// The files of test code that a file brings in.
    fn imported_helpers(&self, file: &FileModel) -> Vec<String> {
        let _ = file;
        Vec::new()
    }

    /// The files of the project that a test's file brings in, and those behind them that have one of the names.
    fn imported_code(
        &self,
        file: &FileModel,
        names: &Names,
        read: &ReadModel<'_>,
    ) -> Result<Vec<String>> {
        let _ = (file, names, read);
        Ok(Vec::new())
    }

    /// Whether a file of production code is in what a test's file brings in: its package, its crate.
    fn is_near(&self, file: &FileModel, path: &str) -> bool {
        let _ = (file, path);
        true
    }

    /// Whether the runner loads a file by itself, or by its name as a plugin.
    fn is_plugin(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// The name by which the runner knows a test.
    fn id(&self, file: &FileModel, test: &Function) -> String {
        let _ = file;
        let mut parts = test.scope.clone();
        parts.push(test.name.clone());
        parts.join("::")
    }

    /// The name by which a run of the tests tells one, all of its cases together.
    fn run_name(&self, file: &FileModel, test: &Function) -> String {
        self.id(file, test)
    }

    /// The code of one file with the tests of another in place of its own, where tests stand beside the code; `None`
    /// where they do not, or a test has no place to stand in there.
    fn spliced(&self, code: &Parsed, tests: &Parsed) -> Option<String> {
        let _ = (code, tests);
        None
    }

    /// Whether a test names nothing of the project.
    fn inert(&self, file: &FileModel, test: &Function, defined: &Defined<'_>) -> Inert;
}

impl fmt::Debug for dyn TestFramework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.profile().title)
    }
}

/// What decides on one side of the tree which tests run.
pub trait TestProject {
    /// The model of a file.
    fn model(&self, parsed: &Parsed, path: &str) -> FileModel;
}

/// Tests that ran and run no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deselected {
    /// What says so, as it stands in the file, with `_` for `-`.
    pub key: String,
    /// What it does, as a message says it.
    pub message: String,
    /// Whether the tests still run, and are run again where they fail.
    pub retries: bool,
}

/// A file that was part of the build and is left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Its path.
    pub path: String,
    /// Why it is left out, in a clause.
    pub why: String,
    /// 0-based line of the base's file that brought it in.
    pub row: u32,
}

/// An example in documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its code without blanks.
    pub code: String,
    /// Whether it is run as a test.
    pub runs: bool,
    /// Whether it says what has to come of it.
    pub asserts: bool,
    /// 0-based line at which it begins.
    pub row: u32,
    /// That line.
    pub text: String,
}

/// How little a test names of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inert {
    /// It names something, or that is not known.
    No,
    /// Nothing, but it may test what it brings in, or show something.
    Perhaps,
    /// Nothing.
    Surely,
}
