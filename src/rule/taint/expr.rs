//! Expressions.

use std::rc::Rc;

use super::value::{Callable, Fields, Key, Part, Shape, Value};
use super::{Machine, hash};
use crate::rule::compile::Role;
use crate::rule::ir::{Clause, Const, Expr, ExprId, Op, Stmt, Sym, Unit};
use crate::rule::path::PathId;
use crate::syntax::Language;

/// Deepest evaluation, calls included.
const DEPTH: u32 = 900;

/// Parts of a request or an address that stand for the whole.
const WHOLE: &[&str] = &[
    "netloc", "hostname", "host", "scheme", "path", "name", "stem", "parts", "filename", "query",
    "value", "data", "text", "domain",
];

/// Python's own names that rules speak of.
const BUILTINS: &[&str] = &[
    "eval",
    "exec",
    "open",
    "input",
    "compile",
    "__import__",
    "print",
    "getattr",
    "setattr",
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "len",
    "list",
    "dict",
    "set",
    "tuple",
    "isinstance",
    "range",
    "enumerate",
    "zip",
    "map",
    "filter",
    "sorted",
    "reversed",
    "any",
    "all",
    "sum",
    "min",
    "max",
    "ord",
    "chr",
    "repr",
    "format",
    "abs",
    "round",
    "hash",
    "id",
    "type",
    "callable",
    "hasattr",
    "iter",
    "next",
    "super",
    "vars",
    "locals",
    "globals",
    "frozenset",
    "bytearray",
    "memoryview",
    "hex",
    "oct",
    "bin",
    "raw_input",
    "execfile",
    "exit",
    "quit",
    "delattr",
    "divmod",
    "pow",
];

impl Machine<'_> {
    pub(super) fn eval(&mut self, unit: &Rc<Unit>, id: ExprId) -> Value {
        if self.depth >= DEPTH || !self.burn() || self.dead {
            return Value::default();
        }
        self.depth += 1;
        let value = self.eval_inner(unit, id);
        self.depth -= 1;
        value
    }

    fn eval_inner(&mut self, unit: &Rc<Unit>, id: ExprId) -> Value {
        match unit.expr(id) {
            Expr::Const(constant) => Value::constant(constant),
            Expr::Name(name) => self.name(unit, id, *name),
            Expr::Attr(object, name) => {
                let object = self.eval(unit, *object);
                let value = self.attribute(unit, &object, *name);
                self.read(unit, id, *name, value)
            }
            Expr::Index(object, key) => {
                let object = self.eval(unit, *object);
                let key = self.eval(unit, *key);
                self.index(unit, &object, &key)
            }
            Expr::Slice(object, from, to) => {
                let object = self.eval(unit, *object);
                let from = from.map(|id| self.eval(unit, id));
                let to = to.map(|id| self.eval(unit, id));
                slice(&object, from.as_ref(), to.as_ref())
            }
            Expr::Call(callee, args) => self.call(unit, id, *callee, args),
            Expr::Binary(Op::And, left, right) => {
                let left = self.eval(unit, *left);
                if left.truth() == Some(false) {
                    return left;
                }
                self.env.push();
                self.env.assume(&left, true);
                let right = self.eval(unit, *right);
                let layer = self.env.pop();
                self.keep_names(layer);
                self.both(left, right)
            }
            Expr::Binary(Op::Or, left, right) => {
                let left = self.eval(unit, *left);
                if left.truth() == Some(true) && left.closed() {
                    return left;
                }
                self.env.push();
                self.env.assume(&left, false);
                let right = self.eval(unit, *right);
                let layer = self.env.pop();
                self.keep_names(layer);
                self.either(left, right)
            }
            Expr::Binary(op, left, right) => {
                let (left_id, right_id) = (*left, *right);
                let left = self.eval(unit, left_id);
                let right = self.eval(unit, right_id);
                if matches!(
                    op,
                    Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge | Op::In | Op::NotIn
                ) {
                    self.check_compare(unit, id, *op, (left_id, &left), (right_id, &right));
                    return self.compare(unit, *op, (left_id, &left), (right_id, &right));
                }
                self.operate(*op, &left, &right)
                    .step(unit, unit.span(id), "built into a text")
            }
            Expr::Not(inner) => {
                let inner = self.eval(unit, *inner);
                self.negate(&inner)
            }
            Expr::Neg(inner) => match self.eval(unit, *inner).int() {
                Some(number) => Value::constant(&Const::Int(number.wrapping_neg())),
                None => Value::harmless(),
            },
            Expr::Format(parts) => {
                let mut shape = Shape::default();
                let mut whole = Value::default();
                for part in parts {
                    let part = self.eval(unit, *part);
                    shape.append(&part.shape());
                    whole.taint(&part.all_taints());
                }
                whole.text = Some(Rc::new(shape));
                whole.step(unit, unit.span(id), "built into a text")
            }
            Expr::Seq(items) => {
                let items = items.iter().map(|item| self.eval(unit, *item)).collect();
                Value::list(items)
            }
            Expr::Map(entries) => self.map(unit, entries),
            Expr::Branches(arms, last) => self.branches(unit, arms, *last),
            Expr::Lambda(func) => Value {
                callable: Some(Rc::new(Callable::Function(Rc::clone(unit), *func, None))),
                ..Value::default()
            },
            Expr::Comprehension(elements, clauses) => self.comprehension(unit, elements, clauses),
            Expr::Bind(pattern, value) => {
                let id = *value;
                let value = self.eval(unit, id);
                self.bind(unit, pattern, value.clone(), Some(id));
                let facts = value.facts.clone();
                match self.language {
                    Language::Rust => Value {
                        facts,
                        ..Value::default()
                    },
                    Language::Python => value,
                }
            }
            Expr::Block(body, tail) => self.block_value(unit, body, *tail),
            Expr::Match(subject, arms) => self.match_value(unit, *subject, arms),
            Expr::Typed(value, ty) => {
                let ty_text = unit.text(unit.span(id)).to_owned();
                let mut value = self.eval(unit, *value);
                let ty = self.type_path(unit, *ty);
                if self.language == Language::Rust {
                    let text = self.paths.text(&self.names, ty);
                    if super::is_plain_type(&text) {
                        let constant = value.scalar.take();
                        return Value {
                            scalar: constant,
                            ..Value::harmless()
                        };
                    }
                }
                let _ = ty_text;
                if !value.path.known() {
                    value.path = ty;
                }
                value
            }
            Expr::Unknown(parts) => {
                let mut whole = Value::default();
                for part in parts {
                    let part = self.eval(unit, *part);
                    whole.taint(&part.all_taints());
                }
                whole
            }
        }
    }

    fn type_path(&mut self, unit: &Rc<Unit>, ty: ExprId) -> PathId {
        let quiet = std::mem::replace(&mut self.quiet, true);
        let value = self.eval(unit, ty);
        self.quiet = quiet;
        value.path
    }

    /// Names that the right side of `and` bound (`:=`, `if let`) stay; what it assumed does not.
    fn keep_names(&mut self, layer: super::env::Layer) {
        for (name, value) in layer.vars {
            self.env.set(name, value);
        }
    }

    fn name(&mut self, unit: &Rc<Unit>, id: ExprId, name: Sym) -> Value {
        if let Some(value) = self.lookup(unit, name) {
            if value.imported {
                for role in self.paths.roles(value.path).iter() {
                    if let Role::Use(rule) = role {
                        self.tell(unit, *rule, unit.span(id), None, None);
                    }
                }
            }
            return self.read(unit, id, name, value);
        }
        let text = self.names.text(name);
        // A name that nothing binds, in a fragment without its imports, is the module of that name.
        let own = self.language == Language::Rust
            || BUILTINS.contains(&&*text)
            || self.paths.knows(&text);
        let path = if own {
            self.root_path(&text)
        } else {
            self.root_path(&format!("?{text}"))
        };
        let mut value = Value {
            path,
            ..Value::default()
        };
        if &*text == "__name__" {
            value = Value::harmless();
        }
        value = self.path_source(unit, id, value);
        self.read(unit, id, name, value)
    }

    /// A value that has just got a path: a source, where the library says so.
    fn path_source(&mut self, unit: &Rc<Unit>, id: ExprId, value: Value) -> Value {
        for role in self.paths.roles(value.path).iter() {
            match role {
                Role::Source(kind) => {
                    let span = unit.span(id);
                    let text = short(unit.text(span));
                    return self.source(unit, span, *kind, &text, value);
                }
                Role::Use(rule) => self.tell(unit, *rule, unit.span(id), None, None),
                _ => {}
            }
        }
        value
    }

    /// A name or field is read: some are sources by what they are called.
    fn read(&mut self, unit: &Rc<Unit>, id: ExprId, name: Sym, mut value: Value) -> Value {
        if matches!(unit.expr(id), Expr::Attr(..)) {
            value = self.path_source_once(unit, id, value);
        }
        let kind = match self.secret.get(&name) {
            Some(kind) => *kind,
            None => {
                let text = self.names.text(name);
                let found = self.library.sources.iter().position(|source| {
                    source
                        .names
                        .as_ref()
                        .is_some_and(|names| names.is_match(&text))
                });
                let kind = found.and_then(|at| u8::try_from(at).ok());
                self.secret.insert(name, kind);
                kind
            }
        };
        if let Some(kind) = kind
            && value.callable.is_none()
            && !value.closed()
            && !value.taints.iter().any(|taint| taint.kind == kind)
        {
            let span = unit.span(id);
            let text = self.names.text(name);
            let own = self.source(unit, span, kind, &text, Value::default());
            value.taint(&own.taints);
        }
        value
    }

    fn path_source_once(&mut self, unit: &Rc<Unit>, id: ExprId, value: Value) -> Value {
        if value.taints.is_empty() && value.scalar.is_none() && value.text.is_none() {
            return self.path_source(unit, id, value);
        }
        value
    }

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
                let of = Rc::clone(of);
                self.module(&of);
                let globals = self.globals.get(&of.path);
                return globals
                    .and_then(|globals| globals.get(&name))
                    .cloned()
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
            if !WHOLE.contains(&&*text) {
                self.mix(&mut value, &text);
            }
        }
        value
    }

    /// Gives the sources another identity: a part of an input is not the input.
    pub(super) fn mix(&self, value: &mut Value, part: &str) {
        if value.taints.is_empty() {
            return;
        }
        for taint in Rc::make_mut(&mut value.taints) {
            taint.id = hash(&[&taint.id.to_string(), part]);
        }
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
        match known {
            Some(Key::Named(text)) => self.mix(&mut value, &text),
            Some(Key::At(at)) => self.mix(&mut value, &at.to_string()),
            None => self.mix(&mut value, "[]"),
        }
        value
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

    fn map(&mut self, unit: &Rc<Unit>, entries: &[(Option<ExprId>, ExprId)]) -> Value {
        let mut map = Value {
            fields: Some(Rc::new(Fields {
                closed: true,
                ..Fields::default()
            })),
            ..Value::default()
        };
        for (key, value) in entries {
            let from = *value;
            let value = self.eval(unit, from);
            match key {
                Some(key) => {
                    let key = self.eval(unit, *key);
                    if let Some(name) = key.known_text() {
                        let sym = self.names.intern(&name);
                        self.check_name(unit, sym, &value, unit.span(from));
                    }
                    map.set_part(key_of(&key), value);
                }
                None => {
                    map.taint(&value.taints);
                    match &value.fields {
                        Some(fields) => {
                            for (key, part) in &fields.map {
                                map.set_part(Some(key.clone()), part.clone());
                            }
                            if let Some(rest) = &fields.rest {
                                map.set_part(None, Value::clone(rest));
                            }
                        }
                        None => map.set_part(None, value.derived()),
                    }
                }
            }
        }
        map
    }

    fn comprehension(&mut self, unit: &Rc<Unit>, elements: &[ExprId], clauses: &[Clause]) -> Value {
        self.env.push();
        for clause in clauses {
            let iter = self.eval(unit, clause.iter);
            let item = self.item_of(&iter);
            self.bind(unit, &clause.target, item, None);
            for test in &clause.tests {
                let value = self.eval(unit, *test);
                self.env.assume(&value, true);
            }
        }
        let mut whole = Value::default();
        for (at, element) in elements.iter().enumerate() {
            let mut value = self.eval(unit, *element);
            let ids: Vec<u64> = value.taints.iter().map(|taint| taint.id).collect();
            for id in ids {
                let mask = self.env.clean(id);
                for taint in Rc::make_mut(&mut value.taints)
                    .iter_mut()
                    .filter(|t| t.id == id)
                {
                    taint.clean |= mask;
                }
            }
            if at == 0 {
                whole.set_part(None, value);
            }
        }
        self.env.pop();
        whole
    }

    fn block_value(&mut self, unit: &Rc<Unit>, body: &[Stmt], tail: Option<ExprId>) -> Value {
        self.block(unit, body);
        match tail {
            Some(tail) if !self.dead => self.eval(unit, tail),
            _ => Value::constant(&Const::None),
        }
    }

    /// The names and values of the first branch whose test holds.
    fn branches(
        &mut self,
        unit: &Rc<Unit>,
        arms: &[(ExprId, ExprId)],
        last: Option<ExprId>,
    ) -> Value {
        let base = self.frames.last().map_or(0, |frame| frame.base);
        let mut ways = Vec::new();
        let mut result: Option<Value> = None;
        let mut over = false;
        self.env.push();
        for (test, body) in arms {
            let value = self.eval(unit, *test);
            let value = self.condition(value);
            let truth = value.truth();
            if self.dead {
                break;
            }
            if truth != Some(false) {
                self.way(unit, *body, Some(&value), &mut ways, &mut result);
            }
            if truth == Some(true) {
                over = true;
                break;
            }
            self.env.assume(&value, false);
        }
        if !over && !self.dead {
            match last {
                Some(last) => self.way(unit, last, None, &mut ways, &mut result),
                None => {
                    let clean = self.env.layers.last().map(|layer| layer.clean.clone());
                    ways.push(super::env::Layer {
                        clean: clean.unwrap_or_default(),
                        ..Default::default()
                    });
                    if result.is_some() {
                        result = result.map(|known| known.join(&Value::constant(&Const::None)));
                    }
                }
            }
        }
        // What the tests themselves bound lies below all ways.
        let below = self.env.pop();
        let dead = ways.is_empty();
        for way in &mut ways {
            for (name, value) in &below.vars {
                way.vars.entry(*name).or_insert_with(|| value.clone());
            }
        }
        if dead {
            self.dead = true;
        } else {
            self.env.merge(base, ways);
        }
        result.unwrap_or_default()
    }

    pub(super) fn way(
        &mut self,
        unit: &Rc<Unit>,
        body: ExprId,
        test: Option<&Value>,
        ways: &mut Vec<super::env::Layer>,
        result: &mut Option<Value>,
    ) {
        self.env.push();
        if let Some(test) = test {
            self.env.assume(test, true);
        }
        let mut value = self.eval(unit, body);
        let mut layer = self.env.pop();
        if self.dead {
            self.dead = false;
            return;
        }
        // The tests before this one did not hold.
        if let Some(below) = self.env.layers.last() {
            for (id, mask) in &below.clean {
                *layer.clean.entry(*id).or_default() |= mask;
            }
        }
        // What a guard says holds for the value that leaves its branch.
        if !layer.clean.is_empty() && !value.taints.is_empty() {
            for taint in Rc::make_mut(&mut value.taints) {
                taint.clean |= layer.clean.get(&taint.id).copied().unwrap_or(0);
            }
        }
        ways.push(layer);
        *result = Some(match result.take() {
            Some(known) => known.join(&value),
            None => value,
        });
    }

    /// What an operator makes of two values.
    pub(super) fn operate(&mut self, op: Op, left: &Value, right: &Value) -> Value {
        if let (Some(a), Some(b)) = (left.int(), right.int()) {
            return match arithmetic(op, a, b) {
                Some(number) => Value::constant(&Const::Int(number)),
                None => Value::harmless(),
            };
        }
        if op == Op::Mod && left.text.is_some() {
            return self.percent(left, right);
        }
        if op == Op::Mul
            && let (Some(text), Some(count)) = (left.known_text(), right.int())
            && let Ok(count) = usize::try_from(count)
            && text.len().saturating_mul(count) <= 4096
        {
            return Value::text(text.repeat(count).into());
        }
        if op == Op::Add && (left.fields.is_some() || right.fields.is_some()) {
            return self.extended(left.clone(), right);
        }
        let mut whole = Value::default();
        whole.taint(&left.all_taints());
        whole.taint(&right.all_taints());
        if op == Op::Div {
            // pathlib joins with it.
            whole.path = left.path;
        }
        match op {
            Op::Add | Op::Div => {
                let number = |value: &Value| value.scalar.is_some() && value.text.is_none();
                if number(left) || number(right) {
                    whole.harmless = left.closed() && right.closed();
                    return whole;
                }
                let mut shape = left.shape();
                if op == Op::Div {
                    shape.push(Part::Literal("/".into()));
                }
                shape.append(&right.shape());
                if shape.0.iter().all(|part| *part == Part::Harmless) {
                    whole.harmless = true;
                } else if shape.0.len() > 1 || !shape.open() {
                    whole.text = Some(Rc::new(shape));
                }
            }
            _ => {
                whole.harmless = left.closed() && right.closed();
                if matches!(op, Op::Sub | Op::Pow | Op::FloorDiv) {
                    whole.harmless = true;
                    whole.taints = Rc::default();
                }
            }
        }
        whole
    }

    /// `text % values`.
    fn percent(&mut self, left: &Value, right: &Value) -> Value {
        let mut whole = Value::default();
        whole.taint(&left.taints);
        whole.taint(&right.all_taints());
        let mut shape = Shape::default();
        let mut next = 0;
        for part in left.text.as_ref().map_or(&[][..], |shape| &shape.0) {
            let Part::Literal(text) = part else {
                shape.push(part.clone());
                continue;
            };
            let mut rest: &str = text;
            while let Some(at) = rest.find('%') {
                shape.push(Part::Literal(rest.get(..at).unwrap_or_default().into()));
                rest = rest.get(at + 1..).unwrap_or_default();
                if let Some(after) = rest.strip_prefix('%') {
                    shape.push(Part::Literal("%".into()));
                    rest = after;
                    continue;
                }
                let mut name = None;
                if let Some(after) = rest.strip_prefix('(')
                    && let Some((inner, after)) = after.split_once(')')
                {
                    name = Some(Key::Named(inner.into()));
                    rest = after;
                }
                let skip = rest
                    .find(|c: char| c.is_ascii_alphabetic())
                    .unwrap_or(rest.len());
                let letter = rest.get(skip..=skip).unwrap_or_default();
                rest = rest.get(skip + 1..).unwrap_or_default();
                let value = match name {
                    Some(key) => right.part(&key),
                    None if right.fields.is_some() => right.part(&Key::At(next)),
                    None => Some(right.clone()),
                };
                next += 1;
                if matches!(letter, "d" | "i" | "f" | "x" | "X" | "u") {
                    shape.push(Part::Harmless);
                } else {
                    shape.append(&value.unwrap_or_default().shape());
                }
            }
            shape.push(Part::Literal(rest.into()));
        }
        if !shape.open() {
            whole.taints = Rc::default();
        }
        whole.text = Some(Rc::new(shape));
        whole
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

fn arithmetic(op: Op, a: i64, b: i64) -> Option<i64> {
    match op {
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Mul => a.checked_mul(b),
        Op::Div if b != 0 && a % b == 0 => a.checked_div(b),
        Op::FloorDiv => a.checked_div_euclid(b),
        Op::Mod => a.checked_rem_euclid(b),
        Op::Pow => a.checked_pow(u32::try_from(b).ok()?),
        Op::BitOr => Some(a | b),
        Op::BitAnd => Some(a & b),
        _ => None,
    }
}

/// A stretch of a text or a list.
fn slice(object: &Value, from: Option<&Value>, to: Option<&Value>) -> Value {
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

/// The start of a text, for messages.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST - 2).collect();
    format!("{start}..")
}
