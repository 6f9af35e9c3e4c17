//! What the benchmarks share: the program under measure, its peak memory, git, medians.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const DRAFTGATE: &str = env!("CARGO_BIN_EXE_draftgate");

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// Wall time in the middle of several runs.
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

/// Peak resident memory of a run of draftgate, bytes.
pub(crate) fn peak_memory<S: AsRef<std::ffi::OsStr>>(directory: &Path, arguments: &[S]) -> u64 {
    let script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); \
                  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let output = Command::new("python3")
        .args(["-c", script, DRAFTGATE])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("python3 starts");
    let kilobytes = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse::<u64>();
    kilobytes.expect("a number of kilobytes") * 1024
}

/// What git prints, given this input; it must succeed.
pub(crate) fn git(directory: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(arguments)
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
