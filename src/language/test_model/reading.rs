//! What the readers of all languages share: texts as one line, conditions of the machine, names bound before.
//!
//! Does not catch: see the readers.

use crate::text::is_in_word;
use std::hash::{Hash, Hasher};

use super::{Decider, Fate};

/// A hash that is the same in every run.
pub(in crate::language) fn hash(text: &str) -> u64 {
    #[expect(
        deprecated,
        reason = "the one hasher of std whose result is fixed by its documentation"
    )]
    let mut hasher = std::hash::SipHasher::new();
    text.hash(&mut hasher);
    hasher.finish().max(1)
}

/// White space folded, cut to what a message can hold.
pub(crate) fn one_line(text: &str) -> String {
    const LONGEST: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

/// A place in the tree where tests are kept, going by its folders.
pub(crate) fn in_test_folder(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folder, _)| {
        folder.split('/').any(|part| {
            matches!(
                part,
                "tests"
                    | "test"
                    | "testing"
                    | "unittests"
                    | "spec"
                    | "specs"
                    | "__tests__"
                    | "__mocks__"
                    | "cypress"
                    | "e2e"
            )
        })
    })
}

/// Whether a condition asks for the machine that the tests run on: its system, versions, features.
pub(in crate::language) fn of_the_machine(condition: &str) -> bool {
    const WORDS: [&str; 20] = [
        "platform",
        "version",
        "os.name",
        "windows",
        "win32",
        "linux",
        "darwin",
        "macos",
        "unix",
        "pypy",
        "cpython",
        "cfg!",
        "cfg(",
        "miri",
        "target_",
        "find_spec",
        "which(",
        "maxsize",
        "byteorder",
        "wasm",
    ];
    let mut quoted = false;
    let bare: String = condition
        .chars()
        .filter(|c| {
            quoted ^= matches!(c, '"' | '\'');
            !quoted
        })
        .collect();
    let lower = bare.to_lowercase();
    let mut names = bare
        .split(|c: char| !is_in_word(c))
        .filter(|word| word.starts_with(char::is_alphabetic))
        .filter(|word| !matches!(*word, "not" | "and" | "or"))
        .peekable();
    // A flag in capitals (`WIN`, `HAS_SSL`) is what modules call such facts.
    let flags = names.peek().is_some()
        && names.all(|word| word.len() > 1 && word.chars().all(|c| !c.is_lowercase()));
    flags || WORDS.iter().any(|word| lower.contains(word))
}

/// Who decides whether a condition holds, going by its words.
pub(in crate::language) fn decider(condition: &str) -> Decider {
    const VARIABLES: [&str; 6] = [
        "environ",
        "getenv",
        "env::var",
        "var_os",
        "option_env!",
        "process.env",
    ];
    const CI: [&str; 9] = [
        "ci",
        "github",
        "gitlab",
        "travis",
        "jenkins",
        "circleci",
        "buildkite",
        "appveyor",
        "buildbot",
    ];
    let lower = condition.to_lowercase();
    let is_ci = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| CI.contains(&word));
    let denied = ["not ", "isNone", "is None", "!=", "is_err", "is_none"];
    if is_ci {
        // What runs in CI alone runs where it counts.
        return match denied.iter().any(|word| condition.contains(word)) {
            true => Decider::Machine,
            false => Decider::Runner,
        };
    }
    let asks = VARIABLES.iter().any(|word| lower.contains(word));
    if asks {
        Decider::Runner
    } else {
        Decider::Nobody
    }
}

/// What the assignments right before a statement bound, by name: the value as one line, and whether it
/// calls anything.
#[derive(Clone, Debug, Default)]
pub(in crate::language) struct Bound(
    pub(in crate::language) std::collections::BTreeMap<String, (String, bool)>,
);

impl Bound {
    /// Whether two sides, each with whether it calls anything, are one value written twice; if so, whether
    /// nothing is called on the way. Names of two calls are two values: they may differ.
    pub(in crate::language) fn same(
        &self,
        left: (&str, bool),
        right: (&str, bool),
    ) -> Option<bool> {
        if left.0 == right.0 {
            return Some(!left.1 && !right.1);
        }
        let (from, to) = (self.origin(left.0), self.origin(right.0));
        if from == to {
            return Some(!left.1 && !right.1);
        }
        let value = |name: &str| self.0.get(name).filter(|(_, calls)| *calls);
        let copied = |name: &str, other: &str| value(name).is_some_and(|(text, _)| text == other);
        (copied(from, right.0) || copied(to, left.0)).then_some(false)
    }

    /// What a name calls that stands for a call with arguments of its own: `partial(f, 1)`.
    pub(in crate::language) fn partial_of(&self, name: &str) -> Option<String> {
        let (text, _) = self.0.get(name)?;
        let inner = text.split_once("partial(")?;
        let plain = inner.0.is_empty() || inner.0 == "functools.";
        let end = inner.1.find([',', ')'])?;
        Some(inner.1.get(..end)?.to_owned()).filter(|of| plain && of.chars().all(is_in_word))
    }

    /// A text with the names that stand for calls written out; empty where there are none in it.
    pub(in crate::language) fn resolve(&self, text: &str) -> String {
        let value = |name: &str| Some(self.0.get(name)?.0.as_str());
        let told = match self.0.is_empty() {
            true => return String::new(),
            false => substituted(text, value),
        };
        if told == text { String::new() } else { told }
    }

    /// The name that a name was copied from.
    fn origin<'t>(&'t self, mut name: &'t str) -> &'t str {
        for _ in 0..4 {
            match self.0.get(name) {
                Some((text, false))
                    if text.starts_with(|c: char| c.is_alphabetic() || c == '_')
                        && text.chars().all(is_in_word) =>
                {
                    name = text;
                }
                _ => break,
            }
        }
        name
    }
}

/// A text in which each whole name that has a value stands for it; members and what is quoted stay as they are.
pub(crate) fn substituted<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    /// What a message or a comparison needs at most.
    const LONGEST: usize = 2_000;
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !is_in_word(c)).unwrap_or(rest.len());
        let (taken, left) = rest.split_at(word.max(if word == 0 { c.len_utf8() } else { word }));
        match (word, quote) {
            (0, Some(open)) if open == c => quote = None,
            (0, None) if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        let is_name = word > 0 && quote.is_none() && !told.ends_with('.');
        // `f(name=value)`: the name before `=` is a parameter's.
        let is_parameter = left.starts_with('=') && !left.starts_with("==");
        match value(taken).filter(|_| is_name && !is_parameter && told.len() < LONGEST) {
            Some(value) => told.push_str(value),
            None => told.push_str(taken),
        }
        rest = left;
    }
    told
}

/// Where an assertion stands.
#[derive(Clone, Debug)]
pub(in crate::language) struct Setting {
    pub fate: Fate,
    pub conditional: bool,
    pub marker: bool,
    /// Whether a condition around it, or a return before it, depends on more than the machine.
    pub guarded: bool,
    /// The condition of the nearest branch around it, as one line.
    pub condition: Option<String>,
    /// Who decides whether that holds.
    pub decider: Decider,
    /// What the handler around it catches, where that is any failure.
    pub caught: Option<String>,
}

/// Stretches of bytes, to be asked whether they hold a place.
#[derive(Default)]
pub(in crate::language) struct Stretches(Vec<std::ops::Range<usize>>);

impl Stretches {
    /// From stretches in any order, overlapping or not.
    pub(in crate::language) fn new(mut stretches: Vec<std::ops::Range<usize>>) -> Self {
        stretches.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<std::ops::Range<usize>> = Vec::new();
        for range in stretches {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Whether one of them holds the byte.
    pub(in crate::language) fn hold(&self, at: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= at);
        after
            .checked_sub(1)
            .and_then(|last| self.0.get(last))
            .is_some_and(|range| at < range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_of_the_machine_asks_nothing_of_the_code() {
        for machine in [
            "sys.platform==\"win32\"",
            "WIN",
            "not HAS_SSL and PY3",
            "cfg!(miri)",
        ] {
            assert!(of_the_machine(machine), "{machine}");
        }
        for code in [
            "result==EXPECTED",
            "let Ok(money)=parse(\"3 EUR\")",
            "total(\"windows\")",
            "x",
        ] {
            assert!(!of_the_machine(code), "{code}");
        }
    }

    #[test]
    fn overlapping_stretches_are_one() {
        let stretches = Stretches::new(vec![5..9, 0..3, 7..12]);
        for (at, held) in [(0, true), (3, false), (5, true), (11, true), (12, false)] {
            assert_eq!(stretches.hold(at), held, "{at}");
        }
    }
}
