//! What a file of configuration sets, as paths of keys with their values: two states are compared by what they set,
//! and of a change's only what is known to be harmless is ever in force.
//!
//! Lists are passed over in paths (`overrides.module` is that key of every override), and a file that is no
//! document (a list of ignored paths, a program) is one value under its own name.
//!
//! Does not catch: a setting whose meaning depends on another one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::adapter::Config;

/// Values by dotted path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings(BTreeMap<String, Vec<String>>);

/// How deep a document is read; what lies deeper is its text.
const DEEPEST: usize = 32;

impl Settings {
    /// What a place of configuration holds in this text of its file; none where it holds nothing, an error where
    /// the text is no document of its kind.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn read(config: &Config, text: &str) -> anyhow::Result<Option<Self>> {
        let mut settings = Self::default();
        let name = config.file.rsplit('/').next().unwrap_or(&config.file);
        if let Some(section) = &config.section {
            let Some(text) = super::ini::sections(text, section) else {
                return Ok(None);
            };
            settings.ini(&text);
            return Ok(Some(settings));
        }
        let document = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("toml") => serde_json::to_value(toml::from_str::<toml::Table>(text)?)?,
            Some("json" | "jsonc") => read_json(text)?,
            // Cargo's old name of it holds TOML as well, rustup's the name of a toolchain.
            None if matches!(name, "config" | "rust-toolchain") => {
                match toml::from_str::<toml::Table>(text) {
                    Ok(table) => serde_json::to_value(table)?,
                    Err(_) => Value::String(text.to_owned()),
                }
            }
            Some("ini" | "cfg" | "coveragerc") => {
                settings.ini(text);
                return Ok(Some(settings));
            }
            _ => Value::String(text.to_owned()),
        };
        let within = match &config.table {
            Some(table) => match table.split('.').try_fold(&document, |at, key| at.get(key)) {
                Some(within) => within,
                None => return Ok(None),
            },
            None => &document,
        };
        match within {
            Value::Object(_) => settings.add("", within, 0),
            other => settings.add(name, other, 0),
        }
        Ok(Some(settings))
    }

    fn add(&mut self, path: &str, value: &Value, depth: usize) {
        match value {
            Value::Object(entries) if depth < DEEPEST => {
                for (key, value) in entries {
                    let path = match path {
                        "" => key.clone(),
                        path => format!("{path}.{key}"),
                    };
                    self.add(&path, value, depth + 1);
                }
            }
            Value::Array(items) if depth < DEEPEST => {
                for item in items {
                    self.add(path, item, depth + 1);
                }
            }
            scalar => {
                let text = match scalar {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                self.0.entry(path.to_owned()).or_default().push(text);
            }
        }
    }

    /// Keys of an INI text, whatever their sections; the value's later lines are values of it too.
    fn ini(&mut self, text: &str) {
        let mut key = String::new();
        for line in super::ini::lines(text) {
            if let Some(name) = line.key {
                // As the tools have it: case and dashes are all one.
                key = name.to_lowercase().replace('-', "_");
            }
            let value = line.value.map(str::to_owned);
            if value.is_some() {
                self.0.entry(key.clone()).or_default().extend(value);
            }
        }
    }

    /// Whether one of these keys, or something under it, is set.
    pub(super) fn sets(&self, keys: &[String]) -> bool {
        keys.iter()
            .any(|key| self.0.keys().any(|path| is_under(path, key)))
    }

    /// The values of these keys.
    pub(super) fn values<'s>(&'s self, keys: &'s [String]) -> impl Iterator<Item = &'s str> {
        let named = |path: &str| keys.iter().any(|key| is_under(path, key));
        let found = self.0.iter().filter(move |(path, _)| named(path));
        found.flat_map(|(_, values)| values.iter().map(String::as_str))
    }

    /// Paths of what one sets and the other does not, or sets otherwise.
    pub(super) fn differing(&self, other: &Self) -> BTreeSet<String> {
        let paths = self.0.keys().chain(other.0.keys());
        paths
            .filter(|path| self.0.get(*path) != other.0.get(*path))
            .cloned()
            .collect()
    }

    /// All paths.
    pub(super) fn paths(&self) -> BTreeSet<String> {
        self.0.keys().cloned().collect()
    }
}

/// JSON as configurations have it: with comments and trailing commas.
pub(super) fn read_json(text: &str) -> anyhow::Result<Value> {
    let options = jsonc_parser::ParseOptions::default();
    let value = jsonc_parser::parse_to_serde_value::<Value>(text, &options)?;
    Ok(value)
}

/// Whether a list of harmless settings has a path: itself, or what it begins with before a `*`.
pub(super) fn is_harmless<'h>(path: &str, harmless: impl IntoIterator<Item = &'h String>) -> bool {
    harmless
        .into_iter()
        .any(|known| match known.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == known,
        })
}

/// Whether a path is a key or lies under it.
fn is_under(path: &str, key: &str) -> bool {
    path.strip_prefix(key)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
