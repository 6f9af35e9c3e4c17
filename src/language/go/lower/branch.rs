//! Go statements that choose a way: branches, loops, switches.

use crate::language::go::kind;
use crate::language::ir::{Const, Expr, ExprId, Op, Pattern, Repeat, Stmt};
use crate::language::lower::{Lower, field, named};
use crate::syntax::{Node, walk};

/// Names of what counts: the place of an element, not the element.
const COUNTERS: [&str; 8] = ["i", "j", "k", "n", "idx", "index", "pos", "_"];

impl Lower<'_> {
    /// Whether a `break` ends a switch, and no loop.
    pub(super) fn leaves_switch(&self, node: Node<'_>) -> bool {
        walk::parents(node, self.parsed.root())
            .find_map(|above| match above.kind() {
                kind::FOR_STATEMENT | kind::FUNC_LITERAL => Some(false),
                kind::EXPRESSION_SWITCH_STATEMENT
                | kind::TYPE_SWITCH_STATEMENT
                | kind::SELECT_STATEMENT => Some(true),
                _ => None,
            })
            .unwrap_or_default()
    }

    fn go_branch(&mut self, node: Node<'_>, before: Vec<Stmt>) -> ExprId {
        let span = self.span(node);
        let mut body = before;
        self.go_block(node, &mut body);
        self.add(Expr::Block(body, None), span)
    }

    pub(super) fn go_if(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        let mut arms = Vec::new();
        let mut last = None;
        let mut next = Some(node);
        while let Some(branch) = next.take() {
            if let Some(first) = field(branch, "initializer") {
                self.go_stmt(first, out);
            }
            let test = match field(branch, "condition") {
                Some(test) => self.go_condition(test),
                None => self.missing(branch),
            };
            let body = match field(branch, "consequence") {
                Some(body) => self.go_branch(body, Vec::new()),
                None => self.missing(branch),
            };
            arms.push((test, body));
            match field(branch, "alternative") {
                Some(other) if other.kind() == kind::IF_STATEMENT => {
                    // What it sets first is seen by the tests before it too, which come to no harm.
                    next = Some(other);
                }
                Some(other) => last = Some(self.go_branch(other, Vec::new())),
                None => {}
            }
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }

    pub(super) fn go_for(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let Some(block) = field(node, "body") else {
            return;
        };
        let mut body = Vec::new();
        let header = named(node).into_iter().find(|child| *child != block);
        let repeat = match header {
            Some(range) if range.kind() == kind::RANGE_CLAUSE => {
                self.go_range(range, block, out);
                return;
            }
            Some(clause) if clause.kind() == kind::FOR_CLAUSE => {
                if let Some(first) = field(clause, "initializer") {
                    self.go_stmt(first, out);
                }
                let test = field(clause, "condition").map(|test| self.go_condition(test));
                self.go_block(block, &mut body);
                if let Some(step) = field(clause, "update") {
                    self.go_stmt(step, &mut body);
                }
                Repeat::While(test)
            }
            Some(test) => {
                let test = self.go_condition(test);
                self.go_block(block, &mut body);
                Repeat::While(Some(test))
            }
            None => {
                self.go_block(block, &mut body);
                Repeat::While(None)
            }
        };
        out.push(Stmt::Loop(repeat, body, Vec::new()));
    }

    /// `for i, x := range xs`: the first name is of a place or a key, the second of the element.
    fn go_range(&mut self, range: Node<'_>, block: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(range);
        let iter = self.go_field(range, "right");
        let names = match field(range, "left") {
            Some(list) if list.kind() == kind::EXPRESSION_LIST => named(list),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        let mut body = Vec::new();
        let counts = |this: &Self, name: Node<'_>| COUNTERS.contains(&this.text(name));
        let item = match names.as_slice() {
            [key, value] => {
                let place = self.go_target(*key);
                let expr = if counts(self, *key) {
                    Expr::Const(Const::Other("0".into()))
                } else {
                    Expr::Unknown(vec![iter])
                };
                let key = self.add(expr, span);
                body.push(Stmt::Assign(place, key));
                self.go_target(*value)
            }
            [one] if !counts(self, *one) => self.go_target(*one),
            _ => Pattern::Wild,
        };
        self.go_block(block, &mut body);
        out.push(Stmt::Loop(Repeat::For(item, iter), body, Vec::new()));
    }

    /// The statements of a case: all that are no part of its head.
    fn go_case(&mut self, case: Node<'_>, before: Vec<Stmt>) -> ExprId {
        let span = self.span(case);
        let mut body = before;
        for child in named(case) {
            if child.kind() == kind::STATEMENT_LIST {
                self.go_block(child, &mut body);
            }
        }
        self.add(Expr::Block(body, None), span)
    }

    pub(super) fn go_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        if let Some(first) = field(node, "initializer") {
            self.go_stmt(first, out);
        }
        let subject = match field(node, "value") {
            Some(value) => {
                let id = self.go_expr(value);
                if matches!(self.unit.expr(id), Expr::Name(_)) {
                    Some(id)
                } else {
                    let name = self.names.intern(&format!("switch@{}", node.start_byte()));
                    let at = self.span(value);
                    out.push(Stmt::Assign(Pattern::Bind(name, at), id));
                    Some(self.add(Expr::Name(name), at))
                }
            }
            None => None,
        };
        let (mut arms, mut last) = (Vec::new(), None);
        for case in named(node) {
            match case.kind() {
                kind::EXPRESSION_CASE => {
                    let list = field(case, "value").map(named).unwrap_or_default();
                    let test = self.go_test(subject, &list, case);
                    let body = self.go_case(case, Vec::new());
                    arms.push((test, body));
                }
                kind::DEFAULT_CASE => last = Some(self.go_case(case, Vec::new())),
                _ => {}
            }
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }

    /// What a case asks: that the subject is one of these, or that one of these holds.
    fn go_test(&mut self, subject: Option<ExprId>, list: &[Node<'_>], case: Node<'_>) -> ExprId {
        let span = self.span(case);
        let mut tests: Vec<ExprId> = list
            .iter()
            .map(|one| match subject {
                Some(_) => self.go_expr(*one),
                None => self.go_condition(*one),
            })
            .collect();
        let only = if tests.len() == 1 { tests.pop() } else { None };
        let expr = match (subject, only) {
            (Some(subject), Some(only)) => Expr::Binary(Op::Eq, subject, only),
            (Some(subject), None) => {
                let all = self.add(Expr::Seq(tests), span);
                Expr::Binary(Op::In, subject, all)
            }
            (None, Some(only)) => return only,
            (None, None) => Expr::Unknown(tests),
        };
        self.add(expr, span)
    }

    pub(super) fn go_type_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        if let Some(first) = field(node, "initializer") {
            self.go_stmt(first, out);
        }
        let value = self.go_field(node, "value");
        let alias = field(node, "alias").and_then(|list| named(list).into_iter().next());
        let (mut arms, mut last) = (Vec::new(), None);
        for case in named(node) {
            if !matches!(case.kind(), kind::TYPE_CASE | kind::DEFAULT_CASE) {
                continue;
            }
            let mut before = Vec::new();
            if let Some(alias) = alias {
                let types: Vec<Node<'_>> = case.children_by_field_name("type").collect();
                let ty = match types.as_slice() {
                    [one] => self.go_type(*one),
                    _ => None,
                };
                let typed = match ty {
                    Some(ty) => self.add(Expr::Typed(value, ty), span),
                    None => value,
                };
                let target = self.go_target(alias);
                before.push(Stmt::Assign(target, typed));
            }
            let body = self.go_case(case, before);
            if case.kind() == kind::DEFAULT_CASE {
                last = Some(body);
            } else {
                let test = self.add(Expr::Unknown(Vec::new()), span);
                arms.push((test, body));
            }
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }

    pub(super) fn go_select(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        let (mut arms, mut last) = (Vec::new(), None);
        for case in named(node) {
            let mut before = Vec::new();
            if let Some(what) = field(case, "communication") {
                match (field(what, "left"), field(what, "right")) {
                    (Some(left), Some(right)) => self.go_assign(left, right, &mut before),
                    (None, Some(right)) => {
                        let id = self.go_expr(right);
                        before.push(Stmt::Expr(id));
                    }
                    _ => self.go_stmt(what, &mut before),
                }
            }
            let body = self.go_case(case, before);
            if case.kind() == kind::DEFAULT_CASE {
                last = Some(body);
            } else if case.kind() == kind::COMMUNICATION_CASE {
                let test = self.add(Expr::Unknown(Vec::new()), span);
                arms.push((test, body));
            }
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }
}
