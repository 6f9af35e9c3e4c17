//! What a language's own functions and types do: texts, lists, maps, wrappers. The library of the language says
//! which function and which method does what ([`Effect`]).

mod container;
mod function;
mod wrapper;

use std::rc::Rc;

use super::Machine;
use super::call::Given;
use super::shape::{Part, Shape};
use super::value::{Facts, Value};
use crate::budget;
use crate::language::ir::{ExprId, Span, Sym, Unit};
use crate::rule::charset::Characters;
use crate::rule::effect::Effect;
use crate::rule::index::Role;
use crate::rule::library::{ONE_SLASH, ROOTED};

impl Machine<'_> {
    /// The result of a call that the language defines; `None` where it does not.
    pub(super) fn model(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee: &Value,
        receiver: Option<&(ExprId, Value, Sym)>,
        given: &[Given],
    ) -> Option<Value> {
        if let Some(value) = self.function(unit, span, callee, given) {
            return Some(value);
        }
        let (_, own, name) = receiver?;
        let library = self.library;
        let name = self.names.text(*name);
        library.methods(&name).iter().find_map(|effect| {
            self.wrapper(unit, span, own, (*effect, &name), given)
                .or_else(|| self.container(own, *effect, given))
                .or_else(|| self.method(own, *effect, given))
        })
    }

    pub(super) fn method(&mut self, own: &Value, effect: Effect, given: &[Given]) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        let known = own.known_text();
        let fold = |change: fn(&str) -> String| {
            known.as_ref().map(|text| Value::text(change(text).into()))
        };
        match effect {
            Effect::Lower => fold(|text| text.to_lowercase()).or_else(|| kept(own)),
            Effect::Upper => fold(|text| text.to_uppercase()).or_else(|| kept(own)),
            Effect::Trim if first.is_none() => {
                fold(|text| text.trim().to_owned()).or_else(|| kept(own))
            }
            Effect::Trim | Effect::Keep => kept(own),
            Effect::Replace => {
                let second = given.get(1).and_then(|one| one.value.known_text());
                if let (Some(text), Some(from), Some(to)) =
                    (&known, first.and_then(Value::known_text), &second)
                {
                    return Some(Value::text(text.replace(&*from, to).into()));
                }
                let mut value = own.derived();
                if let (Some(text), Some(from), Some(to)) =
                    (&known, first.and_then(Value::known_text), given.get(1))
                    && !from.is_empty()
                    && budget::charge_text(text.len())
                {
                    let (mut shape, put) = (Shape::default(), to.value.shape());
                    for (at, part) in text.split(&*from).enumerate() {
                        if at > 0 {
                            shape.append(&put);
                        }
                        if !budget::charge(1) {
                            break;
                        }
                        shape.push(Part::Literal(part.into()));
                    }
                    value.taint(&to.value.all_taints());
                    value.text = Some(Rc::new(shape));
                    return Some(value);
                }
                if first
                    .and_then(Value::known_text)
                    .is_some_and(|from| from.contains(['\n', '\r']))
                {
                    let mask = self.library.known_kind("log") | self.library.known_kind("header");
                    value = value.cleaned(mask);
                }
                let put = second.as_deref().map_or(Characters::ALL, Characters::of);
                let all = |count: &Given| count.value.int().is_some_and(|count| count < 0);
                let every = given.get(2).is_none_or(all);
                value = value.without(replaced(first, every), put);
                for one in given {
                    value.taint(&one.value.all_taints());
                }
                value.text.clone_from(&own.text);
                let put = given.get(1).is_some_and(|one| !one.value.closed());
                if value.text.as_ref().is_some_and(|shape| !shape.open())
                    && (put || !value.taints.is_empty())
                {
                    let mut shape = own.shape();
                    shape.push(Part::Hole);
                    value.text = Some(Rc::new(shape));
                }
                Some(value)
            }
            Effect::Substitute => substituted(own, first?, given.get(1)?, given.get(2..)?),
            Effect::SubstituteIn => {
                substituted(own, &given.get(1)?.value, given.first()?, given.get(2..)?)
            }
            Effect::ReplaceMatched => self.replace_matched(own, first?, given.get(1)?),
            Effect::ReplaceFirst => {
                let put = given.get(1)?;
                let matched = self.replace_matched(own, first?, put);
                matched.or_else(|| {
                    let mut value = own.derived();
                    value.taint(&put.value.all_taints());
                    value.text.clone_from(&own.text);
                    value.harmless = own.closed() && put.value.closed();
                    Some(value)
                })
            }
            Effect::Beside => {
                let add = crate::language::ir::Op::Add;
                let all = given.iter().map(|one| &one.value);
                Some(all.fold(own.clone(), |whole, one| self.operate(add, &whole, one)))
            }
            Effect::Format if own.text.is_some() => Some(self.format(own, given)),
            Effect::Fill if own.text.is_some() => {
                let mut form = own.clone();
                form.text = own.text.as_deref().map(|shape| Rc::new(braced(shape)));
                Some(self.format(&form, given))
            }
            Effect::Join if own.text.is_some() => Some(self.glued(first?, &own.shape())),
            Effect::Join if own.fields.is_some() => Some(self.glued(own, &first?.shape())),
            Effect::Split | Effect::Pieces => {
                if let (Some(text), Some(by)) = (&known, first.and_then(Value::known_text))
                    && effect == Effect::Split
                    && !by.is_empty()
                {
                    return Some(Value::list(
                        text.split(&*by)
                            .map(|part| Value::text(part.into()))
                            .collect(),
                    ));
                }
                let mut list = Value::default();
                let mut part = own.derived();
                self.mix(&mut part, "split");
                list.set_part(None, part);
                if let Some(first) = list.fields.as_mut().map(Rc::make_mut) {
                    first.list = true;
                }
                Some(list)
            }
            Effect::Starts => Some(self.starts(own, first?)),
            Effect::Letters => Some(match known {
                // None of them holds of a text with anything but letters and numbers, or what a name has.
                Some(text) if text.contains(|c: char| !c.is_alphanumeric() && c != '_') => {
                    Value::bool(false)
                }
                _ => Self::says(Self::ids(own, u64::MAX)),
            }),
            Effect::Characters => {
                let mut list = Value::default();
                list.set_part(None, own.derived());
                if let Some(fields) = list.fields.as_mut().map(Rc::make_mut) {
                    fields.list = true;
                }
                Some(list)
            }
            Effect::Contains => Some(self.contained(own, first?)),
            Effect::Harmless => Some(Value::harmless()),
            Effect::Truth => {
                let mut value = Value::harmless();
                value.facts.clone_from(&own.facts);
                Some(value)
            }
            Effect::Untruth => Some(self.negate(&Value {
                facts: own.facts.clone(),
                ..Value::harmless()
            })),
            Effect::PartBelow if own.resolved => {
                let mask = self.library.known_kind("path");
                let mut value = own.derived().cleaned(mask);
                value.facts = Self::says(self.ids_beside(own, first?, mask)).facts;
                Some(value)
            }
            Effect::Resolve => {
                let mut value = own.clone();
                value.resolved = true;
                value.callable = None;
                Some(value)
            }
            Effect::IsBelow | Effect::Below => {
                let mask = self.library.known_kind("path");
                if own.resolved {
                    let ids = Self::ids(own, mask);
                    if effect == Effect::Below {
                        self.env.learn(&ids);
                    }
                    return Some(Self::says(ids));
                }
                Some(Value::harmless())
            }
            Effect::Behind => {
                let mut all = vec![Given {
                    value: own.clone(),
                    span: Span::default(),
                    ..Given::default()
                }];
                all.extend(given.iter().cloned());
                Some(self.path_object(&all))
            }
            _ => None,
        }
    }

    /// A text in which what a pattern matches was replaced, everywhere where the pattern says so; `None` where what is
    /// replaced is no pattern.
    fn replace_matched(&mut self, own: &Value, pattern: &Value, put: &Given) -> Option<Value> {
        let roles = self.paths.roles(pattern.path);
        let is = |effect| roles.contains(&Role::Does(effect));
        let everywhere = is(Effect::Everywhere);
        if !everywhere && !is(Effect::Once) {
            return None;
        }
        let mut value = own.derived();
        if !put.value.closed() && put.value.callable.is_none() {
            value.taint(&put.value.all_taints());
        } else if everywhere && let Some(pattern) = pattern.known_text() {
            // A function that is given what matched escapes it, and so does a backslash before it: `\$&`.
            let kept = put.value.known_text();
            let escaped = kept.as_deref().is_some_and(|kept| kept.starts_with('\\'));
            let kept = kept.as_deref().filter(|kept| !kept.contains('$'));
            let comes = match (kept, escaped || put.value.callable.is_some()) {
                (Some(kept), _) => Characters::of(kept),
                (None, true) => Characters::default(),
                (None, false) => Characters::ALL,
            };
            value = value.without(Characters::matched(&pattern), comes);
        }
        value.harmless = own.harmless;
        if let Some(shape) = &own.text {
            let mut shape = Shape::clone(shape);
            if !own.closed() {
                shape.push(Part::Hole);
            }
            value.text = Some(Rc::new(shape));
        }
        value.resolved = false;
        Some(value)
    }

    /// The elements of a list as one text, with another between them.
    pub(super) fn glued(&mut self, list: &Value, between: &Shape) -> Value {
        let mut value = list.derived();
        let mut shape = Shape::default();
        let exact = list
            .fields
            .as_ref()
            .filter(|fields| fields.list && fields.rest.is_none());
        match exact {
            Some(fields) => {
                for (at, item) in fields.map.values().enumerate() {
                    if at > 0 {
                        shape.append(between);
                    }
                    shape.append(&item.shape());
                }
            }
            None => {
                let item = self.item_of(list);
                let part = if item.closed() {
                    Part::Harmless
                } else {
                    Part::Hole
                };
                shape.push(part.clone());
                shape.append(between);
                shape.push(part);
            }
        }
        value.text = Some(Rc::new(shape));
        value
    }

    /// `value.startswith(base)`.
    fn starts(&mut self, own: &Value, base: &Value) -> Value {
        if let (Some(text), Some(start)) = (own.known_text(), base.known_text()) {
            return Value::bool(text.starts_with(&*start));
        }
        if base.known_text().as_deref() == Some("..") {
            // A path from a folder that begins so leaves the folder.
            let facts = Facts {
                no: Self::ids(own, self.library.known_kind("path")),
                ..Facts::default()
            };
            return Value {
                facts: Some(Rc::new(facts)),
                ..Value::harmless()
            };
        }
        let mut ids = Vec::new();
        if base.known_text().as_deref() == Some("/") {
            ids.extend(Self::ids(own, self.library.known_kind(ROOTED)));
        }
        if own.resolved {
            let mask = self.library.known_kind("path");
            ids.extend(self.ids_beside(own, base, mask));
        }
        let other_host = |value: &Value| {
            let text = value.known_text();
            text.is_some_and(|text| matches!(&*text, "//" | "/\\" | "\\\\"))
        };
        let choices = base.fields.as_ref().map(|fields| fields.map.values());
        if other_host(base) || choices.is_some_and(|mut all| all.any(other_host)) {
            let facts = Facts {
                no: Self::ids(own, self.library.known_kind(ONE_SLASH)),
                ..Facts::default()
            };
            return Value {
                facts: Some(Rc::new(facts)),
                ..Value::harmless()
            };
        }
        let fixed_host = |text: &str| {
            text.split_once("://")
                .is_some_and(|(_, rest)| rest.len() > 1 && rest.contains('/'))
        };
        if base.known_text().is_some_and(|text| fixed_host(&text)) {
            let mask = self.library.known_kind("ssrf") | self.library.known_kind("redirect");
            ids.extend(Self::ids(own, mask));
        }
        Self::says(ids)
    }

    /// `whole.contains(part)`.
    fn contained(&mut self, whole: &Value, part: &Value) -> Value {
        let pair = |one: &Value| (usize::MAX, one.clone());
        let (left, right) = (pair(part), pair(whole));
        let nothing = Rc::new(Unit::default());
        self.compare(
            &nothing,
            crate::language::ir::Op::In,
            (left.0, &left.1),
            (right.0, &right.1),
        )
    }

    /// What an exception handler binds.
    pub(super) fn exception(&mut self, unit: &Rc<Unit>, name: Sym) -> Value {
        let path = self.root_path("?exception");
        let value = Value {
            path,
            ..Value::default()
        };
        match self.library.source_kind("exception") {
            Ok(kind) => {
                let text = self.names.text(name);
                self.source(unit, Span::default(), kind, &text, value)
            }
            Err(_) => value,
        }
    }
}

/// The characters that a replacement takes out: one that is known, or a list of such.
fn replaced(from: Option<&Value>, every: bool) -> Characters {
    let one = |value: &Value| {
        let text = value.known_text().filter(|text| text.len() == 1);
        text.map_or_else(Characters::default, |text| Characters::of(&text))
    };
    match from.filter(|_| every) {
        Some(from) => match &from.fields {
            Some(fields) if fields.list && fields.rest.is_none() => {
                let all = fields.map.values().map(one);
                all.fold(Characters::default(), Characters::and)
            }
            _ => one(from),
        },
        None => Characters::default(),
    }
}

/// What is left of a text in which a pattern was replaced; `None` where one of them is not known, or what stands behind
/// them asks for some places only.
fn substituted(
    pattern: &Value,
    replacement: &Value,
    text: &Given,
    more: &[Given],
) -> Option<Value> {
    let pattern = pattern.known_text()?;
    let put = replacement.known_text()?;
    let all = |one: &Given| {
        let counts = one.name_text.as_deref().is_none_or(|name| name == "count");
        !counts || one.value.int() == Some(0)
    };
    let plain = text.name.is_none() && more.iter().all(all) && !put.contains(['\\', '$']);
    let out = Characters::matched(&pattern);
    (plain && !out.is_empty()).then(|| {
        let mut value = text.value.derived().without(out, Characters::of(&put));
        value.resolved = false;
        value
    })
}

/// A text that another text was made from, part by part the same.
fn kept(own: &Value) -> Option<Value> {
    if own.fields.is_some() || (own.text.is_none() && own.taints.is_empty() && !own.harmless) {
        return None;
    }
    let mut value = own.clone();
    value.facts = None;
    value.path = Default::default();
    Some(value)
}

/// A text with `{name}` in place of `$name` and `${name}`.
fn braced(shape: &Shape) -> Shape {
    let mut all = Shape::default();
    for part in &shape.0 {
        let Part::Literal(text) = part else {
            all.push(part.clone());
            continue;
        };
        let mut pieces = text.split('$');
        let mut whole = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let name = piece.strip_prefix('{').unwrap_or(piece);
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let (name, rest) = name.split_at(end.unwrap_or(name.len()));
            let rest = rest
                .strip_prefix('}')
                .filter(|_| piece.starts_with('{'))
                .unwrap_or(rest);
            match name.is_empty() {
                true => whole.push('$'),
                false => whole.push_str(&format!("{{{name}}}")),
            }
            whole.push_str(rest);
        }
        all.push(Part::Literal(whole.into()));
    }
    all
}
