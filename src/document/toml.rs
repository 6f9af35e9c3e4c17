//! TOML: the parsed table with its spans as a tree.

use toml::de::{DeTable, DeValue};

use super::{DEEPEST, Item, Value};
use crate::text::LineStarts;

pub(super) fn toml(text: &str) -> Option<Item> {
    let table = DeTable::parse(text).ok()?;
    Some(map_of(table.get_ref(), 1, &LineStarts::of(text), 0))
}

fn map_of(table: &DeTable<'_>, line: u32, lines: &LineStarts, depth: usize) -> Item {
    let entries = table
        .iter()
        .map(|(key, value)| {
            let line = lines.line(key.span().start);
            (
                key.get_ref().to_string(),
                item_of(value.get_ref(), line, lines, depth),
            )
        })
        .collect();
    Item {
        line,
        value: Value::Map(entries),
    }
}

fn item_of(value: &DeValue<'_>, line: u32, lines: &LineStarts, depth: usize) -> Item {
    if depth > DEEPEST {
        return Item::scalar(line, "");
    }
    match value {
        DeValue::Table(table) => map_of(table, line, lines, depth + 1),
        DeValue::Array(array) => {
            let items = array
                .iter()
                .map(|item| {
                    item_of(
                        item.get_ref(),
                        lines.line(item.span().start),
                        lines,
                        depth + 1,
                    )
                })
                .collect();
            Item {
                line,
                value: Value::List(items),
            }
        }
        DeValue::String(scalar) => Item::scalar(line, scalar.to_string()),
        DeValue::Integer(number) => Item::scalar(line, number.as_str()),
        DeValue::Float(number) => Item::scalar(line, number.as_str()),
        DeValue::Boolean(truth) => Item::scalar(line, truth.to_string()),
        DeValue::Datetime(time) => Item::scalar(line, time.to_string()),
    }
}
