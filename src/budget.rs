//! Work, counted: how much a check may do with one file, and with the whole change.
//!
//! A step is a node looked at, or [`TEXT`] bytes of text gone over. Steps and not seconds, so that a file
//! is out of reach on every machine or on none, and reports keep their bytes. Where the steps of a scope
//! are gone, trees end: a node has no children and no parent any more, a walk is over. So whatever runs
//! comes to its end soon; what it made until then is worth nothing, and [`within`] keeps it back.
//!
//! What several checks share (a tree, its facts) is made in a scope of its own: who asks first must not
//! pay for the others.
//!
//! Does not catch: loops that look at no node and do not [`charge`]; work of other programs; time.

use std::cell::Cell;
use std::fmt;

/// Bytes of text that are one step.
pub const TEXT: usize = 64;

/// Steps that a check may do with a file beside what its size allows.
const FOR_A_FILE: u64 = 2_000_000;
/// Steps for each byte of a file.
const FOR_A_BYTE: u64 = 40;
/// How much more than the sum of its files a check may do with the whole change.
const FOR_A_CHECK: u64 = 60_000_000;

thread_local! {
    /// Steps that the scope of this thread has left.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Steps of the scopes of this thread that are over.
    static DONE: Cell<u64> = const { Cell::new(0) };
    /// Scopes that this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// More work than a scope allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfSteps {
    limit: u64,
}

impl fmt::Display for OutOfSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more work than {} steps", self.limit)
    }
}

/// What one check may do with a text of this many bytes.
pub fn of_file(bytes: usize) -> u64 {
    FOR_A_FILE.saturating_add(FOR_A_BYTE.saturating_mul(bytes as u64))
}

/// What one check may do with a change of this many bytes.
pub fn of_check(bytes: usize) -> u64 {
    FOR_A_CHECK.saturating_add(of_file(bytes))
}

/// Counts steps; whether the scope has any left.
pub fn charge(steps: usize) -> bool {
    LEFT.with(|left| {
        let rest = left.get().saturating_sub(steps as u64);
        left.set(rest);
        rest > 0
    })
}

/// Counts the steps of going over a text; whether the scope has any left.
pub fn charge_text(bytes: usize) -> bool {
    charge(bytes / TEXT + 1)
}

/// Ends the scope: what it needs could not be made within bounds either.
pub fn exhaust() {
    if DEPTH.get() > 0 {
        LEFT.set(0);
    }
}

/// Restores the scope around, whatever becomes of the work.
struct Scope {
    limit: u64,
    outer: u64,
}

impl Scope {
    fn begin(limit: u64) -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self {
            limit,
            outer: LEFT.replace(limit),
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        let left = LEFT.replace(self.outer);
        DONE.set(DONE.get().saturating_add(self.limit - left));
    }
}

/// Does work in a scope of its own, which the one around does not pay for.
///
/// # Errors
/// Where it took all of the steps: what it made is kept back.
pub fn within<T>(limit: u64, work: impl FnOnce() -> T) -> Result<T, OutOfSteps> {
    let scope = Scope::begin(limit);
    let made = work();
    let spent = LEFT.get() == 0;
    drop(scope);
    if spent {
        return Err(OutOfSteps { limit });
    }
    Ok(made)
}

/// Counts what another thread did for this one, without asking anything of its scope.
pub fn count(steps: u64) {
    DONE.set(DONE.get().saturating_add(steps));
}

/// Steps that this thread did in all scopes so far.
pub fn total() -> u64 {
    DONE.get().saturating_add(u64::MAX - LEFT.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_all_steps_of_a_scope_is_kept_back() {
        let within_them = within(10, || charge(9));
        assert_eq!(within_them, Ok(true));
        let error = within(10, || while charge(1) {}).unwrap_err();
        assert_eq!(error.to_string(), "more work than 10 steps");
    }

    #[test]
    fn a_scope_does_not_pay_for_the_one_inside() {
        let inner = within(10, || within(1_000, || charge(500)).is_ok() && charge(5));
        assert_eq!(inner, Ok(true));
    }

    #[test]
    fn a_scope_ends_with_a_panic_too() {
        let before = total();
        let panicked = std::panic::catch_unwind(|| within(10, || panic!("{}", charge(20))));
        assert!(panicked.is_err());
        assert!(charge(1_000), "this thread has no limit");
        assert_eq!(total() - before, 1_010);
    }
}
