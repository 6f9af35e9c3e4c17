//! Commands of CI as a shell reads them: which of them check something, and whose failure counts.
//!
//! Does not catch: what variables and functions of the shell stand for.

use super::lists::LISTS;
use crate::budget;
use crate::document::Item;
use crate::text;

/// Why the failure of a command before a pipe is lost.
pub(super) const PIPED: &str = "a pipe without pipefail";

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

/// The commands of a block of shell, whose first line has this number; a line that ends in `\\` goes on.
pub(super) fn block(text: &str, first: u32, goes_on: bool) -> Vec<Line> {
    budget::charge_text(text.len());
    let mut found: Vec<Line> = Vec::new();
    let mut joined = String::new();
    let mut lax = goes_on;
    let mut fails = None;
    for (number, line) in (first..).zip(text.lines()) {
        let line = line.trim();
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
        lax = stops_at_failures(&command).map_or(lax, |stops| !stops);
        let ignored = lax.then_some("set +e");
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
    if goes_on && let Some(last) = found.last_mut() {
        last.ignored = None;
    }
    found
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
    if matches!(own.split_whitespace().next(), Some("echo" | "printf")) {
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
