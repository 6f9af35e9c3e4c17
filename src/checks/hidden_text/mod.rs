//! Text that a reviewer does not see: characters that are invisible or that change the order in which
//! a line is shown, on the lines that a change adds.
//!
//! Does not catch: what an escape sequence makes at run time (`"\u202e"`).

use std::sync::LazyLock;

use super::{Check, Context, Examined};
use crate::change::{File, Side};
use crate::finding::{Finding, Place};
use crate::rule::Rules;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load("hidden-text"));

/// The check.
pub(super) struct HiddenText;

impl Check for HiddenText {
    fn name(&self) -> &'static str {
        "hidden-text"
    }

    fn question(&self) -> &'static str {
        "Does the change add text that a reader does not see as it is?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["hidden-text"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        let mut examined = Examined::default();
        for file in &context.files {
            for (side, found) in [
                (Side::Head, &mut examined.head),
                (Side::Base, &mut examined.base),
            ] {
                if let Err(error) = look(file, side, found) {
                    return Examined::broken(error);
                }
            }
        }
        examined
    }
}

/// Looks at the lines of a side that the other has not.
fn look(file: &File, side: Side, found: &mut Vec<Finding>) -> anyhow::Result<()> {
    let Some(text) = file.text(side).filter(|text| !text.is_ascii()) else {
        return Ok(());
    };
    let mut changed = file.hunks.iter().map(|hunk| hunk.on(side)).peekable();
    for (number, line) in (0u32..).zip(text.split('\n')) {
        while changed.next_if(|lines| lines.end <= number).is_some() {}
        if line.is_ascii() || changed.peek().is_none_or(|lines| number < lines.start) {
            continue;
        }
        if let Some((column, c)) = (1u32..).zip(line.chars()).find(|(_, c)| is_bidi(*c)) {
            let place = Place {
                line: number + 1,
                column,
                end_line: number + 1,
                end_column: column + 1,
            };
            let message = format!(
                "U+{:04X} changes the order in which the line is shown",
                u32::from(c)
            );
            found.push(RULES.get("bidi-control")?.finding(
                side,
                file.path_on(side),
                place,
                message,
            ));
        }
    }
    Ok(())
}

/// UAX #9, table 4: explicit embeddings, overrides and isolates.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
