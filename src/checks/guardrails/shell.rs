//! Commands of CI as a shell reads them: which of them check something, and whose failure counts.
//!
//! Does not catch: what variables and functions of the shell stand for.

use super::lists::LISTS;
use super::reach::Reach;
use crate::budget;
use crate::document::Item;
use crate::text;

/// Why the failure of a command before a pipe is lost.
pub(super) const PIPED: &str = "a pipe without pipefail";
/// Why the failure of a command inside a script is lost.
pub(super) const UNSTOPPED: &str = "the script goes on after a failure";

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// 1-based.
    pub(super) number: u32,
    /// Why its failure does not count, as the lines around it say.
    pub(super) ignored: Option<&'static str>,
}

impl Line {
    /// A command with nothing around it.
    pub(super) fn plain(text: &str, number: u32) -> Self {
        Self {
            text: text.to_owned(),
            number,
            ignored: None,
        }
    }
}

/// The lines of a command: of a block, or of a list of commands; `goes_on` where the shell does not stop at a
/// failure.
pub(super) fn lines(value: &Item, goes_on: bool) -> Vec<Line> {
    let scalars: Vec<&Item> = if value.items().is_empty() {
        vec![value]
    } else {
        value.items().iter().collect()
    };
    let mut found = Vec::new();
    for item in scalars {
        found.extend(block(item.text().unwrap_or_default(), item.line, goes_on));
    }
    found
}

/// The words behind a program, and what stands behind ` -- `, in a command that is nothing but a run of it: by itself, or
/// by what starts programs. An expression of a workflow stands for some number.
pub(super) fn launched(command: &str, program: &str) -> Option<(Vec<String>, String)> {
    const STARTERS: [&str; 8] = [
        "python", "python3", "uv", "uvx", "pipx", "poetry", "pdm", "hatch",
    ];
    let mut text = String::new();
    let mut rest = command;
    while let Some((before, behind)) = rest.split_once("${{") {
        text.push_str(before);
        text.push('0');
        rest = behind.split_once("}}")?.1;
    }
    text.push_str(rest);
    if text.contains(['|', ';', '&', '$', '`']) || installs(&text) {
        return None;
    }
    let (own, passed) = text.split_once(" -- ").unwrap_or((&text, ""));
    let words = own.split_whitespace().skip_while(|word| word.contains('='));
    let words: Vec<&str> = words.collect();
    let at = words.iter().position(|word| *word == program)?;
    let is_run = at == 0 || words.first().is_some_and(|first| STARTERS.contains(first));
    let behind = words.get(at + 1..)?;
    is_run.then(|| {
        (
            behind.iter().map(|word| (*word).to_owned()).collect(),
            passed.to_owned(),
        )
    })
}

/// The commands of a block of shell, whose first line has this number; a line that ends in `\\` goes on.
pub(super) fn block(text: &str, first: u32, goes_on: bool) -> Vec<Line> {
    budget::charge_text(text.len());
    let mut found: Vec<Line> = Vec::new();
    let mut joined = String::new();
    let mut lax = goes_on;
    let mut fails = None;
    let mut document: Option<String> = None;
    let mut documents = 0;
    let mut replaced: Vec<String> = Vec::new();
    let mut reach = Reach::default();
    for (number, line) in (first..).zip(text.lines()) {
        let line = line.trim();
        // What a command is given to read is run by nobody.
        if let Some(end) = &document {
            if line == end {
                document = None;
            }
            continue;
        }
        // A comment runs nothing.
        if line.starts_with('#') {
            continue;
        }
        joined.push_str(line.trim_end_matches('\\').trim_end());
        if line.ends_with('\\') {
            joined.push(' ');
            continue;
        }
        let command = std::mem::take(&mut joined);
        let may_read = documents < MOST_DEFINED && command.contains("<<");
        documents += usize::from(may_read);
        document = may_read.then(|| given_to_read(&command, text)).flatten();
        let Some(ends) = reach.pass(&command) else {
            continue;
        };
        lax = stops_at_failures(&command).map_or(lax, |stops| !stops);
        let is_replaced = replaced.iter().any(|name| is_run(&command, name));
        let ignored = lax
            .then_some("set +e")
            .or(is_replaced.then_some("the shell runs another command of that name"))
            .or(ends);
        if let Some(name) = defined(&command).filter(|_| replaced.len() < MOST_DEFINED) {
            replaced.push(name.to_owned());
        }
        let asks = ["if ", "elif ", "while ", "until "]
            .iter()
            .find_map(|word| command.strip_prefix(word));
        let Some(rest) = asks else {
            found.push(Line {
                text: command,
                number,
                ignored,
            });
            continue;
        };
        // What `if` asks decides nothing, unless a branch of it fails.
        let (asked, then) = rest
            .split_once("; then")
            .or_else(|| rest.split_once("; do"))
            .unwrap_or((rest, ""));
        let fails = fails.get_or_insert_with(|| fails_from(text));
        let at = number.saturating_sub(first) as usize;
        let fails = fails.get(at).is_some_and(|fails| *fails);
        found.push(Line {
            text: asked.to_owned(),
            number,
            ignored: ignored.or((!fails).then_some("it is only asked by `if`")),
        });
        if !then.trim().is_empty() {
            found.push(Line {
                text: then.to_owned(),
                number,
                ignored,
            });
        }
    }
    // The last command is what a block without `-e` ends with.
    let ends =
        |line: &&mut Line| !matches!(line.text.as_str(), "" | "fi" | "done" | "}" | "esac" | ";;");
    if goes_on && let Some(last) = found.iter_mut().rev().find(ends) {
        last.ignored = None;
    }
    found
}

/// Names that a block gives to commands of its own, beyond which no more are heeded.
const MOST_DEFINED: usize = 50;

/// The commands of a script, which goes on after a failure where it does not say otherwise; `stops` where whoever calls
/// it says so.
pub(super) fn script(text: &str, stops: bool) -> Vec<Line> {
    let called_with = text.lines().next().filter(|line| line.starts_with("#!"));
    let is_strict = called_with.is_some_and(|line| line.split_whitespace().any(has_e));
    // One that asks for the outcome of its commands decides itself.
    let decides = text.contains("$?") || text.contains("trap ") || text.contains("set -");
    let mut lines = block(text, 1, !(stops || is_strict || decides));
    for line in &mut lines {
        let handled = line
            .text
            .split_once("||")
            .is_some_and(|(_, rest)| is_failure(rest));
        let chained = line.text.ends_with("&&");
        line.ignored = match line.ignored {
            Some("set +e") if !text.contains("set +") => {
                (!handled && !chained).then_some(UNSTOPPED)
            }
            other => other,
        };
    }
    lines
}

/// Whether a word is a group of options with which a shell stops at a failure.
pub(super) fn has_e(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains('e')
}

/// The word that ends what a command is given to read (`cat <<END`), where no shell reads it, and nothing runs the file
/// that it is written to.
fn given_to_read(command: &str, text: &str) -> Option<String> {
    let (before, rest) = command.split_once("<<")?;
    let word = rest.trim_start_matches('-').trim_start();
    let end: String = word
        .trim_start_matches(['"', '\'', '\\'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let is_read_by_shell = before.split_whitespace().any(|word| {
        let program = word.rsplit('/').next().unwrap_or(word);
        matches!(
            program,
            "sh" | "bash" | "zsh" | "dash" | "ssh" | "su" | "docker" | "podman" | "source" | "."
        )
    });
    let written = command.rsplit('>').next().filter(|_| command.contains('>'));
    let file = written
        .map(str::trim)
        .filter(|file| !file.is_empty() && !file.contains(' '));
    let is_run = command.contains('|') || file.is_some_and(|file| is_started(text, file));
    let is_document = !rest.starts_with('<') && !end.is_empty();
    (is_document && !is_read_by_shell && !is_run).then_some(end)
}

/// Whether a line of a text does more with a file than to show it.
fn is_started(text: &str, file: &str) -> bool {
    budget::charge_text(text.len());
    let lines = text.lines().filter(|line| !line.contains("<<"));
    let mut named = lines.filter(|line| {
        let mut words = line.split_whitespace();
        words.any(|word| word.trim_start_matches("./") == file)
    });
    named.any(|line| {
        let first = line.split_whitespace().next().unwrap_or_default();
        !matches!(
            first,
            "cat" | "echo" | "ls" | "head" | "tail" | "grep" | "less" | "wc" | "rm"
        )
    })
}

/// The command that an alias or a function of the shell stands in place of.
fn defined(command: &str) -> Option<&str> {
    let name = match command.strip_prefix("alias ") {
        Some(rest) => rest.split('=').next()?,
        None => {
            let rest = command.strip_prefix("function ").unwrap_or(command);
            rest.split_once("()")?.0
        }
    };
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| text::is_in_word(c) || c == '-');
    is_name.then_some(name)
}

/// Whether a command runs the program of this name.
fn is_run(command: &str, name: &str) -> bool {
    let mut words = command
        .split_whitespace()
        .filter(|word| !word.contains('='));
    words.next() == Some(name)
}

/// What a `set` says of failures: whether the shell stops at one.
fn stops_at_failures(command: &str) -> Option<bool> {
    let mut words = command.split_whitespace();
    if words.next() != Some("set") {
        return None;
    }
    let mut stated = None;
    while let Some(word) = words.next() {
        let stops = word.starts_with('-');
        let short = word.get(1..).unwrap_or_default();
        if !(stops || word.starts_with('+')) {
            continue;
        }
        if short.contains('e') || short.ends_with('o') && words.next() == Some("errexit") {
            stated = Some(stops);
        }
    }
    stated
}

/// By line, whether one from there up to its `fi` or `done` ends with a failure.
fn fails_from(text: &str) -> Vec<bool> {
    budget::charge_text(text.len());
    let mut fails = false;
    let mut found: Vec<bool> = text
        .lines()
        .rev()
        .map(|line| {
            let end = line.trim();
            let is_end =
                matches!(end, "fi" | "done") || end.ends_with("; fi") || end.ends_with("; done");
            fails = is_failure(line) || (fails && !is_end);
            fails
        })
        .collect();
    found.reverse();
    found
}

/// Whether a text ends a shell with a failure, or keeps one for later.
fn is_failure(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | ')' | '(' | '{' | '}'))
        .filter(|word| !word.is_empty())
        .collect();
    words.contains(&"false")
        || text.contains("=1")
        || text.contains("=$?")
        || words
            .windows(2)
            .any(|pair| matches!(pair[0], "exit" | "return") && pair[1] != "0")
        || words.last().is_some_and(|last| *last == "exit")
}

/// What stands in a command that drops its failure.
pub(super) fn shrugs(text: &str) -> Option<&'static str> {
    const SILENCERS: &[&str] = &[
        "|| true",
        "|| :",
        "|| exit 0",
        "|| echo",
        "|| printf",
        "; true",
        "; exit 0",
        "|| /bin/true",
    ];
    let compact: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let silencer = SILENCERS.iter().find(|silencer| {
        compact
            .split_once(**silencer)
            .is_some_and(|(_, rest)| !is_failure(rest))
    });
    if let Some(silencer) = silencer {
        return Some(silencer);
    }
    if compact.starts_with("! ") {
        return Some("! before the command");
    }
    if compact.contains("--exit-zero") {
        return Some("--exit-zero");
    }
    (compact.ends_with(" &")).then_some("it runs in the background")
}

/// Whether what stands behind a command goes into a pipe.
pub(super) fn is_piped(behind: &str) -> bool {
    let end = behind.find("&&").or_else(|| behind.find(';'));
    let own = behind.get(..end.unwrap_or(behind.len())).unwrap_or(behind);
    own.replace("||", "  ").contains(" | ")
}

/// Whether a command that names a tool at a byte checks anything with it.
pub(super) fn checks(tool: &str, text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let own = before.rsplit(['&', ';', '|']).next().unwrap_or(before);
    if matches!(
        own.split_whitespace().next(),
        Some("echo" | "printf" | "alias")
    ) {
        return false;
    }
    // A module that is only loaded checks nothing.
    if before.trim_end().ends_with("import") {
        return false;
    }
    let from = text.get(at..).unwrap_or_default();
    if from.trim_start_matches(text::is_in_word).starts_with("()") {
        return false;
    }
    let has = |options: &[&str]| {
        let mut words = text.split_whitespace();
        words.any(|word| options.contains(&word))
    };
    let idle = LISTS.idle.get(tool);
    let is_idle = idle.is_some_and(|options| {
        let mut words = text.split_whitespace();
        words.any(|word| options.contains(word))
    });
    let shows = has(&["--version", "--help"]);
    !shows
        && !is_idle
        && match tool {
            "rustfmt" => text.contains("--check"),
            "black" => text.contains("--check") || text.contains("--diff"),
            "isort" => text.contains("--check") || text.contains("--diff") || has(&["-c"]),
            "ruff" if text.contains("ruff format") && !text.contains("ruff check") => {
                text.contains("--check") || text.contains("--diff")
            }
            _ => true,
        }
}

/// Whether a line only installs what it names.
pub(super) fn installs(text: &str) -> bool {
    [
        "pip install",
        "pipx install",
        "cargo install",
        "uv tool install",
        "npm install",
        "npm i ",
        "yarn add",
        "pnpm add",
        "bun add",
        "pip3 install",
        "gem install",
        "go install",
        "composer require",
        "apt-get install",
        "apt install",
        "brew install",
        "uv sync",
        "uv pip",
        "rustup component",
        "conda install",
    ]
    .iter()
    .any(|verb| text.contains(verb))
}

/// Where a word stands in a command, at the edges of words.
pub(super) fn stands_in(text: &str, written: &str) -> Option<usize> {
    text::stands_in(text, written, |c| text::is_in_word(c) || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_block_ignores_is_told_by_line() {
        let of = |text: &str| -> Vec<(String, Option<&'static str>)> {
            let lines = block(text, 1, false).into_iter();
            lines.map(|line| (line.text, line.ignored)).collect()
        };
        assert_eq!(of("set +x -e\na")[1].1, None);
        assert_eq!(of("set +ex\na")[1].1, Some("set +e"));
        assert_eq!(of("set +o errexit\na")[1].1, Some("set +e"));
        assert_eq!(of("set +e\na\nset -e\nb")[3].1, None);
        let asked = Some("it is only asked by `if`");
        assert_eq!(of("if ! pytest; then\n  echo x\nfi")[0].1, asked);
        assert_eq!(of("if ! pytest; then\n  exit 1\nfi")[0].1, None);
        assert_eq!(of("if pytest; then echo a; else exit 2; fi")[0].1, None);
        assert_eq!(
            of("if [ -f x ]; then pytest; fi")[1],
            (" pytest; fi".to_owned(), None)
        );
        assert_eq!(of("a \\\n  b")[0].0, "a b");
    }

    #[test]
    fn shrugs_that_fail_after_all_are_none() {
        for text in [
            "a || true",
            "a; exit 0",
            "a || printf x",
            "a &",
            "a --exit-zero",
        ] {
            assert!(shrugs(text).is_some(), "{text}");
        }
        for text in [
            "a || echo x && exit 1",
            "a || (cat log; exit 1)",
            "a && b",
            "a || a --lf",
        ] {
            assert!(shrugs(text).is_none(), "{text}");
        }
        assert!(is_piped(" -q | tee log") && !is_piped(" || b") && !is_piped(" && b | c"));
    }
}
