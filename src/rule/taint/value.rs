//! What is known of a value: constant, text with holes, where it came from, its parts.
//!
//! Does not catch: more sources of one value than a few; the first ones are kept.

use std::rc::Rc;

use super::call::Given;
use super::fields::{Fields, join_fields, opened};
use super::shape::{Part, Shape};
use super::source::{Taint, add_step};
use crate::language::ir::{ClassId, Const, FuncId, Span, Sym, Unit};
use crate::rule::charset::Characters;
use crate::rule::path::PathId;

/// What can be called.
#[derive(Clone, Debug)]
pub enum Callable {
    /// A function; with the object that it belongs to.
    Function(Rc<Unit>, FuncId, Option<Box<Value>>),
    /// A class.
    Class(Rc<Unit>, ClassId),
    /// An object of a class.
    Object(Rc<Unit>, ClassId),
    /// A module of the project.
    Module(Rc<Unit>),
    /// A function, and what it is given already.
    Partial(Box<Value>, Vec<Given>),
}

/// What a truth value says of other values.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// When true: inputs that are clean, for which sinks.
    pub yes: Vec<(u64, u64)>,
    /// When false.
    pub no: Vec<(u64, u64)>,
    /// When true: names that are this constant.
    pub equal: Vec<(Sym, Value)>,
}

/// A value.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// As text.
    pub text: Option<Rc<Shape>>,
    /// As another constant.
    pub scalar: Option<Const>,
    /// Where it came from.
    pub taints: Rc<Vec<Taint>>,
    /// What it is called.
    pub path: PathId,
    /// Its parts.
    pub fields: Option<Rc<Fields>>,
    /// What it says as a condition.
    pub facts: Option<Rc<Facts>>,
    /// What it is when called.
    pub callable: Option<Rc<Callable>>,
    /// A number, or one of a fixed set.
    pub harmless: bool,
    /// A path without `..` and links.
    pub resolved: bool,
    /// What an import binds, as it is.
    pub imported: bool,
}

/// Most sources of one value.
const SOURCES: usize = 6;

impl Value {
    /// A constant.
    pub fn constant(constant: &Const) -> Self {
        match constant {
            Const::Text(text) => Self::text(Rc::clone(text)),
            other => Self {
                scalar: Some(other.clone()),
                harmless: true,
                ..Self::default()
            },
        }
    }

    /// A known text.
    pub fn text(text: Rc<str>) -> Self {
        Self {
            text: Some(Rc::new(Shape::constant(text))),
            ..Self::default()
        }
    }

    /// A truth value.
    pub fn bool(known: bool) -> Self {
        Self::constant(&Const::Bool(known))
    }

    /// A number or the like: nothing that a sink could be harmed with.
    pub fn harmless() -> Self {
        Self {
            harmless: true,
            ..Self::default()
        }
    }

    /// The known text.
    pub fn known_text(&self) -> Option<Rc<str>> {
        self.text.as_ref().and_then(|shape| shape.known())
    }

    /// The constant that it is.
    pub fn known(&self) -> Option<Const> {
        self.scalar
            .clone()
            .or_else(|| self.known_text().map(Const::Text))
    }

    /// The known number.
    pub fn int(&self) -> Option<i64> {
        match self.scalar {
            Some(Const::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// Its truth, where it is known.
    pub fn truth(&self) -> Option<bool> {
        match &self.scalar {
            Some(Const::Bool(known)) => return Some(*known),
            Some(Const::Int(number)) => return Some(*number != 0),
            Some(Const::None) => return Some(false),
            Some(Const::Text(_) | Const::Other(_)) | None => {}
        }
        self.known_text().map(|text| !text.is_empty())
    }

    /// Whether no part of it can be anything: a constant, one of a set, a number.
    pub fn closed(&self) -> bool {
        self.harmless
            || self.scalar.is_some()
            || self.text.as_ref().is_some_and(|shape| !shape.open())
    }

    /// Its text with holes.
    pub fn shape(&self) -> Shape {
        match (&self.text, &self.scalar) {
            (Some(shape), _) => Shape::clone(shape),
            (None, Some(Const::Int(number))) => Shape::constant(number.to_string().into()),
            (None, Some(Const::Other(text))) => Shape::constant(Rc::clone(text)),
            _ if self.closed() => Shape(vec![Part::Harmless]),
            _ => Shape(vec![Part::Hole]),
        }
    }

    /// Adds sources; equal ones once.
    pub fn taint(&mut self, more: &[Taint]) {
        if more.is_empty() {
            return;
        }
        if self.taints.is_empty() && more.len() <= SOURCES {
            self.taints = Rc::new(more.to_vec());
            return;
        }
        let known = Rc::make_mut(&mut self.taints);
        for taint in more {
            let same = known.iter_mut().find(|old| {
                (old.kind, old.id, old.clean, old.gone)
                    == (taint.kind, taint.id, taint.clean, taint.gone)
            });
            if let Some(old) = same {
                old.indirect &= taint.indirect;
            } else if known.len() < SOURCES {
                known.push(taint.clone());
            }
        }
    }

    /// Sources of it and of its parts.
    pub fn all_taints(&self) -> Rc<Vec<Taint>> {
        let Some(fields) = &self.fields else {
            return Rc::clone(&self.taints);
        };
        let mut all = Value {
            taints: Rc::clone(&self.taints),
            ..Value::default()
        };
        for part in fields.map.values().chain(fields.rest.as_deref()) {
            all.taint(&part.all_taints());
        }
        all.taints
    }

    /// A value with the sources of this one and of its parts, and nothing else.
    pub fn derived(&self) -> Self {
        Self {
            taints: self.all_taints(),
            ..Self::default()
        }
    }

    /// Clean for these sinks.
    #[must_use]
    pub fn cleaned(mut self, mask: u64) -> Self {
        let all = self.all_taints();
        self.fields = None;
        if mask == u64::MAX {
            self.taints = Rc::default();
            return self;
        }
        let mut taints = Vec::clone(&all);
        for taint in &mut taints {
            taint.clean |= mask;
        }
        self.taints = Rc::new(taints);
        self
    }

    /// Without some characters, but for those that were put in their place.
    #[must_use]
    pub fn without(mut self, out: Characters, put: Characters) -> Self {
        if !self.taints.is_empty() {
            for taint in Rc::make_mut(&mut self.taints) {
                taint.gone = taint.gone.and(out).without(put);
            }
        }
        self
    }

    /// With any characters again.
    #[must_use]
    pub fn rewritten(self) -> Self {
        self.without(Characters::default(), Characters::ALL)
    }

    /// The same, with a step more.
    #[must_use]
    pub fn step(mut self, unit: &Rc<Unit>, span: Span, what: &str) -> Self {
        if self.taints.is_empty() {
            return self;
        }
        for taint in Rc::make_mut(&mut self.taints) {
            add_step(taint, unit, span, what);
        }
        self
    }

    /// Either of the two.
    #[must_use]
    pub fn join(mut self, other: &Value) -> Self {
        if let (Some(a), Some(b)) = (&self.text, &other.text)
            && a == b
        {
            // The same text on both ways.
        } else if self.closed() && other.closed() {
            if self.scalar != other.scalar || self.text != other.text {
                self.scalar = None;
                self.text = None;
                self.harmless = true;
            }
        } else {
            self.scalar = None;
            self.harmless = false;
            let open = |value: &Value| value.text.clone().filter(|shape| shape.open());
            self.text = match (open(&self), open(other)) {
                (Some(a), Some(b)) => Some(if b.0.len() > a.0.len() { b } else { a }),
                (a, b) => a.or(b),
            };
        }
        self.taint(&other.taints);
        if self.path != other.path {
            // A null on one way does not hide what it is on the other.
            self.path = match (self.path.known(), other.path.known()) {
                (false, _) => other.path,
                (true, false) => self.path,
                (true, true) => PathId::default(),
            };
        }
        self.fields = match (self.fields.take(), &other.fields) {
            (Some(a), Some(b)) if Rc::ptr_eq(&a, b) => Some(a),
            (Some(a), Some(b)) => Some(Rc::new(join_fields(&a, b))),
            (Some(a), None) => Some(opened(a)),
            (None, b) => b.clone().map(opened),
        };
        self.facts = None;
        self.resolved &= other.resolved;
        if self.callable.is_none() {
            self.callable.clone_from(&other.callable);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_two_constants_is_harmless_and_not_constant() {
        let joined = Value::text("a".into()).join(&Value::text("b".into()));
        assert!(joined.closed());
        assert_eq!(joined.known_text(), None);
    }
}
