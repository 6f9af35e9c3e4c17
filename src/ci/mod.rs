//! CI: which change an event of GitHub Actions is about, the history that it takes, and what the runner
//! is told.
//!
//! Does not catch: other CI systems; they name base and head to `draftgate check` themselves.

pub mod event;
pub mod history;
pub mod runner;
