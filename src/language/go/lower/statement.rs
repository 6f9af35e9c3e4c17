//! Go statements: declarations, assignments, what is called and what is returned.

use crate::language::go::kind;
use crate::language::ir::{Const, Expr, ExprId, Op, Pattern, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::syntax::{Node, walk};

impl Lower<'_> {
    pub(super) fn go_block(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for child in named(node) {
            match child.kind() {
                kind::STATEMENT_LIST => {
                    for statement in named(child) {
                        self.go_stmt(statement, out);
                    }
                }
                _ => self.go_stmt(child, out),
            }
        }
    }

    pub(super) fn go_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return;
        }
        self.depth += 1;
        self.go_stmt_inner(node, out);
        self.depth -= 1;
    }

    fn go_stmt_inner(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            kind::EXPRESSION_STATEMENT | kind::GO_STATEMENT | kind::DEFER_STATEMENT => {
                for part in named(node) {
                    let id = self.go_expr(part);
                    out.push(Stmt::Expr(id));
                }
            }
            kind::SHORT_VAR_DECLARATION => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    self.go_assign(left, right, out);
                }
            }
            kind::ASSIGNMENT_STATEMENT => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                match field(node, "operator").map_or("", |op| self.text(op)) {
                    "=" => self.go_assign(left, right, out),
                    op => {
                        let op = operator(op.trim_end_matches('='));
                        let old = self.go_list(left);
                        let value = self.go_list(right);
                        let target = named(left).into_iter().next();
                        if let ([old], [value], Some(target)) = (&old[..], &value[..], target) {
                            let target = self.go_target(target);
                            out.push(Stmt::Augment(target, *old, op, *value));
                        }
                    }
                }
            }
            kind::INC_STATEMENT | kind::DEC_STATEMENT => {
                if let Some(target) = named(node).into_iter().next() {
                    let span = self.span(node);
                    let old = self.go_expr(target);
                    let one = self.add(Expr::Const(Const::Int(1)), span);
                    let target = self.go_target(target);
                    out.push(Stmt::Augment(target, old, Op::Add, one));
                }
            }
            kind::VAR_DECLARATION | kind::CONST_DECLARATION => {
                for child in named(node) {
                    match child.kind() {
                        kind::VAR_SPEC_LIST => {
                            for spec in named(child) {
                                self.go_spec(spec, out);
                            }
                        }
                        _ => self.go_spec(child, out),
                    }
                }
            }
            kind::TYPE_DECLARATION => self.go_types(node, out),
            kind::RETURN_STATEMENT => self.go_return(node, out),
            kind::IF_STATEMENT => self.go_if(node, out),
            kind::FOR_STATEMENT => self.go_for(node, out),
            kind::EXPRESSION_SWITCH_STATEMENT => self.go_switch(node, out),
            kind::TYPE_SWITCH_STATEMENT => self.go_type_switch(node, out),
            kind::SELECT_STATEMENT => self.go_select(node, out),
            kind::LABELED_STATEMENT => {
                for part in named(node) {
                    if part.kind() != kind::LABEL_NAME {
                        self.go_stmt(part, out);
                    }
                }
            }
            kind::BREAK_STATEMENT => {
                if named(node).is_empty() && self.leaves_switch(node) {
                    return;
                }
                out.push(Stmt::Break);
            }
            kind::CONTINUE_STATEMENT => out.push(Stmt::Continue),
            kind::BLOCK => self.go_block(node, out),
            kind::SEND_STATEMENT => {
                for part in named(node) {
                    let id = self.go_expr(part);
                    out.push(Stmt::Expr(id));
                }
            }
            kind::EMPTY_STATEMENT
            | kind::GOTO_STATEMENT
            | kind::FALLTHROUGH_STATEMENT
            | kind::PACKAGE_CLAUSE
            | kind::LABEL_NAME => {}
            _ => {
                let id = self.go_expr(node);
                out.push(Stmt::Expr(id));
            }
        }
    }

    pub(super) fn go_target(&mut self, node: Node<'_>) -> Pattern {
        let mut node = node;
        for _ in 0..DEPTH {
            let inner = match node.kind() {
                kind::PARENTHESIZED_EXPRESSION => named(node).into_iter().next(),
                kind::UNARY_EXPRESSION => field(node, "operand"),
                _ => None,
            };
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        match node.kind() {
            kind::IDENTIFIER if self.text(node) == "_" => Pattern::Wild,
            kind::IDENTIFIER => Pattern::Bind(self.sym(node), self.span(node)),
            _ => Pattern::Place(self.go_expr(node)),
        }
    }

    fn go_targets(&mut self, list: Node<'_>) -> Vec<Pattern> {
        match list.kind() {
            kind::EXPRESSION_LIST => named(list)
                .into_iter()
                .map(|one| self.go_target(one))
                .collect(),
            _ => vec![self.go_target(list)],
        }
    }

    /// `a, b = x, y`, and `a, err := f()`.
    pub(super) fn go_assign(&mut self, left: Node<'_>, right: Node<'_>, out: &mut Vec<Stmt>) {
        let right: Vec<Node<'_>> = match right.kind() {
            kind::EXPRESSION_LIST => named(right),
            _ => vec![right],
        };
        let values = right.iter().map(|one| self.go_expr(*one)).collect();
        let targets = self.go_targets(left);
        self.go_bind(targets, values, right.first().copied(), out);
    }

    fn go_bind(
        &mut self,
        mut targets: Vec<Pattern>,
        values: Vec<ExprId>,
        first: Option<Node<'_>>,
        out: &mut Vec<Stmt>,
    ) {
        let Some(first) = first else {
            return;
        };
        let span = self.span(first);
        match (targets.len(), values.as_slice()) {
            (1, [value]) => {
                if let Some(target) = targets.pop() {
                    out.push(Stmt::Assign(target, *value));
                }
            }
            (_, [value]) => {
                // `v, ok := m[key]`: whether it is there.
                let is_there = match self.unit.expr(*value) {
                    Expr::Index(map, key) => Some(Expr::Binary(Op::In, *key, *map)),
                    _ => None,
                };
                match (is_there, targets.len()) {
                    (Some(is_there), 2) => {
                        let ok = targets.pop().unwrap_or(Pattern::Wild);
                        let target = targets.pop().unwrap_or(Pattern::Wild);
                        out.push(Stmt::Assign(target, *value));
                        let is_there = self.add(is_there, span);
                        out.push(Stmt::Assign(ok, is_there));
                    }
                    _ => out.push(Stmt::Assign(Pattern::Results(targets), *value)),
                }
            }
            _ => {
                let all = self.add(Expr::Seq(values), span);
                out.push(Stmt::Assign(Pattern::Seq(targets), all));
            }
        }
    }

    /// `x, y T = a, b` after `var` or `const`.
    fn go_spec(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let names: Vec<Node<'_>> = node
            .children_by_field_name("name")
            .filter(|name| name.kind() == kind::IDENTIFIER)
            .collect();
        let targets = names.iter().map(|name| self.go_target(*name)).collect();
        let ty = field(node, "type");
        let Some(list) = field(node, "value") else {
            for (target, name) in Vec::into_iter(targets).zip(&names) {
                if let Some(value) = ty.and_then(|ty| self.go_zero(*name, ty)) {
                    out.push(Stmt::Assign(target, value));
                }
            }
            return;
        };
        let right: Vec<Node<'_>> = match list.kind() {
            kind::EXPRESSION_LIST => named(list),
            _ => vec![list],
        };
        let path = ty.and_then(|ty| self.go_type(ty));
        let values = right
            .iter()
            .map(|one| {
                let value = self.go_expr(*one);
                let span = self.span(*one);
                match path {
                    Some(path) => self.add(Expr::Typed(value, path), span),
                    None => value,
                }
            })
            .collect();
        self.go_bind(targets, values, right.first().copied(), out);
    }

    /// What a variable holds that is given nothing.
    fn go_zero(&mut self, name: Node<'_>, ty: Node<'_>) -> Option<ExprId> {
        let span = self.span(name);
        let written = self.text(ty);
        let empty = |this: &mut Self| this.text_const("", span);
        if written == "string" {
            return Some(empty(self));
        }
        let path = self.go_type(ty)?;
        let value = match written {
            "strings.Builder" | "bytes.Buffer" => empty(self),
            _ if ty.kind() == kind::TYPE_IDENTIFIER && !is_plain(written) => {
                return Some(self.add(Expr::New(path, Vec::new()), span));
            }
            _ => self.add(Expr::Unknown(Vec::new()), span),
        };
        Some(self.add(Expr::Typed(value, path), span))
    }

    fn go_return(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let list = named(node).into_iter().next();
        let mut values = match list {
            Some(list) => self.go_list(list),
            None => self.go_named_results(node),
        };
        let value = match values.len() {
            0 => None,
            1 => values.pop(),
            _ => {
                let span = self.span(node);
                Some(self.add(Expr::Seq(values), span))
            }
        };
        out.push(Stmt::Return(value));
    }

    /// What a `return` alone gives: the results by their names.
    fn go_named_results(&mut self, node: Node<'_>) -> Vec<ExprId> {
        let function = walk::parents(node, self.parsed.root()).find(|above| {
            matches!(
                above.kind(),
                kind::FUNCTION_DECLARATION | kind::METHOD_DECLARATION | kind::FUNC_LITERAL
            )
        });
        let list = function
            .and_then(|function| field(function, "result"))
            .filter(|result| result.kind() == kind::PARAMETER_LIST);
        let mut results = Vec::new();
        if let Some(list) = list {
            self.go_params(list, &mut results);
        }
        let span = self.span(node);
        let names: Vec<_> = results.iter().filter_map(|one| one.name).collect();
        names
            .into_iter()
            .map(|name| self.add(Expr::Name(name), span))
            .collect()
    }
}

/// Numbers and truth values, which are no objects.
fn is_plain(ty: &str) -> bool {
    matches!(
        ty,
        "bool" | "float32" | "float64" | "complex64" | "complex128"
    ) || ty.trim_start_matches('u').starts_with("int")
}
