//! Environments of tox: which of them a command runs, and what each does.
//!
//! Does not catch: environments that a plugin makes, and what a table of a TOML file takes from another one.

use std::collections::BTreeSet;

use super::shell::{Line, launched};
use crate::budget;
use crate::document::{self, Item, Value};

/// The name of the file.
pub(super) const FILE: &str = "tox.ini";
/// How often a setting may stand for another one.
const DEEPEST: usize = 4;
/// Environments, and lines of all of them together, beyond which nobody knows what a run comes to.
const MOST: usize = 1_000;

/// The commands of a section, with what says that a failure of theirs does not count.
pub(super) fn lines(section: &Item) -> Vec<Line> {
    let says = section.get("ignore_outcome").and_then(Item::text);
    let lax = says.is_some_and(|stated| stated.eq_ignore_ascii_case("true"));
    let commands = section.get("commands");
    let given = commands.and_then(|item| Some((item.text()?, item.line)));
    let lines = given
        .iter()
        .flat_map(|(text, line)| (*line..).zip(text.lines()));
    lines
        .filter(|(_, command)| !command.trim().is_empty())
        .map(|(number, command)| {
            let command = command.trim();
            let bare = command.strip_prefix("- ").unwrap_or(command);
            let ignored = lax
                .then_some("ignore_outcome")
                .or((bare != command).then_some("a `-` before the command"));
            Line {
                text: bare.to_owned(),
                number,
                ignored,
            }
        })
        .collect()
}

/// What a command of the shell that is nothing but a run of tox comes to; `None` where it is none, or names an
/// environment of which the file says nothing.
pub(super) fn run(command: &str, file: &Item) -> Option<Vec<Line>> {
    let (words, passed) = launched(command, "tox")?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for name in environments(&words, file)?.into_iter().take(MOST) {
        if found.len() >= MOST {
            return None;
        }
        let section = file
            .get(&format!("testenv:{name}"))
            .or_else(|| file.get("testenv").filter(|_| is_of_factors(&name)))?;
        let commands = match section.get("commands") {
            Some(_) => section,
            None => file.get("testenv")?,
        };
        for line in lines(commands) {
            expand(line, &name, &passed, file, &mut found);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The environments that the words after `tox` choose.
fn environments(words: &[&str], file: &Item) -> Option<Vec<String>> {
    let listed = || -> Vec<String> {
        let keys = ["envlist", "env_list"].iter();
        let lists = keys.filter_map(|key| file.at(&["tox", key])?.text());
        lists.flat_map(listed_names).flat_map(unfold).collect()
    };
    let mut chosen = Vec::new();
    let mut is_chosen = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (*word, None),
        };
        let kind = match option {
            "-e" | "--env" => 'e',
            "-m" | "--label" => 'm',
            "-f" | "--factor" => 'f',
            _ => match word.strip_prefix("-e").filter(|rest| !rest.is_empty()) {
                Some(rest) if !rest.starts_with('-') => {
                    is_chosen = true;
                    chosen.extend(rest.split(',').map(str::to_owned));
                    continue;
                }
                _ => continue,
            },
        };
        is_chosen = true;
        let value = match value {
            Some(value) => value,
            None => {
                at += 1;
                words.get(at - 1)?
            }
        };
        let values = value.split(',').map(str::to_owned);
        match kind {
            'e' => chosen.extend(values),
            'm' => {
                for label in values {
                    let names = file
                        .at(&["tox", "labels"])?
                        .text()?
                        .lines()
                        .find_map(|line| {
                            let (name, names) = line.split_once('=')?;
                            (name.trim() == label).then_some(names)
                        })?;
                    chosen.extend(listed_names(names).into_iter().flat_map(unfold));
                }
            }
            _ => {
                let factors: Vec<String> = values.collect();
                let has = |name: &String| {
                    let mut own = name.split('-');
                    own.any(|factor| factors.iter().any(|asked| asked == factor))
                };
                chosen.extend(listed().into_iter().filter(has));
            }
        }
    }
    match is_chosen {
        true => Some(chosen),
        false => Some(listed()),
    }
}

/// The names of a list, which blanks and commas outside of braces part.
fn listed_names(list: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let parts = list.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c == ',' || c.is_whitespace())
    });
    parts.filter(|name| !name.is_empty()).collect()
}

/// `py{310,311}-x` as the names that it stands for.
fn unfold(name: &str) -> Vec<String> {
    let Some((before, rest)) = name.split_once('{') else {
        return vec![name.to_owned()];
    };
    let (choices, after) = rest.split_once('}').unwrap_or((rest, ""));
    let choices = choices.split(',').take(DEEPEST * DEEPEST);
    choices
        .map(|choice| format!("{before}{}{after}", choice.trim()))
        .collect()
}

/// Whether the name of an environment is one that needs no section of its own.
fn is_of_factors(name: &str) -> bool {
    name.split('-').next().is_some_and(|first| {
        let version = first.trim_start_matches("pypy").trim_start_matches("py");
        version.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// A line of a section as it is run in an environment: its factors heeded, what it refers to put in its place.
fn expand(line: Line, environment: &str, passed: &str, file: &Item, found: &mut Vec<Line>) {
    let own: BTreeSet<&str> = environment.split('-').collect();
    let mut open = vec![(line, 0)];
    while let Some((line, depth)) = open.pop() {
        if found.len() >= MOST {
            return;
        }
        let text = match line.text.split_once(": ") {
            Some((factors, rest)) if factors.chars().all(is_of_factor) => {
                let holds = factors.split(',').any(|all| {
                    all.trim()
                        .split('-')
                        .all(|factor| match factor.strip_prefix('!') {
                            Some(other) => !own.contains(other),
                            None => own.contains(factor),
                        })
                });
                if !holds {
                    continue;
                }
                rest
            }
            _ => &line.text,
        };
        let referred = text.trim().strip_prefix("{[").and_then(|rest| {
            let (section, key) = rest.strip_suffix('}')?.split_once(']')?;
            (key == "commands").then(|| file.get(section)).flatten()
        });
        if let Some(section) = referred.filter(|_| depth < DEEPEST && budget::charge(1)) {
            let below = lines(section).into_iter().map(|line| (line, depth + 1));
            open.extend(below.rev());
            continue;
        }
        let text = match text.split_once("{posargs") {
            Some((before, rest)) => {
                let (default, after) = rest.split_once('}').unwrap_or((rest, ""));
                let given = match passed.is_empty() {
                    true => default.trim_start_matches(':'),
                    false => passed,
                };
                format!("{before}{given}{after}")
            }
            None => text.to_owned(),
        };
        found.push(Line { text, ..line });
    }
}

fn is_of_factor(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | '!' | ' ')
}

/// Reads a file that may say what tox does, as if it were one of `tox.ini`; `table` are the keys under which it stands in
/// a TOML file.
pub(super) fn read(name: &str, table: &str, text: &str) -> Option<Item> {
    let root = document::read(name, text)?;
    if !name.ends_with(".toml") {
        return Some(root);
    }
    let keys = table.split('.').filter(|key| !key.is_empty());
    let keys: Vec<&str> = keys.collect();
    let own = root.at(&keys)?;
    match own.get("legacy_tox_ini") {
        Some(old) => {
            let mut file = document::ini(old.text()?);
            shift(&mut file, old.line);
            Some(file)
        }
        None => Some(of_tables(own)),
    }
}

/// Moves all that stands in a text within a file to where it stands in the file.
fn shift(item: &mut Item, lines: u32) {
    let mut open = vec![item];
    while let Some(item) = open.pop() {
        item.line = item.line.saturating_add(lines);
        match &mut item.value {
            Value::Scalar(_) => {}
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter_mut().map(|(_, item)| item)),
        }
    }
}

/// The tables of a TOML file as sections.
///
/// Source: tox's documentation, "Configuration", "pyproject.toml - native".
fn of_tables(own: &Item) -> Item {
    let names = |item: &Item| {
        let names = item.items().iter().filter_map(Item::text);
        names.collect::<Vec<_>>().join(", ")
    };
    let scalar = |line: u32, text: String| Item {
        line,
        value: Value::Scalar(text),
    };
    let mut chosen = Vec::new();
    if let Some(list) = own.get("env_list") {
        chosen.push(("envlist".to_owned(), scalar(list.line, names(list))));
    }
    if let Some(labels) = own.get("labels") {
        let entries = labels.entries().iter();
        let lines = entries.map(|(label, list)| format!("{label} = {}", names(list)));
        let lines: Vec<String> = lines.collect();
        chosen.push(("labels".to_owned(), scalar(labels.line, lines.join("\n"))));
    }
    let section = |item: &Item| {
        let stated = item
            .entries()
            .iter()
            .filter_map(|(key, value)| match key.as_str() {
                "commands" => Some((key.clone(), commands(value))),
                "ignore_outcome" => Some((key.clone(), value.clone())),
                _ => None,
            });
        Item {
            line: item.line,
            value: Value::Map(stated.collect()),
        }
    };
    let mut sections = vec![(
        "tox".to_owned(),
        Item {
            line: own.line,
            value: Value::Map(chosen),
        },
    )];
    if let Some(base) = own.get("env_run_base") {
        sections.push(("testenv".to_owned(), section(base)));
    }
    let environments = own.get("env").map_or(&[][..], Item::entries);
    for (name, environment) in environments {
        sections.push((format!("testenv:{name}"), section(environment)));
    }
    Item {
        line: own.line,
        value: Value::Map(sections),
    }
}

/// Commands that are lists of words as the lines that `tox.ini` has for them, each on its line.
fn commands(list: &Item) -> Item {
    let first = list.items().first().map_or(list.line, |item| item.line);
    let mut text = String::new();
    let mut line = first;
    for command in list.items() {
        let apart = if text.is_empty() { 0 } else { 1 };
        for _ in 0..command.line.saturating_sub(line).max(apart) {
            text.push('\n');
            line += 1;
        }
        let words = command.items().iter().filter_map(|word| match word.text() {
            Some(word) => Some(word.to_owned()),
            None => {
                let is_passed = word.get("replace").and_then(Item::text) == Some("posargs");
                let default = word.get("default").map_or(&[][..], Item::items).iter();
                let default: Vec<&str> = default.filter_map(Item::text).collect();
                is_passed.then(|| format!("{{posargs:{}}}", default.join(" ")))
            }
        });
        text.push_str(&words.collect::<Vec<_>>().join(" "));
    }
    Item {
        line: first,
        value: Value::Scalar(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOX: &str = "[tox]\nenvlist = py{311,312}, lint, typing-core\nlabels =\n    quick = lint, py311\n[testenv]\ncommands =\n    slow: pytest --slow\n    pytest {posargs:-q} tests\n[testenv:lint]\ncommands = {[checks]commands}\n[testenv:typing-core]\ncommands =\n    - mypy src\n[checks]\ncommands =\n    ruff check .\n    black --check .\n";

    fn texts(command: &str) -> Vec<String> {
        let lines = run(command, &read(FILE, "", TOX).unwrap()).unwrap_or_default();
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn what_a_run_of_tox_does_is_read_from_its_file() {
        assert_eq!(texts("tox -e lint"), ["ruff check .", "black --check ."]);
        assert_eq!(texts("python -m tox run -e py39"), ["pytest -q tests"]);
        assert_eq!(texts("tox -e py311 -- -k fast"), ["pytest -k fast tests"]);
        assert_eq!(texts("tox -e py311-slow").len(), 2);
        assert_eq!(texts("tox -m quick").len(), 3);
        assert_eq!(texts("tox -f typing"), ["mypy src"]);
        assert_eq!(texts("tox").len(), 5);
        let lax = run("tox -e typing-core", &read(FILE, "", TOX).unwrap()).unwrap();
        assert!(lax[0].ignored.is_some());
    }

    #[test]
    fn a_section_that_stands_for_itself_many_times_comes_to_an_end() {
        let lines = "    {[a]commands}\n".repeat(2_000);
        let text = format!("[testenv:a]\ncommands =\n{lines}[a]\ncommands =\n{lines}");
        let file = read(FILE, "", &text);
        let run = run("tox -e a", &file.unwrap()).unwrap_or_default();
        assert_eq!(run.len(), MOST);
    }

    #[test]
    fn what_the_file_does_not_say_is_not_known() {
        let file = read(FILE, "", TOX).unwrap();
        for command in [
            "tox -e none",
            "tox -m none",
            "tox | tee log",
            "pip install tox",
        ] {
            assert_eq!(run(command, &file), None, "{command}");
        }
    }

    #[test]
    fn tables_of_toml_are_read_as_sections_are() {
        let text = "[tool.tox]\nenv_list = [\"py312\", \"style\"]\nlabels = { quick = [\"style\"] }\n\
             [tool.tox.env_run_base]\ncommands = [[\"pytest\", { replace = \"posargs\", default = [\"-q\"], extend = true }]]\n\
             [tool.tox.env.style]\ncommands = [\n  [\"-\", \"black\", \".\"],\n  [\"ruff\", \"check\"],\n]\n";
        let file = read("pyproject.toml", "tool.tox", text).unwrap();
        let texts = |command: &str| -> Vec<String> {
            let lines = run(command, &file).unwrap_or_default();
            lines.into_iter().map(|line| line.text).collect()
        };
        assert_eq!(texts("tox"), ["pytest -q", "black .", "ruff check"]);
        assert_eq!(texts("uvx tox -e py312 -- -k fast"), ["pytest -k fast"]);
        let style = run("tox -m quick", &file).unwrap();
        assert!(style[0].ignored.is_some() && style[1].ignored.is_none());
        assert_eq!((style[0].number, style[1].number), (8, 9));
        let old = "[tool.tox]\nlegacy_tox_ini = \"\"\"\n[testenv]\ncommands = pytest\n\"\"\"\n";
        let old = read("pyproject.toml", "tool.tox", old).unwrap();
        assert_eq!(run("tox -e py3", &old).unwrap()[0].number, 4);
    }
}
