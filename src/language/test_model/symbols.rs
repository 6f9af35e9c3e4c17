//! Production symbols of a file, with a hash of what each does: comments, docstrings, annotations and
//! white space do not count, so equal hashes mean equal behaviour as far as the symbol's own text goes.
//!
//! Does not catch: behaviour changed from outside the text (data files, dependencies, the interpreter).

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use crate::language::{PYTHON, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, parts};

use super::reading::one_line;

/// A function, class, constant or macro.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    /// Its own name.
    pub name: String,
    /// The class or implemented type around it; empty where there is none.
    pub owner: String,
    /// What it does.
    pub hash: u64,
    /// Identifiers in it.
    pub names: BTreeSet<String>,
    /// Literals in its table or branches, as (key, value), where both are literals.
    pub answers: Vec<(String, String)>,
    /// 0-based first line.
    pub line: u32,
}

/// The production symbols of a file. Tests inside it are left out.
pub(crate) fn symbols(parsed: &Parsed) -> Vec<Symbol> {
    let mut found = Vec::new();
    // A list of statements, what owns it, and whether it stands in a conditional statement.
    let mut stack = vec![(parsed.root(), String::new(), false)];
    while let Some((list, owner, is_conditional)) = stack.pop() {
        let mut under_test = false;
        for item in parts(list) {
            if item.kind() == "attribute_item" {
                let text = parsed.text(item).replace(' ', "");
                under_test |= text.contains("cfg(test)")
                    || text.contains("cfg(all(test")
                    || text.ends_with("test]");
                continue;
            }
            if std::mem::take(&mut under_test) {
                continue;
            }
            let definition = match item.kind() {
                "decorated_definition" => item.child_by_field_name("definition").unwrap_or(item),
                _ => item,
            };
            let name = field(parsed, definition, "name").unwrap_or_default();
            match definition.kind() {
                "class_definition" | "impl_item" | "mod_item" | "trait_item" => {
                    let inner_owner = match definition.kind() {
                        "impl_item" => field(parsed, definition, "type").unwrap_or_default(),
                        "mod_item" => owner.as_str(),
                        _ => name,
                    };
                    if let Some(body) = definition.child_by_field_name("body") {
                        let inner_owner = inner_owner.split('<').next().unwrap_or_default();
                        stack.push((body, inner_owner.to_owned(), is_conditional));
                    }
                    if definition.kind() == "class_definition" {
                        found.push(symbol(parsed, item, name, &owner, true));
                    }
                }
                "expression_statement" => match parts(definition).first() {
                    Some(inner)
                        if matches!(inner.kind(), "assignment" | "augmented_assignment") =>
                    {
                        let left = inner.child_by_field_name("left");
                        let name = left.map(|n| parsed.text(n)).unwrap_or_default();
                        found.push(symbol(parsed, item, name, &owner, false));
                    }
                    // A docstring does nothing.
                    Some(inner) if inner.is_string() => {}
                    _ if is_conditional => {}
                    _ => found.push(symbol(parsed, item, "<module>", &owner, false)),
                },
                "use_declaration"
                | "import_statement"
                | "import_from_statement"
                | "extern_crate_declaration" => {}
                _ if !name.is_empty() => found.push(symbol(parsed, item, name, &owner, false)),
                // A conditional block at module level: what it defines counts under its own name too.
                "if_statement" | "try_statement" | "with_statement" => {
                    // One inside another is in that one's symbol already.
                    if !is_conditional {
                        found.push(symbol(parsed, item, "<module>", &owner, false));
                    }
                    let blocks = own_blocks(item).into_iter();
                    stack.extend(blocks.map(|block| (block, owner.clone(), true)));
                }
                _ if is_conditional => {}
                _ => found.push(symbol(parsed, item, "<module>", &owner, false)),
            }
        }
    }
    found
}

/// The blocks of a statement and of its clauses, without those of the statements in them.
fn own_blocks(statement: Node<'_>) -> Vec<Node<'_>> {
    let mut blocks = Vec::new();
    for part in parts(statement) {
        if part.kind() == "block" {
            blocks.push(part);
        } else {
            blocks.extend(parts(part).into_iter().filter(|n| n.kind() == "block"));
        }
    }
    blocks
}

/// Whether a node is a definition, or what its decorators stand on.
fn is_itself(node: Node<'_>, definition: Node<'_>) -> bool {
    let decorated = definition.child_by_field_name("definition");
    node == definition || decorated == Some(node)
}

fn symbol(parsed: &Parsed, node: Node<'_>, name: &str, owner: &str, head_only: bool) -> Symbol {
    #[expect(
        deprecated,
        reason = "the one hasher of std whose result is fixed by its documentation"
    )]
    let mut hasher = std::hash::SipHasher::new();
    let mut names = BTreeSet::new();
    let mut answers = Vec::new();
    let mut walk = Walk::new(node);
    while let Some(at) = walk.next() {
        let is_member = head_only
            && matches!(
                at.kind(),
                "function_definition" | "class_definition" | "decorated_definition"
            )
            && !is_itself(at, node);
        // `type` is an annotation in Python; in Rust types decide what the code does.
        let annotation = parsed.language == PYTHON && at.kind() == "type";
        let docstring = at.kind() == "expression_statement"
            && parts(at).first().is_some_and(|inner| inner.is_string())
            && parts(at).len() == 1;
        if is_member || annotation || docstring || at.is_comment() {
            walk.skip_children();
            continue;
        }
        if at.is_string() || (at.is_leaf() && !at.byte_range().is_empty()) {
            let text = parsed.text(at);
            text.hash(&mut hasher);
            if matches!(
                at.kind(),
                "identifier" | "type_identifier" | "field_identifier"
            ) {
                names.insert(text.to_owned());
            }
            if at.is_string() {
                walk.skip_children();
            }
        }
        answers.extend(answer(parsed, at));
    }
    Symbol {
        name: one_line(name),
        owner: owner.to_owned(),
        hash: hasher.finish(),
        names,
        answers,
        line: u32::try_from(node.start_position().row).unwrap_or(u32::MAX),
    }
}

/// A literal key with a literal answer: a dictionary's pair, an arm, an `if x == key: return value`.
fn answer(parsed: &Parsed, node: Node<'_>) -> Option<(String, String)> {
    let literal = |node: Node<'_>| {
        let node = match node.kind() {
            "match_pattern" | "case_pattern" => *parts(node).first()?,
            _ => node,
        };
        let node = match node.kind() {
            "unary_operator" => *parts(node).first()?,
            // `(1000, 10)` is told by its first part.
            "tuple_pattern" | "tuple_expression" | "tuple" => *parts(node).first()?,
            // `Ok(900)`, `Some(3)`.
            "call_expression" => match parts(node.child_by_field_name("arguments")?).as_slice() {
                [only] => *only,
                _ => return None,
            },
            "block" => {
                let inner = parts(node);
                let only = inner.first().filter(|_| inner.len() == 1)?;
                match only.kind() {
                    "return_statement" | "expression_statement" => *parts(*only).first()?,
                    _ => *only,
                }
            }
            _ => node,
        };
        let node = match node.kind() {
            "return_expression" => *parts(node).first()?,
            _ => node,
        };
        (node.is_string()
            || matches!(
                node.kind(),
                "integer" | "float" | "integer_literal" | "float_literal"
            ))
        .then(|| parsed.text(node).to_owned())
    };
    let (key, value) = match node.kind() {
        "pair" => (
            node.child_by_field_name("key")?,
            node.child_by_field_name("value")?,
        ),
        "match_arm" => (
            node.child_by_field_name("pattern")?,
            node.child_by_field_name("value")?,
        ),
        "case_clause" => (
            parts(node)
                .into_iter()
                .find(|n| n.kind() == "case_pattern")?,
            node.child_by_field_name("consequence")?,
        ),
        "if_statement" | "elif_clause" | "if_expression" => {
            let condition = node.child_by_field_name("condition")?;
            let equal = match condition.kind() {
                "comparison_operator" => parts(condition).last().copied(),
                "binary_expression" => condition.child_by_field_name("right"),
                _ => None,
            }?;
            (equal, node.child_by_field_name("consequence")?)
        }
        _ => return None,
    };
    Some((literal(key)?, literal(value)?))
}
