//! Merge conflict markers: all three, in order, at the start of their lines.
//!
//! Does not catch: markers of another length than git's seven, or a conflict of which only one marker
//! was left.

use super::{Context, File, Finding, Side, parsed, rules};
use crate::finding::{Level, Place};
use crate::language::conventions::{is_document, is_sample, is_test_path};
use crate::language::{Parsed, Position};

pub(super) fn check_file(context: &Context<'_>, file: &File, side: Side, found: &mut Vec<Finding>) {
    let Some(text) = file.text(side) else {
        return;
    };
    if !(text.contains("<<<<<<<") && text.contains(">>>>>>>")) {
        return;
    }
    let mut opened: Option<(u32, usize, bool)> = None;
    let mut divided = false;
    let mut fence: Option<&str> = None;
    let mut offset = 0;
    for (number, line) in (0u32..).zip(text.split('\n')) {
        let at = offset;
        offset += line.len() + 1;
        let line = line.trim_end_matches('\r');
        if let Some(mark) = fence_of(line) {
            fence = match fence {
                None => Some(mark),
                Some(opened) => Some(opened).filter(|opened| !mark.starts_with(opened)),
            };
        } else if is_marker(line, '<') {
            (opened, divided) = (Some((number, at, fence.is_some())), false);
        } else if line == "=======" {
            divided = opened.is_some();
        } else if is_marker(line, '>') {
            let whole = opened.take().filter(|_| divided);
            divided = false;
            let Some((first, at, within)) =
                whole.filter(|(first, ..)| file.touches(side, *first..number + 1))
            else {
                continue;
            };
            let Some(level) = level(context, file, side, at, within && fence.is_some()) else {
                continue;
            };
            let place = Place {
                line: first + 1,
                column: 1,
                end_line: first + 1,
                end_column: 8,
            };
            let message = format!(
                "A merge conflict stands unresolved in lines {} to {}",
                first + 1,
                number + 1
            );
            let path = file.path_on(side);
            let mut finding = rules::CONFLICT_MARKER.finding(side, path, place, message);
            finding.level = level;
            found.push(finding);
        }
    }
}

/// The mark that begins or ends a listing in a document: Markdown's fences, AsciiDoc's lines of dashes or dots.
fn fence_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let first = line.chars().next()?;
    let rest = line.trim_start_matches(first);
    let mark = line.get(..line.len() - rest.len())?;
    match first {
        '`' | '~' if mark.len() >= 3 => Some(mark),
        '-' | '.' if mark.len() >= 4 && rest.trim().is_empty() => Some(mark),
        _ => None,
    }
}

fn is_marker(line: &str, sign: char) -> bool {
    let rest = line.trim_start_matches(sign);
    line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
}

/// `None` where the markers are data: the inside of a string literal. What tests read is theirs to hold, and a listing of
/// a document shows what it speaks of.
fn level(context: &Context<'_>, file: &File, side: Side, at: usize, fenced: bool) -> Option<Level> {
    let path = file.path_on(side);
    if is_sample(path) || fenced && is_document(path) {
        return Some(Level::Note);
    }
    if let Some(parsed) = parsed(context, file, side) {
        let inside = parsed.facts().position(at) == Position::Literal;
        return (!inside || documents(&parsed, at)).then_some(Level::Block);
    }
    let sample = fenced || is_test_path(path) || context.policy.is_test_path(path);
    Some(if sample {
        Level::Escalate
    } else {
        Level::Block
    })
}

/// Whether a text around a byte stands alone as a statement: it documents what it stands in, and is no data.
fn documents(parsed: &Parsed, at: usize) -> bool {
    let inside = parsed.root().descendant_for_byte_range(at, at + 1);
    let mut above = std::iter::successors(inside, |node| node.parent());
    let text = above.find(|node| node.is_string());
    let statement = text.and_then(|text| text.parent());
    let alone = statement.and_then(|statement| parsed.language.expression_of(statement));
    alone.is_some_and(|alone| text == Some(alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_begins_with_a_line_of_marks() {
        assert_eq!(fence_of("```diff"), Some("```"));
        assert_eq!(fence_of("  ~~~~"), Some("~~~~"));
        assert_eq!(fence_of("----"), Some("----"));
        assert_eq!(fence_of("---- cut ----"), None);
        assert_eq!(fence_of("---"), None);
        assert_eq!(fence_of("======="), None);
    }

    #[test]
    fn a_marker_is_seven_signs_and_a_blank() {
        assert!(is_marker("<<<<<<< HEAD", '<'));
        assert!(is_marker(">>>>>>>", '>'));
        assert!(!is_marker("<<<<<<<< HEAD", '<'));
        assert!(!is_marker("<<<<<<<HEAD", '<'));
        assert!(!is_marker(" <<<<<<< HEAD", '<'));
    }
}
