//! JSON as a tree. Its parser keeps no lines: each key is looked for in the text, behind the one before it.

use super::{DEEPEST, Item, Lines, Value};

/// A JSON text.
pub(super) fn json(text: &str) -> Option<Item> {
    let value = serde_json::from_str(text).ok()?;
    let source = Source {
        text,
        lines: Lines::of(text),
    };
    Some(item(&value, &source, &mut 0, 0))
}

struct Source<'t> {
    text: &'t str,
    lines: Lines,
}

fn item(value: &serde_json::Value, source: &Source<'_>, from: &mut usize, depth: usize) -> Item {
    use serde_json::Value as Json;
    let line = source.lines.at(*from);
    match value {
        Json::Object(map) if depth < DEEPEST => {
            let entries = map
                .iter()
                .map(|(key, value)| {
                    let quoted = format!("\"{key}\"");
                    let mut at = source
                        .text
                        .get(*from..)
                        .and_then(|rest| rest.find(&quoted))
                        .map_or(*from, |found| *from + found);
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
