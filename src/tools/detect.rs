//! Which tools a project is configured for, and where: by configuration that is in the tree, never by a
//! program that happens to be installed.
//!
//! Does not catch: configuration that stands outside the repository, or is given on a command line somewhere.

use anyhow::Result;

use super::adapter::{Adapter, Config, Role};
use crate::change::{Change, Side};

/// The folders (relative, empty is the top) in which a side is configured for a tool, outermost only,
/// sorted.
///
/// # Errors
/// Where the side cannot be read.
pub fn projects(adapter: &Adapter, change: &Change, side: Side) -> Result<Vec<String>> {
    let mut folders: Vec<String> = Vec::new();
    for path in change.paths(side)? {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let inside = |known: &String| known.is_empty() || is_below(folder, known);
        if folders.iter().any(inside) {
            continue;
        }
        let mut signs = adapter
            .config
            .iter()
            .filter(|config| config.file == name && config.role != Role::Settings);
        if signs.any(|config| is_there(config, change, side, path)) {
            folders.retain(|known| !is_below(known, folder));
            folders.push(folder.to_owned());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Whether a folder is another one or stands in it.
pub fn is_below(folder: &str, other: &str) -> bool {
    other.is_empty()
        || folder
            .strip_prefix(other)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A name in a folder.
pub fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn is_there(config: &Config, change: &Change, side: Side, path: &str) -> bool {
    if config.table.is_none() && config.section.is_none() {
        return true;
    }
    setting(config, change, side, path).is_some()
}

/// What a place of configuration holds, as text that is equal where it means the same.
pub fn setting(config: &Config, change: &Change, side: Side, path: &str) -> Option<String> {
    let blob = change.read(side, path).ok()??;
    let text = blob.text()?;
    match (&config.table, &config.section) {
        (Some(table), _) => {
            let document: toml::Table = toml::from_str(text).ok()?;
            super::config::table(&document, table).map(toml::Value::to_string)
        }
        (None, Some(section)) => super::config::sections(text, section),
        (None, None) => Some(text.to_owned()),
    }
}

/// Whether the configuration in a folder sets one of these keys.
pub fn sets(adapter: &Adapter, change: &Change, side: Side, folder: &str, keys: &[String]) -> bool {
    adapter.config.iter().any(|config| {
        let path = joined(folder, &config.file);
        let Ok(Some(blob)) = change.read(side, &path) else {
            return false;
        };
        let Some(text) = blob.text() else {
            return false;
        };
        match (&config.table, &config.section) {
            (Some(table), _) => toml::from_str::<toml::Table>(text)
                .ok()
                .and_then(|document| {
                    let table = super::config::table(&document, table)?.as_table()?;
                    Some(keys.iter().any(|key| table.contains_key(key)))
                })
                .unwrap_or(false),
            (None, Some(section)) => super::config::sections(text, section)
                .is_some_and(|text| keys.iter().any(|key| assigns(&text, key))),
            (None, None) => keys.iter().any(|key| assigns(text, key)),
        }
    })
}

/// Whether a line of an INI file gives a key a value.
fn assigns(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
    })
}
