//! What names of a module stand for, where one statement alone binds them: imports under another name, flags,
//! marks kept in a variable; and who decides whether a condition holds.
//!
//! Does not catch: names bound in branches, by `exec` or from other files.

use std::collections::BTreeMap;

use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::unwrap;
use crate::language::test_model::Decider;
use crate::language::test_model::reading::decider;

/// Names after names that are followed.
const FARTHEST: usize = 4;

/// The names of one file.
#[derive(Default)]
pub(super) struct Known<'p> {
    /// Names brought in, each with its dotted path.
    imports: BTreeMap<String, String>,
    /// Names that one assignment at the level of the module binds, with what they are bound to.
    bound: BTreeMap<&'p str, Node<'p>>,
    /// Functions of the module, with their bodies.
    functions: BTreeMap<&'p str, Node<'p>>,
}

impl<'p> Known<'p> {
    /// Of a file.
    pub(super) fn of(parsed: &'p Parsed) -> Self {
        let mut known = Self::default();
        let mut often = Vec::new();
        let mut stack = vec![(parsed.root(), true)];
        while let Some((block, is_top)) = stack.pop() {
            for statement in parts(block) {
                match statement.kind() {
                    "import_statement" | "import_from_statement" => known.import(parsed, statement),
                    "function_definition" => {
                        let body = statement.child_by_field_name("body");
                        if let Some(name) = field(parsed, statement, "name") {
                            known.functions.extend(body.map(|body| (name, body)));
                            often.push(name);
                        }
                    }
                    "class_definition" => often.extend(field(parsed, statement, "name")),
                    "expression_statement" => {
                        let inner = parts(statement).first().copied();
                        let assigned = inner.filter(|n| n.kind().ends_with("assignment"));
                        let Some(left) = assigned.and_then(|n| n.child_by_field_name("left"))
                        else {
                            continue;
                        };
                        let name = parsed.text(left);
                        let right = assigned.and_then(|n| n.child_by_field_name("right"));
                        match right {
                            Some(right) if is_top && !known.bound.contains_key(name) => {
                                known.bound.insert(name, right);
                            }
                            _ => often.push(name),
                        }
                    }
                    kind if kind.ends_with("_statement") || kind.ends_with("_clause") => {
                        stack.push((statement, false));
                    }
                    "block" => stack.push((statement, false)),
                    _ => {}
                }
            }
        }
        for name in often {
            known.bound.remove(name);
        }
        known
    }

    fn import(&mut self, parsed: &Parsed, statement: Node<'_>) {
        let module = field(parsed, statement, "module_name").unwrap_or_default();
        for name in statement.children_by_field_name("name") {
            let own = field(parsed, name, "name").unwrap_or_else(|| parsed.text(name));
            let local = field(parsed, name, "alias").unwrap_or(own);
            let path = match module {
                "" => own.to_owned(),
                module => format!("{module}.{own}"),
            };
            self.imports.insert(local.to_owned(), path);
        }
    }

    /// What an expression stands for, where it is a name that is bound to another.
    pub(super) fn value<'n>(&self, parsed: &Parsed, node: Node<'n>) -> Node<'n>
    where
        'p: 'n,
    {
        let mut at = unwrap(node);
        for _ in 0..FARTHEST {
            let bound = (at.kind() == "identifier").then(|| self.bound.get(parsed.text(at)));
            match bound.flatten() {
                Some(value) => at = unwrap(*value),
                None => break,
            }
        }
        at
    }

    /// The dotted path of a callee, with its first name as the module that it comes from has it.
    pub(super) fn path(&self, parsed: &Parsed, callee: Node<'_>) -> String {
        let text = flat(parsed, callee);
        let (first, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
        match self.imports.get(first) {
            Some(path) => format!("{path}{rest}"),
            None => text,
        }
    }

    /// Whether the file itself defines or binds a name.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.functions.contains_key(name) || self.bound.contains_key(name)
    }

    /// A condition as one line, with what its names stand for, and who decides whether it holds.
    pub(super) fn condition(&self, parsed: &Parsed, condition: Node<'_>) -> (String, Decider) {
        let denied = unwrap(condition);
        let argument = denied.child_by_field_name("argument");
        let argument = argument.filter(|_| denied.kind() == "not_operator");
        let mut text = match argument {
            Some(argument) => format!("not {}", flat(parsed, self.value(parsed, argument))),
            None => flat(parsed, self.value(parsed, denied)),
        };
        if unwrap(condition).kind() == "string" {
            text = text.trim_matches(['"', '\'']).to_owned();
        }
        let mut decided = decider(&text);
        for name in Walk::new(condition).filter(|n| n.kind() == "identifier") {
            if decided != Decider::Nobody {
                break;
            }
            let value = self.value(parsed, name);
            decided = decider(&flat(parsed, value));
            // A function that tries to bring something in asks whether it is installed.
            let body = self.functions.get(parsed.text(name));
            let tries = |body: &Node<'_>| {
                Walk::new(*body)
                    .any(|n| matches!(n.kind(), "import_statement" | "import_from_statement"))
            };
            if decided == Decider::Nobody && body.is_some_and(tries) {
                decided = Decider::Machine;
            }
        }
        (text, decided)
    }
}
