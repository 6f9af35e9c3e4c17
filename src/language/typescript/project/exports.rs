//! What a module of the tree exports, by its statements: of ECMAScript, of TypeScript's declarations, of CommonJS.
//!
//! Does not catch: what a program puts into `exports` in another way than by a name; such a module is open, and nothing
//! is said of it.

use std::collections::BTreeSet;

use crate::language::typescript::kind;
use crate::language::{Kinds, Parsed, TYPESCRIPT};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, parts};

/// What a module exports.
#[derive(Debug, Default)]
pub(super) struct Exports {
    pub(super) names: BTreeSet<String>,
    /// Whether it may export more.
    pub(super) is_open: bool,
    /// Modules of which it exports all but the default.
    pub(super) passed: Vec<String>,
}

static IDENTIFIERS: Kinds = Kinds::new(TYPESCRIPT, &[kind::IDENTIFIER]);

/// Reads the exports of the module at a path.
pub(super) fn exports(path: &str, parsed: &Parsed) -> Exports {
    let mut found = Exports::default();
    if parsed.root().has_error() {
        found.is_open = true;
        return found;
    }
    let declares = [".d.ts", ".d.mts", ".d.cts"]
        .iter()
        .any(|ending| path.ends_with(ending));
    let is_script = !declares
        && [".js", ".cjs", ".jsx"]
            .iter()
            .any(|ending| path.ends_with(ending));
    let mut is_module = false;
    for node in parts(parsed.root()) {
        match node.kind() {
            kind::EXPORT_STATEMENT => {
                is_module = true;
                statement(parsed, node, &mut found);
            }
            kind::IMPORT_STATEMENT => is_module = true,
            // All that a declaring module says is exported.
            _ if declares => declared(parsed, node, &mut found.names),
            _ => {}
        }
    }
    let is_common = parsed.source.contains("exports") && common(parsed, &mut found);
    if is_common {
        // The whole stands for a default that is not there.
        found.names.insert("default".to_owned());
        found.is_open |= is_module;
    }
    found.is_open |= !is_module && !is_common && (is_script || declares);
    found
}

fn statement(parsed: &Parsed, node: Node<'_>, found: &mut Exports) {
    let says = |word: &str| node.children().any(|child| parsed.text(child) == word);
    found.is_open |= says("=");
    if says("default") {
        found.names.insert("default".to_owned());
    }
    let mut has_clause = false;
    for part in parts(node) {
        match part.kind() {
            kind::EXPORT_CLAUSE => {
                has_clause = true;
                for one in parts(part) {
                    let name = field(parsed, one, "alias").or_else(|| field(parsed, one, "name"));
                    let name = name.unwrap_or_default().trim_matches(['"', '\'']);
                    found.names.insert(name.to_owned());
                }
            }
            kind::NAMESPACE_EXPORT => {
                has_clause = true;
                let name = part
                    .named_child(0)
                    .map(|name| parsed.text(name).trim_matches(['"', '\'']));
                found.names.extend(name.map(str::to_owned));
            }
            _ => {}
        }
    }
    if let Some(source) = field(parsed, node, "source").filter(|_| !has_clause) {
        found
            .passed
            .push(source.trim_matches(['"', '\'']).to_owned());
    }
    if let Some(declaration) = node.child_by_field_name("declaration") {
        declared(parsed, declaration, &mut found.names);
    }
}

/// The names that a declaration binds.
fn declared(parsed: &Parsed, node: Node<'_>, names: &mut BTreeSet<String>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node.kind() {
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => {
                let declarators = parts(node).into_iter();
                let bound = declarators.filter_map(|one| one.child_by_field_name("name"));
                for inner in bound.flat_map(Walk::new) {
                    let is_name = matches!(
                        inner.kind(),
                        kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN
                    );
                    if is_name {
                        names.insert(parsed.text(inner).to_owned());
                    }
                }
            }
            kind::AMBIENT_DECLARATION | kind::EXPRESSION_STATEMENT => open.extend(parts(node)),
            kind::IMPORT_ALIAS => {
                names.extend(node.named_child(0).map(|name| parsed.text(name).to_owned()));
            }
            _ => {
                let name = field(parsed, node, "name").unwrap_or_default();
                let name = name.split('.').next().unwrap_or(name).trim();
                if !name.is_empty() && !name.starts_with(['"', '\'']) {
                    names.insert(name.to_owned());
                }
            }
        }
    }
}

/// What is put into `exports` and `module.exports`; whether anything is.
fn common(parsed: &Parsed, found: &mut Exports) -> bool {
    let mut is_common = false;
    for node in IDENTIFIERS.nodes(parsed) {
        let base = match parsed.text(node) {
            "exports" => node,
            "module" => {
                let above = node
                    .parent()
                    .filter(|above| above.kind() == kind::MEMBER_EXPRESSION);
                let is_whole =
                    |above: &Node<'_>| field(parsed, *above, "property") == Some("exports");
                match above.filter(is_whole) {
                    Some(above) => above,
                    None => continue,
                }
            }
            _ => continue,
        };
        is_common = true;
        put(parsed, base, found);
    }
    is_common
}

/// What one mention of the exports does to them.
fn put(parsed: &Parsed, base: Node<'_>, found: &mut Exports) {
    let Some(above) = base.parent() else {
        return;
    };
    let is = |name: &str| above.child_by_field_name(name) == Some(base);
    match above.kind() {
        kind::MEMBER_EXPRESSION if is("object") => {
            let assigned = above.parent().filter(|outer| {
                outer.kind() == kind::ASSIGNMENT_EXPRESSION
                    && outer.child_by_field_name("left") == Some(above)
            });
            if assigned.is_some() {
                let name = field(parsed, above, "property").unwrap_or_default();
                found.names.insert(name.to_owned());
            }
        }
        kind::ASSIGNMENT_EXPRESSION if is("left") => {
            let mut top = above;
            while let Some(outer) = top.parent() {
                match outer.kind() {
                    kind::ASSIGNMENT_EXPRESSION => {
                        let left = field(parsed, outer, "left").unwrap_or_default();
                        found.is_open |= !matches!(left, "exports" | "module.exports");
                        top = outer;
                    }
                    kind::EXPRESSION_STATEMENT => break,
                    _ => {
                        found.is_open = true;
                        break;
                    }
                }
            }
            if let Some(value) = above.child_by_field_name("right") {
                whole(parsed, value, found);
            }
        }
        // The value of a further assignment, which is looked at by itself.
        kind::ASSIGNMENT_EXPRESSION => found.is_open = true,
        kind::ARGUMENTS => {
            let callee = above
                .parent()
                .and_then(|call| field(parsed, call, "function"));
            let given = parts(above);
            let name = given.get(1).filter(|name| name.kind() == kind::STRING);
            match name.filter(|_| callee == Some("Object.defineProperty")) {
                Some(name) => {
                    let name = parsed.text(*name).trim_matches(['"', '\'']);
                    found.names.insert(name.to_owned());
                }
                None => found.is_open = true,
            }
        }
        _ => found.is_open = true,
    }
}

/// What all exports are set to.
fn whole(parsed: &Parsed, value: Node<'_>, found: &mut Exports) {
    match value.kind() {
        kind::OBJECT => {
            for part in parts(value) {
                let key = match part.kind() {
                    kind::SHORTHAND_PROPERTY_IDENTIFIER => Some(part),
                    kind::PAIR => part.child_by_field_name("key"),
                    kind::METHOD_DEFINITION => part.child_by_field_name("name"),
                    _ => None,
                };
                let key = key.map(|key| parsed.text(key).trim_matches(['"', '\'']));
                match key.filter(|key| !key.starts_with('[')) {
                    Some(key) => {
                        found.names.insert(key.to_owned());
                    }
                    None => found.is_open = true,
                }
            }
        }
        kind::ASSIGNMENT_EXPRESSION => {}
        _ => found.is_open = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, source: &str) -> String {
        let parsed = Parsed::of_path(TYPESCRIPT, path, source.into()).unwrap();
        let found = exports(path, &parsed);
        let names: Vec<&str> = found.names.iter().map(String::as_str).collect();
        format!(
            "{} {} {}",
            names.join(","),
            found.is_open,
            found.passed.join(",")
        )
    }

    #[test]
    fn exports_of_modules_are_read() {
        let text = "export const a = 1, { b, c: [d] } = x;\nexport function e() {}\nexport default class {}\n\
                    export interface F {}\nexport { g as h } from './g';\nexport * as i from './i';\nexport * from './j';\n\
                    export declare const k: number;\nexport enum L {}\nexport namespace M {}\nconst n = 1;\nexport type O = 1;\n";
        assert_eq!(
            shown("a.ts", text),
            "F,L,M,O,a,b,d,default,e,h,i,k false ./j"
        );
        assert_eq!(shown("a.ts", "export = a;\n"), " true ");
        assert_eq!(
            shown(
                "a.d.ts",
                "export {};\ndeclare function a(): void;\ndeclare const b: 1;\n"
            ),
            "a,b false "
        );
        assert_eq!(shown("a.js", "f();\n"), " true ");
    }

    #[test]
    fn exports_of_common_modules_are_read() {
        assert_eq!(
            shown(
                "a.js",
                "module.exports = { a, b: 1, c() {} };\nmodule.exports.d = 1;\n"
            ),
            "a,b,c,d,default false "
        );
        assert_eq!(
            shown(
                "a.js",
                "exports.a = 1;\nObject.defineProperty(exports, 'b', {});\n"
            ),
            "a,b,default false "
        );
        for open in [
            "module.exports = { ...a };",
            "module.exports = f();",
            "var a = exports = module.exports = {};",
            "f(exports);",
            "exports[a] = 1;",
            "module.exports = require('./b');",
        ] {
            assert!(shown("a.js", open).contains(" true "), "{open}");
        }
    }
}
