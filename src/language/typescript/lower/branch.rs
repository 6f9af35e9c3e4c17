//! Statements that choose a way: branches, loops, switches, handlers.

use crate::language::ir::{Expr, ExprId, Op, Pattern, Repeat, Stmt};
use crate::language::lower::{Lower, field, named};
use crate::language::typescript::kind;
use crate::syntax::{Node, walk};

impl Lower<'_> {
    /// Whether a `break` ends a switch, and no loop.
    pub(super) fn ts_leaves_switch(&self, node: Node<'_>) -> bool {
        walk::parents(node, self.parsed.root())
            .find_map(|above| match above.kind() {
                kind::FOR_STATEMENT
                | kind::FOR_IN_STATEMENT
                | kind::WHILE_STATEMENT
                | kind::DO_STATEMENT => Some(false),
                kind::SWITCH_STATEMENT => Some(true),
                _ => None,
            })
            .unwrap_or_default()
    }

    pub(super) fn ts_if(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        let (mut arms, mut last) = (Vec::new(), None);
        let mut next = Some(node);
        while let Some(branch) = next.take() {
            let test = match field(branch, "condition") {
                Some(test) => self.ts_expr(test),
                None => self.missing(branch),
            };
            let body = self.ts_field_block(branch, "consequence");
            arms.push((test, self.ts_body(body, branch)));
            let other =
                field(branch, "alternative").and_then(|other| named(other).first().copied());
            match other {
                Some(other) if other.kind() == kind::IF_STATEMENT => next = Some(other),
                Some(other) => {
                    let mut body = Vec::new();
                    self.ts_block(other, &mut body);
                    last = Some(self.ts_body(body, other));
                }
                None => {}
            }
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }

    pub(super) fn ts_for(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        if let Some(first) = field(node, "initializer") {
            self.ts_stmt(first, out);
        }
        let condition = field(node, "condition")
            .filter(|test| test.is_named() && !matches!(test.kind(), kind::EMPTY_STATEMENT));
        let test = condition.map(|test| self.ts_expr(test));
        let mut body = self.ts_field_block(node, "body");
        if let Some(step) = field(node, "increment") {
            self.ts_simple(step, &mut body);
        }
        out.push(Stmt::Loop(Repeat::While(test), body, Vec::new()));
    }

    /// `for (const x of xs)`; of `in`, the keys.
    pub(super) fn ts_for_in(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return;
        };
        let over_keys = field(node, "operator").is_some_and(|op| self.text(op) == "in");
        let iter = self.ts_expr(right);
        let span = self.span(left);
        let iter = match over_keys {
            true => {
                let keys = self.names.intern("Object");
                let keys = self.add(Expr::Name(keys), span);
                let name = self.names.intern("keys");
                let keys = self.add(Expr::Attr(keys, name), span);
                self.ts_call_with(keys, iter, span)
            }
            false => iter,
        };
        let mut body = Vec::new();
        let item = match left.kind() {
            kind::OBJECT_PATTERN | kind::ARRAY_PATTERN => {
                let name = self.ts_fresh("item", left);
                let value = self.add(Expr::Name(name), span);
                self.ts_bind(left, value, &mut body);
                Pattern::Bind(name, span)
            }
            _ => self.ts_target(left),
        };
        body.extend(self.ts_field_block(node, "body"));
        out.push(Stmt::Loop(Repeat::For(item, iter), body, Vec::new()));
    }

    pub(super) fn ts_while(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let test = field(node, "condition").map(|test| self.ts_expr(test));
        let mut body = self.ts_field_block(node, "body");
        let repeat = match test {
            // Once at least: it is left behind the body.
            Some(test) if node.kind() == kind::DO_STATEMENT => {
                let span = self.span(node);
                let over = self.add(Expr::Not(test), span);
                let leave = self.ts_body(vec![Stmt::Break], node);
                let leave = self.add(Expr::Branches(vec![(over, leave)], None), span);
                body.push(Stmt::Expr(leave));
                Repeat::While(None)
            }
            test => Repeat::While(test),
        };
        out.push(Stmt::Loop(repeat, body, Vec::new()));
    }

    pub(super) fn ts_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let span = self.span(node);
        let Some(value) = field(node, "value") else {
            return;
        };
        let at = self.span(value);
        let given = self.ts_expr(value);
        let on_truth = matches!(
            self.unit.expr(given),
            Expr::Const(crate::language::ir::Const::Bool(true))
        );
        let subject = match self.unit.expr(given) {
            Expr::Name(_) => given,
            _ => {
                let name = self.ts_fresh("switch", node);
                out.push(Stmt::Assign(Pattern::Bind(name, at), given));
                self.add(Expr::Name(name), at)
            }
        };
        let (mut arms, mut last) = (Vec::new(), None);
        // Labels that fall through to the next one share its body.
        let mut waiting: Vec<ExprId> = Vec::new();
        for case in field(node, "body").map(named).unwrap_or_default() {
            let label = field(case, "value").map(|value| self.ts_expr(value));
            waiting.extend(label);
            let statements: Vec<Node<'_>> = case.children_by_field_name("body").collect();
            if statements.is_empty() && label.is_some() {
                continue;
            }
            let mut body = Vec::new();
            self.ts_statements(&statements, &mut body);
            let body = self.ts_body(body, case);
            let labels = std::mem::take(&mut waiting);
            if label.is_none() {
                last = Some(body);
                continue;
            }
            let test = match (labels.as_slice(), on_truth) {
                ([only], true) => *only,
                ([only], false) => self.add(Expr::Binary(Op::Eq, subject, *only), span),
                _ => {
                    let all = self.add(Expr::Seq(labels), span);
                    self.add(Expr::Binary(Op::In, subject, all), span)
                }
            };
            arms.push((test, body));
        }
        if !waiting.is_empty() {
            let all = self.add(Expr::Seq(waiting), span);
            let test = self.add(Expr::Binary(Op::In, subject, all), span);
            let nothing = self.ts_body(Vec::new(), node);
            arms.push((test, nothing));
        }
        let whole = self.add(Expr::Branches(arms, last), span);
        out.push(Stmt::Expr(whole));
    }

    pub(super) fn ts_try(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let body = self.ts_field_block(node, "body");
        let mut handlers = Vec::new();
        if let Some(clause) = field(node, "handler") {
            let bound = field(clause, "parameter").filter(|one| one.kind() == kind::IDENTIFIER);
            let bound = bound.map(|bound| self.sym(bound));
            handlers.push((bound, self.ts_field_block(clause, "body")));
        }
        let last = field(node, "finalizer");
        let last = last.map_or_else(Vec::new, |clause| self.ts_field_block(clause, "body"));
        out.push(Stmt::Try(body, handlers, Vec::new(), last));
    }
}
