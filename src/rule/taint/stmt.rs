//! Statements.

use std::collections::HashMap;
use std::rc::Rc;

use super::env::Layer;
use super::fields::Key;
use super::value::{Callable, Value};
use super::{Machine, Turn};
use crate::language::ir::{ClassId, Const, ExprId, Op, Pattern, Repeat, Stmt, Unit};

/// Loops within loops that are run twice.
const TWICE: usize = 3;

impl Machine<'_> {
    pub(super) fn block(&mut self, unit: &Rc<Unit>, body: &[Stmt]) {
        for stmt in body {
            if self.dead || !self.burn() {
                return;
            }
            self.stmt(unit, stmt);
        }
    }

    fn stmt(&mut self, unit: &Rc<Unit>, stmt: &Stmt) {
        match stmt {
            Stmt::Expr(id) => {
                self.eval(unit, *id);
            }
            Stmt::Assign(target, value) => {
                let text: Option<Rc<str>> = match target {
                    Pattern::Bind(name, _) => Some(self.names.text(*name)),
                    Pattern::Place(id) => Some(unit.text(unit.span(*id)).into()),
                    _ => None,
                };
                let before = std::mem::replace(&mut self.target, text);
                let evaluated = self.eval(unit, *value);
                self.target = before;
                self.bind(unit, target, evaluated, Some(*value));
            }
            Stmt::Augment(target, old, op, value) => {
                let before = self.eval(unit, *old);
                let more = self.eval(unit, *value);
                let span = unit.span(*value);
                let after = if before.fields.is_some() && *op == Op::Add {
                    self.extended(before, &more)
                } else {
                    self.operate(*op, &before, &more)
                        .step(unit, span, "added here")
                };
                self.check_built(unit, *value, &after);
                self.bind(unit, target, after, Some(*value));
            }
            Stmt::Return(value) => {
                let result = match value {
                    Some(id) => {
                        let result = self.eval(unit, *id);
                        let span = unit.span(*id);
                        if !self.dead {
                            self.check_return(unit, span, &result);
                        }
                        result
                    }
                    None => Value::constant(&Const::None),
                };
                if !self.dead {
                    self.leave(result);
                }
            }
            Stmt::Raise(parts) => {
                for part in parts {
                    self.eval(unit, *part);
                }
                self.dead = true;
            }
            Stmt::Break | Stmt::Continue => {
                let base = self
                    .frame()
                    .and_then(|frame| frame.loops.last())
                    .map(|turn| turn.base);
                if let Some(base) = base {
                    let layer = self.env.flat(base);
                    let turn = self.frame().and_then(|frame| frame.loops.last_mut());
                    if let Some(turn) = turn {
                        if matches!(stmt, Stmt::Break) {
                            turn.left.push(layer);
                        } else {
                            turn.next.push(layer);
                        }
                    }
                }
                self.dead = true;
            }
            Stmt::Loop(repeat, body, orelse) => self.repeat(unit, repeat, body, orelse),
            Stmt::Try(body, handlers, orelse, last) => {
                self.attempt(unit, body, handlers, orelse);
                let dead = std::mem::take(&mut self.dead);
                self.block(unit, last);
                self.dead |= dead;
            }
            Stmt::Assert(test) => {
                self.check_assert(unit, *test);
                let value = self.eval(unit, *test);
                self.env.assume(&value, true);
                if value.truth() == Some(false) {
                    self.dead = true;
                }
            }
            Stmt::Def(id) => {
                let Some(function) = unit.functions.get(*id) else {
                    return;
                };
                let value = Value {
                    callable: Some(Rc::new(Callable::Function(Rc::clone(unit), *id, None))),
                    ..Value::default()
                };
                self.define(unit, function.name, value);
                for param in &function.params {
                    if let (Some(default), Some(name)) = (param.default, param.name) {
                        let value = self.eval(unit, default);
                        self.check_name(unit, name, &value, unit.span(default));
                    }
                }
                let inner = self.frames.last().is_some_and(|frame| frame.func != 0);
                if inner && !self.quiet && self.frames.len() <= 3 && function.class.is_none() {
                    self.run_root(unit, *id, false, true);
                }
            }
            Stmt::Class(id) => {
                let value = self.class_value(unit, *id);
                if let Some(class) = unit.classes.get(*id) {
                    self.define(unit, class.name, value);
                }
            }
            Stmt::Import(name, path, dots) => {
                let value = self.import(unit, path, *dots);
                self.define(unit, *name, value);
            }
        }
    }

    /// Binds a name of a module or of a function.
    fn define(&mut self, unit: &Rc<Unit>, name: crate::language::ir::Sym, value: Value) {
        if self.frames.last().is_some_and(|frame| frame.func == 0)
            && let Some(globals) = self.globals.get_mut(&unit.path)
        {
            globals.insert(name, value.clone());
        }
        self.env.set(name, value);
    }

    /// A class with the constants of its body.
    pub(super) fn class_value(&mut self, unit: &Rc<Unit>, id: ClassId) -> Value {
        let Some(class) = unit.classes.get(id) else {
            return Value::default();
        };
        let mut value = Value {
            callable: Some(Rc::new(Callable::Class(Rc::clone(unit), id))),
            ..Value::default()
        };
        for base in &class.bases {
            let base = self.eval(unit, *base);
            if base.path.known() && !value.path.known() {
                value.path = base.path;
            }
            if base.fields.is_some() {
                value.fields.clone_from(&base.fields);
            }
        }
        if !value.path.known() {
            let text = self.names.text(class.name);
            value.path = self.root_path(&format!("?{text}"));
        }
        let nested = self.frames.last().is_some_and(|frame| frame.func != 0);
        self.enter(unit, usize::MAX, nested, Default::default());
        for stmt in &class.body {
            if !matches!(stmt, Stmt::Def(_)) && !self.dead {
                self.stmt(unit, stmt);
            }
        }
        let base = self.frames.pop().map_or(0, |frame| frame.base);
        let layer = self.env.flat(base);
        self.env.layers.truncate(base);
        let mut names: Vec<_> = layer.vars.into_iter().collect();
        names.sort_by_key(|(name, _)| *name);
        for (name, member) in names {
            let key = self.key(name);
            value.set_part(Some(key), member);
        }
        value
    }

    /// Leaves the innermost function with a value.
    pub(super) fn leave(&mut self, mut value: Value) {
        let base = self.frames.last().map_or(0, |frame| frame.base);
        let clean = self.env.flat(base).clean;
        value = super::env::found_clean(value, &clean);
        value.facts = value.facts.filter(|facts| facts.equal.is_empty());
        let truth = value.truth();
        let mut says: Vec<(Option<bool>, HashMap<u64, u64>)> = Vec::new();
        match (&value.facts, truth) {
            (Some(facts), None) => {
                for (way, list) in [(true, &facts.yes), (false, &facts.no)] {
                    let mut known = clean.clone();
                    for (id, mask) in list {
                        *known.entry(*id).or_default() |= mask;
                    }
                    says.push((Some(way), known));
                }
            }
            _ => says.push((truth, clean.clone())),
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.yields.extend(says);
            frame.exits = Some(match frame.exits.take() {
                None => clean,
                Some(known) => intersect(known, &clean),
            });
            frame.returned = Some(match frame.returned.take() {
                None => value,
                Some(known) => known.join(&value),
            });
        }
        self.dead = true;
    }

    pub(super) fn repeat(
        &mut self,
        unit: &Rc<Unit>,
        repeat: &Repeat,
        body: &[Stmt],
        orelse: &[Stmt],
    ) {
        let iter = match repeat {
            Repeat::For(_, iter) => Some(self.eval(unit, *iter)),
            Repeat::While(_) => None,
        };
        let base = self.frames.last().map_or(0, |frame| frame.base);
        let nesting = self.frames.last().map_or(0, |frame| frame.loops.len());
        let turns = if nesting < TWICE { 2 } else { 1 };
        let for_ever = matches!(repeat, Repeat::While(None));
        let mut left = Vec::new();
        let mut never = false;
        for turn in 0..turns {
            let at = self.env.layers.len();
            self.env.push();
            if let Some(frame) = self.frame() {
                frame.loops.push(Turn {
                    base: at,
                    ..Turn::default()
                });
            }
            let mut fails = None;
            match repeat {
                Repeat::For(target, id) => {
                    let item = self.item_of(iter.as_ref().unwrap_or(&Value::default()));
                    self.bind(unit, target, item, Some(*id));
                }
                Repeat::While(Some(test)) => {
                    let value = self.eval(unit, *test);
                    if turn == 0 && value.truth() == Some(false) {
                        never = true;
                        self.dead = true;
                    }
                    self.env.assume(&value, true);
                    fails = Some(value);
                }
                Repeat::While(None) => {}
            }
            self.block(unit, body);
            let layer = self.env.pop();
            let state = self
                .frame()
                .and_then(|frame| frame.loops.pop())
                .unwrap_or_default();
            let mut ways = state.next;
            if !self.dead {
                ways.push(layer);
            }
            self.dead = false;
            left.extend(state.left);
            if !for_ever || turn + 1 < turns {
                ways.push(Layer::default());
            }
            self.env.merge(base, ways);
            if let (Some(test), true) = (&fails, state_is_last(turn, turns) && left.is_empty()) {
                self.env.assume(test, false);
            }
            if never {
                break;
            }
        }
        if !for_ever {
            self.block(unit, orelse);
        }
        if !left.is_empty() {
            if !for_ever {
                left.push(Layer::default());
            }
            self.env.merge(base, left);
        } else if for_ever {
            self.dead = true;
        }
    }

    fn attempt(
        &mut self,
        unit: &Rc<Unit>,
        body: &[Stmt],
        handlers: &[(Option<crate::language::ir::Sym>, Vec<Stmt>)],
        orelse: &[Stmt],
    ) {
        let base = self.frames.last().map_or(0, |frame| frame.base);
        self.env.push();
        self.block(unit, body);
        let dead_body = self.dead;
        // A handler may begin anywhere in the body: with what was before, or with what it set.
        let mut partial = Layer::default();
        for (name, value) in &self
            .env
            .layers
            .last()
            .map(|l| l.vars.clone())
            .unwrap_or_default()
        {
            partial.vars.insert(*name, value.clone());
        }
        if !self.dead {
            self.block(unit, orelse);
        }
        let whole = self.env.pop();
        let mut ways = Vec::new();
        if !self.dead {
            ways.push(whole);
        }
        for (name, handler) in handlers {
            self.dead = false;
            self.env.push();
            self.env
                .merge(base, vec![partial.clone(), Layer::default()]);
            if let Some(name) = name {
                let value = self.exception(unit, *name);
                self.env.set(*name, value);
            }
            self.block(unit, handler);
            let layer = self.env.pop();
            if !self.dead {
                ways.push(layer);
            }
        }
        self.dead = ways.is_empty() && (dead_body || !handlers.is_empty() || self.dead);
        if !ways.is_empty() {
            self.env.merge(base, ways);
        }
    }

    /// Binds what a pattern names to a value.
    pub(super) fn bind(
        &mut self,
        unit: &Rc<Unit>,
        pattern: &Pattern,
        value: Value,
        from: Option<ExprId>,
    ) {
        match pattern {
            Pattern::Wild | Pattern::Equal(_) => {}
            Pattern::Bind(name, span) => {
                let text = self.names.text(*name);
                if let Some(from) = from {
                    self.check_name(unit, *name, &value, unit.span(from));
                    let path = self.root_path(&format!("?{text}"));
                    self.check_path(unit, path, (&value, false), unit.span(from));
                }
                let mut value = value.step(unit, *span, &format!("assigned to {text}"));
                value.imported = false;
                let module = self.frames.last().is_some_and(|frame| {
                    frame.func == 0 && frame.base + 1 == self.env.layers.len()
                });
                if module && let Some(globals) = self.globals.get_mut(&unit.path) {
                    globals.insert(*name, value.clone());
                }
                self.env.set(*name, value);
            }
            Pattern::Place(id) => self.assign_place(unit, *id, value, from),
            Pattern::Seq(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    let key = Key::At(i64::try_from(at).unwrap_or(i64::MAX));
                    let item = match value.part(&key) {
                        Some(item) => item,
                        None => self.item_of(&value),
                    };
                    self.bind(unit, part, item, from);
                }
            }
            Pattern::Results(parts) => {
                let several = value.fields.as_ref().is_some_and(|fields| {
                    fields.list && fields.rest.is_none() && fields.map.len() == parts.len()
                });
                for (at, part) in parts.iter().enumerate() {
                    let key = Key::At(i64::try_from(at).unwrap_or(i64::MAX));
                    let item = match value.part(&key) {
                        Some(item) if several => item,
                        _ if at == 0 => value.clone(),
                        _ if at + 1 == parts.len() => Value::default(),
                        _ => value.derived(),
                    };
                    self.bind(unit, part, item, from);
                }
            }
            Pattern::Inside(_, parts) | Pattern::Any(parts) => {
                for part in parts {
                    self.bind(unit, part, value.clone(), from);
                }
            }
            Pattern::Fields(parts) => {
                for (name, part) in parts {
                    let item = self.attribute(unit, &value, *name);
                    self.bind(unit, part, item, from);
                }
            }
        }
    }
}

fn state_is_last(turn: usize, turns: usize) -> bool {
    turn + 1 == turns
}

/// What both know.
pub(super) fn intersect(
    mut known: HashMap<u64, u64>,
    other: &HashMap<u64, u64>,
) -> HashMap<u64, u64> {
    known.retain(|id, mask| {
        *mask &= other.get(id).copied().unwrap_or(0);
        *mask != 0
    });
    known
}
