//! A Python file as the model: which functions pytest and unittest collect, with their marks and rows.
//!
//! Does not catch: tests made by plugins or at import, classes whose bases in other files decide
//! whether they are collected (a base named like a test case is taken for one).

mod assert;
mod body;
mod calls;
mod config;
mod examples;
mod facts;
mod flow;
mod fold;
mod framework;
mod hooks;
mod inert;
mod inner;
mod items;
mod known;
mod marks;
mod mocks;
mod module;
mod options;
mod signs;
mod skips;
mod swallowing;
mod symbols;
mod tables;
mod undone;
mod unittest;

use std::collections::{BTreeMap, BTreeSet};

use crate::language::{Kinds, PYTHON, Parsed};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

use self::assert::Reader;
use self::body::Bodies;
use self::config::Pytest;
use self::flow::{coroutines, may_run_generators};
use self::fold::truth;
pub(in crate::language) use self::framework::Framework;
use self::items::{bases, decorators, defined_here, docstring, is_set_up};
use self::known::Known;
use self::marks::{mark, marks_of_all, no_failure, requested, tables};
use self::signs::always_equal;
use self::swallowing::lets_failures_go;
use self::tables::{bound_to_nothing, samples};
use self::undone::Undone;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{
    Emptiness, Fate, FileModel, Function, Mark, MarkKind, Role, Sign, SignKind, Unreached,
};

/// Reads a file.
fn read(parsed: &Parsed, path: &str, config: &Pytest) -> FileModel {
    let defined: BTreeSet<String> = parts(parsed.root())
        .into_iter()
        .filter(|node| matches!(node.kind(), "function_definition" | "class_definition"))
        .filter_map(|node| field(parsed, node, "name").map(str::to_owned))
        .collect();
    let known = Known::of(parsed);
    let model = FileModel::new(&Framework, path, config.passes_over(path));
    let mut file = File {
        parsed,
        config,
        collected: model.collected.is_ok(),
        bodies: Bodies {
            reader: Reader {
                parsed,
                known: &known,
                defined: &defined,
                droppers: Default::default(),
                nothing: bound_to_nothing(parsed),
                coroutines: coroutines(parsed),
                bound: Default::default(),
                depth: Default::default(),
            },
            manifests: &config.manifests,
        },
        model,
        classes: BTreeMap::new(),
        seen: BTreeMap::new(),
        run_by_others: CLASSES
            .nodes(parsed)
            .flat_map(|n| bases(parsed, n))
            .collect(),
        undone: Vec::new(),
        requested: Vec::new(),
    };
    file.bodies.reader.droppers = file.bodies.droppers();
    file.read();
    file.model.samples = samples(parsed);
    file.model
}

/// What is known of a class.
#[derive(Clone, Debug, Default)]
struct Class {
    bases: Vec<String>,
    marks: Vec<Mark>,
    /// Fixtures that its tests ask for.
    requested: Vec<String>,
    /// Whether the runner looks into it at all.
    collected: bool,
    unreached: Option<Unreached>,
}

struct File<'p> {
    parsed: &'p Parsed,
    config: &'p Pytest,
    collected: bool,
    bodies: Bodies<'p>,
    model: FileModel,
    classes: BTreeMap<String, Class>,
    /// Names by the block that binds them.
    seen: BTreeMap<(usize, String), usize>,
    /// Classes that others are made of.
    run_by_others: BTreeSet<String>,
    /// What later statements take away.
    undone: Vec<Undone>,
    /// Fixtures that all tests of the file ask for.
    requested: Vec<String>,
}

static CLASSES: Kinds = Kinds::new(PYTHON, &["class_definition"]);

/// A block still to be read.
struct Pending<'t> {
    block: Node<'t>,
    scope: Vec<String>,
    class: Option<Class>,
    dead: Option<String>,
}

impl File<'_> {
    fn read(&mut self) {
        let mut stack = vec![Pending {
            block: self.parsed.root(),
            scope: Vec::new(),
            class: None,
            dead: None,
        }];
        while let Some(pending) = stack.pop() {
            let mut inner = Vec::new();
            for statement in parts(pending.block) {
                self.statement(statement, &pending, &mut inner);
            }
            stack.extend(inner.into_iter().rev());
        }
        self.take_away();
        let tests = self.model.functions.iter_mut();
        for test in tests.filter(|one| one.role == Role::Test) {
            test.parameters.extend(self.requested.iter().cloned());
        }
        self.model
            .functions
            .sort_by_key(|f| (f.lines.start, f.lines.end));
        self.model.shrink();
    }

    fn statement<'t>(
        &mut self,
        statement: Node<'t>,
        pending: &Pending<'t>,
        inner: &mut Vec<Pending<'t>>,
    ) {
        let parsed = self.parsed;
        let nested = |block, dead| Pending {
            block,
            scope: pending.scope.clone(),
            class: pending.class.clone(),
            dead,
        };
        let definition = match statement.kind() {
            "decorated_definition" => statement.child_by_field_name("definition"),
            _ => Some(statement),
        };
        let Some(definition) = definition else {
            return;
        };
        match definition.kind() {
            "function_definition" => self.function(statement, definition, pending),
            "class_definition" => {
                inner.extend(self.class(statement, definition, pending));
            }
            "if_statement" => {
                let condition = definition.child_by_field_name("condition");
                let known = condition
                    .and_then(|c| truth(parsed, c, self.bodies.reader.defined))
                    .or_else(|| {
                        (condition.map(|c| parsed.text(c)) == Some("TYPE_CHECKING"))
                            .then_some(false)
                    });
                let dead = (known == Some(false))
                    .then(|| "the condition around it is never true".to_owned())
                    .or_else(|| pending.dead.clone());
                for part in parts(definition) {
                    match part.kind() {
                        "block" => inner.push(nested(part, dead.clone())),
                        "else_clause" | "elif_clause" => {
                            inner.extend(
                                parts(part)
                                    .into_iter()
                                    .filter(|p| p.kind() == "block")
                                    .map(|block| nested(block, pending.dead.clone())),
                            );
                        }
                        _ => {}
                    }
                }
                self.module_level(definition, pending);
            }
            "try_statement" | "with_statement" | "for_statement" | "while_statement" => {
                let blocks = Walk::new(definition).filter(|n| {
                    n.kind() == "block"
                        && n.parent().is_some_and(|p| {
                            p.id() == definition.id()
                                || (p.parent().map(|g| g.id()) == Some(definition.id())
                                    && p.kind().ends_with("_clause"))
                        })
                });
                inner.extend(blocks.map(|block| nested(block, pending.dead.clone())));
            }
            "import_statement" | "import_from_statement" => {
                self.undo(definition, pending);
                self.import(definition);
            }
            _ => {
                self.undo(definition, pending);
                self.module_level(definition, pending);
            }
        }
    }

    fn class<'t>(
        &mut self,
        whole: Node<'t>,
        class: Node<'t>,
        pending: &Pending<'t>,
    ) -> Option<Pending<'t>> {
        let parsed = self.parsed;
        let name = field(parsed, class, "name")?.to_owned();
        let block = class.child_by_field_name("body")?;
        let bases = bases(parsed, class);
        let statements = parts(block);
        let defines = |wanted: &str| {
            statements.iter().any(|s| {
                let node = s.child_by_field_name("definition").unwrap_or(*s);
                node.kind() == "function_definition" && field(parsed, node, "name") == Some(wanted)
            })
        };
        let not_a_test = statements
            .iter()
            .any(|s| flat(parsed, *s) == "__test__=False");
        let case = bases.iter().any(|base| {
            let leaf = base.rsplit('.').next().unwrap_or(base);
            leaf.ends_with("TestCase")
                || self
                    .classes
                    .get(leaf)
                    .is_some_and(|known| known.bases.iter().any(|b| b == "TestCase"))
                || (leaf.contains("Test") && !defined_here(parsed, leaf))
        });
        let named = self.config.is_test_class(&name);
        let mut unreached = pending.dead.clone().map(certain);
        if not_a_test && !self.run_by_others.contains(&name) {
            unreached = Some(certain("its class says `__test__ = False`".into()));
        } else if named && !case && (defines("__init__") || defines("__new__")) {
            unreached = Some(certain(
                "its class has a constructor, so pytest passes it over".into(),
            ));
        }
        let key = (pending.block.id(), name.clone());
        let line = class.start_position().row + 1;
        if self.seen.insert(key, usize::MAX).is_some() && case | named {
            self.undone.push(Undone {
                path: [pending.scope.clone(), vec![name.clone()]].concat(),
                why: format!("the class of line {line} takes the name of its class"),
                before: row(class),
            });
        }
        let mut known = Class {
            collected: case || named || self.run_by_others.contains(&name),
            marks: pending
                .class
                .as_ref()
                .map(|c| c.marks.clone())
                .unwrap_or_default(),
            bases: bases
                .iter()
                .map(|base| base.rsplit('.').next().unwrap_or(base).to_owned())
                .collect(),
            unreached,
            requested: pending
                .class
                .as_ref()
                .map(|class| class.requested.clone())
                .unwrap_or_default(),
        };
        if case {
            known.bases.push("TestCase".to_owned());
        }
        let own = statements
            .iter()
            .filter(|statement| statement.kind() == "expression_statement")
            .filter_map(|statement| parts(*statement).first().copied())
            .flat_map(|inner| marks_of_all(parsed, self.bodies.reader.known, inner));
        for node in decorators(whole).into_iter().chain(own) {
            let mark = mark(parsed, self.bodies.reader.known, node);
            known.marks.extend(mark);
            known.requested.extend(requested(parsed, node));
        }
        known
            .marks
            .extend(statements.iter().find_map(|s| no_failure(parsed, *s)));
        self.classes.insert(name.clone(), known.clone());
        Some(Pending {
            block,
            scope: [pending.scope.clone(), vec![name]].concat(),
            class: Some(known),
            dead: pending.dead.clone(),
        })
    }

    fn function(&mut self, whole: Node<'_>, function: Node<'_>, pending: &Pending<'_>) {
        let parsed = self.parsed;
        let (Some(name), Some(block)) = (
            field(parsed, function, "name").map(str::to_owned),
            function.child_by_field_name("body"),
        ) else {
            return;
        };
        let decorators = decorators(whole);
        let decorated = |wanted: &[&str]| {
            decorators.iter().any(|d| {
                Walk::new(*d).any(|n| n.kind() == "identifier" && wanted.contains(&parsed.text(n)))
            })
        };
        let read = self.bodies.read(whole, block);
        let set_up = is_set_up(&name);
        let fixture = decorated(&["fixture", "yield_fixture"]) || set_up;
        let automatic = decorators
            .iter()
            .any(|d| flat(parsed, *d).contains("autouse=True"));
        let in_class = pending.class.as_ref();
        let case = in_class.is_some_and(|class| class.bases.iter().any(|b| b == "TestCase"));
        let named = if case {
            name.starts_with("test")
        } else {
            self.config.is_test_name(&name)
        };
        let is_test = self.collected
            && !fixture
            && named
            && in_class.is_none_or(|class| class.collected)
            && !decorated(&[
                "property",
                "overload",
                "setter",
                "staticmethod_",
                "contextmanager",
            ]);
        let mut body = read.body;
        let skips = fixture && read.marks.iter().any(|m| m.kind == MarkKind::Skip);
        self.hook_signs(function, block, pending, skips, &body);
        if in_class.is_some() && always_equal(parsed, &name, block) {
            body.signs.push(Sign {
                kind: SignKind::AlwaysEqual,
                text: one_line(parsed.text(function)),
                place: parsed.place(function),
                function: name.clone(),
            });
        }
        let dropper = decorators
            .iter()
            .find_map(|d| self.bodies.reader.droppers.get(parsed.text(*d)));
        if let Some(dropper) = dropper {
            let asked = body.assertions.iter_mut().chain(&mut body.invocations);
            for assertion in asked.filter(|a| a.fate == Fate::Live) {
                assertion.fate = Fate::Swallowed(format!("`@{dropper}`"));
            }
        }
        let drops = match in_class {
            Some(_) => lets_failures_go(parsed, &name, block),
            None => self.bodies.reader.droppers.contains(&name),
        };
        let mut marks = read.marks;
        marks.extend(
            decorators
                .iter()
                .filter_map(|d| mark(parsed, self.bodies.reader.known, *d)),
        );
        if let Some(class) = in_class {
            marks.extend(class.marks.iter().cloned());
        }
        let tables = tables(
            parsed,
            self.bodies.reader.known,
            &decorators,
            &self.bodies.reader.nothing,
        );
        marks.extend(tables.marks);
        let mut unreached = in_class.and_then(|class| class.unreached.clone());
        if unreached.is_none() {
            unreached = pending.dead.clone().map(certain);
        }
        if is_test && unreached.is_none() {
            if tables.empty {
                unreached = Some(certain("its parametrize table has no rows".into()));
            } else if read.yields && !may_run_generators(parsed, &decorators) {
                unreached = Some(certain("it yields, and pytest runs no generators".into()));
            } else if read.returns_first
                && body
                    .assertions
                    .iter()
                    .any(|a| matches!(a.fate, Fate::Dead(_)))
                && !body.assertions.iter().any(|a| a.fate == Fate::Live)
            {
                unreached = Some(certain("it returns before its first assertion".into()));
            }
        }
        // A later definition in the same block takes the name.
        let at = self.model.functions.len();
        let rebinds = decorated(&[
            "overload", "property", "setter", "getter", "deleter", "register",
        ]);
        let line = function.start_position().row + 1;
        if let Some(earlier) = self.seen.insert((pending.block.id(), name.clone()), at)
            && !rebinds
            && let Some(earlier) = self.model.functions.get_mut(earlier)
            && earlier.role == Role::Test
        {
            earlier.unreached = Some(certain(format!(
                "the definition of line {line} takes its name"
            )));
        }
        let mut parameters: Vec<String> = function
            .child_by_field_name("parameters")
            .map(|list| {
                parts(list)
                    .into_iter()
                    .filter_map(|p| Walk::new(p).find(|n| n.kind() == "identifier"))
                    .map(|n| parsed.text(n).to_owned())
                    .filter(|name| name != "self")
                    .collect()
            })
            .unwrap_or_default();
        if is_test {
            parameters.extend(decorators.iter().flat_map(|d| requested(parsed, *d)));
            parameters.extend(
                in_class
                    .into_iter()
                    .flat_map(|class| class.requested.clone()),
            );
        }
        let abstract_method =
            body.emptiness == Emptiness::Empty && (decorated(&["abstractmethod"]) || body.can_fail);
        let row_of = |node: Node<'_>| row(node)..row_end(node);
        self.nested_tests(function, block, &pending.scope, is_test);
        self.model.functions.push(Function {
            doc: docstring(parsed, block),
            drops,
            name,
            scope: pending.scope.clone(),
            role: if fixture {
                Role::Fixture
            } else if is_test && !abstract_method {
                Role::Test
            } else {
                Role::Other
            },
            place: parsed.place(function.child_by_field_name("name").unwrap_or(function)),
            lines: row_of(whole),
            unreached,
            marks,
            cases: tables.cases,
            given: tables.given,
            everywhere: set_up || automatic,
            parameters,
            body,
        });
    }
}

/// The function by which a module puts together what unittest runs of it.
const LOAD_TESTS: &str = "load_tests";

pub(super) fn certain(why: String) -> Unreached {
    Unreached { why, certain: true }
}

pub(super) fn row(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX)
}

pub(super) fn row_end(node: Node<'_>) -> u32 {
    u32::try_from(node.end_position().row + 1).unwrap_or(u32::MAX)
}
