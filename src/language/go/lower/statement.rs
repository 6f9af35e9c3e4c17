//! Go statements.

use crate::language::go::kind;
use crate::language::ir::{Const, Expr, ExprId, Op, Pattern, Repeat, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::syntax::{Node, walk};

/// Names of what counts: the place of an element, not the element.
const COUNTERS: [&str; 8] = ["i", "j", "k", "n", "idx", "index", "pos", "_"];

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

    /// Whether a `break` ends a switch, and no loop.
    fn leaves_switch(&self, node: Node<'_>) -> bool {
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

    fn go_target(&mut self, node: Node<'_>) -> Pattern {
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
    fn go_assign(&mut self, left: Node<'_>, right: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn go_branch(&mut self, node: Node<'_>, before: Vec<Stmt>) -> ExprId {
        let span = self.span(node);
        let mut body = before;
        self.go_block(node, &mut body);
        self.add(Expr::Block(body, None), span)
    }

    fn go_if(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn go_for(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn go_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn go_type_switch(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn go_select(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

/// Numbers and truth values, which are no objects.
fn is_plain(ty: &str) -> bool {
    matches!(
        ty,
        "bool" | "float32" | "float64" | "complex64" | "complex128"
    ) || ty.trim_start_matches('u').starts_with("int")
}
