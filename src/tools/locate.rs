//! Where a tool's program is: the project's own installation first.
//!
//! A folder whose files are in the change's tree is passed over: a program that came with the change is not
//! the project's.
//!
//! Does not catch: a wrapper on `PATH` that is not what it is called.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::adapter::{Adapter, Ecosystem};
use super::detect::joined;
use super::diagnostic::{Failure, State};
use crate::change::{Change, Side};
use crate::files;
use crate::process::{End, Program, environment};

/// A program that was found.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its absolute path.
    pub program: PathBuf,
    /// The virtual environment that it belongs to.
    pub venv: Option<PathBuf>,
    /// The line that it says as its version; empty where it was not asked.
    pub version: String,
    /// Where it was found, without an absolute path: `.venv`, `node_modules`, `PATH`.
    pub place: String,
    /// What is installed beside it, as a digest: part of the cache's key.
    pub environment: String,
}

impl Located {
    /// The version alone.
    pub fn number(&self) -> &str {
        self.version
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or(&self.version)
    }

    /// What tells its program from another one in the same place that says the same version: size and time of the
    /// file.
    pub fn stamp(&self) -> String {
        let stamp = self.program.metadata().and_then(|found| {
            let age = found.modified()?.duration_since(UNIX_EPOCH);
            Ok(format!("{} {:?}", found.len(), age.ok()))
        });
        stamp.unwrap_or_default()
    }

    /// The version of the environment's Python.
    pub fn python(&self) -> Option<String> {
        let text = text_of(&self.venv.as_ref()?.join("pyvenv.cfg"));
        text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            let known = matches!(key.trim(), "version" | "version_info");
            known.then(|| value.trim().to_owned())
        })
    }

    /// A run of it in a folder, with its environment first on `PATH`. What it is written in keeps no compiled files
    /// beside its sources, which may be the user's.
    pub fn command(&self, cwd: &Path) -> Program {
        let program = Program::new(&self.program, cwd)
            .with_descendants()
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let Some(folder) = self.program.parent().filter(|_| self.place != "PATH") else {
            return program;
        };
        let path = environment::variable("PATH").unwrap_or_default();
        let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
        let program = match std::env::join_paths(all) {
            Ok(path) => program.env("PATH", path),
            Err(_) => program,
        };
        match &self.venv {
            Some(venv) => program.env("VIRTUAL_ENV", venv),
            None => program,
        }
    }
}

/// Finds the program of a tool for the project in `folder`, and asks its version.
///
/// # Errors
/// Where it is not there, cannot be started, or is another version than the policy wants.
pub fn locate(
    adapter: &Adapter,
    change: &Change,
    folder: &str,
    cwd: &Path,
) -> Result<Located, Failure> {
    let mut located = find(adapter, change, folder, cwd).ok_or_else(|| {
        let install = match adapter.install.as_str() {
            "" => "install what its [tools] entry names".to_owned(),
            line => format!("`{line}`"),
        };
        Failure::new(
            State::Missing,
            format!("{} is not installed: {install}", adapter.program),
        )
    })?;
    if adapter.version.is_empty() {
        return wanted(adapter, located);
    }
    let finished = located
        .command(cwd)
        .args(&adapter.version)
        .limit(Duration::from_secs(60))
        .run();
    match &finished.end {
        End::Exited(0) => {
            let text = String::from_utf8_lossy(&finished.stdout);
            text.lines()
                .next()
                .unwrap_or_default()
                .trim()
                .clone_into(&mut located.version);
            wanted(adapter, located)
        }
        End::CouldNotStart(_) => Err(Failure::new(State::NotStarted, finished.why())),
        _ => Err(Failure::new(
            State::NotStarted,
            format!(
                "`{} {}`: {}",
                adapter.program,
                adapter.version.join(" "),
                finished.why()
            ),
        )),
    }
}

fn wanted(adapter: &Adapter, located: Located) -> Result<Located, Failure> {
    let Some(tool) = &adapter.wanted else {
        return Ok(located);
    };
    if tool.accepts(located.number()) {
        return Ok(located);
    }
    Err(Failure::new(
        State::WrongVersion,
        format!(
            "the policy asks for {} {}, {} is {}",
            adapter.name,
            tool.version.as_deref().unwrap_or_default(),
            located.place,
            if located.version.is_empty() {
                "of a version that it does not say"
            } else {
                located.number()
            }
        ),
    ))
}

fn find(adapter: &Adapter, change: &Change, folder: &str, cwd: &Path) -> Option<Located> {
    if adapter.program.contains('/') {
        let program = cwd.join(&adapter.program);
        return program.is_file().then(|| Located {
            program,
            venv: None,
            version: String::new(),
            place: "the tree".to_owned(),
            environment: String::new(),
        });
    }
    let names: &[&str] = match adapter.ecosystem {
        Ecosystem::Python => &[".venv", "venv"],
        Ecosystem::Node => &["node_modules"],
        Ecosystem::Path => &[],
    };
    let mut folders: Vec<(PathBuf, String)> = Vec::new();
    if let Some(top) = &change.worktree {
        let places: BTreeSet<&str> = [folder, ""].into();
        for place in places.into_iter().rev() {
            for name in names {
                let path = joined(place, name);
                if !is_tracked(change, &path) {
                    folders.push((top.join(&path), path));
                }
            }
        }
    }
    if adapter.ecosystem == Ecosystem::Python
        && let Some(active) = environment::variable("VIRTUAL_ENV")
    {
        folders.push((active.into(), "the active environment".to_owned()));
    }
    for (path, place) in folders {
        let bin = match adapter.ecosystem {
            Ecosystem::Node => path.join(".bin"),
            Ecosystem::Python | Ecosystem::Path => path.join("bin"),
        };
        let program = bin.join(&adapter.program);
        if program.is_file() {
            return Some(Located {
                program,
                environment: environment(&path),
                venv: (adapter.ecosystem == Ecosystem::Python).then_some(path),
                version: String::new(),
                place,
            });
        }
    }
    let path = environment::variable("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&adapter.program))
        .find(|program| is_executable(program))
        .map(|program| {
            let venv = program
                .parent()
                .and_then(Path::parent)
                .filter(|path| path.join("pyvenv.cfg").is_file())
                .map(Path::to_owned);
            Located {
                environment: venv.as_deref().map(environment).unwrap_or_default(),
                program,
                venv,
                version: String::new(),
                place: "PATH".to_owned(),
            }
        })
}

/// Whether a folder of the working tree holds files of either side.
fn is_tracked(change: &Change, folder: &str) -> bool {
    [Side::Base, Side::Head].into_iter().any(|side| {
        change.paths(side).is_ok_and(|paths| {
            let start = format!("{folder}/");
            let at = paths.partition_point(|path| *path < start);
            paths
                .get(at)
                .is_some_and(|path| path.starts_with(&start) || path == folder)
                || paths
                    .binary_search_by(|path| path.as_str().cmp(folder))
                    .is_ok()
        })
    })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// The text of a file of an environment; empty where it cannot be read.
fn text_of(path: &Path) -> String {
    files::own(path, files::MOST_BY_PROGRAM)
        .map(|read| read.lossy())
        .unwrap_or_default()
}

/// What is installed in a virtual environment or `node_modules`: names with versions, digested.
fn environment(folder: &Path) -> String {
    let mut names = BTreeSet::new();
    let mut add = |path: PathBuf| {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    };
    for entry in std::fs::read_dir(folder.join("lib"))
        .into_iter()
        .flatten()
        .flatten()
    {
        add(entry.path().join("site-packages"));
    }
    let mut whole = names.into_iter().collect::<Vec<_>>().join("\n");
    whole.push_str(&text_of(&folder.join(".package-lock.json")));
    whole.push_str(&text_of(&folder.join("pyvenv.cfg")));
    crate::text::digest(whole.as_bytes())
}
