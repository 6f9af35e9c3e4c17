//! What Go answers.
//!
//! Does not catch: which file a test stands in (a function is a test by its name and its parameter); what is
//! brought in by a dot import, by its names.

use std::collections::BTreeSet;

use crate::language::facts::{Call, Collector, DefinitionKind, Facts, Import, Position, row};
use crate::language::go::kind;
use crate::syntax::walk::Walk;
use crate::syntax::{Node, walk};

pub(super) fn facts(root: Node<'_>, source: &str) -> Facts {
    let mut collector = Collector::new(source, ".");
    let mut declared: BTreeSet<u32> = BTreeSet::new();
    for node in Walk::new(root) {
        collector.enter(node);
        match node.kind() {
            kind::COMMENT => {
                collector.comment(node, false);
            }
            kind::INTERPRETED_STRING_LITERAL | kind::RAW_STRING_LITERAL | kind::RUNE_LITERAL => {
                collector.opaque(node, Position::Literal);
            }
            kind::FUNCTION_DECLARATION | kind::METHOD_DECLARATION => {
                declared.insert(row(node.start_position().row));
                function(&mut collector, node);
            }
            kind::TYPE_SPEC | kind::TYPE_ALIAS => {
                declared.insert(row(node.start_position().row));
                defined_type(&mut collector, node);
            }
            kind::PACKAGE_CLAUSE
            | kind::TYPE_DECLARATION
            | kind::CONST_DECLARATION
            | kind::CONST_SPEC
            | kind::VAR_DECLARATION
            | kind::VAR_SPEC
            | kind::FIELD_DECLARATION
            | kind::METHOD_ELEM => {
                declared.insert(row(node.start_position().row));
            }
            kind::IMPORT_SPEC => import(&mut collector, node),
            kind::CALL_EXPRESSION => call(&mut collector, node),
            _ => {}
        }
    }
    let mut facts = collector.finish();
    documents(&mut facts, source, declared);
    facts
}

/// A comment that ends on the line above a declaration, or above such a comment, documents.
fn documents(facts: &mut Facts, source: &str, mut above: BTreeSet<u32>) {
    for comment in facts.comments.iter_mut().rev() {
        let text = source.get(comment.bytes.clone()).unwrap_or_default();
        let more = text.bytes().filter(|byte| *byte == b'\n').count();
        let last = comment.line + u32::try_from(more).unwrap_or(u32::MAX);
        if above.contains(&last.saturating_add(1)) {
            comment.is_doc = true;
            above.insert(comment.line);
        }
    }
}

fn function(collector: &mut Collector<'_>, node: Node<'_>) {
    let name = collector.name(node.child_by_field_name("name"));
    let receiver = node.child_by_field_name("receiver");
    let receiver = receiver.map(|list| type_name(collector.text(list)));
    let parameters = node.child_by_field_name("parameters");
    let parameters = parameters.map_or("", |list| collector.text(list));
    let is_test = receiver.is_none() && is_test(&name, parameters);
    let qualified = receiver.map(|on| format!("{on}.{name}"));
    collector.define(
        node,
        DefinitionKind::Function,
        name,
        Vec::new(),
        |_, outer| is_test && outer.is_none(),
    );
    if let (Some(qualified), Some(last)) = (qualified, collector.facts.definitions.last_mut()) {
        last.qualified = qualified;
    }
}

/// What `go test` calls.
fn is_test(name: &str, parameters: &str) -> bool {
    let takes = |ty: &str| parameters.contains(&format!("testing.{ty}"));
    let rest = |prefix: &str| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.starts_with(char::is_lowercase))
    };
    rest("Test") && (takes("T") || takes("M"))
        || rest("Benchmark") && takes("B")
        || rest("Fuzz") && takes("F")
        || rest("Example") && parameters == "()"
}

/// `Store` of `(s *pkg.Store[T])`.
fn type_name(list: &str) -> String {
    let inner = list.trim_matches(['(', ')', ' ', ',']);
    let inner = inner.split('[').next().unwrap_or(inner);
    let last = inner.rsplit([' ', '*', '.']).next().unwrap_or(inner);
    last.chars().take(100).collect()
}

fn defined_type(collector: &mut Collector<'_>, node: Node<'_>) {
    let name = collector.name(node.child_by_field_name("name"));
    let is_interface = node
        .child_by_field_name("type")
        .is_some_and(|ty| ty.kind() == kind::INTERFACE_TYPE);
    let kind = if is_interface {
        DefinitionKind::Trait
    } else {
        DefinitionKind::Type
    };
    collector.define(node, kind, name, Vec::new(), |_, _| false);
}

fn import(collector: &mut Collector<'_>, node: Node<'_>) {
    let path = collector.name(node.child_by_field_name("path"));
    let module = path.trim_matches(['"', '`']).to_owned();
    let bound = node.child_by_field_name("name");
    let is_dot = bound.is_some_and(|bound| bound.kind() == kind::DOT);
    let alias = bound.filter(|_| !is_dot).map(|_| collector.name(bound));
    collector.facts.imports.push(Import {
        module,
        name: is_dot.then(|| "*".to_owned()),
        alias,
        guard: None,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
}

fn call(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(callee) = node.child_by_field_name("function") else {
        return;
    };
    let last = match callee.kind() {
        kind::IDENTIFIER => Some(callee),
        kind::SELECTOR_EXPRESSION => callee.child_by_field_name("field"),
        kind::INDEX_EXPRESSION | kind::TYPE_INSTANTIATION_EXPRESSION => {
            walk::parts(callee).first().copied()
        }
        _ => None,
    };
    let end = callee.end_byte();
    collector.facts.calls.push(Call {
        callee: callee.byte_range(),
        name: last.map_or(end..end, |last| last.byte_range()),
        is_macro: false,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
}
