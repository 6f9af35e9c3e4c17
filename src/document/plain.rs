//! Files of less than a document: a pattern a line, a key and a value a line, tags.
//!
//! Does not catch: attributes of tags; values of properties that go on in the next line.

use super::{DEEPEST, Item, Value};

/// The key under which the lines of a list of what is left out stand.
const IGNORE: &str = "ignore";

/// A list of what is left out, an entry a line.
pub(super) fn ignored(text: &str) -> Item {
    let items = (1u32..).zip(text.lines()).filter_map(|(number, line)| {
        let entry = line.trim();
        let counts = !entry.is_empty() && !entry.starts_with(['#', '!', ':']);
        counts.then(|| Item::scalar(number, entry))
    });
    let list = Item {
        line: 1,
        value: Value::List(items.collect()),
    };
    Item {
        line: 1,
        value: Value::Map(vec![(IGNORE.to_owned(), list)]),
    }
}

/// Keys and values as Java writes them.
pub(super) fn properties(text: &str) -> Item {
    let entries = (1u32..).zip(text.lines()).filter_map(|(number, line)| {
        let line = line.trim();
        let (key, value) = line
            .split_once(['=', ':'])
            .filter(|_| !line.starts_with(['#', '!']))?;
        Some((key.trim().to_owned(), Item::scalar(number, value.trim())))
    });
    Item {
        line: 1,
        value: Value::Map(entries.collect()),
    }
}

/// Tags as keys, what stands between them as values.
pub(super) fn tags(text: &str) -> Option<Item> {
    let mut open: Vec<(String, Item, String)> = Vec::new();
    let mut line = 1_u32;
    let mut rest = text;
    let mut top: Vec<(String, Item)> = Vec::new();
    while let Some(at) = rest.find('<') {
        let between = rest.get(..at)?;
        line = line.saturating_add(lines_of(between));
        if let Some((_, _, words)) = open.last_mut() {
            words.push_str(between.trim());
        }
        rest = rest.get(at..)?;
        let end = match rest.starts_with("<!--") {
            true => rest.find("-->")? + 3,
            false => rest.find('>')? + 1,
        };
        let tag = rest.get(..end)?;
        rest = rest.get(end..)?;
        let started = line;
        line = line.saturating_add(lines_of(tag));
        if tag.starts_with("<!") || tag.starts_with("<?") || tag.ends_with("/>") {
            continue;
        }
        if tag.starts_with("</") {
            let (name, mut item, words) = open.pop()?;
            if item.entries().is_empty() {
                item.value = Value::Scalar(words);
            }
            match open.last_mut() {
                Some((
                    _,
                    Item {
                        value: Value::Map(entries),
                        ..
                    },
                    _,
                )) => entries.push((name, item)),
                _ => top.push((name, item)),
            }
            continue;
        }
        if open.len() >= DEEPEST {
            return None;
        }
        let name = tag.trim_start_matches('<').trim_end_matches('>');
        let name = name.split_whitespace().next().unwrap_or_default();
        let item = Item {
            line: started,
            value: Value::Map(Vec::new()),
        };
        open.push((name.to_owned(), item, String::new()));
    }
    open.is_empty().then_some(Item {
        line: 1,
        value: Value::Map(top),
    })
}

fn lines_of(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keys_and_tags_are_read() {
        let words = ignored("# a\n\nsrc/\nb\n").get(IGNORE).unwrap().words();
        assert_eq!(words, [("src/".to_owned(), 3), ("b".to_owned(), 4)]);
        let item = properties("# x\nsonar.exclusions = a, b\n");
        assert_eq!(
            item.get("sonar.exclusions").and_then(Item::text),
            Some("a, b")
        );
        let item =
            tags("<?xml?>\n<project>\n  <!-- < -->\n  <skip>true</skip>\n</project>\n").unwrap();
        let skip = item.at(&["project", "skip"]).unwrap();
        assert_eq!((skip.text(), skip.line), (Some("true"), 4));
        assert_eq!(tags("<a><b></a>"), None);
    }
}
