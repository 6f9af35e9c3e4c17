//! A file of JavaScript or TypeScript as the model's: suites and tests with their marks and rows.
//!
//! Does not catch: tests that a wrapper of the project makes; tests beside the code (`import.meta.vitest`).

mod assert;
mod body;
mod calls;
mod chain;
mod compare;
mod config;
mod facts;
mod flow;
mod fold;
mod framework;
mod inert;
mod inside;
mod items;
mod known;
mod library;
mod matchers;
mod mocks;
mod promise;
mod signs;
mod skips;
mod symbols;
mod tables;

use crate::budget;
use crate::language::Parsed;
use crate::language::test_model::{
    Body, Emptiness, Fate, FileModel, Function, Mark, PassedOver, Role, Unreached,
};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts};

use self::assert::Reader;
use self::body::Bodies;
use self::calls::{Said, What, focus, said};
use self::chain::{Chain, is_end, is_function, unwrap};
pub(in crate::language) use self::framework::Framework;
use self::items::{class_around, doc, fixtures};
use self::known::{Known, imports};
use self::mocks::Replaced;
use self::promise::parameters;
use self::tables::{rows, table};

/// Reads a file.
fn read(parsed: &Parsed, path: &str, passed_over: Option<PassedOver>) -> FileModel {
    let mut file = File {
        parsed,
        bodies: Bodies {
            reader: Reader {
                parsed,
                known: Known::of(parsed),
                bound: Default::default(),
                depth: Default::default(),
                expected: Default::default(),
            },
            imports: imports(parsed),
            replaced: Replaced::of(parsed),
            outside: inert::bound_by(parsed),
        },
        model: FileModel::new(&Framework, path, passed_over),
    };
    file.read();
    file.signs();
    file.model.imports = std::mem::take(&mut file.bodies.imports);
    file.model
}

struct File<'p> {
    parsed: &'p Parsed,
    bodies: Bodies<'p>,
    model: FileModel,
}

/// Rows of a loop around tests that are kept.
const REPEATED: usize = 200;

/// A part of a file still to be read.
#[derive(Clone)]
struct Pending<'t> {
    node: Node<'t>,
    scope: Vec<String>,
    marks: Vec<Mark>,
    /// Rows of the tables around it.
    cases: Vec<String>,
    dead: Option<Unreached>,
    /// Whether it stands in a function that is no test.
    in_helper: bool,
}

impl<'p> File<'p> {
    fn read(&mut self) {
        for statement in parts(self.parsed.root()) {
            self.module_level(statement);
        }
        let mut stack = vec![Pending {
            node: self.parsed.root(),
            scope: Vec::new(),
            marks: Vec::new(),
            cases: Vec::new(),
            dead: None,
            in_helper: false,
        }];
        while let Some(pending) = stack.pop() {
            let mut inner = Vec::new();
            self.part(&pending, &mut inner);
            stack.extend(inner.into_iter().rev());
        }
        self.model
            .functions
            .sort_by_key(|f| (f.lines.start, f.lines.end, f.place));
        self.asked_afterwards();
        self.model.shrink();
    }

    /// Lists and literals under names.
    fn module_level(&mut self, statement: Node<'p>) {
        let parsed = self.parsed;
        let declaration = match statement.kind() {
            kind::EXPORT_STATEMENT => statement
                .child_by_field_name("declaration")
                .unwrap_or(statement),
            _ => statement,
        };
        if !matches!(
            declaration.kind(),
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION
        ) {
            return;
        }
        for one in parts(declaration) {
            let name = one
                .child_by_field_name("name")
                .filter(|name| name.kind() == kind::IDENTIFIER);
            let Some((name, value)) = name.zip(one.child_by_field_name("value")) else {
                continue;
            };
            self.model.tables.extend(table(parsed, name, value));
            if compare::is_literal(unwrap(value)) {
                let constant = (parsed.text(name).to_owned(), flat(parsed, unwrap(value)));
                self.model.constants.push(constant);
            }
        }
    }

    /// What the runner is told in a part of the file, and functions that stand there.
    fn part(&mut self, pending: &Pending<'p>, inner: &mut Vec<Pending<'p>>) {
        let parsed = self.parsed;
        let mut walk = Walk::new(pending.node);
        // Where the helper ends that is read last: those inside are part of it.
        let mut helper_end = 0;
        while let Some(node) = walk.next() {
            match node.kind() {
                kind::CALL_EXPRESSION if is_end(node) => {
                    let chain = Chain::of(parsed, node);
                    let told = said(parsed, &self.bodies.reader.known, &chain);
                    if let Some(told) = told {
                        self.said(node, &told, pending, inner);
                        walk.skip_children();
                    } else if let Some(mark) = focus(parsed, &self.bodies.reader.known, &chain) {
                        self.model.marks.push(mark);
                    } else if chain.called(parsed) == "forEach" && chain.links.len() == 1 {
                        let function =
                            chain::arguments(chain.links.first().and_then(|link| link.given));
                        let function = function.first().copied().filter(|f| is_function(*f));
                        if let Some(body) = function.and_then(|f| f.child_by_field_name("body")) {
                            let mut repeated = self.repeated(pending, chain.begin, body);
                            repeated.in_helper |= node.start_byte() < helper_end;
                            inner.push(repeated);
                            walk.skip_children();
                        }
                    } else if node.start_byte() >= helper_end && !pending.in_helper {
                        self.outside(&chain, pending.node);
                    }
                }
                kind::FOR_IN_STATEMENT => {
                    let over = node.child_by_field_name("right");
                    if let Some((over, body)) = over.zip(node.child_by_field_name("body")) {
                        inner.push(self.repeated(pending, over, body));
                        walk.skip_children();
                    }
                }
                kind::IF_STATEMENT => {
                    let condition = node.child_by_field_name("condition");
                    let never = condition.and_then(|c| fold::truth(parsed, c)) == Some(false);
                    if let Some(body) = node.child_by_field_name("consequence").filter(|_| never) {
                        let dead = certain("the condition around it is never true".to_owned());
                        inner.push(Pending {
                            node: body,
                            dead: Some(dead),
                            ..pending.clone()
                        });
                        let other = node.child_by_field_name("alternative");
                        inner.extend(other.map(|node| Pending {
                            node,
                            ..pending.clone()
                        }));
                        walk.skip_children();
                    }
                }
                kind::FUNCTION_DECLARATION
                | kind::GENERATOR_FUNCTION_DECLARATION
                | kind::METHOD_DEFINITION
                | kind::VARIABLE_DECLARATOR
                | kind::PUBLIC_FIELD_DEFINITION
                    if node.start_byte() >= helper_end && self.helper(node, pending) =>
                {
                    helper_end = node.end_byte();
                }
                _ => {}
            }
        }
    }

    /// What a loop repeats, for the rows that it goes over.
    fn repeated(&self, pending: &Pending<'p>, over: Node<'p>, body: Node<'p>) -> Pending<'p> {
        let rows = rows(self.parsed, over);
        let dead = match rows.empty {
            true => Some(certain("the loop around it goes over nothing".to_owned())),
            false => pending.dead.clone(),
        };
        // Every test inside has them: of a long list the first ones tell.
        let cases = match pending.cases.is_empty() {
            true => rows.cases.into_iter().take(REPEATED).collect(),
            false => pending.cases.clone(),
        };
        Pending {
            node: body,
            cases,
            dead,
            ..pending.clone()
        }
    }

    fn said(
        &mut self,
        call: Node<'p>,
        said: &Said<'p>,
        pending: &Pending<'p>,
        inner: &mut Vec<Pending<'p>>,
    ) {
        let parsed = self.parsed;
        let rows = said
            .table
            .map(|over| rows(parsed, over))
            .unwrap_or_default();
        let marks = [pending.marks.clone(), said.marks.clone()].concat();
        budget::charge(pending.cases.len() + rows.cases.len());
        let cases = [pending.cases.clone(), rows.cases].concat();
        let dead = match rows.empty {
            true => Some(certain("its table has no rows".to_owned())),
            false => pending.dead.clone(),
        };
        if said.what == What::Suite {
            let body = said.function.and_then(|f| f.child_by_field_name("body"));
            inner.extend(body.map(|node| Pending {
                node,
                scope: [pending.scope.clone(), vec![said.title.clone()]].concat(),
                marks,
                cases,
                dead,
                in_helper: pending.in_helper,
            }));
            return;
        }
        let function = said.function.or_else(|| self.function_named(said.named?));
        let Some(function) = function else {
            self.without_body(call, said, pending, marks);
            return;
        };
        let read = self.bodies.read(call, function);
        let is_test = said.what == What::Test;
        let mut unreached = dead;
        let dead_only = read
            .body
            .assertions
            .iter()
            .any(|a| matches!(a.fate, Fate::Dead(_)))
            && !read.body.assertions.iter().any(|a| a.fate == Fate::Live);
        if unreached.is_none() && is_test && read.returns_first && dead_only {
            unreached = Some(certain("it returns before its first assertion".to_owned()));
        }
        let all = parameters(parsed, function);
        let names: Vec<String> = match said.table.is_some() {
            true => all.iter().map(|name| (*name).to_owned()).collect(),
            false => fixtures(parsed, function),
        };
        self.subtests(function, said, pending, &marks, inner);
        self.model.functions.push(Function {
            name: said.title.clone(),
            scope: pending.scope.clone(),
            role: if is_test { Role::Test } else { Role::Fixture },
            place: parsed.place(said.at),
            lines: row(call)..row_end(call),
            unreached,
            marks: [marks, read.marks].concat(),
            cases,
            given: match said.table.is_some() {
                true => names.clone(),
                false => Vec::new(),
            },
            everywhere: !is_test,
            parameters: names,
            doc: doc(parsed, call, &said.title),
            drops: false,
            body: read.body,
        });
    }

    /// Tests that stand in a test: `t.test("adds", (t) => ..)`.
    fn subtests(
        &self,
        function: Node<'p>,
        said: &Said<'p>,
        pending: &Pending<'p>,
        marks: &[Mark],
        inner: &mut Vec<Pending<'p>>,
    ) {
        let body = function.child_by_field_name("body");
        let mut inside = body.map(Walk::new).into_iter().flatten();
        let has_some = inside.any(|node| {
            node.kind() == kind::MEMBER_EXPRESSION
                && matches!(
                    self.parsed.text(node),
                    "t.test" | "t.it" | "t.describe" | "tap.test"
                )
        });
        if let Some(node) = body.filter(|_| has_some) {
            inner.push(Pending {
                node,
                scope: [pending.scope.clone(), vec![said.title.clone()]].concat(),
                marks: marks.to_vec(),
                cases: pending.cases.clone(),
                dead: pending.dead.clone(),
                in_helper: pending.in_helper,
            });
        }
    }

    /// A test whose function is not known here: still to be written, or brought in.
    fn without_body(
        &mut self,
        call: Node<'p>,
        said: &Said<'p>,
        pending: &Pending<'p>,
        marks: Vec<Mark>,
    ) {
        if said.what != What::Test {
            return;
        }
        let parsed = self.parsed;
        self.model.functions.push(Function {
            name: said.title.clone(),
            scope: pending.scope.clone(),
            role: Role::Test,
            place: parsed.place(said.at),
            lines: row(call)..row_end(call),
            unreached: pending.dead.clone(),
            marks,
            cases: Vec::new(),
            given: Vec::new(),
            everywhere: false,
            parameters: Vec::new(),
            doc: doc(parsed, call, &said.title),
            drops: false,
            body: Body {
                emptiness: Emptiness::Code,
                can_fail: true,
                ..Body::default()
            },
        });
    }

    /// The function of this name that the file defines.
    fn function_named(&self, name: Node<'p>) -> Option<Node<'p>> {
        let definitions = &self.parsed.facts().definitions;
        budget::charge(definitions.len());
        let text = self.parsed.text(name);
        let found = definitions.iter().find(|it| it.qualified == text)?;
        self.parsed.node(found.body.as_ref()?)?.parent()
    }

    /// A function that is no test, where a node defines one; whether it does.
    fn helper(&mut self, node: Node<'p>, pending: &Pending<'p>) -> bool {
        let parsed = self.parsed;
        let value = node.child_by_field_name("value").map(unwrap);
        let function = match node.kind() {
            kind::VARIABLE_DECLARATOR | kind::PUBLIC_FIELD_DEFINITION => {
                value.filter(|value| is_function(*value))
            }
            kind::METHOD_DEFINITION => {
                let around = node
                    .parent()
                    .filter(|around| around.kind() == kind::CLASS_BODY);
                around.map(|_| node)
            }
            _ => Some(node),
        };
        let named = node.child_by_field_name("name");
        let (Some(function), Some(named)) = (function, named.filter(|named| named.is_leaf()))
        else {
            return false;
        };
        let mut read = self.bodies.read(node, function);
        read.body.signs.extend(self.always_equal(node));
        self.model.functions.push(Function {
            name: parsed.text(named).to_owned(),
            scope: [pending.scope.clone(), class_around(parsed, node)].concat(),
            role: Role::Other,
            place: parsed.place(named),
            lines: row(node)..row_end(node),
            unreached: None,
            marks: read.marks,
            cases: Vec::new(),
            given: Vec::new(),
            everywhere: false,
            parameters: parameters(parsed, function)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            doc: String::new(),
            drops: false,
            body: read.body,
        });
        true
    }

    /// Tests around which a hook runs that asks something afterwards lean on it.
    fn asked_afterwards(&mut self) {
        let asks = |f: &&Function| {
            f.role == Role::Fixture
                && f.live().next().is_some()
                && (f.name.starts_with("after") || f.name == "teardown")
        };
        let hooks: Vec<(Vec<String>, String)> = self
            .model
            .functions
            .iter()
            .filter(asks)
            .map(|f| (f.scope.clone(), f.name.clone()))
            .take(20)
            .collect();
        for test in self
            .model
            .functions
            .iter_mut()
            .filter(|f| f.role == Role::Test)
        {
            budget::charge(hooks.len());
            let around = hooks
                .iter()
                .filter(|(scope, _)| test.scope.starts_with(scope));
            test.parameters.extend(around.map(|(_, name)| name.clone()));
        }
    }
}

fn certain(why: String) -> Unreached {
    Unreached { why, certain: true }
}

fn row(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX)
}

fn row_end(node: Node<'_>) -> u32 {
    u32::try_from(node.end_position().row + 1).unwrap_or(u32::MAX)
}
