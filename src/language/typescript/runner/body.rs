//! What a test does, statement by statement: assertions with what becomes of their failure, skips, calls.
//!
//! Does not catch: failures that a wrapper of the project swallows.

use std::collections::{BTreeMap, BTreeSet};

use super::assert::Reader;
use super::chain::{Chain, is_end, is_function, unwrap};
use super::flow;
use super::fold::truth;
use super::mocks::Replaced;
use super::promise::promised_by;
use crate::language::Parsed;
use crate::language::test_model::reading::{Bound, Setting, decider, of_the_machine};
use crate::language::test_model::{Assertion, Body, Decider, Emptiness, Fate, Form, Import, Mark};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// Reads bodies of one file.
pub(super) struct Bodies<'p> {
    pub reader: Reader<'p>,
    /// The names that the file brings in.
    pub imports: Vec<Import>,
    /// The modules that it replaces.
    pub replaced: Replaced,
    /// The names that the file binds or brings in.
    pub outside: BTreeSet<String>,
}

/// What became of one function.
pub(super) struct Read {
    pub body: Body,
    /// Skips inside.
    pub marks: Vec<Mark>,
    /// Whether it returns before its first assertion.
    pub returns_first: bool,
}

/// What is read still, with where it stands.
pub(super) struct Reading<'t> {
    /// Statements and expressions.
    stack: Vec<(Node<'t>, Setting)>,
    /// Assertions, by where they begin.
    assertions: Vec<(usize, Assertion)>,
    /// Calls as statements.
    invocations: Vec<(usize, Assertion)>,
    /// What stands bound right before a statement.
    bound: BTreeMap<usize, Bound>,
    pub marks: Vec<Mark>,
    can_fail: bool,
    imports: bool,
    returns_first: bool,
    /// Functions inside that nothing names.
    pub uncalled: BTreeSet<&'t str>,
    /// Whether it says how many assertions it makes, or that it makes one.
    pub is_sure: bool,
    /// Whether it ends when a function that it is given is called.
    pub has_done: bool,
    /// Names that it binds itself.
    own: BTreeSet<&'t str>,
    /// Functions that make a promise, and end it by calling what they are given.
    pub executors: Vec<std::ops::Range<usize>>,
}

/// Where nothing is special.
fn plain() -> Setting {
    Setting {
        fate: Fate::Live,
        conditional: false,
        marker: false,
        guarded: false,
        condition: None,
        decider: Decider::Nobody,
        caught: None,
    }
}

/// Whether a test takes a function that it calls when it is done; what runners hand in otherwise has names by custom.
fn ends_by_call(parsed: &Parsed, function: Node<'_>) -> bool {
    const HANDED: [&str; 12] = [
        "t", "tt", "st", "assert", "ctx", "context", "test", "it", "page", "expect", "self", "task",
    ];
    let list = function
        .child_by_field_name("parameters")
        .map(parts)
        .unwrap_or_default();
    let plain = function.child_by_field_name("parameter").or_else(|| {
        let first = list.first()?;
        let pattern = first.child_by_field_name("pattern").unwrap_or(*first);
        (list.len() == 1 && pattern.kind() == kind::IDENTIFIER).then_some(pattern)
    });
    plain.is_some_and(|name| !HANDED.contains(&parsed.text(name)))
}

impl<'p> Bodies<'p> {
    pub(super) fn parsed(&self) -> &'p Parsed {
        self.reader.parsed
    }

    /// Reads a function; `whole` holds the call that it is given to.
    pub(super) fn read(&self, whole: Node<'p>, function: Node<'p>) -> Read {
        let parsed = self.parsed();
        let Some(block) = function.child_by_field_name("body") else {
            return Read {
                body: Body::default(),
                marks: Vec::new(),
                returns_first: false,
            };
        };
        self.reader.expected.borrow_mut().clear();
        let called = Walk::new(block).filter(|n| n.kind() == kind::PROPERTY_IDENTIFIER);
        let is_sure = called
            .into_iter()
            .any(|n| self.reader.is_sure(parsed.text(n)));
        let mut reading = Reading {
            stack: vec![(block, plain())],
            assertions: Vec::new(),
            invocations: Vec::new(),
            bound: BTreeMap::new(),
            marks: Vec::new(),
            can_fail: false,
            imports: false,
            returns_first: false,
            uncalled: flow::uncalled(parsed, block),
            is_sure,
            has_done: ends_by_call(parsed, function),
            own: self.bound_in(function, block),
            executors: flow::executors(parsed, block),
        };
        while let Some((node, setting)) = reading.stack.pop() {
            self.statement(node, setting, &mut reading);
        }
        let mut body = Body {
            emptiness: self.emptiness(block),
            can_fail: reading.can_fail,
            imports: reading.imports,
            ..Body::default()
        };
        let in_order = |mut found: Vec<(usize, Assertion)>| -> Vec<Assertion> {
            found.sort_by_key(|(at, _)| *at);
            found.into_iter().map(|(_, assertion)| assertion).collect()
        };
        body.assertions = in_order(reading.assertions);
        body.invocations = in_order(reading.invocations);
        body.reaches_out = self.reaches_out(block, &reading.own);
        self.facts(whole, function, block, &mut body);
        Read {
            body,
            marks: reading.marks,
            returns_first: reading.returns_first,
        }
    }

    fn emptiness(&self, block: Node<'_>) -> Emptiness {
        if block.kind() != kind::STATEMENT_BLOCK {
            return Emptiness::Code;
        }
        let mut least = Emptiness::Empty;
        for statement in parts(block) {
            let inner = parts(statement);
            let constant = |node: &Node<'_>| super::compare::is_literal(*node);
            match statement.kind() {
                kind::EMPTY_STATEMENT => {}
                kind::RETURN_STATEMENT if inner.iter().all(constant) => {}
                kind::EXPRESSION_STATEMENT if inner.iter().all(constant) => {}
                kind::EXPRESSION_STATEMENT
                    if inner.iter().all(|node| flow::prints(self.parsed(), *node)) =>
                {
                    least = Emptiness::Prints;
                }
                _ => return Emptiness::Code,
            }
        }
        least
    }

    fn statement(&self, node: Node<'p>, mut setting: Setting, reading: &mut Reading<'p>) {
        match node.kind() {
            kind::STATEMENT_BLOCK | kind::SWITCH_CASE | kind::SWITCH_DEFAULT => {
                if node.kind() != kind::STATEMENT_BLOCK {
                    setting.conditional = true;
                    setting.guarded |= !reading.is_sure;
                }
                self.block(node, setting, reading);
            }
            kind::IF_STATEMENT => self.branch(node, &setting, reading),
            kind::TRY_STATEMENT => self.attempt(node, &setting, reading),
            kind::FOR_IN_STATEMENT => {
                let over = node.child_by_field_name("right");
                if over.is_some_and(|over| flow::is_empty(self.parsed(), over)) {
                    setting.fate = Fate::Dead("the loop goes over nothing".to_owned());
                }
                self.inner(node, &setting, reading);
            }
            kind::WHILE_STATEMENT | kind::FOR_STATEMENT => {
                let condition = node.child_by_field_name("condition");
                if condition.and_then(|c| truth(self.parsed(), c)) == Some(false) {
                    setting.fate = Fate::Dead("the loop's condition is never true".to_owned());
                }
                self.inner(node, &setting, reading);
            }
            kind::FUNCTION_DECLARATION | kind::GENERATOR_FUNCTION_DECLARATION => {
                let name = field(self.parsed(), node, "name").unwrap_or_default();
                if reading.uncalled.contains(name) && setting.fate == Fate::Live {
                    setting.fate = Fate::Dead(format!("nothing calls {name}"));
                }
                reading
                    .stack
                    .extend(node.child_by_field_name("body").map(|body| (body, setting)));
            }
            kind::SWITCH_STATEMENT
            | kind::SWITCH_BODY
            | kind::ELSE_CLAUSE
            | kind::FINALLY_CLAUSE
            | kind::LABELED_STATEMENT
            | kind::DO_STATEMENT => self.inner(node, &setting, reading),
            kind::THROW_STATEMENT => {
                // What a promise's callback throws may be caught behind it.
                let callback = super::promise::function_around(node);
                reading.can_fail |= callback
                    .and_then(|f| promised_by(self.parsed(), f))
                    .is_none();
                self.simple(node, &setting, reading);
            }
            kind::IMPORT_STATEMENT => reading.imports = true,
            _ => self.simple(node, &setting, reading),
        }
    }

    /// The parts of a compound statement.
    fn inner(&self, node: Node<'p>, setting: &Setting, reading: &mut Reading<'p>) {
        let inner = parts(node).into_iter().rev();
        reading
            .stack
            .extend(inner.map(|part| (part, setting.clone())));
    }

    fn block(&self, node: Node<'p>, mut setting: Setting, reading: &mut Reading<'p>) {
        let mut here = Vec::new();
        let mut bound = Bound::default();
        for statement in parts(node) {
            // A function that is declared behind the end is there before it.
            let is_declared = statement.kind() == kind::FUNCTION_DECLARATION;
            let own = match (is_declared, &setting.fate) {
                (true, Fate::Dead(_)) => Setting {
                    fate: Fate::Live,
                    ..setting.clone()
                },
                _ => setting.clone(),
            };
            here.push((statement, own));
            self.bind(statement, &mut bound, reading);
            let ends = match statement.kind() {
                kind::RETURN_STATEMENT => Some("`return`"),
                kind::THROW_STATEMENT => Some("`throw`"),
                kind::CONTINUE_STATEMENT => Some("`continue`"),
                kind::BREAK_STATEMENT => Some("`break`"),
                kind::EXPRESSION_STATEMENT => {
                    self.skips(statement, &setting, reading).then_some("a skip")
                }
                _ => None,
            };
            let condition = statement.child_by_field_name("condition");
            let outer = condition.is_some_and(|c| self.is_of_outside(c, &reading.own));
            setting.guarded |=
                !reading.is_sure && !outer && flow::returns_within(self.parsed(), statement);
            if let Some(what) = ends
                && setting.fate == Fate::Live
            {
                let line = statement.start_position().row + 1;
                setting.fate =
                    Fate::Dead(format!("{what} on line {line} ends the block before it"));
            }
        }
        reading.stack.extend(here.into_iter().rev());
    }

    /// Puts down what a declaration binds, and what is bound where an assertion stands.
    fn bind(&self, statement: Node<'p>, bound: &mut Bound, reading: &mut Reading<'p>) {
        /// Declarations in a row that are kept in mind.
        const MOST: usize = 8;
        let declared = match statement.kind() {
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => parts(statement),
            kind::EXPRESSION_STATEMENT | kind::RETURN_STATEMENT => {
                if !bound.0.is_empty() {
                    reading.bound.insert(statement.id(), bound.clone());
                }
                let begins = self.parsed().text(statement).trim_start_matches("await ");
                let is_assertion = ["expect", "assert", "t."]
                    .iter()
                    .any(|word| begins.starts_with(word));
                if !is_assertion {
                    bound.0.clear();
                }
                return;
            }
            _ => {
                bound.0.clear();
                return;
            }
        };
        for one in declared {
            let name = one
                .child_by_field_name("name")
                .filter(|name| name.kind() == kind::IDENTIFIER);
            let value = one.child_by_field_name("value").map(unwrap);
            let (Some(name), Some(value)) = (name, value) else {
                continue;
            };
            if bound.0.len() < MOST {
                let calls = Walk::new(value).any(|n| {
                    matches!(
                        n.kind(),
                        kind::CALL_EXPRESSION | kind::NEW_EXPRESSION | kind::AWAIT_EXPRESSION
                    )
                });
                let name = self.parsed().text(name).to_owned();
                bound.0.insert(name, (flat(self.parsed(), value), calls));
            }
        }
    }

    fn branch(&self, node: Node<'p>, setting: &Setting, reading: &mut Reading<'p>) {
        let parsed = self.parsed();
        let condition = node.child_by_field_name("condition");
        let known = condition.and_then(|c| truth(parsed, c));
        let text = condition
            .map(|c| flat(parsed, unwrap(c)))
            .unwrap_or_default();
        let outer = condition.is_some_and(|c| self.is_of_outside(c, &reading.own));
        let depends = known.is_none() && !of_the_machine(&text) && !outer && !reading.is_sure;
        let mut inner = Setting {
            conditional: setting.conditional || known.is_none(),
            guarded: setting.guarded || depends,
            decider: match (decider(&text), outer) {
                (Decider::Nobody, true) => Decider::Machine,
                (known, _) => known,
            },
            condition: Some(text),
            ..setting.clone()
        };
        let mut other = inner.clone();
        if known == Some(false) && inner.fate == Fate::Live {
            inner.fate = Fate::Dead("its condition is never true".to_owned());
        }
        if known == Some(true) && other.fate == Fate::Live {
            other.fate = Fate::Dead("the condition before it is always true".to_owned());
        }
        let alternative = node.child_by_field_name("alternative");
        reading.stack.extend(alternative.map(|part| (part, other)));
        let consequence = node.child_by_field_name("consequence");
        reading.stack.extend(consequence.map(|part| (part, inner)));
        reading
            .stack
            .extend(condition.map(|part| (part, setting.clone())));
    }

    fn attempt(&self, node: Node<'p>, setting: &Setting, reading: &mut Reading<'p>) {
        let parsed = self.parsed();
        let handler = node.child_by_field_name("handler");
        let last = node.child_by_field_name("finalizer");
        let swallowed = handler
            .and_then(|handler| flow::swallows(parsed, handler))
            .or_else(|| {
                // A `return` there throws away whatever was thrown.
                let returns = Walk::new(last?).any(|n| n.kind() == kind::RETURN_STATEMENT);
                returns.then(|| Fate::Swallowed("`return` in `finally`".to_owned()))
            });
        reading
            .stack
            .extend(last.map(|part| (part, setting.clone())));
        let body = node.child_by_field_name("body");
        let ends_in_failure = body.is_some_and(|body| self.fails_at_last(body));
        if let Some(block) = handler.and_then(|handler| handler.child_by_field_name("body")) {
            let inner = Setting {
                conditional: true,
                marker: true,
                guarded: setting.guarded || !(ends_in_failure || reading.is_sure),
                caught: Some("`catch`".to_owned()),
                ..setting.clone()
            };
            reading.stack.push((block, inner));
        }
        if let Some(body) = body {
            let mut inner = setting.clone();
            if let (Some(how), Fate::Live) = (swallowed, &inner.fate) {
                inner.fate = how;
            }
            reading.stack.push((body, inner));
        }
    }

    /// Whether a block ends in what fails: where nothing is thrown before, the test fails.
    fn fails_at_last(&self, block: Node<'p>) -> bool {
        parts(block).into_iter().rev().take(3).any(|statement| {
            if statement.kind() == kind::THROW_STATEMENT {
                return true;
            }
            let inner = parts(statement).first().copied();
            let inner = inner.map(|n| match n.kind() {
                kind::AWAIT_EXPRESSION => parts(n).first().copied().unwrap_or(n),
                _ => n,
            });
            let call = inner.filter(|n| n.kind() == kind::CALL_EXPRESSION);
            call.is_some_and(|call| {
                let chain = Chain::of(self.parsed(), call);
                let name = chain.called(self.parsed());
                let found = self.reader.chain(&chain, &plain());
                found.iter().any(|a| a.form == Form::Fail) || flow::is_failure(name)
            })
        })
    }

    /// A statement or expression without blocks of its own.
    fn simple(&self, top: Node<'p>, setting: &Setting, reading: &mut Reading<'p>) {
        let parsed = self.parsed();
        self.reader
            .bound
            .replace(reading.bound.remove(&top.id()).unwrap_or_default());
        if top.kind() == kind::RETURN_STATEMENT
            && setting.fate == Fate::Live
            && !setting.conditional
            && reading.assertions.is_empty()
        {
            reading.returns_first = true;
        }
        let mut walk = Walk::new(top);
        while let Some(node) = walk.next() {
            if is_function(node) || node.kind() == kind::METHOD_DEFINITION {
                let body = node.child_by_field_name("body");
                let own = self.within(node, setting, reading);
                reading.stack.extend(body.map(|body| (body, own)));
                walk.skip_children();
                continue;
            }
            if !matches!(node.kind(), kind::CALL_EXPRESSION | kind::MEMBER_EXPRESSION)
                || !is_end(node)
            {
                continue;
            }
            let chain = Chain::of(parsed, node);
            let own = self.chosen(node, top, setting, reading);
            let found = self.reader.chain(&chain, &own);
            let called = chain.called(parsed);
            reading.can_fail |= flow::throws_where_missing(called) || flow::is_failure(called);
            reading.imports |=
                matches!(parsed.text(chain.root), "import" | "require") && chain.given.is_some();
            if found.is_empty() && is_statement(node) {
                let invoked = self.invocation(&chain, called, &own);
                reading
                    .invocations
                    .extend(invoked.map(|it| (node.start_byte(), it)));
            }
            let at = node.start_byte();
            reading
                .assertions
                .extend(found.into_iter().map(|it| (at, it)));
        }
    }
}

/// Whether a node is all of a statement, perhaps awaited.
fn is_statement(node: Node<'_>) -> bool {
    node.parent().is_some_and(|around| match around.kind() {
        kind::AWAIT_EXPRESSION => around
            .parent()
            .is_some_and(|it| it.kind() == kind::EXPRESSION_STATEMENT),
        kind::EXPRESSION_STATEMENT => true,
        _ => false,
    })
}
