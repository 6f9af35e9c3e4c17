//! Edge-case traps that syntax can see, on lines that the change touches.
//!
//! Does not catch: see each language's own `traps.rs`.

use super::rules;
use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::Parsed;
use crate::language::traps::TrapKind;

pub(super) fn check_file(file: &File, side: Side, parsed: &Parsed, found: &mut Vec<Finding>) {
    let Some(traps) = parsed.language.traps() else {
        return;
    };
    for trap in traps(parsed) {
        let place = parsed.place(trap.node);
        let row = place.line.saturating_sub(1);
        let definition = parsed.facts().definition_at(place.line);
        let in_test = definition.is_some_and(|definition| definition.in_test);
        if in_test || !file.touches(side, row..row + 1) {
            continue;
        }
        let rule = match trap.kind {
            TrapKind::MutableDefault => rules::MUTABLE_DEFAULT,
            TrapKind::IdentityOfLiteral => rules::IS_WITH_LITERAL,
            TrapKind::FloatEquality => rules::FLOAT_EQUALITY,
            TrapKind::NaiveTime => rules::NAIVE_DATETIME,
            TrapKind::NarrowingCast => rules::NARROWING_CAST,
        };
        found.push(rule.finding(side, file.path_on(side), place, trap.message));
    }
}
