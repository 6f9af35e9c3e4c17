//! The parts of a container or an object: what stands under a key, what is set there, either of two.
//!
//! Does not catch: which of the parts under keys that are not known, or that are too many, is meant; they are one.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::value::Value;
use crate::language::ir::Const;

/// Key of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Position.
    At(i64),
    /// Name.
    Named(Rc<str>),
}

/// Parts of a container or an object.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// Known ones.
    pub map: BTreeMap<Key, Value>,
    /// All others.
    pub rest: Option<Box<Value>>,
    /// Whether it is a list whose positions are known.
    pub list: bool,
    /// Whether there are no others: a key that is not here is not there.
    pub closed: bool,
    /// Levels below.
    pub depth: u8,
}

/// Most known parts.
const ENTRIES: usize = 200;
/// Deepest parts.
const LEVELS: u8 = 3;

impl Value {
    /// The part under a key.
    pub fn part(&self, key: &Key) -> Option<Value> {
        let fields = self.fields.as_ref()?;
        if let Some(part) = fields.map.get(key) {
            return Some(part.clone());
        }
        if let (Key::At(at), true) = (key, fields.list && *key < Key::At(0)) {
            let from_end = i64::try_from(fields.map.len()).ok()?.checked_add(*at)?;
            if let Some(part) = fields.map.get(&Key::At(from_end)) {
                return Some(part.clone());
            }
        }
        match &fields.rest {
            Some(rest) => Some(Value::clone(rest)),
            None if fields.closed => Some(Value::constant(&Const::None)),
            None => None,
        }
    }

    /// Any of its parts.
    pub fn any_part(&self) -> Option<Value> {
        let fields = self.fields.as_ref()?;
        let mut parts = fields.map.values().chain(fields.rest.as_deref());
        let first = parts.next()?.clone();
        Some(parts.take(ENTRIES).fold(first, |all, part| all.join(part)))
    }

    /// Sets a part; `None` is a key that is not known.
    pub fn set_part(&mut self, key: Option<Key>, mut value: Value) {
        value.facts = None;
        let fields = Rc::make_mut(self.fields.get_or_insert_with(Rc::default));
        let below = value.fields.as_ref().map_or(0, |inner| inner.depth + 1);
        if below >= LEVELS {
            value = value.derived();
        } else {
            fields.depth = fields.depth.max(below);
        }
        match key {
            Some(key) if fields.map.len() < ENTRIES || fields.map.contains_key(&key) => {
                fields.map.insert(key, value);
            }
            _ => {
                fields.rest = Some(Box::new(match fields.rest.take() {
                    Some(rest) => rest.join(&value),
                    None => value,
                }));
            }
        }
    }

    /// A list of these.
    pub fn list(items: Vec<Value>) -> Self {
        let mut list = Self {
            fields: Some(Rc::new(Fields {
                list: true,
                closed: true,
                ..Fields::default()
            })),
            ..Self::default()
        };
        for (at, item) in items.into_iter().enumerate() {
            list.set_part(i64::try_from(at).ok().map(Key::At), item);
        }
        list
    }
}

/// The same, with others that are not known.
pub(super) fn opened(mut fields: Rc<Fields>) -> Rc<Fields> {
    if fields.closed {
        Rc::make_mut(&mut fields).closed = false;
    }
    fields
}

/// Either of the two.
pub(super) fn join_fields(a: &Fields, b: &Fields) -> Fields {
    let mut joined = Fields {
        list: a.list && b.list,
        closed: a.closed && b.closed,
        depth: a.depth.max(b.depth),
        ..Fields::default()
    };
    for (key, value) in &a.map {
        let value = match b.map.get(key) {
            Some(other) => value.clone().join(other),
            None => value.clone(),
        };
        joined.map.insert(key.clone(), value);
    }
    for (key, value) in &b.map {
        if !a.map.contains_key(key) && joined.map.len() < ENTRIES {
            joined.map.insert(key.clone(), value.clone());
        }
    }
    joined.rest = match (&a.rest, &b.rest) {
        (Some(a), Some(b)) => Some(Box::new(Value::clone(a).join(b))),
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_own_value() {
        let mut map = Value::default();
        map.set_part(Some(Key::Named("a".into())), Value::text("safe".into()));
        map.set_part(Some(Key::Named("b".into())), Value::default());
        let part = map.part(&Key::Named("a".into())).unwrap();
        assert_eq!(part.known_text().as_deref(), Some("safe"));
    }
}
