//! When a run must be over: the one clock that decides what becomes of a run.
//!
//! A run has one budget of time, and every program that it starts gets what is left of it at most. It stands here, below
//! whoever starts programs, because there is one run at a time; of two in one process the last begun says until when.
//!
//! Does not catch: a program that is asked over and over ([`super::Conversation`]); who begins a run waits for it no
//! longer than until its end.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

static ENDS: Mutex<Option<Instant>> = Mutex::new(None);

/// The time of a run, until this is dropped.
#[derive(Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// Begins a run that may take this long.
    pub fn after(limit: Duration) -> Self {
        let ends = Instant::now() + limit;
        set(Some(ends));
        Self(ends)
    }

    /// What is left.
    pub fn left(&self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        set(None);
    }
}

fn set(ends: Option<Instant>) {
    *ENDS.lock().unwrap_or_else(PoisonError::into_inner) = ends;
}

/// A time limit, cut to what the run has left.
pub fn cut(limit: Duration) -> Duration {
    let ends = *ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    let left = ends.map(|ends| ends.saturating_duration_since(Instant::now()));
    left.map_or(limit, |left| limit.min(left))
}

/// Whether the time of the run is over.
pub fn is_over() -> bool {
    cut(Duration::MAX).is_zero()
}
