//! Whether what stands in a Python test runs, and what it sees: handlers that drop a failure, branches that
//! return, functions that nothing calls, values at hand where an assertion stands.
//!
//! Does not catch: what a decorator or a context manager of the test's own does with an exception.

use std::collections::BTreeSet;

use crate::language::test_model::holds;
use crate::language::{PYTHON, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::leaf;
use super::body::{Bodies, Read};
use crate::language::test_model::Fate;
use crate::language::test_model::reading::{Bound, Setting, of_the_machine, one_line};

/// Exceptions that an assertion's failure is one of.
const BROAD: [&str; 3] = ["AssertionError", "Exception", "BaseException"];

impl Bodies<'_> {
    pub(super) fn attempt<'t>(
        &self,
        node: Node<'t>,
        setting: &Setting,
        stack: &mut Vec<(Node<'t>, Setting)>,
    ) {
        let swallowed = parts(node)
            .into_iter()
            .filter(|part| part.kind() == "except_clause" || part.kind() == "except_group_clause")
            .find_map(|handler| self.swallows(handler))
            .or_else(|| {
                // A `return` there throws away whatever was raised.
                let last = parts(node)
                    .into_iter()
                    .find(|part| part.kind() == "finally_clause")?;
                Walk::new(last)
                    .any(|n| n.kind() == "return_statement")
                    .then(|| Fate::Swallowed("`return` in `finally`".to_owned()))
            });
        for part in parts(node).into_iter().rev() {
            let mut inner = setting.clone();
            match part.kind() {
                "block" => {
                    if let (Some(how), Fate::Live) = (&swallowed, &inner.fate) {
                        inner.fate = how.clone();
                    }
                    stack.push((part, inner));
                }
                "except_clause" | "except_group_clause" => {
                    inner.marker = true;
                    inner.conditional = true;
                    inner.guarded = true;
                    inner.caught = self.catches_all(part);
                    stack.extend(
                        parts(part)
                            .into_iter()
                            .filter(|p| p.kind() == "block")
                            .map(|block| (block, inner.clone())),
                    );
                }
                "else_clause" => {
                    inner.marker = true;
                    stack.push((part, inner));
                }
                _ => stack.push((part, inner)),
            }
        }
    }

    /// What a handler catches, where that is any failure at all.
    fn catches_all(&self, handler: Node<'_>) -> Option<String> {
        let caught = parts(handler)
            .into_iter()
            .find(|part| part.kind() != "block");
        let Some(caught) = caught else {
            return Some("`except:`".to_owned());
        };
        Walk::new(caught)
            .any(|n| n.kind() == "identifier" && BROAD.contains(&self.parsed().text(n)))
            .then(|| format!("`except {}`", one_line(self.parsed().text(caught))))
    }

    /// How a handler drops an assertion's failure; none where it does not catch it or fails itself.
    pub(super) fn swallows(&self, handler: Node<'_>) -> Option<Fate> {
        let parts = parts(handler);
        let block = parts.iter().find(|part| part.kind() == "block")?;
        let caught = parts.iter().find(|part| part.kind() != "block");
        let text = caught.map(|n| flat(self.parsed(), *n)).unwrap_or_default();
        let broad = caught.is_none()
            || Walk::new(*caught?)
                .any(|n| n.kind() == "identifier" && BROAD.contains(&self.parsed().text(n)));
        if !broad {
            return None;
        }
        let fails = Walk::new(*block).any(|n| match n.kind() {
            "raise_statement" | "assert_statement" => true,
            "call" => n.child_by_field_name("function").is_some_and(|callee| {
                let leaf = leaf(self.parsed(), callee);
                leaf == "fail" || leaf == "exit" || leaf.to_lowercase().contains("assert")
            }),
            _ => false,
        });
        if fails {
            return None;
        }
        // What was caught and is kept may be asserted on after the statement.
        let keeps = Walk::new(*block).any(|n| {
            matches!(
                n.kind(),
                "assignment" | "augmented_assignment" | "call" | "return_statement"
            ) && !flat(self.parsed(), n).starts_with("print(")
        });
        let how = if text.is_empty() {
            "`except:`".to_owned()
        } else {
            format!("`except {}`", one_line(self.parsed().text(*caught?)))
        };
        Some(if keeps {
            Fate::PerhapsSwallowed(how)
        } else {
            Fate::Swallowed(how)
        })
    }

    /// Puts down what an assignment binds, and what is bound where an assertion stands.
    pub(super) fn bind(&self, statement: Node<'_>, bound: &mut Bound, read: &mut Read) {
        let parsed = self.parsed();
        let inner = match statement.kind() {
            "expression_statement" => parts(statement).first().copied(),
            _ => None,
        };
        let sides = inner.filter(|n| n.kind() == "assignment").and_then(|n| {
            let left = n.child_by_field_name("left");
            left.filter(|n| n.kind() == "identifier")
                .zip(n.child_by_field_name("right"))
        });
        match (statement.kind(), sides) {
            ("assert_statement", _) | (_, None) if inner.is_none_or(|n| n.kind() == "call") => {
                if !bound.0.is_empty() {
                    read.bound.insert(statement.id(), bound.clone());
                }
                // An assertion changes nothing; any other statement may.
                if statement.kind() != "assert_statement" {
                    bound.0.clear();
                }
            }
            (_, Some((left, right))) if bound.0.len() < MOST_BOUND => {
                let calls = Walk::new(right).any(|n| matches!(n.kind(), "call" | "await"));
                bound
                    .0
                    .insert(parsed.text(left).to_owned(), (flat(parsed, right), calls));
            }
            _ => bound.0.clear(),
        }
    }
}

/// Assignments in a row that are kept in mind.
const MOST_BOUND: usize = 8;

/// Whether a compound statement may return from the function, so that what follows it may not run.
pub(super) fn returns_within(parsed: &Parsed, statement: Node<'_>) -> bool {
    let compound = matches!(
        statement.kind(),
        "if_statement" | "try_statement" | "with_statement" | "match_statement"
    );
    let condition = statement.child_by_field_name("condition");
    if !compound || condition.is_some_and(|c| of_the_machine(&flat(parsed, c))) {
        return false;
    }
    let mut walk = Walk::new(statement);
    while let Some(node) = walk.next() {
        match node.kind() {
            "function_definition" | "class_definition" | "lambda" => walk.skip_children(),
            "return_statement" => return true,
            _ => {}
        }
    }
    false
}

/// Whether a module brought in is a tool of the language, and nothing of the project.
pub(super) fn imports_tools(parsed: &Parsed, import: Node<'_>) -> bool {
    let module = field(parsed, import, "module_name")
        .or_else(|| field(parsed, import, "name"))
        .unwrap_or_default();
    let standard = &PYTHON.profile().tests.standard;
    holds(standard, module.split('.').next().unwrap_or_default())
}

/// Functions defined inside, without a decorator, whose name stands nowhere else.
pub(super) fn uncalled(parsed: &Parsed, block: Node<'_>) -> BTreeSet<String> {
    let mut inner = BTreeSet::new();
    for node in Walk::new(block).filter(|n| n.kind() == "block") {
        inner.extend(
            parts(node)
                .into_iter()
                .filter(|n| n.kind() == "function_definition")
                .filter_map(|n| field(parsed, n, "name").map(str::to_owned)),
        );
    }
    if inner.is_empty() {
        return inner;
    }
    let mut seen = BTreeSet::new();
    for name in Walk::new(block).filter(|n| n.kind() == "identifier" && !only_looks(parsed, *n)) {
        let text = parsed.text(name);
        if !seen.insert(text) {
            inner.remove(text);
        }
    }
    // A method is called by the name of its class's instance, perhaps elsewhere.
    if Walk::new(block).any(|n| n.kind() == "class_definition") {
        inner.clear();
    }
    inner
}

/// Whether a name stands where its function is looked at and never called: `f.__name__`, `callable(f)`.
fn only_looks(parsed: &Parsed, name: Node<'_>) -> bool {
    let Some(around) = name.parent() else {
        return false;
    };
    match around.kind() {
        "attribute" => field(parsed, around, "attribute")
            .is_some_and(|it| it.starts_with("__") && it != "__call__"),
        "argument_list" => {
            let call = around.parent();
            call.is_some_and(|call| field(parsed, call, "function") == Some("callable"))
        }
        _ => false,
    }
}

/// Whether the function itself yields, not one inside it.
pub(super) fn yields(block: Node<'_>) -> bool {
    let mut walk = Walk::new(block);
    while let Some(node) = walk.next() {
        match node.kind() {
            "function_definition" | "class_definition" | "lambda" => walk.skip_children(),
            "yield" => return true,
            _ => {}
        }
    }
    false
}

/// Whether one of the decorators may run what the function yields: any that is not known to leave it as it is.
pub(super) fn may_run_generators(parsed: &Parsed, decorators: &[Node<'_>]) -> bool {
    decorators.iter().any(|decorator| {
        let called = Walk::new(*decorator).find(|n| matches!(n.kind(), "identifier" | "attribute"));
        called.is_some_and(|called| {
            let name = flat(parsed, called);
            !leaves_as_it_is(&name) && !hands_back(parsed, &name)
        })
    })
}

/// Whether the file has a decorator of this name that hands back what it is given.
fn hands_back(parsed: &Parsed, name: &str) -> bool {
    let mut definitions = parsed.facts().definitions.iter();
    let Some(definition) = definitions.find(|it| it.qualified == name) else {
        return false;
    };
    let body = definition.body.as_ref().and_then(|body| parsed.node(body));
    let last = body.and_then(|body| parts(body).pop());
    let Some(given) = last.filter(|last| last.kind() == "return_statement") else {
        return false;
    };
    let parameters = parsed
        .node(&definition.name_bytes())
        .and_then(|name| name.parent());
    let parameters = parameters.and_then(|function| function.child_by_field_name("parameters"));
    let first = parameters.and_then(|list| parts(list).into_iter().next());
    let (returned, first) = (parts(given).into_iter().next(), first);
    returned
        .zip(first)
        .is_some_and(|(returned, first)| parsed.text(returned) == parsed.text(first))
}

/// Whether a decorator of this name marks, skips or patches, and hands a generator on as one.
fn leaves_as_it_is(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let known = matches!(
        last,
        "skip"
            | "skipIf"
            | "skipUnless"
            | "skip_if"
            | "expectedFailure"
            | "staticmethod"
            | "classmethod"
            | "override"
            | "final"
            | "no_type_check"
            | "dict"
            | "object"
            | "multiple"
    );
    known
        || last.starts_with("patch")
        || [
            "pytest.",
            "mark.",
            "mock.",
            "patch.",
            "unittest.",
            "typing.",
        ]
        .iter()
        .any(|module| name.starts_with(module))
}

/// The coroutines that the file defines.
pub(super) fn coroutines(parsed: &Parsed) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for node in Walk::new(parsed.root()) {
        if node.kind() == "function_definition" {
            let body = node.child_by_field_name("body");
            if parsed.text(node).starts_with("async") && !body.is_some_and(yields) {
                found.extend(field(parsed, node, "name").map(str::to_owned));
            }
        }
    }
    found
}
