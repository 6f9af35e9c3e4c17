//! What a function is given when nobody is seen to call it: parameters, receivers, sources.

use std::collections::HashSet;
use std::rc::Rc;

use super::source::{StepNode, Taint};
use super::value::{Callable, Value};
use super::{Machine, hash};
use crate::budget;
use crate::language::ir::{ClassId, Const, ExprId, FuncId, Param, Pattern, Span, Stmt, Unit};
use crate::rule::index::Role;

/// Parameters that the route of a decorator makes numbers of: `<int:id>`.
#[derive(Default)]
pub(super) struct Converted(HashSet<String>);

impl Converted {
    /// Those of the decorators of a function.
    pub(super) fn of(unit: &Unit, decorators: &[ExprId]) -> Self {
        let texts = decorators.iter().map(|id| unit.text(unit.span(*id)));
        let parts = texts.flat_map(|text| text.split('<').skip(1));
        let names = parts.filter_map(|part| {
            let (converter, name) = part.split_once('>')?.0.split_once(':')?;
            matches!(converter, "int" | "float" | "uuid").then(|| name.to_owned())
        });
        Self(names.collect())
    }

    fn hold(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl Machine<'_> {
    /// Whether a function is a view of Django: `request` first, in a module that imports django.
    pub(super) fn is_view(&self, unit: &Unit, id: FuncId) -> bool {
        let of_django = |stmt: &Stmt| match stmt {
            Stmt::Import(_, path, _) => path
                .first()
                .is_some_and(|first| &*self.names.text(*first) == "django"),
            _ => false,
        };
        let skip = usize::from(
            unit.functions
                .get(id)
                .is_some_and(|function| function.receiver),
        );
        let first = unit
            .functions
            .get(id)
            .and_then(|function| function.params.get(skip)?.name)
            .is_some_and(|name| &*self.names.text(name) == "request");
        let module = unit.functions.first();
        first && module.is_some_and(|module| module.body.iter().any(of_django))
    }

    /// The object that a method runs on: a class with what its constructor sets.
    pub(super) fn receiver(&mut self, unit: &Rc<Unit>, class: Option<ClassId>) -> Value {
        let Some(class) = class else {
            return Value::default();
        };
        let key = (Rc::clone(&unit.path), class);
        if let Some(known) = self.objects.get(&key) {
            return known.clone();
        }
        let mut object = self.class_value(unit, class);
        object.callable = Some(Rc::new(Callable::Object(Rc::clone(unit), class)));
        self.objects.insert(key.clone(), object.clone());
        let init = self.names.intern("__init__");
        let found = unit.classes.get(class).and_then(|known| {
            known
                .methods
                .iter()
                .find(|(name, _)| *name == init)
                .map(|(_, id)| *id)
        });
        if let Some(id) = found {
            let quiet = std::mem::replace(&mut self.quiet, true);
            let dead = std::mem::take(&mut self.dead);
            self.enter(unit, id, false, Span::default());
            let params: &[Param] = unit.functions.get(id).map_or(&[], |f| &f.params);
            let mut receiver = None;
            for (at, param) in params.iter().enumerate() {
                let value = if at == 0 {
                    receiver = param.name;
                    object.clone()
                } else {
                    self.param(unit, &Converted::default(), param, None, false)
                };
                self.bind(unit, &param.pattern, value, None);
            }
            self.body(unit, id);
            let base = self.frames.pop().map_or(0, |frame| frame.base);
            if let Some(set) = receiver.and_then(|name| self.env.get(base, name)) {
                object = set.clone();
            }
            self.env.layers.truncate(base);
            self.quiet = quiet;
            self.dead = dead;
        }
        self.objects.insert(key, object.clone());
        object
    }

    /// What a caller may give for a parameter.
    pub(super) fn param(
        &mut self,
        unit: &Rc<Unit>,
        numbers: &Converted,
        param: &Param,
        handler: Option<u8>,
        weak: bool,
    ) -> Value {
        let mut value = Value::default();
        let Some(name) = param.name else {
            return self.typed_param(unit, param);
        };
        let text = self.names.text(name);
        let span = match &param.pattern {
            Pattern::Bind(_, span) => *span,
            _ => Span::default(),
        };
        let ty = param.ty_text.trim();
        if self.is_plain_declared(ty)
            || self
                .library
                .is_plain_type(ty.trim_start_matches(['&', ' ', '*']))
        {
            return Value::harmless();
        }
        if numbers.hold(&text) {
            return Value::harmless();
        }
        let typed = self.typed_param(unit, param);
        value.path = typed.path;
        let own = self.root_path(&format!("?{text}"));
        if !typed.taints.is_empty() || typed.harmless {
            return typed;
        }
        if !value.path.known() || self.library.is_text_type(ty) {
            value.path = own;
        }
        for role in self.paths.roles(own).iter() {
            if let Role::Source(kind) = role {
                let bound = match &param.pattern {
                    Pattern::Bind(bound, _) => self.names.text(*bound),
                    _ => Rc::clone(&text),
                };
                return self.source(unit, span, *kind, &bound, value);
            }
        }
        if &*text == "event"
            && self.has_param("context")
            && let Ok(kind) = self.library.source_kind("request")
        {
            return self.source(unit, span, kind, &text, value);
        }
        let default = param.default.map(|id| self.eval(unit, id));
        let injected = default.as_ref().is_some_and(|default| {
            let path = self.paths.text(&self.names, default.path);
            path.contains("Depends") || path.contains("Security")
        });
        // A value of somebody's class is no text from outside.
        let foreign =
            typed.path.known() && !self.library.is_text_type(ty) && !self.local_class(&typed);
        if injected || foreign {
            return value;
        }
        let of_request = handler.is_some() && handler == self.library.source_kind("request").ok();
        let is_object = matches!(&*text, "request" | "self")
            || of_request && self.library.is_request_object(&text);
        if let (Some(kind), false) = (handler, is_object) {
            let value = self.source(unit, span, kind, &text, value);
            return self.declared(unit, &param.ty_text, value);
        }
        let switch = default
            .as_ref()
            .is_some_and(|default| matches!(default.scalar, Some(Const::Bool(_) | Const::Int(_))));
        if weak
            && !switch
            && !self.library.is_request_object(&text)
            && !matches!(&*text, "request" | "req" | "event")
            && let Ok(kind) = self.library.source_kind("param")
        {
            return self.source(unit, span, kind, &text, value);
        }
        value
    }

    /// Whether the function that is entered has a parameter of this name.
    fn has_param(&self, name: &str) -> bool {
        let frame = self.frames.last();
        let function = frame.and_then(|frame| frame.unit.functions.get(frame.func));
        function.is_some_and(|function| {
            budget::charge(function.params.len());
            function
                .params
                .iter()
                .any(|param| param.name.is_some_and(|sym| &*self.names.text(sym) == name))
        })
    }

    fn local_class(&self, value: &Value) -> bool {
        value.callable.is_some()
    }

    pub(super) fn typed_param(&mut self, unit: &Rc<Unit>, param: &Param) -> Value {
        let Some(ty) = param.ty else {
            return Value::default();
        };
        let quiet = std::mem::replace(&mut self.quiet, true);
        let mut value = self.eval(unit, ty);
        self.quiet = quiet;
        value.text = None;
        if value.taints.is_empty() {
            for role in self.paths.roles(value.path).iter() {
                if let Role::Source(kind) = role {
                    let span = unit.span(ty);
                    let name = unit.text(span).to_owned();
                    value = self.source(unit, span, *kind, &name, value);
                }
            }
        }
        if let Some(Callable::Class(of, class)) = value.callable.as_deref() {
            let (of, class) = (Rc::clone(of), *class);
            value.callable = Some(Rc::new(Callable::Object(of, class)));
            value.fields = None;
        }
        if !value.taints.is_empty() && self.library.is_plain_type(inner_type(&param.ty_text)) {
            return Value::harmless();
        }
        self.declared(unit, &param.ty_text, value)
    }

    /// Input that is read into a class whose definition is known: its numbers are numbers.
    pub(super) fn declared(&mut self, unit: &Rc<Unit>, ty: &str, mut value: Value) -> Value {
        let mut names = ty.split(|c: char| !c.is_alphanumeric() && c != '_');
        let Some(name) = names.rfind(|name| !name.is_empty()) else {
            return value;
        };
        if value.taints.is_empty() {
            return value;
        }
        let name = self.names.intern(name);
        let known = self.lookup(unit, name).and_then(|known| known.callable);
        if let Some(Callable::Class(of, class)) = known.as_deref()
            && let Some(class) = of.classes.get(*class)
        {
            // A number cannot carry a text; only how large it is may do harm.
            let number = match self.library.known_kind("alloc") {
                0 => Value::harmless(),
                size => value.derived().cleaned(!size),
            };
            for (field, ty) in &class.types {
                if self.is_plain_declared(ty) {
                    let (key, mut part) = (self.key(*field), number.clone());
                    part.path = self.child_path(value.path, *field);
                    value.set_part(Some(key), part);
                }
            }
        }
        value
    }

    /// Whether what is declared of a parameter or field, which may be left out, is plain.
    fn is_plain_declared(&self, text: &str) -> bool {
        let text = text.trim_matches(['"', '\'']);
        text.split('|').map(str::trim).all(|one| {
            let inner = one
                .strip_prefix("Optional[")
                .or_else(|| one.strip_prefix("Option<"))
                .map_or(one, |rest| rest.trim_end_matches([']', '>']));
            one == "None" || inner.starts_with("Literal[") || self.library.is_plain_type(inner)
        })
    }

    /// A value from a source.
    pub(super) fn source(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        kind: u8,
        name: &str,
        mut value: Value,
    ) -> Value {
        let label = self
            .library
            .sources
            .get(usize::from(kind))
            .map_or("", |kind| &kind.label);
        let what = format!("{label} {name}");
        value.scalar = None;
        value.text = None;
        value.harmless = false;
        let id = hash(&[&unit.path, name, &kind.to_string()]);
        value.taints = Rc::new(vec![Taint {
            kind,
            id,
            clean: 0,
            gone: Default::default(),
            indirect: false,
            part: false,
            source: name.into(),
            step: Rc::new(StepNode {
                unit: Rc::clone(unit),
                span,
                what: what.trim().into(),
                before: None,
                count: 0,
            }),
        }]);
        value
    }
}

/// What is inside the first angle or square brackets.
fn inner_type(text: &str) -> &str {
    let start = text.find(['<', '[']).map_or(0, |at| at + 1);
    let inner = text.get(start..).unwrap_or_default();
    inner.trim_end_matches(['>', ']', ' ']).trim()
}
