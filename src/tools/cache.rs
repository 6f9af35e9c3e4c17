//! What a tool said about a base (its report, or what its tests covered), kept by everything that it depends on:
//! another tool, version, argument, configuration, environment or tree is another key.
//!
//! An entry that is damaged, of another format or not there is the same: the tool runs. Nothing here can make a
//! finding old that is not in an entry for just this base. Entries hold paths and messages, never sources.
//!
//! Does not catch: a tool whose answer depends on more than the key (the network, the clock); somebody who can
//! write into the user's cache directory.

use std::fs;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::workspace::cache_directory;
use crate::files;

/// Format of entries.
const SCHEMA: u32 = 1;

/// An entry.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<T> {
    schema: u32,
    key: String,
    digest: String,
    report: T,
}

/// The key of these parts, in order.
pub fn key(parts: &[String]) -> String {
    let mut whole = format!("{SCHEMA}\0{}", env!("CARGO_PKG_VERSION"));
    for part in parts {
        whole.push_str(&format!("\0{}\0{part}", part.len()));
    }
    crate::text::digest(whole.as_bytes())
}

/// The report under a key.
pub fn get<T: Serialize + DeserializeOwned>(key: &str) -> Option<T> {
    let read = files::own(&path(key), files::MOST_BY_PROGRAM).ok()?;
    let entry: Entry<T> = serde_json::from_slice(&read.bytes).ok()?;
    let whole = entry.schema == SCHEMA && entry.key == key && entry.digest == digest(&entry.report);
    whole.then_some(entry.report)
}

/// Keeps a report. A cache that cannot be written costs time and nothing else.
pub fn put<T: Serialize>(key: &str, report: &T) {
    let entry = Entry {
        schema: SCHEMA,
        key: key.to_owned(),
        digest: digest(report),
        report,
    };
    let path = path(key);
    let Some(folder) = path.parent() else {
        return;
    };
    let Ok(text) = serde_json::to_string(&entry) else {
        return;
    };
    // Whole or not at all: two runs may write the same entry.
    if fs::create_dir_all(folder).is_ok() {
        let _ = files::replace(&path, text.as_bytes());
    }
}

fn path(key: &str) -> PathBuf {
    let folder = key.get(..2).unwrap_or_default();
    cache_directory()
        .join("tools")
        .join(folder)
        .join(format!("{key}.json"))
}

fn digest(report: &impl Serialize) -> String {
    let text = serde_json::to_string(report).unwrap_or_default();
    crate::text::digest(text.as_bytes())
}
