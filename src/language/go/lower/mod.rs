//! Lowers Go. All that a file declares is known everywhere in it, so types and functions come first.
//!
//! A literal of a struct is an object of its type, with its fields by name; a function literal is a function that
//! is defined where it stands.
//!
//! Does not catch: what a block declares under a name that stands for something else around it: the name keeps the
//! inner value; `goto` and `fallthrough`; what goes through channels.

mod branch;
mod expression;
mod statement;
mod types;

use std::rc::Rc;

use crate::language::go::kind;
use crate::language::ir::{Arg, Expr, Function, Param, Pattern, Stmt, Sym};
use crate::language::lower::{Lower, Parts, field, named};
use crate::syntax::Node;

/// The name of what a method is called on, where it has none.
const UNNAMED: &str = "_";

impl Lower<'_> {
    pub(in crate::language::go) fn go_file(&mut self) {
        let root = self.parsed.root();
        let span = self.span(root);
        self.open("", span);
        let top = named(root);
        let mut body = Vec::new();
        let of = |wanted: &'static str| {
            top.iter()
                .copied()
                .filter(move |node| node.kind() == wanted)
        };
        for node in of(kind::IMPORT_DECLARATION) {
            self.go_imports(node, &mut body);
        }
        for node in of(kind::TYPE_DECLARATION) {
            self.go_types(node, &mut body);
        }
        for node in of(kind::METHOD_DECLARATION) {
            let class = self.go_class_of(node);
            let id = self.go_function(node, class);
            let name = self.unit.functions.get(id).map(|function| function.name);
            if let (Some(class), Some(name)) = (class, name)
                && let Some(class) = self.unit.classes.get_mut(class)
            {
                class.methods.push((name, id));
            }
        }
        for node in of(kind::FUNCTION_DECLARATION) {
            let id = self.go_function(node, None);
            body.push(Stmt::Def(id));
        }
        for node in &top {
            match node.kind() {
                kind::IMPORT_DECLARATION
                | kind::TYPE_DECLARATION
                | kind::METHOD_DECLARATION
                | kind::FUNCTION_DECLARATION
                | kind::PACKAGE_CLAUSE => {}
                _ => self.go_stmt(*node, &mut body),
            }
        }
        if let Some(module) = self.unit.functions.first_mut() {
            module.body = body;
        }
    }

    fn go_imports(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for child in named(node) {
            match child.kind() {
                kind::IMPORT_SPEC => self.go_import(child, out),
                kind::IMPORT_SPEC_LIST => {
                    for spec in named(child) {
                        self.go_import(spec, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// `"github.com/labstack/echo/v4"` binds `echo` to `github.com.labstack.echo`.
    fn go_import(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let Some(path) = field(node, "path") else {
            return;
        };
        let text = self.text(path).trim_matches(['"', '`']);
        let parts: Vec<&str> = text
            .split(['/', '.'])
            .filter(|part| !part.is_empty() && !is_version(part))
            .collect();
        let Some(last) = parts.last() else {
            return;
        };
        let name = match field(node, "name") {
            Some(name) => self.text(name),
            // A package `go-chi` is called `chi`, most often.
            None => last
                .strip_prefix("go-")
                .or_else(|| last.strip_suffix("-go"))
                .unwrap_or(last),
        };
        if matches!(name, "_" | ".") {
            return;
        }
        let name = self.names.intern(name);
        let path = parts.iter().map(|part| self.names.intern(part)).collect();
        out.push(Stmt::Import(name, path, 0));
    }

    /// The class of a method's receiver, which another file may declare.
    fn go_class_of(&mut self, node: Node<'_>) -> Option<usize> {
        let receiver = field(node, "receiver")?;
        let ty = named(receiver)
            .first()
            .and_then(|one| field(*one, "type"))?;
        let name = self.go_type_name(ty)?;
        Some(self.class(name))
    }

    /// A function, a method or a function literal.
    pub(super) fn go_function(&mut self, node: Node<'_>, class: Option<usize>) -> usize {
        let name_node = field(node, "name");
        let text = match name_node {
            Some(name) => self.text(name).to_owned(),
            None => format!("func@{}", node.start_byte()),
        };
        let at = name_node.unwrap_or(node);
        let span = self.span(at);
        let result = field(node, "result");
        let is_list = |result: &Node<'_>| result.kind() == kind::PARAMETER_LIST;
        let ty = result.filter(|result| !is_list(result));
        let function = Function {
            class,
            returns: ty.map_or("", |ty| self.text(ty)).into(),
            public: text.starts_with(char::is_uppercase),
            test: name_node.is_some() && is_test(&text) && class.is_none(),
            ..self.function(&text, span)
        };
        self.declare(function, |this| {
            let mut params = Vec::new();
            let receiver = field(node, "receiver");
            if let Some(list) = receiver {
                this.go_params(list, &mut params);
                params.truncate(1);
            }
            if let Some(list) = field(node, "parameters") {
                this.go_params(list, &mut params);
            }
            let mut body = Vec::new();
            if let Some(list) = result.filter(is_list) {
                this.go_results(list, &mut body);
            }
            if let Some(block) = field(node, "body") {
                this.go_block(block, &mut body);
            }
            Parts {
                receiver: receiver.is_some() && !params.is_empty(),
                params,
                body,
                tail: None,
            }
        })
    }

    /// Results that have a name are variables.
    fn go_results(&mut self, list: Node<'_>, body: &mut Vec<Stmt>) {
        let mut results = Vec::new();
        self.go_params(list, &mut results);
        for one in results {
            let span = self.span(list);
            let value = match one.ty {
                Some(ty) => {
                    let nothing = self.add(Expr::Unknown(Vec::new()), span);
                    Expr::Typed(nothing, ty)
                }
                None => Expr::Unknown(Vec::new()),
            };
            let value = self.add(value, span);
            body.push(Stmt::Assign(one.pattern, value));
        }
    }

    /// `(a, b string, more ...int)`.
    pub(super) fn go_params(&mut self, list: Node<'_>, params: &mut Vec<Param>) {
        for child in named(list) {
            let stars = match child.kind() {
                kind::PARAMETER_DECLARATION => 0,
                kind::VARIADIC_PARAMETER_DECLARATION => 1,
                _ => continue,
            };
            let ty = field(child, "type");
            let ty_text: Rc<str> = ty.map_or("", |ty| self.text(ty)).into();
            let names: Vec<Node<'_>> = child.children_by_field_name("name").collect();
            let ty = ty.and_then(|ty| self.go_type(ty));
            let mut add = |pattern: Pattern, name: Option<Sym>| {
                params.push(Param {
                    pattern,
                    name,
                    ty,
                    ty_text: Rc::clone(&ty_text),
                    default: None,
                    stars,
                });
            };
            if names.is_empty() {
                add(Pattern::Wild, None);
            }
            for name in names {
                if self.parsed.text(name) == UNNAMED {
                    add(Pattern::Wild, None);
                    continue;
                }
                let sym = self.names.intern(self.parsed.text(name));
                let span = self.span(name);
                add(Pattern::Bind(sym, span), Some(sym));
            }
        }
    }

    /// The arguments of a call. What is given by its address may be filled.
    pub(super) fn go_args(&mut self, list: Node<'_>, fills: bool) -> Vec<Arg> {
        let mut args = Vec::new();
        for child in named(list) {
            let spread = child.kind() == kind::VARIADIC_ARGUMENT;
            let inner = match spread {
                true => named(child).first().copied(),
                false => Some(child),
            };
            let Some(inner) = inner else { continue };
            let operand = field(inner, "operand").filter(|operand| {
                inner.kind() == kind::UNARY_EXPRESSION
                    && self.text(inner).starts_with('&')
                    && is_place(*operand)
            });
            let by_name = fills && inner.kind() == kind::IDENTIFIER;
            args.push(Arg {
                name: None,
                spread,
                mutable: operand.is_some() || by_name,
                value: self.go_expr(operand.unwrap_or(inner)),
            });
        }
        args
    }
}

/// `v4`, as the end of a path.
fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_test(name: &str) -> bool {
    ["Test", "Benchmark", "Fuzz", "Example"]
        .iter()
        .filter_map(|prefix| name.strip_prefix(prefix))
        .any(|rest| !rest.starts_with(char::is_lowercase))
}

/// Whether something can be written there.
pub(super) fn is_place(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::IDENTIFIER | kind::SELECTOR_EXPRESSION | kind::INDEX_EXPRESSION
    )
}
