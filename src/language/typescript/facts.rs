//! What TypeScript and JavaScript answer.
//!
//! A function that a name is bound to is called as the name: `const f = () => ..`, `f: function () {}`, a field of a
//! class. What a test runner is given is a definition called as its title: `it("adds", ..)`; a suite is a module.
//!
//! Does not catch: a test whose title is no literal, or that a wrapper of the project defines; `exports[name] = ..`.

use crate::language::facts::{
    Call, Collector, DefinitionKind, Facts, Guard, Import, Position, row,
};
use crate::language::typescript::kind;
use crate::language::typescript::routes::{is_function, route};
use crate::language::typescript::values::passes_value;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

pub(super) fn facts(root: Node<'_>, source: &str) -> Facts {
    let mut collector = Collector::new(source, ".");
    for node in Walk::new(root) {
        collector.enter(node);
        match node.kind() {
            kind::COMMENT | kind::HTML_COMMENT => {
                let is_doc = collector.text(node).starts_with("/**");
                collector.comment(node, is_doc);
            }
            kind::STRING | kind::TEMPLATE_STRING | kind::REGEX | kind::JSX_TEXT => {
                collector.opaque(node, Position::Literal);
            }
            kind::TEMPLATE_SUBSTITUTION => collector.opaque(node, Position::Code),
            kind::DECORATOR => decorator(&mut collector, node),
            kind::TRY_STATEMENT => collector.guard(node, Guard::Try),
            kind::IF_STATEMENT => condition(&mut collector, node),
            kind::IMPORT_STATEMENT => import(&mut collector, node),
            kind::EXPORT_STATEMENT => passed_on(&mut collector, node),
            kind::CALL_EXPRESSION => {
                call(&mut collector, node, "function");
                tested(&mut collector, node);
                routed(&mut collector, node);
            }
            kind::NEW_EXPRESSION => call(&mut collector, node, "constructor"),
            _ => define(&mut collector, node),
        }
    }
    collector.finish()
}

/// A decorator belongs to the class that it stands in, or to what it stands before in a class or an export.
fn decorator(collector: &mut Collector<'_>, node: Node<'_>) {
    let mark = collector.text(node).trim_start_matches('@').trim();
    match node.parent().map(|parent| parent.kind()) {
        Some(kind::CLASS | kind::CLASS_DECLARATION | kind::ABSTRACT_CLASS_DECLARATION) => {
            let class = collector.inside();
            let class = class.and_then(|at| collector.facts.definitions.get_mut(at));
            if let Some(class) = class {
                class.marks.push(mark.to_owned());
            }
        }
        Some(kind::CLASS_BODY | kind::EXPORT_STATEMENT) => {
            let line = row(node.start_position().row);
            let first = (node.start_byte(), line, Vec::new());
            collector
                .waiting
                .get_or_insert(first)
                .2
                .push(mark.to_owned());
        }
        _ => {}
    }
}

fn condition(collector: &mut Collector<'_>, node: Node<'_>) {
    collector.guard(node, Guard::Condition);
    let condition = node.child_by_field_name("condition");
    let condition = condition.map_or("", |condition| collector.text(condition));
    if matches!(condition, "(false)" | "(0)" | "(null)" | "(undefined)") {
        collector.facts.dead.push(node.byte_range());
    }
}

fn define(collector: &mut Collector<'_>, node: Node<'_>) {
    let kind = match node.kind() {
        kind::FUNCTION_DECLARATION
        | kind::GENERATOR_FUNCTION_DECLARATION
        | kind::FUNCTION_SIGNATURE
        | kind::METHOD_DEFINITION
        | kind::METHOD_SIGNATURE
        | kind::ABSTRACT_METHOD_SIGNATURE => DefinitionKind::Function,
        kind::CLASS_DECLARATION
        | kind::ABSTRACT_CLASS_DECLARATION
        | kind::ENUM_DECLARATION
        | kind::TYPE_ALIAS_DECLARATION => DefinitionKind::Type,
        kind::INTERFACE_DECLARATION => DefinitionKind::Trait,
        kind::INTERNAL_MODULE | kind::MODULE => DefinitionKind::Module,
        kind::VARIABLE_DECLARATOR
        | kind::PUBLIC_FIELD_DEFINITION
        | kind::PAIR
        | kind::EXPORT_STATEMENT
        | kind::ASSIGNMENT_EXPRESSION => return bound(collector, node),
        _ => return,
    };
    let name = collector.name(node.child_by_field_name("name"));
    let bases = bases(collector, node);
    collector.define(node, kind, name, bases, |_, _| false);
}

/// A function or class without a name of its own, which has that of what it is bound to.
fn bound(collector: &mut Collector<'_>, node: Node<'_>) {
    let value = ["value", "right"]
        .iter()
        .find_map(|field| node.child_by_field_name(field));
    let Some(value) = value else {
        return;
    };
    let kind = match value.kind() {
        kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION => {
            DefinitionKind::Function
        }
        kind::CLASS => DefinitionKind::Type,
        _ => return,
    };
    let named = ["name", "key", "left"]
        .iter()
        .find_map(|field| node.child_by_field_name(field));
    let named =
        named.filter(|named| !matches!(named.kind(), kind::OBJECT_PATTERN | kind::ARRAY_PATTERN));
    let name = match named {
        // `exports.load = ..` defines `load`.
        Some(named) => {
            let last = named.child_by_field_name("property").unwrap_or(named);
            collector
                .name(Some(last))
                .trim_matches(['"', '\''])
                .to_owned()
        }
        None => "default".to_owned(),
    };
    let bases = bases(collector, value);
    collector.define(node, kind, name, bases, |_, _| false);
    if let Some(last) = collector.facts.definitions.last_mut() {
        let named = named.map(|named| named.child_by_field_name("property").unwrap_or(named));
        last.body = value
            .child_by_field_name("body")
            .map(|body| body.byte_range());
        if let Some(named) = named {
            last.name_start = named.start_byte();
            last.name_line = row(named.start_position().row);
        }
    }
}

/// What a class or an interface extends, and what it implements.
fn bases(collector: &Collector<'_>, node: Node<'_>) -> Vec<String> {
    let heritage = parts(node).into_iter().flat_map(|part| match part.kind() {
        kind::CLASS_HERITAGE => parts(part),
        kind::EXTENDS_TYPE_CLAUSE => vec![part],
        _ => Vec::new(),
    });
    heritage
        .flat_map(|clause| {
            let kinds = [
                kind::EXTENDS_CLAUSE,
                kind::IMPLEMENTS_CLAUSE,
                kind::EXTENDS_TYPE_CLAUSE,
            ];
            match kinds.contains(&clause.kind()) {
                true => parts(clause),
                false => vec![clause],
            }
        })
        .filter(|base| base.kind() != kind::TYPE_ARGUMENTS)
        .map(|base| collector.name(Some(base)))
        .collect()
}

/// What test runners call a test by.
const TESTS: [&str; 8] = [
    "it", "test", "specify", "fit", "xit", "xtest", "ftest", "xspecify",
];
/// What they call a group of tests by.
const SUITES: [&str; 8] = [
    "describe",
    "suite",
    "context",
    "fdescribe",
    "xdescribe",
    "xcontext",
    "xsuite",
    "fcontext",
];

/// A call that gives a test runner a title and a function is a definition.
fn tested(collector: &mut Collector<'_>, node: Node<'_>) {
    let callee = node.child_by_field_name("function");
    let arguments = node.child_by_field_name("arguments");
    let (Some(callee), Some(arguments)) = (callee, arguments) else {
        return;
    };
    let first = leftmost(callee);
    let called = collector.text(first);
    let is_test = TESTS.contains(&called);
    if !is_test && !SUITES.contains(&called) {
        return;
    }
    let given = parts(arguments);
    let Some(title) = given.first().filter(|title| title.is_string()) else {
        return;
    };
    let body = given.iter().skip(1).find(|part| is_function(part.kind()));
    let Some(body) = body else {
        return;
    };
    let kind = match is_test && !is_suite(collector.text(callee)) {
        true => DefinitionKind::Function,
        false => DefinitionKind::Module,
    };
    let name = collector.name(Some(*title));
    let name = name.trim_matches(['"', '\'', '`']).to_owned();
    collector.define(node, kind, name, Vec::new(), |_, _| {
        kind == DefinitionKind::Function
    });
    if kind == DefinitionKind::Module {
        collector.mark_in_test();
    }
    if let Some(last) = collector.facts.definitions.last_mut() {
        last.body = body
            .child_by_field_name("body")
            .map(|body| body.byte_range());
        last.name_start = title.start_byte() + 1;
        last.name_line = row(title.start_position().row);
    }
}

/// `app.get("/orders", (request) => ..)` defines what answers, called as method and path.
fn routed(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(route) = route(node, &|node| collector.text(node)) else {
        return;
    };
    let method = collector.text(route.method).to_owned();
    let name = unquoted(collector, Some(route.path));
    let kind = DefinitionKind::Function;
    collector.define(node, kind, name, Vec::new(), |_, _| false);
    if let Some(last) = collector.facts.definitions.last_mut() {
        let body = route.answer.child_by_field_name("body");
        last.body = body.map(|body| body.byte_range());
        last.name_start = route.path.start_byte() + 1;
        last.name_line = row(route.path.start_position().row);
        last.qualified = format!("{method} {}", last.qualified);
    }
}

/// `test.describe(..)` of Playwright is a suite.
fn is_suite(callee: &str) -> bool {
    callee.split('.').any(|part| part == "describe")
}

/// Links of a chain that a runner's name may stand at the beginning of: `test.concurrent.skip.each([..])(..)`.
const LINKS: usize = 6;

/// The name that a chain of members and calls begins with: `it` of `it.each([..])`; a later one of a longer chain.
fn leftmost(mut node: Node<'_>) -> Node<'_> {
    for _ in 0..LINKS {
        let inner = ["object", "function"];
        let inner = inner
            .iter()
            .find_map(|field| node.child_by_field_name(field));
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn unquoted(collector: &Collector<'_>, node: Option<Node<'_>>) -> String {
    let name = collector.name(node);
    name.trim_matches(['"', '\'', '`']).to_owned()
}

fn import(collector: &mut Collector<'_>, node: Node<'_>) {
    let required = parts(node)
        .into_iter()
        .find(|part| part.kind() == kind::IMPORT_REQUIRE_CLAUSE);
    let source = node.child_by_field_name("source");
    let source = source.or_else(|| required?.child_by_field_name("source"));
    let module = unquoted(collector, source);
    let is_type = node
        .children()
        .nth(1)
        .is_some_and(|word| collector.text(word) == "type");
    let guard = match is_type {
        true => Some(Guard::TypeChecking),
        false => collector.guarded(),
    };
    let mut names = Vec::new();
    if let Some(required) = required {
        let bound = parts(required)
            .into_iter()
            .find(|part| part.kind() == kind::IDENTIFIER);
        names.push((node, None, bound));
    }
    let clause = parts(node)
        .into_iter()
        .find(|part| part.kind() == kind::IMPORT_CLAUSE);
    for part in clause.map(parts).unwrap_or_default() {
        match part.kind() {
            kind::IDENTIFIER => names.push((part, Some("default".to_owned()), Some(part))),
            kind::NAMESPACE_IMPORT => names.push((part, None, part.named_child(0))),
            kind::NAMED_IMPORTS => {
                for one in parts(part) {
                    let name = unquoted(collector, one.child_by_field_name("name"));
                    names.push((one, Some(name), one.child_by_field_name("alias")));
                }
            }
            _ => {}
        }
    }
    if names.is_empty() {
        names.push((node, None, None));
    }
    for (at, name, alias) in names {
        let alias = alias.map(|alias| collector.name(Some(alias)));
        take(collector, node, at, &module, name, alias, guard);
    }
}

/// `export * from "x"`, `export { a as b } from "x"`; a default that is exported may be a function without a name.
fn passed_on(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(source) = node.child_by_field_name("source") else {
        return bound(collector, node);
    };
    let module = unquoted(collector, Some(source));
    let clause = parts(node)
        .into_iter()
        .find(|part| part.kind() == kind::EXPORT_CLAUSE);
    let guard = collector.guarded();
    let Some(clause) = clause else {
        return take(
            collector,
            node,
            node,
            &module,
            Some("*".to_owned()),
            None,
            guard,
        );
    };
    for one in parts(clause) {
        let name = unquoted(collector, one.child_by_field_name("name"));
        let alias = one.child_by_field_name("alias");
        let alias = alias.map(|alias| unquoted(collector, Some(alias)));
        take(collector, node, one, &module, Some(name), alias, guard);
    }
}

fn take(
    collector: &mut Collector<'_>,
    statement: Node<'_>,
    at: Node<'_>,
    module: &str,
    name: Option<String>,
    alias: Option<String>,
    guard: Option<Guard>,
) {
    collector.facts.imports.push(Import {
        module: module.to_owned(),
        name,
        alias,
        guard,
        bytes: statement.byte_range(),
        line: row(at.start_position().row),
        inside: collector.inside(),
    });
}

fn call(collector: &mut Collector<'_>, node: Node<'_>, field: &str) {
    let Some(callee) = node.child_by_field_name(field) else {
        return;
    };
    let name = match callee.kind() {
        kind::IDENTIFIER | kind::IMPORT | kind::SUPER => callee.byte_range(),
        _ => match callee.child_by_field_name("property") {
            Some(property) => property.byte_range(),
            None => callee.end_byte()..callee.end_byte(),
        },
    };
    let is_import = callee.kind() == kind::IMPORT || collector.text(callee) == "require";
    collector.facts.calls.push(Call {
        callee: callee.byte_range(),
        name,
        is_macro: false,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
    if is_import {
        imported_by_call(collector, node);
    }
}

/// `require("x")`, `import("x")`: the names that it is taken apart into, where it is at once.
fn imported_by_call(collector: &mut Collector<'_>, node: Node<'_>) {
    let arguments = node.child_by_field_name("arguments").map(parts);
    let Some([only]) = arguments.as_deref() else {
        return;
    };
    if only.kind() != kind::STRING {
        return;
    }
    let module = unquoted(collector, Some(*only));
    let guard = collector.guarded();
    let mut around = node.parent();
    while let Some(inner) = around.filter(|node| passes_value(node.kind())) {
        around = inner.parent();
    }
    let around = around.filter(|around| {
        let value = around.child_by_field_name("value");
        around.kind() == kind::VARIABLE_DECLARATOR
            && value.is_some_and(|value| value.byte_range().contains(&node.start_byte()))
    });
    let bound = around.and_then(|around| around.child_by_field_name("name"));
    let Some(bound) = bound else {
        return take(collector, node, node, &module, None, None, guard);
    };
    if bound.kind() != kind::OBJECT_PATTERN {
        let alias = (bound.kind() == kind::IDENTIFIER).then(|| collector.name(Some(bound)));
        return take(collector, node, node, &module, None, alias, guard);
    }
    for part in parts(bound) {
        let (name, alias) = match part.kind() {
            kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN => (collector.name(Some(part)), None),
            kind::PAIR_PATTERN => {
                let value = part.child_by_field_name("value");
                let alias = value.filter(|value| value.kind() == kind::IDENTIFIER);
                let key = unquoted(collector, part.child_by_field_name("key"));
                (key, alias.map(|alias| collector.name(Some(alias))))
            }
            _ => continue,
        };
        take(collector, node, part, &module, Some(name), alias, guard);
    }
}
