//! What Rust answers.
//!
//! Does not catch: definitions, tests and calls inside a macro call (`proptest! { .. }`): they are
//! tokens until the compiler expands them.

use crate::language::facts::{
    Call, Collector, DefinitionKind, Facts, Guard, Import, Position, row,
};
use crate::language::rust::{kind, shape};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

pub(super) fn facts(root: Node<'_>, source: &str) -> Facts {
    let mut collector = Collector::new(source, "::");
    let mut whole_file_is_test = false;
    let mut walk = Walk::new(root);
    while let Some(node) = walk.next() {
        collector.enter(node);
        let kind = node.kind();
        if kind == kind::ATTRIBUTE_ITEM {
            attribute(&mut collector, node);
            walk.skip_children();
            continue;
        }
        match kind {
            kind::LINE_COMMENT | kind::BLOCK_COMMENT => {
                let is_doc = node.child_by_field_name("doc").is_some();
                let parent = node.parent();
                collector.comment(node, is_doc).in_macro =
                    parent.is_some_and(|parent| parent.kind() == kind::TOKEN_TREE);
                walk.skip_children();
                continue;
            }
            kind::INNER_ATTRIBUTE_ITEM => {
                if inner(collector.text(node)).is_some_and(is_cfg_test) {
                    whole_file_is_test |= collector.inside().is_none();
                    collector.mark_in_test();
                }
                walk.skip_children();
            }
            kind::STRING_LITERAL | kind::RAW_STRING_LITERAL | kind::CHAR_LITERAL => {
                collector.opaque(node, Position::Literal);
            }
            kind::USE_DECLARATION | kind::EXTERN_CRATE_DECLARATION => {
                import(&mut collector, node);
                walk.skip_children();
            }
            kind::CALL_EXPRESSION => call(&mut collector, node),
            kind::MACRO_INVOCATION => macro_call(&mut collector, node),
            kind::IF_EXPRESSION => {
                let condition = node.child_by_field_name("condition");
                if condition.is_some_and(|condition| collector.text(condition) == shape::NEVER) {
                    collector.facts.dead.push(node.byte_range());
                }
            }
            _ => define(&mut collector, node),
        }
        // Attributes belong to the node after them; a comment may stand between.
        if node.is_named() {
            collector.waiting = None;
        }
    }
    let mut facts = collector.finish();
    if whole_file_is_test {
        for definition in &mut facts.definitions {
            definition.in_test = true;
        }
    }
    facts
}

fn define(collector: &mut Collector<'_>, node: Node<'_>) {
    let kind = match node.kind() {
        kind::FUNCTION_ITEM | kind::FUNCTION_SIGNATURE_ITEM => DefinitionKind::Function,
        kind::STRUCT_ITEM | kind::ENUM_ITEM | kind::UNION_ITEM => DefinitionKind::Type,
        kind::TRAIT_ITEM => DefinitionKind::Trait,
        kind::IMPL_ITEM => DefinitionKind::Impl,
        kind::MOD_ITEM => DefinitionKind::Module,
        _ => return,
    };
    let (name, bases) = if kind == DefinitionKind::Impl {
        let of = node.child_by_field_name("trait");
        let bases = of.map(|of| collector.name(Some(of)));
        let on = node.child_by_field_name("type");
        (collector.name(on), bases.into_iter().collect())
    } else {
        (collector.name(node.child_by_field_name("name")), Vec::new())
    };
    let function = kind == DefinitionKind::Function;
    let cfg_test = match &collector.waiting {
        Some((_, _, marks)) => marks.iter().any(|mark| is_cfg_test(mark)),
        None => false,
    };
    collector.define(node, kind, name, bases, |marks, _| {
        function && marks.iter().any(|mark| is_test_attribute(mark))
    });
    if cfg_test {
        collector.mark_in_test();
    }
    if collector
        .inside_definition()
        .is_some_and(|d| d.marks.iter().any(|mark| mark.starts_with("cfg")))
    {
        collector.guard(node, Guard::Cfg);
    }
}

/// `#[test]`, and what test frameworks call theirs: `#[tokio::test]`, `#[rstest]`, `#[test_case(..)]`,
/// `#[wasm_bindgen_test]`, `#[quickcheck]`.
pub(super) fn is_test_attribute(mark: &str) -> bool {
    let path = mark.split(['(', '=', ' ']).next().unwrap_or_default();
    let last = path.rsplit("::").next().unwrap_or_default();
    matches!(
        last,
        "test" | "rstest" | "test_case" | "test_matrix" | "quickcheck" | "wasm_bindgen_test"
    )
}

/// `cfg(test)`, alone or inside `all(..)`: code that only tests see.
pub(super) fn is_cfg_test(mark: &str) -> bool {
    let Some(predicate) = mark.strip_prefix("cfg(") else {
        return false;
    };
    let predicate: String = predicate.chars().filter(|c| !c.is_whitespace()).collect();
    predicate == "test)"
        || predicate
            .strip_prefix("all(")
            .is_some_and(|all| all.split([',', ')']).any(|one| one == "test") && !all.contains('('))
}

/// The inside of `#[..]` or `#![..]`.
pub(super) fn inner(attribute: &str) -> Option<&str> {
    let start = attribute.find('[')?;
    let end = attribute.rfind(']')?;
    attribute.get(start + 1..end).map(str::trim)
}

fn attribute(collector: &mut Collector<'_>, node: Node<'_>) {
    let mark = inner(collector.text(node)).unwrap_or_default().to_owned();
    let line = row(node.start_position().row);
    let (_, _, marks) = collector
        .waiting
        .get_or_insert_with(|| (node.start_byte(), line, Vec::new()));
    marks.push(mark);
}

fn import(collector: &mut Collector<'_>, node: Node<'_>) {
    let cfg = collector
        .waiting
        .as_ref()
        .is_some_and(|(_, _, marks)| marks.iter().any(|mark| mark.starts_with("cfg")));
    let guard = if cfg { Some(Guard::Cfg) } else { None }.max(collector.guarded());
    let inside = collector.inside();
    let mut add = |module: String, name: Option<String>, alias: Option<String>, at: Node<'_>| {
        collector.facts.imports.push(Import {
            module,
            name,
            alias,
            guard,
            bytes: node.byte_range(),
            line: row(at.start_position().row),
            inside,
        });
    };
    let source = collector.source;
    let text = |node: Node<'_>| -> String {
        let text = source.get(node.byte_range()).unwrap_or_default();
        let text = text.trim_start_matches("::");
        text.chars()
            .filter(|c| !c.is_whitespace())
            .take(300)
            .collect()
    };
    let field = |node: Node<'_>, name| node.child_by_field_name(name).map(text);
    if node.kind() == kind::EXTERN_CRATE_DECLARATION {
        let module = field(node, "name").unwrap_or_default();
        add(module, None, field(node, "alias"), node);
        return;
    }
    // Use trees nest; the last one pushed is the next one read, so lists are pushed backwards.
    let mut open: Vec<(Node<'_>, String)> = Vec::new();
    open.extend(
        node.child_by_field_name("argument")
            .map(|n| (n, String::new())),
    );
    while let Some((tree, prefix)) = open.pop() {
        let join = |path: &str| match (prefix.is_empty(), path.is_empty()) {
            (true, _) => path.to_owned(),
            (_, true) => prefix.clone(),
            _ => format!("{prefix}::{path}").chars().take(300).collect(),
        };
        match tree.kind() {
            kind::SCOPED_USE_LIST => {
                let path = join(&field(tree, "path").unwrap_or_default());
                open.extend(tree.child_by_field_name("list").map(|list| (list, path)));
            }
            kind::USE_LIST => open.extend(
                parts(tree)
                    .into_iter()
                    .rev()
                    .map(|child| (child, prefix.clone())),
            ),
            kind::USE_WILDCARD => {
                let path = parts(tree).first().map(|path| text(*path));
                add(
                    join(&path.unwrap_or_default()),
                    Some("*".to_owned()),
                    None,
                    tree,
                );
            }
            kind::USE_AS_CLAUSE => {
                let (module, name) = split(&join(&field(tree, "path").unwrap_or_default()));
                add(module, name, field(tree, "alias"), tree);
            }
            _ => {
                let (module, name) = split(&join(&text(tree)));
                add(module, name, None, tree);
            }
        }
    }
}

/// `a::b::c` as module and name; `a::b::self` is `b` out of `a`.
fn split(path: &str) -> (String, Option<String>) {
    let path = path.strip_suffix("::self").unwrap_or(path);
    match path.rsplit_once("::") {
        Some((module, name)) => (module.to_owned(), Some(name.to_owned())),
        None => (path.to_owned(), None),
    }
}

fn call(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(callee) = node.child_by_field_name("function") else {
        return;
    };
    collector.facts.calls.push(Call {
        callee: callee.byte_range(),
        name: last_segment(callee),
        is_macro: false,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
}

fn macro_call(collector: &mut Collector<'_>, node: Node<'_>) {
    let Some(callee) = node.child_by_field_name("macro") else {
        return;
    };
    collector.facts.calls.push(Call {
        callee: callee.byte_range(),
        name: last_segment(callee),
        is_macro: true,
        bytes: node.byte_range(),
        line: row(node.start_position().row),
        inside: collector.inside(),
    });
}

fn last_segment(callee: Node<'_>) -> std::ops::Range<usize> {
    let inner = match callee.kind() {
        kind::GENERIC_FUNCTION => callee.child_by_field_name("function").unwrap_or(callee),
        _ => callee,
    };
    let last = match inner.kind() {
        kind::IDENTIFIER => Some(inner),
        kind::SCOPED_IDENTIFIER => inner.child_by_field_name("name"),
        kind::FIELD_EXPRESSION => inner.child_by_field_name("field"),
        _ => None,
    };
    match last {
        Some(last) => last.byte_range(),
        None => callee.end_byte()..callee.end_byte(),
    }
}
