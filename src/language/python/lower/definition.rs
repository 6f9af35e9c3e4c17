//! Python functions, classes and imports.

use std::rc::Rc;

use crate::language::ir::{Class, Expr, ExprId, Function, Param, Pattern, Stmt, Sym};
use crate::language::lower::{DEPTH, Lower, Parts, field, named};
use crate::language::python::kind;
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn py_decorated(
        &mut self,
        node: Node<'_>,
        out: &mut Vec<Stmt>,
        class: Option<usize>,
    ) {
        let mut decorators = Vec::new();
        for child in named(node) {
            if child.kind() == kind::DECORATOR {
                for part in named(child) {
                    decorators.push(self.py_expr(part));
                }
            }
        }
        let Some(inner) = field(node, "definition") else {
            return;
        };
        if inner.kind() == kind::CLASS_DEFINITION {
            out.extend(decorators.into_iter().map(Stmt::Expr));
            self.py_class(inner, out);
        } else {
            let id = self.py_function(inner, decorators, class);
            out.push(Stmt::Def(id));
        }
    }

    pub(super) fn py_class(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let Some(name) = field(node, "name").map(|name| self.sym(name)) else {
            return;
        };
        let mut bases = Vec::new();
        if let Some(list) = field(node, "superclasses") {
            for base in named(list) {
                if base.kind() != kind::KEYWORD_ARGUMENT {
                    bases.push(self.py_expr(base));
                }
            }
        }
        let id = self.unit.classes.len();
        self.unit.classes.push(Class {
            name,
            bases,
            body: Vec::new(),
            methods: Vec::new(),
            types: Vec::new(),
        });
        let (mut body, mut types) = (Vec::new(), Vec::new());
        if let Some(block) = field(node, "body")
            && self.depth < DEPTH
        {
            self.depth += 1;
            for child in named(block) {
                match child.kind() {
                    kind::FUNCTION_DEFINITION => {
                        let function = self.py_function(child, Vec::new(), Some(id));
                        body.push(Stmt::Def(function));
                    }
                    kind::DECORATED_DEFINITION => self.py_decorated(child, &mut body, Some(id)),
                    _ => {
                        for one in named(child) {
                            if let (Some(left), Some(ty)) = (field(one, "left"), field(one, "type"))
                            {
                                types.push((self.sym(left), self.text(ty).into()));
                            }
                        }
                        self.py_stmt(child, &mut body);
                    }
                }
            }
            self.depth -= 1;
        }
        let mut methods = Vec::new();
        for stmt in &body {
            if let Stmt::Def(function) = stmt
                && let Some(known) = self.unit.functions.get(*function)
            {
                methods.push((known.name, *function));
            }
        }
        if let Some(class) = self.unit.classes.get_mut(id) {
            class.body = body;
            class.methods = methods;
            class.types = types;
        }
        out.push(Stmt::Class(id));
    }

    pub(super) fn py_function(
        &mut self,
        node: Node<'_>,
        decorators: Vec<ExprId>,
        class: Option<usize>,
    ) -> usize {
        let name_node = field(node, "name");
        let text = name_node.map_or("", |name| self.text(name));
        let span = name_node.map_or_else(Default::default, |name| self.span(name));
        let function = Function {
            decorators,
            class,
            returns: field(node, "return_type")
                .map_or("", |ty| self.text(ty))
                .into(),
            public: !text.starts_with('_') || text.starts_with("__"),
            test: text.starts_with("test_"),
            ..self.function(text, span)
        };
        self.declare(function, |this| {
            let list = field(node, "parameters");
            let params = list.map_or_else(Vec::new, |list| this.py_params(list));
            Parts {
                receiver: class.is_some() && this.begins_with(&params, &["self", "cls"]),
                body: this.py_field_block(node, "body"),
                params,
                tail: None,
            }
        })
    }

    pub(super) fn py_params(&mut self, list: Node<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for child in named(list) {
            let mut stars = 0;
            let mut name = match child.kind() {
                kind::IDENTIFIER => Some(child),
                _ => field(child, "name"),
            };
            if name.is_none() {
                name = named(child).first().copied();
            }
            let Some(mut name) = name else { continue };
            for node in [child, name] {
                match node.kind() {
                    kind::LIST_SPLAT_PATTERN => stars = 1,
                    kind::DICTIONARY_SPLAT_PATTERN => stars = 2,
                    _ => {}
                }
            }
            if matches!(
                name.kind(),
                kind::LIST_SPLAT_PATTERN | kind::DICTIONARY_SPLAT_PATTERN
            ) {
                match named(name).first() {
                    Some(inner) => name = *inner,
                    None => continue,
                }
            }
            if name.kind() != kind::IDENTIFIER {
                continue;
            }
            let ty = field(child, "type");
            let ty_text: Rc<str> = ty.map_or("", |ty| self.text(ty)).into();
            let ty = ty.map(|ty| self.py_type(ty));
            let default = field(child, "value").map(|value| self.py_expr(value));
            let sym = self.sym(name);
            params.push(Param {
                pattern: Pattern::Bind(sym, self.span(name)),
                name: Some(sym),
                ty,
                ty_text,
                default,
                stars,
            });
        }
        params
    }

    /// The path of a type: of `Optional[T]` and the like, of `T`; of a text, of what it says.
    pub(super) fn py_type(&mut self, node: Node<'_>) -> ExprId {
        let inner = match node.kind() {
            kind::TYPE => named(node).first().copied(),
            _ => None,
        };
        let node = inner.unwrap_or(node);
        let span = self.span(node);
        match node.kind() {
            kind::IDENTIFIER | kind::ATTRIBUTE => self.py_expr(node),
            kind::SUBSCRIPT | kind::GENERIC_TYPE => match named(node).first() {
                Some(head) => self.py_expr(*head),
                None => self.none(span),
            },
            kind::STRING => {
                let text = self.text(node).trim_matches(['"', '\'']);
                let sym = self.names.intern(text.split('[').next().unwrap_or(text));
                self.add(Expr::Name(sym), span)
            }
            _ => self.add(Expr::Unknown(Vec::new()), span),
        }
    }

    pub(super) fn py_import(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let mut dots = 0;
        let mut base: Vec<Sym> = Vec::new();
        let module = field(node, "module_name");
        if let Some(module) = module {
            let text = self.text(module);
            dots = u32::try_from(text.chars().take_while(|c| *c == '.').count()).unwrap_or(0);
            base = self.dotted(text.trim_start_matches('.'));
        }
        for child in named(node) {
            if Some(child) == module {
                continue;
            }
            let (path, alias) = match child.kind() {
                kind::ALIASED_IMPORT => (field(child, "name"), field(child, "alias")),
                kind::DOTTED_NAME => (Some(child), None),
                _ => continue,
            };
            let Some(path) = path else { continue };
            let dotted = self.dotted(self.text(path));
            let Some(first) = dotted.first().copied() else {
                continue;
            };
            let full: Vec<Sym> = base.iter().chain(&dotted).copied().collect();
            let import = match alias {
                Some(alias) => Stmt::Import(self.sym(alias), full, dots),
                // `import a.b` binds `a`; `from a import b` binds `b`.
                None if module.is_none() => Stmt::Import(first, vec![first], 0),
                None => Stmt::Import(first, full, dots),
            };
            out.push(import);
        }
    }

    fn dotted(&mut self, text: &str) -> Vec<Sym> {
        text.split('.')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| self.names.intern(part))
            .collect()
    }
}
