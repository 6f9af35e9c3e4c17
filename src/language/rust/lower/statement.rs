//! Rust blocks and statements.

use crate::language::ir::{Const, Expr, ExprId, Pattern, Repeat, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::language::rust::kind;
use crate::syntax::Node;

impl Lower<'_> {
    /// Statements of a block, and its tail.
    pub(super) fn rs_block(&mut self, node: Node<'_>) -> (Vec<Stmt>, Option<ExprId>) {
        let mut body = Vec::new();
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return (body, None);
        }
        if node.kind() != kind::BLOCK {
            return (body, Some(self.rs_expr(node)));
        }
        self.depth += 1;
        let mut tail = None;
        let children = attributed(node);
        let count = children.len();
        for (at, (attributes, child)) in children.into_iter().enumerate() {
            let last = at + 1 == count;
            match child.kind() {
                kind::LET_DECLARATION => self.rs_let(child, &mut body),
                kind::EXPRESSION_STATEMENT => {
                    if let Some(inner) = named(child).first() {
                        if last && !self.text(child).ends_with(';') {
                            tail = Some(self.rs_expr(*inner));
                        } else {
                            self.rs_stmt(*inner, &mut body);
                        }
                    }
                }
                kind::EMPTY_STATEMENT | kind::LABEL => {}
                kind::MACRO_INVOCATION if last => tail = Some(self.rs_expr(child)),
                kind::MACRO_INVOCATION => self.rs_stmt(child, &mut body),
                _ if self.rs_item(child, &attributes, &mut body, None, false) => {}
                _ if last => tail = Some(self.rs_expr(child)),
                _ => self.rs_stmt(child, &mut body),
            }
        }
        self.depth -= 1;
        (body, tail)
    }

    pub(super) fn rs_let(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(pattern), Some(value)) = (field(node, "pattern"), field(node, "value")) else {
            return;
        };
        let span = self.span(value);
        let mut value = self.rs_expr(value);
        if let Some(ty) = field(node, "type")
            && let Some(ty) = self.rs_type(self.text(ty), span)
        {
            value = self.add(Expr::Typed(value, ty), span);
        }
        let target = self.rs_pattern(pattern);
        match field(node, "alternative") {
            Some(alternative) => {
                let (body, tail) = self.rs_block(alternative);
                let other = self.add(Expr::Block(body, tail), span);
                let test = self.add(Expr::Bind(Box::new(target), value), span);
                let nothing = self.add(Expr::Const(Const::None), span);
                let whole = self.add(Expr::Branches(vec![(test, nothing)], Some(other)), span);
                out.push(Stmt::Expr(whole));
            }
            None => out.push(Stmt::Assign(target, value)),
        }
    }

    pub(super) fn rs_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            kind::ASSIGNMENT_EXPRESSION => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    let value = self.rs_expr(right);
                    let target = self.rs_place(left);
                    out.push(Stmt::Assign(target, value));
                }
            }
            kind::COMPOUND_ASSIGNMENT_EXPR => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    let op = field(node, "operator").map_or("", |op| self.text(op));
                    let op = operator(op.trim_end_matches('='));
                    let old = self.rs_expr(left);
                    let value = self.rs_expr(right);
                    let target = self.rs_place(left);
                    out.push(Stmt::Augment(target, old, op, value));
                }
            }
            kind::RETURN_EXPRESSION => {
                let value = named(node).first().map(|value| self.rs_expr(*value));
                out.push(Stmt::Return(value));
            }
            kind::BREAK_EXPRESSION => {
                for part in named(node)
                    .into_iter()
                    .filter(|part| part.kind() != kind::LABEL)
                {
                    let id = self.rs_expr(part);
                    out.push(Stmt::Expr(id));
                }
                out.push(Stmt::Break);
            }
            kind::CONTINUE_EXPRESSION => out.push(Stmt::Continue),
            kind::FOR_EXPRESSION => {
                let iter = self.rs_field(node, "value");
                let target = field(node, "pattern").map_or(Pattern::Wild, |p| self.rs_pattern(p));
                let body = self.rs_body(node);
                out.push(Stmt::Loop(Repeat::For(target, iter), body, Vec::new()));
            }
            kind::WHILE_EXPRESSION => {
                let test = self.rs_field(node, "condition");
                let body = self.rs_body(node);
                out.push(Stmt::Loop(Repeat::While(Some(test)), body, Vec::new()));
            }
            kind::LOOP_EXPRESSION => {
                let body = self.rs_body(node);
                out.push(Stmt::Loop(Repeat::While(None), body, Vec::new()));
            }
            _ => {
                let id = self.rs_expr(node);
                out.push(Stmt::Expr(id));
            }
        }
    }

    fn rs_body(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let Some(body) = field(node, "body") else {
            return Vec::new();
        };
        let (mut body, tail) = self.rs_block(body);
        body.extend(tail.map(Stmt::Expr));
        body
    }

    fn rs_place(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            kind::IDENTIFIER => Pattern::Bind(self.sym(node), self.span(node)),
            kind::UNARY_EXPRESSION | kind::PARENTHESIZED_EXPRESSION => match named(node).first() {
                Some(inner) if inner.kind() == kind::IDENTIFIER => {
                    Pattern::Bind(self.sym(*inner), self.span(*inner))
                }
                Some(inner) => Pattern::Place(self.rs_expr(*inner)),
                None => Pattern::Wild,
            },
            kind::TUPLE_EXPRESSION => {
                let parts = named(node);
                if self.depth >= DEPTH {
                    return Pattern::Wild;
                }
                self.depth += 1;
                let parts = parts.into_iter().map(|n| self.rs_place(n)).collect();
                self.depth -= 1;
                Pattern::Seq(parts)
            }
            _ => Pattern::Place(self.rs_expr(node)),
        }
    }
}

/// Named children, each with the attributes before it.
pub(super) fn attributed(node: Node<'_>) -> Vec<(Vec<Node<'_>>, Node<'_>)> {
    let mut all = Vec::new();
    let mut attributes = Vec::new();
    for child in named(node) {
        if child.kind() == kind::ATTRIBUTE_ITEM {
            attributes.push(child);
        } else {
            all.push((std::mem::take(&mut attributes), child));
        }
    }
    all
}
