//! What stands at the level of a Python module: imports, marks for the whole file, constants, parts of modules replaced.
//!
//! Does not catch: names bound by `exec` or by the import system.

use super::assert::{arguments, keyword};
use super::marks::{mark, marks_of_all, requested};
use super::signs::{hook, replaces_a_part};
use super::tables::table;
use super::{File, Pending, row};
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Decider, Import, Mark, MarkKind, PassedOver, Sign, SignKind};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// The condition of the branch that a block is, where it is the first of its statement.
pub(super) fn condition_around(block: Node<'_>) -> Option<Node<'_>> {
    let statement = block.parent().filter(|n| n.kind() == "if_statement")?;
    let first = statement.child_by_field_name("consequence") == Some(block);
    statement.child_by_field_name("condition").filter(|_| first)
}

impl File<'_> {
    /// The names that a statement brings in.
    pub(super) fn import(&mut self, node: Node<'_>) {
        let module = field(self.parsed, node, "module_name")
            .unwrap_or_default()
            .to_owned();
        for name in node.children_by_field_name("name") {
            let (from, local) = match name.kind() {
                "aliased_import" => (
                    field(self.parsed, name, "name").unwrap_or_default(),
                    field(self.parsed, name, "alias").unwrap_or_default(),
                ),
                _ => (self.parsed.text(name), self.parsed.text(name)),
            };
            self.model
                .imports
                .push(if node.kind() == "import_statement" {
                    Import {
                        name: local.to_owned(),
                        module: from.to_owned(),
                    }
                } else {
                    Import {
                        name: local.to_owned(),
                        module: format!(
                            "{module}{}{from}",
                            if module.ends_with('.') { "" } else { "." }
                        ),
                    }
                });
        }
        if Walk::new(node).any(|n| n.kind() == "wildcard_import") {
            self.model.imports.push(Import {
                name: "*".to_owned(),
                module,
            });
        }
    }

    /// `pytest.skip(.., allow_module_level=True)` and `pytest.importorskip(..)`, which skip every test of the file.
    fn skip_of_all(&mut self, call: Node<'_>, pending: &Pending<'_>) {
        if let Some(mark) = self.bodies.import_or_skip(call) {
            self.model.marks.push(mark);
            return;
        }
        let callee = field(self.parsed, call, "function").unwrap_or_default();
        if callee != "pytest.skip" || keyword(self.parsed, call, "allow_module_level").is_none() {
            return;
        }
        let around = condition_around(pending.block);
        let asked = around.map(|it| self.bodies.reader.known.condition(self.parsed, it));
        let is_top = pending.block.kind() == "module";
        let (condition, decider) = match asked {
            Some((text, decider)) => (Some(text), decider),
            None => ((!is_top).then(|| "a condition".to_owned()), Decider::Nobody),
        };
        self.model.marks.push(Mark {
            kind: MarkKind::Skip,
            condition,
            reason: arguments(call)
                .first()
                .map(|n| one_line(self.parsed.text(*n)))
                .unwrap_or_default(),
            text: one_line(self.parsed.text(call)),
            line: row(call),
            case: None,
            decider,
            strict: false,
        });
    }

    /// An assignment in a class that makes what its assertions raise something else than a failure.
    fn failure_renamed(&mut self, statement: Node<'_>, class: &str) {
        let Some(assignment) = parts(statement).first().copied() else {
            return;
        };
        let right = field(self.parsed, assignment, "right").unwrap_or_default();
        let named = field(self.parsed, assignment, "left") == Some("failureException");
        if named && !right.ends_with("Error") && !right.ends_with("Failed") {
            self.model.signs.push(Sign {
                kind: SignKind::FailureRenamed,
                text: one_line(self.parsed.text(assignment)),
                place: self.parsed.place(assignment),
                function: class.to_owned(),
            });
        }
    }

    /// Statements of a module or class that are no definitions.
    pub(super) fn module_level(&mut self, statement: Node<'_>, pending: &Pending<'_>) {
        if pending.class.is_some() {
            self.failure_renamed(statement, &pending.scope.join("."));
            return;
        }
        self.bodies.module_signs(statement, &mut self.model.signs);
        let Some(expression) = parts(statement).first().copied() else {
            return;
        };
        let known = self.bodies.reader.known;
        for node in marks_of_all(self.parsed, known, expression) {
            self.model.marks.extend(mark(self.parsed, known, node));
            self.requested.extend(requested(self.parsed, node));
        }
        match expression.kind() {
            "assignment" => {
                let (Some(left), Some(right)) = (
                    expression.child_by_field_name("left"),
                    expression.child_by_field_name("right"),
                ) else {
                    return;
                };
                let name = self.parsed.text(left).to_owned();
                let replaced = replaces_a_part(self.parsed, left, right, &self.model.imports);
                let place = self.parsed.place(expression);
                let reported = self
                    .model
                    .signs
                    .last()
                    .is_some_and(|sign| sign.place == place);
                if replaced && !reported {
                    self.model.signs.push(Sign {
                        kind: SignKind::ModuleReplaced,
                        text: one_line(self.parsed.text(expression)),
                        place,
                        function: String::new(),
                    });
                }
                if left.kind() == "identifier" {
                    self.model.tables.extend(table(self.parsed, left, right));
                }
                if let Some(mark) = self.bodies.import_or_skip(right) {
                    self.model.marks.push(mark);
                }
                if name == "__test__" && self.parsed.text(right) == "False" {
                    self.model.collected =
                        Err(PassedOver::because("the file says `__test__ = False`"));
                }
                if name == "pytestmark" {
                    // Its marks are read above.
                } else if matches!(right.kind(), "list" | "tuple") && parts(right).is_empty() {
                    // Nothing is left out yet.
                } else if let Some(kind) = hook(&name) {
                    self.model.signs.push(Sign {
                        kind,
                        text: one_line(self.parsed.text(expression)),
                        place: self.parsed.place(expression),
                        function: String::new(),
                    });
                } else if !Walk::new(right).any(|n| matches!(n.kind(), "call" | "identifier")) {
                    self.model.constants.push((name, flat(self.parsed, right)));
                }
            }
            "call" => {
                self.skip_of_all(expression, pending);
                self.ignored(expression, pending);
            }
            "augmented_assignment" => self.ignored(expression, pending),
            _ => {}
        }
    }
}
