//! One run of one tool over one tree, and what it comes to. A run that did not do its work is a [`Failure`],
//! however it ended; there is no way from here to "nothing found" but a document that says so.
//!
//! Does not catch: a tool that was told by its own configuration to look at less than it should, and says so
//! nowhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::adapter::{Adapter, Columns, Format};
use super::diagnostic::{BuildProgram, Diagnostic, Failure, Packages, Report, Severity, State};
use super::locate::Located;
use super::parse::{self, Parsed};
use crate::files;
use crate::process::{End, Finished, Program, surroundings};

/// What a tool is run over.
#[derive(Clone, Debug)]
pub struct Place {
    /// The top of the tree, canonical.
    pub root: PathBuf,
    /// The project's folder in it, relative.
    pub folder: String,
    /// A folder for what the tool writes.
    pub private: PathBuf,
    /// A folder for what it builds, kept.
    pub build: PathBuf,
    /// Arguments that the configuration leaves to us.
    pub targets: Vec<String>,
    /// Those of them that name what is of this machine.
    pub local: Vec<String>,
}

impl Place {
    /// The directory in which the tool runs.
    pub fn cwd(&self) -> PathBuf {
        self.root.join(&self.folder)
    }
}

/// The arguments of a run, as they stand in the cache's key and in reports: without private folders.
pub fn arguments(adapter: &Adapter, targets: &[String]) -> Vec<String> {
    adapter.args.iter().chain(targets).cloned().collect()
}

/// Runs a tool. The second part is what it printed, for the trace.
pub fn run(
    adapter: &Adapter,
    located: &Located,
    place: &Place,
) -> (Result<Report, Failure>, String) {
    let fill = |text: &str| {
        text.replace("{private}", &place.private.display().to_string())
            .replace("{build}", &place.build.display().to_string())
    };
    let mut program = located.command(&place.cwd());
    for argument in arguments(adapter, &place.targets)
        .iter()
        .chain(&place.local)
    {
        match located.fill(argument) {
            Ok(argument) => program = program.arg(fill(&argument)),
            Err(failure) => return (Err(failure), String::new()),
        }
    }
    for (name, value) in &adapter.env {
        program = program.env(name, fill(value));
    }
    let program = match own_folders(program, &place.private) {
        Ok(program) => program.confined(adapter.confinement(&place.private)),
        Err(error) => {
            let failure = Failure::new(State::NoWorktree, error.to_string());
            return (Err(failure), String::new());
        }
    };
    fetch(adapter, located, &place.cwd(), &place.private);
    let finished = program.limit(adapter.time_limit()).run();
    let mut printed = String::from_utf8_lossy(&finished.stderr).into_owned();
    const MOST_KEPT: usize = 4000;
    if printed.len() > MOST_KEPT {
        printed = printed.chars().take(MOST_KEPT).collect();
    }
    let judged = judge(adapter, place, &finished);
    (judged.map_err(|failure| failure.of(&finished)), printed)
}

/// A program with a folder for temporary files that it may write to: beside its private one, so that the path is short
/// enough for a socket's.
///
/// # Errors
/// Where the folder cannot be made.
pub fn own_folders(program: Program, private: &Path) -> std::io::Result<Program> {
    let folder = private.parent().unwrap_or(private).join("tmp");
    std::fs::create_dir_all(&folder)?;
    Ok(program.env("TMPDIR", folder))
}

/// Has a tool fetch what a run without network will need. Where that fails, the run says what it misses.
pub fn fetch(adapter: &Adapter, located: &Located, cwd: &Path, private: &Path) {
    if adapter.fetch.is_empty() || adapter.network {
        return;
    }
    let mut confinement = adapter.confinement(private);
    confinement.network = true;
    confinement.writable.extend(cargo_home());
    let program = located.command(cwd).args(&adapter.fetch);
    let _ = program
        .limit(adapter.time_limit())
        .confined(confinement)
        .run();
}

/// Where cargo keeps what it fetches.
fn cargo_home() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(surroundings::value("HOME")?).join(".cargo"));
    surroundings::value("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

/// Findings of one run of a tool over which none is believed to be read by anybody.
const MOST_SAID: usize = 100_000;

/// What a finished program says.
fn judge(adapter: &Adapter, place: &Place, finished: &Finished) -> Result<Report, Failure> {
    let fail = |state: State, why: String| Err(Failure::new(state, why));
    let code = match &finished.end {
        End::Exited(code) => *code,
        End::CouldNotStart(_) => return fail(State::NotStarted, finished.why()),
        End::Signalled(_) => return fail(State::Killed, finished.why()),
        End::TimedOut => {
            let limit = format!("it did not end within {} s", adapter.limit);
            return fail(State::TimedOut, limit);
        }
    };
    if finished.truncated {
        return fail(State::Truncated, "it wrote more than 64 MiB".to_owned());
    }
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let says = |pattern: &str| {
        !pattern.is_empty()
            && Regex::new(pattern)
                .is_ok_and(|pattern| pattern.is_match(&stdout) || pattern.is_match(&stderr))
    };
    if says(&adapter.nothing_checked) {
        return fail(State::EmptyScope, "it looked at no file".to_owned());
    }
    let is_known = adapter.ok_codes.contains(&code) || adapter.finding_codes.contains(&code);
    let is_silent = stdout.trim().is_empty();
    if is_silent && parse::demands_document(&adapter.format) {
        let state = if adapter.ok_codes.contains(&code) {
            State::Silent
        } else {
            State::Crashed
        };
        return fail(state, finished.why());
    }
    let mut parsed = match parse::parse(&adapter.format, &stdout) {
        Ok(parsed) => parsed,
        Err(error) if is_known => return fail(State::Unparsable, format!("{error:#}")),
        Err(_) => return fail(State::Crashed, finished.why()),
    };
    if adapter.format == Format::ExitCode && !adapter.ok_codes.contains(&code) {
        // What a shell says of a command that it cannot find or start.
        if matches!(code, 126 | 127) {
            return fail(State::Crashed, finished.why());
        }
        parsed.diagnostics.push(by_exit_code(adapter, finished));
    }
    if parsed.diagnostics.len() > MOST_SAID {
        let why = format!("it told more than {MOST_SAID} findings");
        return fail(State::Truncated, why);
    }
    if parsed.checked == Some(0) {
        return fail(State::EmptyScope, "it looked at no file".to_owned());
    }
    let reported = parsed
        .diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error || adapter.format != Format::Cargo);
    if !adapter.ok_codes.contains(&code) && !reported {
        let is_unread = is_known && !is_silent && matches!(adapter.format, Format::Regex { .. });
        return if is_unread {
            let why = "none of the lines that it wrote is a finding as its pattern has it";
            fail(State::Unparsable, why.to_owned())
        } else {
            fail(State::Crashed, finished.why())
        };
    }
    Ok(Report {
        stopped: adapter.stopped_codes.contains(&code) || !is_known,
        unconfigured: says(&adapter.unconfigured),
        packages: parsed
            .packages
            .as_ref()
            .map(|packages| of_tree(packages, &parsed.artifacts, place)),
        diagnostics: normal(adapter, place, parsed),
    })
}

/// Packages under the repository's paths.
fn of_tree(packages: &Packages, artifacts: &[String], place: &Place) -> Packages {
    let manifests = packages.manifests.iter();
    let programs = packages.programs.iter().map(|program| BuildProgram {
        kind: program.kind,
        manifest: relative(&program.manifest, place),
        source: relative(&program.source, place),
    });
    Packages {
        manifests: manifests.map(|path| relative(path, place)).collect(),
        programs: programs.collect(),
        sources: artifacts
            .iter()
            .flat_map(|artifact| sources(artifact, place))
            .collect(),
    }
}

/// The files of the tree that were read for something that a compiler made.
fn sources(artifact: &str, place: &Place) -> Vec<String> {
    const MOST: u64 = 8 * 1024 * 1024;
    let text = |path: &str| {
        let read = files::own(Path::new(path), MOST).ok()?;
        String::from_utf8(read.bytes).ok()
    };
    let names = |folder: &str| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.collect()
    };
    if !Path::new(artifact).starts_with(&place.build) {
        return Vec::new();
    }
    let cwd = place.cwd();
    // Cargo runs the compiler at the top of the workspace, which may stand above the project's folder.
    let above = || {
        cwd.ancestors()
            .take_while(|folder| folder.starts_with(&place.root))
    };
    let compiled = parse::compiled(artifact, text, names).into_iter();
    let whole = compiled.flat_map(|path| {
        above()
            .map(move |folder| folder.join(&path))
            .collect::<Vec<_>>()
    });
    let inside = whole.filter_map(|path| {
        let path = path.strip_prefix(&place.root).ok()?.to_path_buf();
        Some(relative(
            &place.root.join(path).display().to_string(),
            place,
        ))
    });
    inside.collect()
}

/// The one finding of a tool whose output is not read.
fn by_exit_code(adapter: &Adapter, finished: &Finished) -> Diagnostic {
    Diagnostic {
        path: crate::policy::FILE.to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        rule: String::new(),
        severity: Severity::Error,
        message: format!("{}: {}", adapter.name, finished.why()),
        docs: String::new(),
    }
}

/// Diagnostics with the repository's paths, characters for columns, and no private folder in any text.
fn normal(adapter: &Adapter, place: &Place, parsed: Parsed) -> Vec<Diagnostic> {
    let root = place.root.display().to_string();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut diagnostics: Vec<Diagnostic> = parsed
        .diagnostics
        .into_iter()
        .filter(|found| found.severity != Severity::Info)
        .map(|mut found| {
            if adapter.format != Format::ExitCode {
                found.path = relative(&found.path, place);
            }
            found.message = found
                .message
                .replace(&format!("{root}/"), "")
                .replace(&root, ".");
            if parsed.columns != Columns::Characters {
                let lines = texts
                    .entry(found.path.clone())
                    .or_insert_with(|| read(&place.root.join(&found.path)));
                found.column = characters(lines, found.line, found.column, parsed.columns);
                found.end_column =
                    characters(lines, found.end_line, found.end_column, parsed.columns);
            }
            if found.docs.is_empty() && !found.rule.is_empty() && !adapter.docs.is_empty() {
                found.docs = adapter.docs.replace("{rule}", &found.rule);
            }
            found
        })
        .collect();
    diagnostics.sort();
    diagnostics
}

/// The lines of a file that is no larger than can be expected; none where it is all ASCII and a byte is a
/// character.
fn read(path: &Path) -> Vec<String> {
    const MOST: u64 = 8 * 1024 * 1024;
    let read = files::own(path, MOST).ok();
    let text = read.and_then(|read| String::from_utf8(read.bytes).ok());
    let text = text.unwrap_or_default();
    if text.is_ascii() {
        return Vec::new();
    }
    text.lines().map(str::to_owned).collect()
}

/// A column in characters, from one in bytes or UTF-16 units.
fn characters(lines: &[String], line: u32, column: u32, counts: Columns) -> u32 {
    let Some(line) = lines.get(line.saturating_sub(1) as usize) else {
        return column;
    };
    if line.is_ascii() {
        return column;
    }
    let units = column.saturating_sub(1) as usize;
    let mut passed = 0;
    let mut characters = 0;
    for c in line.chars() {
        if passed >= units {
            break;
        }
        passed += match counts {
            Columns::Utf16 => c.len_utf16(),
            Columns::Bytes => c.len_utf8(),
            Columns::Characters => 1,
        };
        characters += 1;
    }
    characters + 1
}

/// A path as the tool wrote it, relative to the repository; one outside of it stays as it is.
fn relative(path: &str, place: &Place) -> String {
    let path = path.replace('\\', "/");
    let whole = if Path::new(&path).is_absolute() {
        PathBuf::from(&path)
    } else {
        place.cwd().join(&path)
    };
    let mut clean = PathBuf::new();
    for part in whole.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    let inside = |path: &Path| {
        path.strip_prefix(&place.root)
            .ok()
            .map(|path| path.display().to_string())
    };
    inside(&clean)
        .or_else(|| inside(&clean.canonicalize().ok()?))
        .unwrap_or(path)
}
