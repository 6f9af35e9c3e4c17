//! Matches: the first arm whose pattern fits.

use std::rc::Rc;

use super::Machine;
use super::guard::compare_known;
use super::value::{Facts, Value};
use crate::language::ir::{Arm, Const, Expr, ExprId, Op, Pattern, Unit};
use crate::rule::library::Manner;

impl Machine<'_> {
    pub(super) fn match_value(
        &mut self,
        unit: &Rc<Unit>,
        subject_id: ExprId,
        arms: &[Arm],
    ) -> Value {
        let subject = self.eval(unit, subject_id);
        let base = self.frames.last().map_or(0, |frame| frame.base);
        let name = match unit.expr(subject_id) {
            Expr::Name(name) => Some(*name),
            _ => None,
        };
        let mut ways = Vec::new();
        let mut result = None;
        let mut over = false;
        for arm in arms {
            if self.dead {
                break;
            }
            let fits = self.fits(unit, &arm.pattern, &subject);
            if fits == Some(false) {
                continue;
            }
            self.env.push();
            // In the arm of a constant, the subject is that constant.
            let constants = constant_pattern(&arm.pattern);
            if constants {
                self.env.learn(&Self::ids(&subject, u64::MAX));
                if let (Some(name), Pattern::Equal(id)) = (name, &arm.pattern) {
                    let value = self.eval(unit, *id);
                    self.env.set(name, value);
                }
            }
            self.bind(unit, &arm.pattern, subject.clone(), Some(subject_id));
            let guard = arm.guard.map(|guard| self.eval(unit, guard));
            let holds = guard.as_ref().and_then(Value::truth);
            if holds != Some(false) {
                let test = guard.clone().unwrap_or_default();
                self.env.assume(&test, true);
                let mut value = self.eval(unit, arm.body);
                let layer = self.env.pop();
                if self.dead {
                    self.dead = false;
                } else {
                    if !layer.clean.is_empty() && !value.taints.is_empty() {
                        for taint in Rc::make_mut(&mut value.taints) {
                            taint.clean |= layer.clean.get(&taint.id).copied().unwrap_or(0);
                        }
                    }
                    ways.push(layer);
                    result = Some(match result.take() {
                        Some(known) => Value::join(known, &value),
                        None => value,
                    });
                }
            } else {
                self.env.pop();
            }
            if fits == Some(true) && (guard.is_none() || holds == Some(true)) {
                over = true;
                break;
            }
        }
        if !over && !self.library.has(Manner::ExhaustiveMatch) {
            ways.push(super::env::Layer::default());
        }
        if ways.is_empty() {
            self.dead = true;
            return Value::default();
        }
        self.env.merge(base, ways);
        let mut result = result.unwrap_or_default();
        if let Some(facts) = &subject.facts
            && result.facts.is_none()
            && result.truth().is_none()
        {
            result.facts = Some(Rc::new(Facts::clone(facts)));
        }
        result
    }

    /// Whether a pattern fits a value; `None` where that is open.
    fn fits(&mut self, unit: &Rc<Unit>, pattern: &Pattern, subject: &Value) -> Option<bool> {
        match pattern {
            Pattern::Wild | Pattern::Bind(..) | Pattern::Place(_) => Some(true),
            Pattern::Equal(id) => {
                let value = self.eval(unit, *id);
                compare_known(Op::Eq, subject, &value)
            }
            Pattern::Any(parts) => {
                let mut open = false;
                for part in parts {
                    match self.fits(unit, part, subject) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => open = true,
                    }
                }
                if open { None } else { Some(false) }
            }
            Pattern::Inside(None, parts) if matches!(parts.last(), Some(Pattern::Bind(..))) => {
                parts
                    .first()
                    .and_then(|first| self.fits(unit, first, subject))
            }
            Pattern::Seq(_) | Pattern::Results(_) | Pattern::Inside(..) | Pattern::Fields(_) => {
                match subject.scalar {
                    Some(Const::Int(_) | Const::Bool(_)) => Some(false),
                    _ => None,
                }
            }
        }
    }
}

fn constant_pattern(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Equal(_) => true,
        Pattern::Any(parts) => !parts.is_empty() && parts.iter().all(constant_pattern),
        _ => false,
    }
}
