//! Lowers TypeScript and JavaScript. Functions of a block are known before its first statement, as the language has it.
//!
//! A function that stands where a value is wanted is defined there under a name of its own; what is taken apart
//! (`const { a, b: [c] } = value`) is read part by part, so that a part has the path that it has elsewhere. The
//! parameters of handlers have the names that the frameworks' documentation gives them: see [`roles`].
//!
//! Does not catch: what a block declares under a name that stands for something else around it; getters, generators
//! that are resumed with a value, `with`, prototypes that are filled by hand.

mod branch;
mod class;
mod expression;
mod function;
mod markup;
mod module;
mod pattern;
mod roles;

use crate::language::ir::{Const, Expr, ExprId, Op, Pattern, Span, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named, operator};
use crate::language::typescript::kind;
use crate::syntax::Node;

/// What a module gives that has no name.
pub(super) const DEFAULT: &str = "default";

impl Lower<'_> {
    pub(in crate::language::typescript) fn ts_file(&mut self) {
        let root = self.parsed.root();
        self.open("", Span::default());
        let mut body = Vec::new();
        self.ts_statements(&named(root), &mut body);
        if let Some(module) = self.unit.functions.first_mut() {
            module.body = body;
        }
    }

    /// Statements: what they import and the functions that they declare come first.
    fn ts_statements(&mut self, all: &[Node<'_>], out: &mut Vec<Stmt>) {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return;
        }
        self.depth += 1;
        for node in all {
            if node.kind() == kind::IMPORT_STATEMENT {
                self.ts_import(*node, out);
            }
        }
        for node in all {
            let inner = match node.kind() {
                kind::EXPORT_STATEMENT => field(*node, "declaration"),
                _ => Some(*node),
            };
            if let Some(inner) = inner.filter(is_function_declaration) {
                self.ts_declared(inner, node.kind() == kind::EXPORT_STATEMENT, out);
            }
        }
        for node in all {
            self.ts_stmt(*node, out);
        }
        self.depth -= 1;
    }

    /// A block, or the one statement that stands for one.
    pub(super) fn ts_block(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            kind::STATEMENT_BLOCK | kind::PROGRAM => self.ts_statements(&named(node), out),
            _ => self.ts_statements(&[node], out),
        }
    }

    pub(super) fn ts_field_block(&mut self, node: Node<'_>, name: &str) -> Vec<Stmt> {
        let mut body = Vec::new();
        if let Some(block) = field(node, name) {
            self.ts_block(block, &mut body);
        }
        body
    }

    pub(super) fn ts_stmt(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return;
        }
        self.depth += 1;
        self.ts_stmt_inner(node, out);
        self.depth -= 1;
    }

    fn ts_stmt_inner(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            kind::EXPRESSION_STATEMENT => {
                for part in named(node) {
                    self.ts_simple(part, out);
                }
            }
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => {
                for declarator in named(node) {
                    self.ts_declarator(declarator, false, out);
                }
            }
            kind::RETURN_STATEMENT => {
                let value = named(node).first().map(|value| self.ts_expr(*value));
                out.push(Stmt::Return(value));
            }
            kind::THROW_STATEMENT => {
                let parts = named(node).iter().map(|part| self.ts_expr(*part)).collect();
                out.push(Stmt::Raise(parts));
            }
            kind::IF_STATEMENT => self.ts_if(node, out),
            kind::FOR_STATEMENT => self.ts_for(node, out),
            kind::FOR_IN_STATEMENT => self.ts_for_in(node, out),
            kind::WHILE_STATEMENT | kind::DO_STATEMENT => self.ts_while(node, out),
            kind::SWITCH_STATEMENT => self.ts_switch(node, out),
            kind::TRY_STATEMENT => self.ts_try(node, out),
            kind::BREAK_STATEMENT => {
                if named(node).is_empty() && self.ts_leaves_switch(node) {
                    return;
                }
                out.push(Stmt::Break);
            }
            kind::CONTINUE_STATEMENT => out.push(Stmt::Continue),
            kind::STATEMENT_BLOCK | "ERROR" => self.ts_statements(&named(node), out),
            kind::LABELED_STATEMENT => out.extend(self.ts_field_block(node, "body")),
            kind::CLASS_DECLARATION | kind::ABSTRACT_CLASS_DECLARATION => {
                self.ts_class(node, None, out);
            }
            kind::EXPORT_STATEMENT => self.ts_export(node, out),
            kind::ENUM_DECLARATION => self.ts_enum(node, out),
            kind::INTERNAL_MODULE | kind::MODULE => out.extend(self.ts_field_block(node, "body")),
            kind::IMPORT_ALIAS
            | kind::IMPORT_STATEMENT
            | kind::FUNCTION_DECLARATION
            | kind::GENERATOR_FUNCTION_DECLARATION
            | kind::FUNCTION_SIGNATURE
            | kind::INTERFACE_DECLARATION
            | kind::TYPE_ALIAS_DECLARATION
            | kind::AMBIENT_DECLARATION
            | kind::DEBUGGER_STATEMENT
            | kind::EMPTY_STATEMENT => {}
            _ => self.ts_simple(node, out),
        }
    }

    /// `name: type = value`; a function is called as the name.
    pub(super) fn ts_declarator(&mut self, node: Node<'_>, public: bool, out: &mut Vec<Stmt>) {
        let Some(target) = field(node, "name") else {
            return;
        };
        let value = field(node, "value");
        if let (kind::IDENTIFIER, Some(value)) = (target.kind(), value) {
            if is_function(value) {
                let id = self.ts_function(value, Some(self.text(target)), public, None);
                out.push(Stmt::Def(id));
                return;
            }
            if value.kind() == kind::CLASS {
                self.ts_class(value, Some(target), out);
                return;
            }
        }
        let ty = field(node, "type").and_then(|ty| self.ts_type(ty));
        let span = self.span(node);
        let value = match (value, ty) {
            (Some(value), None) => self.ts_expr(value),
            (Some(value), Some(ty)) => {
                let value = self.ts_expr(value);
                self.add(Expr::Typed(value, ty), span)
            }
            (None, Some(ty)) => {
                let nothing = self.add(Expr::Unknown(Vec::new()), span);
                self.add(Expr::Typed(nothing, ty), span)
            }
            // What is set later, if at all.
            (None, None) => self.add(Expr::Unknown(Vec::new()), span),
        };
        self.ts_bind(target, value, out);
    }

    /// An expression for its effect.
    pub(super) fn ts_simple(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            kind::ASSIGNMENT_EXPRESSION => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                if self.ts_exported(left, right, out) {
                    return;
                }
                let value = self.ts_expr(right);
                self.ts_bind(left, value, out);
            }
            kind::AUGMENTED_ASSIGNMENT_EXPRESSION => {
                let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
                    return;
                };
                let written = field(node, "operator").map_or("", |op| self.text(op));
                let (old, target) = self.ts_place(left);
                let value = self.ts_expr(right);
                let written = written.strip_suffix('=').unwrap_or(written);
                if matches!(written, "||" | "&&" | "??") {
                    let span = self.span(node);
                    let value = self.add(Expr::Binary(operation(written), old, value), span);
                    out.push(Stmt::Assign(target, value));
                    return;
                }
                out.push(Stmt::Augment(target, old, operation(written), value));
            }
            kind::UPDATE_EXPRESSION => {
                if let Some(target) = field(node, "argument") {
                    let span = self.span(node);
                    let (old, target) = self.ts_place(target);
                    let one = self.add(Expr::Const(Const::Int(1)), span);
                    out.push(Stmt::Augment(target, old, Op::Add, one));
                }
            }
            kind::SEQUENCE_EXPRESSION => {
                for part in named(node) {
                    self.ts_stmt(part, out);
                }
            }
            _ => {
                let id = self.ts_expr(node);
                out.push(Stmt::Expr(id));
            }
        }
    }

    /// What is read and written again: as an expression, which is lowered once, and as a target.
    pub(super) fn ts_place(&mut self, node: Node<'_>) -> (ExprId, Pattern) {
        let old = self.ts_expr(node);
        let target = match self.unit.expr(old) {
            Expr::Name(name) => Pattern::Bind(*name, self.span(node)),
            Expr::Attr(..) | Expr::Index(..) => Pattern::Place(old),
            _ => Pattern::Wild,
        };
        (old, target)
    }

    /// What can be written to, but for what is taken apart.
    pub(super) fn ts_target(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN => {
                Pattern::Bind(self.sym(node), self.span(node))
            }
            kind::MEMBER_EXPRESSION | kind::SUBSCRIPT_EXPRESSION => {
                Pattern::Place(self.ts_expr(node))
            }
            _ => Pattern::Wild,
        }
    }

    /// `enum E { A = "a" }` is an object of its members.
    fn ts_enum(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
            return;
        };
        let mut entries = Vec::new();
        for (at, member) in named(body).into_iter().enumerate() {
            let span = self.span(member);
            let key = field(member, "name").unwrap_or(member);
            let value = match field(member, "value") {
                Some(value) => self.ts_expr(value),
                None => {
                    let at = i64::try_from(at).unwrap_or(i64::MAX);
                    self.add(Expr::Const(Const::Int(at)), span)
                }
            };
            let key = self.ts_key(key);
            entries.push((Some(key), value));
        }
        let span = self.span(node);
        let whole = self.add(Expr::Map(entries), span);
        let target = Pattern::Bind(self.sym(name), self.span(name));
        out.push(Stmt::Assign(target, whole));
    }

    /// Statements as a value that is none.
    pub(super) fn ts_body(&mut self, body: Vec<Stmt>, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        self.add(Expr::Block(body, None), span)
    }
}

/// A function where a value is wanted.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION
    )
}

/// A function that a block declares.
fn is_function_declaration(node: &Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::FUNCTION_DECLARATION | kind::GENERATOR_FUNCTION_DECLARATION
    )
}

/// A binary operator.
pub(super) fn operation(text: &str) -> Op {
    match text {
        "===" => Op::Eq,
        "!==" => Op::Ne,
        // What is nothing, or else the other.
        "??" => Op::Or,
        // Of numbers only, unlike elsewhere; and a text has no `%`.
        "/" | "%" => Op::FloorDiv,
        "|" | "&" | "^" | "<<" | ">>" | ">>>" => Op::Sub,
        "instanceof" => Op::Lt,
        text => operator(text),
    }
}
