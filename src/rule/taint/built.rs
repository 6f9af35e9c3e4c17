//! Texts that are built of known parts and others, wherever they go: rules with `builds`; and values that are made
//! anew each time: rules with `repeated`.
//!
//! Does not catch: a text that is put together in a function and handed on in pieces.

use std::rc::Rc;

use super::shape::Part;
use super::value::Value;
use super::{Found, Machine};
use crate::budget;
use crate::finding::Level;
use crate::language::ir::{ExprId, Span, Unit};

/// Bytes of a text that are looked at.
const LONGEST: usize = 4096;

impl Machine<'_> {
    /// Whether what a value came from is made at `span`, in a loop or in a function that is tried again.
    pub(super) fn is_made_again(&self, unit: &Rc<Unit>, value: &Value, span: Span) -> bool {
        let Some(frame) = self.frames.last() else {
            return false;
        };
        let function = frame.unit.functions.get(frame.func);
        let tried_again = function.is_some_and(|function| {
            budget::charge(function.decorators.len());
            let mut decorators = function.decorators.iter();
            decorators.any(|id| {
                let text = frame.unit.text(frame.unit.span(*id)).to_ascii_lowercase();
                text.contains("retry") || text.contains("backoff")
            })
        });
        let made_here = value.taints.iter().any(|taint| {
            let mut first = &taint.step;
            while let Some(before) = &first.before {
                first = before;
            }
            Rc::ptr_eq(&first.unit, unit)
                && first.span.start >= span.start
                && first.span.end <= span.end
        });
        made_here && (tried_again || !frame.loops.is_empty())
    }

    /// Tells a text that a rule is about, once for each start: of one that grows, the longest.
    pub(super) fn check_built(&mut self, unit: &Rc<Unit>, id: ExprId, value: &Value) {
        let Some(shape) = value.text.as_ref().filter(|shape| shape.built()) else {
            return;
        };
        if self.built_rules.is_empty() {
            return;
        }
        let quoted = shape.0.windows(2).any(|pair| match pair {
            [Part::Literal(text), Part::Hole] => text.contains('\''),
            _ => false,
        });
        if self.quiet || !quoted || unit.path != self.root {
            return;
        }
        let span = unit.span(id);
        let own = unit.text(span);
        budget::charge_text(own.len());
        // What only goes on with a text that was built elsewhere puts nothing between quotes.
        let is_filled = own.contains('\'') || own.contains(['.', '%', '+']) && !own.contains('"');
        if !is_filled {
            return;
        }
        let mut text = shape.open_literal();
        text.truncate(text.floor_char_boundary(LONGEST));
        if !budget::charge(text.len()) {
            return;
        }
        let engine = self.engine;
        for at in self.built_rules.clone() {
            let Some(rule) = engine.rules.get(at) else {
                continue;
            };
            let clean = |taint: &super::source::Taint| self.clean(taint, value) & rule.kind != 0;
            let taints = value.all_taints();
            let is_clean = !taints.is_empty() && taints.iter().all(clean);
            let first = taints.iter().find(|taint| !clean(taint)).cloned();
            let matches = rule
                .builds
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(&text));
            if is_clean || !matches || !budget::charge(self.found.len()) {
                continue;
            }
            self.found.retain(|(rule, place, _), _| {
                *rule != at || place.start != span.start || place.end > span.end
            });
            let longer = self.found.keys().any(|(rule, place, _)| {
                *rule == at && place.start <= span.start && place.end >= span.end
            });
            if longer {
                continue;
            }
            let taint = first.map(|taint| (taint, rule.rule.level.min(Level::Escalate)));
            self.report(unit, at, span, taint.as_ref(), None);
        }
    }

    /// What was found, without the texts that stand on the way of another finding of their kind.
    pub(super) fn without_told(&self, mut list: Vec<Found>) -> Vec<Found> {
        let engine = self.engine;
        let kind = |one: &Found| engine.rules.get(one.rule).map_or(0, |rule| rule.kind);
        let is_built = |one: &Found| self.built_rules.contains(&one.rule);
        let mut told: Vec<(u64, u32, u32)> = Vec::new();
        for one in list.iter().filter(|one| !is_built(one)) {
            let own = one.steps.iter().filter(|(of, _, _)| of.path == self.root);
            told.extend(own.map(|(_, span, _)| (kind(one), span.start, span.end)));
        }
        told.sort_unstable();
        told.dedup();
        list.retain(|one| {
            let (of, span) = (kind(one), one.span);
            let first = told.partition_point(|(kind, start, _)| (*kind, *start) < (of, span.start));
            let mut steps = told.iter().skip(first);
            let steps = steps
                .by_ref()
                .take_while(|(kind, start, _)| *kind == of && *start <= span.end);
            !is_built(one) || !steps.map(|(_, _, end)| *end).any(|end| end <= span.end)
        });
        list
    }
}
