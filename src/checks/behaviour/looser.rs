//! Comparisons of which the change takes the question for the type.
//!
//! Does not catch: one whose line was edited in another place as well.

use std::collections::BTreeSet;

use super::calls::{lines, on_both_sides};
use super::rules;
use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::language::Parsed;

/// Comparisons that asked for the same type as well, and do not any more.
pub(super) fn check_file(file: &File, (base, head): (&Parsed, &Parsed), found: &mut Vec<Finding>) {
    let pairs = &head.language.profile().strict_operators;
    if pairs.is_empty() {
        return;
    }
    for (_, before, now) in on_both_sides(base, head) {
        if base.slice(&before.bytes) == head.slice(&now.bytes) {
            continue;
        }
        let (old, new) = (lines(base, before), lines(head, now));
        let gone: BTreeSet<&String> = old.difference(&new).collect();
        let text = head.slice(&now.bytes);
        for (line, written) in (now.first_line..).zip(text.lines()) {
            let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
            let was = pairs.iter().find(|[strict, loose]| {
                let stricter = written.replace(&format!(" {loose} "), &format!(" {strict} "));
                stricter != written && gone.contains(&stricter)
            });
            let Some([strict, loose]) = was else {
                continue;
            };
            let empty = [format!("{loose} null"), format!("{loose} undefined")];
            if empty.iter().any(|empty| written.contains(empty.as_str())) {
                continue;
            }
            let place = Place {
                line,
                column: 1,
                end_line: line,
                end_column: 1,
            };
            let message = format!("`{strict}` became `{loose}`");
            let rule = rules::LOOSER_COMPARISON;
            found.push(rule.finding(Side::Head, &file.path, place, message));
        }
    }
}
