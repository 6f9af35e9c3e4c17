//! Who hears how a run goes.
//!
//! Does not catch: anything; what is shown of it is [`crate::report`]'s.

/// Hears how the run goes; called from several threads.
pub trait Progress: Send + Sync {
    /// A check began, or a tool of it (`types: mypy`).
    fn started(&self, check: &str);
    /// It ended.
    fn finished(&self, check: &str);
    /// What a check found, where it found something: how many findings, and how many of them block. Checks that run
    /// programs may still be at work.
    fn reported(&self, check: &str, findings: usize, blocking: usize);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _check: &str) {}
    fn finished(&self, _check: &str) {}
    fn reported(&self, _check: &str, _findings: usize, _blocking: usize) {}
}
