//! What Python answers.
//!
//! Does not catch: tests that a plugin collects under other names; imports by `importlib`.

use crate::language::facts::{
    Call, Collector, Definition, DefinitionKind, Facts, Guard, Import, Position, row,
};
use crate::language::python::{kind, shape};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

pub(super) fn facts(root: Node<'_>, source: &str) -> Facts {
    let mut collector = Collector::new(source, ".");
    for node in Walk::new(root) {
        collector.enter(node);
        match node.kind() {
            kind::COMMENT => {
                collector.comment(node, false);
            }
            kind::STRING => collector.opaque(node, Position::Literal),
            kind::INTERPOLATION => collector.opaque(node, Position::Code),
            kind::DECORATED_DEFINITION => decorators(&mut collector, node),
            kind::FUNCTION_DEFINITION => {
                let name = collector.name(node.child_by_field_name("name"));
                let calls = name.starts_with("test");
                collector.define(
                    node,
                    DefinitionKind::Function,
                    name,
                    Vec::new(),
                    |_, outer| calls && outer.is_none_or(is_test_class),
                );
            }
            kind::CLASS_DEFINITION => class(&mut collector, node),
            kind::TRY_STATEMENT => collector.guard(node, Guard::Try),
            kind::IF_STATEMENT | kind::ELIF_CLAUSE => {
                let condition = node.child_by_field_name("condition");
                let condition = condition.map_or("", |node| collector.text(node));
                let guard = match condition.rsplit('.').next() {
                    Some("TYPE_CHECKING") => Guard::TypeChecking,
                    _ => Guard::Condition,
                };
                if node.kind() == kind::IF_STATEMENT {
                    collector.guard(node, guard);
                }
                if shape::never(condition) && !makes_generator(node) {
                    collector.facts.dead.push(node.byte_range());
                }
            }
            kind::IMPORT_STATEMENT
            | kind::IMPORT_FROM_STATEMENT
            | kind::FUTURE_IMPORT_STATEMENT => {
                import(&mut collector, node);
            }
            kind::CALL => call(&mut collector, node),
            _ => {}
        }
    }
    collector.finish()
}

/// Whether a branch holds a bare `yield`, and no more: it makes a generator of its function.
fn makes_generator(branch: Node<'_>) -> bool {
    let block = branch.child_by_field_name("consequence");
    let statements = block.map(parts).unwrap_or_default();
    let yields = |node: &Node<'_>| {
        let inner = parts(*node);
        inner.len() == 1 && inner.iter().all(|inner| inner.kind() == kind::YIELD)
    };
    !statements.is_empty() && statements.iter().all(yields)
}

/// pytest collects classes called `Test..`, unittest those that are a `TestCase`.
fn is_test_class(class: &Definition) -> bool {
    class.kind == DefinitionKind::Type
        && (class.name.starts_with("Test")
            || class.bases.iter().any(|base| base.ends_with("TestCase")))
}

fn decorators(collector: &mut Collector<'_>, node: Node<'_>) {
    let marks = parts(node)
        .into_iter()
        .filter(|child| child.kind() == kind::DECORATOR)
        .map(|child| {
            let text = collector.text(child).trim_start_matches('@').trim();
            text.to_owned()
        })
        .collect();
    let line = row(node.start_position().row);
    collector.waiting = Some((node.start_byte(), line, marks));
}

fn class(collector: &mut Collector<'_>, node: Node<'_>) {
    let name = collector.name(node.child_by_field_name("name"));
    let bases = node
        .child_by_field_name("superclasses")
        .map(parts)
        .unwrap_or_default()
        .into_iter()
        .map(|base| collector.name(Some(base)))
        .collect();
    collector.define(node, DefinitionKind::Type, name, bases, |_, _| false);
}

fn import(collector: &mut Collector<'_>, node: Node<'_>) {
    let from = match node.kind() {
        kind::FUTURE_IMPORT_STATEMENT => Some("__future__".to_owned()),
        kind::IMPORT_FROM_STATEMENT => {
            Some(collector.name(node.child_by_field_name("module_name")))
        }
        _ => None,
    };
    let module_start = node
        .child_by_field_name("module_name")
        .map(|module| module.start_byte());
    for child in parts(node) {
        if Some(child.start_byte()) == module_start {
            continue;
        }
        let (name, alias) = match child.kind() {
            kind::DOTTED_NAME => (collector.name(Some(child)), None),
            kind::WILDCARD_IMPORT => ("*".to_owned(), None),
            kind::ALIASED_IMPORT => (
                collector.name(child.child_by_field_name("name")),
                Some(collector.name(child.child_by_field_name("alias"))),
            ),
            _ => continue,
        };
        let (module, name) = match &from {
            Some(module) => (module.clone(), Some(name)),
            None => (name, None),
        };
        collector.facts.imports.push(Import {
            module,
            name,
            alias,
            guard: collector.guarded(),
            bytes: node.byte_range(),
            line: row(child.start_position().row),
            inside: collector.inside(),
        });
    }
}

fn call(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(callee) = node.child_by_field_name("function") else {
        return;
    };
    let name = match callee.kind() {
        kind::IDENTIFIER => callee.byte_range(),
        _ => match callee.child_by_field_name("attribute") {
            Some(attribute) => attribute.byte_range(),
            None => callee.end_byte()..callee.end_byte(),
        },
    };
    collector.facts.calls.push(Call {
        callee: callee.byte_range(),
        name,
        is_macro: false,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
}
