//! Runs functions and classes whose definition is known.

use std::collections::HashMap;
use std::rc::Rc;

use super::call::Given;
use super::part::find_method;
use super::stmt::intersect;
use super::value::{Callable, Facts, Value};
use super::{CALLS, Machine};
use crate::budget;
use crate::language::ir::{Pattern, Span, Sym, Unit};
use crate::rule::library::Manner;

impl Machine<'_> {
    /// Makes an object of a class whose definition is known.
    pub(super) fn invoke_class(
        &mut self,
        unit: &Rc<Unit>,
        callee: &Value,
        given: &[Given],
        span: Span,
    ) -> Option<Value> {
        let Some(Callable::Class(of, class)) = callee.callable.as_deref() else {
            return None;
        };
        let (of, class) = (Rc::clone(of), *class);
        let mut object = Value {
            path: self.paths.called(&self.names, callee.path),
            fields: callee.fields.clone(),
            callable: Some(Rc::new(Callable::Object(Rc::clone(&of), class))),
            ..Value::default()
        };
        let init = self.names.intern("__init__");
        match find_method(&of, class, init) {
            Some(func) => {
                let method = Value {
                    callable: Some(Rc::new(Callable::Function(
                        of,
                        func,
                        Some(Box::new(object.clone())),
                    ))),
                    ..Value::default()
                };
                let dead = self.dead;
                self.invoke(unit, &method, given, span);
                self.dead = dead;
                if let Some(written) = self.written.take() {
                    object = written;
                }
            }
            None => {
                for one in given {
                    let key = one.name.map(|name| self.key(name));
                    object.set_part(key, one.value.clone());
                }
            }
        }
        Some(object)
    }

    /// Runs a function whose definition is known with these arguments.
    pub(super) fn invoke(
        &mut self,
        unit: &Rc<Unit>,
        callee: &Value,
        given: &[Given],
        span: Span,
    ) -> Option<Value> {
        let Some(Callable::Function(of, func, own)) = callee.callable.as_deref() else {
            return None;
        };
        let (of, func, own) = (Rc::clone(of), *func, own.clone());
        let function = of.functions.get(func)?;
        let again = self
            .frames
            .iter()
            .filter(|frame| frame.func == func && Rc::ptr_eq(&frame.unit, &of))
            .count();
        if self.frames.len() > CALLS || again > 1 || self.call_fuel == 0 {
            return None;
        }
        let plain = function.top
            && given.iter().all(|one| is_plain(&one.value))
            && own.as_deref().is_none_or(|own| own.all_taints().is_empty());
        let key = (Rc::clone(&of.path), func);
        if plain && let Some(known) = self.plain.get(&key) {
            return Some(known.clone());
        }
        if !Rc::ptr_eq(&of, unit) {
            self.module(&of);
        }
        budget::charge(function.decorators.len() + function.params.len());
        let name = self.names.text(function.name);
        let still = function
            .decorators
            .iter()
            .any(|decorator| of.text(of.span(*decorator)).ends_with("staticmethod"));
        let is_object = own.as_deref().is_some_and(|own| {
            matches!(own.callable.as_deref(), Some(Callable::Object(..)))
                || function
                    .decorators
                    .iter()
                    .any(|d| of.text(of.span(*d)).ends_with("classmethod"))
        });
        let takes_self = function.receiver;
        let mut params = function.params.iter();
        let caller_clean_base = self.env.layers.len();
        // Defaults and arguments are the caller's; they are bound in the new frame.
        let mut bound: Vec<(&Pattern, Value)> = Vec::new();
        let mut receiver_name = None;
        if let (true, true, false, Some(own)) = (is_object, takes_self, still, own)
            && let Some(first) = params.next()
        {
            receiver_name = first.name;
            bound.push((&first.pattern, *own));
        }
        let mut positional = given.iter().filter(|one| one.name.is_none());
        let mut used: Vec<Sym> = Vec::new();
        for param in params {
            let value = match param.stars {
                1 => Value::list(positional.by_ref().map(|one| one.value.clone()).collect()),
                2 => {
                    let mut rest = Value::default();
                    for one in given {
                        if let Some(name) = one.name
                            && !used.contains(&name)
                        {
                            let key = self.key(name);
                            rest.set_part(Some(key), one.value.clone());
                        }
                    }
                    rest
                }
                _ => {
                    let named = given
                        .iter()
                        .find(|one| one.name.is_some() && one.name == param.name);
                    used.extend(param.name);
                    match named.or_else(|| positional.next()) {
                        Some(one) => {
                            let what = param
                                .name
                                .map(|name| self.names.text(name))
                                .unwrap_or_default();
                            let mut value = one.value.clone().step(
                                unit,
                                one.span,
                                &format!("passed to {name} as {what}"),
                            );
                            if !value.path.known() && !value.closed() {
                                value.path = self.typed_param(&of, param).path;
                            }
                            if self.library.is_plain_type(param.ty_text.trim())
                                && self.library.has(Manner::TypesHold)
                                && value.known().is_none()
                            {
                                value = Value::harmless();
                            }
                            value
                        }
                        None => match param.default {
                            Some(default) => self.eval(&of, default),
                            None => Value::default(),
                        },
                    }
                }
            };
            bound.push((&param.pattern, value));
        }
        self.enter(&of, func, !function.top, span);
        self.followed += 1;
        for (pattern, value) in bound {
            self.bind(&of, pattern, value, None);
        }
        let was_quiet = self.quiet;
        self.body(&of, func);
        self.quiet = was_quiet;
        self.followed -= 1;
        let frame = self.frames.pop()?;
        let written = receiver_name
            .and_then(|name| self.env.get(frame.base, name))
            .cloned();
        self.env.layers.truncate(caller_clean_base);
        self.written = written;
        self.dead = false;
        let Some(mut value) = frame.returned else {
            // It never returns: it always raises, or the budget is gone.
            self.dead = self.call_fuel > 0;
            return Some(Value::default());
        };
        if let Some(exits) = frame.exits {
            let facts: Vec<(u64, u64)> = exits.into_iter().collect();
            self.env.learn(&facts);
        }
        if value.truth().is_none() || value.facts.is_some() {
            let facts = known_facts(&frame.yields);
            value.facts = (!facts.yes.is_empty() || !facts.no.is_empty()).then(|| Rc::new(facts));
        }
        if function.returns.contains("bool") && value.facts.is_none() && value.text.is_none() {
            value.taints = Rc::default();
        }
        let value = value.step(unit, span, &format!("returned by {name}"));
        if plain && self.written.is_none() && value.facts.is_none() {
            self.plain.insert(key, value.clone());
        }
        Some(value)
    }
}

/// Nothing that another call of the same function would not be given.
fn is_plain(value: &Value) -> bool {
    value.known().is_none()
        && value.callable.is_none()
        && value.fields.is_none()
        && value.text.is_none()
        && value.taints.is_empty()
}

/// What a call's truth says: what holds on all ways that return true, and on all that return false.
fn known_facts(yields: &[(Option<bool>, HashMap<u64, u64>)]) -> Facts {
    let on = |way: bool| -> Vec<(u64, u64)> {
        let mut all: Option<HashMap<u64, u64>> = None;
        for (truth, clean) in yields {
            if *truth != Some(!way) {
                all = Some(match all {
                    None => clean.clone(),
                    Some(known) => intersect(known, clean),
                });
            }
        }
        let mut list: Vec<(u64, u64)> = all.unwrap_or_default().into_iter().collect();
        list.sort_unstable();
        list
    };
    Facts {
        yes: on(true),
        no: on(false),
        equal: Vec::new(),
    }
}
