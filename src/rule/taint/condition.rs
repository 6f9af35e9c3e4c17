//! Conditions of rules: what they ask of the arguments of a call, of a value, of the names around it.
//!
//! Does not catch: an argument that stands in `*args` or `**kwargs` whose parts are not known; it is neither given nor
//! missing.

use super::Machine;
use super::call::Given;
use super::fields::Key;
use super::value::Value;
use crate::budget;
use crate::language::ir::{Const, Span};
use crate::rule::compile::{Asks, CallSite, Compiled, Condition, Part};
use crate::rule::library::Manner;

impl Machine<'_> {
    /// Whether a call answers as a condition asks.
    pub(super) fn holds(
        &self,
        condition: &Condition,
        own: Option<&Value>,
        given: &[Given],
    ) -> bool {
        let value = match (condition.arg, condition.receiver) {
            (_, true) => own.cloned(),
            (arg, false) => {
                let named = given.iter().find(|one| {
                    one.name.is_some_and(|name| {
                        let name = self.names.text(name);
                        condition.kw.iter().any(|kw| **kw == *name)
                    })
                });
                let positional = arg.and_then(|arg| {
                    given
                        .iter()
                        .filter(|one| one.name.is_none() && !one.open)
                        .nth(arg)
                });
                let option = || self.option(&condition.kw, given);
                let found = named.or(positional).map(|one| one.value.clone());
                found.or_else(option)
            }
        };
        let key = condition.part.as_ref().map(|part| match part {
            Part::At(at) => Key::At(*at),
            Part::Named(name) => Key::Named(name.as_str().into()),
        });
        let value = match (value, &key) {
            (Some(value), Some(key)) => value.fields.is_some().then(|| value.part(key)).flatten(),
            (value, None) => value,
            (None, Some(_)) => None,
        };
        let open = given.iter().any(|one| one.open) || self.may_hold(condition, given);
        self.answers(&condition.asks, value.as_ref(), open) != condition.negate
    }

    /// What stands under one of these names in an object among the arguments, where the language gives names to what it
    /// is given in that way.
    pub(super) fn option(&self, names: &[String], given: &[Given]) -> Option<Value> {
        if names.is_empty() || !self.library.has(Manner::OptionsAreNamed) {
            return None;
        }
        let tables = given.iter().filter_map(|one| one.value.fields.as_ref());
        let mut tables = tables.filter(|fields| !fields.list);
        tables.find_map(|fields| {
            budget::charge(names.len());
            let mut keys = names.iter().map(|name| Key::Named(name.as_str().into()));
            keys.find_map(|key| fields.map.get(&key).cloned())
        })
    }

    /// Whether a value alone does.
    pub(super) fn answers_alone(&self, condition: &Condition, value: &Value) -> bool {
        self.answers(&condition.asks, Some(value), false) != condition.negate
    }

    /// Whether what a condition asks for by name may stand in an argument of which nothing is known.
    fn may_hold(&self, condition: &Condition, given: &[Given]) -> bool {
        let by_name = !condition.kw.is_empty() && self.library.has(Manner::OptionsAreNamed);
        let is_open = |one: &Given| match &one.value.fields {
            Some(fields) => !fields.list && !fields.closed,
            None => !one.value.closed() && one.value.text.is_none() && one.value.callable.is_none(),
        };
        // What a source gives is a text.
        let is_text = |one: &Given| !one.value.all_taints().is_empty();
        let last = given.last().filter(|one| !is_text(one));
        by_name && last.is_some_and(is_open)
    }

    fn answers(&self, asks: &Asks, value: Option<&Value>, open: bool) -> bool {
        let Some(value) = value else {
            return matches!(asks, Asks::Missing) && !open;
        };
        match asks {
            Asks::Missing => false,
            Asks::Is(wanted) => match (wanted, value.known()) {
                (toml::Value::Boolean(a), Some(Const::Bool(b))) => *a == b,
                // `shell=1`, `verify=0`, and `shell='False'` too: Python asks for the truth of it.
                (toml::Value::Boolean(a), Some(Const::Int(_) | Const::Text(_))) => {
                    value.truth() == Some(*a)
                }
                (toml::Value::Integer(a), Some(Const::Int(b))) => *a == b,
                (toml::Value::String(a), Some(Const::Text(b))) => **a == *b,
                (toml::Value::String(a), Some(Const::None)) => a == "none",
                _ => false,
            },
            Asks::Matches(pattern) => match (&value.text, &value.scalar) {
                (Some(shape), _) => pattern.is_match(&shape.literal()),
                (None, Some(Const::Int(number))) => pattern.is_match(&number.to_string()),
                _ => false,
            },
            Asks::Literal(wanted) => value.known_text().is_some() == *wanted,
            Asks::Below(limit) => value.int().is_some_and(|number| number < *limit),
            Asks::Bits(bits) => value.int().is_some_and(|number| number & bits != 0),
            Asks::Object(wanted) => value.fields.is_some() == *wanted,
            Asks::Built(wanted) => {
                value.text.as_ref().is_some_and(|shape| shape.built()) == *wanted
            }
            Asks::Path(globs) => {
                let segments = self.paths.segments(&self.names, value.path);
                globs.iter().any(|glob| glob.matches(&segments))
            }
        }
    }

    /// Whether what it is assigned to, or the function, has a name that the rule asks for.
    pub(super) fn in_context(&self, rule: &Compiled) -> bool {
        let Some(pattern) = &rule.context else {
            return true;
        };
        if self
            .target
            .as_ref()
            .is_some_and(|target| pattern.is_match(target))
        {
            return true;
        }
        self.frames.iter().any(|frame| {
            frame
                .unit
                .functions
                .get(frame.func)
                .is_some_and(|function| pattern.is_match(&self.names.text(function.name)))
        })
    }
}

/// The values of a call that a site calls sinks.
pub(super) fn sinks(
    site: &CallSite,
    own: Option<&Value>,
    given: &[Given],
    span: Span,
) -> Vec<(Value, Span)> {
    let mut sinks = Vec::new();
    if site.all {
        sinks.extend(given.iter().map(|one| (one.value.clone(), one.span)));
    }
    for arg in &site.args {
        let positional = given.iter().filter(|one| one.name.is_none()).nth(*arg);
        sinks.extend(positional.map(|one| (one.value.clone(), one.span)));
    }
    for one in given {
        if let Some(text) = &one.name_text
            && site.kws.iter().any(|kw| **kw == **text)
        {
            sinks.push((one.value.clone(), one.span));
        }
    }
    if site.receiver {
        sinks.extend(own.map(|own| (own.clone(), span)));
    }
    if let Some(item) = site.item {
        return sinks
            .into_iter()
            .filter_map(|(value, span)| {
                value.fields.as_ref()?;
                Some((value.part(&Key::At(item))?, span))
            })
            .collect();
    }
    sinks
}
