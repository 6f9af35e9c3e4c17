//! Ctrl-C, and being asked to end: every group of processes that is ours is ended, every private folder emptied, and
//! then draftgate ends of that signal, as whoever sent it expects.
//!
//! Tools have process groups of their own, so a terminal's Ctrl-C reaches draftgate and not them. Nothing is
//! listened for before there is something to leave behind: until then a signal does what it always does. A signal
//! that was ignored when draftgate began (`nohup`) stays ignored.
//!
//! Does not catch: SIGKILL. The next run over the same repository empties the folder and ends what was left running.

#[cfg(unix)]
pub(super) use unix::Group;
#[cfg(unix)]
pub use unix::{Folder, arm};

#[cfg(unix)]
mod unix {
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError, RwLockWriteGuard};
    use std::thread;
    use std::time::Duration;

    use rustix::process::{Pid, Signal};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use super::super::{GRACE, descendants, signal_group};
    use crate::ending;
    use crate::files;

    /// Whether this process may listen: a program may, a library not unasked.
    static ARMED: AtomicBool = AtomicBool::new(false);
    static LISTENING: Once = Once::new();
    static KNOWN: Mutex<Known> = Mutex::new(Known {
        groups: Vec::new(),
        folders: Vec::new(),
    });
    static FEWER: Condvar = Condvar::new();
    /// Takes away what is in a private folder.
    type Emptying = fn(&Path);

    /// What would be left behind.
    struct Known {
        groups: Vec<Pid>,
        /// With what empties them.
        folders: Vec<(PathBuf, Emptying)>,
    }

    fn known() -> MutexGuard<'static, Known> {
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets this process clean up after itself when a signal ends it. For `main`.
    pub fn arm() {
        ARMED.store(true, Ordering::SeqCst);
    }

    /// A group of processes that is ours, until this is dropped.
    #[derive(Debug)]
    pub(in super::super) struct Group(Pid);

    impl Group {
        pub(in super::super) fn of(pid: Pid) -> Self {
            listen();
            known().groups.push(pid);
            if ending::has_begun() {
                // It was begun too late to be among those that were ended.
                signal_group(pid, Signal::KILL);
            }
            Self(pid)
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            known().groups.retain(|pid| *pid != self.0);
            FEWER.notify_all();
        }
    }

    /// A private folder that is ours, until this is dropped.
    #[derive(Debug)]
    pub struct Folder(PathBuf);

    impl Folder {
        /// `empty` takes away what is in it.
        pub fn at(path: &Path, empty: Emptying) -> Self {
            listen();
            known().folders.push((path.to_owned(), empty));
            Self(path.to_owned())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            known().folders.retain(|(path, _)| *path != self.0);
        }
    }

    fn listen() {
        if !ARMED.load(Ordering::SeqCst) {
            return;
        }
        LISTENING.call_once(|| {
            let ignored = ignored();
            let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter();
            let wanted: Vec<i32> = wanted
                .filter(|signal| ignored >> (signal - 1) & 1 == 0)
                .collect();
            // Where nothing can be listened for, a signal ends the process as it always did.
            if let Ok(mut signals) = Signals::new(wanted) {
                thread::spawn(move || {
                    if let Some(signal) = signals.forever().next() {
                        let _nobody_writes = clean_up();
                        let _ = signal_hook::low_level::emulate_default_handler(signal);
                    }
                });
            }
        });
    }

    /// The signals that this process was told to ignore, a bit each (proc(5), `SigIgn`); none where that cannot
    /// be asked.
    fn ignored() -> u64 {
        let status = files::own("/proc/self/status".as_ref(), files::MOST_BY_HAND)
            .map(|read| read.lossy())
            .unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .unwrap_or_default()
    }

    fn clean_up() -> Option<RwLockWriteGuard<'static, ()>> {
        ending::begin();
        for (signal, wait) in [
            (Signal::TERM, GRACE),
            (Signal::KILL, Duration::from_secs(1)),
        ] {
            let known = known();
            for pid in &known.groups {
                signal_group(*pid, signal);
            }
            let fewer = FEWER.wait_timeout_while(known, wait, |known| !known.groups.is_empty());
            drop(fewer);
        }
        descendants::end_ours();
        let nobody_writes = ending::nobody_writes();
        for (folder, empty) in &known().folders {
            empty(folder);
        }
        nobody_writes
    }
}

#[cfg(not(unix))]
mod elsewhere {
    //! Nothing is listened for here.

    /// For `main`.
    pub fn arm() {}

    /// A private folder that is ours.
    #[derive(Debug)]
    pub struct Folder;

    impl Folder {
        /// Known to nobody.
        pub fn at(_: &std::path::Path, _: fn(&std::path::Path)) -> Self {
            Self
        }
    }
}

#[cfg(not(unix))]
pub use elsewhere::{Folder, arm};
