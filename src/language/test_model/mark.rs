//! Marks on tests: what a decorator or an attribute says of how a runner takes the test.

/// A mark on a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it does.
    pub kind: MarkKind,
    /// Its condition, as one line; none is always.
    pub condition: Option<String>,
    /// Its reason.
    pub reason: String,
    /// Itself, as one line.
    pub text: String,
    /// 0-based line.
    pub line: u32,
    /// The case that it is on, where it is on one row of a table.
    pub case: Option<String>,
    /// Who decides whether its condition holds, where that is known.
    pub decider: Decider,
    /// Whether success fails a test that is expected to fail.
    pub strict: bool,
}

/// Who decides whether a condition of a mark holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decider {
    /// That is not known.
    #[default]
    Nobody,
    /// The machine: its system, its versions, what is installed.
    Machine,
    /// Whoever runs the tests, by a variable or a feature that is not on by itself; or it holds wherever they run.
    Runner,
}

/// What a mark does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The test does not run.
    Skip,
    /// Its failure counts as success.
    ExpectedFailure,
    /// It must panic; with an expected text in `reason`.
    ShouldPanic,
    /// It is run again where it fails.
    Retried,
    /// It runs, and the tests beside it that have no such mark do not.
    Focused,
}
