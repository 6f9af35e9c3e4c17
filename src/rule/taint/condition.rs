//! Conditions of rules: what they ask of the arguments of a call, of a value, of the names around it.
//!
//! Does not catch: an argument that stands in `*args` or `**kwargs` whose parts are not known; it is neither given nor
//! missing.

use super::Machine;
use super::call::Given;
use super::fields::Key;
use super::value::Value;
use crate::language::ir::Const;
use crate::rule::compile::{Asks, Compiled, Condition, Part};

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
                named.or(positional).map(|one| one.value.clone())
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
        let open = given.iter().any(|one| one.open);
        self.answers(&condition.asks, value.as_ref(), open) != condition.negate
    }

    /// Whether a value alone does.
    pub(super) fn answers_alone(&self, condition: &Condition, value: &Value) -> bool {
        self.answers(&condition.asks, Some(value), false) != condition.negate
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
