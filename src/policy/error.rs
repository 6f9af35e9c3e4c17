//! What is wrong with a policy file, and where: `draftgate.toml:7:3: unknown key ..; did you mean ..`.

use std::fmt;

use crate::text::LineStarts;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in Unicode scalar values.
    pub column: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// A policy that cannot be used: nothing is judged with it (exit code 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The file, as messages show it.
    pub file: String,
    /// What is wrong with it, in the order of the file; never empty.
    pub problems: Vec<Problem>,
}

impl PolicyError {
    /// A file that cannot be read as text at all: binary, a symbolic link, missing bytes.
    pub fn unreadable(file: &str, why: &str) -> Self {
        Self {
            file: file.to_owned(),
            problems: vec![Problem {
                line: 1,
                column: 1,
                message: format!("the policy cannot be read: {why}"),
            }],
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            let Problem {
                line,
                column,
                message,
            } = problem;
            write!(f, "{}:{line}:{column}: {message}", self.file)?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}

/// Where the lines of a text begin, to be asked for many places.
pub(super) struct Positions<'t> {
    text: &'t str,
    starts: LineStarts,
}

impl<'t> Positions<'t> {
    /// Those of a text.
    pub(super) fn of(text: &'t str) -> Self {
        let starts = LineStarts::of(text);
        Self { text, starts }
    }

    /// The 1-based line of a byte.
    pub(super) fn line(&self, byte: usize) -> usize {
        self.starts.line(byte) as usize
    }

    /// The 1-based line and column, in characters, of a byte.
    pub(super) fn of_byte(&self, byte: usize) -> (usize, usize) {
        let (line, column) = self.starts.position(self.text, byte.min(self.text.len()));
        (line as usize, column as usize)
    }
}

/// "did you mean `x`?" where one of the valid words is near, otherwise the list of them.
pub(super) fn suggestion(word: &str, valid: &[&str]) -> String {
    // A word of hostile length is near to nothing.
    let near = (word.len() <= 64)
        .then(|| {
            valid
                .iter()
                .map(|valid| (strsim::damerau_levenshtein(word, valid), *valid))
                .min()
        })
        .flatten()
        .filter(|(distance, valid)| *distance <= 1 + valid.len().min(word.len()) / 4);
    match near {
        Some((_, valid)) => format!("did you mean `{valid}`?"),
        None => format!("valid are {}", listed(valid)),
    }
}

pub(super) fn listed(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
