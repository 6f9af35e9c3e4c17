//! Tests, run: which of them ran, what came of each, and what a failure said. One recipe a runner.
//!
//! This runs code of the tree that it is given: only where base's policy names a command, or the user asks for it.
//!
//! Does not catch: tests that do not run the same each time; who decides by them asks again.

mod failure;
pub mod javascript;
mod libtest;
pub mod outcome;
pub mod place;
mod pytest;
pub mod trial;

use std::collections::BTreeSet;
use std::path::Path;

use crate::change::Change;
use crate::policy::Environment;
use crate::text::visible;
use crate::tools::adapter::Adapter;
use crate::tools::locate::{Located, Search, locate};
use crate::tools::{diagnostic, environment};

pub use failure::{Failure, State, code, stdout};
use outcome::Results;
use place::Place;
use trial::Trials;

/// Which tests to run, and how.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Only these, by the runner's names; none: all.
    pub only: Option<BTreeSet<String>>,
    /// Only the cases of these, by [`Runner::function_of`]; none: all.
    pub functions: Option<BTreeSet<String>>,
    /// Only those in these files, where the runner can tell; none: all.
    pub files: Option<BTreeSet<String>>,
    /// In another order than the usual one.
    pub otherwise: bool,
    /// Up to the first that fails: of the others nothing is known then.
    pub first: bool,
}

/// How tests are run by a kind of command. Another one is a file here and its name in [`RECIPES`].
trait Recipe: Sync {
    /// What is known of the program; `None` where it is not this recipe's command.
    fn adapter(&self, command: &[String]) -> anyhow::Result<Option<Adapter>>;

    /// What its commands look like, for messages.
    fn known(&self) -> &'static str;

    /// The language whose projects are most likely tested with it, and how.
    fn usual(&self) -> (&'static str, &'static [&'static str]);

    /// Whether several trees can be run at the same time, and gain by it.
    fn runs_side_by_side(&self) -> bool {
        false
    }

    /// Whether it tries edits by itself.
    fn tries(&self) -> bool {
        false
    }

    /// Whether tests are built, which costs more than to run them.
    fn builds(&self) -> bool {
        false
    }

    /// Why that program was not found.
    fn not_located(&self, failure: diagnostic::Failure) -> Failure {
        failure.into()
    }

    /// Runs tests, and reads what came of them.
    fn run(&self, run: &Run<'_>, output: &mut String) -> Result<Results, Failure>;

    /// The name of a test as the models of its language have it (`TestFramework::run_name`), without its case.
    fn function_of<'n>(&self, name: &'n str) -> &'n str;

    /// The command for these tests alone, for a human.
    fn command_for(&self, command: &[String], names: &[&str]) -> String;
}

const RECIPES: [&dyn Recipe; 3] = [&pytest::Pytest, &libtest::Libtest, &javascript::JavaScript];

/// What a recipe works with.
struct Run<'r> {
    command: &'r [String],
    adapter: &'r Adapter,
    located: &'r Located,
    place: &'r Place,
    which: &'r Which,
    /// Edits to be tried then, of a recipe that does.
    trials: Option<&'r Trials>,
}

/// A command that runs tests.
pub struct Runner<'a> {
    change: &'a Change,
    environments: &'a [Environment],
    command: Vec<String>,
    recipe: &'static dyn Recipe,
    /// What is known of the program.
    pub adapter: Adapter,
}

impl<'a> Runner<'a> {
    /// The runner of a command.
    ///
    /// # Errors
    /// Where no recipe knows it.
    pub fn new(
        change: &'a Change,
        environments: &'a [Environment],
        command: &[String],
    ) -> anyhow::Result<Self> {
        for recipe in RECIPES {
            if let Some(adapter) = recipe.adapter(command)? {
                return Ok(Self {
                    change,
                    environments,
                    command: command.to_vec(),
                    recipe,
                    adapter,
                });
            }
        }
        let known = RECIPES.map(Recipe::known).join(", ");
        anyhow::bail!(
            "there is no recipe to run `{}` test by test; known are {known}",
            visible(&command.join(" "))
        );
    }

    /// Folders of the user's working tree that a private one may lead into.
    pub fn links(&self) -> Vec<String> {
        environment::links(&self.adapter, self.change, self.environments)
    }

    /// Finds the program, for a tree that stands at `root`.
    ///
    /// # Errors
    /// Where it is not there or cannot be started.
    pub fn locate(&self, root: &Path) -> Result<Located, Failure> {
        let search = Search {
            change: self.change,
            environments: self.environments,
            folder: "",
            cwd: root,
            imports: true,
        };
        locate(&self.adapter, search).map_err(|failure| self.recipe.not_located(failure))
    }

    /// Runs tests in a place. `output` gets what they printed, for the trace.
    ///
    /// # Errors
    /// Where nothing is known of them: why.
    pub fn run(
        &self,
        located: &Located,
        place: &Place,
        which: &Which,
        trials: Option<&Trials>,
        output: &mut String,
    ) -> Result<Results, Failure> {
        let run = Run {
            command: &self.command,
            adapter: &self.adapter,
            located,
            place,
            which,
            trials,
        };
        self.recipe.run(&run, output)
    }

    /// Whether several trees can be run at the same time, and gain by it.
    pub fn runs_side_by_side(&self) -> bool {
        self.recipe.runs_side_by_side()
    }

    /// Whether it tries edits by itself.
    pub fn tries(&self) -> bool {
        self.recipe.tries()
    }

    /// Whether tests are built, which costs more than to run them.
    pub fn builds(&self) -> bool {
        self.recipe.builds()
    }

    /// The name of a test as the models of its language have it, without its case.
    pub fn function_of<'n>(&self, name: &'n str) -> &'n str {
        self.recipe.function_of(name)
    }

    /// The command for these tests alone, as a human runs it.
    pub fn command_for(&self, names: &[&str]) -> String {
        self.recipe.command_for(&self.command, names)
    }

    /// The command.
    pub fn command(&self) -> &[String] {
        &self.command
    }
}

/// The command that a project with so many files of each language, by its name, is most likely tested with; none where it
/// has no file of a language whose tests are run. `manifest` is the `package.json` at its top.
pub fn usual_command(
    files: impl Fn(&str) -> usize,
    manifest: &str,
) -> Option<&'static [&'static str]> {
    let mut found: Option<(usize, &'static [&'static str])> = None;
    for (language, command) in RECIPES.map(Recipe::usual) {
        let count = files(language);
        if count > found.map_or(0, |(most, _)| most) {
            found = Some((count, command));
        }
    }
    let named = |(_, command): (usize, &'static [&'static str])| match command {
        ["vitest", ..] => javascript::usual_command(manifest),
        other => other,
    };
    found.map(named)
}

/// A word for a shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
