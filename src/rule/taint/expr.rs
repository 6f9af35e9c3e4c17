//! Expressions.

use std::rc::Rc;

use super::Machine;
use super::fields::Fields;
use super::part::{key_of, slice};
use super::shape::Shape;
use super::text::short;
use super::value::{Callable, Value};
use crate::language::ir::{Const, Expr, ExprId, Op, Sym, Unit};
use crate::rule::index::Role;
use crate::rule::library::Manner;
use crate::rule::path::PathId;

/// Deepest evaluation, calls included.
const DEPTH: u32 = 900;

impl Machine<'_> {
    pub(super) fn eval(&mut self, unit: &Rc<Unit>, id: ExprId) -> Value {
        if self.depth >= DEPTH || !self.burn() || self.dead {
            return Value::default();
        }
        self.depth += 1;
        let value = self.eval_inner(unit, id);
        self.depth -= 1;
        if matches!(
            unit.expr(id),
            Expr::Format(_) | Expr::Binary(..) | Expr::Call(..)
        ) {
            self.check_built(unit, id, &value);
        }
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
            Expr::New(ty, args) => self.made(unit, id, *ty, args),
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
                let (left, right) = (self.condition(left), self.condition(right));
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
                let (left, right) = (self.condition(left), self.condition(right));
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
            Expr::OrLeave(inner) => {
                let value = self.eval(unit, *inner);
                // What a truth value says, it says when it is true; anything else, when it is there.
                if let Some(facts) = value.facts.clone().filter(|_| !value.closed()) {
                    self.env.learn(&facts.yes);
                }
                value
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
                    let behind = self.behind(&shape, &whole, &part);
                    shape.append(&part.shape());
                    whole.taint(&behind);
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
                if self.library.has(Manner::BindingIsTest) {
                    Value {
                        facts,
                        ..Value::default()
                    }
                } else {
                    value
                }
            }
            Expr::Block(body, tail) => self.block_value(unit, body, *tail),
            Expr::Match(subject, arms) => self.match_value(unit, *subject, arms),
            Expr::Typed(value, ty) => {
                let mut value = self.eval(unit, *value);
                let ty = self.type_path(unit, *ty);
                if self.library.has(Manner::TypesHold) {
                    let text = self.paths.text(&self.names, ty);
                    if self.library.is_plain_type(&text) {
                        let constant = value.scalar.take();
                        return Value {
                            scalar: constant,
                            ..Value::harmless()
                        };
                    }
                }
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
                        self.report(unit, *rule, unit.span(id), None, None);
                    }
                }
            }
            return self.read(unit, id, name, value);
        }
        let text = self.names.text(name);
        // A name that nothing binds, in a fragment without its imports, is the module of that name.
        let own = self.library.is_builtin(&text) || self.paths.knows(&text);
        let path = if own {
            self.root_path(&text)
        } else {
            self.root_path(&format!("?{text}"))
        };
        let mut value = Value {
            path,
            ..Value::default()
        };
        if self.library.is_harmless(&text) {
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
                Role::Use(rule) => self.report(unit, *rule, unit.span(id), None, None),
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
        // What a parameter led to may still be a source of its own.
        let param = self.library.source_kind("param").ok();
        let mut taints = value.taints.iter();
        let is_open = taints.all(|taint| Some(taint.kind) == param);
        let role = |role: &Role| matches!(role, Role::Source(_));
        if is_open
            && value.scalar.is_none()
            && value.text.is_none()
            && (value.taints.is_empty() || self.paths.roles(value.path).iter().any(role))
        {
            return self.path_source(unit, id, value);
        }
        value
    }

    pub(super) fn map(&mut self, unit: &Rc<Unit>, entries: &[(Option<ExprId>, ExprId)]) -> Value {
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
}
