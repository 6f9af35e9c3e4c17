//! Rust expressions.

use std::rc::Rc;

use crate::language::ir::{Arg, Arm, Const, Expr, ExprId, Pattern};
use crate::language::lower::{Lower, field, integer, named, operator, unescape};
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
            "closure_expression" => self.anonymous(span, |lower| {
                let params =
                    field(node, "parameters").map_or_else(Vec::new, |p| lower.rs_params(p));
                let body = field(node, "body").map(|body| lower.rs_expr(body));
                (params, body)
            }),
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
                        Some(before) => self.add(
                            Expr::Binary(crate::language::ir::Op::And, before, part),
                            span,
                        ),
                    });
                }
                return whole.unwrap_or_else(|| self.missing(node));
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
