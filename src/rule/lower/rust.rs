//! Rust items, statements and expressions.

use std::rc::Rc;

use super::python_literal::{operator, unescape};
use super::{Lower, field, integer, named};
use crate::rule::ir::{
    Arg, Arm, Class, Const, Expr, ExprId, Function, Param, Pattern, Repeat, Span, Stmt, Sym,
};
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn rust_file(&mut self) {
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
            span: Span::default(),
        });
        let (mut body, mut loose) = (Vec::new(), Vec::new());
        for (attributes, child) in attributed(root) {
            match child.kind() {
                // A fragment, as an answer shows it: statements without a function around them.
                "let_declaration" => self.rs_let(child, &mut loose),
                "expression_statement" => {
                    if let Some(inner) = named(child).first() {
                        self.rs_stmt(*inner, &mut loose);
                    }
                }
                "macro_invocation" => self.rs_stmt(child, &mut loose),
                "ERROR" => self.rs_items(child, &mut body, None, false),
                _ if self.rs_item(child, &attributes, &mut body, None, false) => {}
                _ => self.rs_stmt(child, &mut loose),
            }
        }
        // A const may stand after its use, and a type before its impl.
        body.sort_by_key(|stmt| match stmt {
            Stmt::Import(..) => 0,
            Stmt::Assign(..) => 2,
            _ => 1,
        });
        for id in 0..self.unit.classes.len() {
            body.push(Stmt::Class(id));
        }
        body.append(&mut loose);
        if let Some(module) = self.unit.functions.first_mut() {
            module.body = body;
        }
    }

    fn rs_items(&mut self, node: Node<'_>, out: &mut Vec<Stmt>, class: Option<usize>, test: bool) {
        if self.depth >= super::DEPTH {
            self.unit.too_deep = true;
            return;
        }
        self.depth += 1;
        for (attributes, child) in attributed(node) {
            self.rs_item(child, &attributes, out, class, test);
        }
        self.depth -= 1;
    }

    /// Whether it was an item.
    fn rs_item(
        &mut self,
        node: Node<'_>,
        attributes: &[Node<'_>],
        out: &mut Vec<Stmt>,
        class: Option<usize>,
        test: bool,
    ) -> bool {
        let test = test
            || attributes.iter().any(|attribute| {
                let text = self.text(*attribute);
                text.contains("cfg(test)") || text.contains("test]") || text.contains("::test(")
            });
        match node.kind() {
            "function_item" => {
                let id = self.rs_function(node, attributes, class, test);
                out.push(Stmt::Def(id));
            }
            "mod_item" => {
                if let Some(body) = field(node, "body") {
                    self.rs_items(body, out, None, test);
                }
            }
            "impl_item" | "trait_item" => {
                let ty = field(node, "type").or_else(|| field(node, "name"));
                let text = ty.map_or("", |ty| self.text(ty));
                let name = text.split('<').next().unwrap_or(text);
                let name = self.names.intern(name.rsplit("::").next().unwrap_or(name));
                let id = self.rs_class(name);
                if let Some(body) = field(node, "body") {
                    let mut items = Vec::new();
                    self.rs_items(body, &mut items, Some(id), test);
                    let mut methods = Vec::new();
                    for stmt in &items {
                        if let Stmt::Def(function) = stmt
                            && let Some(known) = self.unit.functions.get(*function)
                        {
                            methods.push((known.name, *function));
                        }
                    }
                    if let Some(class) = self.unit.classes.get_mut(id) {
                        class.methods.extend(methods);
                        class.body.extend(items);
                    }
                }
            }
            "const_item" | "static_item" => {
                if let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) {
                    let value = self.rs_expr(value);
                    let target = Pattern::Bind(self.sym(name), self.span(name));
                    out.push(Stmt::Assign(target, value));
                }
            }
            "use_declaration" => {
                if let Some(argument) = field(node, "argument") {
                    self.rs_use(argument, &[], out);
                }
            }
            "macro_invocation" if class.is_none() => {
                let id = self.rs_expr(node);
                out.push(Stmt::Expr(id));
            }
            "struct_item" | "enum_item" | "union_item" => {
                if let Some(name) = field(node, "name") {
                    let name = self.sym(name);
                    self.rs_class(name);
                }
            }
            "type_item"
            | "macro_definition"
            | "extern_crate_declaration"
            | "foreign_mod_item"
            | "function_signature_item"
            | "associated_type"
            | "inner_attribute_item"
            | "attribute_item" => {}
            _ => return false,
        }
        true
    }

    fn rs_class(&mut self, name: Sym) -> usize {
        if let Some(at) = self
            .unit
            .classes
            .iter()
            .position(|class| class.name == name)
        {
            return at;
        }
        self.unit.classes.push(Class {
            name,
            bases: Vec::new(),
            body: Vec::new(),
            methods: Vec::new(),
        });
        self.unit.classes.len() - 1
    }

    fn rs_use(&mut self, node: Node<'_>, base: &[Sym], out: &mut Vec<Stmt>) {
        if self.depth >= super::DEPTH {
            return;
        }
        self.depth += 1;
        let join = |this: &mut Self, node: Node<'_>| -> Vec<Sym> {
            let mut path = base.to_vec();
            path.extend(this.rs_segments(this.text(node)));
            path
        };
        match node.kind() {
            "use_list" => {
                for child in named(node) {
                    self.rs_use(child, base, out);
                }
            }
            "scoped_use_list" => {
                let path = match field(node, "path") {
                    Some(path) => join(self, path),
                    None => base.to_vec(),
                };
                if let Some(list) = field(node, "list") {
                    self.rs_use(list, &path, out);
                }
            }
            "use_as_clause" => {
                if let (Some(path), Some(alias)) = (field(node, "path"), field(node, "alias")) {
                    let path = join(self, path);
                    out.push(Stmt::Import(self.sym(alias), path, 0));
                }
            }
            "self" => {
                if let Some(last) = base.last() {
                    out.push(Stmt::Import(*last, base.to_vec(), 0));
                }
            }
            "use_wildcard" => {}
            _ => {
                let path = join(self, node);
                if let Some(last) = path.last().copied() {
                    out.push(Stmt::Import(last, path, 0));
                }
            }
        }
        self.depth -= 1;
    }

    pub(super) fn rs_segments(&mut self, text: &str) -> Vec<Sym> {
        text.split("::")
            .map(|part| part.split('<').next().unwrap_or(part).trim())
            .filter(|part| !part.is_empty() && !part.contains('>'))
            .map(|part| self.names.intern(part))
            .collect()
    }

    fn rs_function(
        &mut self,
        node: Node<'_>,
        attributes: &[Node<'_>],
        class: Option<usize>,
        test: bool,
    ) -> usize {
        let name_node = field(node, "name");
        let text = name_node.map_or("", |name| self.text(name));
        let name = self.names.intern(text);
        let span = name_node.map_or_else(Span::default, |name| self.span(name));
        let decorators = attributes
            .iter()
            .filter_map(|attribute| {
                let text = self.text(*attribute);
                let inner = text.trim_start_matches("#[").trim();
                let path: String = inner
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                    .collect();
                let span = self.span(*attribute);
                self.rs_path(&path, span)
            })
            .collect();
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
            public: named(node)
                .iter()
                .any(|child| child.kind() == "visibility_modifier"),
            top: self.inside == 0,
            test,
            span,
        });
        self.inside += 1;
        let params = field(node, "parameters").map_or_else(Vec::new, |list| self.rs_params(list));
        let (body, tail) = match field(node, "body") {
            Some(body) => self.rs_block(body),
            None => (Vec::new(), None),
        };
        self.inside -= 1;
        if let Some(function) = self.unit.functions.get_mut(id) {
            function.params = params;
            function.body = body;
            function.tail = tail;
        }
        id
    }

    fn rs_params(&mut self, list: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for child in named(list) {
            let (pattern, ty) = match child.kind() {
                "self_parameter" => {
                    let name = self.names.intern("self");
                    (Pattern::Bind(name, self.span(child)), None)
                }
                "parameter" => match field(child, "pattern") {
                    Some(pattern) => (self.rs_pattern(pattern), field(child, "type")),
                    None => continue,
                },
                "attribute_item" | "variadic_parameter" => continue,
                _ => (self.rs_pattern(child), None),
            };
            let name = match &pattern {
                Pattern::Bind(name, _) => Some(*name),
                _ => None,
            };
            let ty_text: Rc<str> = ty.map_or("", |ty| self.text(ty)).into();
            let ty = ty.and_then(|ty| {
                let span = self.span(ty);
                self.rs_type(&ty_text, span)
            });
            params.push(Param {
                pattern,
                name,
                ty,
                ty_text,
                default: None,
                stars: 0,
            });
        }
        params
    }

    /// The path of a type: references, lifetimes and generic arguments left out; of a box, of what is in it.
    pub(super) fn rs_type(&mut self, text: &str, span: Span) -> Option<ExprId> {
        let mut text = text.trim();
        for _ in 0..6 {
            text = text.trim_start_matches(['&', '*', ' ']);
            if let Some(rest) = text.strip_prefix('\'') {
                text = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
            }
            for word in ["mut ", "const ", "dyn ", "impl "] {
                text = text
                    .trim_start()
                    .strip_prefix(word)
                    .unwrap_or(text.trim_start());
            }
            for wrapper in ["Option<", "Box<", "Arc<", "Rc<", "Mutex<", "RwLock<"] {
                text = text.strip_prefix(wrapper).unwrap_or(text);
            }
        }
        let head: String = text
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
            .collect();
        self.rs_path(&head, span)
    }

    /// `a::b::c` as an expression.
    pub(super) fn rs_path(&mut self, text: &str, span: Span) -> Option<ExprId> {
        let segments = self.rs_segments(text);
        let (first, rest) = segments.split_first()?;
        let mut id = self.add(Expr::Name(*first), span);
        for part in rest {
            id = self.add(Expr::Attr(id, *part), span);
        }
        Some(id)
    }

    /// Statements of a block, and its tail.
    pub(super) fn rs_block(&mut self, node: Node<'_>) -> (Vec<Stmt>, Option<ExprId>) {
        let mut body = Vec::new();
        if self.depth >= super::DEPTH {
            self.unit.too_deep = true;
            return (body, None);
        }
        if node.kind() != "block" {
            return (body, Some(self.rs_expr(node)));
        }
        self.depth += 1;
        let mut tail = None;
        let children = attributed(node);
        let count = children.len();
        for (at, (attributes, child)) in children.into_iter().enumerate() {
            let last = at + 1 == count;
            match child.kind() {
                "let_declaration" => self.rs_let(child, &mut body),
                "expression_statement" => {
                    if let Some(inner) = named(child).first() {
                        if last && !self.text(child).ends_with(';') {
                            tail = Some(self.rs_expr(*inner));
                        } else {
                            self.rs_stmt(*inner, &mut body);
                        }
                    }
                }
                "empty_statement" | "label" => {}
                "macro_invocation" if last => tail = Some(self.rs_expr(child)),
                "macro_invocation" => self.rs_stmt(child, &mut body),
                _ if self.rs_item(child, &attributes, &mut body, None, false) => {}
                _ if last => tail = Some(self.rs_expr(child)),
                _ => self.rs_stmt(child, &mut body),
            }
        }
        self.depth -= 1;
        (body, tail)
    }

    fn rs_let(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
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

    fn rs_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "assignment_expression" => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    let value = self.rs_expr(right);
                    let target = self.rs_place(left);
                    out.push(Stmt::Assign(target, value));
                }
            }
            "compound_assignment_expr" => {
                if let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) {
                    let op = field(node, "operator").map_or("", |op| self.text(op));
                    let op = operator(op.trim_end_matches('='));
                    let old = self.rs_expr(left);
                    let value = self.rs_expr(right);
                    let target = self.rs_place(left);
                    out.push(Stmt::Augment(target, old, op, value));
                }
            }
            "return_expression" => {
                let value = named(node).first().map(|value| self.rs_expr(*value));
                out.push(Stmt::Return(value));
            }
            "break_expression" => {
                for part in named(node)
                    .into_iter()
                    .filter(|part| part.kind() != "label")
                {
                    let id = self.rs_expr(part);
                    out.push(Stmt::Expr(id));
                }
                out.push(Stmt::Break);
            }
            "continue_expression" => out.push(Stmt::Continue),
            "for_expression" => {
                let iter = self.rs_field(node, "value");
                let target = field(node, "pattern").map_or(Pattern::Wild, |p| self.rs_pattern(p));
                let body = self.rs_body(node);
                out.push(Stmt::Loop(Repeat::For(target, iter), body, Vec::new()));
            }
            "while_expression" => {
                let test = self.rs_field(node, "condition");
                let body = self.rs_body(node);
                out.push(Stmt::Loop(Repeat::While(Some(test)), body, Vec::new()));
            }
            "loop_expression" => {
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
            "identifier" => Pattern::Bind(self.sym(node), self.span(node)),
            "unary_expression" | "parenthesized_expression" => match named(node).first() {
                Some(inner) if inner.kind() == "identifier" => {
                    Pattern::Bind(self.sym(*inner), self.span(*inner))
                }
                Some(inner) => Pattern::Place(self.rs_expr(*inner)),
                None => Pattern::Wild,
            },
            "tuple_expression" => {
                let parts = named(node);
                if self.depth >= super::DEPTH {
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

    pub(super) fn rs_field(&mut self, node: Node<'_>, name: &str) -> ExprId {
        match field(node, name) {
            Some(inner) => self.rs_expr(inner),
            None => self.py_missing(node),
        }
    }

    pub(super) fn rs_expr(&mut self, node: Node<'_>) -> ExprId {
        self.deeper(node, |this| this.rs_expr_inner(node))
    }

    fn rs_parts(&mut self, node: Node<'_>) -> Vec<ExprId> {
        named(node).into_iter().map(|n| self.rs_expr(n)).collect()
    }

    fn rs_expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let expr = match node.kind() {
            "identifier"
            | "self"
            | "crate"
            | "super"
            | "metavariable"
            | "field_identifier"
            | "shorthand_field_identifier" => Expr::Name(self.sym(node)),
            "scoped_identifier" | "scoped_type_identifier" | "type_identifier" => {
                let text = self.text(node);
                match self.rs_path(text, span) {
                    Some(id) => return id,
                    None => Expr::Unknown(Vec::new()),
                }
            }
            "string_literal" | "raw_string_literal" => {
                let raw = node.kind() == "raw_string_literal";
                let text = self.text(node);
                let inner = text.trim_start_matches(['b', 'c', 'r']).trim_matches('#');
                let inner = inner.strip_prefix('"').unwrap_or(inner);
                let inner = inner.strip_suffix('"').unwrap_or(inner);
                let value: Rc<str> = if raw || !inner.contains('\\') {
                    inner.into()
                } else {
                    unescape(inner).into()
                };
                Expr::Const(Const::Text(value))
            }
            "char_literal" => {
                let text = self.text(node);
                Expr::Const(Const::Text(
                    text.trim_start_matches('b').trim_matches('\'').into(),
                ))
            }
            "integer_literal" => Expr::Const(integer(self.text(node))),
            "float_literal" => Expr::Const(Const::Other(self.text(node).into())),
            "boolean_literal" => Expr::Const(Const::Bool(self.text(node) == "true")),
            "unit_expression" => Expr::Const(Const::None),
            "field_expression" => {
                let object = self.rs_field(node, "value");
                match field(node, "field") {
                    Some(name) => Expr::Attr(object, self.sym(name)),
                    None => Expr::Unknown(vec![object]),
                }
            }
            "call_expression" => {
                let callee = self.rs_field(node, "function");
                let args = match field(node, "arguments") {
                    Some(list) => self.rs_args(list),
                    None => Vec::new(),
                };
                Expr::Call(callee, args)
            }
            "generic_function" => {
                let Some(function) = field(node, "function") else {
                    return self.py_missing(node);
                };
                let number = field(node, "type_arguments")
                    .is_some_and(|types| is_number(self.text(types).trim_matches(['<', '>', ' '])));
                if number && self.text(function).ends_with("parse") {
                    let object = self.rs_field(function, "value");
                    let name = self.names.intern("parse_number");
                    Expr::Attr(object, name)
                } else {
                    return self.rs_expr(function);
                }
            }
            "reference_expression" => return self.rs_field(node, "value"),
            "try_expression" | "await_expression" | "parenthesized_expression" => {
                match named(node).first() {
                    Some(inner) => return self.rs_expr(*inner),
                    None => Expr::Unknown(Vec::new()),
                }
            }
            "unary_expression" => {
                let sign = self.text(node).chars().next();
                match (sign, named(node).first()) {
                    (Some('!'), Some(inner)) => Expr::Not(self.rs_expr(*inner)),
                    (Some('-'), Some(inner)) => Expr::Neg(self.rs_expr(*inner)),
                    (_, Some(inner)) => return self.rs_expr(*inner),
                    _ => Expr::Unknown(Vec::new()),
                }
            }
            "binary_expression" => {
                let op = field(node, "operator").map_or("", |op| self.text(op));
                let op = operator(op);
                let left = self.rs_field(node, "left");
                let right = self.rs_field(node, "right");
                Expr::Binary(op, left, right)
            }
            "assignment_expression"
            | "compound_assignment_expr"
            | "return_expression"
            | "break_expression"
            | "continue_expression"
            | "for_expression"
            | "while_expression"
            | "loop_expression" => {
                let mut body = Vec::new();
                self.rs_stmt(node, &mut body);
                Expr::Block(body, None)
            }
            "if_expression" => return self.rs_if(node),
            "match_expression" => {
                let subject = self.rs_field(node, "value");
                let arms = field(node, "body").map_or_else(Vec::new, |body| self.rs_arms(body));
                Expr::Match(subject, arms)
            }
            "block" => {
                let (body, tail) = self.rs_block(node);
                Expr::Block(body, tail)
            }
            "unsafe_block" | "async_block" | "try_block" | "const_block" | "labeled_block"
            | "gen_block" => {
                match named(node)
                    .into_iter()
                    .find(|child| child.kind() == "block")
                {
                    Some(block) => return self.rs_expr(block),
                    None => Expr::Unknown(Vec::new()),
                }
            }
            "closure_expression" => {
                let id = self.unit.functions.len();
                let name = self.names.intern("");
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
                    span,
                });
                let params = field(node, "parameters").map_or_else(Vec::new, |p| self.rs_params(p));
                let tail = field(node, "body").map(|body| self.rs_expr(body));
                if let Some(function) = self.unit.functions.get_mut(id) {
                    function.params = params;
                    function.tail = tail;
                }
                Expr::Lambda(id)
            }
            "tuple_expression" | "array_expression" => Expr::Seq(self.rs_parts(node)),
            "struct_expression" => self.rs_struct(node),
            "index_expression" => match self.rs_parts(node).as_slice() {
                [object, key] => Expr::Index(*object, *key),
                parts => Expr::Unknown(parts.to_vec()),
            },
            "type_cast_expression" => {
                let value = self.rs_field(node, "value");
                let ty = field(node, "type").map_or("", |ty| self.text(ty));
                match self.rs_type(ty, span) {
                    Some(ty) => Expr::Typed(value, ty),
                    None => return value,
                }
            }
            "let_condition" => {
                let value = self.rs_field(node, "value");
                let target = field(node, "pattern").map_or(Pattern::Wild, |p| self.rs_pattern(p));
                Expr::Bind(Box::new(target), value)
            }
            "let_chain" => {
                let parts = self.rs_parts(node);
                let mut whole: Option<ExprId> = None;
                for part in parts {
                    whole = Some(match whole {
                        None => part,
                        Some(before) => {
                            self.add(Expr::Binary(crate::rule::ir::Op::And, before, part), span)
                        }
                    });
                }
                return whole.unwrap_or_else(|| self.py_missing(node));
            }
            "macro_invocation" => return self.rs_macro(node),
            "else_clause" => match named(node).first() {
                Some(inner) => return self.rs_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            _ => Expr::Unknown(self.rs_parts(node)),
        };
        self.add(expr, span)
    }

    pub(super) fn rs_args(&mut self, list: Node<'_>) -> Vec<Arg> {
        let mut args = Vec::new();
        for child in named(list) {
            if child.kind() == "attribute_item" {
                continue;
            }
            // `name = value`, in the arguments of a macro.
            let (name, value) = if child.kind() == "assignment_expression" {
                let name = field(child, "left").map(|left| self.sym(left));
                (name, field(child, "right").unwrap_or(child))
            } else {
                (None, child)
            };
            let mutable = value.kind() == "reference_expression"
                && named(value)
                    .iter()
                    .any(|part| part.kind() == "mutable_specifier");
            let value = self.rs_expr(value);
            args.push(Arg {
                name,
                spread: false,
                mutable,
                value,
            });
        }
        args
    }

    fn rs_if(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let mut arms = Vec::new();
        let mut last = None;
        let mut at = Some(node);
        while let Some(one) = at.take() {
            let test = self.rs_field(one, "condition");
            let body = self.rs_field(one, "consequence");
            arms.push((test, body));
            if let Some(clause) = field(one, "alternative") {
                match named(clause).first() {
                    Some(inner) if inner.kind() == "if_expression" => at = Some(*inner),
                    Some(inner) => last = Some(self.rs_expr(*inner)),
                    None => {}
                }
            }
        }
        self.add(Expr::Branches(arms, last), span)
    }

    fn rs_arms(&mut self, body: Node<'_>) -> Vec<Arm> {
        let mut arms = Vec::new();
        for arm in named(body) {
            if arm.kind() != "match_arm" {
                continue;
            }
            let Some(pattern) = field(arm, "pattern") else {
                continue;
            };
            let guard = field(pattern, "condition").map(|test| self.rs_expr(test));
            let inner = named(pattern).first().copied().unwrap_or(pattern);
            let pattern = self.rs_pattern(inner);
            let body = self.rs_field(arm, "value");
            arms.push(Arm {
                pattern,
                guard,
                body,
            });
        }
        arms
    }

    fn rs_struct(&mut self, node: Node<'_>) -> Expr {
        let mut entries = Vec::new();
        let Some(body) = field(node, "body") else {
            return Expr::Unknown(Vec::new());
        };
        for part in named(body) {
            match part.kind() {
                "field_initializer" => {
                    if let (Some(name), Some(value)) = (field(part, "field"), field(part, "value"))
                    {
                        let span = self.span(name);
                        let key = self.text_const(self.text(name), span);
                        let value = self.rs_expr(value);
                        entries.push((Some(key), value));
                    }
                }
                "shorthand_field_initializer" => {
                    let span = self.span(part);
                    let text = self.text(part);
                    let key = self.text_const(text, span);
                    let name = self.names.intern(text);
                    let value = self.add(Expr::Name(name), span);
                    entries.push((Some(key), value));
                }
                _ => {
                    let value = self.rs_parts(part).first().copied();
                    entries.extend(value.map(|value| (None, value)));
                }
            }
        }
        Expr::Map(entries)
    }
}

/// Named children, each with the attributes before it.
fn attributed(node: Node<'_>) -> Vec<(Vec<Node<'_>>, Node<'_>)> {
    let mut all = Vec::new();
    let mut attributes = Vec::new();
    for child in named(node) {
        if child.kind() == "attribute_item" {
            attributes.push(child);
        } else {
            all.push((std::mem::take(&mut attributes), child));
        }
    }
    all
}

/// Whether a type holds a number, a truth value or an identifier made of hexadecimal digits.
pub(super) fn is_number(text: &str) -> bool {
    matches!(
        text.rsplit("::").next().unwrap_or(text),
        "i8" | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "f32"
            | "f64"
            | "bool"
            | "Uuid"
            | "IpAddr"
            | "Ipv4Addr"
            | "SocketAddr"
    )
}
