//! Sessions of nox: which of them a command runs, and what each does. Its file is a program, and is read as text: the
//! functions that stand in it, and the commands that each hands over as literal words.
//!
//! Does not catch: sessions made in a loop, words that stand in variables, and what a branch of a session leaves out.

use std::collections::BTreeSet;

use super::programs;
use super::shell::{Line, launched};
use crate::budget;

/// The name of the file.
pub(super) const FILE: &str = "noxfile.py";
/// Functions, commands of a session, and words of a command beyond which nothing is read.
const MOST: usize = 1_000;

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    functions: Vec<Function>,
    /// What runs where no session is chosen.
    chosen: Option<Vec<String>>,
}

/// A function of the file.
#[derive(Debug, Default)]
struct Function {
    name: String,
    /// What stands above it, where it is a session.
    decorators: Option<String>,
    /// What it calls its first parameter.
    parameter: String,
    body: String,
    /// The 1-based line on which its body begins.
    first: u32,
}

impl Function {
    /// The name by which a command chooses it; `None` where it is no session.
    fn session(&self) -> Option<&str> {
        let above = self.decorators.as_deref()?;
        let named = above.match_indices("name").find_map(|(at, word)| {
            let rest = above.get(at + word.len()..)?.trim_start();
            let rest = rest.strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(quote).next()
        });
        Some(named.unwrap_or(&self.name))
    }

    fn has_tag(&self, tag: &str) -> bool {
        let above = self.decorators.as_deref().unwrap_or_default();
        let tags = above.split_once("tags").map_or("", |(_, tags)| tags);
        let tags = tags.split(']').next().unwrap_or_default();
        literals(tags).iter().any(|own| own == tag)
    }
}

/// Reads the file.
pub(super) fn read(text: &str) -> Option<Sessions> {
    if !budget::charge_text(text.len()) {
        return None;
    }
    let mut sessions = Sessions::default();
    let mut above = String::new();
    let mut options = String::new();
    let mut part = Part::Other;
    for (number, line) in (1u32..).zip(text.lines()) {
        let goes_on = line.is_empty() || line.starts_with([' ', '\t', ')', ']', '}', '#']);
        if !goes_on {
            part = Part::Other;
            if line.starts_with('@') {
                part = Part::Above;
            } else if let Some(rest) = line.strip_prefix("def ") {
                part = Part::Body;
                if sessions.functions.len() >= MOST {
                    return None;
                }
                let (name, rest) = rest.split_once('(').unwrap_or((rest, ""));
                let end = rest.find([',', ':', ')']).unwrap_or(rest.len());
                let is_session = above.contains("session");
                sessions.functions.push(Function {
                    name: name.trim().to_owned(),
                    decorators: Some(std::mem::take(&mut above)).filter(|_| is_session),
                    parameter: rest.get(..end).unwrap_or_default().trim().to_owned(),
                    body: String::new(),
                    first: number + 1,
                });
                continue;
            } else if line.starts_with("nox.options.sessions") {
                part = Part::Options;
            }
            if part != Part::Above {
                above.clear();
            }
        }
        let into = match part {
            Part::Above => &mut above,
            Part::Options => &mut options,
            Part::Body => match sessions.functions.last_mut() {
                Some(function) => &mut function.body,
                None => continue,
            },
            Part::Other => continue,
        };
        into.push_str(line);
        into.push('\n');
    }
    if let Some((_, list)) = options.split_once('=') {
        sessions.chosen = Some(literals(list));
    }
    Some(sessions)
}

/// What the lines that are read belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Above,
    Body,
    Options,
    Other,
}

/// What a command of the shell that is nothing but a run of nox comes to; `None` where it is none, or chooses in a way
/// that is not read here.
pub(super) fn run(command: &str, sessions: &Sessions) -> Option<Vec<Line>> {
    let (words, passed) = launched(command, "nox")?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut open = sessions.chosen_by(&words)?;
    let mut seen: BTreeSet<usize> = open.iter().copied().collect();
    let mut found = Vec::new();
    open.reverse();
    while let Some(at) = open.pop() {
        let function = sessions.functions.get(at)?;
        if found.len() >= MOST
            || !budget::charge_text(function.body.len() + sessions.functions.len())
        {
            return None;
        }
        found.extend(commands(function, &passed));
        for (other, called) in sessions.functions.iter().enumerate().rev() {
            if budget::charge_text(function.body.len())
                && calls(function, called)
                && seen.insert(other)
            {
                open.push(other);
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

impl Sessions {
    /// The functions that the words after `nox` choose.
    fn chosen_by(&self, words: &[&str]) -> Option<Vec<usize>> {
        let mut chosen = Vec::new();
        let mut is_chosen = false;
        let mut option = "";
        for word in words {
            let mut value = Some(*word);
            if word.starts_with('-') {
                let (name, given) = match word.split_once('=') {
                    Some((name, given)) => (name, Some(given)),
                    None => (*word, None),
                };
                (option, value) = (name, given);
                let is_other = ["-k", "--keywords", "-f", "--noxfile", "-l", "--list"];
                if is_other.contains(&name) {
                    return None;
                }
            }
            let Some(value) = value else {
                continue;
            };
            match option {
                "-s" | "-e" | "--session" | "--sessions" => {
                    is_chosen = true;
                    chosen.push(self.called(value)?);
                }
                "-t" | "--tag" | "--tags" => {
                    is_chosen = true;
                    let all = self.functions.iter().enumerate();
                    chosen.extend(all.filter(|(_, one)| one.has_tag(value)).map(|(at, _)| at));
                }
                _ => {}
            }
        }
        if is_chosen {
            return Some(chosen);
        }
        if let Some(names) = &self.chosen {
            return names.iter().map(|name| self.called(name)).collect();
        }
        let runs = |one: &Function| {
            let off = |above: &str| above.replace(' ', "").contains("default=False");
            one.decorators.as_deref().is_some_and(|above| !off(above))
        };
        let all = self.functions.iter().enumerate();
        Some(all.filter(|(_, one)| runs(one)).map(|(at, _)| at).collect())
    }

    /// The session of a name, or of a name with a version or parameters behind it: `tests-3.12`, `tests(db='x')`.
    fn called(&self, name: &str) -> Option<usize> {
        let name = name.trim_matches(['"', '\'']);
        let name = name.split('(').next().unwrap_or(name);
        let of = |wanted: &str| {
            let mut all = self.functions.iter();
            all.position(|one| one.session() == Some(wanted))
        };
        let versioned = || {
            let (before, version) = name.rsplit_once('-')?;
            let numbers = version.trim_start_matches("pypy");
            numbers
                .starts_with(|c: char| c.is_ascii_digit())
                .then(|| of(before))?
        };
        of(name).or_else(versioned)
    }
}

/// Whether a function hands what it was given to another one of the file, or asks for it to run later.
fn calls(function: &Function, other: &Function) -> bool {
    let body = &function.body;
    let stands = |text: String| body.contains(&text);
    let own = &function.parameter;
    stands(format!(" {}({own}", other.name))
        || other.session().is_some_and(|name| {
            stands(format!("{own}.notify(\"{name}\"")) || stands(format!("{own}.notify('{name}'"))
        })
}

/// The commands that a function hands over, with what a run passes on.
fn commands(function: &Function, passed: &str) -> Vec<Line> {
    let mut found = programs::started(&function.body);
    let takes_more = !passed.is_empty() && function.body.contains("posargs");
    for line in &mut found {
        line.number = line.number.saturating_add(function.first.saturating_sub(1));
        if takes_more {
            line.text = format!("{} {passed}", line.text);
        }
    }
    found
}

/// The literal texts in a piece of the file.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'']).filter(|_| found.len() < MOST) {
        let quote = if rest.get(at..).is_some_and(|rest| rest.starts_with('"')) {
            '"'
        } else {
            '\''
        };
        let inside = rest.get(at + 1..).unwrap_or_default();
        let (literal, after) = inside.split_once(quote).unwrap_or((inside, ""));
        found.push(literal.to_owned());
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
import nox

nox.options.sessions = ["style", "unit"]


@nox.session(name="style", tags=["fast"])
def check_style(session):
    session.install("ruff")
    session.run("ruff", "check", ".")  # all of it
    # session.run("black", ".")


def _measured(session: nox.Session, *more: str) -> None:
    session.run(
        "coverage",
        "run",
        "-m", "pytest",
        *more,
        *session.posargs,
        silent=True,
    )


@nox.session(python=["3.11", "3.12"])
@nox.parametrize("db", ["a", "b"])
def unit(session, db):
    _measured(session)
    session.notify("report")


@nox.session(default=False)
def report(session):
    session.run("coverage", "report", "--fail-under=90", success_codes=[0, 2])
"#;

    fn texts(command: &str) -> Vec<String> {
        let lines = run(command, &read(FILE).unwrap()).unwrap_or_default();
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn what_a_run_of_nox_does_is_read_from_its_file() {
        assert_eq!(texts("nox -s style"), ["ruff check ."]);
        assert_eq!(texts("pipx run nox -R -t fast"), ["ruff check ."]);
        let measured = "coverage run -m pytest -k quick";
        let reported = "coverage report --fail-under=90";
        assert_eq!(texts("nox -s unit-3.12 -- -k quick"), [measured, reported]);
        assert_eq!(texts("python -m nox").len(), 3);
        assert_eq!(texts("nox --session=style report").len(), 2);
        let lines = run("nox -e report", &read(FILE).unwrap()).unwrap();
        assert_eq!(
            (lines[0].number, lines[0].ignored),
            (34, Some(programs::FORGIVEN))
        );
    }

    #[test]
    fn what_the_file_does_not_say_is_not_known() {
        let file = read(FILE).unwrap();
        for command in [
            "nox -s none",
            "nox -k style",
            "nox | tee log",
            "pip install nox",
            "nox -l",
        ] {
            assert_eq!(run(command, &file), None, "{command}");
        }
    }

    #[test]
    fn sessions_that_call_each_other_come_to_an_end() {
        let text = "@session\ndef a(session):\n    b(session)\n\n\ndef b(session):\n    a(session)\n    session.run(\"pytest\")\n";
        assert_eq!(run("nox", &read(text).unwrap()).unwrap().len(), 1);
    }
}
