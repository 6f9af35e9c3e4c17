//! Decorators and context managers of a Python file that drop the failure of what they run.
//!
//! Does not catch: one that decides by what it caught.

use std::collections::BTreeSet;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::body::Bodies;
use crate::language::test_model::Fate;

impl Bodies<'_> {
    /// Functions of the file that run what they are given, or what stands in their `with`, and drop its failure.
    pub(super) fn droppers(&self) -> BTreeSet<String> {
        let parsed = self.parsed();
        let mut found = BTreeSet::new();
        for function in parts(parsed.root())
            .into_iter()
            .filter_map(|n| match n.kind() {
                "decorated_definition" => n.child_by_field_name("definition"),
                _ => Some(n),
            })
        {
            if function.kind() != "function_definition" {
                continue;
            }
            let given: BTreeSet<&str> = function
                .child_by_field_name("parameters")
                .into_iter()
                .flat_map(Walk::new)
                .filter(|n| n.kind() == "identifier")
                .map(|n| parsed.text(n))
                .collect();
            let drops = Walk::new(function)
                .filter(|n| n.kind() == "try_statement")
                .any(|attempt| {
                    let clauses = parts(attempt);
                    let runs = clauses
                        .iter()
                        .filter(|part| part.kind() == "block")
                        .flat_map(|block| Walk::new(*block))
                        .any(|n| match n.kind() {
                            "yield" => true,
                            "call" => n
                                .child_by_field_name("function")
                                .is_some_and(|callee| given.contains(parsed.text(callee))),
                            _ => false,
                        });
                    runs && clauses
                        .iter()
                        .filter(|part| part.kind() == "except_clause")
                        .any(|handler| matches!(self.swallows(*handler), Some(Fate::Swallowed(_))))
                });
            if drops {
                found.extend(field(parsed, function, "name").map(str::to_owned));
            }
        }
        found
    }
}

/// Whether a method is how a context manager drops whatever was raised in its `with`.
pub(super) fn lets_failures_go(parsed: &Parsed, name: &str, block: Node<'_>) -> bool {
    let last = || parts(block).pop().map(|last| flat(parsed, last));
    let others = || {
        let mut walk = Walk::new(block);
        walk.any(|n| n.kind() == "raise_statement")
            || Walk::new(block)
                .filter(|n| n.kind() == "return_statement")
                .count()
                > 1
    };
    matches!(name, "__exit__" | "__aexit__")
        && last().is_some_and(|last| last == "return True")
        && !others()
}
