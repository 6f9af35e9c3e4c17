//! Python statements and definitions.

mod definition;
mod literal;

use crate::language::ir::{Arm, Expr, ExprId, Pattern, Repeat, Span, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn python_module(&mut self) {
        let root = self.parsed.root();
        self.open("<module>", Span::default());
        let body = self.py_block(root);
        if let Some(module) = self.unit.functions.first_mut() {
            module.body = body;
        }
    }

    fn py_block(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return body;
        }
        self.depth += 1;
        for child in named(node) {
            self.py_stmt(child, &mut body);
        }
        self.depth -= 1;
        body
    }

    pub(super) fn py_field_block(&mut self, node: Node<'_>, name: &str) -> Vec<Stmt> {
        field(node, name).map_or_else(Vec::new, |block| self.py_block(block))
    }

    fn block_expr(&mut self, body: Vec<Stmt>, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        self.add(Expr::Block(body, None), span)
    }

    pub(super) fn py_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "expression_statement" => {
                for child in named(node) {
                    self.py_simple(child, out);
                }
            }
            "return_statement" => {
                let value = named(node).first().map(|value| self.py_expr(*value));
                out.push(Stmt::Return(value));
            }
            "if_statement" => {
                let expr = self.py_if(node);
                out.push(Stmt::Expr(expr));
            }
            "for_statement" => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                let iter = self.py_expr(right);
                let target = self.py_target(left);
                let body = self.py_field_block(node, "body");
                let orelse = self.py_else(node);
                out.push(Stmt::Loop(Repeat::For(target, iter), body, orelse));
            }
            "while_statement" => {
                let test = field(node, "condition").map(|test| self.py_expr(test));
                let body = self.py_field_block(node, "body");
                let orelse = self.py_else(node);
                out.push(Stmt::Loop(Repeat::While(test), body, orelse));
            }
            "try_statement" => self.py_try(node, out),
            "with_statement" => self.py_with(node, out),
            "match_statement" => {
                let expr = self.py_match(node);
                out.push(Stmt::Expr(expr));
            }
            "function_definition" => {
                let id = self.py_function(node, Vec::new(), None);
                out.push(Stmt::Def(id));
            }
            "class_definition" => self.py_class(node, out),
            "decorated_definition" => self.py_decorated(node, out, None),
            "import_statement" | "import_from_statement" => self.py_import(node, out),
            "raise_statement" => {
                let parts = named(node).iter().map(|part| self.py_expr(*part)).collect();
                out.push(Stmt::Raise(parts));
            }
            "assert_statement" => {
                if let Some(test) = named(node).first() {
                    let test = self.py_expr(*test);
                    out.push(Stmt::Assert(test));
                }
            }
            "break_statement" => out.push(Stmt::Break),
            "continue_statement" => out.push(Stmt::Continue),
            "block" | "ERROR" | "module" => out.extend(self.py_block(node)),
            "pass_statement"
            | "global_statement"
            | "nonlocal_statement"
            | "comment"
            | "type_alias_statement" => {}
            "delete_statement" | "print_statement" | "exec_statement" => {
                let parts = named(node).iter().map(|part| self.py_expr(*part)).collect();
                let span = self.span(node);
                let id = self.add(Expr::Unknown(parts), span);
                out.push(Stmt::Expr(id));
            }
            _ => self.py_simple(node, out),
        }
    }

    fn py_simple(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "assignment" => {
                let Some(left) = field(node, "left") else {
                    return;
                };
                let Some(right) = field(node, "right") else {
                    return;
                };
                let value = if right.kind() == "assignment" {
                    // a = b = value: the inner one first, then read it back.
                    self.py_simple(right, out);
                    match field(right, "left") {
                        Some(inner) => self.py_expr(inner),
                        None => return,
                    }
                } else {
                    self.py_expr(right)
                };
                let value = match field(node, "type") {
                    Some(ty) => {
                        let ty = self.py_type(ty);
                        let span = self.span(right);
                        self.add(Expr::Typed(value, ty), span)
                    }
                    None => value,
                };
                let target = self.py_target(left);
                out.push(Stmt::Assign(target, value));
            }
            "augmented_assignment" => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                let op = field(node, "operator").map_or("", |op| self.text(op));
                let op = operator(op.trim_end_matches('='));
                let old = self.py_expr(left);
                let value = self.py_expr(right);
                let target = self.py_target(left);
                out.push(Stmt::Augment(target, old, op, value));
            }
            _ => {
                let id = self.py_expr(node);
                out.push(Stmt::Expr(id));
            }
        }
    }

    pub(super) fn py_target(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            "identifier" => Pattern::Bind(self.sym(node), self.span(node)),
            "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list"
            | "expression_list" => {
                Pattern::Seq(named(node).into_iter().map(|n| self.py_target(n)).collect())
            }
            "list_splat_pattern"
            | "list_splat"
            | "parenthesized_expression"
            | "as_pattern_target" => match named(node).first() {
                Some(inner) if self.depth < DEPTH => {
                    self.depth += 1;
                    let target = self.py_target(*inner);
                    self.depth -= 1;
                    target
                }
                _ => Pattern::Wild,
            },
            "attribute" | "subscript" => Pattern::Place(self.py_expr(node)),
            _ => Pattern::Wild,
        }
    }

    fn py_if(&mut self, node: Node<'_>) -> ExprId {
        let mut arms = Vec::new();
        let mut last = None;
        let mut arm = |this: &mut Self, node: Node<'_>| {
            let Some(test) = field(node, "condition") else {
                return;
            };
            let test = this.py_expr(test);
            let body = this.py_field_block(node, "consequence");
            let body = this.block_expr(body, node);
            arms.push((test, body));
        };
        arm(self, node);
        for child in named(node) {
            match child.kind() {
                "elif_clause" => arm(self, child),
                "else_clause" => {
                    let body = self.py_field_block(child, "body");
                    last = Some(self.block_expr(body, child));
                }
                _ => {}
            }
        }
        let span = self.span(node);
        self.add(Expr::Branches(arms, last), span)
    }

    fn py_else(&mut self, node: Node<'_>) -> Vec<Stmt> {
        field(node, "alternative")
            .map_or_else(Vec::new, |clause| self.py_field_block(clause, "body"))
    }

    fn py_try(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let body = self.py_field_block(node, "body");
        let (mut handlers, mut orelse, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for child in named(node) {
            match child.kind() {
                "except_clause" | "except_group_clause" => {
                    let mut bound = None;
                    let mut inner = Vec::new();
                    for part in named(child) {
                        match part.kind() {
                            "block" => inner = self.py_block(part),
                            "as_pattern" => {
                                bound = field(part, "alias").and_then(|alias| {
                                    named(alias).first().copied().or(Some(alias))
                                });
                            }
                            _ => {}
                        }
                    }
                    let bound = field(child, "alias").or(bound).map(|name| self.sym(name));
                    handlers.push((bound, inner));
                }
                "else_clause" => orelse = self.py_field_block(child, "body"),
                "finally_clause" => {
                    for part in named(child) {
                        last = self.py_block(part);
                    }
                }
                _ => {}
            }
        }
        out.push(Stmt::Try(body, handlers, orelse, last));
    }

    fn py_with(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for clause in named(node) {
            if clause.kind() != "with_clause" {
                continue;
            }
            for item in named(clause) {
                let Some(value) = field(item, "value") else {
                    continue;
                };
                self.py_with_item(value, out);
            }
        }
        out.extend(self.py_field_block(node, "body"));
    }

    fn py_with_item(&mut self, value: Node<'_>, out: &mut Vec<Stmt>) {
        if value.kind() == "as_pattern" {
            let parts = named(value);
            let (Some(inner), Some(alias)) = (parts.first(), field(value, "alias")) else {
                return;
            };
            let inner = self.py_expr(*inner);
            let target = self.py_target(alias);
            out.push(Stmt::Assign(target, inner));
        } else if value.kind() == "tuple" {
            for part in named(value) {
                self.py_with_item(part, out);
            }
        } else {
            let id = self.py_expr(value);
            out.push(Stmt::Expr(id));
        }
    }

    fn py_match(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let subject = match field(node, "subject") {
            Some(subject) => self.py_expr(subject),
            None => self.none(span),
        };
        let mut arms = Vec::new();
        let Some(body) = field(node, "body") else {
            return subject;
        };
        for clause in named(body) {
            if clause.kind() != "case_clause" {
                continue;
            }
            let mut patterns = Vec::new();
            let mut guard = None;
            for part in named(clause) {
                match part.kind() {
                    "case_pattern" => patterns.push(self.py_case(part)),
                    "if_clause" => {
                        guard = named(part).first().map(|test| self.py_expr(*test));
                    }
                    _ => {}
                }
            }
            let pattern = match patterns.len() {
                1 => patterns.pop().unwrap_or(Pattern::Wild),
                _ => Pattern::Seq(patterns),
            };
            let inner = self.py_field_block(clause, "consequence");
            let body = self.block_expr(inner, clause);
            arms.push(Arm {
                pattern,
                guard,
                body,
            });
        }
        self.add(Expr::Match(subject, arms), span)
    }

    fn py_case(&mut self, node: Node<'_>) -> Pattern {
        if self.depth >= DEPTH {
            return Pattern::Wild;
        }
        self.depth += 1;
        let pattern = match node.kind() {
            "case_pattern" => match named(node).first() {
                Some(inner) => self.py_case(*inner),
                None if self.text(node) == "_" => Pattern::Wild,
                None => Pattern::Equal(self.py_expr(node)),
            },
            "dotted_name" => {
                let parts = named(node);
                match parts.as_slice() {
                    [one] if self.text(*one) == "_" => Pattern::Wild,
                    [one] => Pattern::Bind(self.sym(*one), self.span(*one)),
                    _ => Pattern::Inside(None, Vec::new()),
                }
            }
            "union_pattern" => {
                Pattern::Any(named(node).into_iter().map(|n| self.py_case(n)).collect())
            }
            "string" | "concatenated_string" | "integer" | "true" | "false" | "none" | "float" => {
                Pattern::Equal(self.py_expr(node))
            }
            "tuple_pattern" | "list_pattern" => {
                Pattern::Seq(named(node).into_iter().map(|n| self.py_case(n)).collect())
            }
            "as_pattern" => {
                let parts = named(node);
                let mut inside: Vec<Pattern> = Vec::new();
                if let [first, .., alias] = parts.as_slice() {
                    inside.push(self.py_case(*first));
                    inside.push(Pattern::Bind(self.sym(*alias), self.span(*alias)));
                }
                Pattern::Inside(None, inside)
            }
            _ => Pattern::Inside(
                None,
                named(node)
                    .into_iter()
                    .filter(|n| n.kind().ends_with("pattern"))
                    .map(|n| self.py_case(n))
                    .collect(),
            ),
        };
        self.depth -= 1;
        pattern
    }
}
