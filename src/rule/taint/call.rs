//! Calls: of functions that are known, of classes, and of what only the library knows.

use std::rc::Rc;

use super::fields::Key;
use super::text::short;
use super::value::{Callable, Facts, Value};
use super::{CALLS, Machine};
use crate::budget;
use crate::language::ir::{Arg, Const, Expr, ExprId, Span, Sym, Unit};
use crate::rule::index::Role;
use crate::rule::library::Manner;

/// A value given to a call.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Keyword.
    pub name: Option<Sym>,
    /// As text.
    pub name_text: Option<Rc<str>>,
    /// `*args` or `**kwargs` whose parts are not known.
    pub open: bool,
    /// The value.
    pub value: Value,
    /// Where it is written.
    pub span: Span,
}

impl Given {
    /// The same at a position.
    pub(super) fn unnamed(&self) -> Self {
        Self {
            name: None,
            name_text: None,
            ..self.clone()
        }
    }
}

impl Machine<'_> {
    pub(super) fn call(
        &mut self,
        unit: &Rc<Unit>,
        id: ExprId,
        callee_id: ExprId,
        args: &[Arg],
    ) -> Value {
        let span = unit.span(id);
        let mut receiver = None;
        let mut callee = match unit.expr(callee_id) {
            Expr::Attr(object, name) => {
                let mut own = self.eval(unit, *object);
                if !own.path.known()
                    && !own.closed()
                    && let Expr::Name(local) = unit.expr(*object)
                {
                    let text = self.names.text(*local);
                    own.path = self.root_path(&format!("?{text}"));
                }
                if !own.path.known() && !own.closed() && self.library.has(Manner::ValuesHaveMethods)
                {
                    own.path = self.root_path("?value");
                }
                let mut callee = self.attribute(unit, &own, *name);
                if callee.path.known() && callee.taints.is_empty() {
                    for role in self.paths.roles(callee.path).iter() {
                        if let Role::Use(rule) = role {
                            self.report(unit, *rule, unit.span(callee_id), None, None);
                        }
                    }
                }
                callee.taints = Rc::default();
                receiver = Some((*object, own, *name));
                callee
            }
            _ => {
                let mut callee = self.eval(unit, callee_id);
                callee.taints = Rc::default();
                callee
            }
        };
        if let Some(whole) = self.whole(&callee) {
            callee = whole;
        }
        let given = self.given(unit, args);
        if self.dead {
            return Value::default();
        }
        let (callee, given) = with_earlier(callee, given);
        let own = receiver.as_ref().map(|(_, own, _)| own);
        self.check_call(unit, span, callee_id, &callee, own, &given);
        if let Some((callee, given)) = self.handed_on(&callee, &given) {
            let (callee, given) = with_earlier(callee, given);
            self.check_call(unit, span, callee_id, &callee, None, &given);
        }
        self.written = None;
        let mut result = self.result(unit, span, &callee, receiver.as_ref(), &given);
        if let (Some(written), Some((object, _, _))) = (self.written.take(), &receiver)
            && matches!(
                unit.expr(*object),
                Expr::Name(_) | Expr::Attr(..) | Expr::Index(..)
            )
        {
            self.check_built(unit, id, &written);
            self.store(unit, *object, written);
        }
        let own = receiver.as_ref().map(|(_, own, _)| own);
        let called = self.paths.called(&self.names, callee.path);
        let roles = self.paths.roles(called);
        let reads = roles.iter().any(|role| matches!(role, Role::Source(_)));
        let read = if reads {
            result.clone()
        } else {
            Value::default()
        };
        for arg in args.iter().filter(|arg| arg.mutable) {
            self.overwritten(unit, arg.value, own, &given, &read);
        }
        if !result.path.known() && !result.closed() && result.callable.is_none() {
            result.path = self.paths.called(&self.names, callee.path);
        }
        result
    }

    /// An object of a type.
    pub(super) fn made(&mut self, unit: &Rc<Unit>, id: ExprId, ty: ExprId, args: &[Arg]) -> Value {
        let span = unit.span(id);
        let class = self.eval(unit, ty);
        let given = self.given(unit, args);
        if self.dead {
            return Value::default();
        }
        self.check_call(unit, span, ty, &class, None, &given);
        if let Some(object) = self.invoke_class(unit, &class, &given, span) {
            return object;
        }
        let mut object = Value {
            path: self.paths.called(&self.names, class.path),
            ..Value::default()
        };
        for one in given {
            let key = one.name.map(|name| self.key(name));
            object.set_part(key, one.value);
        }
        object
    }

    /// What a call may have written through `&mut`: something of its receiver and other arguments, and of the input
    /// that it reads.
    fn overwritten(
        &mut self,
        unit: &Rc<Unit>,
        place: ExprId,
        own: Option<&Value>,
        given: &[Given],
        read: &Value,
    ) {
        let old = self.eval(unit, place);
        let object = matches!(old.callable.as_deref(), Some(Callable::Object(..)));
        if old.callable.is_some() && !(object && self.library.has(Manner::PointersFill)) {
            return;
        }
        let mut new = Value {
            path: old.path,
            ..Value::default()
        };
        new.taint(&old.all_taints());
        for value in given.iter().map(|one| &one.value).chain(own) {
            new.taint(&value.all_taints());
        }
        new.taint(&read.taints);
        let segments = self.paths.segments(&self.names, old.path);
        if let (Some(ty), true) = (segments.last(), self.library.has(Manner::PointersFill)) {
            new = self.declared(unit, ty.trim_end_matches("()"), new);
        }
        self.store(unit, place, new);
    }

    fn given(&mut self, unit: &Rc<Unit>, args: &[Arg]) -> Vec<Given> {
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let value = self.eval(unit, arg.value);
            let span = unit.span(arg.value);
            match value.fields.clone().filter(|_| arg.spread) {
                Some(fields) => {
                    for (key, part) in &fields.map {
                        let name = match key {
                            Key::Named(name) => Some(self.names.intern(name)),
                            Key::At(_) => None,
                        };
                        given.push(Given {
                            name,
                            name_text: name.map(|name| self.names.text(name)),
                            open: false,
                            value: part.clone(),
                            span,
                        });
                    }
                }
                None => given.push(Given {
                    name: arg.name,
                    name_text: arg.name.map(|name| self.names.text(name)),
                    open: arg.spread,
                    value,
                    span,
                }),
            }
        }
        given
    }

    fn result(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee: &Value,
        receiver: Option<&(ExprId, Value, Sym)>,
        given: &[Given],
    ) -> Value {
        let own = receiver.map(|(_, own, _)| own);
        let roles = self.paths.roles(callee.path);
        // The library's word counts before the code of a function of that name.
        let (mut guard, mut clean, mut undone) = (0, 0, 0);
        for role in roles.iter() {
            match role {
                Role::Sanitizer(mask) => clean |= mask,
                Role::Guard(mask) => guard |= mask,
                Role::Undo(mask) => undone |= mask,
                Role::Check(mask) => {
                    for one in given {
                        self.env.learn(&Self::ids(&one.value, *mask));
                    }
                }
                Role::Exit => {
                    self.dead = true;
                    return Value::default();
                }
                _ => {}
            }
        }
        let called = self.paths.called(&self.names, callee.path);
        let from = self.paths.roles(called);
        let is_source = from.iter().any(|role| matches!(role, Role::Source(_)));
        if clean != 0 && !is_source {
            return self.sanitized(unit, span, callee, own, given, clean);
        }
        if let Some(value) = self.invoke_class(unit, callee, given, span) {
            return value;
        }
        if let Some(mut value) = self.invoke(unit, callee, given, span) {
            if value.facts.is_none() && value.truth().is_none() {
                value.facts = self.validated(callee, given);
            }
            return value;
        }
        if guard != 0 && self.strict_guard(callee, own, given) {
            let mut ids = Vec::new();
            for one in given {
                ids.extend(Self::ids(&one.value, guard));
            }
            if let Some(own) = own {
                ids.extend(Self::ids(own, guard));
            }
            return Self::says(ids);
        }
        for role in from.iter() {
            match role {
                Role::Source(kind) => {
                    let text = short(unit.text(span));
                    let value = Value {
                        path: called,
                        ..Value::default()
                    };
                    let mut value = self.source(unit, span, *kind, &text, value);
                    if roles.contains(&Role::Keep) {
                        for one in given {
                            value.taint(&one.value.all_taints());
                        }
                    }
                    return value;
                }
                Role::Use(rule) => self.report(unit, *rule, span, None, None),
                _ => {}
            }
        }
        // `repeat_with(fastrand::alphanumeric)`: the function that is handed over gives the values.
        for one in given {
            let made = self.paths.called(&self.names, one.value.path);
            for role in self.paths.roles(made).iter() {
                if let Role::Source(kind) = role
                    && Some(*kind) == self.library.source_kind("random").ok()
                {
                    let text = short(unit.text(one.span));
                    return self.source(unit, one.span, *kind, &text, Value::default());
                }
            }
        }
        if let Some(value) = self.model(unit, span, callee, receiver, given) {
            return value.step(unit, span, "goes through a call");
        }
        let mut value = Value {
            path: called,
            ..Value::default()
        };
        if roles.contains(&Role::Drop) {
            value.harmless = self.paths.text(&self.names, callee.path) == "len";
            return value;
        }
        if let Some(own) = own {
            value.taint(&own.all_taints());
            value.resolved = own.resolved;
        }
        let keep = roles.contains(&Role::Keep);
        // What is found by a key is not the key.
        let finds = receiver.is_some_and(|(_, _, name)| {
            matches!(&*self.names.text(*name), "get" | "pop" | "setdefault")
        });
        for (number, one) in given.iter().enumerate() {
            let mut taints = Vec::clone(&one.value.all_taints());
            for taint in &mut taints {
                taint.indirect |= !keep || finds && number == 0;
                taint.clean &= !undone;
            }
            value.taint(&taints);
        }
        value.rewritten().step(unit, span, "goes through a call")
    }

    /// What a function of the project says when it is true, where nothing is known but that its name is one of a
    /// validator.
    fn validated(&mut self, callee: &Value, given: &[Given]) -> Option<Rc<Facts>> {
        let Some(Callable::Function(of, func, _)) = callee.callable.as_deref() else {
            return None;
        };
        let name = of.functions.get(*func)?.name;
        let path = self.root_path(&format!("?{}", self.names.text(name)));
        let roles = self.paths.roles(path);
        let mask = roles.iter().fold(0, |all, role| match role {
            Role::Guard(mask) => all | mask,
            _ => all,
        });
        let ids = given.iter().flat_map(|one| Self::ids(&one.value, mask));
        let ids: Vec<(u64, u64)> = ids.collect();
        (mask != 0 && !ids.is_empty())
            .then(|| Self::says(ids).facts)
            .flatten()
    }

    /// What a sanitizer makes of its arguments.
    fn sanitized(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee: &Value,
        own: Option<&Value>,
        given: &[Given],
        mask: u64,
    ) -> Value {
        let mut whole = Value::default();
        for one in given {
            whole.taint(&one.value.all_taints());
        }
        if let Some(own) = own {
            whole.taint(&own.all_taints());
        }
        if mask == u64::MAX {
            // A digest or a number made of what can be predicted can be predicted.
            let random = self.library.source_kind("random").ok();
            for one in given {
                let taints = one.value.all_taints();
                let others = taints.iter().filter(|taint| Some(taint.kind) != random);
                let ids: Vec<(u64, u64)> = others.map(|taint| (taint.id, u64::MAX)).collect();
                self.env.learn(&ids);
            }
            if let Some(known) = self.converted(callee, given) {
                return known;
            }
            let mut left = Vec::clone(&whole.taints);
            left.retain(|taint| Some(taint.kind) == random);
            if left.is_empty() {
                return Value::harmless();
            }
            let value = Value {
                taints: Rc::new(left),
                ..Value::default()
            };
            return value.step(unit, span, "goes through a call");
        }
        let mut value = whole.cleaned(mask).rewritten();
        value.path = self.paths.called(&self.names, callee.path);
        value.step(unit, span, "cleaned for other uses only")
    }

    /// `int("7")`, where it is known.
    fn converted(&self, callee: &Value, given: &[Given]) -> Option<Value> {
        let first = given.first()?.value.known()?;
        let name = self.paths.text(&self.names, callee.path);
        match (name.as_str(), first) {
            ("int", Const::Int(number)) => Some(Value::constant(&Const::Int(number))),
            ("int", Const::Text(text)) => text
                .trim()
                .parse()
                .ok()
                .map(|number| Value::constant(&Const::Int(number))),
            _ => None,
        }
    }

    /// A pattern that lets everything through guards nothing.
    fn strict_guard(&self, callee: &Value, own: Option<&Value>, given: &[Given]) -> bool {
        let text = self.paths.text(&self.names, callee.path);
        let whole = text.ends_with("fullmatch");
        let last = text.rsplit('.').next().unwrap_or_default();
        if !self.library.is_match(last) {
            return true;
        }
        let pattern = given
            .first()
            .and_then(|one| one.value.known_text())
            .or_else(|| own.and_then(Value::known_text));
        match pattern {
            Some(pattern) => {
                let anchored = whole
                    || pattern.ends_with('$')
                    || pattern.ends_with("\\Z")
                    || pattern.ends_with("\\z");
                let begins = self.library.matches_from_start(last)
                    || whole
                    || pattern.starts_with('^')
                    || pattern.starts_with("\\A");
                let loose = [".*", ".+", "\\S+", "\\S*", "[^"]
                    .iter()
                    .any(|part| pattern.contains(part));
                anchored && begins && !loose
            }
            None => whole,
        }
    }
}

/// A function that was given some arguments before: the function itself, and all that it is given.
fn with_earlier(mut callee: Value, mut given: Vec<Given>) -> (Value, Vec<Given>) {
    for _ in 0..CALLS {
        let Some(Callable::Partial(of, earlier)) = callee.callable.as_deref() else {
            break;
        };
        if !budget::charge(earlier.len().saturating_mul(given.len() + 1)) {
            break;
        }
        let mut all = earlier.clone();
        all.retain(|one| one.name.is_none() || given.iter().all(|later| later.name != one.name));
        all.append(&mut given);
        given = all;
        callee = Value::clone(of);
    }
    (callee, given)
}
