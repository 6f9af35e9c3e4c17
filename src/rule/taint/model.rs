//! What the languages' own types do: texts, lists, maps, wrappers.

use std::rc::Rc;

use super::Machine;
use super::call::Given;
use super::expr::{key_of, push_back};
use super::value::{Fields, Key, Part, Shape, Value};
use crate::rule::ir::{Const, ExprId, Span, Sym, Unit};
use crate::syntax::Language;

impl Machine<'_> {
    /// The result of a call that the language defines; `None` where it does not.
    pub(super) fn model(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee: &Value,
        receiver: Option<&(ExprId, Value, Sym)>,
        given: &[Given],
    ) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        let path = self.paths.text(&self.names, callee.path);
        let rust = self.language == Language::Rust;
        if rust {
            if path.ends_with("Command.new") {
                // Its program, and behind it its arguments.
                return first.map(|program| Value::list(vec![program.clone()]));
            }
            if let Some(value) = wrapper(&path, first) {
                return Some(value);
            }
        } else if let Some(value) = self.builtin(unit, span, &path, given) {
            return Some(value);
        }
        let (_, own, name) = receiver?;
        let name = self.names.text(*name);
        if rust && let Some(value) = self.rust_method(unit, span, own, &name, given) {
            return Some(value);
        }
        self.method(own, &name, given)
    }

    fn builtin(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        path: &str,
        given: &[Given],
    ) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        match path {
            "str" | "repr" | "bytes" | "bytearray" | "format" | "ascii" => match first {
                Some(value) => {
                    let mut text = value.derived();
                    text.text = Some(Rc::new(value.shape()));
                    if value.shape().0 == [Part::Hole] {
                        text.text = None;
                    }
                    text.harmless = value.harmless;
                    text.resolved = value.resolved;
                    Some(text)
                }
                None => Some(Value::text("".into())),
            },
            "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "iter" => {
                match first {
                    Some(value) => Some(value.clone()),
                    None => Some(Value::list(Vec::new())),
                }
            }
            "dict" => {
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
            "len" => {
                let value = first?;
                if let Some(text) = value.known_text() {
                    return Some(Value::constant(&Const::Int(
                        i64::try_from(text.chars().count()).ok()?,
                    )));
                }
                let exact = value.fields.as_ref().filter(|f| f.list && f.rest.is_none());
                Some(match exact {
                    Some(fields) => {
                        Value::constant(&Const::Int(i64::try_from(fields.map.len()).ok()?))
                    }
                    None => Value::harmless(),
                })
            }
            "chr" => {
                let code = u32::try_from(first?.int()?).ok()?;
                char::from_u32(code).map(|c| Value::text(c.to_string().into()))
            }
            "enumerate" => {
                let item = self.item_of(first?);
                let mut all = Value::default();
                all.set_part(None, Value::list(vec![Value::harmless(), item]));
                Some(all)
            }
            "zip" => {
                let items: Vec<Value> = given.iter().map(|one| self.item_of(&one.value)).collect();
                let mut all = Value::default();
                all.set_part(None, Value::list(items));
                Some(all)
            }
            "map" | "filter" => {
                let item = self.item_of(&given.get(1)?.value);
                let argument = Given {
                    value: item.clone(),
                    span,
                    ..Given::default()
                };
                let result = self.invoke(unit, first?, &[argument], span);
                let mut all = Value::default();
                let part = if path == "filter" {
                    item
                } else {
                    result.unwrap_or(item)
                };
                all.set_part(None, part);
                Some(all)
            }
            "next" | "min" | "max" => Some(self.item_of(first?)),
            "getattr" => {
                let name = given.get(1)?.value.known_text()?;
                let name = self.names.intern(&name);
                let value = self.attribute(unit, first?, name);
                Some(value)
            }
            "super" => Some(Value::default()),
            _ => {
                let last = path.rsplit('.').next().unwrap_or_default();
                let os_path = path.starts_with("os.path.") || path.starts_with("posixpath.");
                if os_path && last == "join"
                    || path.starts_with("pathlib.") && last.ends_with("Path")
                {
                    return Some(self.joined(callee_path(path), given));
                }
                if os_path && matches!(last, "realpath" | "abspath" | "normpath") {
                    let mut value = first?.clone();
                    value.resolved = true;
                    return Some(value);
                }
                if os_path && matches!(last, "commonpath" | "commonprefix") {
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
                    return Some(value);
                }
                if path == "re.compile" {
                    let mut value = Value {
                        text: first?.text.clone(),
                        ..Value::default()
                    };
                    value.taint(&first?.all_taints());
                    let sym = self.names.intern("re");
                    let parent = self
                        .paths
                        .child(&self.names, Default::default(), sym, false);
                    let sym = self.names.intern("compile");
                    value.path = self.paths.child(&self.names, parent, sym, true);
                    return Some(value);
                }
                None
            }
        }
    }

    /// `os.path.join(a, b)`, `Path(a, b)`.
    fn joined(&mut self, kind: &str, given: &[Given]) -> Value {
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
        if kind == "path" {
            let sym = self.names.intern("pathlib");
            let parent = self
                .paths
                .child(&self.names, Default::default(), sym, false);
            let sym = self.names.intern("Path");
            whole.path = self.paths.child(&self.names, parent, sym, true);
        }
        whole
    }

    fn method(&mut self, own: &Value, name: &str, given: &[Given]) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        if let Some(value) = self.container(own, name, given) {
            return Some(value);
        }
        let known = own.known_text();
        let fold = |change: fn(&str) -> String| {
            known.as_ref().map(|text| Value::text(change(text).into()))
        };
        match name {
            "lower" | "casefold" | "to_lowercase" | "to_ascii_lowercase" => {
                fold(|text| text.to_lowercase()).or_else(|| kept(own))
            }
            "upper" | "to_uppercase" | "to_ascii_uppercase" => {
                fold(|text| text.to_uppercase()).or_else(|| kept(own))
            }
            "strip" | "trim" if first.is_none() => {
                fold(|text| text.trim().to_owned()).or_else(|| kept(own))
            }
            "strip" | "lstrip" | "rstrip" | "trim" | "title" | "capitalize" | "encode"
            | "decode" | "expandtabs" | "swapcase" | "removeprefix" | "removesuffix"
            | "trim_end" | "trim_start" | "trim_matches" | "expanduser" | "as_posix"
            | "tobytes" | "getvalue" | "ljust" | "rjust" | "zfill" | "center" => kept(own),
            "replace" => {
                let second = given.get(1).and_then(|one| one.value.known_text());
                if let (Some(text), Some(from), Some(to)) =
                    (&known, first.and_then(Value::known_text), &second)
                {
                    return Some(Value::text(text.replace(&*from, to).into()));
                }
                let mut value = own.derived();
                if first
                    .and_then(Value::known_text)
                    .is_some_and(|from| from.contains(['\n', '\r']))
                {
                    let mask = self.library.known_kind("log") | self.library.known_kind("header");
                    value = value.cleaned(mask);
                }
                for one in given {
                    value.taint(&one.value.all_taints());
                }
                value.text.clone_from(&own.text);
                if value.text.as_ref().is_some_and(|shape| !shape.open())
                    && !value.taints.is_empty()
                {
                    let mut shape = own.shape();
                    shape.push(Part::Hole);
                    value.text = Some(Rc::new(shape));
                }
                Some(value)
            }
            "format" if own.text.is_some() => Some(self.format(own, given)),
            "join" if own.text.is_some() => {
                let list = first?;
                let mut value = list.derived();
                let mut shape = Shape::default();
                let exact = list
                    .fields
                    .as_ref()
                    .filter(|fields| fields.list && fields.rest.is_none());
                match exact {
                    Some(fields) => {
                        for (at, item) in fields.map.values().enumerate() {
                            if at > 0 {
                                shape.append(&own.shape());
                            }
                            shape.append(&item.shape());
                        }
                    }
                    None => {
                        let item = self.item_of(list);
                        let part = if item.closed() {
                            Part::Harmless
                        } else {
                            Part::Hole
                        };
                        shape.push(part.clone());
                        shape.append(&own.shape());
                        shape.push(part);
                    }
                }
                value.text = Some(Rc::new(shape));
                Some(value)
            }
            "split" | "rsplit" | "splitlines" | "partition" | "rpartition" | "split_whitespace"
            | "lines" | "chars" | "bytes" => {
                if let (Some(text), Some(by)) = (&known, first.and_then(Value::known_text))
                    && name == "split"
                    && !by.is_empty()
                {
                    return Some(Value::list(
                        text.split(&*by)
                            .map(|part| Value::text(part.into()))
                            .collect(),
                    ));
                }
                let mut list = Value::default();
                let mut part = own.derived();
                self.mix(&mut part, "split");
                list.set_part(None, part);
                if let Some(first) = list.fields.as_mut().map(Rc::make_mut) {
                    first.list = true;
                }
                Some(list)
            }
            "startswith" | "starts_with" => Some(self.starts(own, first?)),
            "isdigit" | "isalnum" | "isalpha" | "isdecimal" | "isnumeric" | "isidentifier" => {
                Some(Self::says(Self::ids(own, u64::MAX)))
            }
            "endswith" | "ends_with" | "count" | "find" | "index" | "rfind" | "exists"
            | "is_file" | "is_dir" | "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err"
            | "contains" => {
                if name == "contains" && self.language == Language::Rust {
                    return Some(self.contained(own, first?));
                }
                let mut value = Value::harmless();
                if matches!(name, "is_some" | "is_ok") {
                    value.facts.clone_from(&own.facts);
                }
                Some(value)
            }
            "resolve" | "canonicalize" | "absolute" => {
                let mut value = own.clone();
                value.resolved = true;
                value.callable = None;
                Some(value)
            }
            "is_relative_to" | "relative_to" => {
                let mask = self.library.known_kind("path");
                if own.resolved {
                    let ids = Self::ids(own, mask);
                    if name == "relative_to" {
                        self.env.learn(&ids);
                    }
                    return Some(Self::says(ids));
                }
                Some(Value::harmless())
            }
            "joinpath" => {
                let mut all = vec![Given {
                    value: own.clone(),
                    span: Span::default(),
                    ..Given::default()
                }];
                all.extend(given.iter().cloned());
                Some(self.joined("path", &all))
            }
            _ => None,
        }
    }

    /// `value.startswith(base)`.
    fn starts(&mut self, own: &Value, base: &Value) -> Value {
        if let (Some(text), Some(start)) = (own.known_text(), base.known_text()) {
            return Value::bool(text.starts_with(&*start));
        }
        let mut ids = Vec::new();
        if own.resolved && base.taints.is_empty() {
            ids.extend(Self::ids(own, self.library.known_kind("path")));
        }
        let fixed_host = |text: &str| {
            text.split_once("://")
                .is_some_and(|(_, rest)| rest.len() > 1 && rest.contains('/'))
        };
        if base.known_text().is_some_and(|text| fixed_host(&text)) {
            let mask = self.library.known_kind("ssrf") | self.library.known_kind("redirect");
            ids.extend(Self::ids(own, mask));
        }
        Self::says(ids)
    }

    /// Rust's `whole.contains(part)`.
    fn contained(&mut self, whole: &Value, part: &Value) -> Value {
        let pair = |one: &Value| (usize::MAX, one.clone());
        let (left, right) = (pair(part), pair(whole));
        let nothing = Rc::new(Unit::default());
        self.compare(
            &nothing,
            crate::rule::ir::Op::In,
            (left.0, &left.1),
            (right.0, &right.1),
        )
    }

    fn container(&mut self, own: &Value, name: &str, given: &[Given]) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        let mut own = own.clone();
        own.facts = None;
        let list = own
            .fields
            .as_ref()
            .is_some_and(|fields| fields.list && fields.rest.is_none());
        match name {
            "append" | "push" | "add" | "appendleft" | "put" | "push_back"
                if own.text.is_none() && given.len() == 1 =>
            {
                push_back(&mut own, first?.clone());
                self.written = Some(own);
                Some(Value::constant(&Const::None))
            }
            "push_str" | "write_str" | "push" => {
                let whole = self.operate(crate::rule::ir::Op::Add, &own, first?);
                self.written = Some(whole);
                Some(Value::constant(&Const::None))
            }
            "extend" | "update" if own.fields.is_some() => {
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
            "insert" if list && given.len() == 2 => {
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
            "set" | "insert" | "setdefault" if given.len() >= 2 => {
                let key = composite(given.split_last()?.1);
                let value = given.last()?.value.clone();
                own.set_part(key, value.clone());
                self.written = Some(own);
                Some(if name == "setdefault" {
                    value
                } else {
                    Value::constant(&Const::None)
                })
            }
            "pop" | "remove" if list => {
                let fields = own.fields.clone().unwrap_or_default();
                let mut items: Vec<Value> = fields.map.values().cloned().collect();
                let at = match (name, first) {
                    ("pop", None) => items.len().checked_sub(1),
                    ("pop", Some(at)) => {
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
            "reverse" if list => {
                let fields = own.fields.clone().unwrap_or_default();
                let items = fields.map.values().rev().cloned().collect();
                self.written = Some(Value::list(items));
                Some(Value::constant(&Const::None))
            }
            "clear" if own.fields.is_some() => {
                self.written = Some(Value::list(Vec::new()));
                Some(Value::constant(&Const::None))
            }
            "get" | "pop" => {
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
            "values" | "items" | "iter" | "into_iter" | "iter_mut" if own.fields.is_some() => {
                let mut all = own.clone();
                if name == "items" {
                    let part = own.any_part().unwrap_or_default();
                    all = Value::default();
                    let mut key = Value::default();
                    key.taint(&own.taints);
                    all.set_part(None, Value::list(vec![key, part]));
                }
                Some(all)
            }
            "keys" if own.fields.is_some() => Some(Value {
                taints: Rc::clone(&own.taints),
                ..Value::default()
            }),
            "copy" | "deepcopy" if own.fields.is_some() => Some(own),
            _ => None,
        }
    }

    /// `text.format(..)`.
    fn format(&mut self, own: &Value, given: &[Given]) -> Value {
        let mut shape = Shape::default();
        let mut whole = Value::default();
        whole.taint(&own.taints);
        for one in given {
            whole.taint(&one.value.all_taints());
        }
        let mut next = 0;
        for part in own.text.as_ref().map_or(&[][..], |shape| &shape.0) {
            let Part::Literal(text) = part else {
                shape.push(part.clone());
                continue;
            };
            let mut rest: &str = text;
            while let Some(at) = rest.find('{') {
                shape.push(Part::Literal(rest.get(..at).unwrap_or_default().into()));
                rest = rest.get(at + 1..).unwrap_or_default();
                if let Some(after) = rest.strip_prefix('{') {
                    shape.push(Part::Literal("{".into()));
                    rest = after;
                    continue;
                }
                let Some((inside, after)) = rest.split_once('}') else {
                    break;
                };
                rest = after;
                let name = inside
                    .split([':', '!', '.', '['])
                    .next()
                    .unwrap_or_default();
                let value = if name.is_empty() {
                    next += 1;
                    given.iter().filter(|one| one.name.is_none()).nth(next - 1)
                } else if let Ok(index) = name.parse::<usize>() {
                    given.get(index)
                } else {
                    let sym = self.names.intern(name);
                    given.iter().find(|one| one.name == Some(sym))
                };
                shape.append(
                    &value
                        .map(|one| one.value.clone())
                        .unwrap_or_default()
                        .shape(),
                );
            }
            shape.push(Part::Literal(rest.into()));
        }
        whole.text = Some(Rc::new(shape));
        whole
    }

    fn rust_method(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        own: &Value,
        name: &str,
        given: &[Given],
    ) -> Option<Value> {
        let first = given.first().map(|one| &one.value);
        match name {
            "unwrap" | "expect" | "clone" | "to_string" | "to_owned" | "as_str" | "as_ref"
            | "into" | "as_bytes" | "borrow" | "borrow_mut" | "as_mut" | "unwrap_or_default"
            | "ok" | "lock" | "to_vec" | "cloned" | "copied" | "into_inner" | "map_err"
            | "ok_or" | "ok_or_else" | "context" | "with_context" | "as_deref" | "to_str"
            | "to_string_lossy" | "as_path" | "into_string" | "into_owned" | "as_os_str"
            | "by_ref" | "collect" | "iter" | "into_iter" | "as_slice" | "into_bytes"
            | "to_path_buf" | "display" | "try_into" | "as_mut_str" | "into_boxed_str"
            | "deref" | "err" | "await" | "read" | "write"
                if own.known().is_some()
                    || given.is_empty()
                    || first.is_some_and(|v| v.callable.is_some() || v.known_text().is_some()) =>
            {
                Some(own.clone())
            }
            "unwrap_or" | "or" | "unwrap_or_else" | "or_else" | "map_or" | "and_then" | "map"
            | "filter" | "filter_map" | "flat_map" | "for_each" | "then" | "inspect" => {
                let mut result = if matches!(
                    name,
                    "map" | "and_then" | "map_or" | "filter_map" | "flat_map"
                ) {
                    None
                } else {
                    Some(own.clone())
                };
                for one in given {
                    let more = if one.value.callable.is_some() {
                        let item = if own.fields.is_some()
                            && !matches!(name, "map" | "and_then" | "map_or")
                        {
                            self.item_of(own)
                        } else {
                            own.clone()
                        };
                        let argument = Given {
                            value: item,
                            span,
                            ..Given::default()
                        };
                        self.invoke(unit, &one.value, &[argument], span)
                            .unwrap_or_default()
                    } else if one.value.path.known()
                        && result.is_none()
                        && one.value.known().is_none()
                    {
                        // A function given by name: `.map(String::from)`.
                        own.clone()
                    } else {
                        one.value.clone()
                    };
                    if matches!(name, "filter" | "for_each" | "inspect") {
                        continue;
                    }
                    result = Some(match result.take() {
                        None => more,
                        Some(known) => known.join(&more),
                    });
                }
                self.dead = false;
                result
            }
            "parse_number" => Some(Value::harmless()),
            "parse" => {
                let mut value = own.derived();
                value.text.clone_from(&own.text);
                Some(value)
            }
            "arg" | "args" => {
                let mut own = own.clone();
                match first {
                    Some(value) if name == "args" => own = self.extended(own, value),
                    Some(value) => push_back(&mut own, value.clone()),
                    None => {}
                }
                let path = self.arg_path(&own, name);
                own.path = self.paths.called(&self.names, path);
                self.written = Some(own.clone());
                Some(own)
            }
            "len" | "as_u64" | "as_i64" | "as_f64" | "as_bool" => Some(Value::harmless()),
            "concat" => {
                let mut value = own.derived();
                value.text = Some(Rc::new(Shape(vec![Part::Hole, Part::Hole])));
                Some(value)
            }
            _ => None,
        }
    }

    /// A builder keeps its own path: `.arg()` after `.arg()` is the same builder.
    fn arg_path(&mut self, own: &Value, name: &str) -> crate::rule::path::PathId {
        let segments = self.paths.segments(&self.names, own.path);
        let again = segments
            .last()
            .is_some_and(|last| last == "arg()" || last == "args()");
        let sym = self.names.intern(name);
        if again {
            let mut parent = Default::default();
            for (at, segment) in segments.iter().enumerate() {
                if at + 1 < segments.len() {
                    let call = segment.ends_with("()");
                    let sym = self.names.intern(segment.trim_end_matches("()"));
                    parent = self.paths.child(&self.names, parent, sym, call);
                }
            }
            return self.paths.child(&self.names, parent, sym, false);
        }
        self.child_path(own.path, sym)
    }

    /// What an exception handler binds.
    pub(super) fn exception(&mut self, unit: &Rc<Unit>, name: Sym) -> Value {
        let path = self.root_path("?exception");
        let value = Value {
            path,
            ..Value::default()
        };
        match self.library.source_kind("exception") {
            Ok(kind) => {
                let text = self.names.text(name);
                self.source(unit, Span::default(), kind, &text, value)
            }
            Err(_) => value,
        }
    }
}

fn callee_path(path: &str) -> &str {
    if path.starts_with("pathlib.") {
        "path"
    } else {
        ""
    }
}

/// A text that another text was made from, part by part the same.
fn kept(own: &Value) -> Option<Value> {
    if own.fields.is_some() || (own.text.is_none() && own.taints.is_empty() && !own.harmless) {
        return None;
    }
    let mut value = own.clone();
    value.facts = None;
    value.path = Default::default();
    Some(value)
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

/// Rust functions that wrap a value and keep it.
fn wrapper(path: &str, first: Option<&Value>) -> Option<Value> {
    let first = first?;
    let short = path.rsplit('.').take(2).collect::<Vec<_>>();
    let kept = matches!(
        short.as_slice(),
        ["Some" | "Ok" | "Err" | "Cow" | "Borrowed" | "Owned", ..]
            | [
                "new",
                "Box"
                    | "Arc"
                    | "Rc"
                    | "Mutex"
                    | "RwLock"
                    | "Path"
                    | "Some"
                    | "Cow"
                    | "Cell"
                    | "RefCell"
            ]
            | [
                "from",
                "String" | "PathBuf" | "Arc" | "Box" | "OsString" | "Cow" | "Vec"
            ]
            | ["from_utf8" | "from_utf8_lossy" | "from_utf8_unchecked", _]
    );
    kept.then(|| first.clone())
}
