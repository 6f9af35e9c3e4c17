//! Processes that a program left behind: known by a variable that each inherits, wherever it went.
//!
//! A program may start others in a session of their own (`setsid`, a daemon), which its process group does not hold.
//! Each run marks its environment; what still carries the mark when the run is over is killed. The mark begins with
//! the id of the draftgate that made it, so what a killed draftgate left is known too.
//!
//! Linux alone says what environment a process has (proc(5)). Does not catch: elsewhere, all of them; a process that
//! changed its environment, or is another user's.

use std::sync::atomic::{AtomicU64, Ordering};

/// The variable.
pub(super) const VARIABLE: &str = "DRAFTGATE_RUN";

/// A mark that no other run has while this one lasts: `<process id>-<number>`.
pub(super) fn new_mark() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}", std::process::id())
}

/// Kills what carries a mark.
pub(super) fn end(mark: &str) {
    end_where(&|other| other == mark);
}

/// Kills what any run of this process left.
pub(super) fn end_ours() {
    let ours = format!("{}-", std::process::id());
    end_where(&|mark| mark.starts_with(&ours));
}

/// Kills what runs of processes left that are gone.
pub fn end_orphans() {
    end_where(&|mark| {
        mark.split_once('-').is_some_and(|(id, _)| {
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            is_id && !std::path::Path::new("/proc").join(id).exists()
        })
    });
}

#[cfg(target_os = "linux")]
fn end_where(is_wanted: &dyn Fn(&str) -> bool) {
    use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

    /// What is killed may have been starting another one.
    const ROUNDS: usize = 16;
    for _ in 0..ROUNDS {
        let mut found = false;
        for pid in processes() {
            if !mark_of(pid).is_some_and(|mark| is_wanted(&mark)) {
                continue;
            }
            let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else {
                continue;
            };
            // Read again, now that the number cannot become another's.
            if mark_of(pid).is_some_and(|mark| is_wanted(&mark)) {
                found |= pidfd_send_signal(&process, Signal::KILL).is_ok();
            }
        }
        if !found {
            return;
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn end_where(_: &dyn Fn(&str) -> bool) {}

#[cfg(target_os = "linux")]
fn processes() -> Vec<rustix::process::Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            rustix::process::Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)
        })
        .filter(|pid| pid.as_raw_nonzero().get() as u32 != std::process::id())
        .collect()
}

/// The mark of a process; none where it has none, is another user's or is gone.
#[cfg(target_os = "linux")]
fn mark_of(pid: rustix::process::Pid) -> Option<String> {
    let path = format!("/proc/{}/environ", pid.as_raw_nonzero());
    let environment = crate::files::own(path.as_ref(), crate::files::MOST_BY_HAND)
        .ok()?
        .bytes;
    let start = format!("{VARIABLE}=");
    environment.split(|byte| *byte == 0).find_map(|variable| {
        let value = variable.strip_prefix(start.as_bytes())?;
        Some(String::from_utf8_lossy(value).into_owned())
    })
}
