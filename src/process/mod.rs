//! The one place that starts programs.
//!
//! A program gets an argument vector (no shell), an environment made of a short list of names, a
//! process group of its own, and a time limit. Both its pipes are drained by threads, so it never waits
//! for us; when it ends, or its time or that of the run ([`deadline`]) is up, its whole group is killed, so no grandchild outlives it or
//! holds us up. A descendant that left the group (`setsid`) is known by a variable that it inherited, and ended too
//! ([`descendants`]), where that was asked for. [`interrupt`] does the same to all of them when a signal
//! ends draftgate.
//!
//! Does not catch: a descendant that left the group and changed its environment, or that is on another system than
//! Linux; its pipes are let go of after [`LINGER`], and it lives on.

pub mod confine;
mod conversation;
pub mod deadline;
pub mod descendants;
pub mod environment;
pub mod interrupt;
pub mod surroundings;

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use self::confine::Confinement;
pub use self::conversation::Conversation;
#[cfg(unix)]
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};
#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;

/// Variables that a program inherits.
const INHERITED: &[&str] = &[
    "PATH",
    "HOME",
    "VIRTUAL_ENV",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "TMPDIR",
    // Windows starts nothing without them.
    "SYSTEMROOT",
    "USERPROFILE",
];
/// Variables that every program gets.
const SET: &[(&str, &str)] = &[
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("NO_COLOR", "1"),
    // A `rust-toolchain.toml` of the change would have rustup install, or update what is there.
    ("RUSTUP_AUTO_INSTALL", "0"),
];
/// Bytes kept of each of stdout and stderr.
pub const MOST_OUTPUT: usize = 64 * 1024 * 1024;
/// Between asking a group to end and making it.
const GRACE: Duration = Duration::from_secs(2);
/// How long the pipes may stay open after the group is gone.
const LINGER: Duration = Duration::from_secs(1);

/// The variables that a program inherits, with their values: what a kept answer of one depends on.
pub fn inherited_values() -> String {
    let value = |name: &&str| {
        let value = surroundings::value(name).unwrap_or_default();
        format!("{name}={}\0", value.display())
    };
    INHERITED.iter().map(value).collect()
}

/// A program to run.
#[derive(Clone, Debug)]
pub struct Program {
    argv: Vec<OsString>,
    cwd: PathBuf,
    stdin: Option<Vec<u8>>,
    env: Vec<(OsString, OsString)>,
    limit: Duration,
    mark: Option<String>,
    confinement: Option<Confinement>,
    in_own_session: bool,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// Of this signal, which was not ours.
    Signalled(i32),
    /// Its time was up, and it was killed.
    TimedOut,
    /// It never began; why.
    CouldNotStart(String),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// What it wrote to stdout.
    pub stdout: Vec<u8>,
    /// What it wrote to stderr.
    pub stderr: Vec<u8>,
    /// Whether it wrote more than [`MOST_OUTPUT`] to either: the rest was dropped.
    pub truncated: bool,
}

impl Finished {
    /// Whether it ended with code 0 and all of its output is here.
    pub fn succeeded(&self) -> bool {
        self.end == End::Exited(0) && !self.truncated
    }

    /// How it ended, in words, with the last line of stderr.
    pub fn why(&self) -> String {
        let end = match &self.end {
            End::Exited(code) => format!("it ended with code {code}"),
            End::Signalled(signal) => format!("it was killed by signal {signal}"),
            End::TimedOut => "it did not end in time".to_owned(),
            End::CouldNotStart(why) => format!("it could not be started: {why}"),
        };
        let stderr = String::from_utf8_lossy(&self.stderr);
        match stderr.lines().rev().find(|line| !line.trim().is_empty()) {
            Some(line) => format!("{end}: {}", crate::text::visible(line.trim())),
            None => end,
        }
    }
}

impl Program {
    /// A program by name or path, run in a directory, with ten minutes to do it in.
    pub fn new(name: impl AsRef<OsStr>, cwd: &Path) -> Self {
        Self {
            argv: vec![name.as_ref().to_owned()],
            cwd: cwd.to_owned(),
            stdin: None,
            env: Vec::new(),
            limit: Duration::from_secs(600),
            mark: None,
            confinement: None,
            in_own_session: false,
        }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.argv.push(arg.as_ref().to_owned());
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.argv
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// With these bytes on stdin; otherwise there is nothing to read.
    #[must_use]
    pub fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = Some(bytes);
        self
    }

    /// With one more variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// With another time limit.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// With the end of all its descendants when it ends, those that left its group too.
    #[must_use]
    pub fn with_descendants(mut self) -> Self {
        self.mark = Some(descendants::new_mark());
        self
    }

    /// With no more than this, where the system has the means for it ([`confine::missing`]).
    #[must_use]
    pub fn confined(mut self, to: Confinement) -> Self {
        self.confinement = Some(to);
        self
    }

    /// It begins a session of its own, and so is not made the leader of a group, which could not.
    fn in_own_session(mut self) -> Self {
        self.in_own_session = true;
        self
    }

    /// The arguments, the program's name first.
    pub fn argv(&self) -> &[OsString] {
        &self.argv
    }

    /// Runs it to its end.
    pub fn run(self) -> Finished {
        let mut started = match self.start(self.stdin.is_some(), Stdio::piped()) {
            Ok(started) => started,
            Err(why) => {
                return Finished {
                    end: End::CouldNotStart(why),
                    stdout: Vec::new(),
                    stderr: Vec::new(),
                    truncated: false,
                };
            }
        };
        let child = &mut started.child;
        if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), self.stdin) {
            // A program that does not read all of it has its reasons: an error here is none of ours.
            thread::spawn(move || drop(pipe.write_all(&bytes)));
        }
        let stdout = child.stdout.take().map(Drain::start);
        let stderr = child.stderr.take().map(Drain::start);
        let end = started.end(deadline::cut(self.limit));
        if let Some(mark) = &self.mark {
            descendants::end(mark);
        }
        let until = Instant::now() + LINGER;
        let (stdout, cut_out) = stdout.map(|pipe| pipe.finish(until)).unwrap_or_default();
        let (stderr, cut_err) = stderr.map(|pipe| pipe.finish(until)).unwrap_or_default();
        let not_begun = match (&end, &self.confinement) {
            (End::Exited(code), Some(_)) => confine::not_begun(*code, &stderr),
            _ => None,
        };
        Finished {
            end: not_begun.map_or(end, End::CouldNotStart),
            stdout,
            stderr,
            truncated: cut_out || cut_err,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the module that may")]
    fn start(&self, with_stdin: bool, stderr: Stdio) -> Result<Started, String> {
        crate::ending::park_if_begun();
        let Some((name, args)) = self.argv.split_first() else {
            return Err("no program was named".to_owned());
        };
        let launcher = self.confinement.as_ref().and_then(confine::launcher);
        let mut command = match &launcher {
            Some((launcher, own)) => {
                let mut command = Command::new(launcher);
                command.args(own).arg(name);
                command
            }
            None => Command::new(name),
        };
        command.args(args).current_dir(&self.cwd).env_clear();
        for name in INHERITED {
            if let Some(value) = surroundings::value(name) {
                command.env(name, value);
            }
        }
        command
            .envs(SET.iter().copied())
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(mark) = &self.mark {
            command.env(descendants::VARIABLE, mark);
        }
        command.stdin(if with_stdin {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        command.stdout(Stdio::piped()).stderr(stderr);
        #[cfg(unix)]
        if launcher.is_none() && !self.in_own_session {
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        let child = command.spawn().map_err(|error| error.to_string())?;
        Ok(Started::new(child))
    }
}

/// A thread that reads a pipe to its end.
struct Drain {
    kept: Arc<Mutex<(Vec<u8>, bool)>>,
    done: Receiver<()>,
}

impl Drain {
    fn start(mut pipe: impl Read + Send + 'static) -> Self {
        let kept = Arc::new(Mutex::new((Vec::new(), false)));
        let (tell, done) = channel();
        let to = Arc::clone(&kept);
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MOST_OUTPUT - to.0.len();
                to.1 |= count > room;
                to.0.extend(buffer.iter().take(count.min(room)));
            }
            // Nobody waits any longer where the pipe was let go of.
            let _ = tell.send(());
        });
        Self { kept, done }
    }

    fn finish(self, until: Instant) -> (Vec<u8>, bool) {
        let left = until.saturating_duration_since(Instant::now());
        let _ = self.done.recv_timeout(left);
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Sends a signal to a group of processes; to the one that is about to lead it, where that has not come to it yet.
#[cfg(unix)]
fn signal_group(leader: Pid, signal: Signal) {
    // What is gone already cannot be signalled: that is what is wanted.
    if kill_process_group(leader, signal).is_err() {
        let _ = kill_process(leader, signal);
    }
}

/// A program that runs, in a group of its own.
#[derive(Debug)]
struct Started {
    child: Child,
    #[cfg(unix)]
    group: interrupt::Group,
}

#[cfg(unix)]
impl Started {
    fn new(child: Child) -> Self {
        let group = interrupt::Group::of(Pid::from_child(&child));
        Self { child, group }
    }

    /// Waits for the child, or for its time to be up; kills what is left of its group.
    fn end(self, limit: Duration) -> End {
        let Self { mut child, group } = self;
        let pid = Pid::from_child(&child);
        let (tell, ended) = channel();
        thread::spawn(move || {
            // The child is left unreaped, so that its group's number is nobody else's yet.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while matches!(
                waitid(WaitId::Pid(pid), options),
                Err(rustix::io::Errno::INTR)
            ) {}
            let _ = tell.send(());
        });
        let in_time = ended.recv_timeout(limit).is_ok();
        if !in_time {
            signal_group(pid, Signal::TERM);
            let _ = ended.recv_timeout(GRACE);
        }
        signal_group(pid, Signal::KILL);
        // Before it is reaped: from then on its number may be somebody else's.
        drop(group);
        let status = child.wait();
        crate::ending::park_if_begun();
        match status {
            _ if !in_time => End::TimedOut,
            Ok(status) => match (status.code(), status.signal()) {
                (Some(code), _) => End::Exited(code),
                (None, signal) => End::Signalled(signal.unwrap_or(0)),
            },
            Err(error) => End::CouldNotStart(error.to_string()),
        }
    }
}

#[cfg(not(unix))]
impl Started {
    fn new(child: Child) -> Self {
        Self { child }
    }

    /// Waits for the child, or for its time to be up. There are no process groups here.
    fn end(mut self, limit: Duration) -> End {
        const STEP: Duration = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return End::Exited(status.code().unwrap_or(-1)),
                Ok(None) if waited < limit => {
                    thread::sleep(STEP);
                    waited += STEP;
                }
                Ok(None) => {
                    let _ = self.child.kill();
                    let _ = self.child.wait();
                    return End::TimedOut;
                }
                Err(error) => return End::CouldNotStart(error.to_string()),
            }
        }
    }
}
