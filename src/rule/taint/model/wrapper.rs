//! Methods of wrappers, iterators and builders.

use std::rc::Rc;

use super::super::Machine;
use super::super::call::Given;
use super::super::part::push_back;
use super::super::shape::Shape;
use super::super::value::Value;
use crate::language::ir::{Span, Unit};
use crate::rule::effect::Effect;

impl Machine<'_> {
    /// What a method of a wrapper, an iterator or a builder gives; `None` where it is none.
    pub(super) fn wrapper(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        own: &Value,
        (effect, name): (Effect, &str),
        given: &[Given],
    ) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        match effect {
            Effect::Unwrap
                if own.known().is_some()
                    || given.is_empty()
                    || first.is_some_and(|v| v.callable.is_some() || v.known_text().is_some()) =>
            {
                Some(own.clone())
            }
            Effect::OrError => Some(own.clone()),
            Effect::Then | Effect::ThenEach | Effect::OrElse | Effect::Visit => {
                self.applied(unit, span, own, effect, given)
            }
            Effect::AnyPart | Effect::AllParts if self.is_of_characters(own) => {
                let all = effect == Effect::AllParts;
                let test = first?;
                let out = self.characters(!all, |this, value| this.asked(unit, span, test, value));
                let mask = self.library.clean_without(out, "");
                let tested = Self::says(Self::ids(own, mask));
                Some(if all { tested } else { self.negate(&tested) })
            }
            // `path.components().any(|c| !matches!(c, Component::Normal(_)))`
            Effect::AnyPart | Effect::AllParts => {
                let parts = self.paths.text(&self.names, own.path);
                if !parts.ends_with("components()") {
                    return None;
                }
                let ids = Self::ids(own, self.library.known_kind("path"));
                let tested = Self::says(ids);
                Some(if effect == Effect::AnyPart {
                    self.negate(&tested)
                } else {
                    tested
                })
            }
            Effect::Parse => {
                let mut value = own.derived();
                value.text.clone_from(&own.text);
                Some(value)
            }
            Effect::Argument | Effect::Arguments => {
                let mut own = own.clone();
                match first {
                    Some(value) if effect == Effect::Arguments => own = self.extended(own, value),
                    Some(value) => push_back(&mut own, value.clone()),
                    None => {}
                }
                let path = self.arg_path(&own, name);
                own.path = self.paths.called(&self.names, path);
                self.written = Some(own.clone());
                Some(own)
            }
            Effect::Concat => Some(self.glued(own, &Shape::default())),
            _ => None,
        }
    }

    /// What the functions that are given make of the receiver.
    fn applied(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        own: &Value,
        effect: Effect,
        given: &[Given],
    ) -> Option<Value> {
        let mut result = match effect {
            Effect::Then | Effect::ThenEach => None,
            _ => Some(own.clone()),
        };
        for one in given {
            let more = if one.value.callable.is_some() {
                let item = if own.fields.is_some() && effect != Effect::Then {
                    self.item_of(own)
                } else {
                    own.clone()
                };
                let argument = Given {
                    value: item,
                    span,
                    ..Given::default()
                };
                self.invoke(unit, &one.value, &[argument], span)
                    .unwrap_or_default()
            } else if one.value.path.known() && result.is_none() && one.value.known().is_none() {
                // A function given by name: `.map(String::from)`.
                own.clone()
            } else {
                one.value.clone()
            };
            if effect == Effect::Visit {
                continue;
            }
            result = Some(match result.take() {
                None => more,
                Some(known) => known.join(&more),
            });
        }
        if effect == Effect::Visit
            && self.is_of_characters(own)
            && let Some(test) = given.first()
        {
            let test = &test.value;
            let out = self.characters(false, |this, value| this.asked(unit, span, test, value));
            result = result.map(|kept| kept.derived().without(out, Default::default()));
        }
        self.dead = false;
        result
    }

    /// Whether it is what `text.chars()` gives, of a text that comes from outside.
    fn is_of_characters(&self, own: &Value) -> bool {
        let path = self.paths.text(&self.names, own.path);
        path.ends_with("chars()") && !own.all_taints().is_empty()
    }

    /// Whether a function says that it holds for a value.
    fn asked(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        function: &Value,
        value: Value,
    ) -> Option<bool> {
        let one = Given {
            value,
            span,
            ..Given::default()
        };
        let quiet = std::mem::replace(&mut self.quiet, true);
        let result = self.invoke(unit, function, &[one], span);
        self.quiet = quiet;
        self.dead = false;
        result?.truth()
    }

    /// A builder keeps its own path: `.arg()` after `.arg()` is the same builder.
    fn arg_path(&mut self, own: &Value, name: &str) -> crate::rule::path::PathId {
        let segments = self.paths.segments(&self.names, own.path);
        let again = segments
            .last()
            .is_some_and(|last| last == "arg()" || last == "args()");
        let sym = self.names.intern(name);
        if again {
            let mut parent = Default::default();
            for (at, segment) in segments.iter().enumerate() {
                if at + 1 < segments.len() {
                    let call = segment.ends_with("()");
                    let sym = self.names.intern(segment.trim_end_matches("()"));
                    parent = self.paths.child(&self.names, parent, sym, call);
                }
            }
            return self.paths.child(&self.names, parent, sym, false);
        }
        self.child_path(own.path, sym)
    }
}
