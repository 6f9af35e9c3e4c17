//! Whether an assertion on the state of a `Result` (`assert!(r.is_ok())`) could have shown the value: taken
//! out of the `Result` instead, its failure names the error.
//!
//! Going by the types that the file itself declares. It could not where the value has no `Debug`, where it is
//! needed afterwards and cannot be copied, and where it is borrowed.
//!
//! Does not catch: types of other files; they are taken to have `Debug`, as nearly all have.

use std::collections::BTreeMap;

use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::{Reader, arguments};

/// What the types that a file declares can do, by name: be shown, be copied.
#[derive(Debug, Default)]
pub(super) struct Types(BTreeMap<String, (bool, bool)>);

static ITEMS: Kinds = Kinds::new(
    RUST,
    &[
        "attribute_item",
        "struct_item",
        "enum_item",
        "function_item",
        "impl_item",
        "mod_item",
        "let_declaration",
    ],
);
static IMPLEMENTATIONS: Kinds = Kinds::new(RUST, &["impl_item"]);

/// The types that a file declares.
pub(super) fn types(parsed: &Parsed) -> Types {
    let mut found = Types::default();
    let mut derived = (false, false);
    for node in ITEMS.nodes(parsed) {
        match node.kind() {
            "attribute_item" => {
                let text = flat(parsed, node);
                if text.starts_with("#[derive(") {
                    derived.0 |= text.contains("Debug");
                    derived.1 |= text.contains("Copy");
                }
            }
            "struct_item" | "enum_item" => {
                let name = field(parsed, node, "name").unwrap_or_default();
                found
                    .0
                    .insert(name.to_owned(), std::mem::take(&mut derived));
            }
            _ => derived = (false, false),
        }
    }
    for node in IMPLEMENTATIONS.nodes(parsed) {
        let name = field(parsed, node, "type").unwrap_or_default();
        if let Some(known) = found.0.get_mut(name) {
            let of = field(parsed, node, "trait").unwrap_or_default();
            known.0 |= of.ends_with("Debug");
            known.1 |= of == "Copy";
        }
    }
    found
}

impl Types {
    fn can_show(&self, name: &str) -> bool {
        name != "()" && self.0.get(name).is_none_or(|can| can.0)
    }

    fn can_copy(&self, name: &str) -> bool {
        let plain = name.starts_with(|c: char| c.is_ascii_lowercase());
        self.0.get(name).map_or(plain, |can| can.1)
    }
}

impl Reader<'_> {
    /// Whether `x.is_ok()` in an assertion hides what `x` holds, though the test could show it.
    pub(super) fn says_nothing(&self, call: Node<'_>) -> bool {
        // Each looks around its block; one of a test is told, so a few are enough.
        self.states.set(self.states.get() + 1);
        if self.states.get() > MOST_STATES {
            return false;
        }
        // A message of its own says something.
        let asserted = call.parent().and_then(|list| list.parent());
        if asserted.is_none_or(|a| a.kind() != "call_expression" || arguments(a).len() != 1) {
            return false;
        }
        let Some(function) = call.child_by_field_name("function") else {
            return false;
        };
        let (Some(value), Some(method)) = (
            function.child_by_field_name("value"),
            field(self.parsed, function, "field"),
        ) else {
            return false;
        };
        if value.kind() != "identifier" {
            return !is_of_a_panic(&flat(self.parsed, value));
        }
        let name = self.parsed.text(value);
        let declared = self.declared(value, name);
        let (ty, used) = match &declared {
            Some((ty, scope)) => (ty.as_str(), self.used_after(*scope, call, name)),
            None => ("", false),
        };
        let borrowed = ty.starts_with('&');
        let (ok, error) = of_result(ty.trim_start_matches('&'));
        let shown = if method == "is_ok" { error } else { ok };
        let copied = !ok.is_empty() && self.types.can_copy(ok) && self.types.can_copy(error);
        self.types.can_show(shown) && (!(borrowed || used) || copied)
    }

    /// The type that a name is declared with (empty where none is written), and the block that it holds in.
    fn declared<'t>(&self, value: Node<'t>, name: &str) -> Option<(String, Node<'t>)> {
        let mut at = value;
        for _ in 0..DEEPEST {
            let inner = at;
            at = at.parent()?;
            match at.kind() {
                "block" => {
                    let before = parts(at)
                        .into_iter()
                        .take_while(|s| s.start_byte() < inner.start_byte());
                    let declaration = before
                        .filter(|s| {
                            s.kind() == "let_declaration"
                                && field(self.parsed, *s, "pattern")
                                    .is_some_and(|p| p.trim_start_matches("mut ") == name)
                        })
                        .last();
                    if let Some(declaration) = declaration {
                        let line = |name| {
                            let part = declaration.child_by_field_name(name);
                            part.map(|n| flat(self.parsed, n)).unwrap_or_default()
                        };
                        // What a panic leaves shows nothing of it.
                        let ty = match is_of_a_panic(&line("value")) {
                            true => "Result<(),()>".to_owned(),
                            false => line("type"),
                        };
                        return Some((ty, at));
                    }
                }
                "function_item" => {
                    let list = at.child_by_field_name("parameters")?;
                    let parameter = parts(list)
                        .into_iter()
                        .find(|p| field(self.parsed, *p, "pattern") == Some(name))?;
                    let ty = parameter.child_by_field_name("type")?;
                    return Some((flat(self.parsed, ty), at.child_by_field_name("body")?));
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a name is used after a place, until it is bound anew.
    fn used_after(&self, scope: Node<'_>, place: Node<'_>, name: &str) -> bool {
        for statement in parts(scope) {
            if statement.end_byte() <= place.end_byte() {
                continue;
            }
            let named = |n: Node<'_>| n.kind() == "identifier" && self.parsed.text(n) == name;
            let anew = statement.kind() == "let_declaration"
                && field(self.parsed, statement, "pattern") == Some(name);
            if anew {
                let value = statement.child_by_field_name("value");
                return value.is_some_and(|value| Walk::new(value).any(named));
            }
            if Walk::new(statement).any(|n| n.start_byte() >= place.end_byte() && named(n)) {
                return true;
            }
        }
        false
    }
}

/// States of one body that are looked at.
const MOST_STATES: usize = 50;
/// Blocks around a place that are looked at.
const DEEPEST: usize = 40;

/// Whether a `Result` holds what a panic left.
fn is_of_a_panic(value: &str) -> bool {
    value.contains("catch_unwind(") || value.ends_with(".join()")
}

/// The two types of a `Result`, as written; empty where they are not.
fn of_result(ty: &str) -> (&str, &str) {
    let inner = ty
        .rsplit_once("Result<")
        .and_then(|(_, rest)| rest.strip_suffix('>'));
    inner
        .and_then(|inner| inner.split_once(','))
        .unwrap_or_default()
}
