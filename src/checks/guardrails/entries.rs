//! What lists of a checker's configuration say, entry by entry.
//!
//! Does not catch: a list that a configuration written as code puts together.

use crate::budget;
use crate::document::{Item, Value};

/// Longest key of which each entry is told.
const LONGEST: usize = 1_000;

/// What stands between a code and the files in which it is let pass.
pub(super) const PLACE: &str = " in ";

/// The entries of a list: words, and of a table in it what it names.
pub(super) fn listed(item: &Item) -> Vec<(String, u32)> {
    let named = |entry: &Item| {
        let names = [
            "id",
            "name",
            "crate",
            "path",
            "uses",
            "rule",
            "vulnerability",
        ];
        let name = names.iter().find_map(|key| entry.get(key)?.text());
        name.map(|name| (name.to_owned(), entry.line))
    };
    match &item.value {
        Value::Scalar(_) => item.words(),
        Value::List(items) => {
            let words = |entry: &Item| match entry.text() {
                Some(text) => Some((text.to_owned(), entry.line)),
                None => named(entry),
            };
            items.iter().filter_map(words).collect()
        }
        Value::Map(entries) => {
            let short = entries.iter().filter(|(key, _)| key.len() <= LONGEST);
            let pairs = short.flat_map(|(key, value)| {
                let words = value.words().into_iter();
                let each = words.take_while(|_| budget::charge_text(key.len()));
                let each = each.map(move |(word, line)| (format!("{key}: {word}"), line));
                each.collect::<Vec<_>>()
            });
            pairs.collect()
        }
    }
}

/// Of a table of lists, what stands in each of them, and where it holds: `S101 in tests/*`.
pub(super) fn entries_of_lists(item: &Item) -> Option<Vec<(String, u32)>> {
    let entries = item.entries();
    let lists = !entries.is_empty() && entries.iter().all(|(_, list)| !list.items().is_empty());
    let short = entries.iter().filter(|(place, _)| place.len() <= LONGEST);
    let words = short.flat_map(|(place, list)| {
        let words = list.words().into_iter();
        let words = words.take_while(|_| budget::charge_text(place.len()));
        words.map(move |(word, line)| (format!("{word}{PLACE}{place}"), line))
    });
    lists.then(|| words.collect())
}
