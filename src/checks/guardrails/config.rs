//! YAML, TOML, JSON and INI as one kind of tree, so that two states are compared by meaning.
//!
//! Does not catch: merge keys and tags of YAML; an alias stands for what it names only while that is small.

use toml::de::{DeTable, DeValue};

/// A value and the 1-based line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) line: u32,
    pub(super) value: Value,
}

/// A value. Scalars are their text: `true`, `80`, `x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Scalar(String),
    List(Vec<Item>),
    Map(Vec<(String, Item)>),
}

/// Levels over which nothing is read.
const DEEPEST: usize = 64;
/// Items that all aliases of a file may stand for together.
const ALIASED: usize = 10_000;

impl Item {
    fn scalar(line: u32, text: impl Into<String>) -> Self {
        Self {
            line,
            value: Value::Scalar(text.into()),
        }
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Item> {
        self.entries()
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, item)| item)
    }

    /// The value under a path of keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The entries of a map; none otherwise.
    pub(super) fn entries(&self) -> &[(String, Item)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The items of a list; none otherwise.
    pub(super) fn items(&self) -> &[Item] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What stands in a list, or in a scalar separated by commas or blanks: text and line.
    pub(super) fn words(&self) -> Vec<(String, u32)> {
        match &self.value {
            Value::Scalar(text) => {
                // A scalar of several lines holds an entry a line; blanks belong to it (patterns).
                let blank = |c: char| c == ' ' && !text.contains('\n');
                let words = text
                    .split(|c: char| matches!(c, ',' | '\n') || blank(c))
                    .map(str::trim)
                    .filter(|word| !word.is_empty());
                words.map(|word| (word.to_owned(), self.line)).collect()
            }
            Value::List(items) => items
                .iter()
                .filter_map(|item| Some((item.text()?.to_owned(), item.line)))
                .collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, item)| (key.clone(), item.line))
                .collect(),
        }
    }

    /// All items below, with the keys that lead to each; lists add nothing to the keys.
    pub(super) fn walk(&self) -> Vec<(Vec<&str>, &Item)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), self)];
        while let Some((keys, item)) = open.pop() {
            match &item.value {
                Value::Scalar(_) => {}
                Value::List(items) => open.extend(items.iter().map(|item| (keys.clone(), item))),
                Value::Map(entries) => open.extend(entries.iter().map(|(key, item)| {
                    let mut keys: Vec<&str> = keys.clone();
                    keys.push(key);
                    (keys, item)
                })),
            }
            found.push((keys, item));
        }
        found
    }

    fn size(&self) -> usize {
        self.walk().len()
    }
}

/// Reads a file by its name; none where it is no such file or does not parse.
pub(super) fn read(path: &str, text: &str) -> Option<Item> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "yml" | "yaml" => yaml(text),
        "toml" => toml(text),
        "json" | "jsonc" => serde_json::from_str(text)
            .ok()
            .map(|value| json(&value, text)),
        "cfg" | "ini" => Some(ini(text)),
        _ if matches!(
            name,
            ".coveragerc" | ".flake8" | ".pylintrc" | "pylintrc" | ".bandit"
        ) =>
        {
            Some(ini(text))
        }
        _ => None,
    }
}

/// The first document of a YAML text.
pub(super) fn yaml(text: &str) -> Option<Item> {
    use saphyr_parser::{Event, Parser};
    // An open map holds the key that waits for its value.
    struct Open {
        item: Item,
        key: Option<String>,
        anchor: usize,
    }
    let mut stack: Vec<Open> = Vec::new();
    let mut anchors: std::collections::BTreeMap<usize, Item> = std::collections::BTreeMap::new();
    let mut aliased = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
        let (done, anchor) = match event {
            Event::Scalar(text, _, anchor, _) => (Item::scalar(line, text.into_owned()), anchor),
            Event::Alias(anchor) => {
                let named = anchors.get(&anchor);
                let size = named.map_or(0, Item::size);
                aliased += size;
                match named.filter(|_| aliased <= ALIASED) {
                    Some(item) => (item.clone(), 0),
                    None => (Item::scalar(line, "*"), 0),
                }
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _)
                if stack.len() < DEEPEST =>
            {
                let value = if matches!(event, Event::SequenceStart(..)) {
                    Value::List(Vec::new())
                } else {
                    Value::Map(Vec::new())
                };
                stack.push(Open {
                    item: Item { line, value },
                    key: None,
                    anchor,
                });
                continue;
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => return None,
            Event::SequenceEnd | Event::MappingEnd => {
                let open = stack.pop()?;
                (open.item, open.anchor)
            }
            Event::DocumentEnd => return None,
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, done.clone());
        }
        let Some(above) = stack.last_mut() else {
            return Some(done);
        };
        match &mut above.item.value {
            Value::List(items) => items.push(done),
            Value::Map(entries) => match above.key.take() {
                Some(key) => entries.push((key, done)),
                None => above.key = Some(done.text().unwrap_or_default().to_owned()),
            },
            Value::Scalar(_) => return None,
        }
    }
    None
}

fn line_of(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.bytes().filter(|byte| *byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}

fn toml(text: &str) -> Option<Item> {
    let table = DeTable::parse(text).ok()?;
    Some(toml_table(table.get_ref(), 1, text, 0))
}

fn toml_table(table: &DeTable<'_>, line: u32, text: &str, depth: usize) -> Item {
    let entries = table
        .iter()
        .map(|(key, value)| {
            let line = line_of(text, key.span().start);
            (
                key.get_ref().to_string(),
                toml_value(value.get_ref(), line, text, depth),
            )
        })
        .collect();
    Item {
        line,
        value: Value::Map(entries),
    }
}

fn toml_value(value: &DeValue<'_>, line: u32, text: &str, depth: usize) -> Item {
    if depth > DEEPEST {
        return Item::scalar(line, "");
    }
    match value {
        DeValue::Table(table) => toml_table(table, line, text, depth + 1),
        DeValue::Array(array) => {
            let items = array
                .iter()
                .map(|item| {
                    toml_value(
                        item.get_ref(),
                        line_of(text, item.span().start),
                        text,
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

/// JSON keeps no lines: each key is looked for in the text, behind the one before it.
fn json(value: &serde_json::Value, text: &str) -> Item {
    let mut from = 0;
    json_item(value, text, &mut from, 0)
}

fn json_item(value: &serde_json::Value, text: &str, from: &mut usize, depth: usize) -> Item {
    use serde_json::Value as Json;
    let line = line_of(text, *from);
    match value {
        Json::Object(map) if depth < DEEPEST => {
            let entries = map
                .iter()
                .map(|(key, value)| {
                    let quoted = format!("\"{key}\"");
                    let mut at = text
                        .get(*from..)
                        .and_then(|rest| rest.find(&quoted))
                        .map_or(*from, |found| *from + found);
                    (key.clone(), json_item(value, text, &mut at, depth + 1))
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
                .map(|item| json_item(item, text, from, depth + 1))
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

/// Sections of keys; indented lines go on with the value before them.
fn ini(text: &str) -> Item {
    let mut sections: Vec<(String, Item)> = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let empty = Item {
                line: number,
                value: Value::Map(Vec::new()),
            };
            sections.push((name.to_owned(), empty));
            continue;
        }
        let Some((
            _,
            Item {
                value: Value::Map(entries),
                ..
            },
        )) = sections.last_mut()
        else {
            continue;
        };
        if line.starts_with([' ', '\t']) {
            if let Some((
                _,
                Item {
                    value: Value::Scalar(text),
                    ..
                },
            )) = entries.last_mut()
            {
                text.push('\n');
                text.push_str(trimmed);
            }
        } else if let Some((key, value)) = line.split_once(['=', ':']) {
            entries.push((key.trim().to_owned(), Item::scalar(number, value.trim())));
        }
    }
    Item {
        line: 1,
        value: Value::Map(sections),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_read_with_lines() {
        let item = yaml("on: [push]\njobs:\n  test:\n    steps:\n      - run: |\n          pytest\n          ruff\n").unwrap();
        let steps = item.at(&["jobs", "test", "steps"]).unwrap();
        let run = steps.items()[0].get("run").unwrap();
        assert_eq!(run.text(), Some("pytest\nruff\n"));
        // A block begins on the line after its mark.
        assert_eq!(run.line, 6);
    }

    #[test]
    fn aliases_stand_for_what_they_name_and_a_bomb_does_not_grow() {
        let item = yaml("a: &x [1, 2]\nb: *x\n").unwrap();
        assert_eq!(item.get("b").map(|item| item.items().len()), Some(2));
        let mut bomb = String::from("a: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = level - 1;
            let aliases = vec![format!("*a{before}"); 9].join(", ");
            bomb.push_str(&format!("k{level}: &a{level} [{aliases}]\n"));
        }
        assert!(yaml(&bomb).is_some_and(|item| item.size() < 3 * ALIASED));
    }

    #[test]
    fn toml_json_and_ini_are_read_with_lines() {
        let item = read(
            "pyproject.toml",
            "[tool.mypy]\nstrict = true\nx = [\n  'a',\n]\n",
        )
        .unwrap();
        let strict = item.at(&["tool", "mypy", "strict"]).unwrap();
        assert_eq!((strict.text(), strict.line), (Some("true"), 2));
        assert_eq!(item.at(&["tool", "mypy", "x"]).unwrap().items()[0].line, 4);
        let item = read(
            "pyrightconfig.json",
            "{\n  \"strict\": [],\n  \"reportX\": \"none\"\n}",
        )
        .unwrap();
        assert_eq!(item.get("reportX").map(|item| item.line), Some(3));
        let item = read("setup.cfg", "[flake8]\nignore =\n    E501\n    W503\n").unwrap();
        let ignore = item.at(&["flake8", "ignore"]).unwrap();
        assert_eq!(ignore.words().len(), 2);
    }
}
