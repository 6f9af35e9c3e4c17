//! Readers of hostile bytes, held against bytes that were made by changing good ones at random.
//!
//! `cargo test fuzz::` runs each target over its seeds and a fixed number of changed ones: the same ones each time.
//! `eval/fuzz.sh [MINUTES]` lets each go on for that long, with another seed each time that it says. What panics, breaks a check,
//! or takes over ten seconds is written to `target/fuzz/`; fixed, it becomes a file of `corpus/`.
//!
//! Does not catch: what takes a way through the code to find, which a mutation that sees no coverage meets by chance only.

mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mutate::{Random, mutate};

/// Bytes to begin with: a file, as it was and as it is.
#[derive(Clone)]
pub(crate) struct Seed {
    /// Its path, where the reader asks for it.
    pub(crate) path: String,
    /// What the file was; empty where there is no change.
    pub(crate) base: Vec<u8>,
    /// The bytes that are read.
    pub(crate) head: Vec<u8>,
}

/// Longer inputs are another test's matter: that of growth.
const LONGEST: usize = 16 << 10;
/// What no input of that length may take of the processor.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a target over its corpus, and over inputs that are made from it and from `more`: `count` of them, or for as long as
/// was asked for.
pub(crate) fn fuzz(name: &str, count: usize, more: Vec<Seed>, run: impl Fn(&Seed)) {
    let mut seeds = targets::corpus(name);
    let corpus = seeds.len();
    seeds.extend(more);
    assert!(!seeds.is_empty(), "{name} has no seed");
    let minutes: Option<u64> = variable("DRAFTGATE_FUZZ_MINUTES");
    let start = variable("DRAFTGATE_FUZZ_SEED").unwrap_or(1);
    let until = minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let mut failures: Vec<String> = Vec::new();
    let mut done = 0_usize;
    let mut changed = 0;
    // The rest is other tests' own.
    for seed in &seeds[..if minutes.is_some() {
        seeds.len()
    } else {
        corpus
    }] {
        if until.is_some_and(|until| Instant::now() > until) {
            break;
        }
        failures.extend(attempt(name, seed, minutes.is_some(), &run));
        done += 1;
    }
    let mut random = Random::new(start);
    let mut pool: Vec<Seed> = seeds.clone();
    loop {
        let over = until.map_or(changed >= count, |until| Instant::now() > until);
        if over || failures.len() >= 20 {
            break;
        }
        let mut seed = random.one(&pool).clone();
        let other = random.one(&seeds).head.clone();
        if random.below(8) == 0 {
            seed.base = mutate(&seed.base, &other, LONGEST, &mut random);
        } else {
            seed.head = mutate(&seed.head, &other, LONGEST, &mut random);
        }
        done += 1;
        changed += 1;
        match attempt(name, &seed, minutes.is_some(), &run) {
            Some(failure) => failures.push(failure),
            // Some go on to be changed again, in the place of one that came in the same way.
            None if random.below(20) == 0 => {
                if pool.len() < 2 * seeds.len() {
                    pool.push(seed);
                } else {
                    let at = seeds.len() + random.below(seeds.len());
                    pool[at] = seed;
                }
            }
            None => {}
        }
    }
    failures.sort();
    failures.dedup();
    assert!(
        failures.is_empty(),
        "{name}: of {done} inputs, these fail:\n{}",
        failures.join("\n")
    );
    println!("{name}: {done} inputs, none of which fails");
}

/// Runs one input; what went wrong, and where its bytes stand.
fn attempt(name: &str, seed: &Seed, watched: bool, run: impl Fn(&Seed)) -> Option<String> {
    if watched {
        // What ends the process, or never ends, is found here.
        keep(&format!("{name}-now"), seed);
    }
    let started = worked();
    let outcome = catch_unwind(AssertUnwindSafe(|| run(seed)));
    let took = worked().saturating_sub(started);
    let what = match outcome {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            text.or(panic.downcast_ref::<&str>().copied())
                .unwrap_or("a panic")
                .to_owned()
        }
        Ok(()) if watched && took > PATIENCE => format!("{} s", took.as_secs()),
        Ok(()) => return None,
    };
    let bytes = [&seed.base[..], b"\0", &seed.head].concat();
    let digest = draftgate::text::digest(&bytes);
    let place = keep(&format!("{name}-{}", &digest[..8]), seed);
    Some(format!("{}: {what}", place.display()))
}

/// The processor time of this process, by which a busy machine makes nothing slow. Linux tells it in hundredths of a
/// second; another system has the end of the whole run for a limit.
fn worked() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// Writes an input out: `head`, and `base` where there is one.
fn keep(name: &str, seed: &Seed) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("target/tmp stands in target/");
    let folder = target.join("fuzz").join(name);
    std::fs::create_dir_all(&folder).expect("a folder for inputs");
    std::fs::write(folder.join("path"), &seed.path).expect("a file for the path");
    std::fs::write(folder.join("base"), &seed.base).expect("a file for base");
    std::fs::write(folder.join("head"), &seed.head).expect("a file for head");
    folder
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}
