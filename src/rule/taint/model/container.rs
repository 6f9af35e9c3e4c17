//! Lists and maps, changed by their own methods.

use std::rc::Rc;

use super::super::Machine;
use super::super::call::Given;
use super::super::fields::Key;
use super::super::part::{key_of, push_back};
use super::super::value::Value;
use crate::language::ir::Const;
use crate::rule::effect::Effect;

impl Machine<'_> {
    pub(super) fn container(
        &mut self,
        own: &Value,
        effect: Effect,
        given: &[Given],
    ) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        let mut own = own.clone();
        own.facts = None;
        let list = own
            .fields
            .as_ref()
            .is_some_and(|fields| fields.list && fields.rest.is_none());
        match effect {
            Effect::Append | Effect::Push if own.text.is_none() && given.len() == 1 => {
                push_back(&mut own, first?.clone());
                self.written = Some(own);
                Some(Value::constant(&Const::None))
            }
            Effect::AppendText | Effect::Push => {
                let whole = self.operate(crate::language::ir::Op::Add, &own, first?);
                self.written = Some(whole);
                Some(Value::constant(&Const::None))
            }
            Effect::Extend
                if own.fields.is_some() && given.iter().all(|one| one.name.is_some()) =>
            {
                for one in given {
                    let key = one.name_text.clone().map(Key::Named);
                    own.set_part(key, one.value.clone());
                }
                self.written = Some(own);
                Some(Value::constant(&Const::None))
            }
            Effect::Extend if own.fields.is_some() => {
                let more = first?;
                match &more.fields {
                    Some(fields) if !fields.list => {
                        for (key, part) in &fields.map {
                            own.set_part(Some(key.clone()), part.clone());
                        }
                        own.taint(&more.taints);
                    }
                    _ => own = self.extended(own, more),
                }
                self.written = Some(own);
                Some(Value::constant(&Const::None))
            }
            Effect::Insert if list && given.len() == 2 => {
                let at = first?.int();
                let fields = own.fields.clone().unwrap_or_default();
                let mut items: Vec<Value> = fields.map.values().cloned().collect();
                let at = at
                    .and_then(|at| usize::try_from(at).ok())
                    .unwrap_or(items.len());
                items.insert(at.min(items.len()), given.get(1)?.value.clone());
                self.written = Some(Value::list(items));
                Some(Value::constant(&Const::None))
            }
            Effect::Set | Effect::Insert | Effect::SetDefault if given.len() >= 2 => {
                let key = composite(given.split_last()?.1);
                let value = given.last()?.value.clone();
                own.set_part(key, value.clone());
                self.written = Some(own);
                Some(if effect == Effect::SetDefault {
                    value
                } else {
                    Value::constant(&Const::None)
                })
            }
            Effect::Take | Effect::Remove if list => {
                let fields = own.fields.clone().unwrap_or_default();
                let mut items: Vec<Value> = fields.map.values().cloned().collect();
                let at = match (effect, first) {
                    (Effect::Take, None) => items.len().checked_sub(1),
                    (Effect::Take, Some(at)) => {
                        let at = at.int()?;
                        let len = i64::try_from(items.len()).ok()?;
                        usize::try_from(if at < 0 { len + at } else { at }).ok()
                    }
                    (_, Some(wanted)) => {
                        let wanted = wanted.known()?;
                        items
                            .iter()
                            .position(|item| item.known().as_ref() == Some(&wanted))
                    }
                    _ => None,
                };
                let taken = match at {
                    Some(at) if at < items.len() => items.remove(at),
                    _ => return None,
                };
                self.written = Some(Value::list(items));
                Some(taken)
            }
            Effect::Reverse if list => {
                let fields = own.fields.clone().unwrap_or_default();
                let items = fields.map.values().rev().cloned().collect();
                self.written = Some(Value::list(items));
                Some(Value::constant(&Const::None))
            }
            Effect::Clear if own.fields.is_some() => {
                self.written = Some(Value::list(Vec::new()));
                Some(Value::constant(&Const::None))
            }
            Effect::Get | Effect::Take => {
                let fields = own.fields.as_ref()?;
                let two = given.get(1).map(|one| &one.value);
                if let Some(key) = composite(given)
                    && given.len() > 1
                    && let Some(part) = fields.map.get(&key)
                {
                    return Some(part.clone());
                }
                let part = match key_of(first?) {
                    Some(key) => own.part(&key),
                    None => own
                        .any_part()
                        .map(|part| part.join(&Value::constant(&Const::None))),
                };
                let closed = fields.closed;
                Some(match (part, two) {
                    (Some(part), Some(two)) if !matches!(part.scalar, Some(Const::None)) => {
                        if key_of(first?).is_some() {
                            part
                        } else {
                            part.join(two)
                        }
                    }
                    (Some(_), Some(two)) if closed => two.clone(),
                    (Some(part), _) => part,
                    (None, _) if !own.taints.is_empty() => return None,
                    (None, Some(two)) => two.clone().join(&Value::default()),
                    (None, None) => return None,
                })
            }
            Effect::Values | Effect::Pairs if own.fields.is_some() => {
                let mut all = own.clone();
                if effect == Effect::Pairs {
                    let part = own.any_part().unwrap_or_default();
                    all = Value::default();
                    let mut key = Value::default();
                    key.taint(&own.taints);
                    all.set_part(None, Value::list(vec![key, part]));
                }
                Some(all)
            }
            Effect::Keys if own.fields.is_some() => Some(Value {
                taints: Rc::clone(&own.taints),
                ..Value::default()
            }),
            Effect::Copy if own.fields.is_some() => Some(own),
            _ => None,
        }
    }
}

/// One key, or two (section and option) as one.
fn composite(given: &[Given]) -> Option<Key> {
    match given {
        [one] => key_of(&one.value),
        [one, two, ..] => {
            let (a, b) = (one.value.known_text()?, two.value.known_text()?);
            Some(Key::Named(format!("{a}\0{b}").into()))
        }
        [] => None,
    }
}
