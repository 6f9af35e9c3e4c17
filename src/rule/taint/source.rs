//! Where a value came from: its source, and the steps on its way.
//!
//! Does not catch: steps beyond the longest trace; the value goes on without them.

use std::rc::Rc;

use crate::language::ir::{Span, Unit};
use crate::rule::charset::Characters;

/// A step on the way of a value.
#[derive(Debug)]
pub struct StepNode {
    /// The file.
    pub unit: Rc<Unit>,
    /// The place.
    pub span: Span,
    /// What happens there.
    pub what: Rc<str>,
    /// The step before.
    pub before: Option<Rc<StepNode>>,
    /// Steps before.
    pub count: u16,
}

/// Longest trace.
const STEPS: u16 = 16;

/// Where a value came from, and for which sinks it is clean.
#[derive(Clone, Debug)]
pub struct Taint {
    /// Source kind.
    pub kind: u8,
    /// The same for all values that came from one input.
    pub id: u64,
    /// Sink kinds for which it is clean.
    pub clean: u64,
    /// Characters that were taken out of it.
    pub gone: Characters,
    /// Through a call that is not known.
    pub indirect: bool,
    /// Of a part of the input.
    pub part: bool,
    /// What the source is called.
    pub source: Rc<str>,
    /// The way.
    pub step: Rc<StepNode>,
}

/// Adds a step to a source's way.
pub(super) fn add_step(taint: &mut Taint, unit: &Rc<Unit>, span: Span, what: &str) {
    if taint.step.count >= STEPS || (taint.step.span == span && Rc::ptr_eq(&taint.step.unit, unit))
    {
        return;
    }
    taint.step = Rc::new(StepNode {
        unit: Rc::clone(unit),
        span,
        what: what.into(),
        before: Some(Rc::clone(&taint.step)),
        count: taint.step.count + 1,
    });
}
