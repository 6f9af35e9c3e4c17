//! Rust expressions.

use std::rc::Rc;

use crate::language::ir::{Arg, Arm, Const, Expr, ExprId, Pattern};
use crate::language::lower::{Lower, field, integer, named, operator, unescape};
use crate::language::rust::kind;
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn rs_field(&mut self, node: Node<'_>, name: &str) -> ExprId {
        match field(node, name) {
            Some(inner) => self.rs_expr(inner),
            None => self.missing(node),
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
            kind::IDENTIFIER
            | kind::SELF
            | kind::CRATE
            | kind::SUPER
            | kind::METAVARIABLE
            | kind::FIELD_IDENTIFIER
            | kind::SHORTHAND_FIELD_IDENTIFIER => Expr::Name(self.sym(node)),
            kind::SCOPED_IDENTIFIER | kind::SCOPED_TYPE_IDENTIFIER | kind::TYPE_IDENTIFIER => {
                let text = self.text(node);
                match self.rs_path(text, span) {
                    Some(id) => return id,
                    None => Expr::Unknown(Vec::new()),
                }
            }
            kind::STRING_LITERAL | kind::RAW_STRING_LITERAL => {
                let raw = node.kind() == kind::RAW_STRING_LITERAL;
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
            kind::CHAR_LITERAL => {
                let text = self.text(node);
                let text = text.trim_start_matches('b');
                let inside = text.get(1..text.len().saturating_sub(1));
                Expr::Const(Const::Text(unescape(inside.unwrap_or_default()).into()))
            }
            kind::INTEGER_LITERAL => Expr::Const(integer(self.text(node))),
            kind::FLOAT_LITERAL => Expr::Const(Const::Other(self.text(node).into())),
            kind::BOOLEAN_LITERAL => Expr::Const(Const::Bool(self.text(node) == "true")),
            kind::UNIT_EXPRESSION => Expr::Const(Const::None),
            kind::FIELD_EXPRESSION => {
                let object = self.rs_field(node, "value");
                match field(node, "field") {
                    Some(name) => Expr::Attr(object, self.sym(name)),
                    None => Expr::Unknown(vec![object]),
                }
            }
            kind::CALL_EXPRESSION => {
                let callee = self.rs_field(node, "function");
                let args = match field(node, "arguments") {
                    Some(list) => self.rs_args(list),
                    None => Vec::new(),
                };
                Expr::Call(callee, args)
            }
            kind::GENERIC_FUNCTION => {
                let Some(function) = field(node, "function") else {
                    return self.missing(node);
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
            kind::REFERENCE_EXPRESSION => return self.rs_field(node, "value"),
            kind::TRY_EXPRESSION => match named(node).first() {
                Some(inner) => Expr::OrLeave(self.rs_expr(*inner)),
                None => Expr::Unknown(Vec::new()),
            },
            kind::AWAIT_EXPRESSION | kind::PARENTHESIZED_EXPRESSION => match named(node).first() {
                Some(inner) => return self.rs_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            kind::UNARY_EXPRESSION => {
                let sign = self.text(node).chars().next();
                match (sign, named(node).first()) {
                    (Some('!'), Some(inner)) => Expr::Not(self.rs_expr(*inner)),
                    (Some('-'), Some(inner)) => Expr::Neg(self.rs_expr(*inner)),
                    (_, Some(inner)) => return self.rs_expr(*inner),
                    _ => Expr::Unknown(Vec::new()),
                }
            }
            kind::BINARY_EXPRESSION => {
                let op = field(node, "operator").map_or("", |op| self.text(op));
                let op = operator(op);
                let left = self.rs_field(node, "left");
                let right = self.rs_field(node, "right");
                Expr::Binary(op, left, right)
            }
            kind::ASSIGNMENT_EXPRESSION
            | kind::COMPOUND_ASSIGNMENT_EXPR
            | kind::RETURN_EXPRESSION
            | kind::BREAK_EXPRESSION
            | kind::CONTINUE_EXPRESSION
            | kind::FOR_EXPRESSION
            | kind::WHILE_EXPRESSION
            | kind::LOOP_EXPRESSION => {
                let mut body = Vec::new();
                self.rs_stmt(node, &mut body);
                Expr::Block(body, None)
            }
            kind::IF_EXPRESSION => return self.rs_if(node),
            kind::MATCH_EXPRESSION => {
                let subject = self.rs_field(node, "value");
                let arms = field(node, "body").map_or_else(Vec::new, |body| self.rs_arms(body));
                Expr::Match(subject, arms)
            }
            kind::BLOCK => {
                let (body, tail) = self.rs_block(node);
                Expr::Block(body, tail)
            }
            kind::UNSAFE_BLOCK
            | kind::ASYNC_BLOCK
            | kind::TRY_BLOCK
            | kind::CONST_BLOCK
            | "labeled_block"
            | kind::GEN_BLOCK => {
                match named(node)
                    .into_iter()
                    .find(|child| child.kind() == kind::BLOCK)
                {
                    Some(block) => return self.rs_expr(block),
                    None => Expr::Unknown(Vec::new()),
                }
            }
            kind::CLOSURE_EXPRESSION => self.anonymous(span, |lower| {
                let params =
                    field(node, "parameters").map_or_else(Vec::new, |p| lower.rs_params(p));
                let body = field(node, "body").map(|body| lower.rs_expr(body));
                (params, body)
            }),
            kind::TUPLE_EXPRESSION | kind::ARRAY_EXPRESSION => Expr::Seq(self.rs_parts(node)),
            kind::STRUCT_EXPRESSION => self.rs_struct(node),
            kind::INDEX_EXPRESSION => match self.rs_parts(node).as_slice() {
                [object, key] => Expr::Index(*object, *key),
                parts => Expr::Unknown(parts.to_vec()),
            },
            kind::TYPE_CAST_EXPRESSION => {
                let value = self.rs_field(node, "value");
                let ty = field(node, "type").map_or("", |ty| self.text(ty));
                match self.rs_type(ty, span) {
                    Some(ty) => Expr::Typed(value, ty),
                    None => return value,
                }
            }
            kind::LET_CONDITION => {
                let value = self.rs_field(node, "value");
                let target = field(node, "pattern").map_or(Pattern::Wild, |p| self.rs_pattern(p));
                Expr::Bind(Box::new(target), value)
            }
            kind::LET_CHAIN => {
                let parts = self.rs_parts(node);
                let mut whole: Option<ExprId> = None;
                for part in parts {
                    whole = Some(match whole {
                        None => part,
                        Some(before) => self.add(
                            Expr::Binary(crate::language::ir::Op::And, before, part),
                            span,
                        ),
                    });
                }
                return whole.unwrap_or_else(|| self.missing(node));
            }
            kind::MACRO_INVOCATION => return self.rs_macro(node),
            kind::ELSE_CLAUSE => match named(node).first() {
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
            if child.kind() == kind::ATTRIBUTE_ITEM {
                continue;
            }
            // `name = value`, in the arguments of a macro.
            let (name, value) = if child.kind() == kind::ASSIGNMENT_EXPRESSION {
                let name = field(child, "left").map(|left| self.sym(left));
                (name, field(child, "right").unwrap_or(child))
            } else {
                (None, child)
            };
            let mutable = value.kind() == kind::REFERENCE_EXPRESSION
                && named(value)
                    .iter()
                    .any(|part| part.kind() == kind::MUTABLE_SPECIFIER);
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
                    Some(inner) if inner.kind() == kind::IF_EXPRESSION => at = Some(*inner),
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
            if arm.kind() != kind::MATCH_ARM {
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
                kind::FIELD_INITIALIZER => {
                    if let (Some(name), Some(value)) = (field(part, "field"), field(part, "value"))
                    {
                        let span = self.span(name);
                        let key = self.text_const(self.text(name), span);
                        let value = self.rs_expr(value);
                        entries.push((Some(key), value));
                    }
                }
                kind::SHORTHAND_FIELD_INITIALIZER => {
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
