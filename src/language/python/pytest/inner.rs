//! Functions that are more than they look: tests inside tests, hooks of the runner.
//!
//! Does not catch: hooks that a plugin registers under another name.

use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, parts};

use super::hooks::steers;
use super::signs::hook;
use super::{File, LOAD_TESTS, Pending, certain, row, row_end};
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{Body, Function, Role, Sign, SignKind};

impl File<'_> {
    /// Signs of a function that the runner calls by its name, or of a fixture that skips tests by theirs.
    pub(super) fn hook_signs(
        &mut self,
        function: Node<'_>,
        block: Node<'_>,
        pending: &Pending<'_>,
        skips: bool,
        body: &Body,
    ) {
        let parsed = self.parsed;
        let name = field(parsed, function, "name").unwrap_or_default();
        if name == LOAD_TESTS && pending.class.is_none() {
            self.suite(function, block);
        }
        let by_name = ["name", "nodeid", "originalname"];
        let by_name = skips
            && body.names.contains("node")
            && by_name.iter().any(|word| body.names.contains(word));
        let steering = hook(name)
            .filter(|_| pending.class.is_none() && steers(parsed, function, block))
            .or(by_name.then_some(SignKind::CollectionHook));
        if let Some(kind) = steering {
            self.model.signs.push(Sign {
                kind,
                text: one_line(&format!("def {name}")),
                place: parsed.place(function.child_by_field_name("name").unwrap_or(function)),
                function: name.to_owned(),
            });
        }
    }

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
                everywhere: false,
                parameters: Vec::new(),
                doc: String::new(),
                drops: false,
                body: self.bodies.read(inner, body).body,
            });
        }
    }
}
