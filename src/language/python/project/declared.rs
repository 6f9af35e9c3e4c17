//! The distributions that a Python project declares, wherever such projects declare them.
//!
//! Read loosely on purpose: what is named anywhere is taken as declared, because an import is only
//! reported when nothing at all accounts for it.
//!
//! Does not catch: requirements that a program computes, and files included under unusual names.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use crate::document;
use crate::language::popular::normal;

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
    fn name(&mut self, name: &str) {
        if is_name(name) {
            self.names.insert(normal(name), name.to_owned());
        }
    }

    /// Takes a requirement (PEP 508, or an address with a name that can be told from it).
    fn requirement(&mut self, text: &str) {
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
        Some(Kind::Toml) => toml_manifest(text, &mut declared),
        Some(Kind::Requirements) => requirements(text, &mut declared),
        Some(Kind::Ini) => ini(text, &mut declared),
        Some(Kind::Script) => literals(text, &mut declared),
        Some(Kind::Pipfile) => pipfile(text, &mut declared),
        Some(Kind::Conda) => conda(text, &mut declared),
        Some(Kind::Lock) => lock(path, text, &mut declared),
        Some(Kind::Commands) => commands(text, &mut declared),
        None => {}
    }
    declared
}

/// Arrays of requirements and tables of names, under any key that speaks of dependencies: PEP 621, PEP
/// 735, build-system, poetry, pdm, hatch, uv, rye and pixi agree that far.
fn toml_manifest(text: &str, declared: &mut Declared) {
    let Ok(table) = text.parse::<toml::Table>() else {
        return requirements_in_quotes(text, declared);
    };
    // Keys are joined with a blank, so that a word of any of them can be looked for.
    let mut open: Vec<(String, &Value)> = table
        .iter()
        .map(|(key, value)| (key.to_lowercase(), value))
        .collect();
    while let Some((keys, value)) = open.pop() {
        let speaks = keys
            .split(' ')
            .any(|key| key.contains("depend") || key.contains("requires") || key == "deps");
        match value {
            Value::Array(items) if speaks => {
                for item in items {
                    match item {
                        Value::String(text) => declared.requirement(text),
                        Value::Table(inner) => {
                            open.extend(inner.values().map(|value| (keys.clone(), value)));
                        }
                        _ => {}
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    if let Value::Table(inner) = item {
                        open.extend(
                            inner
                                .iter()
                                .map(|(k, v)| (format!("{keys} {}", k.to_lowercase()), v)),
                        );
                    }
                }
            }
            Value::Table(inner) => {
                let named = keys
                    .rsplit(' ')
                    .next()
                    .is_some_and(|last| last.contains("depend"))
                    && !keys.ends_with("optional-dependencies")
                    && !keys.ends_with("dependency-groups");
                if named {
                    for (name, value) in inner {
                        declared.name(name);
                        source_table(name, value, declared);
                    }
                }
                if keys == "tool uv sources" {
                    for (name, value) in inner {
                        source_table(name, value, declared);
                    }
                }
                open.extend(
                    inner
                        .iter()
                        .map(|(k, v)| (format!("{keys} {}", k.to_lowercase()), v)),
                );
            }
            Value::String(text) if keys.ends_with("legacy_tox_ini") => ini(text, declared),
            Value::String(text)
                if (keys.starts_with("tool uv index")
                    || keys.starts_with("tool poetry source")
                    || keys.starts_with("tool pdm source"))
                    && keys.ends_with(" url") =>
            {
                declared.indexes.insert(text.clone());
            }
            Value::String(text) if keys.ends_with("index-url") => {
                declared.indexes.insert(text.clone());
            }
            _ => {}
        }
    }
}

fn source_table(name: &str, value: &Value, declared: &mut Declared) {
    let Value::Table(table) = value else { return };
    for key in ["git", "url", "source", "index"] {
        if let Some(source) = table.get(key).and_then(Value::as_str) {
            declared.sources.insert(normal(name), source.to_owned());
        }
    }
}

fn requirements_in_quotes(text: &str, declared: &mut Declared) {
    for line in text.lines() {
        if let Some(quoted) = line.trim().strip_prefix(['"', '\'']) {
            declared.requirement(quoted.split(['"', '\'']).next().unwrap_or_default());
        }
    }
}

fn requirements(text: &str, declared: &mut Declared) {
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        let option = |name: &str| {
            line.strip_prefix(name)
                .map(|rest| rest.trim_start_matches(['=', ' ']).trim())
        };
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if let Some(url) = option("--extra-index-url")
            .or_else(|| option("--index-url"))
            .or_else(|| option("-i "))
        {
            declared.indexes.insert(url.to_owned());
            continue;
        }
        let line = option("--editable")
            .or_else(|| option("-e "))
            .unwrap_or(line);
        if !line.starts_with('-') && !line.starts_with('.') {
            declared.requirement(line.trim_end_matches('\\'));
        }
    }
}

/// Values of keys that speak of requirements.
fn ini(text: &str, declared: &mut Declared) {
    for (section, keys) in document::ini(text).entries() {
        let extras = section.to_lowercase().contains("extras_require");
        for (key, value) in keys.entries() {
            let key = key.to_lowercase();
            if extras || key.contains("require") || key.contains("deps") || key == "extras" {
                for line in value.text().unwrap_or_default().lines() {
                    ini_requirement(line, declared);
                }
            }
        }
    }
}

/// tox writes `factor: requirement`.
fn ini_requirement(text: &str, declared: &mut Declared) {
    let text = text.trim();
    let text = match text.split_once(": ") {
        Some((factor, rest)) if !factor.contains([' ', '/', '=']) => rest.trim(),
        _ => text,
    };
    for part in text.split(',').take(if text.contains(['<', '>', '=']) {
        1
    } else {
        usize::MAX
    }) {
        declared.requirement(part);
    }
}

/// String literals that read as requirements.
fn literals(text: &str, declared: &mut Declared) {
    for line in text.lines() {
        let code = line.split(" #").next().unwrap_or(line);
        for quote in ['"', '\''] {
            for literal in code.split(quote).skip(1).step_by(2) {
                for word in literal.split_whitespace().take(40) {
                    declared.requirement(word);
                }
                declared.requirement(literal);
            }
        }
    }
}

fn pipfile(text: &str, declared: &mut Declared) {
    let Ok(table) = text.parse::<toml::Table>() else {
        return;
    };
    for (section, value) in &table {
        let Value::Table(inner) = value else {
            if section == "source"
                && let Value::Array(sources) = value
            {
                let urls = sources.iter().filter_map(|s| s.get("url")?.as_str());
                declared.indexes.extend(urls.map(str::to_owned));
            }
            continue;
        };
        if !matches!(section.as_str(), "requires" | "scripts" | "pipenv") {
            for (name, value) in inner {
                declared.name(name);
                source_table(name, value, declared);
            }
        }
    }
}

fn conda(text: &str, declared: &mut Declared) {
    for line in text.lines() {
        if let Some(item) = line.trim().strip_prefix("- ") {
            let item = item.trim().trim_matches(['"', '\'']);
            let item = item.rsplit("::").next().unwrap_or(item);
            let name = item.split_whitespace().next().unwrap_or(item);
            declared.requirement(name);
        }
    }
}

fn lock(path: &str, text: &str, declared: &mut Declared) {
    if path.to_ascii_lowercase().ends_with("pipfile.lock") {
        let Ok(serde_json::Value::Object(sections)) = serde_json::from_str(text) else {
            return;
        };
        for (section, value) in sections {
            if let (true, Some(packages)) = (section != "_meta", value.as_object()) {
                for name in packages.keys() {
                    declared.name(name);
                }
            }
        }
        return;
    }
    // `name = ".."` on a line of its own is what uv, poetry, pdm and PEP 751 write for a package.
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("name = ") {
            declared.name(name.trim().trim_matches('"'));
        }
    }
}

/// `pip install x y`, `uv pip install`, `conda install`, `poetry add` in scripts and CI.
fn commands(text: &str, declared: &mut Declared) {
    const VERBS: &[&str] = &[
        "pip install ",
        "pip3 install ",
        "uv add ",
        "conda install ",
        "mamba install ",
        "poetry add ",
        "pipx install ",
        "uvx ",
        "--with ",
    ];
    for line in text.lines() {
        for verb in VERBS {
            let Some((_, rest)) = line.split_once(verb) else {
                continue;
            };
            for word in rest.split_whitespace() {
                if matches!(word, "&&" | "||" | ";" | "|") {
                    break;
                }
                declared.requirement(word.trim_matches(['"', '\'', ',', '[', ']', '`']));
            }
        }
    }
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
