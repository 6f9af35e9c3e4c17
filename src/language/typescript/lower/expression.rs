//! Expressions.

use crate::language::ir::{Arg, Const, Expr, ExprId, Pattern, Span, Stmt};
use crate::language::lower::{Lower, field, integer, named, unescape};
use crate::language::typescript::kind;
use crate::language::typescript::lower::markup::positional;
use crate::language::typescript::lower::{is_function, operation};
use crate::syntax::Node;

/// Tags of templates whose result is the text itself.
const PLAIN_TAGS: [&str; 8] = [
    "String.raw",
    "dedent",
    "outdent",
    "stripIndent",
    "stripIndents",
    "oneLine",
    "oneLineTrim",
    "trimIndent",
];

impl Lower<'_> {
    pub(super) fn ts_expr(&mut self, node: Node<'_>) -> ExprId {
        self.deeper(node, |this| this.ts_expr_inner(node))
    }

    fn ts_parts(&mut self, node: Node<'_>) -> Vec<ExprId> {
        let parts = named(node);
        parts.into_iter().map(|part| self.ts_expr(part)).collect()
    }

    fn ts_field(&mut self, node: Node<'_>, name: &str) -> ExprId {
        match field(node, name) {
            Some(inner) => self.ts_expr(inner),
            None => self.missing(node),
        }
    }

    fn ts_expr_inner(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let expr = match node.kind() {
            kind::IDENTIFIER | kind::SHORTHAND_PROPERTY_IDENTIFIER | kind::THIS | kind::SUPER => {
                Expr::Name(self.sym(node))
            }
            kind::STRING => return self.ts_string(node),
            kind::TEMPLATE_STRING => return self.ts_template(node),
            kind::NUMBER => Expr::Const(number(self.text(node))),
            kind::REGEX => return self.ts_regex(node),
            kind::TRUE => Expr::Const(Const::Bool(true)),
            kind::FALSE => Expr::Const(Const::Bool(false)),
            kind::NULL | kind::UNDEFINED => Expr::Const(Const::None),
            kind::MEMBER_EXPRESSION => return self.ts_member_of(node),
            kind::SUBSCRIPT_EXPRESSION => {
                let object = self.ts_field(node, "object");
                Expr::Index(object, self.ts_field(node, "index"))
            }
            kind::CALL_EXPRESSION => return self.ts_call(node),
            kind::NEW_EXPRESSION => {
                let callee = self.ts_field(node, "constructor");
                let list = field(node, "arguments");
                let mut args = list.map_or_else(Vec::new, |list| self.ts_args(list, None));
                // An address of this site, by the one that it was asked by.
                let base = list.and_then(|list| named(list).get(1).copied());
                let own = [".url", ".nextUrl", ".href", ".origin"];
                if base.is_some_and(|base| own.iter().any(|end| self.text(base).ends_with(end))) {
                    args.truncate(1);
                }
                Expr::Call(callee, args)
            }
            kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION => {
                return self.ts_closure(node, None);
            }
            kind::CLASS => {
                let mut body = Vec::new();
                self.ts_class(node, None, &mut body);
                let name = body.last().and_then(|stmt| match stmt {
                    Stmt::Class(id) => self.unit.classes.get(*id).map(|class| class.name),
                    _ => None,
                });
                let name = name.map(|name| self.add(Expr::Name(name), span));
                Expr::Block(body, name)
            }
            kind::OBJECT => self.ts_object(node),
            kind::ARRAY => {
                let items = named(node);
                let open = items.iter().any(|item| item.kind() == kind::SPREAD_ELEMENT);
                let parts = items.into_iter().map(|item| self.ts_expr(item)).collect();
                match open {
                    true => Expr::Unknown(parts),
                    false => Expr::Seq(parts),
                }
            }
            kind::AWAIT_EXPRESSION
            | kind::PARENTHESIZED_EXPRESSION
            | kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION
            | kind::NON_NULL_EXPRESSION
            | kind::SPREAD_ELEMENT
            | kind::JSX_EXPRESSION
            | kind::TEMPLATE_SUBSTITUTION
            | kind::COMPUTED_PROPERTY_NAME => match named(node).first() {
                Some(inner) => return self.ts_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            // `<T>value`
            "type_assertion" => match named(node).last() {
                Some(inner) => return self.ts_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            kind::INSTANTIATION_EXPRESSION => match named(node).first() {
                Some(inner) => return self.ts_expr(*inner),
                None => Expr::Unknown(Vec::new()),
            },
            kind::BINARY_EXPRESSION => return self.ts_binary(node),
            kind::UNARY_EXPRESSION => return self.ts_unary(node),
            kind::TERNARY_EXPRESSION => {
                let test = self.ts_field(node, "condition");
                let yes = self.ts_field(node, "consequence");
                let no = self.ts_field(node, "alternative");
                Expr::Branches(vec![(test, yes)], Some(no))
            }
            kind::ASSIGNMENT_EXPRESSION => self.ts_assigned(node),
            kind::AUGMENTED_ASSIGNMENT_EXPRESSION | kind::UPDATE_EXPRESSION => {
                let mut body = Vec::new();
                self.ts_simple(node, &mut body);
                let value = body.last().and_then(|stmt| match stmt {
                    Stmt::Augment(_, old, ..) => Some(*old),
                    Stmt::Assign(_, value) => Some(*value),
                    _ => None,
                });
                Expr::Block(body, value)
            }
            kind::SEQUENCE_EXPRESSION => {
                let mut parts = named(node);
                let last = parts.pop().map(|last| (last, Vec::new()));
                let Some((last, mut body)) = last else {
                    return self.missing(node);
                };
                for part in parts {
                    self.ts_simple(part, &mut body);
                }
                let last = self.ts_expr(last);
                Expr::Block(body, Some(last))
            }
            kind::JSX_ELEMENT | kind::JSX_SELF_CLOSING_ELEMENT => self.ts_element(node),
            // `import.meta`, `new.target`.
            kind::META_PROPERTY | kind::IMPORT => {
                let name = self.names.intern(self.text(node));
                Expr::Name(name)
            }
            kind::PROPERTY_IDENTIFIER | kind::PRIVATE_PROPERTY_IDENTIFIER => {
                return self.text_const(self.text(node), span);
            }
            _ => Expr::Unknown(self.ts_parts(node)),
        };
        self.add(expr, span)
    }

    fn ts_member_of(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let object = self.ts_field(node, "object");
        let expr = match field(node, "property") {
            // A number, whatever it is the length of.
            Some(name) if self.text(name) == "length" => Expr::Neg(object),
            // A part of an address, put through a call of that name: the library says what such a part can do no more.
            Some(name) if self.text(name) == "pathname" => {
                let name = self.sym(name);
                let part = self.add(Expr::Attr(object, name), span);
                let through = self.add(Expr::Attr(part, name), span);
                Expr::Call(through, Vec::new())
            }
            Some(name) => Expr::Attr(object, self.sym(name)),
            None => return object,
        };
        self.add(expr, span)
    }

    /// An assignment as a value: what is assigned has a name of its own, so that neither side is lowered twice.
    fn ts_assigned(&mut self, node: Node<'_>) -> Expr {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return Expr::Unknown(Vec::new());
        };
        let span = self.span(right);
        let value = self.ts_expr(right);
        let name = self.ts_fresh("assigned", node);
        let mut body = vec![Stmt::Assign(Pattern::Bind(name, span), value)];
        let value = self.add(Expr::Name(name), span);
        self.ts_bind(left, value, &mut body);
        Expr::Block(body, Some(value))
    }

    fn ts_string(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let written = self.text(node);
        let inner = written.get(1..written.len().saturating_sub(1));
        let text = unescape(inner.unwrap_or_default());
        self.text_const(&text, span)
    }

    /// A template: its text, and what stands in it.
    fn ts_template(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let (whole, start) = (self.text(node), node.start_byte());
        let mut parts = Vec::new();
        let mut from = 1;
        let literal = |this: &mut Self, from: usize, to: usize| {
            let text = whole.get(from..to).filter(|text| !text.is_empty());
            text.map(|text| {
                let text = unescape(text);
                this.text_const(&text, span)
            })
        };
        for child in named(node) {
            if child.kind() == kind::TEMPLATE_SUBSTITUTION {
                parts.extend(literal(
                    self,
                    from,
                    child.start_byte().saturating_sub(start),
                ));
                parts.push(self.ts_expr(child));
                from = child.end_byte().saturating_sub(start);
            }
        }
        let last = literal(self, from, whole.len().saturating_sub(1));
        match (parts.is_empty(), last) {
            (true, Some(only)) => only,
            (true, None) => self.text_const("", span),
            (false, last) => {
                parts.extend(last);
                self.add(Expr::Format(parts), span)
            }
        }
    }

    /// A regular expression is one that is made of its text; one that is asked for everywhere is `RegExp.all`.
    fn ts_regex(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let name = self.names.intern("RegExp");
        let mut callee = self.add(Expr::Name(name), span);
        if field(node, "flags").is_some_and(|flags| self.text(flags).contains('g')) {
            let all = self.names.intern("all");
            callee = self.add(Expr::Attr(callee, all), span);
        }
        let pattern = field(node, "pattern").map_or("", |pattern| self.text(pattern));
        let text = self.text_const(pattern, span);
        self.ts_call_with(callee, text, span)
    }

    pub(super) fn ts_call_with(&mut self, callee: ExprId, value: ExprId, span: Span) -> ExprId {
        self.add(Expr::Call(callee, vec![positional(value)]), span)
    }

    fn ts_object(&mut self, node: Node<'_>) -> Expr {
        let mut entries = Vec::new();
        for part in named(node) {
            match part.kind() {
                kind::PAIR => {
                    let (Some(key), Some(value)) = (field(part, "key"), field(part, "value"))
                    else {
                        continue;
                    };
                    let name = self.text(key);
                    let key = self.ts_key(key);
                    let value = match is_function(value) {
                        true => self.ts_closure_named(value, name),
                        false => self.ts_expr(value),
                    };
                    entries.push((Some(key), value));
                }
                kind::SHORTHAND_PROPERTY_IDENTIFIER => {
                    let span = self.span(part);
                    let key = self.text_const(self.text(part), span);
                    let value = self.ts_expr(part);
                    entries.push((Some(key), value));
                }
                kind::METHOD_DEFINITION => {
                    let Some(key) = field(part, "name") else {
                        continue;
                    };
                    let name = self.text(key);
                    let key = self.ts_key(key);
                    let value = self.ts_closure_named(part, name);
                    entries.push((Some(key), value));
                }
                _ => entries.push((None, self.ts_expr(part))),
            }
        }
        Expr::Map(entries)
    }

    /// The name of a member, as a text; what is computed, as what it is.
    pub(super) fn ts_key(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        match node.kind() {
            kind::COMPUTED_PROPERTY_NAME | kind::STRING => self.ts_expr(node),
            _ => self.text_const(self.text(node), span),
        }
    }

    fn ts_binary(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let written = field(node, "operator").map_or("", |op| self.text(op));
        if let Some(asked) = self.ts_type_asked(node, written) {
            return asked;
        }
        if let Some(asked) = self.ts_place_asked(node, written) {
            return asked;
        }
        let left = self.ts_field(node, "left");
        let right = self.ts_field(node, "right");
        self.add(Expr::Binary(operation(written), left, right), span)
    }

    /// `typeof x === "string"` asks `typeof.string(x)`.
    fn ts_type_asked(&mut self, node: Node<'_>, written: &str) -> Option<ExprId> {
        let negated = match written {
            "===" | "==" => false,
            "!==" | "!=" => true,
            _ => return None,
        };
        let (left, right) = (field(node, "left")?, field(node, "right")?);
        if left.kind() != kind::UNARY_EXPRESSION || right.kind() != kind::STRING {
            return None;
        }
        let operator = field(left, "operator").map_or("", |op| self.text(op));
        let asked = field(left, "argument").filter(|_| operator == "typeof")?;
        let span = self.span(node);
        let word = self.names.intern("typeof");
        let word = self.add(Expr::Name(word), span);
        let ty = self
            .names
            .intern(self.text(right).trim_matches(['"', '\'']));
        let callee = self.add(Expr::Attr(word, ty), span);
        let asked = self.ts_expr(asked);
        let call = self.ts_call_with(callee, asked, span);
        Some(match negated {
            true => self.add(Expr::Not(call), span),
            false => call,
        })
    }

    /// `list.indexOf(x) === -1` asks whether it is not there, `text.indexOf(x) === 0` whether it begins so.
    fn ts_place_asked(&mut self, node: Node<'_>, written: &str) -> Option<ExprId> {
        let (left, right) = (field(node, "left")?, field(node, "right")?);
        let callee = field(left, "function").filter(|_| left.kind() == kind::CALL_EXPRESSION)?;
        let method = field(callee, "property")?;
        if self.text(method) != "indexOf" {
            return None;
        }
        let (method, negated) = match (written, self.text(right)) {
            ("===" | "==", "-1") | ("<", "0") => ("includes", true),
            ("!==" | "!=" | ">", "-1") | (">=", "0") => ("includes", false),
            ("===" | "==", "0") => ("startsWith", false),
            ("!==" | "!=", "0") => ("startsWith", true),
            _ => return None,
        };
        let span = self.span(node);
        let object = self.ts_field(callee, "object");
        let method = self.names.intern(method);
        let callee = self.add(Expr::Attr(object, method), span);
        let list = field(left, "arguments");
        let args = list.map_or_else(Vec::new, |list| self.ts_args(list, None));
        let call = self.add(Expr::Call(callee, args), span);
        Some(match negated {
            true => self.add(Expr::Not(call), span),
            false => call,
        })
    }

    fn ts_unary(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let operand = self.ts_field(node, "argument");
        let expr = match field(node, "operator").map_or("", |op| self.text(op)) {
            "!" => Expr::Not(operand),
            "-" | "+" | "~" => Expr::Neg(operand),
            // One of a few words, which no caller chooses.
            "typeof" => Expr::Neg(operand),
            _ => {
                let body = vec![Stmt::Expr(operand)];
                Expr::Block(body, None)
            }
        };
        self.add(expr, span)
    }

    fn ts_call(&mut self, node: Node<'_>) -> ExprId {
        let span = self.span(node);
        let (Some(callee), Some(list)) = (field(node, "function"), field(node, "arguments")) else {
            let parts = self.ts_parts(node);
            return self.add(Expr::Unknown(parts), span);
        };
        if list.kind() == kind::TEMPLATE_STRING {
            return self.ts_tagged(callee, list, span);
        }
        if (callee.kind() == kind::IMPORT || self.text(callee) == "require")
            && let Some(module) = self.ts_require(node)
        {
            return module;
        }
        // A link of a chain is one level.
        let function = match callee.kind() {
            kind::MEMBER_EXPRESSION => self.ts_member_of(callee),
            _ => self.ts_expr(callee),
        };
        let args = self.ts_args(list, Some((node, callee)));
        self.add(Expr::Call(function, args), span)
    }

    /// What a tag makes of a template is its own affair: it is given the values apart from the text. A few tags give
    /// the text.
    fn ts_tagged(&mut self, tag: Node<'_>, template: Node<'_>, span: Span) -> ExprId {
        if PLAIN_TAGS.contains(&self.text(tag)) {
            return self.ts_template(template);
        }
        let values = named(template)
            .into_iter()
            .filter(|part| part.kind() == kind::TEMPLATE_SUBSTITUTION);
        let values: Vec<Stmt> = values.map(|part| Stmt::Expr(self.ts_expr(part))).collect();
        let tag = self.ts_expr(tag);
        let made = self.add(Expr::Call(tag, Vec::new()), span);
        self.add(Expr::Block(values, Some(made)), span)
    }

    /// The arguments of a call; `call` is the call and what it calls, where functions among them may be handlers.
    fn ts_args(&mut self, list: Node<'_>, call: Option<(Node<'_>, Node<'_>)>) -> Vec<Arg> {
        let mut args = Vec::new();
        for child in named(list) {
            let spread = child.kind() == kind::SPREAD_ELEMENT;
            let value = match is_function(child) {
                true => self.ts_closure(child, call),
                false => self.ts_expr(child),
            };
            args.push(Arg {
                name: None,
                spread,
                mutable: false,
                value,
            });
        }
        args
    }
}

/// `1_000n`, `0o17`, `017`.
fn number(text: &str) -> Const {
    let plain = text.strip_suffix('n').unwrap_or(text);
    match plain.strip_prefix('0') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            integer(&format!("0o{digits}"))
        }
        _ => integer(plain),
    }
}
