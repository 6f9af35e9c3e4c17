//! Programs without network, with a read-only view of all but their own directories, and among themselves.
//!
//! A process is confined by itself, before it becomes the program: namespaces can only be left behind by a process of one
//! thread, and nothing may run between `fork` and `exec` in one that has more without `unsafe`. So draftgate starts
//! itself, with [`LAUNCH`] as its first argument. That process begins a session of its own, so that no terminal can be
//! reached, asks the kernel for its end when draftgate ends, and leaves the user's namespaces: that of the network (only
//! `lo` is up in the new one, so that a test may serve itself), and those of processes, shared memory and mounts. It
//! starts itself once more ([`FIRST`]): the first process of the new namespace, which gives it `/proc`, `/dev/shm` and
//! terminals of its own, restricts itself, starts the program and waits for it. When it ends, or is ended, the kernel ends
//! everything in the namespace, however far it went. Files are Landlock's, which every process that it starts inherits,
//! which also keeps it from signals to and looks into processes outside, and which needs no privilege (crate `landlock`,
//! by the authors of the kernel's part). Root keeps of its privileges those over files and its own processes. A program
//! that has restricted itself once can restrict itself further.
//!
//! What the system does not allow is found out once ([`missing`]), and is said in every report.
//!
//! Does not catch: what a program reads (it may read all that the user may, but cannot send it anywhere where the
//! network is its own); Unix sockets by path, of which a user's daemon may have one; other systems than Linux.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod system;

/// The first argument of a process that is to confine itself.
const LAUNCH: &str = "--confine-and-become";
/// The first argument of the first process of a namespace.
#[cfg(target_os = "linux")]
const FIRST: &str = "--begin-namespace-and-start";
/// The exit code of one that could not.
const FAILED: u8 = 125;
/// How its only line begins then.
const SIGN: &str = "draftgate could not begin it: ";

/// What a program may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confinement {
    /// Folders that it may write to.
    pub writable: Vec<PathBuf>,
    /// Whether it has the network.
    pub network: bool,
}

impl Confinement {
    fn is_of_files(&self) -> bool {
        !self.writable.iter().any(|path| path.parent().is_none())
    }
}

/// What a process is to do to itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Folders that may be written to; none where all may.
    writable: Option<Vec<PathBuf>>,
    /// Whether the network stays.
    network: bool,
    /// Whether it sees no process, no shared memory and no terminal but its own.
    alone: bool,
    /// The process that asks, with whose end it ends.
    by: u32,
}

/// What the system has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Means {
    network: bool,
    files: bool,
    processes: bool,
}

/// The program that can be started to confine itself: this one, where its `main` says so.
static LAUNCHER: OnceLock<PathBuf> = OnceLock::new();

/// Lets programs that this process starts be confined. For `main`, which has called [`become_asked`] before.
pub fn arm() {
    if let Ok(program) = std::env::current_exe() {
        // The first word holds.
        let _ = LAUNCHER.set(program);
    }
}

/// What this system has no means for, in words; none where it has all, or where this process is no program of ours.
pub fn missing() -> Option<String> {
    let means = means()?;
    let words = [
        (means.network, "without network"),
        (means.files, "with a read-only view of other directories"),
        (means.processes, "apart from other processes"),
    ];
    let missing: Vec<&str> = words
        .into_iter()
        .filter_map(|(is_there, what)| (!is_there).then_some(what))
        .collect();
    let mut why = Vec::new();
    if !means.files {
        why.push("no Landlock");
    }
    if !means.network || !means.processes {
        why.push("no user namespaces in which it may");
    }
    (!missing.is_empty())
        .then(|| format!("{} (it has {})", missing.join(" and "), why.join(" and ")))
}

/// The launcher's command line for a program; none where nothing can be confined.
pub(super) fn launcher(wanted: &Confinement) -> Option<(&'static Path, [String; 2])> {
    let means = means()?;
    let is_of_files = wanted.is_of_files();
    Some((
        LAUNCHER.get()?,
        words(&Wanted {
            writable: (is_of_files && means.files).then(|| wanted.writable.clone()),
            network: wanted.network || !means.network,
            alone: is_of_files && means.processes,
            by: std::process::id(),
        }),
    ))
}

fn words(wanted: &Wanted) -> [String; 2] {
    let text = serde_json::to_string(wanted).unwrap_or_default();
    [LAUNCH.to_owned(), text]
}

/// Why a program was not begun, where that is what its launcher said.
pub(super) fn not_begun(code: i32, stderr: &[u8]) -> Option<String> {
    let why = stderr.strip_prefix(SIGN.as_bytes())?;
    (code == i32::from(FAILED)).then(|| String::from_utf8_lossy(why).trim().to_owned())
}

/// Asked once: each means is tried by a process that ends at once.
fn means() -> Option<Means> {
    static MEANS: OnceLock<Option<Means>> = OnceLock::new();
    *MEANS.get_or_init(|| {
        let launcher = LAUNCHER.get()?;
        let tried = |writable, network, alone| {
            let wanted = words(&Wanted {
                writable,
                network,
                alone,
                by: std::process::id(),
            });
            let program = super::Program::new(launcher, Path::new("/"))
                .args(wanted)
                .arg("true");
            program.in_own_session().run().succeeded()
        };
        let all = tried(Some(Vec::new()), false, true);
        Some(Means {
            network: all || tried(None, false, false),
            files: all || tried(Some(Vec::new()), true, false),
            processes: all || tried(None, true, true),
        })
    })
}

/// Where this process was started to confine itself: does that and becomes the program, or starts it and ends as it did.
/// The exit code; none where nothing of the kind was wanted.
pub fn become_asked() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next()?;
    let step = system::step(&first)?;
    let wanted = arguments.next().unwrap_or_default();
    let command: Vec<_> = arguments.collect();
    let done = serde_json::from_str(&wanted.to_string_lossy())
        .map_err(anyhow::Error::from)
        .and_then(|wanted| step(&wanted, &command));
    match done {
        Ok(code) => Some(code),
        Err(error) => {
            // It is read by whoever started this process: `launcher` knows how.
            let line = format!("{SIGN}{error:#}\n");
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
            Some(FAILED)
        }
    }
}
