//! The end of the process by a signal: what is being written is written whole, and nothing after it.
//!
//! Who listens for signals is [`crate::process::interrupt`]; here stands what everybody else must know of it.
//!
//! Does not catch: SIGKILL.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::thread;
use std::time::Duration;

/// Whether a signal came; the process ends soon.
static CAME: AtomicBool = AtomicBool::new(false);
/// Held while something is written.
static WRITING: RwLock<()> = RwLock::new(());

/// Says that a signal came.
pub fn begin() {
    CAME.store(true, Ordering::SeqCst);
}

/// Whether a signal came.
pub fn has_begun() -> bool {
    CAME.load(Ordering::SeqCst)
}

/// Waits for the end of the process, if a signal came: what is interrupted is neither judged nor reported.
pub fn park_if_begun() {
    while has_begun() {
        thread::park();
    }
}

/// To be held while a file or a private folder is written: none is emptied meanwhile, and nothing is written after.
pub fn writing() -> RwLockReadGuard<'static, ()> {
    park_if_begun();
    WRITING.read().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for who is writing, but not for ever.
pub fn nobody_writes() -> Option<RwLockWriteGuard<'static, ()>> {
    for _ in 0..100 {
        match WRITING.try_write() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
        }
    }
    None
}
