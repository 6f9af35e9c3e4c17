//! What the benchmarks share: the program under measure, what a process uses, git.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) const DRAFTGATE: &str = env!("CARGO_BIN_EXE_draftgate");

/// Who commits: no configuration is needed on the machine.
const IDENTITY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "A"),
    ("GIT_AUTHOR_EMAIL", "a@example.org"),
    ("GIT_COMMITTER_NAME", "A"),
    ("GIT_COMMITTER_EMAIL", "a@example.org"),
];

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// What a process used, and those that it started.
pub(crate) struct Used {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// CPU time, of the system too.
    pub(crate) cpu: Duration,
    /// Peak resident memory, bytes.
    pub(crate) memory: u64,
    code: i32,
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wall, cpu, code) = (self.wall, self.cpu, self.code);
        let memory = megabytes(self.memory);
        write!(
            f,
            "{wall:.2?}, {cpu:.2?} of CPU, {memory:.0} MB at most, exit {code}"
        )
    }
}

/// Runs a program to its end this many times, what it prints is lost; the run with the least CPU time.
pub(crate) fn used<S: AsRef<OsStr>>(
    times: usize,
    program: &str,
    directory: &Path,
    arguments: &[S],
) -> Used {
    let once = |_| used_once(program, directory, arguments);
    let least = (0..times).map(once).min_by_key(|run| run.cpu);
    least.expect("at least one run")
}

fn used_once<S: AsRef<OsStr>>(program: &str, directory: &Path, arguments: &[S]) -> Used {
    let script = "import resource, subprocess, sys, time; t = time.monotonic(); \
                  c = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode; \
                  w = time.monotonic() - t; u = resource.getrusage(resource.RUSAGE_CHILDREN); \
                  print(w, u.ru_utime + u.ru_stime, u.ru_maxrss, c)";
    let output = Command::new("python3")
        .args(["-c", script, program])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("python3 starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<&str> = text.split_whitespace().collect();
    let [wall, cpu, kilobytes, code] = figures[..] else {
        unreachable!("four figures: {output:?}")
    };
    let seconds = |figure: &str| Duration::from_secs_f64(figure.parse().expect("seconds"));
    Used {
        wall: seconds(wall),
        cpu: seconds(cpu),
        memory: kilobytes.parse::<u64>().expect("kilobytes") * 1024,
        code: code.parse().expect("an exit code"),
    }
}

/// What git prints, given this input; it must succeed.
pub(crate) fn git(directory: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(arguments)
        .envs(IDENTITY)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("git ends");
    writer
        .join()
        .expect("no panic")
        .expect("git reads its input");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
