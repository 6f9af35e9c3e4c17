//! The texts that findings name lines of: a side of a file, with its tree where the language has one.
//!
//! Does not catch: text that is not decodable; there is no finding on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use crate::change::Side;
use crate::checks::Context;
use crate::coverage::summary::{listed, ranges};
use crate::finding::Place;
use crate::language::Parsed;
use crate::text::visible;

/// Reads texts and trees where a finding needs them.
pub(super) struct Texts<'a, 'c> {
    pub context: &'a Context<'c>,
}

/// One side of a file, with its tree where the language has one.
pub(super) struct Text {
    pub text: Arc<str>,
    pub parsed: Option<Arc<Parsed>>,
}

impl Texts<'_, '_> {
    pub(super) fn of(&self, side: Side, path: &str) -> Result<Option<Text>> {
        let change = self.context.change;
        let known = change.files.iter().find(|file| file.path_on(side) == path);
        // What the change holds already is not read again.
        let read = match known.and_then(|file| file.blob(side)) {
            Some(_) => None,
            None => change.read(side, path)?,
        };
        let blob = known.and_then(|file| file.blob(side)).or(read.as_ref());
        let Some((blob, text)) = blob.and_then(|blob| Some((blob, blob.text()?))) else {
            return Ok(None);
        };
        Ok(Some(Text {
            text: text.into(),
            parsed: self.context.trees.of(path, blob),
        }))
    }
}

impl Text {
    pub(super) fn line(&self, line: u32) -> &str {
        self.text
            .lines()
            .nth(line.saturating_sub(1) as usize)
            .unwrap_or_default()
    }

    /// The function, type or module that holds a line.
    pub(super) fn symbol(&self, line: u32) -> String {
        let parsed = self.parsed.as_ref();
        parsed
            .and_then(|parsed| parsed.symbol_at(line))
            .unwrap_or_default()
    }

    /// Lines by the symbol that holds them, each in order.
    pub(super) fn by_symbol(&self, lines: impl Iterator<Item = u32>) -> BTreeMap<String, Vec<u32>> {
        let mut symbols: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for line in lines {
            symbols.entry(self.symbol(line)).or_default().push(line);
        }
        symbols
    }

    /// The whole of the lines of a range.
    pub(super) fn place(&self, first: u32, last: u32) -> Place {
        let end = self.line(last).trim_end().chars().count();
        let start = self.line(first);
        let indent = start.chars().count() - start.trim_start().chars().count();
        let column = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Place {
            line: first,
            column: column(indent),
            end_line: last,
            end_column: column(end),
        }
    }

    /// Lines as text, with blank lines and comments between two of them taken in.
    pub(super) fn listed(&self, lines: &[u32]) -> (Vec<(u32, u32)>, String) {
        let all: Vec<&str> = self.text.lines().collect();
        let empty_between = |last: u32, next: u32| {
            let between = all.get(last as usize..next.saturating_sub(1) as usize);
            between.is_some_and(|lines| {
                lines.iter().all(|line| {
                    let line = line.trim();
                    line.is_empty() || line.starts_with("//") || line.starts_with('#')
                })
            })
        };
        let ranges = ranges(lines.iter().copied(), empty_between);
        let text = listed(&ranges);
        let word = match ranges.as_slice() {
            [(first, last)] if first == last => "line",
            _ => "lines",
        };
        (ranges, format!("{word} {text}"))
    }
}

/// ` of `name``, or nothing.
pub(super) fn of_symbol(symbol: &str) -> String {
    match symbol {
        "" => String::new(),
        symbol => format!(" of `{}`", visible(symbol)),
    }
}

/// Whether something stands on a line besides a comment and closing brackets.
pub(super) fn carries_code(line: &str) -> bool {
    let line = line.trim();
    let comment = line.starts_with("//") || line.starts_with('#') && !line.starts_with("#[");
    !comment
        && line
            .chars()
            .any(|c| !matches!(c, '}' | ')' | ']' | ';' | ',' | '{' | '('))
}
