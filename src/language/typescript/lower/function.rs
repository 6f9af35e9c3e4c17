//! Functions: declared, bound to a name, given to a call, methods.

use std::rc::Rc;

use crate::language::ir::{Expr, ExprId, Function, Param, Pattern, Stmt, Sym};
use crate::language::lower::{Lower, Parts, field, named};
use crate::language::typescript::kind;
use crate::syntax::{Node, walk};

/// The name of a constructor, as the engine asks for it.
const CONSTRUCTOR: &str = "__init__";
/// What a method is called on.
const THIS: &str = "this";
/// Types that say nothing of where a value comes from.
const SAYS_NOTHING: [&str; 14] = [
    "Array",
    "Awaited",
    "Date",
    "Function",
    "Map",
    "NonNullable",
    "Object",
    "Omit",
    "Partial",
    "Pick",
    "Promise",
    "Readonly",
    "Record",
    "Set",
];

impl Lower<'_> {
    /// A function that a block declares.
    pub(super) fn ts_declared(&mut self, node: Node<'_>, public: bool, out: &mut Vec<Stmt>) {
        let name = field(node, "name").map(|name| self.text(name));
        let name = name.unwrap_or(super::DEFAULT);
        let id = self.ts_function(node, Some(name), public, None);
        out.push(Stmt::Def(id));
    }

    /// A function where a value is wanted; `call` is the call that it is given to, and what that calls.
    pub(super) fn ts_closure(
        &mut self,
        node: Node<'_>,
        call: Option<(Node<'_>, Node<'_>)>,
    ) -> ExprId {
        let span = self.span(node);
        let id = self.ts_function(node, None, false, call);
        self.ts_defined(id, span)
    }

    /// One that is called as the member of an object; a member's name is none of the block.
    pub(super) fn ts_closure_named(&mut self, node: Node<'_>, name: &str) -> ExprId {
        let span = self.span(node);
        let name = name.trim_matches(['"', '\'', '[', ']']);
        let name = format!("{name}@{}", node.start_byte());
        let id = self.ts_function(node, Some(&name), false, None);
        let given = self.is_among_arguments(node);
        if let Some(function) = self.unit.functions.get_mut(id) {
            function.given = given;
        }
        self.ts_defined(id, span)
    }

    /// Whether an object stands among the arguments of a call: what it holds is called by whoever takes it.
    fn is_among_arguments(&self, node: Node<'_>) -> bool {
        /// Objects within objects.
        const WITHIN: usize = 8;
        let above = walk::parents(node, self.parsed.root()).take(WITHIN);
        above
            .map(|above| above.kind())
            .find(|above| !matches!(*above, kind::PAIR | kind::OBJECT | kind::ARRAY))
            == Some(kind::ARGUMENTS)
    }

    fn ts_defined(&mut self, id: usize, span: crate::language::ir::Span) -> ExprId {
        let name = self.unit.functions.get(id).map(|function| function.name);
        let name = name.map(|name| self.add(Expr::Name(name), span));
        self.add(Expr::Block(vec![Stmt::Def(id)], name), span)
    }

    pub(super) fn ts_function(
        &mut self,
        node: Node<'_>,
        name: Option<&str>,
        public: bool,
        call: Option<(Node<'_>, Node<'_>)>,
    ) -> usize {
        let text = match name {
            Some(name) => name.to_owned(),
            None => format!("function@{}", node.start_byte()),
        };
        let mut decorators = Vec::new();
        if let Some((_, callee)) = call.filter(|(call, _)| self.is_told(*call)) {
            decorators.push(self.ts_expr(callee));
        }
        if self.runs_on_server(node, public) {
            let span = self.span(node);
            let words = self.names.intern("use server");
            decorators.push(self.add(Expr::Name(words), span));
        }
        let function = Function {
            decorators,
            public,
            given: call.is_some(),
            ..self.ts_signature(node, &text)
        };
        let roles = self.ts_roles(node, &text, call);
        self.declare(function, |this| this.ts_parts_of(node, &roles, None))
    }

    fn ts_signature(&mut self, node: Node<'_>, text: &str) -> Function {
        let at = field(node, "name").unwrap_or(node);
        let span = self.span(at);
        let returns = field(node, "return_type").map_or("", |ty| self.text(ty));
        Function {
            returns: returns.trim_start_matches([':', ' ']).into(),
            ..self.function(text, span)
        }
    }

    /// A method of a class, with the decorators before it.
    pub(super) fn ts_method(&mut self, node: Node<'_>, class: usize, marks: &[Node<'_>]) -> usize {
        let name = field(node, "name").map_or("", |name| self.text(name));
        self.ts_member_function(node, name, class, marks)
    }

    pub(super) fn ts_member_function(
        &mut self,
        node: Node<'_>,
        name: &str,
        class: usize,
        marks: &[Node<'_>],
    ) -> usize {
        let text = match name {
            "constructor" => CONSTRUCTOR,
            name => name.trim_matches(['"', '\'']),
        };
        let inner: Vec<Node<'_>> = marks
            .iter()
            .filter_map(|mark| named(*mark).first().copied())
            .collect();
        let decorators = inner.into_iter().map(|mark| self.ts_expr(mark)).collect();
        let hidden = named(node).first().is_some_and(|first| {
            first.kind() == kind::ACCESSIBILITY_MODIFIER && self.text(*first) == "private"
        });
        let still = node.children().any(|word| self.text(word) == "static");
        let function = Function {
            class: Some(class),
            decorators,
            public: !hidden && !name.starts_with('#'),
            ..self.ts_signature(node, text)
        };
        let roles = self.ts_roles(node, text, None);
        let this = (!still).then(|| self.names.intern(THIS));
        self.declare(function, |lower| lower.ts_parts_of(node, &roles, this))
    }

    fn ts_parts_of(
        &mut self,
        node: Node<'_>,
        roles: &[Option<&'static str>],
        this: Option<Sym>,
    ) -> Parts {
        let mut params = Vec::new();
        let mut body = Vec::new();
        if let Some(this) = this {
            params.push(Param {
                pattern: Pattern::Bind(this, self.span(node)),
                name: Some(this),
                ty: None,
                ty_text: "".into(),
                default: None,
                stars: 0,
            });
        }
        let list = self.ts_param_nodes(node);
        for (at, one) in list.into_iter().enumerate() {
            let role = roles.get(at).copied().flatten();
            let param = self.ts_param(one, role, &mut body);
            params.push(param);
        }
        let block = field(node, "body");
        let tail = match block {
            Some(block) if block.kind() == kind::STATEMENT_BLOCK => {
                self.ts_block(block, &mut body);
                None
            }
            Some(value) => Some(self.ts_expr(value)),
            None => None,
        };
        Parts {
            receiver: this.is_some(),
            params,
            body,
            tail,
        }
    }

    /// The parameters of a function, but for `this`.
    pub(super) fn ts_param_nodes<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        if let Some(only) = field(node, "parameter") {
            return vec![only];
        }
        let list = field(node, "parameters").map(named).unwrap_or_default();
        let is_this = |one: &Node<'_>| {
            field(*one, "pattern").is_some_and(|pattern| pattern.kind() == kind::THIS)
        };
        list.into_iter()
            .filter(|one| one.kind() != kind::DECORATOR && !is_this(one))
            .collect()
    }

    /// A parameter: its name is that of its role, where it has one; what it binds is what is written.
    fn ts_param(
        &mut self,
        node: Node<'_>,
        role: Option<&'static str>,
        body: &mut Vec<Stmt>,
    ) -> Param {
        let target = field(node, "pattern").unwrap_or(node);
        let (target, stars) = match target.kind() {
            kind::REST_PATTERN => (named(target).first().copied().unwrap_or(target), 1),
            _ => (target, 0),
        };
        let span = self.span(target);
        let ty = field(node, "type");
        let ty_text: Rc<str> = ty.map_or("", |ty| type_text(self.text(ty))).into();
        let ty = ty
            .filter(|_| role.is_none())
            .and_then(|ty| self.ts_type(ty));
        let default = field(node, "value").map(|value| self.ts_expr(value));
        let bound = match target.kind() {
            kind::IDENTIFIER => self.sym(target),
            _ => self.ts_fresh("param", target),
        };
        let name = role.map_or(bound, |role| self.names.intern(role));
        if target.kind() != kind::IDENTIFIER {
            let value = self.add(Expr::Name(bound), span);
            self.ts_bind(target, value, body);
        } else if named(node)
            .first()
            .is_some_and(|first| first.kind() == kind::ACCESSIBILITY_MODIFIER)
        {
            // `constructor(private db: Pool)` sets a field.
            let this = self.names.intern(THIS);
            let this = self.add(Expr::Name(this), span);
            let place = self.add(Expr::Attr(this, bound), span);
            let value = self.add(Expr::Name(bound), span);
            body.push(Stmt::Assign(Pattern::Place(place), value));
        }
        Param {
            pattern: Pattern::Bind(bound, span),
            name: Some(name),
            ty,
            ty_text: if role.is_some() { "".into() } else { ty_text },
            default,
            stars,
        }
    }

    /// The path of a type, where it says where a value comes from.
    pub(super) fn ts_type(&mut self, node: Node<'_>) -> Option<ExprId> {
        let span = self.span(node);
        match node.kind() {
            kind::TYPE_ANNOTATION | kind::PARENTHESIZED_TYPE | kind::READONLY_TYPE => {
                let inner = named(node).into_iter().next()?;
                self.ts_type(inner)
            }
            kind::TYPE_IDENTIFIER => {
                if SAYS_NOTHING.contains(&self.text(node)) {
                    return None;
                }
                let name = self.sym(node);
                Some(self.add(Expr::Name(name), span))
            }
            kind::NESTED_TYPE_IDENTIFIER => {
                let module = self.sym(field(node, "module")?);
                let name = self.sym(field(node, "name")?);
                let module = self.add(Expr::Name(module), span);
                Some(self.add(Expr::Attr(module, name), span))
            }
            kind::GENERIC_TYPE => self.ts_type(field(node, "name")?),
            kind::UNION_TYPE => {
                let mut parts = named(node).into_iter().filter(|part| {
                    !matches!(self.text(*part), "null" | "undefined")
                        && part.kind() != kind::LITERAL_TYPE
                });
                let only = parts.next().filter(|_| parts.next().is_none())?;
                self.ts_type(only)
            }
            _ => None,
        }
    }
}

/// A type as written; one of a few texts is as good as a truth value.
fn type_text(written: &str) -> &str {
    let written = written.trim_start_matches([':', ' ']);
    let literal = |one: &str| {
        let one = one.trim();
        one.is_empty() || matches!(one, "null" | "undefined") || one.starts_with(['"', '\''])
    };
    match written.contains(['"', '\'']) && written.split('|').all(literal) {
        true => "boolean",
        false => written,
    }
}
