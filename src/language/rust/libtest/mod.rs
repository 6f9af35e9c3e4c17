//! A Rust file as the model: which functions libtest and its kin run, with their marks and rows.
//!
//! Does not catch: tests that a macro of another crate declares (except `proptest!`, `quickcheck!` and
//! calls of the form `name!(test_name, |..| ..)`), `#[test]` put on by an attribute macro.

mod assert;
mod body;
mod bound;
mod cargo;
mod cfg;
mod examples;
mod facts;
mod fold;
mod framework;
mod inert;
mod orphans;
mod splice;
mod state;
mod symbols;
mod tables;

use std::collections::BTreeSet;

use crate::language::{Parsed, rust::macros as rust_macros};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use self::assert::{Reader, arguments, leaf};
use self::cargo::Cargo;
use self::cfg::Features;
pub(in crate::language) use self::framework::Framework;
use self::tables::{samples, table};
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{
    Decider, FileModel, Function, Import, Mark, MarkKind, Role, Sign, SignKind, Unreached,
};

/// Reads a file.
fn read(original: &Parsed, path: &str, cargo: &Cargo) -> FileModel {
    let mut model = FileModel::new(&Framework, path, cargo.passes_over(path));
    let Some(parsed) = rust_macros::with_calls(original) else {
        return model;
    };
    let features = cargo
        .package(path)
        .filter(|(package, _)| package.known)
        .map(|(package, _)| &package.features);
    let constants = fold::constants(&parsed);
    let reader = Reader {
        parsed: &parsed,
        original,
        types: &state::types(&parsed),
        constants: &constants,
        bound: Default::default(),
        states: Default::default(),
        depth: Default::default(),
    };
    items(&reader, features, &mut model);
    model.samples = samples(original);
    model.shrink();
    model
}

/// A list of items still to be read.
struct Pending<'t> {
    list: Node<'t>,
    scope: Vec<String>,
    in_property_macro: bool,
    in_impl_of: Option<String>,
    marks: Vec<Mark>,
    dead: Option<Unreached>,
}

fn items(reader: &Reader<'_>, features: Option<&Features>, model: &mut FileModel) {
    let parsed = reader.parsed;
    let mut conditional: Vec<(Vec<String>, &str, String, Node<'_>)> = Vec::new();
    let mut stack = vec![Pending {
        list: parsed.root(),
        scope: Vec::new(),
        in_property_macro: false,
        in_impl_of: None,
        marks: Vec::new(),
        dead: None,
    }];
    while let Some(pending) = stack.pop() {
        let mut attributes: Vec<Node<'_>> = Vec::new();
        let mut doc = String::new();
        for item in pending.list.named_children() {
            if item.is_comment() {
                doc.push_str(&one_line(parsed.text(item)));
                continue;
            }
            if item.kind() == "attribute_item" {
                attributes.push(item);
                continue;
            }
            let of = Attributes::read(parsed, &std::mem::take(&mut attributes), features);
            let mut marks = pending.marks.clone();
            marks.extend(of.marks.iter().cloned());
            let outside = Outside {
                dead: of.dead.clone().or_else(|| pending.dead.clone()),
                of,
                marks,
                doc: std::mem::take(&mut doc),
            };
            match item.kind() {
                "mod_item" | "impl_item" => {
                    let Some(list) = item.child_by_field_name("body") else {
                        continue;
                    };
                    let name = field(parsed, item, "name")
                        .or_else(|| field(parsed, item, "type"))
                        .unwrap_or_default();
                    let of_macro = original_text(reader, item).starts_with("quickcheck");
                    let mut scope = pending.scope.clone();
                    if name != "p_" {
                        scope.push(name.to_owned());
                    }
                    stack.push(Pending {
                        list,
                        scope,
                        in_property_macro: of_macro,
                        in_impl_of: field(parsed, item, "trait").map(str::to_owned),
                        marks: outside.marks,
                        dead: outside.dead,
                    });
                }
                "function_item" => {
                    let of = &outside.of;
                    if let (Some(cfg), Some(name), false) =
                        (&of.cfg, field(parsed, item, "name"), of.is_test)
                    {
                        conditional.push((pending.scope.clone(), name, cfg.clone(), item));
                    }
                    function(reader, item, &pending, outside, model);
                }
                "use_declaration" => imports(parsed, item, model),
                "const_item" | "static_item" => model.tables.extend(table(parsed, item)),
                "macro_definition" => macro_definition(parsed, item, model),
                "expression_statement" => {
                    declared_by_macro(reader, item, &pending, outside, model);
                }
                _ => {}
            }
        }
    }
    let without: BTreeSet<(&[String], &str)> = conditional
        .iter()
        .filter(|(_, _, cfg, _)| cfg == "(not(test))")
        .map(|(scope, name, _, _)| (scope.as_slice(), *name))
        .collect();
    for (scope, name, cfg, item) in &conditional {
        if cfg == "(test)" && without.contains(&(scope.as_slice(), *name)) {
            model.signs.push(Sign {
                kind: SignKind::TestDetected,
                text: one_line(&format!("#[cfg(test)] fn {name}")),
                place: parsed.place(*item),
                function: String::new(),
            });
        }
    }
    model
        .functions
        .sort_by_key(|f| (f.lines.start, f.lines.end));
}

fn original_text<'p>(reader: &Reader<'p>, node: Node<'_>) -> &'p str {
    reader
        .original
        .source
        .get(node.byte_range())
        .unwrap_or_default()
}

/// What the attributes of an item say.
#[derive(Default)]
struct Attributes {
    is_test: bool,
    marks: Vec<Mark>,
    cases: Vec<String>,
    dead: Option<Unreached>,
    first_row: Option<u32>,
    names: Vec<String>,
    cfg: Option<String>,
}

impl Attributes {
    fn read(parsed: &Parsed, nodes: &[Node<'_>], features: Option<&Features>) -> Self {
        let mut found = Self::default();
        for node in nodes {
            let row = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
            found.first_row.get_or_insert(row);
            found.names.extend(
                Walk::new(*node)
                    .filter(|n| n.kind() == "identifier")
                    .map(|n| parsed.text(n).to_owned()),
            );
            let text = flat(parsed, *node);
            let inner = text.trim_start_matches("#[").trim_end_matches(']');
            let end = inner.find(['(', '=']).unwrap_or(inner.len());
            let (path, rest) = (
                inner.get(..end).unwrap_or(inner),
                inner.get(end..).unwrap_or_default(),
            );
            let leaf = path.rsplit("::").next().unwrap_or(path);
            let mark = |kind, condition: Option<String>, reason: String| Mark {
                kind,
                condition,
                reason,
                text: one_line(parsed.text(*node)),
                line: row,
                case: None,
                decider: Decider::Nobody,
                strict: false,
            };
            match leaf {
                "test" | "rstest" | "wasm_bindgen_test" | "quickcheck" | "proptest"
                | "googletest" => {
                    found.is_test = true;
                }
                "test_case" | "case" | "test_matrix" => {
                    found.is_test |= leaf != "case";
                    found.cases.push(rest.trim_matches(['(', ')']).to_owned());
                }
                "ignore" => {
                    let reason = rest.trim_start_matches('=').to_owned();
                    found.marks.push(mark(MarkKind::Skip, None, reason));
                }
                "should_panic" => {
                    found
                        .marks
                        .push(mark(MarkKind::ShouldPanic, None, rest.to_owned()));
                }
                "cfg_attr" if rest.contains("ignore") => {
                    let inside = rest.strip_prefix('(').unwrap_or(rest);
                    let condition = inside.split(",ignore").next().unwrap_or(inside);
                    let (always, decider) = cfg::applies(condition, features);
                    let reason = rest.split_once("ignore=").map(|(_, r)| r.to_owned());
                    let condition = always.is_none().then(|| condition.to_owned());
                    let mark = mark(MarkKind::Skip, condition, reason.unwrap_or_default());
                    if always != Some(false) {
                        found.marks.push(Mark { decider, ..mark });
                    }
                }
                "cfg" => {
                    found.cfg = Some(rest.to_owned());
                    found.dead = found.dead.or_else(|| cfg::never_built(rest, features));
                }
                _ => {}
            }
        }
        found
    }
}

/// What stands around an item: its attributes, inherited marks, comments.
struct Outside {
    of: Attributes,
    marks: Vec<Mark>,
    dead: Option<Unreached>,
    doc: String,
}

fn function(
    reader: &Reader<'_>,
    item: Node<'_>,
    pending: &Pending<'_>,
    outside: Outside,
    model: &mut FileModel,
) {
    let Outside {
        of,
        marks,
        dead,
        doc,
    } = outside;
    let parsed = reader.parsed;
    let (Some(name), Some(block)) = (
        field(parsed, item, "name"),
        item.child_by_field_name("body"),
    ) else {
        return;
    };
    let is_property = pending.in_property_macro;
    let mut body = body::read(reader, block);
    body.names.extend(of.names);
    if is_property {
        // A property's oracle is the value that it returns.
        body.can_fail = true;
    }
    if let Some(parameters) = item.child_by_field_name("parameters") {
        body.names.extend(
            Walk::new(parameters)
                .filter(|n| matches!(n.kind(), "identifier" | "type_identifier"))
                .map(|n| parsed.text(n).to_owned()),
        );
    }
    let equality = pending
        .in_impl_of
        .as_deref()
        .is_some_and(|t| t.starts_with("PartialEq"));
    let constant = flat(parsed, block);
    if (equality && name == "eq" && constant == "{true}")
        || (equality && name == "ne" && constant == "{false}")
    {
        body.signs.push(Sign {
            kind: SignKind::AlwaysEqual,
            text: one_line(parsed.text(item)),
            place: parsed.place(item),
            function: name.to_owned(),
        });
    }
    let row = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let start = of
        .first_row
        .unwrap_or_else(|| row(item.start_position().row));
    // Tests with a generic `-> bool` under #[quickcheck].
    if of.is_test && field(parsed, item, "return_type") == Some("bool") {
        body.can_fail = true;
    }
    model.functions.push(Function {
        name: name.to_owned(),
        scope: pending.scope.clone(),
        role: if of.is_test || is_property {
            Role::Test
        } else {
            Role::Other
        },
        place: parsed.place(item.child_by_field_name("name").unwrap_or(item)),
        lines: start..row(item.end_position().row + 1),
        unreached: dead,
        marks,
        cases: of.cases,
        given: Vec::new(),
        everywhere: false,
        // They are asked for where the function asserts.
        parameters: match body.assertions.is_empty() && body.invocations.is_empty() {
            true => Vec::new(),
            false => parameters(parsed, item),
        },
        doc,
        drops: false,
        body,
    });
}

/// The names of a function's parameters, but for the receiver.
fn parameters(parsed: &Parsed, item: Node<'_>) -> Vec<String> {
    let list = item.child_by_field_name("parameters");
    let patterns = list.map(parts).unwrap_or_default().into_iter();
    let patterns = patterns.filter_map(|parameter| parameter.child_by_field_name("pattern"));
    let names = patterns
        .flat_map(Walk::new)
        .filter(|node| node.kind() == "identifier");
    names.map(|node| parsed.text(node).to_owned()).collect()
}

/// `name!(test_name, |..| { .. })` among items declares a test, going by its form.
fn declared_by_macro(
    reader: &Reader<'_>,
    item: Node<'_>,
    pending: &Pending<'_>,
    outside: Outside,
    model: &mut FileModel,
) {
    let Outside {
        marks, dead, doc, ..
    } = outside;
    let parsed = reader.parsed;
    let Some(call) = parts(item)
        .first()
        .copied()
        .filter(|n| n.kind() == "call_expression")
    else {
        return;
    };
    let arguments = arguments(call);
    let [name, .., closure] = arguments.as_slice() else {
        return;
    };
    if name.kind() != "identifier" || closure.kind() != "closure_expression" {
        return;
    }
    let Some(block) = closure.child_by_field_name("body") else {
        return;
    };
    let row = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut body = body::read(reader, block);
    body.calls.insert(leaf(parsed, call));
    body.names.insert(leaf(parsed, call));
    model.functions.push(Function {
        name: parsed.text(*name).to_owned(),
        scope: pending.scope.clone(),
        role: Role::Test,
        place: parsed.place(*name),
        lines: row(item.start_position().row)..row(item.end_position().row + 1),
        unreached: dead,
        marks,
        cases: Vec::new(),
        given: Vec::new(),
        everywhere: false,
        parameters: Vec::new(),
        doc,
        drops: false,
        body,
    });
}

/// A local macro, as a helper: whether it asserts.
fn macro_definition(parsed: &Parsed, item: Node<'_>, model: &mut FileModel) {
    let Some(name) = field(parsed, item, "name") else {
        return;
    };
    let mut body = crate::language::test_model::Body::default();
    for node in Walk::new(item).filter(|n| n.kind() == "identifier") {
        body.calls.insert(parsed.text(node));
    }
    body.can_fail = ["panic", "unwrap", "expect", "unreachable"]
        .iter()
        .any(|name| body.calls.contains(name));
    let row = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    model.functions.push(Function {
        name: name.to_owned(),
        scope: Vec::new(),
        role: Role::Other,
        place: parsed.place(item.child_by_field_name("name").unwrap_or(item)),
        lines: row(item.start_position().row)..row(item.end_position().row + 1),
        unreached: None,
        marks: Vec::new(),
        cases: Vec::new(),
        given: Vec::new(),
        everywhere: false,
        parameters: Vec::new(),
        doc: String::new(),
        drops: false,
        body,
    });
}

fn imports(parsed: &Parsed, item: Node<'_>, model: &mut FileModel) {
    let Some(argument) = item.child_by_field_name("argument") else {
        return;
    };
    let path = flat(parsed, argument);
    let root = path.split("::").next().unwrap_or_default().to_owned();
    for name in Walk::new(argument).filter(|n| matches!(n.kind(), "identifier" | "use_wildcard")) {
        let local = match name.kind() {
            "use_wildcard" => "*".to_owned(),
            _ => parsed.text(name).to_owned(),
        };
        model.imports.push(Import {
            name: local,
            module: if path.len() < 200 {
                path.clone()
            } else {
                root.clone()
            },
        });
    }
}
