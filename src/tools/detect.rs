//! Which tools a project is configured for, and where: by configuration that is in the tree, never by a
//! program that happens to be installed.
//!
//! Does not catch: configuration that stands outside the repository, or is given on a command line somewhere.

use anyhow::Result;

use super::adapter::{Adapter, Config, Role};
use super::settings::Settings;
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
            .filter(|config| config.file == name && matches!(config.role, Role::Both | Role::Sign));
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
    let Ok(Some(blob)) = change.read(side, path) else {
        return false;
    };
    let settings = blob.text().map(|text| Settings::read(config, text));
    matches!(settings, Some(Ok(Some(_))))
}

/// Whether the configuration in a folder sets one of these keys.
pub fn sets(adapter: &Adapter, change: &Change, side: Side, folder: &str, keys: &[String]) -> bool {
    let held = super::config::in_folder(adapter, change, side, folder);
    held.iter().any(|settings| settings.sets(keys))
}
