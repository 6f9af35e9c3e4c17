//! Edge-case traps that syntax can see, on lines that the change touches.
//!
//! Does not catch: see each language's own `traps.rs`.

use std::collections::BTreeSet;

use super::{Context, rules};
use crate::budget;
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::Parsed;
use crate::language::traps::TrapKind;
use crate::text::is_in_word;

/// Words on added lines of tests that also hold something empty: what such a test names was tried without items.
#[derive(Default)]
pub(super) struct Tried(BTreeSet<String>);

impl Tried {
    /// Reads the tests of a change.
    pub(super) fn of(context: &Context<'_>) -> Self {
        const NOTHING: [&str; 7] = ["[]", "()", "{}", "\"\"", "''", "empty", "Empty"];
        let mut words = BTreeSet::new();
        for file in &context.change.files {
            let Some(text) = file.text(Side::Head) else {
                continue;
            };
            let is_test = context.policy.is_test_path(&file.path) || text.contains("#[test]");
            if !is_test || !budget::charge_text(text.len()) {
                continue;
            }
            let added: BTreeSet<u32> = file.added_lines().collect();
            let lines = (0u32..)
                .zip(text.lines())
                .filter(|(at, _)| added.contains(at));
            for (_, line) in
                lines.filter(|(_, line)| NOTHING.iter().any(|sign| line.contains(sign)))
            {
                let all = line
                    .split(|c: char| !is_in_word(c))
                    .filter(|word| !word.is_empty());
                words.extend(all.map(str::to_owned));
            }
        }
        Self(words)
    }
}

pub(super) fn check_file(
    file: &File,
    side: Side,
    parsed: &Parsed,
    tried: &Tried,
    found: &mut Vec<Finding>,
) {
    let Some(traps) = parsed.language.traps() else {
        return;
    };
    for trap in traps(parsed) {
        let place = parsed.place(trap.node);
        let row = place.line.saturating_sub(1);
        // What is not there stands on no line of its own.
        let rows = match trap.kind {
            TrapKind::NeverUndone => row..place.end_line,
            _ => row..row + 1,
        };
        let definition = parsed.facts().definition_at(place.line);
        let in_test = definition.is_some_and(|definition| definition.in_test);
        if in_test || !file.touches(side, rows) {
            continue;
        }
        let rule = match trap.kind {
            TrapKind::MutableDefault => rules::MUTABLE_DEFAULT,
            TrapKind::IdentityOfLiteral => rules::IS_WITH_LITERAL,
            TrapKind::FloatEquality => rules::FLOAT_EQUALITY,
            TrapKind::NaiveTime => rules::NAIVE_DATETIME,
            TrapKind::NarrowingCast => rules::NARROWING_CAST,
            TrapKind::EmptyCollection => rules::EMPTY_COLLECTION,
            TrapKind::LostFraction => rules::LOST_FRACTION,
            TrapKind::AsyncForEach => rules::ASYNC_FOR_EACH,
            TrapKind::SortedAsText => rules::SORTED_AS_TEXT,
            TrapKind::SharedFill => rules::SHARED_FILL,
            TrapKind::NeverUndone => rules::NEVER_UNDONE,
            TrapKind::RadixLeftOut => rules::RADIX_LEFT_OUT,
        };
        let is_tried = trap.kind == TrapKind::EmptyCollection
            && definition.is_some_and(|definition| tried.0.contains(&definition.name));
        let mut finding = rule.finding(side, file.path_on(side), place, trap.message);
        if trap.is_likely && !is_tried {
            finding.level = Level::Escalate;
        }
        found.push(finding);
    }
}
