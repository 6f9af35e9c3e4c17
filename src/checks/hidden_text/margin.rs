//! Code that stands so far to the right that no editor and no page of a review shows it.
//!
//! Does not catch: code behind a long run of letters, which a reader scrolls through.

use super::surroundings::{Kind, position};
use super::{Context, File, Finding, Side, rules};
use crate::budget;
use crate::finding::Place;
use crate::language::{self, Position};

/// Blanks in a row, inside of a line, that nobody aligns text with.
const FAR: usize = 80;

/// Columns of a tab.
const TAB: usize = 4;

/// Empty lines in a row that nobody leaves between two parts of a file.
const LONG_GAP: u32 = 100;

/// Tells of added lines with code after a long run of blanks.
pub(super) fn look(context: &Context<'_>, file: &File, side: Side, found: &mut Vec<Finding>) {
    let path = file.path_on(side);
    let Some(text) = file.text(side).filter(|_| Kind::of(path) == Kind::Source) else {
        return;
    };
    below_a_gap(file, side, text, found);
    budget::charge_text(text.len());
    // So many columns take so many spaces, or a tab.
    if !text.contains(&" ".repeat(FAR)) && !text.contains('\t') {
        return;
    }
    let mut offset = 0;
    for (number, line) in (0u32..).zip(text.split_inclusive('\n')) {
        let start = offset;
        offset += line.len();
        if line.len() <= FAR / TAB || !file.touches(side, number..number + 1) {
            continue;
        }
        let Some(at) = far(line) else {
            continue;
        };
        let tree = file
            .blob(side)
            .filter(|_| language::of_text(path).is_some());
        let parsed = tree.and_then(|blob| context.trees.of(path, blob));
        let stands = match &parsed {
            Some(parsed) => parsed.facts().position(start + at),
            None => position(line, at),
        };
        if stands != Position::Code {
            continue;
        }
        let column = crate::text::column(line, at);
        let place = Place {
            line: number + 1,
            column,
            end_line: number + 1,
            end_column: column + 1,
        };
        let message = format!("Code stands behind a run of blanks, in column {column}");
        found.push(rules::FAR_RIGHT_CODE.finding(side, path, place, message));
        // One is enough to look at the file.
        return;
    }
}

/// Tells of an added line below a long run of empty ones: the file seems to end above it.
fn below_a_gap(file: &File, side: Side, text: &str, found: &mut Vec<Finding>) {
    let mut empty = 0;
    for (number, line) in (0u32..).zip(text.lines()) {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        let gap = std::mem::take(&mut empty);
        if gap >= LONG_GAP
            && file.touches(side, number..number + 1)
            && file.touches(side, number - 1..number)
        {
            let place = Place {
                line: number + 1,
                column: 1,
                end_line: number + 1,
                end_column: 2,
            };
            let message =
                format!("Code stands below {gap} empty lines, where the file seems to be over");
            found.push(rules::FAR_RIGHT_CODE.finding(side, file.path_on(side), place, message));
            return;
        }
    }
}

/// Where what follows a long run of blanks begins, in bytes.
fn far(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let indent = line.len() - line.trim_start().len();
    let mut width = 0;
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < indent) {
        width = match c {
            ' ' => width + 1,
            '\t' => width + TAB,
            _ if width >= FAR => return Some(at),
            _ => 0,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_run_inside_of_a_line_is_far() {
        let gap = " ".repeat(FAR);
        assert_eq!(far(&format!("a{gap}b")), Some(FAR + 1));
        assert_eq!(far(&format!("a{}b", " \t".repeat(20))), Some(41));
        assert_eq!(far(&format!("{gap}b")), None);
        assert_eq!(far(&format!("a{gap}")), None);
        assert_eq!(far("a          b"), None);
    }
}
