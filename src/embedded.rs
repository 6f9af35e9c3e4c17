//! What `build.rs` made of the TOML files inside the binary: names that earlier stages must know, and as JSON the
//! tables of the tools' adapters and of the rules that an engine reads. Reading them so takes a tenth of the time
//! that the files take.

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;

include!(concat!(env!("OUT_DIR"), "/names.rs"));

/// The tables of one folder.
struct Folder {
    /// Its own name.
    name: &'static str,
    /// A JSON array of its tables, file by file.
    tables: &'static str,
    /// All `keywords` in the tables' `[engine]`, in lower case, sorted, each once.
    keywords: &'static [&'static str],
}

static FOLDERS: &[Folder] = include!(concat!(env!("OUT_DIR"), "/folders.rs"));

/// Names of the folders, sorted; `adapters` are those of the tools.
pub(crate) fn folders() -> impl Iterator<Item = &'static str> {
    FOLDERS.iter().map(|folder| folder.name)
}

/// The tables of a folder. Read at each call.
///
/// # Errors
/// Where there is no such folder, or one of its tables is no `T`; a test reads them all.
pub(crate) fn tables<T: DeserializeOwned>(name: &str) -> Result<Vec<T>> {
    serde_json::from_str(folder(name)?.tables).with_context(|| format!("{name}/"))
}

/// The keywords of a folder's tables; empty where there is no such folder.
pub(crate) fn keywords(name: &str) -> &'static [&'static str] {
    folder(name).map_or(&[], |folder| folder.keywords)
}

fn folder(name: &str) -> Result<&'static Folder> {
    match FOLDERS.iter().find(|folder| folder.name == name) {
        Some(folder) => Ok(folder),
        None => bail!("no files in {name}/"),
    }
}
