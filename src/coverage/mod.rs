//! Coverage: reports in, united by side, compared line by line.
//!
//! `formats/` reads a report, `paths.rs` finds its files in the tree, `side.rs` unites the reports of a
//! side, `suite.rs` is what came of the tests that made them, `classes.rs` puts each executable line of
//! base and head into one of the twelve classes of differential coverage, `shown.rs` is what reports
//! draw. What is said about them is `checks/coverage/`.
//!
//! Does not catch: what lines cannot tell (branches, values, assertions): a line that ran is not a line
//! that was tested.

pub mod classes;
pub mod formats;
pub mod paths;
pub mod report;
pub mod side;
pub mod suite;
pub mod summary;
