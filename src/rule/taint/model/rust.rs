//! Rust's wrappers, iterators and builders.

use std::rc::Rc;

use super::super::Machine;
use super::super::call::Given;
use super::super::part::push_back;
use super::super::value::{Part, Shape, Value};
use crate::language::ir::{Span, Unit};

impl Machine<'_> {
    pub(super) fn rust_method(
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
            // `path.components().any(|c| !matches!(c, Component::Normal(_)))`
            "any" | "all" => {
                let parts = self.paths.text(&self.names, own.path);
                if !parts.ends_with("components()") {
                    return None;
                }
                let ids = Self::ids(own, self.library.known_kind("path"));
                let said = Self::says(ids);
                Some(if name == "any" {
                    self.negate(&said)
                } else {
                    said
                })
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
}

/// Rust functions that wrap a value and keep it.
pub(super) fn wrapper(path: &str, first: Option<&Value>) -> Option<Value> {
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
