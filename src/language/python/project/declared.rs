//! The distributions that a Python project declares, wherever such projects declare them.
//!
//! Read loosely on purpose: what is named anywhere is taken as declared, because an import is only
//! reported when nothing at all accounts for it.
//!
//! Does not catch: requirements that a program computes, and files included under unusual names.

use std::collections::{BTreeMap, BTreeSet};

use super::formats;
use crate::budget;
use crate::language::ecosystem::popular::normal;

/// The name of the file that says what a project is.
pub(super) const PROJECT: &str = "pyproject.toml";

/// Distributions that one file declares.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Normalised names, with the name as written.
    pub(crate) names: BTreeMap<String, String>,
    /// Names that come from elsewhere than the index: normalised name, and the address or index.
    pub(crate) sources: BTreeMap<String, String>,
    /// Further indexes that the file names.
    pub(crate) indexes: BTreeSet<String>,
}

impl Declared {
    /// Takes a name.
    pub(super) fn name(&mut self, name: &str) {
        if is_name(name) {
            self.names.insert(normal(name), name.to_owned());
        }
    }

    /// Takes a requirement (PEP 508, or an address with a name that can be told from it).
    pub(super) fn requirement(&mut self, text: &str) {
        let text = text.trim();
        let Some(name) = requirement_name(text) else {
            return;
        };
        self.name(&name);
        let source = text
            .split_once(" @ ")
            .map(|(_, url)| url)
            .or_else(|| text.contains("://").then_some(text));
        if let Some(source) = source {
            let url = source.split([';', ' ']).next().unwrap_or(source);
            self.sources.insert(normal(&name), url.to_owned());
        }
    }

    pub(crate) fn extend(&mut self, other: Declared) {
        self.names.extend(other.names);
        self.sources.extend(other.sources);
        self.indexes.extend(other.indexes);
    }
}

fn is_name(name: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    edge(name.chars().next())
        && edge(name.chars().next_back())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The distribution that a requirement names.
fn requirement_name(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(at) = text.find("egg=") {
        let egg = text.get(at + 4..)?;
        let end = egg.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
        return Some(egg.get(..end.unwrap_or(egg.len()))?.to_owned());
    }
    if text.contains("://") && !text.contains(" @ ") && !text.contains("@ ") {
        let path = text.split(['#', '?']).next()?.trim_end_matches('/');
        let last = path.rsplit('/').next()?;
        let last = last.split('@').next()?.trim_end_matches(".git");
        let stem = last.split("-py").next()?.split(".tar").next()?;
        return is_name(stem).then(|| stem.to_owned());
    }
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .unwrap_or(text.len());
    let name = text.get(..end)?.trim_end_matches(['-', '_', '.']);
    let rest = text.get(end..)?.trim_start();
    let fits = rest.is_empty()
        || rest.starts_with(['[', '<', '>', '=', '!', '~', ';', '@', '(', '#', ',']);
    (is_name(name) && fits).then(|| name.to_owned())
}

/// What a manifest says of the versions of a distribution: `>=2.5,<3`; `None` where it names it without.
pub(super) fn requirement_of(text: &str, distribution: &str) -> Option<String> {
    let lines = text.lines().filter(|_| budget::charge(1));
    lines
        .map(|line| line.split(" #").next().unwrap_or(line))
        .find_map(|line| {
            let mut pieces = line.split(['"', '\'']);
            while let Some(piece) = pieces.next() {
                let piece = piece.trim();
                let end = piece.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
                let (name, rest) = piece.split_at(end.unwrap_or(piece.len()));
                if name.is_empty() || normal(name) != distribution {
                    continue;
                }
                let rest = rest.split(';').next().unwrap_or(rest).trim();
                let rest = rest.split_once(']').map_or(rest, |(_, rest)| rest).trim();
                // `name = "^2.5"`, and `name = { version = "^2.5" }`.
                let stated = match rest.starts_with('=') && !rest.starts_with("==") {
                    true => pieces.next().unwrap_or_default(),
                    false => rest,
                };
                if stated.chars().any(|c| c.is_ascii_digit()) {
                    return Some(stated.to_owned());
                }
            }
            None
        })
}

/// Whether a path is a file in which Python projects declare or lock distributions.
pub(crate) fn is_manifest(path: &str) -> bool {
    manifest_kind(path).is_some()
}

/// Whether a path is a lock file of a Python project.
pub(crate) fn is_lock(path: &str) -> bool {
    manifest_kind(path) == Some(Kind::Lock)
}

/// Whether a Python manifest is one that people add dependencies to by hand.
pub(crate) fn is_source(path: &str) -> bool {
    !matches!(
        manifest_kind(path),
        None | Some(Kind::Lock | Kind::Commands)
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Toml,
    Requirements,
    Ini,
    Script,
    Pipfile,
    Conda,
    Lock,
    Commands,
}

fn manifest_kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match lower.as_str() {
        "pyproject.toml" | "tox.toml" | "pixi.toml" | "hatch.toml" => Kind::Toml,
        "setup.cfg" | "tox.ini" => Kind::Ini,
        "setup.py" | "noxfile.py" => Kind::Script,
        "pipfile" => Kind::Pipfile,
        "uv.lock" | "poetry.lock" | "pdm.lock" | "pipfile.lock" | "pylock.toml" | "pixi.lock" => {
            Kind::Lock
        }
        "makefile"
        | "justfile"
        | "dockerfile"
        | "tasks.py"
        | "action.yml"
        | ".readthedocs.yaml"
        | ".readthedocs.yml"
        | ".gitlab-ci.yml"
        | ".travis.yml"
        | "azure-pipelines.yml" => Kind::Commands,
        _ if matches!(ending, "txt" | "in" | "pip")
            && (lower.contains("requirement")
                || lower.contains("constraints")
                || lower.contains("deps")
                || folder
                    .rsplit('/')
                    .next()
                    .is_some_and(|f| f.contains("requirement"))) =>
        {
            Kind::Requirements
        }
        _ if matches!(ending, "yml" | "yaml")
            && (lower.contains("environment")
                || lower.contains("conda")
                || lower == "meta.yaml") =>
        {
            Kind::Conda
        }
        _ if folder.ends_with(".github/workflows") || folder.contains(".github/actions") => {
            Kind::Commands
        }
        _ if lower.starts_with("dockerfile") || matches!(ending, "sh" | "dockerfile" | "mk") => {
            Kind::Commands
        }
        _ => return None,
    })
}

/// What a file declares; a file that does not parse declares what its lines let one guess.
pub(crate) fn declared(path: &str, text: &str) -> Declared {
    let mut declared = Declared::default();
    match manifest_kind(path) {
        Some(Kind::Toml) => formats::toml_manifest(text, &mut declared),
        Some(Kind::Requirements) => formats::requirements(text, &mut declared),
        Some(Kind::Ini) => formats::ini(text, &mut declared),
        Some(Kind::Script) => formats::literals(text, &mut declared),
        Some(Kind::Pipfile) => formats::pipfile(text, &mut declared),
        Some(Kind::Conda) => formats::conda(text, &mut declared),
        Some(Kind::Lock) => formats::lock(path, text, &mut declared),
        Some(Kind::Commands) => formats::commands(text, &mut declared),
        None => {}
    }
    declared
}

/// What a file declares, without what a `pyproject.toml` says that developers alone need.
pub(super) fn shipped(path: &str, text: &str) -> Declared {
    let mut shipped = Declared::default();
    match path.ends_with(PROJECT) {
        true => formats::shipped(text, &mut shipped),
        false => shipped = declared(path, text),
    }
    shipped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        declared(path, text).names.into_keys().collect()
    }

    #[test]
    fn every_table_of_a_pyproject_is_read() {
        let text = r#"
[build-system]
requires = ["hatchling"]
[project]
dependencies = ["httpx[http2]>=0.27; python_version > '3.8'", "Rich"]
[project.optional-dependencies]
yaml = ["PyYAML ~= 6.0"]
[dependency-groups]
test = ["pytest", { include-group = "lint" }]
[tool.poetry.group.dev.dependencies]
black = "^24"
mine = { git = "https://example.org/mine.git" }
[tool.pdm.dev-dependencies]
doc = ["sphinx"]
[tool.hatch.envs.check]
extra-dependencies = ["mypy"]
"#;
        let found = names("pyproject.toml", text);
        for name in [
            "hatchling",
            "httpx",
            "rich",
            "pyyaml",
            "pytest",
            "black",
            "mine",
            "sphinx",
            "mypy",
        ] {
            assert!(found.contains(&name.to_owned()), "{name}: {found:?}");
        }
        let sources = declared("pyproject.toml", text).sources;
        assert_eq!(
            sources.get("mine").map(String::as_str),
            Some("https://example.org/mine.git")
        );
    }

    #[test]
    fn requirement_files_are_read_with_addresses_and_options() {
        let text = "# dev\n-r base.txt\nattrs==23.1 # why\n-e git+https://example.org/x/thing.git#egg=thing\n--extra-index-url https://pypi.example.org/simple\nzope.interface>=5\n";
        assert_eq!(
            names("requirements/dev.txt", text),
            ["attrs", "thing", "zope-interface"]
        );
        assert_eq!(declared("requirements.txt", text).indexes.len(), 1);
    }

    #[test]
    fn ini_files_tox_factors_and_scripts_are_read() {
        let cfg = "[options]\ninstall_requires =\n    attrs>=20\n    click\n[options.extras_require]\ndocs = sphinx\n[metadata]\nname = own\n";
        assert_eq!(names("setup.cfg", cfg), ["attrs", "click", "sphinx"]);
        let tox = "[testenv]\ndeps =\n    pytest\n    py38: mock>=3\ncommands = pytest\n";
        assert_eq!(names("tox.ini", tox), ["mock", "pytest"]);
        let found = names(
            "setup.py",
            "setup(install_requires=['six>=1', \"attrs\"])\n",
        );
        assert_eq!(found, ["attrs", "six"]);
    }

    #[test]
    fn locks_conda_files_and_commands_are_read() {
        assert_eq!(names("uv.lock", "[[package]]\nname = \"idna\"\n"), ["idna"]);
        assert_eq!(
            names("Pipfile.lock", r#"{"_meta": {}, "default": {"Flask": {}}}"#),
            ["flask"]
        );
        assert_eq!(
            names(
                "environment.yml",
                "dependencies:\n  - numpy=1.2\n  - pip:\n    - attrs\n"
            ),
            ["attrs", "numpy"]
        );
        assert_eq!(
            names(
                ".github/workflows/t.yml",
                "  - run: pip install coverage[toml] && x\n"
            ),
            ["coverage"]
        );
    }
}
