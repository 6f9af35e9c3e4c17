//! The effective policy as TOML, each value with where it comes from; and its digest.
//!
//! Does not catch: what is decided outside the file (base's `.gitattributes`); it is in the digest,
//! not in the text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use toml::{Table, Value};

use super::document::Document;
use super::tighten::Overlay;

/// Where the values of a policy come from; what is in neither is the default.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// The policy file, as messages show it.
    pub(super) file: String,
    /// Line of each key in it.
    pub(super) lines: BTreeMap<String, usize>,
    /// Keys that head tightened.
    pub(super) head: BTreeSet<String>,
}

impl Origins {
    /// Notes what the overlay of head's policy changed.
    pub(super) fn overlay(&mut self, overlay: &Overlay) {
        self.head.extend(overlay.applied.iter().cloned());
        // Waivers that are left have moved up in the list.
        let prefix = "waivers.";
        let (waivers, mut lines): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.lines)
                .into_iter()
                .partition(|(path, _)| path.starts_with(prefix));
        for (now, before) in overlay.waivers.iter().enumerate() {
            let old = format!("{prefix}{before}.");
            for (path, line) in &waivers {
                if let Some(key) = path.strip_prefix(&old) {
                    lines.insert(format!("{prefix}{now}.{key}"), *line);
                }
            }
        }
        self.lines = lines;
    }

    fn of(&self, path: &str) -> String {
        let mut above = Some(path);
        while let Some(key) = above {
            if self.head.contains(key) {
                return "head (tightened)".to_owned();
            }
            above = key.rsplit_once('.').map(|(above, _)| above);
        }
        match self.lines.get(path) {
            Some(line) => format!("{}:{line}", self.file),
            None => "default".to_owned(),
        }
    }
}

/// The canonical text: TOML without comments.
pub(super) fn canonical(document: &Document) -> String {
    render(document, None)
}

/// The text for people: each value with its origin.
pub(super) fn explained(document: &Document, origins: &Origins) -> String {
    render(document, Some(origins))
}

fn render(document: &Document, origins: Option<&Origins>) -> String {
    let mut text = String::new();
    // No value of a document is without a TOML form.
    if let Ok(table) = Table::try_from(document) {
        emit(&mut text, "", "", &table, origins);
    }
    text
}

/// Writes a table: its values first, then its tables, then its lists of tables. `header` is its name as
/// TOML writes it, `path` as the origins know it.
fn emit(text: &mut String, header: &str, path: &str, table: &Table, origins: Option<&Origins>) {
    for (name, value) in table {
        if value.is_table() || tables(value).is_some() {
            continue;
        }
        let _ = write!(text, "{} = {value}", key(name));
        if let Some(origins) = origins {
            let _ = write!(text, "  # {}", origins.of(&below(path, name)));
        }
        text.push('\n');
    }
    for (name, value) in table {
        let (header, path) = (below(header, &key(name)), below(path, name));
        if let Value::Table(inner) = value {
            if inner
                .values()
                .any(|value| !value.is_table() && tables(value).is_none())
            {
                let _ = write!(text, "\n[{header}]\n");
            }
            emit(text, &header, &path, inner, origins);
        }
        for (at, inner) in tables(value).into_iter().flatten().enumerate() {
            let _ = write!(text, "\n[[{header}]]\n");
            if let Value::Table(inner) = inner {
                emit(text, &header, &format!("{path}.{at}"), inner, origins);
            }
        }
    }
}

/// The elements of a list of tables.
fn tables(value: &Value) -> Option<&Vec<Value>> {
    let list = value.as_array()?;
    (!list.is_empty() && list.iter().all(Value::is_table)).then_some(list)
}

fn below(above: &str, name: &str) -> String {
    if above.is_empty() {
        name.to_owned()
    } else {
        format!("{above}.{name}")
    }
}

/// A key, quoted where it must be.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
