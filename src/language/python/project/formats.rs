//! The formats in which projects declare distributions, each read into [`Declared`].

use toml::Value;

use super::declared::Declared;
use crate::document;
use crate::language::ecosystem::popular::normal;

/// Arrays of requirements and tables of names, under any key that speaks of dependencies: PEP 621, PEP
/// 735, build-system, poetry, pdm, hatch, uv, rye and pixi agree that far.
pub(super) fn toml_manifest(text: &str, declared: &mut Declared) {
    toml_tables(text, &|_| true, declared);
}

/// The same of what is there for those who use the project: nothing of what its developers, its tests and its build need.
pub(super) fn shipped(text: &str, declared: &mut Declared) {
    const FOR_DEVELOPERS: [&str; 14] = [
        "build-system",
        "ci",
        "dev",
        "dev-dependencies",
        "development",
        "doc",
        "docs",
        "envs",
        "lint",
        "linting",
        "test",
        "testing",
        "tests",
        "typing",
    ];
    let is_shipped = |keys: &str| !keys.split(' ').any(|key| FOR_DEVELOPERS.contains(&key));
    toml_tables(text, &is_shipped, declared);
}

/// The tables whose keys, joined with a blank, are wanted.
fn toml_tables(text: &str, wanted: &dyn Fn(&str) -> bool, declared: &mut Declared) {
    let Ok(table) = text.parse::<toml::Table>() else {
        return requirements_in_quotes(text, declared);
    };
    // Keys are joined with a blank, so that a word of any of them can be looked for.
    let mut open: Vec<(String, &Value)> = table
        .iter()
        .map(|(key, value)| (key.to_lowercase(), value))
        .collect();
    while let Some((keys, value)) = open.pop() {
        if !wanted(&keys) {
            continue;
        }
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

pub(super) fn requirements(text: &str, declared: &mut Declared) {
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
pub(super) fn ini(text: &str, declared: &mut Declared) {
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
pub(super) fn literals(text: &str, declared: &mut Declared) {
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

pub(super) fn pipfile(text: &str, declared: &mut Declared) {
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

pub(super) fn conda(text: &str, declared: &mut Declared) {
    for line in text.lines() {
        if let Some(item) = line.trim().strip_prefix("- ") {
            let item = item.trim().trim_matches(['"', '\'']);
            let item = item.rsplit("::").next().unwrap_or(item);
            let name = item.split_whitespace().next().unwrap_or(item);
            declared.requirement(name);
        }
    }
}

pub(super) fn lock(path: &str, text: &str, declared: &mut Declared) {
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
pub(super) fn commands(text: &str, declared: &mut Declared) {
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
