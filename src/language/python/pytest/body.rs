//! What a Python function does, statement by statement: assertions with what becomes of their
//! failure, calls, literals, doubles.
//!
//! Does not catch: failures swallowed by a context manager or decorator of the test's own.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget;
use crate::language::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};
use crate::text::{is_in_word, stands_in};

use super::assert::{Reader, arguments, keyword, leaf};
use super::calls::expectation;
use super::flow::{imports_tools, returns_within, uncalled, yields};
use super::fold::truth;
use super::signs;
use super::tables::is_empty;
use crate::language::test_model::reading::{Bound, Setting, of_the_machine};
use crate::language::test_model::{Body, Decider, Emptiness, Fate, Flaw, Form, Mark, Sign};

/// Reads bodies of one file.
pub(super) struct Bodies<'p> {
    pub reader: Reader<'p>,
    /// What the manifests say in small letters, with `-` for `_`; none where there is none.
    pub manifests: &'p Option<String>,
}

/// What became of one function.
pub(super) struct Read {
    pub body: Body,
    /// `pytest.skip()` and `self.skipTest()` inside.
    pub marks: Vec<Mark>,
    /// Whether it returns before its first assertion.
    pub returns_first: bool,
    /// Whether it yields.
    pub yields: bool,
    /// What stands bound right before an assertion, by the assertion's node.
    pub bound: BTreeMap<usize, Bound>,
    /// Functions inside that nothing names.
    uncalled: BTreeSet<String>,
}

impl Bodies<'_> {
    pub(super) fn parsed(&self) -> &Parsed {
        self.reader.parsed
    }

    /// Reads a function; `whole` holds its decorators too.
    pub(super) fn read(&self, whole: Node<'_>, block: Node<'_>) -> Read {
        let mut read = Read {
            body: Body {
                emptiness: self.emptiness(block),
                ..Body::default()
            },
            marks: Vec::new(),
            returns_first: false,
            yields: false,
            bound: BTreeMap::new(),
            uncalled: uncalled(self.parsed(), block),
        };
        self.statements(block, &mut read);
        read.yields = yields(block);
        self.facts(whole, block, &mut read.body);
        signs::of_function(self.parsed(), block, &mut read.body);
        read
    }

    fn emptiness(&self, block: Node<'_>) -> Emptiness {
        let mut least = Emptiness::Empty;
        for statement in parts(block) {
            let inner = parts(statement);
            let constant = |node: &Node<'_>| {
                node.is_string()
                    || matches!(
                        node.kind(),
                        "ellipsis" | "true" | "false" | "none" | "integer"
                    )
            };
            match statement.kind() {
                "pass_statement" => {}
                "return_statement" if inner.iter().all(constant) => {}
                "expression_statement" if inner.iter().all(constant) => {}
                "expression_statement"
                    if inner.first().is_some_and(|node| {
                        node.kind() == "call"
                            && field(self.parsed(), *node, "function") == Some("print")
                    }) =>
                {
                    least = Emptiness::Prints;
                }
                _ => return Emptiness::Code,
            }
        }
        least
    }

    /// All statements, with an explicit stack: nesting is the author's choice.
    fn statements(&self, block: Node<'_>, read: &mut Read) {
        let live = Setting {
            fate: Fate::Live,
            conditional: false,
            marker: false,
            guarded: false,
            condition: None,
            decider: Decider::Nobody,
            caught: None,
        };
        let mut stack = vec![(block, live)];
        while let Some((node, setting)) = stack.pop() {
            match node.kind() {
                "block" | "module" => self.block(node, setting, &mut stack, read),
                "if_statement" | "elif_clause" => self.branch(node, &setting, &mut stack, read),
                "try_statement" => self.attempt(node, &setting, &mut stack),
                "with_statement" => self.with(node, &setting, &mut stack, read),
                "for_statement" => {
                    let over = node.child_by_field_name("right");
                    let never = over
                        .is_some_and(|over| is_empty(self.parsed(), over, &self.reader.nothing));
                    let mut setting = setting;
                    if never {
                        setting.fate = Fate::Dead("the loop goes over nothing".into());
                    }
                    self.inner_blocks(node, &setting, &mut stack, read);
                }
                "while_statement" => {
                    let mut setting = setting;
                    let condition = node.child_by_field_name("condition");
                    if condition.and_then(|c| truth(self.parsed(), c, self.reader.defined))
                        == Some(false)
                    {
                        setting.fate = Fate::Dead("the loop's condition is never true".into());
                    }
                    self.inner_blocks(node, &setting, &mut stack, read);
                }
                "else_clause"
                | "finally_clause"
                | "match_statement"
                | "class_definition"
                | "decorated_definition" => {
                    self.inner_blocks(node, &setting, &mut stack, read);
                }
                "case_clause" => {
                    let mut setting = setting;
                    setting.conditional = true;
                    setting.guarded = true;
                    let guard = parts(node)
                        .into_iter()
                        .find(|part| part.kind() == "if_clause");
                    let guard = guard.and_then(|guard| parts(guard).first().copied());
                    let known = guard.and_then(|c| truth(self.parsed(), c, self.reader.defined));
                    if known == Some(false) && setting.fate == Fate::Live {
                        setting.fate = Fate::Dead("its condition is never true".into());
                    }
                    self.inner_blocks(node, &setting, &mut stack, read);
                }
                "function_definition" => {
                    let mut setting = setting;
                    let name = field(self.parsed(), node, "name").unwrap_or_default();
                    if read.uncalled.contains(name) && setting.fate == Fate::Live {
                        setting.fate = Fate::Dead(format!("nothing calls {name}"));
                    }
                    self.inner_blocks(node, &setting, &mut stack, read);
                }
                _ => self.simple(node, &setting, read),
            }
        }
    }

    /// Blocks of a compound statement; what is no block is looked through as an expression.
    fn inner_blocks<'t>(
        &self,
        node: Node<'t>,
        setting: &Setting,
        stack: &mut Vec<(Node<'t>, Setting)>,
        read: &mut Read,
    ) {
        for part in parts(node).into_iter().rev() {
            match part.kind() {
                "block"
                | "else_clause"
                | "finally_clause"
                | "case_clause"
                | "function_definition"
                | "class_definition" => {
                    stack.push((part, setting.clone()));
                }
                _ => self.simple(part, setting, read),
            }
        }
    }

    fn block<'t>(
        &self,
        node: Node<'t>,
        mut setting: Setting,
        stack: &mut Vec<(Node<'t>, Setting)>,
        read: &mut Read,
    ) {
        let mut here = Vec::new();
        let mut bound = Bound::default();
        for statement in parts(node) {
            here.push((statement, setting.clone()));
            self.bind(statement, &mut bound, read);
            let ends = match statement.kind() {
                "return_statement" => Some("`return`"),
                "raise_statement" => {
                    self.skips(statement, &setting, read);
                    Some("`raise`")
                }
                "continue_statement" => Some("`continue`"),
                "break_statement" => Some("`break`"),
                "expression_statement" => self.skips(statement, &setting, read).then_some("a skip"),
                _ => None,
            };
            setting.guarded |= returns_within(self.parsed(), statement);
            if let Some(what) = ends
                && setting.fate == Fate::Live
            {
                let line = statement.start_position().row + 1;
                setting.fate =
                    Fate::Dead(format!("{what} on line {line} ends the block before it"));
            }
        }
        stack.extend(here.into_iter().rev());
    }

    fn branch<'t>(
        &self,
        node: Node<'t>,
        setting: &Setting,
        stack: &mut Vec<(Node<'t>, Setting)>,
        read: &mut Read,
    ) {
        let condition = node.child_by_field_name("condition");
        let known = condition.and_then(|c| truth(self.parsed(), c, self.reader.defined));
        if let Some(condition) = condition {
            self.simple(condition, setting, read);
        }
        let asked = condition.map(|c| self.reader.known.condition(self.parsed(), c));
        let mut inner = Setting {
            conditional: setting.conditional || known.is_none(),
            guarded: setting.guarded
                || known.is_none()
                    && !condition.is_some_and(|c| of_the_machine(&flat(self.parsed(), c))),
            condition: asked.as_ref().map(|(text, _)| text.clone()),
            decider: asked.map_or(Decider::Nobody, |(_, decider)| decider),
            ..setting.clone()
        };
        if known == Some(false) && inner.fate == Fate::Live {
            inner.fate = Fate::Dead("its condition is never true".into());
        }
        let mut other = inner.clone();
        other.fate = setting.fate.clone();
        if known == Some(true) && other.fate == Fate::Live {
            other.fate = Fate::Dead("the condition before it is always true".into());
        }
        for part in node.children_by_field_name("alternative") {
            stack.push((part, other.clone()));
        }
        if let Some(block) = node.child_by_field_name("consequence") {
            stack.push((block, inner));
        }
    }

    fn with<'t>(
        &self,
        node: Node<'t>,
        setting: &Setting,
        stack: &mut Vec<(Node<'t>, Setting)>,
        read: &mut Read,
    ) {
        let mut inner = setting.clone();
        let mut raises = false;
        let mut any_error = None;
        for clause in parts(node)
            .into_iter()
            .filter(|p| p.kind() == "with_clause")
        {
            self.simple(clause, setting, read);
            for call in Walk::new(clause).filter(|n| n.kind() == "call") {
                let Some(callee) = call.child_by_field_name("function") else {
                    continue;
                };
                let leaf = leaf(self.parsed(), callee);
                let broad = arguments(call).iter().any(|argument| {
                    matches!(
                        self.parsed().text(*argument),
                        "AssertionError" | "Exception" | "BaseException"
                    )
                });
                if self.reader.droppers.contains(leaf) && inner.fate == Fate::Live {
                    inner.fate = Fate::Swallowed(format!("`{leaf}`"));
                }
                if leaf == "suppress" && broad && inner.fate == Fate::Live {
                    inner.fate = Fate::Swallowed(format!("`{}`", flat(self.parsed(), call)));
                }
                let expects = expectation(leaf).is_some();
                if expects && broad && !self.parsed().text(call).contains("AssertionError") {
                    any_error = Some(format!("`{}`", flat(self.parsed(), call)));
                }
                raises |= expects
                    && (leaf.to_lowercase().contains("raises"))
                    && keyword(self.parsed(), call, "msg").is_none();
            }
        }
        let Some(block) = parts(node).into_iter().find(|p| p.kind() == "block") else {
            return;
        };
        let statements = parts(block);
        // What raises is the test itself.
        let items = Walk::new(node)
            .take_while(|n| n.id() != block.id())
            .filter(|n| n.kind() == "with_item")
            .count();
        if let ([only], true, 1) = (statements.as_slice(), raises, items)
            && only.kind() == "raise_statement"
            && parts(*only).first().is_some_and(|n| n.kind() == "call")
            && let Some(expects) = read.body.assertions.last_mut()
            && expects.form == Form::Raises
        {
            if !is_looked_at(self.parsed(), node) {
                expects.flaw = Some(Flaw::Constant);
            }
            return;
        }
        let last_calls = statements.iter().rev().skip(1).any(|s| {
            s.kind() == "expression_statement" && Walk::new(*s).any(|n| n.kind() == "call")
        });
        let last_asserts = statements
            .last()
            .filter(|last| raises && last_calls && last.kind() == "assert_statement")
            .copied();
        if let Some(last) = last_asserts {
            // The block before the last statement raised, or the test fails either way.
            let mut dead = inner.clone();
            if dead.fate == Fate::Live {
                dead.fate = match any_error {
                    // Its own failure is an exception too, and as welcome as any.
                    Some(how) => Fate::Swallowed(how),
                    None => Fate::Dead(
                        "the statement before it raises what the `with` expects".to_owned(),
                    ),
                };
            }
            stack.push((last, dead));
            stack.extend(
                statements
                    .iter()
                    .take(statements.len() - 1)
                    .rev()
                    .map(|s| (*s, inner.clone())),
            );
        } else {
            let bare_ok = raises;
            if bare_ok {
                inner.marker = true;
            }
            stack.push((block, inner));
        }
    }

    /// A statement or expression without blocks of its own.
    fn simple(&self, node: Node<'_>, setting: &Setting, read: &mut Read) {
        self.reader
            .bound
            .replace(read.bound.remove(&node.id()).unwrap_or_default());
        if node.kind() == "assert_statement" {
            read.body
                .assertions
                .extend(self.reader.statement(node, setting));
        }
        if node.kind() == "return_statement"
            && matches!(setting.fate, Fate::Live)
            && !setting.conditional
            && read.body.assertions.is_empty()
        {
            read.returns_first = true;
        }
        if node.kind() == "expression_statement"
            && let Some(inner) = parts(node).first()
        {
            self.bare(*inner, setting, &mut read.body.assertions);
            let call = if inner.kind() == "await" {
                parts(*inner).first().copied()
            } else {
                Some(*inner)
            };
            read.body
                .invocations
                .extend(call.and_then(|call| self.invocation(call, setting)));
        }
        for node in Walk::new(node) {
            match node.kind() {
                "call" => {
                    if let Some(assertion) = self.reader.call(node, setting) {
                        read.body.assertions.push(assertion);
                    }
                    if setting.fate == Fate::Live {
                        read.marks.extend(self.import_or_skip(node));
                    }
                }
                "raise_statement" => read.body.can_fail = true,
                "import_statement" | "import_from_statement" => {
                    read.body.imports |= !imports_tools(self.parsed(), node);
                }
                _ => {}
            }
        }
    }

    /// Signs and skips at module level.
    pub(super) fn module_signs(&self, statement: Node<'_>, signs: &mut Vec<Sign>) {
        signs::of_module(self.parsed(), statement, signs);
    }
}

/// Whether what a `with` binds (`as raised`) is named again in the block that it stands in.
fn is_looked_at(parsed: &Parsed, with: Node<'_>) -> bool {
    let targets = Walk::new(with).filter(|node| node.kind() == "as_pattern_target");
    let Some(block) = with.parent() else {
        return false;
    };
    let after = parsed.slice(&(with.end_byte()..block.end_byte()));
    targets.into_iter().any(|target| {
        budget::charge_text(after.len())
            && stands_in(after, parsed.text(target), is_in_word).is_some()
    })
}
