//! Merge conflict markers: all three, in order, at the start of their lines.
//!
//! Does not catch: markers of another length than git's seven, or a conflict of which only one marker
//! was left.

use super::{Context, File, Finding, Side, parsed, rules};
use crate::finding::{Level, Place};
use crate::language::Position;

pub(super) fn check_file(context: &Context<'_>, file: &File, side: Side, found: &mut Vec<Finding>) {
    let Some(text) = file.text(side) else {
        return;
    };
    if !(text.contains("<<<<<<<") && text.contains(">>>>>>>")) {
        return;
    }
    let mut opened: Option<(u32, usize)> = None;
    let mut divided = false;
    let mut fenced = false;
    let mut offset = 0;
    for (number, line) in (0u32..).zip(text.split('\n')) {
        let at = offset;
        offset += line.len() + 1;
        let line = line.trim_end_matches('\r');
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        } else if is_marker(line, '<') {
            (opened, divided) = (Some((number, at)), false);
        } else if line == "=======" {
            divided = opened.is_some();
        } else if is_marker(line, '>') {
            let whole = opened.take().filter(|_| divided);
            divided = false;
            let Some((first, at)) =
                whole.filter(|(first, _)| file.touches(side, *first..number + 1))
            else {
                continue;
            };
            let Some(level) = level(context, file, side, at, fenced) else {
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

fn is_marker(line: &str, sign: char) -> bool {
    let rest = line.trim_start_matches(sign);
    line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))
}

/// `None` where the markers are data: the inside of a string literal.
fn level(context: &Context<'_>, file: &File, side: Side, at: usize, fenced: bool) -> Option<Level> {
    if let Some(parsed) = parsed(context, file, side) {
        let inside = parsed.facts().position(at) == Position::Literal;
        return (!inside).then_some(Level::Block);
    }
    let sample = fenced || context.policy.is_test_path(file.path_on(side));
    Some(if sample {
        Level::Escalate
    } else {
        Level::Block
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_seven_signs_and_a_blank() {
        assert!(is_marker("<<<<<<< HEAD", '<'));
        assert!(is_marker(">>>>>>>", '>'));
        assert!(!is_marker("<<<<<<<< HEAD", '<'));
        assert!(!is_marker("<<<<<<<HEAD", '<'));
        assert!(!is_marker(" <<<<<<< HEAD", '<'));
    }
}
