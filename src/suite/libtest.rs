//! cargo test, as libtest prints it. Tests are known by the program that holds them and their path in it; what stands
//! in documentation by the item and its number there, as lines move.
//!
//! Does not catch: tests of a harness of its own (`harness = false`): it prints what it likes.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{Failed, Outcome, Results};
use super::place::{Place, keep, with_env};
use super::{Failure, Recipe, Run, State, code, quoted};
use crate::process::Finished;
use crate::tools::adapter::Adapter;

/// The recipe.
pub(super) struct Libtest;

impl Recipe for Libtest {
    fn adapter(&self, command: &[String]) -> anyhow::Result<Option<Adapter>> {
        match words(command).as_slice() {
            ["cargo", "test", ..] => {}
            ["cargo", "nextest", ..] => anyhow::bail!(
                "cargo nextest is not run test by test: set `command = [\"cargo\", \"test\"]` under [checks.proof]"
            ),
            _ => return Ok(None),
        }
        Ok(Some(toml::from_str(include_str!(
            "../tools/recipes/libtest.toml"
        ))?))
    }

    fn known(&self) -> &'static str {
        "cargo test"
    }

    fn usual(&self) -> (&'static str, &'static [&'static str]) {
        ("rust", &["cargo", "test"])
    }

    fn builds(&self) -> bool {
        true
    }

    fn run(&self, run: &Run<'_>, output: &mut String) -> Result<Results, Failure> {
        let Run {
            adapter,
            located,
            place,
            which,
            ..
        } = run;
        let fetched = place.private.join("fetched");
        if !fetched.exists() {
            crate::tools::run::fetch(adapter, located, &place.root, &place.private);
            // A mark that is not there costs time.
            let _ = crate::files::create(&fetched, b"");
        }
        let (before, behind) = split(run.command);
        let targets = which.only.as_ref().and_then(|only| targets(only, before));
        let targets = targets.unwrap_or_default();
        let cargo = |own: &[&str]| {
            let program = with_env(located.command(&place.root), adapter, place);
            let program = program.limit(place.limit).arg("test").args(before);
            program.args(&targets).args(own)
        };
        let not_built = |built: &Finished| {
            let failure = Failure::new(State::NotBuilt, first_error(built));
            Err(failure.or_full(&[&built.stdout, &built.stderr]))
        };
        // Where one failure is enough, one start is.
        if !which.first {
            let built = cargo(&["--no-run"]).run();
            if code("cargo test --no-run", &built)? != 0 {
                keep(output, "the build", &built);
                return not_built(&built);
            }
        }
        let mut program = match which.first {
            true => cargo(&["--"]),
            false => cargo(&["--no-fail-fast", "--"]),
        };
        program = program.args(behind);
        if let Some(only) = which.only.as_ref().or(which.functions.as_ref()) {
            let paths: BTreeSet<&str> = only.iter().map(|name| path_of(name)).collect();
            program = program.arg("--exact").args(paths);
        }
        if which.otherwise {
            program = program.arg("--test-threads=1");
        }
        let finished = program.run();
        keep(output, "cargo test", &finished);
        let ended = code("cargo test", &finished)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&finished.stdout), text(&finished.stderr));
        let is_begun = stderr
            .lines()
            .any(|line| line.trim_start().starts_with("Running "));
        if which.first && ended != 0 && !is_begun && stderr.contains("error: could not compile") {
            return not_built(&finished);
        }
        if finished.truncated {
            let why = "the tests wrote more than 64 MiB";
            return Err(Failure::new(State::Truncated, why));
        }
        let mut results = read(&stdout, &stderr, place)?;
        if let Some(only) = &which.only {
            results.tests.retain(|name, _| only.contains(name));
        }
        if let Some(functions) = &which.functions {
            let is_asked = |name: &str| functions.contains(self.function_of(name));
            results.tests.retain(|name, _| is_asked(name));
        }
        // 101: a test failed. What else ended it leaves tests of which nothing is known.
        let is_explained = ended == 0 || results.failures().next().is_some();
        if !is_explained || !matches!(ended, 0 | 101) {
            return Err(Failure::new(State::Errored, finished.why())
                .or_full(&[&finished.stdout, &finished.stderr]));
        }
        Ok(results)
    }

    fn function_of<'n>(&self, name: &'n str) -> &'n str {
        let Some((program, path)) = name.split_once(BETWEEN) else {
            return name;
        };
        match program.split_once(' ') {
            Some((_, source)) if source.starts_with("tests/") => {
                name.get(program.len() - source.len()..).unwrap_or(name)
            }
            _ => path,
        }
    }

    fn command_for(&self, command: &[String], names: &[&str]) -> String {
        let (before, behind) = split(command);
        let own = ["cargo", "test", "--no-fail-fast"].into_iter();
        let own = own.chain(before.iter().map(String::as_str)).chain(["--"]);
        let own = own
            .chain(behind.iter().map(String::as_str))
            .chain(["--exact"]);
        let paths: BTreeSet<&str> = names.iter().map(|name| path_of(name)).collect();
        own.chain(paths).map(quoted).collect::<Vec<_>>().join(" ")
    }
}

fn words(command: &[String]) -> Vec<&str> {
    command.iter().map(String::as_str).collect()
}

/// The arguments of cargo, and those of the test programs.
fn split(command: &[String]) -> (&[String], &[String]) {
    let rest = command.get(2..).unwrap_or_default();
    let end = rest.iter().position(|word| word == "--");
    let (before, behind) = rest.split_at(end.unwrap_or(rest.len()));
    (before, behind.get(1..).unwrap_or_default())
}

/// What stands between the program that holds a test and its path there.
const BETWEEN: &str = " :: ";

/// The arguments that build and run no more programs than those that hold these tests; none where that is not known, or
/// the command chooses itself.
fn targets(names: &BTreeSet<String>, before: &[String]) -> Option<Vec<String>> {
    const CHOOSING: [&str; 10] = [
        "--lib",
        "--bin",
        "--bins",
        "--test",
        "--tests",
        "--example",
        "--examples",
        "--bench",
        "--benches",
        "--doc",
    ];
    let chooses = |word: &String| {
        let name = word.split('=').next().unwrap_or(word);
        CHOOSING.contains(&name) || name == "--all-targets"
    };
    if before.iter().any(chooses) {
        return None;
    }
    let mut found = BTreeSet::new();
    for name in names {
        let (program, _) = name.split_once(BETWEEN)?;
        let (name, source) = program.split_once(' ')?;
        let target = match source {
            "doc" => vec!["--doc".to_owned()],
            "src/lib.rs" => vec!["--lib".to_owned()],
            "src/main.rs" => vec!["--bins".to_owned()],
            _ => {
                let stem = source.strip_prefix("tests/")?.strip_suffix(".rs")?;
                // One that is called otherwise than its file is not found by it.
                (stem.replace('-', "_") == name).then_some(())?;
                vec!["--test".to_owned(), stem.to_owned()]
            }
        };
        found.insert(target);
    }
    // Cargo takes documentation by itself alone.
    let is_doc = |target: &Vec<String>| target.iter().any(|word| word == "--doc");
    let is_mixed = found.len() > 1 && found.iter().any(is_doc);
    (!is_mixed).then(|| found.into_iter().flatten().collect())
}

/// The path of a test in its program.
fn path_of(name: &str) -> &str {
    name.split_once(BETWEEN).map_or(name, |(_, path)| path)
}

/// The first error of the compiler, with its place.
fn first_error(built: &Finished) -> String {
    let text = String::from_utf8_lossy(&built.stderr);
    let mut lines = text.lines().skip_while(|line| !line.starts_with("error"));
    let Some(error) = lines.next() else {
        return built.why();
    };
    let place = lines
        .next()
        .and_then(|line| line.trim_start().strip_prefix("--> "));
    let error = crate::text::visible(error);
    match place {
        Some(place) => format!("{} ({error})", crate::text::visible(place)),
        None => error,
    }
}

/// The programs that cargo says to run, in order.
fn programs(stderr: &str) -> Vec<String> {
    let of = |line: &str| {
        let line = line.trim_start();
        if let Some(of) = line.strip_prefix("Doc-tests ") {
            return Some(format!("{of} doc"));
        }
        let (source, program) = line.strip_prefix("Running ")?.rsplit_once(" (")?;
        let program = program.strip_suffix(')')?;
        let program = program.rsplit(['/', '\\']).next()?;
        let name = program.rsplit_once('-').map_or(program, |(name, _)| name);
        let source = source.strip_prefix("unittests ").unwrap_or(source);
        Some(format!("{name} {source}"))
    };
    stderr.lines().filter_map(of).collect()
}

/// What the test programs print, one after the other; what stands before the first says nothing.
fn blocks(stdout: &str) -> Vec<&str> {
    let is_start = |line: &str| {
        let rest = line.strip_prefix("running ");
        let count = rest.and_then(|rest| rest.split_once(' '));
        count.is_some_and(|(count, what)| {
            count.parse::<u32>().is_ok() && matches!(what, "test" | "tests")
        })
    };
    let (mut starts, mut at) = (Vec::new(), 0);
    for line in stdout.split_inclusive('\n') {
        if is_start(line.trim_end()) {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(stdout.len());
    let pairs = starts.windows(2);
    let block = |pair: &[usize]| match pair {
        [from, to] => stdout.get(*from..*to),
        _ => None,
    };
    pairs.filter_map(block).collect()
}

/// Reads what a run printed.
fn read(stdout: &str, stderr: &str, place: &Place) -> Result<Results, Failure> {
    let (programs, blocks) = (programs(stderr), blocks(stdout));
    let mut results = Results::default();
    // A harness of its own, or a test that prints such lines itself: which block is whose is not known then.
    let is_known = programs.len() == blocks.len();
    for (number, block) in blocks.iter().enumerate() {
        let program = programs.get(number).filter(|_| is_known);
        let said = said(block);
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut counted = 0;
        for line in block.lines() {
            let Some((name, result)) = line
                .strip_prefix("test ")
                .and_then(|rest| rest.rsplit_once(" ... "))
            else {
                continue;
            };
            let plain = name.strip_suffix(" - should panic").unwrap_or(name);
            let outcome = match result.split([',', ' ']).next().unwrap_or_default() {
                "ok" => Outcome::Passed,
                "FAILED" => {
                    Outcome::Failed(failure(said.get(plain).map_or("", |text| text), place))
                }
                "ignored" => {
                    let why = result.split_once(", ").map_or("", |(_, why)| why);
                    Outcome::Skipped(why.to_owned())
                }
                _ => continue,
            };
            counted += 1;
            let path = numbered(plain, &mut numbers);
            let name = match program {
                Some(program) => format!("{program}{BETWEEN}{path}"),
                None => path,
            };
            results.add(name, outcome);
        }
        // One that ended on its way says how many it wanted to run, and not what came of each.
        let wanted = block.split(' ').nth(1).and_then(|count| count.parse().ok());
        if wanted != Some(counted) {
            let program = program.map_or("a test program", String::as_str);
            let why = format!("{program} ended in the middle of its tests");
            return Err(Failure::new(State::Errored, why));
        }
    }
    Ok(results)
}

/// `src/lib.rs - more (line 3)` without its line, which moves: with its number among those of the item.
fn numbered(name: &str, numbers: &mut BTreeMap<String, usize>) -> String {
    let line = name.rfind(" (line ").filter(|_| name.contains(" - "));
    let Some(item) = line.and_then(|at| name.get(..at)) else {
        return name.to_owned();
    };
    let number = numbers.entry(item.to_owned()).or_default();
    *number += 1;
    format!("{item} #{number}")
}

/// What each failed test printed, by its name.
fn said(block: &str) -> BTreeMap<&str, &str> {
    const BEFORE: &str = "\n---- ";
    const BEHIND: &str = " stdout ----\n";
    let mut found = BTreeMap::new();
    let mut parts = block.split(BEFORE);
    parts.next();
    for part in parts {
        if let Some((name, text)) = part.split_once(BEHIND) {
            let end = text.find("\n\nfailures:\n").unwrap_or(text.len());
            found.insert(name, text.get(..end).unwrap_or(text));
        }
    }
    found
}

/// A failure, from what its test printed.
fn failure(text: &str, place: &Place) -> Failed {
    const MOST: usize = 2000;
    let panic = text.lines().enumerate().find_map(|(number, line)| {
        let (_, at) = line.split_once(" panicked at ")?;
        Some((number, at))
    });
    let Some((number, at)) = panic else {
        let message = text.trim().chars().take(MOST).collect();
        return Failed {
            message,
            ..Failed::default()
        };
    };
    let lines = text.lines().skip(number + 1);
    let own = lines.take_while(|line| !line.starts_with("note: ") && !line.is_empty());
    let message: Vec<&str> = own.collect();
    let mut parts = at.trim_end_matches(':').rsplitn(3, ':');
    let (_, line, path) = (parts.next(), parts.next(), parts.next());
    let line = line.and_then(|line| line.parse().ok()).unwrap_or(0);
    let path = path.unwrap_or_default();
    let inside = path.strip_prefix(&format!("{}/", place.root.display()));
    let path = inside.unwrap_or(path);
    let is_inside = !path.starts_with('/') && !path.split('/').any(|part| part == "..");
    let asserted = match is_inside {
        true => line_of(place, path, line),
        false => String::new(),
    };
    Failed {
        asserted,
        message: message.join("\n").chars().take(MOST).collect(),
        path: if is_inside {
            path.to_owned()
        } else {
            String::new()
        },
        line,
    }
}

/// The text of a line of the tree.
fn line_of(place: &Place, path: &str, line: u32) -> String {
    let found = crate::files::in_tree(
        &place.root,
        std::path::Path::new(path),
        crate::files::MOST_BY_HAND,
    );
    let text = found.map(|found| found.lossy()).unwrap_or_default();
    let number = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    text.lines()
        .nth(number)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STDERR: &str = "    Finished `test` profile\n     Running unittests src/lib.rs (target/debug/deps/counts-0a1b)\n     \
                          Running tests/it.rs (target/debug/deps/it-77)\n   Doc-tests counts\n";
    const STDOUT: &str = "\nrunning 2 tests\ntest tests::more ... FAILED\ntest tests::less ... ok\n\nfailures:\n\n\
---- tests::more stdout ----\n\nthread 'tests::more' (7) panicked at src/lib.rs:3:9:\nassertion `left == right` failed\n  \
left: 3\n right: 2\nnote: run with `RUST_BACKTRACE=1`\n\n\nfailures:\n    tests::more\n\n\
test result: FAILED. 1 passed; 1 failed; 0 ignored\n\n\nrunning 1 test\ntest slow ... ignored, needs a disk\n\n\
test result: ok.\n\n\nrunning 2 tests\ntest src/lib.rs - more (line 3) ... ok\ntest src/lib.rs - more (line 9) ... ok\n";

    fn place() -> Place {
        let nowhere = std::path::PathBuf::from("/nowhere");
        Place {
            root: nowhere.clone(),
            private: nowhere.clone(),
            temporary: nowhere.clone(),
            build: nowhere,
            limit: std::time::Duration::ZERO,
        }
    }

    #[test]
    fn tests_are_known_by_their_program_and_documentation_by_its_number() {
        let results = read(STDOUT, STDERR, &place()).unwrap();
        let names: Vec<&str> = results.tests.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "counts doc :: src/lib.rs - more #1",
                "counts doc :: src/lib.rs - more #2",
                "counts src/lib.rs :: tests::less",
                "counts src/lib.rs :: tests::more",
                "it tests/it.rs :: slow",
            ]
        );
        let failed = results.tests["counts src/lib.rs :: tests::more"]
            .failed()
            .unwrap();
        assert_eq!((failed.path.as_str(), failed.line), ("src/lib.rs", 3));
        assert!(
            failed
                .message
                .starts_with("assertion `left == right` failed\n  left: 3")
        );
    }

    #[test]
    fn only_the_programs_with_the_tests_are_built() {
        let of = |names: &[&str], before: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let before: Vec<String> = before.iter().map(|word| (*word).to_owned()).collect();
            targets(&names, &before).map(|words| words.join(" "))
        };
        let (lib, it) = (
            "counts src/lib.rs :: tests::more",
            "it_all tests/it-all.rs :: slow",
        );
        assert_eq!(of(&[lib, it], &[]).as_deref(), Some("--lib --test it-all"));
        assert_eq!(
            of(&["counts doc :: src/lib.rs - more #1"], &[]).as_deref(),
            Some("--doc")
        );
        assert_eq!(of(&[lib, "counts doc :: src/lib.rs - more #1"], &[]), None);
        assert_eq!(of(&["named tests/it.rs :: slow"], &[]), None);
        assert_eq!(of(&["tests::more"], &[]), None);
        assert_eq!(of(&[lib], &["--features=a", "--test=it"]), None);
    }

    #[test]
    fn a_program_that_ended_early_says_nothing() {
        let cut = STDOUT.replace("test tests::less ... ok\n", "");
        assert!(read(&cut, STDERR, &place()).is_err());
        // A block too many: nobody knows whose.
        let more = format!("{STDOUT}\nrunning 0 tests\n");
        let results = read(&more, STDERR, &place()).unwrap();
        assert!(results.tests.contains_key("tests::less"));
    }
}
