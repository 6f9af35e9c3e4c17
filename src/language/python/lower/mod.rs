//! Python statements and definitions.

mod definition;
mod literal;

use crate::language::DefinitionKind;
use crate::language::ir::{Arm, Expr, ExprId, Pattern, Repeat, Span, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::language::python::kind;
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
            kind::EXPRESSION_STATEMENT => {
                for child in named(node) {
                    self.py_simple(child, out);
                }
            }
            kind::RETURN_STATEMENT => {
                let value = named(node).first().map(|value| self.py_expr(*value));
                out.push(Stmt::Return(value));
            }
            kind::IF_STATEMENT => {
                let expr = self.py_if(node);
                out.push(Stmt::Expr(expr));
            }
            kind::FOR_STATEMENT => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                let iter = self.py_expr(right);
                let target = self.py_target(left);
                let body = self.py_field_block(node, "body");
                let orelse = self.py_else(node);
                out.push(Stmt::Loop(Repeat::For(target, iter), body, orelse));
            }
            kind::WHILE_STATEMENT => {
                let test = field(node, "condition").map(|test| self.py_expr(test));
                let body = self.py_field_block(node, "body");
                let orelse = self.py_else(node);
                out.push(Stmt::Loop(Repeat::While(test), body, orelse));
            }
            kind::TRY_STATEMENT => self.py_try(node, out),
            kind::WITH_STATEMENT => self.py_with(node, out),
            kind::MATCH_STATEMENT => {
                let expr = self.py_match(node);
                out.push(Stmt::Expr(expr));
            }
            kind::FUNCTION_DEFINITION => {
                let id = self.py_function(node, Vec::new(), None);
                out.push(Stmt::Def(id));
            }
            kind::CLASS_DEFINITION => self.py_class(node, out),
            kind::DECORATED_DEFINITION => self.py_decorated(node, out, None),
            kind::IMPORT_STATEMENT | kind::IMPORT_FROM_STATEMENT => self.py_import(node, out),
            kind::RAISE_STATEMENT => {
                let parts = named(node).iter().map(|part| self.py_expr(*part)).collect();
                out.push(Stmt::Raise(parts));
            }
            kind::ASSERT_STATEMENT => {
                if let Some(test) = named(node).first() {
                    let test = self.py_expr(*test);
                    out.push(Stmt::Assert(test));
                }
            }
            kind::BREAK_STATEMENT => out.push(Stmt::Break),
            kind::CONTINUE_STATEMENT => out.push(Stmt::Continue),
            kind::BLOCK | "ERROR" | kind::MODULE => out.extend(self.py_block(node)),
            kind::PASS_STATEMENT
            | kind::GLOBAL_STATEMENT
            | kind::NONLOCAL_STATEMENT
            | kind::COMMENT
            | kind::TYPE_ALIAS_STATEMENT => {}
            kind::DELETE_STATEMENT | kind::PRINT_STATEMENT | kind::EXEC_STATEMENT => {
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
            kind::ASSIGNMENT => {
                let Some(left) = field(node, "left") else {
                    return;
                };
                let Some(right) = field(node, "right") else {
                    return;
                };
                let value = if right.kind() == kind::ASSIGNMENT {
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
            kind::AUGMENTED_ASSIGNMENT => {
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
            kind::IDENTIFIER => Pattern::Bind(self.sym(node), self.span(node)),
            kind::PATTERN_LIST
            | kind::TUPLE_PATTERN
            | kind::LIST_PATTERN
            | kind::TUPLE
            | kind::LIST
            | kind::EXPRESSION_LIST => {
                Pattern::Seq(named(node).into_iter().map(|n| self.py_target(n)).collect())
            }
            kind::LIST_SPLAT_PATTERN
            | kind::LIST_SPLAT
            | kind::PARENTHESIZED_EXPRESSION
            | "as_pattern_target" => match named(node).first() {
                Some(inner) if self.depth < DEPTH => {
                    self.depth += 1;
                    let target = self.py_target(*inner);
                    self.depth -= 1;
                    target
                }
                _ => Pattern::Wild,
            },
            kind::ATTRIBUTE | kind::SUBSCRIPT => Pattern::Place(self.py_expr(node)),
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
                kind::ELIF_CLAUSE => arm(self, child),
                kind::ELSE_CLAUSE => {
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
                kind::EXCEPT_CLAUSE | "except_group_clause" => {
                    let mut bound = None;
                    let mut inner = Vec::new();
                    for part in named(child) {
                        match part.kind() {
                            kind::BLOCK => inner = self.py_block(part),
                            kind::AS_PATTERN => {
                                bound = field(part, "alias").and_then(|alias| {
                                    named(alias).first().copied().or(Some(alias))
                                });
                            }
                            _ => {}
                        }
                    }
                    // Of what is raised to be read by clients nothing is held.
                    let bound = field(child, "alias")
                        .or(bound)
                        .filter(|_| !self.is_for_clients(child));
                    handlers.push((bound.map(|name| self.sym(name)), inner));
                }
                kind::ELSE_CLAUSE => orelse = self.py_field_block(child, "body"),
                kind::FINALLY_CLAUSE => {
                    for part in named(child) {
                        last = self.py_block(part);
                    }
                }
                _ => {}
            }
        }
        out.push(Stmt::Try(body, handlers, orelse, last));
    }

    /// Whether all that a handler catches has a text that the project wrote for whoever reads it: its own classes, and
    /// those of answers (`HTTPException`).
    ///
    /// Does not catch: a class of the project that is raised with the text of another exception.
    fn is_for_clients(&self, handler: Node<'_>) -> bool {
        let facts = self.parsed.facts();
        let path = self.unit.path.to_string();
        let package = path.strip_prefix("src/").unwrap_or(&path).split('/').next();
        let is_own = |name: &str| {
            let mut definitions = facts.definitions.iter();
            let mut imports = facts.imports.iter();
            definitions.any(|it| it.kind == DefinitionKind::Type && it.name == name)
                || imports.any(|it| {
                    let bound = it.alias.as_deref().or(it.name.as_deref());
                    let top = it.module.split('.').next();
                    bound == Some(name) && (top == Some("") || top == package)
                })
        };
        let header = self.text(handler).lines().next().unwrap_or_default();
        let caught = header.trim_start_matches("except").split(" as ").next();
        let caught = caught
            .unwrap_or_default()
            .trim_matches(['*', ' ', '(', ')', ':']);
        !caught.is_empty()
            && caught.split(',').all(|name| {
                let leaf = name.trim().rsplit('.').next().unwrap_or_default();
                matches!(leaf, "HTTPException" | "Http404") || is_own(leaf)
            })
    }

    fn py_with(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for clause in named(node) {
            if clause.kind() != kind::WITH_CLAUSE {
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
        if value.kind() == kind::AS_PATTERN {
            let parts = named(value);
            let (Some(inner), Some(alias)) = (parts.first(), field(value, "alias")) else {
                return;
            };
            let inner = self.py_expr(*inner);
            let target = self.py_target(alias);
            out.push(Stmt::Assign(target, inner));
        } else if value.kind() == kind::TUPLE {
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
            if clause.kind() != kind::CASE_CLAUSE {
                continue;
            }
            let mut patterns = Vec::new();
            let mut guard = None;
            for part in named(clause) {
                match part.kind() {
                    kind::CASE_PATTERN => patterns.push(self.py_case(part)),
                    kind::IF_CLAUSE => {
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
            kind::CASE_PATTERN => match named(node).first() {
                Some(inner) => self.py_case(*inner),
                None if self.text(node) == "_" => Pattern::Wild,
                None => Pattern::Equal(self.py_expr(node)),
            },
            kind::DOTTED_NAME => {
                let parts = named(node);
                match parts.as_slice() {
                    [one] if self.text(*one) == "_" => Pattern::Wild,
                    [one] => Pattern::Bind(self.sym(*one), self.span(*one)),
                    _ => Pattern::Inside(None, Vec::new()),
                }
            }
            kind::UNION_PATTERN => {
                Pattern::Any(named(node).into_iter().map(|n| self.py_case(n)).collect())
            }
            kind::STRING
            | kind::CONCATENATED_STRING
            | kind::INTEGER
            | kind::TRUE
            | kind::FALSE
            | kind::NONE
            | kind::FLOAT => Pattern::Equal(self.py_expr(node)),
            kind::TUPLE_PATTERN | kind::LIST_PATTERN => {
                Pattern::Seq(named(node).into_iter().map(|n| self.py_case(n)).collect())
            }
            kind::AS_PATTERN => {
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
