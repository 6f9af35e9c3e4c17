//! The words that a language has for tests, from `tests` in its `language.toml`.
//!
//! Does not catch: words that a project has of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::strength::Strength;

/// Words of the tests of a language. Names are whole names where nothing else is said.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Words {
    /// Whether tests stand in one file with the code: what such a file defines may be code.
    pub beside_code: bool,
    /// Whether a call of something that calls nothing proves something by compiling.
    pub compiling_proves: bool,

    /// Names of files that decide what runs, or what a run has to reach.
    pub configuration: Vec<String>,
    /// Names of files that may hold thresholds of checkers.
    pub thresholds: Vec<String>,
    /// Paths of files that run the tests.
    pub tasks: Vec<String>,
    /// Names of files that support the tests or the project and are no code of it.
    pub supporting: Vec<String>,
    /// Parts of paths of files whose change may change what is recorded.
    pub environment: Vec<String>,
    /// Endings of recordings of what the compiler says of the file with the same stem.
    pub compiler_output: Vec<String>,
    /// What on a command line or in the environment records whatever the code prints.
    pub snapshot_updates: Vec<String>,

    /// Names with which a test leaves parts of what is recorded out.
    pub snapshot_masks: Vec<String>,

    /// Globs over names of what is called without its own name.
    pub implicit: Vec<String>,
    /// Names that so many types have that the type's name tells more.
    pub common: Vec<String>,
    /// Methods that say whether two values are equal.
    pub equality: Vec<String>,
    /// Methods that answer other comparisons.
    pub equality_kin: Vec<String>,
    /// Names in such a method that are no parts of the values.
    pub equality_plain: Vec<String>,
    /// The literal of what is true.
    pub truth: String,

    /// Names whose use by a test can fail it: tools that run something else.
    pub drivers: Vec<String>,
    /// Parts of names of tests that can fail without an assertion.
    pub driving_names: Vec<String>,
    /// Parts of a test's documentation that say the same, in lower case.
    pub driving_docs: Vec<String>,
    /// Calls that fail the test, and no more.
    pub panics: Vec<String>,
    /// How a message names what is better than an assertion that always fails.
    pub plain_failure: String,
    /// Names with which a test asks for fixtures without having them as parameters.
    pub fixture_requests: Vec<String>,
    /// Modules that do nothing but make doubles.
    pub double_modules: Vec<String>,
    /// Beginnings of modules that bring in doubles.
    pub doubles: Vec<String>,
    /// Names of variables that say which test runs.
    pub test_variables: Vec<String>,
    /// Exceptions that end the process, and what a test expects them with.
    pub ends: Vec<String>,

    /// Names of assertions by the row of the lattice that they stand on.
    pub strengths: BTreeMap<Strength, Vec<String>>,
    /// Names of assertions by the operator that they compare with, where it is not their name.
    pub operators: BTreeMap<String, Vec<String>>,
    /// Names of assertions by the value that they expect without being given it.
    pub asked: BTreeMap<String, Vec<String>>,
    /// Calls with which a test says that it has to assert: without one a test may end before its assertions.
    pub sure: Vec<String>,

    /// Operators of assertions whose expectation the runner writes into the file.
    pub recorded: Vec<String>,

    /// Operators of assertions that ask for a type, or whether there is such a member.
    pub type_checks: Vec<String>,
    /// Operators of assertions that ask whether there is no value.
    pub absences: Vec<String>,
    /// Operators of assertions that two values differ.
    pub differences: Vec<String>,
    /// Operators of assertions of which one says that the other does not hold.
    pub opposites: Vec<[String; 2]>,
    /// What an operator that is denied begins with.
    pub denials: Vec<String>,
    /// Operators of assertions that a double was not called.
    pub uncalled: Vec<String>,
    /// Operators of assertions on one kind of value, the strictest first.
    pub looser: Vec<String>,
    /// Operators of assertions about warnings.
    pub warnings: Vec<String>,
    /// What an assertion of equality takes anything for.
    pub anything: Vec<String>,
    /// Exceptions of which nearly every other is one.
    pub broadest: Vec<String>,
    /// Calls that fail where there is no value.
    pub unwraps: Vec<String>,
    /// Calls that put a value in the place of a failure.
    pub defaults: Vec<String>,
    /// Calls that fail for other reasons.
    pub fails: Vec<String>,
    /// Assertions of the runner and the language that a file may bind anew.
    pub assertions: Vec<String>,
    /// Whether they are macros, of which no function takes the place.
    pub assertions_are_macros: bool,
    /// Beginning of an assertion that debug builds alone make.
    pub of_debug_builds: String,
    /// Words of the code at which it refuses what it is given: a stop, a failure that is handed back.
    pub refusals: Vec<String>,
    /// What an assertion holds that asks for such a refusal.
    pub refused: Vec<String>,
    /// Parts of what a refusal says where something is not built yet.
    pub unbuilt: Vec<String>,
    /// What stands before a value of which it leaves only a part.
    pub coarse_before: Vec<String>,
    /// What stands behind one.
    pub coarse_behind: Vec<String>,

    /// Names with which a test may reach anything.
    pub outside: Vec<String>,
    /// Calls of the language and its standard library alone.
    pub builtins: Vec<String>,
    /// Types of the language and its standard library that tests use as tools.
    pub types: Vec<String>,
    /// Modules of the standard library that tests use as tools.
    pub standard: Vec<String>,
    /// Those of them that say nothing of what is tested.
    pub standard_of_tests: Vec<String>,
}

/// Whether a list of words holds one.
pub fn holds(words: &[String], word: &str) -> bool {
    words.iter().any(|own| own == word)
}
