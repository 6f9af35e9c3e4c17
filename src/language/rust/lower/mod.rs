//! Rust items, statements and expressions.

use std::rc::Rc;

mod expression;
mod macros;
mod pattern;
mod statement;

use self::statement::attributed;
use crate::language::ir::{Expr, ExprId, Function, Param, Pattern, Span, Stmt, Sym};
use crate::language::lower::{DEPTH, Lower, Parts, field, named};
use crate::language::rust::kind;
use crate::syntax::Node;
use crate::text::is_in_word;

impl Lower<'_> {
    pub(super) fn rust_file(&mut self) {
        let root = self.parsed.root();
        self.open("<module>", Span::default());
        let (mut body, mut loose) = (Vec::new(), Vec::new());
        for (attributes, child) in attributed(root) {
            match child.kind() {
                // A fragment, as an answer shows it: statements without a function around them.
                kind::LET_DECLARATION => self.rs_let(child, &mut loose),
                kind::EXPRESSION_STATEMENT => {
                    if let Some(inner) = named(child).first() {
                        self.rs_stmt(*inner, &mut loose);
                    }
                }
                kind::MACRO_INVOCATION => self.rs_stmt(child, &mut loose),
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
        if self.depth >= DEPTH {
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
    pub(super) fn rs_item(
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
            kind::FUNCTION_ITEM => {
                let id = self.rs_function(node, attributes, class, test);
                out.push(Stmt::Def(id));
            }
            kind::MOD_ITEM => {
                if let Some(body) = field(node, "body") {
                    self.rs_items(body, out, None, test);
                }
            }
            kind::IMPL_ITEM | kind::TRAIT_ITEM => {
                let ty = field(node, "type").or_else(|| field(node, "name"));
                let text = ty.map_or("", |ty| self.text(ty));
                let name = text.split('<').next().unwrap_or(text);
                let name = self.names.intern(name.rsplit("::").next().unwrap_or(name));
                let id = self.class(name);
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
            kind::CONST_ITEM | kind::STATIC_ITEM => {
                if let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) {
                    let value = self.rs_expr(value);
                    let target = Pattern::Bind(self.sym(name), self.span(name));
                    out.push(Stmt::Assign(target, value));
                }
            }
            kind::USE_DECLARATION => {
                if let Some(argument) = field(node, "argument") {
                    self.rs_use(argument, &[], out);
                }
            }
            kind::MACRO_INVOCATION if class.is_none() => {
                let id = self.rs_expr(node);
                out.push(Stmt::Expr(id));
            }
            kind::STRUCT_ITEM | kind::ENUM_ITEM | kind::UNION_ITEM => {
                if let Some(name) = field(node, "name") {
                    let name = self.sym(name);
                    let id = self.class(name);
                    let mut types = Vec::new();
                    for part in field(node, "body").map_or_else(Vec::new, named) {
                        if let (Some(name), Some(ty)) = (field(part, "name"), field(part, "type")) {
                            types.push((self.sym(name), self.text(ty).into()));
                        }
                    }
                    if let Some(class) = self.unit.classes.get_mut(id) {
                        class.types = types;
                    }
                }
            }
            kind::TYPE_ITEM
            | kind::MACRO_DEFINITION
            | kind::EXTERN_CRATE_DECLARATION
            | kind::FOREIGN_MOD_ITEM
            | kind::FUNCTION_SIGNATURE_ITEM
            | kind::ASSOCIATED_TYPE
            | kind::INNER_ATTRIBUTE_ITEM
            | kind::ATTRIBUTE_ITEM => {}
            _ => return false,
        }
        true
    }

    fn rs_use(&mut self, node: Node<'_>, base: &[Sym], out: &mut Vec<Stmt>) {
        if self.depth >= DEPTH {
            return;
        }
        self.depth += 1;
        let join = |this: &mut Self, node: Node<'_>| -> Vec<Sym> {
            let mut path = base.to_vec();
            path.extend(this.rs_segments(this.text(node)));
            path
        };
        match node.kind() {
            kind::USE_LIST => {
                for child in named(node) {
                    self.rs_use(child, base, out);
                }
            }
            kind::SCOPED_USE_LIST => {
                let path = match field(node, "path") {
                    Some(path) => join(self, path),
                    None => base.to_vec(),
                };
                if let Some(list) = field(node, "list") {
                    self.rs_use(list, &path, out);
                }
            }
            kind::USE_AS_CLAUSE => {
                if let (Some(path), Some(alias)) = (field(node, "path"), field(node, "alias")) {
                    let path = join(self, path);
                    out.push(Stmt::Import(self.sym(alias), path, 0));
                }
            }
            kind::SELF => {
                if let Some(last) = base.last() {
                    out.push(Stmt::Import(*last, base.to_vec(), 0));
                }
            }
            kind::USE_WILDCARD => {}
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
        let span = name_node.map_or_else(Span::default, |name| self.span(name));
        let function = self.function(text, span);
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
        let function = Function {
            decorators,
            class,
            returns: field(node, "return_type")
                .map_or("", |ty| self.text(ty))
                .into(),
            public: named(node)
                .iter()
                .any(|child| child.kind() == kind::VISIBILITY_MODIFIER),
            test,
            ..function
        };
        self.declare(function, |this| {
            let list = field(node, "parameters");
            let params = list.map_or_else(Vec::new, |list| this.rs_params(list));
            let (body, tail) = match field(node, "body") {
                Some(body) => this.rs_block(body),
                None => (Vec::new(), None),
            };
            Parts {
                receiver: class.is_some() && this.begins_with(&params, &["self"]),
                params,
                body,
                tail,
            }
        })
    }

    pub(super) fn rs_params(&mut self, list: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for child in named(list) {
            let (pattern, ty) = match child.kind() {
                kind::SELF_PARAMETER => {
                    let name = self.names.intern("self");
                    (Pattern::Bind(name, self.span(child)), None)
                }
                kind::PARAMETER => match field(child, "pattern") {
                    Some(pattern) => (self.rs_pattern(pattern), field(child, "type")),
                    None => continue,
                },
                kind::ATTRIBUTE_ITEM | kind::VARIADIC_PARAMETER => continue,
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
                text = rest.trim_start_matches(is_in_word);
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
}
