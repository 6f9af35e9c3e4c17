//! Python's built-in functions, and those of `os.path` and `pathlib`.

use std::rc::Rc;

use super::super::Machine;
use super::super::call::Given;
use super::super::value::{Fields, Key, Part, Shape, Value};
use crate::language::ir::{Const, Span, Unit};

impl Machine<'_> {
    pub(super) fn builtin(
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
                    if path == "str" && text.fields.is_none() {
                        // A document query runs operators, and a text is none.
                        let mask = self.library.known_kind("nosql");
                        for taint in Rc::make_mut(&mut text.taints) {
                            taint.clean |= mask;
                        }
                    }
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
                if matches!(path, "urllib.parse.urlunsplit" | "urllib.parse.urlunparse") {
                    // Without a scheme and a host it is an address of this site.
                    let own = [0, 1].iter().all(|at| {
                        let part = first.and_then(|list| list.part(&Key::At(*at)));
                        part.is_some_and(|part| part.closed())
                    });
                    let kinds = ["redirect", "ssrf"].map(|kind| self.library.known_kind(kind));
                    let mask = kinds.iter().fold(0, |all, kind| all | kind);
                    let value = first?.derived();
                    return Some(if own { value.cleaned(mask) } else { value });
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
    pub(super) fn joined(&mut self, kind: &str, given: &[Given]) -> Value {
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
}

fn callee_path(path: &str) -> &str {
    if path.starts_with("pathlib.") {
        "path"
    } else {
        ""
    }
}
