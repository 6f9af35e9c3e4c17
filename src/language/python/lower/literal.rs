//! Python expressions.

use crate::language::ir::{Arg, Clause, Const, Expr, ExprId, Op, Pattern};
use crate::language::lower::{Lower, field, integer, named, operator, unescape};
use crate::language::python::kind;
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn py_expr(&mut self, node: Node<'_>) -> ExprId {
        self.deeper(node, |this| this.py_expr_inner(node))
    }

    fn py_parts(&mut self, node: Node<'_>) -> Vec<ExprId> {
        named(node).into_iter().map(|n| self.py_expr(n)).collect()
    }

    fn py_field(&mut self, node: Node<'_>, name: &str) -> ExprId {
        match field(node, name) {
            Some(inner) => self.py_expr(inner),
            None => self.missing(node),
        }
    }

    fn py_expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let expr = match node.kind() {
            kind::IDENTIFIER => Expr::Name(self.sym(node)),
            kind::STRING | kind::CONCATENATED_STRING => return self.py_string(node),
            kind::INTEGER => Expr::Const(integer(self.text(node))),
            kind::FLOAT => Expr::Const(Const::Other(self.text(node).into())),
            kind::TRUE => Expr::Const(Const::Bool(true)),
            kind::FALSE => Expr::Const(Const::Bool(false)),
            kind::NONE => Expr::Const(Const::None),
            kind::ATTRIBUTE => {
                let object = self.py_field(node, "object");
                match field(node, "attribute") {
                    Some(name) => Expr::Attr(object, self.sym(name)),
                    None => Expr::Unknown(vec![object]),
                }
            }
            kind::SUBSCRIPT => {
                let object = self.py_field(node, "value");
                let keys: Vec<Node<'_>> = node.children_by_field_name("subscript").collect();
                match keys.as_slice() {
                    [key] if key.kind() == kind::SLICE => {
                        let (from, to) = self.py_slice(*key);
                        Expr::Slice(object, from, to)
                    }
                    [key] => Expr::Index(object, self.py_expr(*key)),
                    keys => {
                        let parts = keys.iter().map(|key| self.py_expr(*key)).collect();
                        let key = self.add(Expr::Seq(parts), span);
                        Expr::Index(object, key)
                    }
                }
            }
            kind::CALL => self.py_call(node),
            kind::BINARY_OPERATOR => {
                let op = field(node, "operator").map_or(Op::Other, |op| operator(self.text(op)));
                let left = self.py_field(node, "left");
                let right = self.py_field(node, "right");
                Expr::Binary(op, left, right)
            }
            kind::BOOLEAN_OPERATOR => {
                let op = field(node, "operator").map_or(Op::Other, |op| operator(self.text(op)));
                let left = self.py_field(node, "left");
                let right = self.py_field(node, "right");
                Expr::Binary(op, left, right)
            }
            kind::COMPARISON_OPERATOR => return self.py_comparison(node),
            kind::NOT_OPERATOR => Expr::Not(self.py_field(node, "argument")),
            kind::UNARY_OPERATOR => {
                let minus = self.text(node).starts_with('-');
                let inner = self.py_field(node, "argument");
                if minus {
                    Expr::Neg(inner)
                } else {
                    Expr::Unknown(vec![inner])
                }
            }
            kind::CONDITIONAL_EXPRESSION => match self.py_parts(node).as_slice() {
                [yes, test, no] => Expr::Branches(vec![(*test, *yes)], Some(*no)),
                parts => Expr::Unknown(parts.to_vec()),
            },
            kind::LIST | kind::TUPLE | kind::SET | kind::EXPRESSION_LIST => {
                Expr::Seq(self.py_parts(node))
            }
            kind::DICTIONARY => {
                let mut entries = Vec::new();
                for child in named(node) {
                    if child.kind() == kind::PAIR {
                        let key = self.py_field(child, "key");
                        let value = self.py_field(child, "value");
                        entries.push((Some(key), value));
                    } else {
                        let value = self.py_parts(child).first().copied();
                        entries.extend(value.map(|value| (None, value)));
                    }
                }
                Expr::Map(entries)
            }
            kind::LIST_COMPREHENSION
            | kind::SET_COMPREHENSION
            | kind::GENERATOR_EXPRESSION
            | kind::DICTIONARY_COMPREHENSION => return self.py_comprehension(node),
            kind::LAMBDA => self.anonymous(span, |lower| {
                let params =
                    field(node, "parameters").map_or_else(Vec::new, |p| lower.py_params(p));
                let body = field(node, "body").map(|body| lower.py_expr(body));
                (params, body)
            }),
            kind::NAMED_EXPRESSION => {
                let value = self.py_field(node, "value");
                let target = field(node, "name").map_or(Pattern::Wild, |name| self.py_target(name));
                Expr::Bind(Box::new(target), value)
            }
            kind::AWAIT
            | kind::PARENTHESIZED_EXPRESSION
            | kind::LIST_SPLAT
            | kind::DICTIONARY_SPLAT
            | kind::TYPE
            | kind::AS_PATTERN
            | kind::CASE_PATTERN => match named(node).first() {
                Some(inner) => return self.py_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            kind::KEYWORD_ARGUMENT => return self.py_field(node, "value"),
            kind::ASSIGNMENT => return self.py_field(node, "right"),
            _ => Expr::Unknown(self.py_parts(node)),
        };
        self.add(expr, span)
    }

    fn py_slice(&mut self, node: Node<'_>) -> (Option<ExprId>, Option<ExprId>) {
        let (mut from, mut to, mut colons) = (None, None, 0);
        for child in node.children().collect::<Vec<_>>() {
            if child.kind() == ":" {
                colons += 1;
            } else if child.is_named() && !child.is_extra() {
                let part = self.py_expr(child);
                match colons {
                    0 => from = Some(part),
                    1 => to = Some(part),
                    _ => {}
                }
            }
        }
        (from, to)
    }

    fn py_call(&mut self, node: Node<'_>) -> Expr {
        let callee = self.py_field(node, "function");
        let mut args = Vec::new();
        if let Some(list) = field(node, "arguments") {
            if list.kind() == kind::GENERATOR_EXPRESSION {
                let value = self.py_expr(list);
                args.push(Arg {
                    name: None,
                    spread: false,
                    mutable: false,
                    value,
                });
            } else {
                for child in named(list) {
                    let name = match child.kind() {
                        kind::KEYWORD_ARGUMENT => field(child, "name").map(|name| self.sym(name)),
                        _ => None,
                    };
                    let spread = matches!(child.kind(), kind::LIST_SPLAT | kind::DICTIONARY_SPLAT);
                    let value = self.py_expr(child);
                    args.push(Arg {
                        name,
                        spread,
                        mutable: false,
                        value,
                    });
                }
            }
        }
        Expr::Call(callee, args)
    }

    fn py_comparison(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let mut operands = Vec::new();
        let mut ops: Vec<String> = Vec::new();
        let mut fresh = true;
        for child in node.children().collect::<Vec<_>>() {
            if child.is_extra() {
                continue;
            }
            if child.is_named() {
                operands.push(self.py_expr(child));
                fresh = true;
            } else if fresh {
                ops.push(
                    self.text(child)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" "),
                );
                fresh = false;
            } else if let Some(last) = ops.last_mut() {
                last.push(' ');
                last.push_str(self.text(child));
            }
        }
        let mut whole = None;
        for (at, op) in ops.iter().enumerate() {
            let (Some(left), Some(right)) = (operands.get(at), operands.get(at + 1)) else {
                continue;
            };
            let one = self.add(Expr::Binary(operator(op), *left, *right), span);
            whole = Some(match whole {
                None => one,
                Some(before) => self.add(Expr::Binary(Op::And, before, one), span),
            });
        }
        whole.unwrap_or_else(|| self.missing(node))
    }

    fn py_comprehension(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let mut clauses: Vec<Clause> = Vec::new();
        for child in named(node) {
            match child.kind() {
                kind::FOR_IN_CLAUSE => {
                    let iter = self.py_field(child, "right");
                    let target =
                        field(child, "left").map_or(Pattern::Wild, |left| self.py_target(left));
                    clauses.push(Clause {
                        target,
                        iter,
                        tests: Vec::new(),
                    });
                }
                kind::IF_CLAUSE => {
                    let tests = self.py_parts(child);
                    if let Some(clause) = clauses.last_mut() {
                        clause.tests.extend(tests);
                    }
                }
                _ => {}
            }
        }
        let elements = match field(node, "body") {
            Some(body) if body.kind() == kind::PAIR => {
                vec![self.py_field(body, "value"), self.py_field(body, "key")]
            }
            Some(body) => vec![self.py_expr(body)],
            None => Vec::new(),
        };
        self.add(Expr::Comprehension(elements, clauses), span)
    }

    fn py_string(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let mut parts = Vec::new();
        if node.kind() == kind::CONCATENATED_STRING {
            for child in named(node) {
                parts.push(self.py_expr(child));
            }
        } else {
            let raw = self
                .text(node)
                .chars()
                .take_while(|c| c.is_ascii_alphabetic())
                .any(|c| matches!(c, 'r' | 'R'));
            let mut literal = String::new();
            for child in named(node) {
                match child.kind() {
                    kind::STRING_CONTENT => {
                        let text = self.text(child);
                        if raw || !text.contains('\\') {
                            literal.push_str(text);
                        } else {
                            literal.push_str(&unescape(text));
                        }
                    }
                    kind::ESCAPE_SEQUENCE => literal.push_str(&unescape(self.text(child))),
                    kind::ESCAPE_INTERPOLATION => {
                        literal.push_str(self.text(child).get(..1).unwrap_or_default());
                    }
                    kind::INTERPOLATION => {
                        if !literal.is_empty() {
                            let id = self.text_const(&literal, span);
                            parts.push(id);
                            literal.clear();
                        }
                        let inner = self.py_field(child, "expression");
                        parts.push(inner);
                    }
                    _ => {}
                }
            }
            if parts.is_empty() {
                return self.text_const(&literal, span);
            }
            if !literal.is_empty() {
                let id = self.text_const(&literal, span);
                parts.push(id);
            }
        }
        self.add(Expr::Format(parts), span)
    }
}
