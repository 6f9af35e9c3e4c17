//! What is known of a value: constant, text with holes, where it came from, its parts.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::language::ir::{ClassId, Const, FuncId, Span, Sym, Unit};
use crate::rule::path::PathId;

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Known.
    Literal(Rc<str>),
    /// One of a fixed set, or a number.
    Harmless,
    /// Anything.
    Hole,
}

/// A text: known parts and holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub Vec<Part>);

const PARTS: usize = 48;
const LONGEST: usize = 8192;

impl Shape {
    /// A constant.
    pub fn constant(text: Rc<str>) -> Self {
        Self(vec![Part::Literal(text)])
    }

    /// The whole text, where all of it is known.
    pub fn known(&self) -> Option<Rc<str>> {
        match self.0.as_slice() {
            [] => Some("".into()),
            [Part::Literal(text)] => Some(Rc::clone(text)),
            _ => None,
        }
    }

    /// Whether a part can be anything.
    pub fn open(&self) -> bool {
        self.0.contains(&Part::Hole)
    }

    /// Whether it is made of something known and something that is not.
    pub fn built(&self) -> bool {
        self.open() && self.0.len() > 1
    }

    /// Literal parts, with U+FFFC for the others.
    pub fn literal(&self) -> String {
        let mut all = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => all.push_str(text),
                Part::Harmless | Part::Hole => all.push('\u{fffc}'),
            }
        }
        all
    }

    /// The literal start.
    pub fn start(&self) -> &str {
        match self.0.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// Adds a part; what grows over the limits ends in a hole.
    pub fn push(&mut self, part: Part) {
        if let (Some(Part::Literal(last)), Part::Literal(more)) = (self.0.last_mut(), &part) {
            if last.len() + more.len() <= LONGEST {
                *last = format!("{last}{more}").into();
                return;
            }
            self.0.push(Part::Hole);
            return;
        }
        if self.0.len() < PARTS {
            self.0.push(part);
        } else if part == Part::Hole {
            self.0.pop();
            self.0.push(Part::Hole);
        }
    }

    /// One after the other.
    pub fn append(&mut self, other: &Shape) {
        for part in &other.0 {
            self.push(part.clone());
        }
    }
}

/// A step on the way of a value.
#[derive(Debug)]
pub struct StepNode {
    /// The file.
    pub unit: Rc<Unit>,
    /// The place.
    pub span: Span,
    /// What happens there.
    pub what: Rc<str>,
    /// The step before.
    pub before: Option<Rc<StepNode>>,
    /// Steps before.
    pub count: u16,
}

/// Longest trace.
const STEPS: u16 = 16;

/// Where a value came from, and for which sinks it is clean.
#[derive(Clone, Debug)]
pub struct Taint {
    /// Source kind.
    pub kind: u8,
    /// The same for all values that came from one input.
    pub id: u64,
    /// Sink kinds for which it is clean.
    pub clean: u64,
    /// Through a call that is not known.
    pub indirect: bool,
    /// What the source is called.
    pub source: Rc<str>,
    /// The way.
    pub step: Rc<StepNode>,
}

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
                old.kind == taint.kind && old.id == taint.id && old.clean == taint.clean
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

/// Adds a step to a source's way.
pub fn add_step(taint: &mut Taint, unit: &Rc<Unit>, span: Span, what: &str) {
    if taint.step.count >= STEPS || (taint.step.span == span && Rc::ptr_eq(&taint.step.unit, unit))
    {
        return;
    }
    taint.step = Rc::new(StepNode {
        unit: Rc::clone(unit),
        span,
        what: what.into(),
        before: Some(Rc::clone(&taint.step)),
        count: taint.step.count + 1,
    });
}

fn opened(mut fields: Rc<Fields>) -> Rc<Fields> {
    if fields.closed {
        Rc::make_mut(&mut fields).closed = false;
    }
    fields
}

fn join_fields(a: &Fields, b: &Fields) -> Fields {
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
    fn one_of_two_constants_is_harmless_and_not_constant() {
        let joined = Value::text("a".into()).join(&Value::text("b".into()));
        assert!(joined.closed());
        assert_eq!(joined.known_text(), None);
    }

    #[test]
    fn a_key_keeps_its_own_value() {
        let mut map = Value::default();
        map.set_part(Some(Key::Named("a".into())), Value::text("safe".into()));
        map.set_part(Some(Key::Named("b".into())), Value::default());
        let part = map.part(&Key::Named("a".into())).unwrap();
        assert_eq!(part.known_text().as_deref(), Some("safe"));
    }

    #[test]
    fn a_text_that_grows_without_end_stays_small() {
        let mut shape = Shape::default();
        for _ in 0..10_000 {
            shape.push(Part::Hole);
            shape.push(Part::Literal("x".repeat(100).into()));
        }
        assert!(shape.0.len() <= PARTS + 1);
        assert!(shape.built());
    }
}
