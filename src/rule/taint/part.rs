//! Parts of values: fields, subscripts, elements, slices.

use std::rc::Rc;

use super::fields::Key;
use super::value::{Callable, Value};
use super::{Machine, hash};
use crate::budget;
use crate::language::ir::{Const, Sym, Unit};
use crate::rule::effect::Effect;
use crate::rule::index::Role;
use crate::rule::library::Manner;

impl Machine<'_> {
    /// A field of an object, or a member of a module.
    pub(super) fn attribute(&mut self, unit: &Rc<Unit>, object: &Value, name: Sym) -> Value {
        let key = self.key(name);
        if let Some(fields) = &object.fields
            && let Some(part) = fields.map.get(&key)
        {
            return part.clone();
        }
        let method = match object.callable.as_deref() {
            Some(Callable::Object(of, class) | Callable::Class(of, class)) => {
                find_method(of, *class, name).map(|func| (Rc::clone(of), func))
            }
            Some(Callable::Module(of)) => {
                let known = self.member(&Rc::clone(of), name);
                let Some(whole) = self.whole(object).filter(|_| known.is_none()) else {
                    return known.unwrap_or_default();
                };
                return match whole.callable.as_deref() {
                    Some(Callable::Module(of)) => self.member(&Rc::clone(of), name),
                    _ => Some(self.attribute(unit, &whole, name)),
                }
                .unwrap_or_default();
            }
            _ => None,
        };
        let path = self.child_path(object.path, name);
        if let Some((of, func)) = method {
            let own = Some(Box::new(object.clone()));
            let value = Value {
                callable: Some(Rc::new(Callable::Function(Rc::clone(&of), func, own))),
                path,
                ..Value::default()
            };
            let property = of.functions.get(func).is_some_and(|function| {
                budget::charge(function.decorators.len());
                function
                    .decorators
                    .iter()
                    .any(|decorator| of.text(of.span(*decorator)).ends_with("property"))
            });
            if property {
                return self
                    .invoke(unit, &value, &[], Default::default())
                    .unwrap_or(value);
            }
            return value;
        }
        let mut value = Value {
            path,
            taints: Rc::clone(&object.taints),
            resolved: object.resolved,
            ..Value::default()
        };
        if !value.taints.is_empty() {
            let text = self.names.text(name);
            if WHOLE.iter().any(|whole| whole.eq_ignore_ascii_case(&text)) {
                for taint in Rc::make_mut(&mut value.taints) {
                    taint.part = true;
                }
            } else {
                self.mix(&mut value, &text);
            }
        }
        value
    }

    /// What a module gives under a name.
    fn member(&mut self, of: &Rc<Unit>, name: Sym) -> Option<Value> {
        self.module(of);
        self.globals.get(&of.path)?.get(&name).cloned()
    }

    /// What a module gives as a whole, where its language has that.
    pub(super) fn whole(&mut self, value: &Value) -> Option<Value> {
        let Some(Callable::Module(of)) = value.callable.as_deref() else {
            return None;
        };
        if !self.library.has(Manner::ModulesGiveOne) {
            return None;
        }
        let of = Rc::clone(of);
        let name = self.names.intern("default");
        self.member(&of, name)
    }

    /// Gives the sources another identity: a part of an input is not the input.
    pub(super) fn mix(&self, value: &mut Value, part: &str) {
        if value.taints.is_empty() {
            return;
        }
        for taint in Rc::make_mut(&mut value.taints) {
            taint.id = hash(&[&taint.id.to_string(), part]);
            taint.part = true;
        }
    }

    /// A module by its name; nothing where the name is longer than one can be.
    pub(super) fn load(&mut self, unit: &Rc<Unit>, name: &str) -> Option<Value> {
        const LONGEST: usize = 256;
        if name.len() > LONGEST {
            return None;
        }
        let parts = name.split('.').map(|part| self.names.intern(part));
        let path: Vec<_> = parts.collect();
        Some(self.import(unit, &path, 0))
    }

    /// The part of a container under a key.
    pub(super) fn index(&mut self, unit: &Rc<Unit>, object: &Value, key: &Value) -> Value {
        let known = key_of(key);
        if let Some(known) = &known {
            if let Some(part) = object.part(known) {
                return part;
            }
            if let (Key::At(at), Some(text)) = (known, object.known_text()) {
                let at = usize::try_from(*at).ok();
                if let Some(c) = at.and_then(|at| text.chars().nth(at)) {
                    return Value::text(c.to_string().into());
                }
            }
        } else if object.fields.is_some() && !object.taints.iter().any(|taint| taint.clean == 0) {
            return object.any_part().unwrap_or_default();
        }
        if let Some(Key::Named(name)) = &known
            && self
                .paths
                .roles(object.path)
                .contains(&Role::Does(Effect::LoadModule))
        {
            return self.load(unit, name).unwrap_or_default();
        }
        let mut value = object.derived();
        value.path = match &known {
            Some(Key::Named(text)) => {
                let sym = self.names.intern(text);
                self.child_path(object.path, sym)
            }
            _ => {
                let sym = self.names.intern("[]");
                self.child_path(object.path, sym)
            }
        };
        if value.taints.is_empty() {
            for role in self.paths.roles(value.path).iter() {
                if let Role::Source(kind) = role {
                    let span = Default::default();
                    return self.source(unit, span, *kind, "", value);
                }
            }
        }
        self.predictable(&mut value, key);
        match known {
            Some(Key::Named(text)) => self.mix(&mut value, &text),
            Some(Key::At(at)) => self.mix(&mut value, &at.to_string()),
            None => self.mix(&mut value, "[]"),
        }
        value
    }

    /// What is chosen by what can be predicted can be predicted.
    fn predictable(&self, value: &mut Value, key: &Value) {
        let random = self.library.source_kind("random").ok();
        let taints = key.taints.iter();
        let taints: Vec<_> = taints
            .filter(|taint| Some(taint.kind) == random)
            .cloned()
            .collect();
        value.taint(&taints);
    }

    /// An element, when a container is run over.
    pub(super) fn item_of(&mut self, value: &Value) -> Value {
        if let Some(part) = value.any_part() {
            let mut part = part;
            part.taint(&value.taints);
            return part;
        }
        if value.closed() {
            return Value::harmless();
        }
        let mut item = value.derived();
        let sym = self.names.intern("[]");
        item.path = self.child_path(value.path, sym);
        item
    }

    /// A list with the elements of another behind its own.
    pub(super) fn extended(&mut self, mut left: Value, right: &Value) -> Value {
        let known = |value: &Value| {
            value
                .fields
                .as_ref()
                .is_some_and(|f| f.list && f.rest.is_none())
        };
        left.taint(&right.taints);
        if known(&left) && known(right) {
            let parts = right.fields.clone().unwrap_or_default();
            for part in parts.map.values() {
                push_back(&mut left, part.clone());
            }
        } else if let Some(part) = right.any_part() {
            left.set_part(None, part);
        }
        left
    }
}

/// Parts of a request or an address that stand for the whole.
const WHOLE: &[&str] = &[
    "netloc", "hostname", "host", "scheme", "path", "name", "stem", "parts", "filename", "query",
    "value", "data", "text", "domain", "parent", "parents", "origin",
];

/// Appends to a list.
pub(super) fn push_back(list: &mut Value, item: Value) {
    let next = list
        .fields
        .as_ref()
        .filter(|fields| fields.list && fields.rest.is_none());
    let key = next
        .and_then(|fields| i64::try_from(fields.map.len()).ok())
        .map(Key::At);
    list.set_part(key, item);
}

pub(super) fn find_method(unit: &Unit, class: usize, name: Sym) -> Option<usize> {
    let class = unit.classes.get(class)?;
    class
        .methods
        .iter()
        .rev()
        .find(|(method, _)| *method == name)
        .map(|(_, id)| *id)
}

/// A value as a key.
pub(super) fn key_of(value: &Value) -> Option<Key> {
    match value.known()? {
        Const::Int(number) => Some(Key::At(number)),
        Const::Text(text) => Some(Key::Named(text)),
        Const::Bool(_) | Const::None | Const::Other(_) => None,
    }
}

/// A stretch of a text or a list.
pub(super) fn slice(object: &Value, from: Option<&Value>, to: Option<&Value>) -> Value {
    let bound = |value: Option<&Value>, open: i64| match value {
        None => Some(open),
        Some(value) => value.int(),
    };
    let (from, to) = (bound(from, 0), bound(to, i64::MAX));
    let range = |len: usize| {
        let len = i64::try_from(len).ok()?;
        let place = |at: i64| {
            if at < 0 {
                (len + at).max(0)
            } else {
                at.min(len)
            }
        };
        let (from, to) = (place(from?), place(to?));
        Some((
            usize::try_from(from).ok()?,
            usize::try_from(to.max(from)).ok()?,
        ))
    };
    if let Some(text) = object.known_text()
        && let Some((from, to)) = range(text.chars().count())
    {
        let part: String = text.chars().skip(from).take(to - from).collect();
        return Value::text(part.into());
    }
    if let Some(fields) = &object.fields
        && fields.list
        && fields.rest.is_none()
        && let Some((from, to)) = range(fields.map.len())
    {
        let items = fields
            .map
            .values()
            .skip(from)
            .take(to - from)
            .cloned()
            .collect();
        return Value::list(items);
    }
    // Cut out of the literal start of a text with holes.
    if let (Some(shape), Some(0), Some(to)) = (&object.text, from, to)
        && let Ok(to) = usize::try_from(to)
        && to < i32::MAX as usize
        && shape.start().chars().count() >= to
    {
        let part: String = shape.start().chars().take(to).collect();
        return Value::text(part.into());
    }
    let mut value = object.derived();
    value.harmless = object.closed();
    if object.fields.is_some() {
        value.fields.clone_from(&object.fields);
        if let Some(part) = object.any_part() {
            value.fields = None;
            value.set_part(None, part);
        }
    }
    value
}
