//! Python statements and definitions.

use std::rc::Rc;

use super::{Lower, field, named};
use crate::rule::ir::{
    Arm, Class, Const, Expr, ExprId, Function, Param, Pattern, Repeat, Stmt, Sym,
};
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn python_module(&mut self) {
        let root = self.parsed.root();
        let name = self.names.intern("<module>");
        self.unit.functions.push(Function {
            name,
            params: Vec::new(),
            body: Vec::new(),
            tail: None,
            decorators: Vec::new(),
            class: None,
            returns: "".into(),
            public: false,
            top: false,
            test: false,
            span: Default::default(),
        });
        let body = self.py_block(root);
        if let Some(module) = self.unit.functions.first_mut() {
            module.body = body;
        }
    }

    fn py_block(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        if self.depth >= super::DEPTH {
            self.unit.too_deep = true;
            return body;
        }
        self.depth += 1;
        let mut cursor = node.walk();
        if cursor.goto_first_child() {
            loop {
                let child = cursor.node();
                if child.is_named() && !child.is_extra() {
                    self.py_stmt(child, &mut body);
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        self.depth -= 1;
        body
    }

    fn py_field_block(&mut self, node: Node<'_>, name: &str) -> Vec<Stmt> {
        field(node, name).map_or_else(Vec::new, |block| self.py_block(block))
    }

    fn block_expr(&mut self, body: Vec<Stmt>, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        self.add(Expr::Block(body, None), span)
    }

    fn py_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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
                let op = super::python_literal::operator(op.trim_end_matches('='));
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
                Some(inner) if self.depth < super::DEPTH => {
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
        if self.depth >= super::DEPTH {
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

    fn py_decorated(&mut self, node: Node<'_>, out: &mut Vec<Stmt>, class: Option<usize>) {
        let mut decorators = Vec::new();
        for child in named(node) {
            if child.kind() == "decorator" {
                for part in named(child) {
                    decorators.push(self.py_expr(part));
                }
            }
        }
        let Some(inner) = field(node, "definition") else {
            return;
        };
        if inner.kind() == "class_definition" {
            out.extend(decorators.into_iter().map(Stmt::Expr));
            self.py_class(inner, out);
        } else {
            let id = self.py_function(inner, decorators, class);
            out.push(Stmt::Def(id));
        }
    }

    fn py_class(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let Some(name) = field(node, "name").map(|name| self.sym(name)) else {
            return;
        };
        let mut bases = Vec::new();
        if let Some(list) = field(node, "superclasses") {
            for base in named(list) {
                if base.kind() != "keyword_argument" {
                    bases.push(self.py_expr(base));
                }
            }
        }
        let id = self.unit.classes.len();
        self.unit.classes.push(Class {
            name,
            bases,
            body: Vec::new(),
            methods: Vec::new(),
        });
        let mut body = Vec::new();
        if let Some(block) = field(node, "body")
            && self.depth < super::DEPTH
        {
            self.depth += 1;
            for child in named(block) {
                match child.kind() {
                    "function_definition" => {
                        let function = self.py_function(child, Vec::new(), Some(id));
                        body.push(Stmt::Def(function));
                    }
                    "decorated_definition" => self.py_decorated(child, &mut body, Some(id)),
                    _ => self.py_stmt(child, &mut body),
                }
            }
            self.depth -= 1;
        }
        let mut methods = Vec::new();
        for stmt in &body {
            if let Stmt::Def(function) = stmt
                && let Some(known) = self.unit.functions.get(*function)
            {
                methods.push((known.name, *function));
            }
        }
        if let Some(class) = self.unit.classes.get_mut(id) {
            class.body = body;
            class.methods = methods;
        }
        out.push(Stmt::Class(id));
    }

    fn py_function(
        &mut self,
        node: Node<'_>,
        decorators: Vec<ExprId>,
        class: Option<usize>,
    ) -> usize {
        let name_node = field(node, "name");
        let text = name_node.map_or("", |name| self.text(name));
        let name = self.names.intern(text);
        let span = name_node.map_or_else(Default::default, |name| self.span(name));
        let id = self.unit.functions.len();
        self.unit.functions.push(Function {
            name,
            params: Vec::new(),
            body: Vec::new(),
            tail: None,
            decorators,
            class,
            returns: field(node, "return_type")
                .map_or("", |ty| self.text(ty))
                .into(),
            public: !text.starts_with('_') || text.starts_with("__"),
            top: self.inside == 0,
            test: text.starts_with("test_"),
            span,
        });
        self.inside += 1;
        let params = field(node, "parameters").map_or_else(Vec::new, |list| self.py_params(list));
        let body = self.py_field_block(node, "body");
        self.inside -= 1;
        if let Some(function) = self.unit.functions.get_mut(id) {
            function.params = params;
            function.body = body;
        }
        id
    }

    pub(super) fn py_params(&mut self, list: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for child in named(list) {
            let mut stars = 0;
            let mut name = match child.kind() {
                "identifier" => Some(child),
                _ => field(child, "name"),
            };
            if name.is_none() {
                name = named(child).first().copied();
            }
            let Some(mut name) = name else { continue };
            for node in [child, name] {
                match node.kind() {
                    "list_splat_pattern" => stars = 1,
                    "dictionary_splat_pattern" => stars = 2,
                    _ => {}
                }
            }
            if matches!(
                name.kind(),
                "list_splat_pattern" | "dictionary_splat_pattern"
            ) {
                match named(name).first() {
                    Some(inner) => name = *inner,
                    None => continue,
                }
            }
            if name.kind() != "identifier" {
                continue;
            }
            let ty = field(child, "type");
            let ty_text: Rc<str> = ty.map_or("", |ty| self.text(ty)).into();
            let ty = ty.map(|ty| self.py_type(ty));
            let default = field(child, "value").map(|value| self.py_expr(value));
            let sym = self.sym(name);
            params.push(Param {
                pattern: Pattern::Bind(sym, self.span(name)),
                name: Some(sym),
                ty,
                ty_text,
                default,
                stars,
            });
        }
        params
    }

    /// The path of a type: of `Optional[T]` and the like, of `T`; of a text, of what it says.
    pub(super) fn py_type(&mut self, node: Node<'_>) -> ExprId {
        let inner = match node.kind() {
            "type" => named(node).first().copied(),
            _ => None,
        };
        let node = inner.unwrap_or(node);
        let span = self.span(node);
        match node.kind() {
            "identifier" | "attribute" => self.py_expr(node),
            "subscript" | "generic_type" => match named(node).first() {
                Some(head) => self.py_expr(*head),
                None => self.none(span),
            },
            "string" => {
                let text = self.text(node).trim_matches(['"', '\'']);
                let sym = self.names.intern(text.split('[').next().unwrap_or(text));
                self.add(Expr::Name(sym), span)
            }
            _ => self.add(Expr::Unknown(Vec::new()), span),
        }
    }

    fn py_import(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let mut dots = 0;
        let mut base: Vec<Sym> = Vec::new();
        let module = field(node, "module_name");
        if let Some(module) = module {
            let text = self.text(module);
            dots = u32::try_from(text.chars().take_while(|c| *c == '.').count()).unwrap_or(0);
            base = self.dotted(text.trim_start_matches('.'));
        }
        for child in named(node) {
            if Some(child) == module {
                continue;
            }
            let (path, alias) = match child.kind() {
                "aliased_import" => (field(child, "name"), field(child, "alias")),
                "dotted_name" => (Some(child), None),
                _ => continue,
            };
            let Some(path) = path else { continue };
            let dotted = self.dotted(self.text(path));
            let Some(first) = dotted.first().copied() else {
                continue;
            };
            let full: Vec<Sym> = base.iter().chain(&dotted).copied().collect();
            let import = match alias {
                Some(alias) => Stmt::Import(self.sym(alias), full, dots),
                // `import a.b` binds `a`; `from a import b` binds `b`.
                None if module.is_none() => Stmt::Import(first, vec![first], 0),
                None => Stmt::Import(first, full, dots),
            };
            out.push(import);
        }
    }

    fn dotted(&mut self, text: &str) -> Vec<Sym> {
        text.split('.')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| self.names.intern(part))
            .collect()
    }

    /// A literal `None` stands where a value is wanted and there is none.
    pub(super) fn py_missing(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        self.add(Expr::Const(Const::None), span)
    }
}
