//! Go expressions.

use crate::language::go::kind;
use crate::language::ir::{Arg, Const, Expr, ExprId, Op, Stmt};
use crate::language::lower::{Lower, field, integer, named, operator, unescape};
use crate::syntax::Node;

/// Functions that fill what they are given, also where it is a pointer already.
const FILLS: [&str; 18] = [
    "Decode",
    "Unmarshal",
    "Bind",
    "BindJSON",
    "BindQuery",
    "BindUri",
    "BindHeader",
    "ShouldBind",
    "ShouldBindJSON",
    "ShouldBindQuery",
    "ShouldBindUri",
    "ShouldBindWith",
    "ShouldBindHeader",
    "BodyParser",
    "QueryParser",
    "ParamsParser",
    "ReadJSON",
    "DecodeJSON",
];

impl Lower<'_> {
    pub(super) fn go_expr(&mut self, node: Node<'_>) -> ExprId {
        self.deeper(node, |this| this.go_expr_inner(node))
    }

    fn go_parts(&mut self, node: Node<'_>) -> Vec<ExprId> {
        named(node).into_iter().map(|n| self.go_expr(n)).collect()
    }

    pub(super) fn go_field(&mut self, node: Node<'_>, name: &str) -> ExprId {
        match field(node, name) {
            Some(inner) => self.go_expr(inner),
            None => self.missing(node),
        }
    }

    /// The expressions of a list, or the one that stands alone.
    pub(super) fn go_list(&mut self, node: Node<'_>) -> Vec<ExprId> {
        match node.kind() {
            kind::EXPRESSION_LIST => self.go_parts(node),
            _ => vec![self.go_expr(node)],
        }
    }

    fn go_expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let expr = match node.kind() {
            kind::IDENTIFIER => Expr::Name(self.sym(node)),
            kind::INTERPRETED_STRING_LITERAL => {
                let text = self.text(node);
                let text = text.strip_prefix('"').unwrap_or(text);
                let text = unescape(text.strip_suffix('"').unwrap_or(text));
                return self.text_const(&text, span);
            }
            kind::RAW_STRING_LITERAL => {
                return self.text_const(self.text(node).trim_matches('`'), span);
            }
            kind::INT_LITERAL => Expr::Const(number(self.text(node))),
            kind::FLOAT_LITERAL | kind::IMAGINARY_LITERAL | kind::RUNE_LITERAL => {
                Expr::Const(Const::Other(self.text(node).into()))
            }
            kind::TRUE => Expr::Const(Const::Bool(true)),
            kind::FALSE => Expr::Const(Const::Bool(false)),
            kind::NIL => Expr::Const(Const::None),
            kind::SELECTOR_EXPRESSION => {
                let operand = self.go_field(node, "operand");
                match field(node, "field") {
                    Some(name) => Expr::Attr(operand, self.sym(name)),
                    None => Expr::Unknown(vec![operand]),
                }
            }
            kind::INDEX_EXPRESSION => {
                let operand = self.go_field(node, "operand");
                Expr::Index(operand, self.go_field(node, "index"))
            }
            kind::SLICE_EXPRESSION => {
                let operand = self.go_field(node, "operand");
                let from = field(node, "start").map(|start| self.go_expr(start));
                let to = field(node, "end").map(|end| self.go_expr(end));
                Expr::Slice(operand, from, to)
            }
            kind::CALL_EXPRESSION => self.go_call(node),
            kind::TYPE_ASSERTION_EXPRESSION => {
                let operand = self.go_field(node, "operand");
                match field(node, "type").and_then(|ty| self.go_type(ty)) {
                    Some(ty) => Expr::Typed(operand, ty),
                    None => return operand,
                }
            }
            kind::TYPE_CONVERSION_EXPRESSION => return self.go_field(node, "operand"),
            kind::COMPOSITE_LITERAL => {
                return match field(node, "body") {
                    Some(body) => self.go_literal(body, field(node, "type")),
                    None => self.missing(node),
                };
            }
            kind::FUNC_LITERAL => {
                let id = self.go_function(node, None);
                let name = self.unit.functions.get(id).map(|function| function.name);
                let name = name.map(|name| self.add(Expr::Name(name), span));
                Expr::Block(vec![Stmt::Def(id)], name)
            }
            kind::UNARY_EXPRESSION => {
                let operand = self.go_field(node, "operand");
                match field(node, "operator").map_or("", |op| self.text(op)) {
                    "!" => Expr::Not(operand),
                    "-" => Expr::Neg(operand),
                    "*" | "&" | "<-" => return operand,
                    _ => Expr::Unknown(vec![operand]),
                }
            }
            kind::BINARY_EXPRESSION => {
                let op = field(node, "operator").map_or("", |op| self.text(op));
                let logical = matches!(op, "&&" | "||");
                let op = match op {
                    // Of numbers only, unlike elsewhere.
                    "/" => Op::FloorDiv,
                    op => operator(op),
                };
                let mut side = |name| match field(node, name) {
                    Some(side) if logical => self.go_condition(side),
                    Some(side) => self.go_expr(side),
                    None => self.missing(node),
                };
                let (left, right) = (side("left"), side("right"));
                Expr::Binary(op, left, right)
            }
            kind::PARENTHESIZED_EXPRESSION | kind::LITERAL_ELEMENT => match named(node).first() {
                Some(inner) => return self.go_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            kind::TYPE_INSTANTIATION_EXPRESSION => {
                match field(node, "type").and_then(|ty| self.go_type(ty)) {
                    Some(ty) => return ty,
                    None => Expr::Unknown(Vec::new()),
                }
            }
            kind::LITERAL_VALUE => return self.go_literal(node, None),
            _ => Expr::Unknown(self.go_parts(node)),
        };
        self.add(expr, span)
    }

    /// A condition: an element of a map or a list says whether it is there.
    pub(super) fn go_condition(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        match node.kind() {
            kind::INDEX_EXPRESSION => {
                let map = self.go_field(node, "operand");
                let key = self.go_field(node, "index");
                self.add(Expr::Binary(Op::In, key, map), span)
            }
            kind::PARENTHESIZED_EXPRESSION => match named(node).first().copied() {
                Some(inner) => self.deeper(node, |this| this.go_condition(inner)),
                None => self.missing(node),
            },
            kind::UNARY_EXPRESSION if self.text(node).starts_with('!') => {
                let operand = field(node, "operand");
                let inner = match operand {
                    Some(inner) => self.deeper(node, |this| this.go_condition(inner)),
                    None => self.missing(node),
                };
                self.add(Expr::Not(inner), span)
            }
            _ => self.go_expr(node),
        }
    }

    fn go_call(&mut self, node: Node<'_>) -> Expr {
        let Some(callee) = field(node, "function") else {
            return Expr::Unknown(self.go_parts(node));
        };
        let arguments = field(node, "arguments");
        let name = self.text(callee);
        // The first argument of these is a type.
        if callee.kind() == kind::IDENTIFIER && matches!(name, "new" | "make") {
            let list = arguments.map(named).unwrap_or_default();
            let (ty, rest) = match list.split_first() {
                Some((ty, rest)) => (Some(*ty), rest),
                None => (None, &[][..]),
            };
            if name == "new"
                && let Some(ty) = ty.and_then(|ty| self.go_type(ty))
            {
                return Expr::New(ty, Vec::new());
            }
            let args = rest.iter().map(|size| Arg {
                name: None,
                spread: false,
                mutable: false,
                value: self.go_expr(*size),
            });
            let args = args.collect();
            return Expr::Call(self.go_expr(callee), args);
        }
        let last = field(callee, "field").map_or(name, |last| self.text(last));
        let fills = FILLS.contains(&last);
        let function = self.go_expr(callee);
        let args = arguments.map_or_else(Vec::new, |list| self.go_args(list, fills));
        Expr::Call(function, args)
    }

    /// `T{..}`, `[]T{..}`, `map[K]V{..}`; without a type it is one of those in a container.
    fn go_literal(&mut self, body: Node<'_>, ty: Option<Node<'_>>) -> ExprId {
        self.deeper(body, |this| this.go_literal_inner(body, ty))
    }

    fn go_literal_inner(&mut self, body: Node<'_>, ty: Option<Node<'_>>) -> ExprId {
        let span = self.span(body);
        let ty = ty.map(|ty| match ty.kind() {
            kind::POINTER_TYPE => named(ty).first().copied().unwrap_or(ty),
            _ => ty,
        });
        let inner = ty.and_then(|ty| field(ty, "element").or_else(|| field(ty, "value")));
        let is_map = ty.is_some_and(|ty| ty.kind() == kind::MAP_TYPE);
        let is_list = ty.is_some_and(|ty| {
            matches!(
                ty.kind(),
                kind::SLICE_TYPE | kind::ARRAY_TYPE | kind::IMPLICIT_LENGTH_ARRAY_TYPE
            )
        });
        let (mut entries, mut args) = (Vec::new(), Vec::new());
        for child in named(body) {
            let (key, value) = match child.kind() {
                kind::KEYED_ELEMENT => (field(child, "key"), field(child, "value")),
                _ => (None, Some(child)),
            };
            let Some(value) = value else { continue };
            let nested = match value.kind() {
                kind::LITERAL_ELEMENT => named(value).first().copied(),
                _ => Some(value),
            };
            let value = match nested {
                Some(nested) if nested.kind() == kind::LITERAL_VALUE => {
                    self.go_literal(nested, inner)
                }
                Some(nested) => self.go_expr(nested),
                None => continue,
            };
            if is_map {
                let key = key.map(|key| self.go_expr(key));
                entries.push((key, value));
                continue;
            }
            let name = key.filter(|_| !is_list).map(|key| self.sym(key));
            args.push(Arg {
                name,
                spread: false,
                mutable: false,
                value,
            });
        }
        if is_map {
            return self.add(Expr::Map(entries), span);
        }
        let whole = match ty {
            Some(ty) if !is_list => {
                let span = self.span(ty);
                match self.go_type(ty) {
                    Some(ty) => ty,
                    None => self.add(Expr::Unknown(Vec::new()), span),
                }
            }
            // A struct without its type has names, a list has none.
            None if args.iter().any(|arg| arg.name.is_some()) => {
                self.add(Expr::Unknown(Vec::new()), span)
            }
            _ => {
                let items = args.into_iter().map(|arg| arg.value).collect();
                return self.add(Expr::Seq(items), span);
            }
        };
        self.add(Expr::New(whole, args), span)
    }
}

/// `0755` is octal.
fn number(text: &str) -> Const {
    match text.strip_prefix('0') {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            integer(&format!("0o{digits}"))
        }
        _ => integer(text),
    }
}
