//! YAML, TOML, JSON, INI and what configurations are written in beside them, as one kind of tree with lines, so that two
//! states are compared by meaning.
//!
//! Does not catch: merge keys and tags of YAML; an alias stands for what it names only while that is small.

mod ini;
mod json;
mod plain;
mod toml;
mod yaml;

pub(crate) use ini::ini;
pub(crate) use yaml::yaml;

use crate::budget;

/// A value and the 1-based line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub(crate) line: u32,
    pub(crate) value: Value,
}

/// A value. Scalars are their text: `true`, `80`, `x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word, a number, a switch.
    Scalar(String),
    /// Values in their order.
    List(Vec<Item>),
    /// Keys with their values, in their order.
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

    /// A scalar on a line.
    pub(crate) fn of_text(line: u32, text: &str) -> Self {
        Self::scalar(line, text)
    }

    /// The value under a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Item> {
        let mut entries = self.entries().iter();
        let found = entries.find(|(known, _)| known == key);
        budget::charge(self.entries().len() - entries.len());
        found.map(|(_, item)| item)
    }

    /// The value under a path of keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The entries of a map; none otherwise.
    pub(crate) fn entries(&self) -> &[(String, Item)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The items of a list; none otherwise.
    pub(crate) fn items(&self) -> &[Item] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What stands in a list, or in a scalar separated by commas or blanks: text and line.
    pub(crate) fn words(&self) -> Vec<(String, u32)> {
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
    pub(crate) fn walk(&self) -> Vec<(Vec<&str>, &Item)> {
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
pub(crate) fn read(path: &str, text: &str) -> Option<Item> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_list = name.starts_with('.') && (name.ends_with("ignore") || name.ends_with("skip"));
    match ending {
        "yml" | "yaml" => yaml(text),
        "toml" => toml::toml(text),
        "json" | "jsonc" => json::json(text),
        "cfg" | "ini" => Some(ini(text)),
        "properties" => Some(plain::properties(text)),
        "xml" | "props" | "csproj" | "targets" => plain::tags(text),
        _ if is_list => Some(plain::ignored(text)),
        // Cargo's old name of it.
        _ if name == "config" => toml::toml(text),
        "snyk" | "eslintrc" | "nycrc" | "mocharc" | "swcrc" | "lintstagedrc" => yaml(text),
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
