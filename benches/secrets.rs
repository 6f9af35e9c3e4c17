//! The search for secrets in figures: throughput, start, memory, checksums in bulk, hostile texts.
//!
//! ```text
//! cargo bench --bench secrets -- DIR [--against 'COMMAND {}']...
//! ```
//!
//! DIR is a folder of source; it is read into memory first, so that the figure is of the search alone, on one
//! thread. Each `--against` command is run over the same folder (`{}`) and timed in CPU seconds, its children
//! included; the ratio is printed.
//!
//! Does not catch: what a cold disk costs.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads what it measures over, and what the kernel counted"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use draftgate::secrets::{places, proven, sample};

#[expect(clippy::print_stdout, reason = "a benchmark says its figures")]
fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut folder, mut against) = (None, Vec::new());
    while let Some(word) = arguments.next() {
        if word == "--against" {
            against.extend(arguments.next());
        } else {
            folder = Some(PathBuf::from(word));
        }
    }
    // Wall time: the clock of the thread has too few ticks for it.
    let start = std::time::Instant::now();
    let _ = places("a.py", "");
    println!(
        "start with all rules: {:.1} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    checksums();
    hostile();
    if let Some(folder) = folder {
        throughput(&folder, &against);
    }
    println!("peak memory: {} MB", peak_memory() / 1024);
}

#[expect(clippy::print_stdout, reason = "a benchmark says its figures")]
fn checksums() {
    for family in sample::CHECKSUMMED {
        let text = |stage: &str| -> String {
            let one = |at| sample::expand(&format!("t {{{{secret:{family}:{at}{stage}}}}}\n"));
            (0..10_000).map(one).collect()
        };
        println!(
            "{family}: {} of 10000 valid tokens proven, {} of 10000 wrong ones",
            proven("a.py", &text("")),
            proven("a.py", &text("|break"))
        );
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark says its figures")]
fn hostile() {
    let pieces = [
        "ghp_",
        "eyJ-eyJ.",
        "\"kty\"",
        "-----BEGIN PRIVATE KEY-----",
        "://a:b",
        "password=",
        "\"a\" + ",
        "%41\\x41",
        "QUFB",
        "token: \"",
        "a1b2c3-us",
    ];
    for piece in pieces {
        let seconds = |megabytes: usize| {
            let text = piece.repeat(megabytes * 1_000_000 / piece.len());
            let start = cpu_seconds();
            let _ = places("a.py", &text);
            cpu_seconds() - start
        };
        let (one, four, twenty) = (seconds(5), seconds(10), seconds(20));
        println!("{piece:?} repeated: 5 MB {one:.2} s, 10 MB {four:.2} s, 20 MB {twenty:.2} s");
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark says its figures")]
fn throughput(folder: &Path, against: &[String]) {
    let mut files = Vec::new();
    read(folder, &mut files);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let megabytes = bytes as f64 / 1e6;
    let start = cpu_seconds();
    let found: usize = files
        .iter()
        .map(|(path, text)| places(path, text).len())
        .sum();
    let ours = cpu_seconds() - start;
    println!(
        "draftgate: {megabytes:.1} MB in {} files, {found} places, {ours:.2} s of CPU, {:.1} MB/s",
        files.len(),
        megabytes / ours
    );
    for command in against {
        let start = children_cpu_seconds();
        run(&command.replace("{}", &folder.display().to_string()));
        let theirs = children_cpu_seconds() - start;
        println!(
            "{command}: {theirs:.2} s of CPU, {:.1} MB/s: draftgate is {:.1} times as fast",
            megabytes / theirs,
            theirs / ours
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark runs what it compares with"
)]
fn run(command: &str) {
    let _ = Command::new("sh")
        .args(["-c", command])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

fn read(folder: &Path, files: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            read(&path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            files.push((path.display().to_string(), text));
        }
    }
}

/// Fields 14 to 17 of `/proc/self/stat`: user and system time of this process and its waited-for children.
fn times() -> Vec<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = behind.split_whitespace().skip(11).take(4);
    fields.filter_map(|field| field.parse().ok()).collect()
}

fn cpu_seconds() -> f64 {
    // Nanoseconds that this thread ran: finer than the ticks of `stat`.
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = schedule
        .split(' ')
        .next()
        .and_then(|field| field.parse().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

fn children_cpu_seconds() -> f64 {
    times().iter().skip(2).sum::<f64>() / 100.0
}

/// Kilobytes.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
