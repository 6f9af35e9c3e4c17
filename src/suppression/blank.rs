//! A text without some of its suppressions: every line stays, and on it every column that is left.
//!
//! A comment that ends its line behind code goes; of any other one the words alone are written over, so that no
//! formatting rule has anything new to say. An attribute becomes a comment of its own length.
//!
//! Does not catch: words of a suppression that a checker reads from the middle of another comment.

use std::ops::Range;

use crate::language::{Form, Marker};

/// The text with these suppressions turned off.
pub fn without<'m>(text: &str, markers: impl IntoIterator<Item = &'m Marker>) -> String {
    let mut edits: Vec<(Range<usize>, String)> = markers
        .into_iter()
        .filter_map(|marker| edit(text, marker))
        .collect();
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, instead) in edits {
        // One inside another, or a part that is cut off with it: the first one has done it.
        if range.start < at {
            continue;
        }
        result.push_str(text.get(at..range.start).unwrap_or_default());
        result.push_str(&instead);
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// The stretch that changes, and what it becomes.
fn edit(text: &str, marker: &Marker) -> Option<(Range<usize>, String)> {
    if let Form::Attribute { words, .. } = &marker.form {
        let attribute = text
            .get(words.clone())?
            .trim_start_matches(',')
            .trim_start();
        let start = words.end - attribute.len();
        if let Some(decorator) = attribute.strip_prefix('@') {
            return Some((start..words.end, format!("#{}", dashes(decorator))));
        }
        let inside = attribute.get(2..attribute.len().checked_sub(2)?)?;
        let before = text.get(words.start..start)?.replace(',', " ");
        return Some((words.clone(), format!("{before}/*{}*/", dashes(inside))));
    }
    let Range { start, end } = marker.bytes.clone();
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let before = text.get(line..start)?.trim_end();
    let rest = text.get(end..)?.split(['\n', '\r']).next()?;
    let code = if before.ends_with('#') {
        Some(before.trim_end_matches('#'))
    } else {
        before.strip_suffix("//")
    };
    let code = code.map(str::trim_end).filter(|code| !code.is_empty());
    if let Some(code) = code
        && !rest.contains(" #")
    {
        return Some((line + code.len()..end + rest.len(), String::new()));
    }
    Some((start..end, dashes(text.get(start..end)?)))
}

/// A dash for each character; line ends stay.
fn dashes(text: &str) -> String {
    let dash = |c: char| if matches!(c, '\n' | '\r') { c } else { '-' };
    text.chars().map(dash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::memory::{self, Files};
    use crate::language::Trees;
    use crate::suppression::Sides;

    /// The file without all its suppressions of these kinds.
    fn blanked(path: &str, text: &str, kinds: &[&str]) -> String {
        let head: Files = [(path.to_owned(), text.as_bytes().to_vec())].into();
        let change = memory::change(Files::default(), head).unwrap();
        let files: Vec<_> = change.files.iter().collect();
        let sides = Sides::of(&change, &files, &Trees::default(), &|_| false);
        let markers = sides.head.iter().map(|found| &found.marker);
        without(text, markers.filter(|marker| kinds.contains(&marker.kind)))
    }

    #[test]
    fn a_comment_behind_code_goes_and_one_on_its_own_line_keeps_its_place() {
        let text = "import os  # noqa: F401\n# ruff: noqa: E501\nx = f()  # type: ignore[misc]\n";
        assert_eq!(
            blanked("a.py", text, &["noqa"]),
            "import os\n# ----------: E501\nx = f()  # type: ignore[misc]\n"
        );
    }

    #[test]
    fn of_two_in_one_comment_the_other_one_stays() {
        let text = "x = f()  # type: ignore[misc]  # noqa: E501\n";
        assert_eq!(
            blanked("a.py", text, &["noqa"]),
            "x = f()  # type: ignore[misc]\n"
        );
        assert_eq!(
            blanked("a.py", text, &["type-ignore"]),
            "x = f()  # ------------[misc]  # noqa: E501\n"
        );
        assert_eq!(
            blanked("a.py", text, &["noqa", "type-ignore"]),
            "x = f()  # ------------[misc]\n"
        );
    }

    #[test]
    fn marks_of_other_languages_and_their_line_ends_stay() {
        let text = "f(); // eslint-disable-line no-alert\r\n/* eslint-disable\n no-console */\n{/* @ts-ignore */}\n";
        assert_eq!(
            blanked("a.ts", text, &["eslint", "ts-ignore"]),
            "f();\r\n/* --------------\n no-console */\n{/* ---------- */}\n"
        );
    }

    #[test]
    fn an_attribute_becomes_a_comment_and_what_else_a_cfg_attr_says_stays() {
        let text = "#![allow(dead_code)]\n#[allow(\n    unused,\n)]\nfn f() {}\n";
        assert_eq!(
            blanked("a.rs", text, &["allow"]),
            "/*----------------*/\n/*------\n-----------\n*/\nfn f() {}\n"
        );
        let text =
            "#[cfg_attr(feature = \"a,(b\", derive(Debug),\n  allow(dead_code))]\nstruct S;\n";
        assert_eq!(
            blanked("a.rs", text, &["allow"]),
            "#[cfg_attr(feature = \"a,(b\", derive(Debug) \n  /*------------*/)]\nstruct S;\n"
        );
        let text = "#[cfg_attr(test, allow(dead_code))]\nstruct S;\n";
        assert!(blanked("a.rs", text, &["allow"]).starts_with("/*----"));
    }

    #[test]
    fn in_a_string_it_is_text() {
        let text = "x = '# noqa'\n";
        assert_eq!(blanked("a.py", text, &["noqa"]), text);
    }
}
