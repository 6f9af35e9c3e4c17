//! Environments of tox: which of them a command runs, and what each does.
//!
//! Does not catch: environments of `pyproject.toml`, and those that a plugin makes.

use std::collections::BTreeSet;

use super::shell::Line;
use crate::budget;
use crate::document::{self, Item};

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
    if command.contains(['|', ';', '&', '$', '`']) {
        return None;
    }
    let (own, passed) = command.split_once(" -- ").unwrap_or((command, ""));
    let mut words = own.split_whitespace().skip_while(|word| {
        word.contains('=')
            || matches!(
                *word,
                "python" | "python3" | "-m" | "uv" | "uvx" | "run" | "pipx"
            )
    });
    if words.next() != Some("tox") {
        return None;
    }
    let words: Vec<&str> = words.collect();
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
            expand(line, &name, passed, file, &mut found);
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

/// Reads the file.
pub(super) fn read(text: &str) -> Option<Item> {
    document::read(FILE, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOX: &str = "[tox]\nenvlist = py{311,312}, lint, typing-core\nlabels =\n    quick = lint, py311\n[testenv]\ncommands =\n    slow: pytest --slow\n    pytest {posargs:-q} tests\n[testenv:lint]\ncommands = {[checks]commands}\n[testenv:typing-core]\ncommands =\n    - mypy src\n[checks]\ncommands =\n    ruff check .\n    black --check .\n";

    fn texts(command: &str) -> Vec<String> {
        let lines = run(command, &read(TOX).unwrap()).unwrap_or_default();
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
        let lax = run("tox -e typing-core", &read(TOX).unwrap()).unwrap();
        assert!(lax[0].ignored.is_some());
    }

    #[test]
    fn a_section_that_stands_for_itself_many_times_comes_to_an_end() {
        let lines = "    {[a]commands}\n".repeat(2_000);
        let file = read(&format!(
            "[testenv:a]\ncommands =\n{lines}[a]\ncommands =\n{lines}"
        ));
        let run = run("tox -e a", &file.unwrap()).unwrap_or_default();
        assert_eq!(run.len(), MOST);
    }

    #[test]
    fn what_the_file_does_not_say_is_not_known() {
        let file = read(TOX).unwrap();
        for command in [
            "tox -e none",
            "tox -m none",
            "tox | tee log",
            "pip install tox",
        ] {
            assert_eq!(run(command, &file), None, "{command}");
        }
    }
}
