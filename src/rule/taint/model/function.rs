//! Functions that a language brings along, by what the library says of them.

use std::rc::Rc;

use super::super::Machine;
use super::super::call::Given;
use super::super::fields::{Fields, Key};
use super::super::part::push_back;
use super::super::shape::{Part, Shape};
use super::super::value::{Callable, Facts, Value};
use crate::language::ir::{Const, Op, Span, Unit};
use crate::rule::effect::Effect;
use crate::rule::index::Role;

impl Machine<'_> {
    /// The result of a function; `None` where the library says nothing of it.
    pub(super) fn function(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee: &Value,
        given: &[Given],
    ) -> Option<Value> {
        let roles = self.paths.roles(callee.path);
        let effect = roles.iter().find_map(|role| match role {
            Role::Does(effect) => Some(*effect),
            _ => None,
        })?;
        let first = given.first().map(|one| &one.value);
        match effect {
            Effect::Text | Effect::TextOnly => match first {
                Some(value) => {
                    let mut text = value.derived();
                    text.text = Some(Rc::new(value.shape()));
                    if value.shape().0 == [Part::Hole] {
                        text.text = None;
                    }
                    text.harmless = value.harmless;
                    text.resolved = value.resolved;
                    if effect == Effect::TextOnly && text.fields.is_none() {
                        // A document query runs operators, and a text is none.
                        let mask = self.library.known_kind("nosql");
                        for taint in Rc::make_mut(&mut text.taints) {
                            taint.clean |= mask;
                        }
                    }
                    Some(text)
                }
                None => Some(Value::text("".into())),
            },
            Effect::List => match first {
                Some(value) => Some(value.clone()),
                None => Some(Value::list(Vec::new())),
            },
            Effect::Map => {
                let mut map = first.cloned().unwrap_or_else(|| Value {
                    fields: Some(Rc::new(Fields {
                        closed: true,
                        ..Fields::default()
                    })),
                    ..Value::default()
                });
                for one in given.iter().filter(|one| one.name.is_some()) {
                    let key = one.name.map(|name| self.key(name));
                    map.set_part(key, one.value.clone());
                }
                Some(map)
            }
            Effect::Length => length(first?),
            Effect::Character => {
                let code = u32::try_from(first?.int()?).ok()?;
                char::from_u32(code).map(|c| Value::text(c.to_string().into()))
            }
            Effect::Enumerate => {
                let item = self.item_of(first?);
                Some(each(Value::list(vec![Value::harmless(), item])))
            }
            Effect::Zip => {
                let items: Vec<Value> = given.iter().map(|one| self.item_of(&one.value)).collect();
                Some(each(Value::list(items)))
            }
            Effect::Apply | Effect::Select => {
                let item = self.item_of(&given.get(1)?.value);
                let argument = Given {
                    value: item.clone(),
                    span,
                    ..Given::default()
                };
                let result = self.invoke(unit, first?, &[argument], span);
                Some(each(if effect == Effect::Select {
                    item
                } else {
                    result.unwrap_or(item)
                }))
            }
            Effect::Element => Some(self.item_of(first?)),
            Effect::Attribute => {
                let name = given.get(1)?.value.known_text()?;
                let name = self.names.intern(&name);
                let value = self.attribute(unit, first?, name);
                Some(value)
            }
            Effect::Nothing => Some(Value::default()),
            Effect::JoinPath => Some(joined(given)),
            Effect::JoinClean => Some(Value {
                resolved: true,
                ..joined(given)
            }),
            Effect::PathObject => Some(self.path_object(given)),
            Effect::ResolvePath => {
                let mut value = first?.clone();
                value.resolved = true;
                Some(value)
            }
            Effect::PathFrom => Some(Value {
                resolved: true,
                text: None,
                ..given.get(1)?.value.clone()
            }),
            Effect::CommonPath => Some(common(given)),
            Effect::Address => {
                // Without a scheme and a host it is an address of this site.
                let own = [0, 1].iter().all(|at| {
                    let part = first.and_then(|list| list.part(&Key::At(*at)));
                    part.is_some_and(|part| part.closed())
                });
                let kinds = ["redirect", "ssrf"].map(|kind| self.library.known_kind(kind));
                let mask = kinds.iter().fold(0, |all, kind| all | kind);
                let value = first?.derived();
                Some(if own { value.cleaned(mask) } else { value })
            }
            Effect::Expression => {
                let mut value = Value {
                    text: first?.text.clone(),
                    ..Value::default()
                };
                value.taint(&first?.all_taints());
                value.path = self.paths.called(&self.names, callee.path);
                Some(value)
            }
            Effect::Made => self.invoke(unit, first?, &[], span),
            Effect::Wrap => first.cloned(),
            // Its program, and behind it its arguments.
            Effect::Command => first.map(|program| Value::list(vec![program.clone()])),
            Effect::Verbs => {
                let values = given.iter().skip(1).map(|one| one.value.clone()).collect();
                let text = first?;
                let values = Value::list(values);
                if text.text.is_some() {
                    return Some(self.operate(Op::Mod, text, &values));
                }
                let mut whole = text.derived();
                whole.taint(&values.all_taints());
                Some(whole)
            }
            Effect::Glue => {
                let mut shape = Shape::default();
                let mut whole = Value::default();
                for one in given {
                    shape.append(&one.value.shape());
                    whole.taint(&one.value.all_taints());
                }
                whole.text = Some(Rc::new(shape));
                Some(whole)
            }
            Effect::AllParts | Effect::AnyPart => {
                let facts = first?.facts.as_deref()?;
                let all = effect == Effect::AllParts;
                let facts = Facts {
                    yes: if all { facts.yes.clone() } else { Vec::new() },
                    no: if all { Vec::new() } else { facts.no.clone() },
                    equal: Vec::new(),
                };
                Some(Value {
                    facts: Some(Rc::new(facts)),
                    ..Value::harmless()
                })
            }
            Effect::Something => Some(Value::bool(true)),
            Effect::SetAttribute => {
                let name = self.names.intern(&given.get(1)?.value.known_text()?);
                let (path, value) = (self.child_path(first?.path, name), &given.get(2)?.value);
                self.check_path(unit, path, (value, false), span);
                self.check_name(unit, name, value, span);
                Some(Value::constant(&Const::None))
            }
            Effect::Partial => {
                /// Arguments that are kept for later.
                const MOST: usize = 64;
                let (function, rest) = given.split_first()?;
                // One in another is taken apart when it is called; deeper ones are not followed.
                let is_inner = |value: &Value| match value.callable.as_deref() {
                    Some(Callable::Partial(of, earlier)) => {
                        let mut all = earlier.iter().map(|one| &one.value).chain([&**of]);
                        all.any(is_partial)
                    }
                    _ => false,
                };
                let mut all = given.iter().map(|one| &one.value);
                if rest.len() > MOST || all.any(is_inner) {
                    return None;
                }
                let of = Box::new(function.value.clone());
                Some(Value {
                    callable: Some(Rc::new(Callable::Partial(of, rest.to_vec()))),
                    ..Value::default()
                })
            }
            Effect::LoadModule => {
                let name = first?.known_text()?;
                self.load(unit, &name)
            }
            effect => self.as_method(effect, given),
        }
    }

    /// What a method does, by a function that is given the receiver.
    fn as_method(&mut self, effect: Effect, given: &[Given]) -> Option<Value> {
        let (first, rest) = given.split_first()?;
        match effect {
            Effect::Join => return self.method(&given.get(1)?.value, effect, given.get(..1)?),
            Effect::Append => {
                let list = rest.iter().fold(first.value.clone(), |mut list, one| {
                    if one.open {
                        return self.extended(list, &one.value);
                    }
                    push_back(&mut list, one.value.clone());
                    list
                });
                return Some(list);
            }
            _ => {}
        }
        let made = self.container(&first.value, effect, rest);
        // What a method would have written into its receiver is what the function gives.
        let written = self.written.take();
        written
            .or(made)
            .or_else(|| self.method(&first.value, effect, rest))
    }

    /// `Path(a, b)`.
    pub(super) fn path_object(&mut self, given: &[Given]) -> Value {
        let mut whole = joined(given);
        let mut path = None;
        for segment in self.library.path_object() {
            let sym = self.names.intern(segment);
            let parent = path.unwrap_or_default();
            path = Some(self.paths.child(&self.names, parent, sym, false));
        }
        if let Some(path) = path {
            whole.path = self.paths.called(&self.names, path);
        }
        whole
    }
}

/// A list of which nothing is known but what its elements are.
fn each(part: Value) -> Value {
    let mut all = Value::default();
    all.set_part(None, part);
    all
}

fn length(value: &Value) -> Option<Value> {
    let number = |count: usize| Some(Value::constant(&Const::Int(i64::try_from(count).ok()?)));
    if let Some(text) = value.known_text() {
        return number(text.chars().count());
    }
    let exact = value.fields.as_ref().filter(|f| f.list && f.rest.is_none());
    match exact {
        Some(fields) => number(fields.map.len()),
        None => Some(Value::harmless()),
    }
}

/// `os.path.join(a, b)`.
fn joined(given: &[Given]) -> Value {
    let mut shape = Shape::default();
    let mut whole = Value::default();
    for (at, one) in given.iter().enumerate() {
        if at > 0 {
            shape.push(Part::Literal("/".into()));
        }
        shape.append(&one.value.shape());
        whole.taint(&one.value.all_taints());
    }
    if shape.0 != [Part::Hole] {
        whole.text = Some(Rc::new(shape));
    }
    whole
}

/// `os.path.commonpath([a, b])`.
fn common(given: &[Given]) -> Value {
    let mut value = Value::default();
    for one in given {
        let items = match &one.value.fields {
            Some(fields) => fields.map.values().cloned().collect(),
            None => vec![one.value.clone()],
        };
        for item in items.iter().filter(|item| item.resolved) {
            value.taint(&item.all_taints());
            value.resolved = true;
        }
    }
    value
}

fn is_partial(value: &Value) -> bool {
    matches!(value.callable.as_deref(), Some(Callable::Partial(..)))
}
