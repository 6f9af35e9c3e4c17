//! Rust under rustc's own instrumentation (`-C instrument-coverage`), read by the llvm-tools of the project's
//! toolchain; by cargo-llvm-cov or cargo-tarpaulin where the command names one; by tarpaulin's llvm engine
//! where the toolchain has no llvm-tools.
//!
//! Does not catch: documentation tests (they are built without instrumentation); a project whose
//! `target.*.rustflags` take the place of the flags given here: nothing is measured then, and that is told.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Deserialize;

use super::{Measure, Ran, Recipe, passed, read_report};
use crate::change::Side;
use crate::checks::Context;
use crate::coverage::report::{Producer, Report};
use crate::coverage::suite::Suite;
use crate::files;
use crate::process::{Finished, Program};
use crate::suite::place::{Place, keep, with_env};
use crate::suite::{Failure, State, code, stdout};
use crate::tools::adapter::Adapter;
use crate::tools::locate::Located;

/// cargo.
pub(super) struct Cargo;

impl Recipe for Cargo {
    fn adapter(&self, _: &Context<'_>, command: &[String]) -> Result<Option<Adapter>> {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let ["cargo", "test" | "llvm-cov" | "tarpaulin", ..] = words.as_slice() else {
            return Ok(None);
        };
        Ok(Some(toml::from_str(include_str!(
            "../../../tools/recipes/cargo.toml"
        ))?))
    }

    fn shown(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
    ) -> Result<String, Failure> {
        let engine = Engine::of(measure.command, located, place)?;
        Ok(engine.producer().to_string())
    }

    fn run(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
        _: Side,
        output: &mut String,
    ) -> Result<Ran, Failure> {
        let (command, adapter) = (measure.command, &measure.adapter);
        let engine = Engine::of(command, located, place)?;
        crate::tools::run::fetch(adapter, located, &place.root, &place.private);
        let cargo = || with_env(located.command(&place.root), adapter, place).limit(place.limit);
        let rest = command.get(2..).unwrap_or_default();
        let (mut report, suite) = match &engine {
            Engine::LlvmTools { folder, .. } => {
                instrumented(&cargo, rest, folder, place, adapter, output)?
            }
            Engine::Subcommand { name, .. } => {
                let (own, file): (Vec<String>, &str) = match *name {
                    "llvm-cov" => {
                        let to = place.private.join("lcov.info").display().to_string();
                        (
                            ["--lcov", "--output-path", &to].map(str::to_owned).into(),
                            "lcov.info",
                        )
                    }
                    _ => {
                        let to = place.private.display().to_string();
                        let words = ["--engine", "llvm", "--out", "Lcov", "--output-dir", &to];
                        (words.map(str::to_owned).into(), "lcov.info")
                    }
                };
                let finished = cargo().arg(name).args(with_options(rest, &own)).run();
                let suite = judged(&finished, output)?;
                let path = place.private.join(file);
                (
                    read_report(
                        &place.private,
                        &path,
                        &format!("the report of cargo {name}"),
                    )?,
                    suite,
                )
            }
        };
        report.producer = engine.producer();
        Ok(Ran {
            reports: vec![report],
            suite,
        })
    }
}

/// What reads the instrumentation.
enum Engine {
    /// llvm-profdata and llvm-cov of the toolchain, in this folder.
    LlvmTools { folder: PathBuf, version: String },
    /// The cargo subcommand of this name.
    Subcommand { name: &'static str, version: String },
}

impl Engine {
    /// The engine for a command in a tree.
    ///
    /// # Errors
    /// Where none is there.
    fn of(command: &[String], located: &Located, place: &Place) -> Result<Self, Failure> {
        let subcommand = |name: &'static str| -> Option<Self> {
            let asked = located.command(&place.root).args([name, "--version"]).run();
            let version = version_of(&asked)?;
            Some(Self::Subcommand { name, version })
        };
        let missing = |install: &str| Failure::new(State::Missing, install.to_owned());
        match command.get(1).map(String::as_str) {
            Some("llvm-cov") => subcommand("llvm-cov").ok_or_else(|| {
                missing("cargo-llvm-cov is not installed: `cargo install cargo-llvm-cov --locked`")
            }),
            Some("tarpaulin") => subcommand("tarpaulin").ok_or_else(|| {
                missing(
                    "cargo-tarpaulin is not installed: `cargo install cargo-tarpaulin --locked`",
                )
            }),
            _ => Ok(match llvm_tools(place)? {
                Some(engine) => engine,
                None => subcommand("tarpaulin").ok_or_else(|| {
                    missing(
                        "the toolchain has no llvm-tools, and cargo-tarpaulin is not installed: \
                         `rustup component add llvm-tools`",
                    )
                })?,
            }),
        }
    }

    /// Who measures.
    fn producer(&self) -> Producer {
        let (name, version) = match self {
            Self::LlvmTools { version, .. } => ("llvm-cov", version),
            Self::Subcommand {
                name: "llvm-cov",
                version,
            } => ("cargo-llvm-cov", version),
            Self::Subcommand { version, .. } => ("cargo-tarpaulin", version),
        };
        Producer {
            name: name.to_owned(),
            version: version.clone(),
        }
    }
}

/// The version in what a program says: its first word that begins with a digit.
fn version_of(finished: &Finished) -> Option<String> {
    let text = String::from_utf8_lossy(&finished.stdout);
    let mut words = text.split_whitespace();
    let version = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    finished.succeeded().then(|| version.to_owned())
}

/// The llvm-tools of the toolchain that the tree asks for.
fn llvm_tools(place: &Place) -> Result<Option<Engine>, Failure> {
    let ask = |arguments: &[&str]| -> Result<String, Failure> {
        let finished = Program::new("rustc", &place.root).args(arguments).run();
        let bytes = stdout("rustc", finished, State::NotStarted)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    let about = ask(&["-vV"])?;
    let field = |name: &str| {
        let mut lines = about.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let (Some(host), Some(release), Some(llvm)) =
        (field("host"), field("release"), field("LLVM version"))
    else {
        return Err(Failure::new(State::NotStarted, "rustc -vV names no host"));
    };
    let root = PathBuf::from(ask(&["--print", "sysroot"])?);
    let folder = root.join("lib/rustlib").join(host).join("bin");
    let is_there = ["llvm-profdata", "llvm-cov"].iter().all(|name| {
        folder
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
            .is_file()
    });
    Ok(is_there.then(|| Engine::LlvmTools {
        folder,
        version: format!("{llvm} with rustc {release}"),
    }))
}

/// Arguments with options of ours before the test programs' own.
fn with_options(arguments: &[String], own: &[String]) -> Vec<String> {
    let end = arguments.iter().position(|word| word == "--");
    let (before, after) = arguments.split_at(end.unwrap_or(arguments.len()));
    [before, own, after].concat()
}

/// What the tests came to, where all of them passed.
fn judged(finished: &Finished, output: &mut String) -> Result<Suite, Failure> {
    keep(output, "the tests", finished);
    let ended = code("the tests", finished)?;
    if finished.truncated {
        let why = "the tests wrote more than 64 MiB";
        return Err(Failure::new(State::Truncated, why));
    }
    let suite = Suite::of_libtest(&String::from_utf8_lossy(&finished.stdout));
    let is_full = |failure: Failure| failure.or_full(&[&finished.stdout, &finished.stderr]);
    passed(&suite).map_err(is_full)?;
    if ended != 0 {
        return Err(is_full(Failure::new(State::Errored, finished.why())));
    }
    Ok(suite)
}

/// Builds and runs instrumented tests, and exports what they ran.
fn instrumented(
    cargo: &dyn Fn() -> Program,
    arguments: &[String],
    tools: &Path,
    place: &Place,
    adapter: &Adapter,
    output: &mut String,
) -> Result<(Report, Suite), Failure> {
    // Joined with what the project's own configuration says, which `RUSTFLAGS` would hide.
    let flags = ["--config", "build.rustflags=[\"-Cinstrument-coverage\"]"];
    let test = || cargo().args(flags).arg("test");
    let own = ["--no-run", "--message-format=json"].map(str::to_owned);
    let scratch = place.private.join("build-%p-%m.profraw");
    let built = test()
        .args(with_options(arguments, &own))
        // Build scripts are instrumented too, and are no tests.
        .env("LLVM_PROFILE_FILE", &scratch)
        .run();
    let built_code = code("cargo test --no-run", &built)?;
    if built_code != 0 {
        keep(output, "the build", &built);
        let failure = Failure::new(State::NotBuilt, built.why());
        return Err(failure.or_full(&[&built.stdout, &built.stderr]));
    }
    let objects = executables(&built.stdout);
    if objects.is_empty() {
        let why = "cargo test builds no test program";
        return Err(Failure::new(State::NoTests, why));
    }
    let suite = judged(&test().args(arguments).run(), output)?;
    if suite == Suite::default() {
        return Err(Failure::new(State::NoTests, "cargo test ran no test"));
    }
    let unwritten = |error: files::Refused| Failure::new(State::NoWorktree, error.to_string());
    let raw = profiles(&place.private.join("raw"));
    if raw.is_empty() {
        let why = "the tests left no profile: `target.*.rustflags` of the project may take the place of \
                   `build.rustflags`";
        return Err(Failure::new(State::NoReport, why));
    }
    let list = place.private.join("profiles.txt");
    files::replace(&list, raw.join("\n").as_bytes()).map_err(unwritten)?;
    let merged = place.private.join("merged.profdata");
    // They read what the tests wrote.
    let tool = |name: &str| {
        let program = Program::new(tools.join(name), &place.root).limit(place.limit);
        program.confined(adapter.confinement(&place.private))
    };
    let finished = tool("llvm-profdata")
        .args(["merge", "-sparse", "-o"])
        .arg(&merged)
        .arg("-f")
        .arg(&list)
        .run();
    stdout("llvm-profdata", finished, State::NoReport)?;
    let mut export = tool("llvm-cov")
        .args(["export", "--format=lcov", "--skip-functions"])
        .arg(format!("--instr-profile={}", merged.display()));
    for object in &objects {
        export = export.arg("--object").arg(object);
    }
    let finished = export.arg("--sources").arg(&place.root).run();
    let lcov = stdout("llvm-cov", finished, State::NoReport)?;
    let report = crate::coverage::formats::read(&lcov)
        .map_err(|error| Failure::new(State::Unreadable, format!("llvm-cov: {error:#}")))?;
    Ok((report, suite))
}

/// The profiles in a folder, sorted.
fn profiles(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "profraw"))
        .map(|path| path.display().to_string())
        .collect();
    paths.sort();
    paths
}

/// A line of cargo's messages, where it is of something built.
#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
}

/// The programs that a build of the tests made. Programs of the project that its tests start are instrumented
/// as well, and are among them.
fn executables(messages: &[u8]) -> Vec<PathBuf> {
    let text = String::from_utf8_lossy(messages);
    let mut found: Vec<PathBuf> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .filter_map(|artifact| artifact.executable)
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_before_those_of_the_test_programs() {
        let words = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let with = |text: &str| with_options(&words(text), &words("--no-run")).join(" ");
        assert_eq!(with("--workspace"), "--workspace --no-run");
        assert_eq!(
            with("--lib -- --test-threads=1"),
            "--lib --no-run -- --test-threads=1"
        );
    }

    #[test]
    fn programs_are_those_that_cargo_names() {
        let messages =
            br#"{"reason":"compiler-artifact","profile":{"test":true},"executable":"/t/b"}
{"reason":"compiler-artifact","profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}
test a ... ok
"#;
        assert_eq!(executables(messages), [PathBuf::from("/t/b")]);
    }
}
