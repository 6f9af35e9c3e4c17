//! Calls: of functions that are known, of classes, and of what only the library knows.

use std::collections::HashMap;
use std::rc::Rc;

use super::expr::key_of;
use super::stmt::intersect;
use super::value::{Callable, Facts, Key, Value};
use super::{CALLS, Machine};
use crate::rule::compile::Role;
use crate::rule::ir::{Arg, Const, Expr, ExprId, Span, Sym, Unit};
use crate::syntax::Language;

/// A value given to a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Keyword.
    pub(super) name: Option<Sym>,
    /// As text.
    pub(super) name_text: Option<Rc<str>>,
    /// `*args` or `**kwargs` whose parts are not known.
    pub(super) open: bool,
    /// The value.
    pub(super) value: Value,
    /// Where it is written.
    pub(super) span: Span,
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
        let callee = match unit.expr(callee_id) {
            Expr::Attr(object, name) => {
                let mut own = self.eval(unit, *object);
                if !own.path.known()
                    && !own.closed()
                    && let Expr::Name(local) = unit.expr(*object)
                {
                    let text = self.names.text(*local);
                    own.path = self.root_path(&format!("?{text}"));
                }
                let mut callee = self.attribute(unit, &own, *name);
                if callee.path.known() && callee.taints.is_empty() {
                    for role in self.paths.roles(callee.path).iter() {
                        if let Role::Use(rule) = role {
                            self.tell(unit, *rule, unit.span(callee_id), None, None);
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
        let given = self.given(unit, args);
        if self.dead {
            return Value::default();
        }
        let own = receiver.as_ref().map(|(_, own, _)| own);
        self.check_call(unit, span, callee_id, &callee, own, &given);
        self.written = None;
        let mut result = self.result(unit, span, &callee, receiver.as_ref(), &given);
        if let (Some(written), Some((object, _, _))) = (self.written.take(), &receiver)
            && matches!(
                unit.expr(*object),
                Expr::Name(_) | Expr::Attr(..) | Expr::Index(..)
            )
        {
            self.store(unit, *object, written);
        }
        for arg in args.iter().filter(|arg| arg.mutable) {
            self.overwritten(
                unit,
                arg.value,
                receiver.as_ref().map(|(_, own, _)| own),
                &given,
            );
        }
        if !result.path.known() && !result.closed() && result.callable.is_none() {
            result.path = self.paths.called(&self.names, callee.path);
        }
        result
    }

    /// What a call may have written through `&mut`: something of its receiver and other arguments.
    fn overwritten(
        &mut self,
        unit: &Rc<Unit>,
        place: ExprId,
        own: Option<&Value>,
        given: &[Given],
    ) {
        let old = self.eval(unit, place);
        if old.callable.is_some() {
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
        let called = self.paths.called(&self.names, callee.path);
        // The library's word counts before the code of a function of that name.
        let (mut guard, mut clean) = (0, 0);
        for role in roles.iter() {
            match role {
                Role::Sanitizer(mask) => clean |= mask,
                Role::Guard(mask) => guard |= mask,
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
        if clean != 0 {
            return self.sanitized(unit, span, callee, own, given, clean);
        }
        if let Some(value) = self.invoke_class(unit, callee, given, span) {
            return value;
        }
        if let Some(value) = self.invoke(unit, callee, given, span) {
            return value;
        }
        if guard != 0 && self.strict_guard(callee, given) {
            let mut ids = Vec::new();
            for one in given {
                ids.extend(Self::ids(&one.value, guard));
            }
            if let Some(own) = own {
                ids.extend(Self::ids(own, guard));
            }
            return Self::says(ids);
        }
        for role in self.paths.roles(called).iter() {
            match role {
                Role::Source(kind) => {
                    let text = super::expr::short(unit.text(span));
                    let value = Value {
                        path: called,
                        ..Value::default()
                    };
                    return self.source(unit, span, *kind, &text, value);
                }
                Role::Use(rule) => self.tell(unit, *rule, span, None, None),
                _ => {}
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
        for one in given {
            let mut taints = Vec::clone(&one.value.all_taints());
            if !keep {
                for taint in &mut taints {
                    taint.indirect = true;
                }
            }
            value.taint(&taints);
        }
        value.step(unit, span, "goes through a call")
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
            for one in given {
                self.env.learn(&Self::ids(&one.value, u64::MAX));
            }
            return self
                .converted(callee, given)
                .unwrap_or_else(Value::harmless);
        }
        let mut value = whole.cleaned(mask);
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
    fn strict_guard(&self, callee: &Value, given: &[Given]) -> bool {
        let text = self.paths.text(&self.names, callee.path);
        let whole = text.ends_with("fullmatch");
        let last = text.rsplit('.').next().unwrap_or_default();
        if !matches!(last, "match" | "fullmatch" | "search" | "is_match") {
            return true;
        }
        let pattern = given
            .first()
            .and_then(|one| one.value.known_text())
            .or_else(|| self.compiled_pattern(callee));
        match pattern {
            Some(pattern) => {
                let anchored = whole
                    || pattern.ends_with('$')
                    || pattern.ends_with("\\Z")
                    || pattern.ends_with("\\z");
                let begins = last == "match" && self.language == Language::Python
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

    fn compiled_pattern(&self, callee: &Value) -> Option<Rc<str>> {
        callee.text.as_ref().and_then(|shape| shape.known())
    }

    /// Makes an object of a class whose definition is known.
    fn invoke_class(
        &mut self,
        unit: &Rc<Unit>,
        callee: &Value,
        given: &[Given],
        span: Span,
    ) -> Option<Value> {
        let Some(Callable::Class(of, class)) = callee.callable.as_deref() else {
            return None;
        };
        let (of, class) = (Rc::clone(of), *class);
        let mut object = Value {
            path: self.paths.called(&self.names, callee.path),
            fields: callee.fields.clone(),
            callable: Some(Rc::new(Callable::Object(Rc::clone(&of), class))),
            ..Value::default()
        };
        let init = self.names.intern("__init__");
        match super::expr::find_method(&of, class, init) {
            Some(func) => {
                let method = Value {
                    callable: Some(Rc::new(Callable::Function(
                        of,
                        func,
                        Some(Box::new(object.clone())),
                    ))),
                    ..Value::default()
                };
                let dead = self.dead;
                self.invoke(unit, &method, given, span);
                self.dead = dead;
                if let Some(written) = self.written.take() {
                    object = written;
                }
            }
            None => {
                for one in given {
                    let key = one.name.map(|name| self.key(name));
                    object.set_part(key, one.value.clone());
                }
            }
        }
        Some(object)
    }

    /// Runs a function whose definition is known with these arguments.
    pub(super) fn invoke(
        &mut self,
        unit: &Rc<Unit>,
        callee: &Value,
        given: &[Given],
        span: Span,
    ) -> Option<Value> {
        let Some(Callable::Function(of, func, own)) = callee.callable.as_deref() else {
            return None;
        };
        let (of, func, own) = (Rc::clone(of), *func, own.clone());
        let function = of.functions.get(func)?;
        let again = self
            .frames
            .iter()
            .filter(|frame| frame.func == func && Rc::ptr_eq(&frame.unit, &of))
            .count();
        if self.frames.len() > CALLS || again > 1 || self.call_fuel == 0 {
            return None;
        }
        let plain = function.top
            && given.iter().all(|one| is_plain(&one.value))
            && own.as_deref().is_none_or(|own| own.all_taints().is_empty());
        let key = (Rc::clone(&of.path), func);
        if plain && let Some(known) = self.plain.get(&key) {
            return Some(known.clone());
        }
        if !Rc::ptr_eq(&of, unit) {
            self.module(&of);
        }
        let name = self.names.text(function.name);
        let still = function
            .decorators
            .iter()
            .any(|decorator| of.text(of.span(*decorator)).ends_with("staticmethod"));
        let is_object = own.as_deref().is_some_and(|own| {
            matches!(own.callable.as_deref(), Some(Callable::Object(..)))
                || function
                    .decorators
                    .iter()
                    .any(|d| of.text(of.span(*d)).ends_with("classmethod"))
        });
        let takes_self = self.is_receiver(&of, func);
        let mut params = function.params.iter();
        let caller_clean_base = self.env.layers.len();
        // Defaults and arguments are the caller's; they are bound in the new frame.
        let mut bound: Vec<(&crate::rule::ir::Pattern, Value)> = Vec::new();
        let mut receiver_name = None;
        if let (true, true, false, Some(own)) = (is_object, takes_self, still, own)
            && let Some(first) = params.next()
        {
            receiver_name = first.name;
            bound.push((&first.pattern, *own));
        }
        let mut positional = given.iter().filter(|one| one.name.is_none());
        let mut used: Vec<Sym> = Vec::new();
        for param in params {
            let value = match param.stars {
                1 => Value::list(positional.by_ref().map(|one| one.value.clone()).collect()),
                2 => {
                    let mut rest = Value::default();
                    for one in given {
                        if let Some(name) = one.name
                            && !used.contains(&name)
                        {
                            let key = self.key(name);
                            rest.set_part(Some(key), one.value.clone());
                        }
                    }
                    rest
                }
                _ => {
                    let named = given
                        .iter()
                        .find(|one| one.name.is_some() && one.name == param.name);
                    used.extend(param.name);
                    match named.or_else(|| positional.next()) {
                        Some(one) => {
                            let what = param
                                .name
                                .map(|name| self.names.text(name))
                                .unwrap_or_default();
                            let mut value = one.value.clone().step(
                                unit,
                                one.span,
                                &format!("passed to {name} as {what}"),
                            );
                            if !value.path.known() && !value.closed() {
                                value.path = self.typed_param(&of, param).path;
                            }
                            if super::is_plain_type(param.ty_text.trim())
                                && self.language == Language::Rust
                                && value.known().is_none()
                            {
                                value = Value::harmless();
                            }
                            value
                        }
                        None => match param.default {
                            Some(default) => self.eval(&of, default),
                            None => Value::default(),
                        },
                    }
                }
            };
            bound.push((&param.pattern, value));
        }
        self.enter(&of, func, !function.top, span);
        self.followed += 1;
        for (pattern, value) in bound {
            self.bind(&of, pattern, value, None);
        }
        let was_quiet = self.quiet;
        self.body(&of, func);
        self.quiet = was_quiet;
        self.followed -= 1;
        let frame = self.frames.pop()?;
        let written = receiver_name
            .and_then(|name| self.env.get(frame.base, name))
            .cloned();
        self.env.layers.truncate(caller_clean_base);
        self.written = written;
        self.dead = false;
        let Some(mut value) = frame.returned else {
            // It never returns: it always raises, or the budget is gone.
            self.dead = self.call_fuel > 0;
            return Some(Value::default());
        };
        if let Some(exits) = frame.exits {
            let facts: Vec<(u64, u64)> = exits.into_iter().collect();
            self.env.learn(&facts);
        }
        if value.truth().is_none() || value.facts.is_some() {
            let facts = told(&frame.yields);
            value.facts = (!facts.yes.is_empty() || !facts.no.is_empty()).then(|| Rc::new(facts));
        }
        if function.returns.contains("bool") && value.facts.is_none() && value.text.is_none() {
            value.taints = Rc::default();
        }
        let value = value.step(unit, span, &format!("returned by {name}"));
        if plain && self.written.is_none() && value.facts.is_none() {
            self.plain.insert(key, value.clone());
        }
        Some(value)
    }

    /// Assigns to a name, a field or a subscript.
    pub(super) fn assign_place(
        &mut self,
        unit: &Rc<Unit>,
        place: ExprId,
        value: Value,
        from: Option<ExprId>,
    ) {
        let (object, key, path) = match unit.expr(place) {
            Expr::Attr(object, name) => {
                let own = self.eval(unit, *object);
                let own = self.named_receiver(unit, *object, own);
                let path = self.child_path(own.path, *name);
                (*object, Some(self.key(*name)), path)
            }
            Expr::Index(object, key) => {
                let own = self.eval(unit, *object);
                let own = self.named_receiver(unit, *object, own);
                let key = self.eval(unit, *key);
                let known = key_of(&key);
                let segment = match &known {
                    Some(Key::Named(text)) => self.names.intern(text),
                    _ => self.names.intern("[]"),
                };
                let path = self.child_path(own.path, segment);
                // A key from outside is stored as much as the value is.
                if !key.taints.is_empty() && from.is_some() {
                    self.check_path(unit, path, &key, unit.span(place));
                }
                (*object, known, path)
            }
            _ => {
                self.eval(unit, place);
                return;
            }
        };
        if let Some(from) = from {
            let span = unit.span(from);
            self.check_path(unit, path, &value, span);
            if let Some(Key::Named(name)) = &key {
                let name = self.names.intern(name);
                self.check_name(unit, name, &value, span);
            }
        }
        let mut own = self.eval(unit, object);
        own.facts = None;
        let value = value.step(unit, unit.span(place), "stored");
        if own.scalar.is_some() {
            return;
        }
        own.set_part(key, value);
        self.store(unit, object, own);
    }

    fn named_receiver(&mut self, unit: &Rc<Unit>, id: ExprId, mut own: Value) -> Value {
        if !own.path.known()
            && let Expr::Name(local) = unit.expr(id)
        {
            let text = self.names.text(*local);
            own.path = self.root_path(&format!("?{text}"));
        }
        own
    }

    /// Puts a changed object back where it came from; two levels up.
    pub(super) fn store(&mut self, unit: &Rc<Unit>, place: ExprId, value: Value) {
        match unit.expr(place) {
            Expr::Name(name) => {
                let module = self.frames.last().is_some_and(|frame| {
                    frame.func == 0 && frame.base + 1 == self.env.layers.len()
                });
                if module && let Some(globals) = self.globals.get_mut(&unit.path) {
                    globals.insert(*name, value.clone());
                }
                self.env.set(*name, value);
            }
            Expr::Attr(object, name) => {
                let key = self.key(*name);
                self.store_part(unit, *object, Some(key), value);
            }
            Expr::Index(object, key) => {
                let key = self.eval(unit, *key);
                self.store_part(unit, *object, key_of(&key), value);
            }
            _ => {}
        }
    }

    fn store_part(&mut self, unit: &Rc<Unit>, object: ExprId, key: Option<Key>, value: Value) {
        let mut own = self.eval(unit, object);
        if own.scalar.is_some() {
            return;
        }
        own.set_part(key, value);
        match unit.expr(object) {
            Expr::Name(name) => self.env.set(*name, own),
            Expr::Attr(above, name) => {
                let key = self.key(*name);
                let mut top = self.eval(unit, *above);
                top.set_part(Some(key), own);
                if let Expr::Name(name) = unit.expr(*above) {
                    self.env.set(*name, top);
                }
            }
            _ => {}
        }
    }
}

/// Nothing that another call of the same function would not be given.
fn is_plain(value: &Value) -> bool {
    value.known().is_none()
        && value.callable.is_none()
        && value.fields.is_none()
        && value.text.is_none()
        && value.taints.is_empty()
}

/// What a call's truth says: what holds on all ways that return true, and on all that return false.
fn told(yields: &[(Option<bool>, HashMap<u64, u64>)]) -> Facts {
    let on = |way: bool| -> Vec<(u64, u64)> {
        let mut all: Option<HashMap<u64, u64>> = None;
        for (truth, clean) in yields {
            if *truth != Some(!way) {
                all = Some(match all {
                    None => clean.clone(),
                    Some(known) => intersect(known, clean),
                });
            }
        }
        let mut list: Vec<(u64, u64)> = all.unwrap_or_default().into_iter().collect();
        list.sort_unstable();
        list
    };
    Facts {
        yes: on(true),
        no: on(false),
        equal: Vec::new(),
    }
}
