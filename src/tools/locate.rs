//! Where a tool's program is: in an environment that base's policy names, in the active one, on `PATH`.
//!
//! Nothing that lies in the judged tree is believed but an environment that the policy names by its digest
//! ([`super::environment`]); where a program is only there, the failure says what to write.
//!
//! Does not catch: a wrapper on `PATH` that is not what it is called.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::adapter::{Adapter, Ecosystem};
use super::detect::joined;
use super::diagnostic::{Failure, State};
use super::environment;
use crate::change::Change;
use crate::files;
use crate::policy::{self, Environment};
use crate::process::{self, End, Program, surroundings};
use crate::text::visible;

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
    /// The tree that it must import nothing from, and the folder that sees to it.
    wall: Option<(PathBuf, PathBuf)>,
    /// An interpreter of Python that is not the change's; none where there is none.
    interpreter: Option<PathBuf>,
    /// Whether it is of an environment in the tree, of which nothing compiled is read.
    is_in_tree: bool,
}

/// Where programs are looked for.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The change, whose working tree is passed over.
    pub change: &'a Change,
    /// Folders that the policy names.
    pub environments: &'a [Environment],
    /// The project's folder in the tree.
    pub folder: &'a str,
    /// Where the program will run.
    pub cwd: &'a Path,
    /// Whether the program may import from the tree: the policy asked for a tool that does.
    pub imports: bool,
}

impl Located {
    /// The version alone.
    pub fn number(&self) -> &str {
        /// `v22.1.0`, `vitest/3.2.4`.
        fn bare(word: &str) -> &str {
            let own = word.rsplit_once('/').map_or(word, |(_, own)| own);
            own.strip_prefix('v').unwrap_or(own)
        }
        self.version
            .split_whitespace()
            .map(bare)
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

    /// An argument with its `{python}` filled in.
    ///
    /// # Errors
    /// Where there is no interpreter.
    pub fn fill(&self, argument: &str) -> Result<String, Failure> {
        const NAME: &str = "{python}";
        if !argument.contains(NAME) {
            return Ok(argument.to_owned());
        }
        let Some(interpreter) = &self.interpreter else {
            let why = "no `python3` outside of the tree that is judged, which it would ask for its packages";
            return Err(Failure::new(State::Missing, why));
        };
        Ok(argument.replace(NAME, &interpreter.display().to_string()))
    }

    /// A run of it in a folder, with its environment first on `PATH`. What it is written in keeps no compiled files
    /// beside its sources, which may be the user's.
    pub fn command(&self, cwd: &Path) -> Program {
        let mut program = Program::new(&self.program, cwd)
            .with_descendants()
            .env("PYTHONDONTWRITEBYTECODE", "1");
        if let Some((top, folder)) = &self.wall {
            program = program.env("PYTHONPATH", folder).env("DRAFTGATE_TREE", top);
            if let Some(venv) = &self.venv {
                program = program.env("DRAFTGATE_ENVIRONMENT", venv);
            }
        }
        if self.is_in_tree {
            // There is no such folder, and there can be none.
            program = program.env("PYTHONPYCACHEPREFIX", "/dev/null/none");
        }
        let Some(folder) = self.program.parent().filter(|_| self.place != "PATH") else {
            return program;
        };
        let path = surroundings::value("PATH").unwrap_or_default();
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

/// Finds the program of a tool for a project, and asks its version.
///
/// # Errors
/// Where it is not there, cannot be started, or is another version than the policy wants.
pub fn locate(adapter: &Adapter, search: Search<'_>) -> Result<Located, Failure> {
    let mut refused = Vec::new();
    let Some(mut located) = find(adapter, search, &mut refused)? else {
        return Err(missing(adapter, &refused));
    };
    let cwd = search.cwd;
    if let (Some(top), false, Ecosystem::Python) =
        (&search.change.worktree, search.imports, adapter.ecosystem)
    {
        let home = located
            .venv
            .as_deref()
            .or_else(|| located.program.parent()?.parent());
        if let Some(file) = home.and_then(|home| environment::runs_at_start(top, home)) {
            let file = file
                .strip_prefix(top)
                .unwrap_or(&file)
                .display()
                .to_string();
            let why = format!(
                "Python would run {} of the tree that is judged before {}: its environment has an editable \
                 installation of this project, so use one without it",
                visible(&file),
                adapter.program
            );
            return Err(Failure::new(State::NotStarted, why));
        }
        let wall = environment::wall()
            .map_err(|error| Failure::new(State::NotStarted, format!("{error:#}")))?;
        located.wall = Some((top.clone(), wall));
    }
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

/// A place in the tree where the program is, and why it is not taken from there.
struct Refused {
    folder: String,
    /// The digest that would name it; none where the policy names another one.
    digest: Option<String>,
    why: String,
}

/// What to say where there is no program that may be run.
fn missing(adapter: &Adapter, refused: &[Refused]) -> Failure {
    let install = match adapter.install.as_str() {
        "" => "install what its [tools] entry names".to_owned(),
        line => format!("`{line}`"),
    };
    let program = &adapter.program;
    let Some(first) = refused.first() else {
        let why = format!("{program} is not installed: {install}");
        return Failure::new(State::Missing, why);
    };
    let whys: Vec<&str> = refused.iter().map(|refused| refused.why.as_str()).collect();
    let by_name = match &first.digest {
        Some(digest) => format!(
            ", or name that folder at the top of {}: `environments = [{{ path = \"{}\", digest = \"{digest}\" }}]`",
            policy::FILE,
            visible(&first.folder)
        ),
        None => String::new(),
    };
    let why = format!(
        "{program} is only where the change could have put it ({}): install it outside of the tree that is judged \
         ({install} into an environment elsewhere, then activate that){by_name}",
        whys.join("; ")
    );
    Failure::new(State::Missing, why)
}

/// Folders of programs in a project, by their usual names.
const USUAL: [&str; 3] = [".venv", "venv", "node_modules"];

fn find(
    adapter: &Adapter,
    search: Search<'_>,
    refused: &mut Vec<Refused>,
) -> Result<Option<Located>, Failure> {
    let top = search.change.worktree.as_deref();
    let is_of_tree = |path: &Path| top.is_some_and(|top| files::leads_into(top, path));
    let interpreter = interpreter(&is_of_tree);
    let at = |program: PathBuf, home: Option<&Path>, place: &str, is_in_tree: bool| {
        let venv = home.filter(|home| home.join("pyvenv.cfg").is_file());
        let own = venv.map(|venv| venv.join("bin/python3"));
        Located {
            environment: home.map(environment).unwrap_or_default(),
            interpreter: own
                .filter(|path| path.is_file())
                .or_else(|| interpreter.clone()),
            venv: venv.map(Path::to_owned),
            program,
            version: String::new(),
            place: place.to_owned(),
            wall: None,
            is_in_tree,
        }
    };
    if adapter.program.contains('/') {
        let program = search.cwd.join(&adapter.program);
        if !program.is_file() {
            return Ok(None);
        }
        if is_of_tree(&program) {
            refused.push(Refused {
                folder: adapter.program.clone(),
                digest: None,
                why: "it is no file of base's".to_owned(),
            });
            return Ok(None);
        }
        return Ok(Some(at(program, None, "the tree", false)));
    }
    let in_folder = |folder: &Path| {
        let places = [folder.join("bin"), folder.join(".bin"), folder.to_owned()];
        let programs = places.map(|place| place.join(&adapter.program));
        programs.into_iter().find(|program| program.is_file())
    };
    for named in search.environments {
        let folder = match (top, Path::new(&named.path)) {
            (_, path) if path.is_absolute() => path.to_owned(),
            (Some(top), path) => top.join(path),
            (None, _) => continue,
        };
        let Some(program) = in_folder(&folder) else {
            continue;
        };
        let inside = is_of_tree(&folder) || is_of_tree(&program);
        if let (true, Some(top)) = (inside, top) {
            let digest = environment::digest(top, &folder)
                .map_err(|error| Failure::new(State::NotStarted, format!("{error:#}")))?;
            if named.digest.as_ref() != Some(&digest) {
                let why = format!("what is in {} now is {digest}", visible(&named.path));
                refused.push(Refused {
                    folder: named.path.clone(),
                    digest: None,
                    why,
                });
                continue;
            }
        }
        let place = match inside {
            true => named.path.as_str(),
            false => "an environment of the policy",
        };
        return Ok(Some(at(program, Some(&folder), place, inside)));
    }
    if adapter.ecosystem == Ecosystem::Python
        && let Some(active) = process::environment::variable("VIRTUAL_ENV").map(PathBuf::from)
        && let Some(program) = in_folder(&active)
        && !is_of_tree(&active)
        && !starts_in(&program, &is_of_tree)
    {
        return Ok(Some(at(
            program,
            Some(&active),
            "the active environment",
            false,
        )));
    }
    let path = process::environment::variable("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&path).filter(|folder| folder.is_absolute()) {
        let program = folder.join(&adapter.program);
        if is_executable(&program) && !starts_in(&program, &is_of_tree) {
            let home = program.parent().and_then(Path::parent).map(Path::to_owned);
            let home = home.filter(|home| home.join("pyvenv.cfg").is_file());
            return Ok(Some(at(program, home.as_deref(), "PATH", false)));
        }
    }
    if let Some(top) = top {
        let places: BTreeSet<&str> = [search.folder, ""].into();
        for folder in places.into_iter().rev() {
            for name in USUAL {
                let folder = joined(folder, name);
                if in_folder(&top.join(&folder)).is_some() {
                    refused.push(Refused {
                        digest: environment::digest(top, &top.join(&folder)).ok(),
                        why: format!("in {}", visible(&folder)),
                        folder,
                    });
                }
            }
        }
    }
    Ok(None)
}

/// A `python3` on `PATH` that is not of the tree.
fn interpreter(is_of_tree: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let path = process::environment::variable("PATH")?;
    let mut programs = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("python3"));
    programs.find(|program| is_executable(program) && !is_of_tree(program))
}

/// Whether a program, or the interpreter that its first line names, is of the tree.
fn starts_in(program: &Path, is_of_tree: &dyn Fn(&Path) -> bool) -> bool {
    const MOST: u64 = 64 * 1024;
    let first = files::own(program, MOST).map(|found| found.lossy());
    let interpreter = first.ok().and_then(|text| {
        let line = text.lines().next()?.strip_prefix("#!")?;
        line.split_whitespace().next().map(PathBuf::from)
    });
    is_of_tree(program) || interpreter.is_some_and(|path| is_of_tree(&path))
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
