//! What stands at the level of a Python module: imports, marks for the whole file, constants, parts of modules replaced.
//!
//! Does not catch: names bound by `exec` or by the import system.

use super::assert::{arguments, keyword};
use super::marks::mark;
use super::signs::{hook, replaces_a_part};
use super::tables::table;
use super::{File, Pending, certain, row, row_end};
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{
    Function, Import, Mark, MarkKind, PassedOver, Role, Sign, SignKind,
};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

impl File<'_> {
    /// Functions named like tests inside a test, which nothing uses.
    pub(super) fn nested_tests(
        &mut self,
        outer: Node<'_>,
        block: Node<'_>,
        scope: &[String],
        is_test: bool,
    ) {
        if !is_test {
            return;
        }
        let parsed = self.parsed;
        let outer_name = field(parsed, outer, "name").unwrap_or_default();
        for inner in parts(block)
            .into_iter()
            .filter(|n| n.kind() == "function_definition")
        {
            let Some(name) = field(parsed, inner, "name").filter(|n| self.config.is_test_name(n))
            else {
                continue;
            };
            let uses = Walk::new(block)
                .filter(|n| n.kind() == "identifier" && parsed.text(*n) == name)
                .count();
            let Some(body) = inner.child_by_field_name("body").filter(|_| uses == 1) else {
                continue;
            };
            self.model.functions.push(Function {
                name: name.to_owned(),
                scope: [scope, &[outer_name.to_owned()]].concat(),
                role: Role::Test,
                place: parsed.place(inner.child_by_field_name("name").unwrap_or(inner)),
                lines: row(inner)..row_end(inner),
                unreached: Some(certain(format!(
                    "it is defined inside {outer_name} and nothing calls it"
                ))),
                marks: Vec::new(),
                cases: Vec::new(),
                given: Vec::new(),
                parameters: Vec::new(),
                doc: String::new(),
                drops: false,
                body: self.bodies.read(inner, body).body,
            });
        }
    }

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

    /// Statements of a module or class that are no definitions.
    pub(super) fn module_level(&mut self, statement: Node<'_>, pending: &Pending<'_>) {
        if pending.class.is_some() {
            return;
        }
        self.bodies.module_signs(statement, &mut self.model.signs);
        let Some(expression) = parts(statement).first().copied() else {
            return;
        };
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
                if name == "__test__" && self.parsed.text(right) == "False" {
                    self.model.collected =
                        Err(PassedOver::because("the file says `__test__ = False`"));
                }
                if name == "pytestmark" {
                    let marks = match right.kind() {
                        "list" | "tuple" => parts(right),
                        _ => vec![right],
                    };
                    let marks: Vec<Mark> = marks
                        .into_iter()
                        .filter_map(|n| mark(self.parsed, n))
                        .collect();
                    self.model.marks.extend(marks);
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
                let callee = field(self.parsed, expression, "function").unwrap_or_default();
                let whole_module = keyword(self.parsed, expression, "allow_module_level").is_some();
                if (callee == "pytest.skip" && whole_module) || callee == "pytest.importorskip" {
                    let conditional = pending.block.kind() != "module" || callee != "pytest.skip";
                    self.model.marks.push(Mark {
                        kind: MarkKind::Skip,
                        condition: conditional.then(|| "a condition".to_owned()),
                        reason: arguments(expression)
                            .first()
                            .map(|n| one_line(self.parsed.text(*n)))
                            .unwrap_or_default(),
                        text: one_line(self.parsed.text(expression)),
                        line: row(expression),
                        case: None,
                    });
                }
            }
            _ => {}
        }
    }
}
