//! Wall time, taken in this process.

use std::time::{Duration, Instant};

/// The one in the middle of several runs.
pub(crate) fn median(times: usize, mut work: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    taken.sort();
    taken[times / 2]
}
