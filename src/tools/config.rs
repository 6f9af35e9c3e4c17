//! Base's configuration over head's tree: the change does not choose what it is held against, and nothing of it decides
//! what is run or written.
//!
//! A file of configuration is replaced whole; of a file that holds more (`pyproject.toml`, `Cargo.toml`,
//! `setup.cfg`, `package.json`), only the tool's own part. What base's configuration takes from other files of the
//! tree (`extends`, a plugin, a baseline) is base's as well. Files in the folders above count, and so does what is
//! no text, a link among them.
//!
//! Does not catch: what a plugin or a script of base's imports in turn, beyond the files that it names by path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;
use toml::{Table, Value};

use super::adapter::{Adapter, Config, Role};
use super::detect::is_below;
use super::ini;
use super::settings::{self, Settings};
use crate::change::{Blob, Change, Content, Mode, Side};
use crate::files;
use crate::text::is_in_word;

/// A place where the two sides' configuration differs.
#[derive(Clone, Debug)]
pub struct Difference {
    config: Config,
    /// The file.
    pub path: String,
    /// What head sets otherwise and is not known to be harmless, as dotted paths.
    pub unknown: BTreeSet<String>,
}

/// What a side has at a place of configuration.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    Nothing,
    Settings(Settings),
    /// No document of its kind, or no regular file: which.
    Unread(String),
}

impl Held {
    fn of(config: &Config, change: &Change, side: Side, path: &str) -> Self {
        match change.read(side, path) {
            Ok(None) => Self::Nothing,
            Ok(Some(blob)) => match blob.text().map(|text| Settings::read(config, text)) {
                Some(Ok(settings)) => settings.map_or(Self::Nothing, Self::Settings),
                Some(Err(_)) | None => Self::Unread(format!("{:?} {}", blob.mode, blob.id)),
            },
            Err(error) => Self::Unread(format!("{error:#}")),
        }
    }

    /// What head sets otherwise than base and no list says to be harmless.
    fn unknown(base: &Self, head: &Self, adapter: &Adapter, config: &Config) -> BTreeSet<String> {
        let differing = match (base, head) {
            (Self::Settings(base), Self::Settings(head)) => head.differing(base),
            (Self::Settings(one), Self::Nothing) | (_, Self::Settings(one)) => one.paths(),
            (_, Self::Nothing) => BTreeSet::new(),
            (_, Self::Unread(_)) => ["what it holds, which cannot be read".to_owned()].into(),
        };
        let is_known = |path: &String| {
            settings::is_harmless(path, config.harmless.iter().chain(&adapter.harmless))
        };
        differing
            .into_iter()
            .filter(|path| !is_known(path))
            .collect()
    }
}

/// The folder in which a path is this place of configuration; none where it is another file.
pub(super) fn folder_of<'p>(config: &Config, path: &'p str) -> Option<&'p str> {
    let above = path.strip_suffix(config.file.as_str())?;
    match above.strip_suffix('/') {
        Some(folder) => Some(folder),
        None => above.is_empty().then_some(above),
    }
}

/// Where the configuration of a tool in a folder, in those below and in those above it, differs between the sides.
///
/// # Errors
/// Where a side cannot be read.
pub fn differences(adapter: &Adapter, change: &Change, folder: &str) -> Result<Vec<Difference>> {
    let mut places: BTreeMap<(String, usize), Config> = BTreeMap::new();
    let followed = followed(adapter, change, folder)?;
    for file in &change.files {
        for path in [Some(&file.path), file.old_path.as_ref()]
            .into_iter()
            .flatten()
        {
            let named = adapter.config.iter().filter(|config| {
                config.role != Role::Sign
                    && if adapter.is_own() {
                        config.file == *path
                    } else {
                        folder_of(config, path)
                            .is_some_and(|at| is_below(at, folder) || is_below(folder, at))
                    }
            });
            let whole = followed.contains(path).then(|| Config::whole(path));
            for (number, config) in named.cloned().chain(whole).enumerate() {
                places.insert((path.clone(), number), config);
            }
        }
    }
    let mut found = Vec::new();
    for ((path, _), config) in places {
        let [base, head] =
            [Side::Base, Side::Head].map(|side| Held::of(&config, change, side, &path));
        let unknown = Held::unknown(&base, &head, adapter, &config);
        // What the project is built with is head's, where that is nothing but harmless.
        if base != head && (config.role != Role::Project || !unknown.is_empty()) {
            found.push(Difference {
                config,
                path,
                unknown,
            });
        }
    }
    Ok(found)
}

/// Files that base's configuration takes something from, and those in turn.
fn followed(adapter: &Adapter, change: &Change, folder: &str) -> Result<BTreeSet<String>> {
    let mut open: Vec<(String, Config)> = Vec::new();
    for path in change.paths(Side::Base)? {
        for config in &adapter.config {
            let is_here = if adapter.is_own() {
                config.file == *path
            } else {
                folder_of(config, path)
                    .is_some_and(|at| is_below(at, folder) || is_below(folder, at))
            };
            if is_here && config.role != Role::Sign {
                open.push((path.clone(), config.clone()));
            }
        }
    }
    let mut found = BTreeSet::new();
    while let Some((path, config)) = open.pop() {
        let Some(blob) = change.read(Side::Base, &path)? else {
            continue;
        };
        for named in named_in(adapter, &config, &blob) {
            let (at, _) = path.rsplit_once('/').unwrap_or(("", &path));
            for candidate in candidates(at, &named) {
                let changed = change.files.iter().any(|file| {
                    file.path == candidate || file.old_path.as_deref() == Some(&candidate)
                });
                let is_there =
                    changed || matches!(change.read(Side::Base, &candidate), Ok(Some(_)));
                if is_there && found.insert(candidate.clone()) {
                    open.push((candidate.clone(), Config::whole(&candidate)));
                }
            }
        }
    }
    Ok(found)
}

/// What a file of configuration names.
fn named_in(adapter: &Adapter, config: &Config, blob: &Blob) -> Vec<String> {
    if let Content::Symlink(target) = &blob.content {
        return vec![target.clone()];
    }
    let Some(text) = blob.text() else {
        return Vec::new();
    };
    let ending = config
        .file
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending);
    if matches!(ending, "js" | "cjs" | "mjs" | "ts" | "cts" | "mts") {
        return imported(text);
    }
    match Settings::read(config, text) {
        Ok(Some(settings)) => settings
            .values(&adapter.follows)
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

/// What a program of JavaScript names by a path of its own folder or another one.
fn imported(text: &str) -> Vec<String> {
    static PATH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"['"`](\.{1,2}/[^'"`\s]+)['"`]"#).ok());
    let found = PATH.iter().flat_map(|path| path.captures_iter(text));
    found
        .filter_map(|captures| Some(captures.get(1)?.as_str().to_owned()))
        .collect()
}

/// The files that a name in a file of `folder` may mean: a path, one whose ending is left out, a module of Python.
pub(super) fn candidates(folder: &str, name: &str) -> Vec<String> {
    const ENDINGS: [&str; 8] = [
        "",
        ".json",
        ".js",
        ".cjs",
        ".mjs",
        ".ts",
        "/index.js",
        "/index.ts",
    ];
    // mypy: `path.py:function`.
    let name = name
        .rsplit_once(".py:")
        .map_or(name.to_owned(), |(path, _)| format!("{path}.py"));
    let mut found = Vec::new();
    if let Some(path) = joined(folder, &name) {
        found.extend(ENDINGS.iter().map(|ending| format!("{path}{ending}")));
    }
    let is_module = |c: char| is_in_word(c) || c == '.';
    if !name.is_empty() && name.chars().all(is_module) {
        let mut path = String::new();
        for part in name.split('.') {
            path.push_str(part);
            for whole in [format!("{path}.py"), format!("{path}/__init__.py")] {
                found.extend(joined(folder, &whole));
                found.push(whole);
            }
            path.push('/');
        }
    }
    found
}

/// A path as a file of `folder` has it, from the top; none where it leads out of the tree.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!path.starts_with('/') && !parts.is_empty()).then(|| parts.join("/"))
}

/// What a side sets in a folder for a tool, a place of configuration each.
pub(super) fn in_folder(
    adapter: &Adapter,
    change: &Change,
    side: Side,
    folder: &str,
) -> Vec<Settings> {
    let held = adapter.config.iter().filter_map(|config| {
        let path = super::detect::joined(folder, &config.file);
        match Held::of(config, change, side, &path) {
            Held::Settings(settings) => Some(settings),
            Held::Nothing | Held::Unread(_) => None,
        }
    });
    held.collect()
}

/// What head alone sets and is not known to be harmless, where there is no base to be judged by.
///
/// # Errors
/// Where head cannot be read.
pub fn unknown_at_head(
    adapter: &Adapter,
    change: &Change,
    folder: &str,
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for path in change.paths(Side::Head)? {
        for config in &adapter.config {
            let is_here = folder_of(config, path)
                .is_some_and(|at| is_below(at, folder) || is_below(folder, at));
            if is_here && config.role != Role::Sign {
                let head = Held::of(config, change, Side::Head, path);
                found.extend(Held::unknown(&Held::Nothing, &head, adapter, config));
            }
        }
    }
    Ok(found)
}

/// Writes base's configuration into a tree of head's.
///
/// # Errors
/// Where base's cannot be read or the tree not be written.
pub fn lay_over(change: &Change, differences: &[Difference], root: &Path) -> Result<()> {
    for Difference { config, path, .. } in differences {
        let base = bytes_at_base(change, path)?;
        let target = root.join(path);
        let inside = target
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != root)
            .all(|folder| !folder.is_symlink());
        anyhow::ensure!(inside, "{path} stands below a link");
        let merged = if config.table.is_none() && config.section.is_none() {
            base
        } else {
            let base = base.map(String::from_utf8).transpose();
            let base = base.with_context(|| format!("base's {path} is no text"))?;
            let head = if target.is_symlink() {
                None
            } else {
                files::own(&target, Blob::LIMIT).ok()
            };
            let head = head.and_then(|read| String::from_utf8(read.bytes).ok());
            Some(merged(config, base.as_deref(), head.as_deref())?.into_bytes())
        };
        let there = target.symlink_metadata();
        if there.as_ref().is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&target)?;
        } else if there.is_ok() {
            fs::remove_file(&target)?;
        }
        if let Some(merged) = merged {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            files::create(&target, &merged).with_context(|| format!("base's {path}"))?;
            let is_executable = change
                .read(Side::Base, path)?
                .is_some_and(|blob| blob.mode == Mode::Executable);
            #[cfg(unix)]
            if is_executable {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
            }
            #[cfg(not(unix))]
            let _ = is_executable;
        }
    }
    Ok(())
}

/// The bytes of a file at base; of a link, those of the file that it leads to in the tree.
fn bytes_at_base(change: &Change, path: &str) -> Result<Option<Vec<u8>>> {
    const MOST_LINKS: usize = 8;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Some(blob) = change.read(Side::Base, &path)? else {
            return Ok(None);
        };
        match &blob.content {
            Content::Text(text) => return Ok(Some(text.as_bytes().to_vec())),
            Content::Undecodable(bytes) => return Ok(Some(bytes.to_vec())),
            Content::Symlink(target) => {
                let (at, _) = path.rsplit_once('/').unwrap_or(("", &path));
                let Some(next) = joined(at, target) else {
                    break;
                };
                path = next;
            }
            _ => break,
        }
    }
    anyhow::bail!("base's {path} is no text")
}

/// Head's document with base's part in place of its own.
fn merged(config: &Config, base: Option<&str>, head: Option<&str>) -> Result<String> {
    match (&config.table, &config.section) {
        (Some(table), _) if config.file.ends_with(".json") => with_json(base, head, table),
        (Some(table), _) => with_table(base, head, table),
        (None, Some(section)) => {
            let (_, mut rest) = ini::split(head.unwrap_or_default(), section);
            rest.push_str(&ini::split(base.unwrap_or_default(), section).0);
            Ok(rest)
        }
        (None, None) => Ok(base.unwrap_or_default().to_owned()),
    }
}

/// The value under dotted keys.
fn table<'a>(document: &'a Table, keys: &str) -> Option<&'a Value> {
    let mut keys = keys.split('.');
    let first = document.get(keys.next()?)?;
    keys.try_fold(first, |value, key| value.as_table()?.get(key))
}

/// Head's document with base's table in place of its own.
fn with_table(base: Option<&str>, head: Option<&str>, keys: &str) -> Result<String> {
    let read = |text: Option<&str>| -> Result<Table> {
        Ok(text.map(toml::from_str).transpose()?.unwrap_or_default())
    };
    let base = read(base)?;
    let mut document = read(head)?;
    let wanted = table(&base, keys).cloned();
    let mut at = &mut document;
    let mut keys = keys.split('.').peekable();
    while let Some(key) = keys.next() {
        if keys.peek().is_none() {
            match wanted {
                Some(value) => drop(at.insert(key.to_owned(), value)),
                None => drop(at.remove(key)),
            }
            break;
        }
        let next = at
            .entry(key.to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        at = next
            .as_table_mut()
            .with_context(|| format!("{key} is no table"))?;
    }
    Ok(toml::to_string(&document)?)
}

/// Head's document with the value of a key as base has it.
fn with_json(base: Option<&str>, head: Option<&str>, key: &str) -> Result<String> {
    let read = |text: Option<&str>| match text {
        Some(text) => settings::read_json(text),
        None => Ok(serde_json::Value::Object(serde_json::Map::new())),
    };
    let base = read(base)?;
    let mut document = read(head)?;
    let entries = document.as_object_mut().context("no object")?;
    match base.get(key) {
        Some(value) => drop(entries.insert(key.to_owned(), value.clone())),
        None => drop(entries.remove(key)),
    }
    Ok(document.to_string())
}
