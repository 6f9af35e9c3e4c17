//! What is taken apart: `const { a = 1, ...rest } = value`, `[first, , third] = list`.

use crate::language::ir::{Const, Expr, ExprId, Op, Pattern, Stmt, Sym};
use crate::language::lower::{DEPTH, Lower, field, named};
use crate::language::typescript::kind;
use crate::syntax::Node;

impl Lower<'_> {
    /// A name that the file cannot have.
    pub(super) fn ts_fresh(&mut self, what: &str, node: Node<'_>) -> Sym {
        self.names.intern(&format!("{what}@{}", node.start_byte()))
    }

    /// Binds what a pattern names to the parts of a value.
    pub(super) fn ts_bind(&mut self, target: Node<'_>, value: ExprId, out: &mut Vec<Stmt>) {
        if self.depth >= DEPTH {
            self.unit.too_deep = true;
            return;
        }
        self.depth += 1;
        self.ts_bind_inner(target, value, out);
        self.depth -= 1;
    }

    fn ts_bind_inner(&mut self, target: Node<'_>, value: ExprId, out: &mut Vec<Stmt>) {
        let span = self.span(target);
        match target.kind() {
            kind::OBJECT_PATTERN | kind::ARRAY_PATTERN => {
                let value = match self.unit.expr(value) {
                    Expr::Name(_) => value,
                    _ => {
                        let name = self.ts_fresh("apart", target);
                        out.push(Stmt::Assign(Pattern::Bind(name, span), value));
                        self.add(Expr::Name(name), span)
                    }
                };
                if target.kind() == kind::OBJECT_PATTERN {
                    for part in named(target) {
                        self.ts_bind_field(part, value, out);
                    }
                } else {
                    self.ts_bind_elements(target, value, out);
                }
            }
            kind::ASSIGNMENT_PATTERN | kind::OBJECT_ASSIGNMENT_PATTERN => {
                let value = self.ts_or_default(target, value);
                if let Some(left) = field(target, "left") {
                    self.ts_bind(left, value, out);
                }
            }
            kind::REST_PATTERN
            | kind::PARENTHESIZED_EXPRESSION
            | kind::NON_NULL_EXPRESSION
            | kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION => {
                if let Some(inner) = named(target).first() {
                    self.ts_bind(*inner, value, out);
                }
            }
            _ => {
                let target = self.ts_target(target);
                out.push(Stmt::Assign(target, value));
            }
        }
    }

    /// What is there, or else the default.
    fn ts_or_default(&mut self, target: Node<'_>, value: ExprId) -> ExprId {
        let span = self.span(target);
        match field(target, "right") {
            Some(right) => {
                let right = self.ts_expr(right);
                self.add(Expr::Binary(Op::Or, value, right), span)
            }
            None => value,
        }
    }

    fn ts_bind_field(&mut self, part: Node<'_>, whole: ExprId, out: &mut Vec<Stmt>) {
        let span = self.span(part);
        match part.kind() {
            kind::SHORTHAND_PROPERTY_IDENTIFIER_PATTERN => {
                let name = self.sym(part);
                let value = self.add(Expr::Attr(whole, name), span);
                out.push(Stmt::Assign(Pattern::Bind(name, span), value));
            }
            kind::OBJECT_ASSIGNMENT_PATTERN => {
                let Some(left) = field(part, "left") else {
                    return;
                };
                let name = self.sym(left);
                let at = self.span(left);
                let value = self.add(Expr::Attr(whole, name), at);
                let value = self.ts_or_default(part, value);
                out.push(Stmt::Assign(Pattern::Bind(name, at), value));
            }
            kind::PAIR_PATTERN => {
                let (Some(key), Some(target)) = (field(part, "key"), field(part, "value")) else {
                    return;
                };
                let value = match key.kind() {
                    kind::COMPUTED_PROPERTY_NAME => {
                        let key = self.ts_key(key);
                        self.add(Expr::Index(whole, key), span)
                    }
                    _ => {
                        let name = self.names.intern(self.text(key).trim_matches(['"', '\'']));
                        self.add(Expr::Attr(whole, name), span)
                    }
                };
                self.ts_bind(target, value, out);
            }
            _ => self.ts_bind(part, whole, out),
        }
    }

    fn ts_bind_elements(&mut self, target: Node<'_>, whole: ExprId, out: &mut Vec<Stmt>) {
        let mut at = 0;
        for part in target.children() {
            if part.is_extra() {
                continue;
            }
            if !part.is_named() {
                at += i64::from(self.text(part) == ",");
                continue;
            }
            let span = self.span(part);
            let value = match part.kind() {
                kind::REST_PATTERN => whole,
                _ => {
                    let at = self.add(Expr::Const(Const::Int(at)), span);
                    self.add(Expr::Index(whole, at), span)
                }
            };
            self.ts_bind(part, value, out);
        }
    }
}
