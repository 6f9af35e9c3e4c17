//! Base's configuration over head's tree: the change does not choose what it is held against.
//!
//! A file of configuration is replaced whole; of a file that holds more (`pyproject.toml`, `Cargo.toml`,
//! `setup.cfg`), only the tool's own part.
//!
//! Does not catch: configuration that one file takes from another (`extend`, `[tool.*]` of a parent), where only
//! the other one changed and no adapter names it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::adapter::{Adapter, Config, Role};
use super::detect::setting;
use crate::change::{Blob, Change, Side};
use crate::files;

/// A place where the two sides' configuration differs.
#[derive(Clone, Debug)]
pub struct Difference {
    config: Config,
    /// The file.
    pub path: String,
}

/// Where the configuration of a tool in a folder, and in the folders below it, differs between the sides.
///
/// # Errors
/// Where a side cannot be read.
pub fn differences(adapter: &Adapter, change: &Change, folder: &str) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for file in &change.files {
        for path in [Some(&file.path), file.old_path.as_ref()]
            .into_iter()
            .flatten()
        {
            let (at, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !super::detect::is_below(at, folder) {
                continue;
            }
            let named = adapter.config.iter().filter(|config| {
                let is_it = if adapter.is_own() {
                    config.file == *path
                } else {
                    config.file == name
                };
                is_it && config.role != Role::Sign
            });
            for config in named {
                let [base, head] =
                    [Side::Base, Side::Head].map(|side| setting(config, change, side, path));
                if base != head {
                    found.push(Difference {
                        config: config.clone(),
                        path: path.clone(),
                    });
                }
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
    for Difference { config, path } in differences {
        let base = change.read(Side::Base, path)?;
        let base = base.as_ref().and_then(|blob| blob.text());
        let target = root.join(path);
        let inside = target
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != root)
            .all(|folder| !folder.is_symlink());
        anyhow::ensure!(inside, "{path} stands below a link");
        let head = files::own(&target, Blob::LIMIT).ok();
        let head = head.and_then(|read| String::from_utf8(read.bytes).ok());
        let merged = match (&config.table, &config.section) {
            (Some(table), _) => Some(with_table(base, head.as_deref(), table)?),
            (None, Some(section)) => Some(with_sections(base, head.as_deref(), section)),
            (None, None) => base.map(str::to_owned),
        };
        if target.symlink_metadata().is_ok() {
            fs::remove_file(&target)?;
        }
        if let Some(merged) = merged {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            files::create(&target, merged.as_bytes()).with_context(|| format!("base's {path}"))?;
            let is_executable = change
                .read(Side::Base, path)?
                .is_some_and(|blob| blob.mode == crate::change::Mode::Executable);
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

/// The value under dotted keys.
pub fn table<'a>(document: &'a Table, keys: &str) -> Option<&'a Value> {
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

/// The sections `name` and `name-*` of an INI file; none where it has none.
pub fn sections(text: &str, name: &str) -> Option<String> {
    let kept = split(text, name).0;
    (!kept.is_empty()).then_some(kept)
}

fn with_sections(base: Option<&str>, head: Option<&str>, name: &str) -> String {
    let (_, mut rest) = split(head.unwrap_or_default(), name);
    rest.push_str(&split(base.unwrap_or_default(), name).0);
    rest
}

/// An INI file's sections of this name, and all others.
fn split(text: &str, name: &str) -> (String, String) {
    let (mut ours, mut rest) = (String::new(), String::new());
    let mut inside = false;
    for line in text.lines() {
        if let Some(section) = line
            .strip_prefix('[')
            .and_then(|line| line.split(']').next())
        {
            inside = section
                .strip_prefix(name)
                .is_some_and(|more| more.is_empty() || more.starts_with(['-', ':']));
        }
        let to = if inside { &mut ours } else { &mut rest };
        to.push_str(line);
        to.push('\n');
    }
    (ours, rest)
}

/// The path of a program or script that the policy's command takes from the tree, as a place of
/// configuration: base's judges.
pub fn own_scripts(adapter: &Adapter, change: &Change) -> Vec<Config> {
    let interpreters = ["sh", "bash", "python", "python3", "node", "ruby", "perl"];
    let is_interpreter = interpreters.contains(&adapter.program.as_str());
    let first = adapter.args.iter().find(|arg| !arg.starts_with('-'));
    [Some(&adapter.program), first.filter(|_| is_interpreter)]
        .into_iter()
        .flatten()
        .map(|path| path.strip_prefix("./").unwrap_or(path))
        .filter(|path| {
            [Side::Base, Side::Head]
                .into_iter()
                .any(|side| matches!(change.read(side, path), Ok(Some(_))))
        })
        .map(|path| Config {
            file: path.to_owned(),
            table: None,
            section: None,
            role: Role::Settings,
        })
        .collect()
}
