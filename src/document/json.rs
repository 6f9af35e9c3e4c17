//! JSON as a tree. Its parser keeps no lines: each key is looked for in the text, behind the one before it.

use std::collections::HashMap;

use super::{DEEPEST, Item, Value};
use crate::text::LineStarts;

/// A JSON text.
pub(super) fn json(text: &str) -> Option<Item> {
    // Configurations have comments and trailing commas.
    let lenient =
        || jsonc_parser::parse_to_serde_value(text, &jsonc_parser::ParseOptions::default());
    let value = serde_json::from_str(text).or_else(|_| lenient()).ok()?;
    let source = Source {
        quoted: quoted(text),
        lines: LineStarts::of(text),
    };
    Some(item(&value, &source, &mut 0, 0))
}

struct Source<'t> {
    /// What stands between two quotes, and at which of them it begins.
    quoted: HashMap<&'t str, Vec<usize>>,
    lines: LineStarts,
}

fn quoted(text: &str) -> HashMap<&str, Vec<usize>> {
    let mut found: HashMap<&str, Vec<usize>> = HashMap::new();
    let quotes = || text.match_indices('"').map(|(at, _)| at);
    for (open, close) in quotes().zip(quotes().skip(1)) {
        let inside = text.get(open + 1..close).unwrap_or_default();
        found.entry(inside).or_default().push(open);
    }
    found
}

impl Source<'_> {
    /// Where a key stands first from a byte on; that byte where it is not there as it is read (`"\u0061"`).
    fn key(&self, key: &str, from: usize) -> usize {
        let places = self.quoted.get(key).map(Vec::as_slice).unwrap_or_default();
        let first = places.partition_point(|at| *at < from);
        places.get(first).copied().unwrap_or(from)
    }
}

fn item(value: &serde_json::Value, source: &Source<'_>, from: &mut usize, depth: usize) -> Item {
    use serde_json::Value as Json;
    let line = source.lines.line(*from);
    match value {
        Json::Object(map) if depth < DEEPEST => {
            let entries = map
                .iter()
                .map(|(key, value)| {
                    let mut at = source.key(key, *from);
                    (key.clone(), item(value, source, &mut at, depth + 1))
                })
                .collect();
            Item {
                line,
                value: Value::Map(entries),
            }
        }
        Json::Array(items) if depth < DEEPEST => {
            let items = items
                .iter()
                .map(|item| self::item(item, source, from, depth + 1))
                .collect();
            Item {
                line,
                value: Value::List(items),
            }
        }
        Json::String(scalar) => Item::scalar(line, scalar.as_str()),
        other => Item::scalar(line, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_two_objects_has_the_line_of_each() {
        let item = json("{\n\"b\": {\n\"x\": 1},\n\"a\": {\"y\": \"b\",\n\"x\": 2}}").unwrap();
        let line = |keys: &[&str]| item.at(keys).map(|item| item.line);
        assert_eq!(line(&["b", "x"]), Some(3));
        assert_eq!(line(&["a", "x"]), Some(5));
        assert_eq!(line(&["a", "y"]), Some(4));
    }
}
