//! Programs that a program of the tree starts, in whatever language it is written: the texts in the calls that start
//! them, as words of a command.
//!
//! Does not catch: commands that are put together while it runs, or that stand in a variable.

use super::shell::Line;
use crate::budget;

/// Endings of programs that CI may start.
const ENDINGS: &[&str] = &["py", "js", "mjs", "cjs", "ts", "rb"];
/// Calls that start a program.
const STARTS: &[&str] = &[
    "run(",
    "call(",
    "check_call(",
    "check_output(",
    "Popen(",
    "system(",
    "run_always(",
    "execSync(",
    "spawnSync(",
    "execFileSync(",
    "spawn(",
    "exec(",
    "sh(",
];
/// What stands before a program that is started by name.
const INTERPRETERS: &[&str] = &[
    "python", "python3", "py", "node", "ruby", "bun", "deno", "run", "tsx", "ts-node", "exec",
];
/// Why the failure of a program does not count where its caller says so.
pub(super) const FORGIVEN: &str = "its caller takes any outcome for success";
/// Why it does not where the caller ends with success whatever it comes to.
pub(super) const ENDS_WELL: &str = "the program ends well all the same";
/// Bytes of one call that are read.
const LONGEST: usize = 2_000;

/// Whether a path is that of such a program.
pub(super) fn is_program(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending)
}

/// Whether the word at this place is a program that the command starts, and no argument of another one.
pub(super) fn is_started(words: &[String], at: usize) -> bool {
    let mut before = words.get(..at).unwrap_or_default().iter().rev();
    match before.find(|word| !word.starts_with('-') || *word == "-m") {
        None => true,
        Some(word) => {
            let name = word.rsplit('/').next().unwrap_or(word);
            INTERPRETERS.contains(&name) || words.get(at).is_some_and(|word| word.starts_with("./"))
        }
    }
}

/// The commands that a program starts.
pub(super) fn started(text: &str) -> Vec<Line> {
    budget::charge_text(text.len());
    let ends_well = ends_well(text);
    let mut found = Vec::new();
    let mut offset = 0;
    for (number, line) in (1u32..).zip(text.split_inclusive('\n')) {
        let start = offset;
        offset += line.len();
        let code = line.trim_start();
        if code.starts_with(['#', '*']) || code.starts_with("//") {
            continue;
        }
        let places = STARTS
            .iter()
            .filter_map(|call| Some(line.find(call)? + call.len()));
        let Some(at) = places.min() else {
            continue;
        };
        let behind = text.get(start + at..).unwrap_or_default();
        let (words, own) = literals(behind);
        if words.is_empty() {
            continue;
        }
        let forgiven =
            own.contains("success_codes") || own.contains("check=False") || is_unread(code, own);
        found.push(Line {
            text: words.join(" "),
            number,
            ignored: forgiven.then_some(FORGIVEN).or(ends_well),
        });
    }
    found
}

/// Whether nobody looks at the outcome of a call that a line begins with, and it does not fail by itself.
fn is_unread(code: &str, own: &str) -> bool {
    let calls = ["subprocess.run(", "subprocess.call(", "os.system("];
    calls.iter().any(|call| code.starts_with(call)) && !own.contains("check=True")
}

/// The texts of a call up to its closing bracket, and the call.
fn literals(behind: &str) -> (Vec<String>, &str) {
    let mut words: Vec<String> = Vec::new();
    let (mut depth, mut quote, mut word) = (1_u32, None, String::new());
    for (at, c) in behind.char_indices() {
        if at > LONGEST {
            break;
        }
        match (quote, c) {
            (Some(open), _) if c == open => {
                quote = None;
                words.push(std::mem::take(&mut word));
            }
            (Some(_), _) => word.push(c),
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => {
                depth -= 1;
                if depth == 0 {
                    words.retain(|word| !word.is_empty());
                    return (words, behind.get(..at).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    (Vec::new(), "")
}

/// Why no failure of what a program starts counts: it ends with success whatever they come to.
fn ends_well(text: &str) -> Option<&'static str> {
    let squeezed = |line: &str| -> String { line.split_whitespace().collect::<Vec<_>>().join(" ") };
    let chooses = text.lines().map(squeezed).any(|line| {
        line.contains("exit(0 if ")
            || line.contains("process.exit(0)")
            || line.contains("? 0 :") && line.contains("exit(")
    });
    let last = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let is_last = [
        "sys.exit(0)",
        "exit(0)",
        "process.exit(0);",
        "process.exit(0)",
        "exit 0",
    ]
    .contains(&last.trim());
    (chooses || is_last).then_some(ENDS_WELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, bool)> {
        let lines = started(text).into_iter();
        lines
            .map(|line| (line.text, line.ignored.is_some()))
            .collect()
    }

    #[test]
    fn the_texts_of_a_call_are_a_command() {
        let text =
            "import subprocess\nsubprocess.run(\n    [\"pytest\", '-q'],\n    check=True,\n)\n";
        assert_eq!(of(text), [("pytest -q".to_owned(), false)]);
        let text = "session.run('mypy', 'src', success_codes=[0, 1])\n";
        assert_eq!(of(text), [("mypy src".to_owned(), true)]);
        let text = "rc = call([\"pytest\"])\nsys.exit(0 if os.environ.get('CI') else rc)\n";
        assert_eq!(of(text), [("pytest".to_owned(), true)]);
        assert_eq!(of("# run('pytest')\n"), []);
    }

    #[test]
    fn an_argument_is_not_started() {
        let is = |command: &str, at: usize| {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            is_started(&words, at)
        };
        assert!(is("python scripts/check.py", 1) && is("./check.py", 0) && is("python -u a.py", 2));
        assert!(!is("pytest tests/test_a.py", 1) && !is("ruff check a.py", 2));
    }
}
