//! What a file imports, in every form, each with what is taken of it and what guards it.
//!
//! Does not catch: modules whose names are put together; what a test runner's mock of a module brings.

use crate::budget;
use crate::language::typescript::kind;
use crate::language::{Kinds, Parsed, TYPESCRIPT};
use crate::place::Place;
use crate::syntax::Node;
use crate::syntax::walk::{parents, parts};

/// How a module is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `import .. from`, `export .. from`.
    Static,
    /// `require(..)`.
    Required,
    /// `import(..)`, or a test runner's way to the real module.
    Dynamic,
}

/// One module that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// As it is written.
    pub(super) module: String,
    /// Where that stands.
    pub(super) place: Place,
    /// What is taken of it, each with its place; `default` for the default.
    pub(super) names: Vec<(String, Place)>,
    /// The name that the whole module is bound to.
    pub(super) whole: Option<String>,
    pub(super) form: Form,
    /// Whether only types are taken.
    pub(super) is_type: bool,
    /// Whether it may fail without harm, or is said to be known to fail.
    pub(super) guarded: bool,
    /// Whether a condition decides that it is taken.
    pub(super) conditional: bool,
    /// Whether a function takes it when it runs.
    pub(super) lazy: bool,
}

static STATEMENTS: Kinds = Kinds::new(
    TYPESCRIPT,
    &[
        kind::IMPORT_STATEMENT,
        kind::EXPORT_STATEMENT,
        kind::CALL_EXPRESSION,
    ],
);

/// All imports of a file, in order.
pub(super) fn imports(parsed: &Parsed) -> Vec<Import> {
    let mut found = Vec::new();
    for node in STATEMENTS.nodes(parsed) {
        if node.has_error() && node.kind() != kind::CALL_EXPRESSION {
            continue;
        }
        found.extend(match node.kind() {
            kind::IMPORT_STATEMENT => stated(parsed, node),
            kind::EXPORT_STATEMENT => passed_on(parsed, node),
            _ => called(parsed, node),
        });
    }
    found
}

/// The text of a string, and its place between the quotes; none of such as hold escapes or parts of code.
fn literal(parsed: &Parsed, node: Node<'_>) -> Option<(String, Place)> {
    let text = parsed.text(node);
    let is_template = node.kind() == kind::TEMPLATE_STRING && !text.contains("${");
    let inner = text.get(1..text.len().checked_sub(1)?)?;
    let is_plain = node.kind() == kind::STRING || is_template;
    let place = parsed.place_of(node.start_byte() + 1..node.end_byte() - 1);
    (is_plain && !inner.is_empty() && !inner.contains('\\')).then(|| (inner.to_owned(), place))
}

fn new(parsed: &Parsed, node: Node<'_>, source: Node<'_>, form: Form) -> Option<Import> {
    let (module, place) = literal(parsed, source)?;
    let (guarded, conditional) = surroundings(parsed, node);
    let lazy = parents(node, parsed.root()).any(|above| {
        matches!(
            above.kind(),
            kind::ARROW_FUNCTION
                | kind::FUNCTION_EXPRESSION
                | kind::FUNCTION_DECLARATION
                | kind::METHOD_DEFINITION
        )
    });
    Some(Import {
        module,
        place,
        names: Vec::new(),
        whole: None,
        form,
        is_type: false,
        guarded,
        conditional,
        lazy,
    })
}

fn is_of_types(parsed: &Parsed, node: Node<'_>) -> bool {
    let second = node.children().nth(1);
    second.is_some_and(|word| parsed.text(word) == "type")
}

fn unquoted(parsed: &Parsed, node: Node<'_>) -> String {
    parsed.text(node).trim_matches(['"', '\'']).to_owned()
}

fn stated(parsed: &Parsed, node: Node<'_>) -> Option<Import> {
    let within = parts(node);
    let part = |kind: &str| within.iter().copied().find(|part| part.kind() == kind);
    let required = part(kind::IMPORT_REQUIRE_CLAUSE);
    let source = node.child_by_field_name("source");
    let source = source.or_else(|| required?.child_by_field_name("source"))?;
    let mut import = new(parsed, node, source, Form::Static)?;
    import.is_type = is_of_types(parsed, node);
    for one in part(kind::IMPORT_CLAUSE).map(parts).unwrap_or_default() {
        match one.kind() {
            kind::IDENTIFIER => import.names.push(("default".to_owned(), parsed.place(one))),
            kind::NAMESPACE_IMPORT => {
                import.whole = one.named_child(0).map(|name| parsed.text(name).to_owned());
            }
            kind::NAMED_IMPORTS => {
                let names = parts(one).into_iter();
                let names = names.filter_map(|part| part.child_by_field_name("name"));
                let names = names.map(|name| (unquoted(parsed, name), parsed.place(name)));
                import.names.extend(names);
            }
            _ => {}
        }
    }
    Some(import)
}

fn passed_on(parsed: &Parsed, node: Node<'_>) -> Option<Import> {
    let source = node.child_by_field_name("source")?;
    let mut import = new(parsed, node, source, Form::Static)?;
    import.is_type = is_of_types(parsed, node);
    let clauses = parts(node).into_iter();
    let clause = clauses.filter(|part| part.kind() == kind::EXPORT_CLAUSE);
    let names = clause.flat_map(parts);
    let names = names.filter_map(|part| part.child_by_field_name("name"));
    let names = names.map(|name| (unquoted(parsed, name), parsed.place(name)));
    import.names.extend(names);
    Some(import)
}

/// Ways of test runners to the real module.
const ACTUAL: [&str; 4] = [
    "vi.importActual",
    "jest.requireActual",
    "vi.importMock",
    "jest.requireMock",
];

fn called(parsed: &Parsed, node: Node<'_>) -> Option<Import> {
    let callee = node.child_by_field_name("function")?;
    let form = match parsed.text(callee) {
        "require" | "require.resolve" => Form::Required,
        "import" => Form::Dynamic,
        text if ACTUAL.contains(&text) => Form::Dynamic,
        _ => return None,
    };
    let arguments = parts(node.child_by_field_name("arguments")?);
    let mut import = new(parsed, node, *arguments.first()?, form)?;
    let mut inner = node;
    while let Some(above) = inner.parent() {
        let passes = matches!(
            above.kind(),
            kind::AWAIT_EXPRESSION | kind::PARENTHESIZED_EXPRESSION | kind::AS_EXPRESSION
        );
        if !passes {
            break;
        }
        inner = above;
    }
    let is_awaited = form == Form::Required || inner != node;
    let Some(around) = inner.parent().filter(|_| is_awaited) else {
        return Some(import);
    };
    match around.kind() {
        kind::MEMBER_EXPRESSION if around.child_by_field_name("object") == Some(inner) => {
            let name = around.child_by_field_name("property");
            let name = name.filter(|name| name.kind() == kind::PROPERTY_IDENTIFIER);
            let is_set = around.parent().is_some_and(|above| {
                above.kind() == kind::ASSIGNMENT_EXPRESSION
                    && above.child_by_field_name("left") == Some(around)
            });
            let name = name.filter(|_| !is_set);
            let name = name.map(|name| (parsed.text(name).to_owned(), parsed.place(name)));
            import.names.extend(name);
        }
        kind::VARIABLE_DECLARATOR if around.child_by_field_name("value") == Some(inner) => {
            let bound = around.child_by_field_name("name")?;
            if bound.kind() == kind::IDENTIFIER {
                import.whole = Some(parsed.text(bound).to_owned());
            } else if bound.kind() == kind::OBJECT_PATTERN {
                for part in parts(bound) {
                    let key = match part.kind() {
                        kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN => Some(part),
                        kind::PAIR_PATTERN => part.child_by_field_name("key"),
                        _ => None,
                    };
                    let key = key.map(|key| (unquoted(parsed, key), parsed.place(key)));
                    import.names.extend(key);
                }
            }
        }
        _ => {}
    }
    Some(import)
}

/// Words in a statement that say that a failure is awaited.
const AWAITED: [&str; 5] = ["toThrow", "rejects", ".throws(", ".catch(", "toBeNull"];
/// Words in comments that say that a module is known not to be found.
const KNOWN: [&str; 6] = [
    "@ts-ignore",
    "@ts-expect-error",
    "@ts-nocheck",
    "no-unresolved",
    "no-missing-",
    "UnresolvedImport",
];

/// Whether an import may fail without harm, and whether a condition decides on it.
fn surroundings(parsed: &Parsed, node: Node<'_>) -> (bool, bool) {
    let (mut guarded, mut conditional) = (is_known(parsed, node), false);
    for parent in parents(node, parsed.root()) {
        match parent.kind() {
            kind::TRY_STATEMENT => {
                let body = parent.child_by_field_name("body");
                let within = |body: Node<'_>| body.byte_range().contains(&node.start_byte());
                let has_handler = parent.child_by_field_name("handler").is_some();
                guarded |= has_handler && body.is_some_and(within);
            }
            kind::IF_STATEMENT | kind::TERNARY_EXPRESSION => conditional = true,
            kind::BINARY_EXPRESSION => conditional = true,
            kind::EXPRESSION_STATEMENT | kind::VARIABLE_DECLARATOR | kind::RETURN_STATEMENT => {
                let text = parsed.text(parent);
                let short = text.get(..text.len().min(2_000)).unwrap_or(text);
                budget::charge_text(short.len());
                guarded |= AWAITED.iter().any(|word| short.contains(word));
            }
            _ => {}
        }
    }
    (guarded, conditional)
}

/// Whether a comment on the line of an import, or on the one before it, says that the module is not found.
fn is_known(parsed: &Parsed, node: Node<'_>) -> bool {
    let row = node.start_position().row;
    let line = |row: usize| u32::try_from(row + 1).unwrap_or(u32::MAX);
    let comments = &parsed.facts().comments;
    let from = comments.partition_point(|comment| comment.line < line(row.saturating_sub(3)));
    let near = comments.iter().skip(from);
    let near = near.take_while(|comment| comment.line <= line(node.end_position().row));
    near.take_while(|_| budget::charge(1)).any(|comment| {
        let text = parsed.source.get(comment.bytes.clone()).unwrap_or_default();
        KNOWN.iter().any(|word| text.contains(word))
    })
}

/// The package of a name that is no path: `@s/a` of `@s/a/b`, `a` of `a/b`; none where it can be no package.
pub(super) fn package_of(module: &str) -> Option<&str> {
    let mut ends = module.match_indices('/').map(|(at, _)| at);
    let end = match module.starts_with('@') {
        true => {
            ends.next()?;
            ends.next()
        }
        false => ends.next(),
    };
    let name = module.get(..end.unwrap_or(module.len()))?;
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && part.chars().all(|c| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
            })
    };
    let mut parts = name.trim_start_matches('@').split('/');
    (name.len() <= 214 && parts.all(is_part)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, source: &str) -> Vec<Import> {
        imports(&Parsed::of_path(TYPESCRIPT, path, source.into()).unwrap())
    }

    #[test]
    fn every_form_of_import_is_read() {
        let text = "import d, { type A, b as c } from './a';\nimport * as n from 'b';\nimport t = require('c');\n\
                    export * as q from 'd';\nexport { default as z, y } from 'e';\nimport type X from 'f';\n\
                    const { g, h: i } = require('g');\nconst j = require('h').k;\nimport 'i';\n\
                    const l = await import('j');\n";
        let seen: Vec<String> = read("a.ts", text)
            .iter()
            .map(|import| {
                let names: Vec<&str> = import.names.iter().map(|(name, _)| name.as_str()).collect();
                let whole = import.whole.as_deref().unwrap_or("-");
                format!(
                    "{} {} {whole} {}",
                    import.module,
                    names.join(","),
                    import.is_type
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                "./a default,A,b - false",
                "b  n false",
                "c  - false",
                "d  - false",
                "e default,y - false",
                "f default - true",
                "g g,h - false",
                "h k - false",
                "i  - false",
                "j  l false",
            ]
        );
    }

    #[test]
    fn what_may_fail_is_guarded() {
        let guarded = |text: &str| read("a.js", text)[0].guarded;
        assert!(guarded("try { require('a') } catch {}"));
        assert!(guarded("// @ts-expect-error no types\nimport a from 'a';"));
        assert!(guarded("expect(() => require('a')).toThrow();"));
        assert!(guarded("import('a').catch(() => {});"));
        assert!(!guarded("try { f() } catch { require('a') }"));
    }

    #[test]
    fn packages_are_told_from_other_names() {
        assert_eq!(package_of("@s/a/b"), Some("@s/a"));
        assert_eq!(package_of("a.js/b"), Some("a.js"));
        for other in ["@/a", "~/a", "A/b", "@s", "$lib/a", "#a", "a b"] {
            assert_eq!(package_of(other), None, "{other}");
        }
    }
}
