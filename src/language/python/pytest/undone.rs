//! Tests that a later statement of the module takes away: `del test_x`, the name bound to something else,
//! `test_x.__test__ = False`; suites and lists that are put together by hand.
//!
//! Does not catch: the same through `globals()` or in a branch.

use std::borrow::Cow;

use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use super::assert::arguments;
use super::module::condition_around;
use super::{File, Pending, certain, row};
use crate::language::Parsed;
use crate::language::test_model::reading::{of_the_machine, one_line};
use crate::language::test_model::{Role, Sign, SignKind};

/// What a later statement takes away.
pub(super) struct Undone {
    /// The scopes around it and its name; a class stands for all that is in it.
    pub path: Vec<String>,
    /// How, in a clause.
    pub why: String,
    /// The 0-based row of the statement: what comes later is another one.
    pub before: u32,
}

impl File<'_> {
    /// Puts down what a statement at the level of a module or class takes away.
    pub(super) fn undo(&mut self, statement: Node<'_>, pending: &Pending<'_>) {
        let parsed = self.parsed;
        let line = statement.start_position().row + 1;
        let inner = parts(statement).first().copied();
        let mut taken: Vec<(Cow<'_, str>, String)> = Vec::new();
        match statement.kind() {
            "delete_statement" => {
                let named = Walk::new(statement).filter(|n| n.kind() == "identifier");
                taken.extend(
                    named.map(|n| (parsed.text(n).into(), format!("line {line} deletes it"))),
                );
            }
            "expression_statement" if inner.is_some_and(|n| n.kind() == "assignment") => {
                let left = inner.and_then(|n| n.child_by_field_name("left"));
                let right = inner.and_then(|n| n.child_by_field_name("right"));
                let (Some(left), Some(right)) = (left, right) else {
                    return;
                };
                let name = parsed.text(left);
                // A test of another name is collected under that.
                let whole = right.kind() == "identifier";
                if whole && self.config.is_test_name(name) && parsed.text(right) != name {
                    self.run_by_others.insert(parsed.text(right).to_owned());
                }
                // What is made of the test itself is the test still.
                let is_made_of_it =
                    Walk::new(right).any(|n| n.kind() == "identifier" && parsed.text(n) == name);
                if let Some(name) = name.strip_suffix(".__test__")
                    && parsed.text(right) == "False"
                {
                    taken.push((name.into(), format!("line {line} says `__test__ = False`")));
                } else if matches!(left.kind(), "identifier" | "attribute") && !is_made_of_it {
                    taken.push((
                        name.into(),
                        format!("line {line} binds its name to something else"),
                    ));
                }
            }
            "expression_statement" => {
                let named = inner.and_then(|call| named_by(parsed, call));
                taken.extend(named.map(|name| (name, format!("line {line} takes its name away"))));
            }
            "import_statement" | "import_from_statement" => {
                let names = statement.children_by_field_name("name");
                let own = names.map(|name| name.child_by_field_name("alias").unwrap_or(name));
                taken.extend(own.map(|n| {
                    (
                        parsed.text(n).into(),
                        format!("line {line} imports over it"),
                    )
                }));
            }
            _ => {}
        }
        let is_own = pending.class.is_some() || pending.block.kind() == "module";
        for (name, why) in taken {
            let whole = name.split('.').next().unwrap_or(&name);
            let key = (pending.block.id(), whole.to_owned());
            if is_own && self.seen.contains_key(&key) {
                let own = name.split('.').map(str::to_owned).collect();
                self.undone.push(Undone {
                    path: [pending.scope.clone(), own].concat(),
                    why,
                    before: row(statement),
                });
            }
        }
    }

    /// Says of each test that was taken away that it never runs.
    pub(super) fn take_away(&mut self) {
        for Undone { path, why, before } in std::mem::take(&mut self.undone) {
            // A base that is deleted is run by the classes made of it, a test by the name that it was given before.
            if path
                .last()
                .is_some_and(|name| self.run_by_others.contains(name))
            {
                continue;
            }
            for function in &mut self.model.functions {
                crate::budget::charge(1);
                let own = [
                    function.scope.as_slice(),
                    std::slice::from_ref(&function.name),
                ]
                .concat();
                if function.role == Role::Test
                    && function.unreached.is_none()
                    && function.lines.start < before
                    && own.starts_with(&path)
                {
                    function.unreached = Some(certain(why.clone()));
                }
            }
        }
    }

    /// `collect_ignore.append(..)`, `collect_ignore += [..]`, but for what the machine decides.
    pub(super) fn ignored(&mut self, expression: Node<'_>, pending: &Pending<'_>) {
        let parsed = self.parsed;
        let target = match expression.kind() {
            "call" => expression
                .child_by_field_name("function")
                .and_then(|callee| field(parsed, callee, "object")),
            _ => field(parsed, expression, "left"),
        };
        let around = condition_around(pending.block);
        let machine = around.is_some_and(|it| of_the_machine(&flat(parsed, it)));
        if matches!(target, Some("collect_ignore" | "collect_ignore_glob")) && !machine {
            self.model.signs.push(Sign {
                kind: SignKind::CollectionHook,
                text: one_line(parsed.text(expression)),
                place: parsed.place(expression),
                function: String::new(),
            });
        }
    }

    /// A `load_tests` that looks at neither of what it is given hands the runner another suite.
    pub(super) fn suite(&mut self, function: Node<'_>, block: Node<'_>) {
        let parsed = self.parsed;
        let given = field(parsed, function, "parameters").unwrap_or_default();
        let mut given = given.split(|c: char| !crate::text::is_in_word(c));
        let looks = Walk::new(block)
            .any(|n| n.kind() == "identifier" && given.clone().any(|name| name == parsed.text(n)));
        if !looks && given.any(|name| !name.is_empty()) {
            self.model.signs.push(Sign {
                kind: SignKind::SuiteReplaced,
                text: one_line(&format!("def {}", super::LOAD_TESTS)),
                place: parsed.place(function.child_by_field_name("name").unwrap_or(function)),
                function: super::LOAD_TESTS.to_owned(),
            });
        }
    }
}

/// What a call takes the name away from: `delattr(TestA, "test_b")`, `globals().pop("test_b")`.
fn named_by<'p>(parsed: &'p Parsed, call: Node<'_>) -> Option<Cow<'p, str>> {
    let callee = call.child_by_field_name("function")?;
    let given = arguments(call);
    let text = |at: usize| given.get(at).map(|node| parsed.text(*node));
    let bare = |quoted: &'p str| quoted.trim_matches(['"', '\'']);
    match flat(parsed, callee).as_str() {
        "delattr" | "setattr" => Some(format!("{}.{}", text(0)?, bare(text(1)?)).into()),
        "globals().pop" | "globals().__delitem__" => Some(bare(text(0)?).into()),
        _ => None,
    }
}
