//! Classes: what their constructors set, their methods, the types of their fields.

use crate::language::ir::{Class, Expr, Pattern, Stmt};
use crate::language::lower::{DEPTH, Lower, field, named};
use crate::language::typescript::kind;
use crate::syntax::Node;

impl Lower<'_> {
    /// A class; `bound` is what it is bound to, where it has no name of its own.
    pub(super) fn ts_class(
        &mut self,
        node: Node<'_>,
        bound: Option<Node<'_>>,
        out: &mut Vec<Stmt>,
    ) {
        let name = match bound.or_else(|| field(node, "name")) {
            Some(name) => self.sym(name),
            None => self.ts_fresh("class", node),
        };
        let bases = self.ts_bases(node);
        let id = self.unit.classes.len();
        self.unit.classes.push(Class {
            name,
            bases,
            body: Vec::new(),
            methods: Vec::new(),
            types: Vec::new(),
        });
        let (mut body, mut methods, mut types) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(block) = field(node, "body")
            && self.depth < DEPTH
        {
            self.depth += 1;
            let mut marks = Vec::new();
            for child in named(block) {
                match child.kind() {
                    kind::DECORATOR => marks.push(child),
                    kind::METHOD_DEFINITION => {
                        let method = self.ts_method(child, id, &std::mem::take(&mut marks));
                        if let Some(known) = self.unit.functions.get(method) {
                            methods.push((known.name, method));
                        }
                        body.push(Stmt::Def(method));
                    }
                    kind::PUBLIC_FIELD_DEFINITION => {
                        marks.clear();
                        self.ts_class_field(child, id, &mut body, &mut methods, &mut types);
                    }
                    kind::CLASS_STATIC_BLOCK => body.extend(self.ts_field_block(child, "body")),
                    _ => marks.clear(),
                }
            }
            self.depth -= 1;
        }
        if let Some(class) = self.unit.classes.get_mut(id) {
            class.body = body;
            class.methods = methods;
            class.types = types;
        }
        out.push(Stmt::Class(id));
    }

    /// What it extends; what it implements says nothing of its values.
    fn ts_bases(&mut self, node: Node<'_>) -> Vec<usize> {
        let heritage = named(node)
            .into_iter()
            .find(|part| part.kind() == kind::CLASS_HERITAGE);
        let clause = heritage.and_then(|heritage| {
            named(heritage)
                .into_iter()
                .find(|part| part.kind() == kind::EXTENDS_CLAUSE)
        });
        let value = clause.and_then(|clause| field(clause, "value"));
        value.map(|value| self.ts_expr(value)).into_iter().collect()
    }

    fn ts_class_field(
        &mut self,
        node: Node<'_>,
        class: usize,
        body: &mut Vec<Stmt>,
        methods: &mut Vec<(crate::language::ir::Sym, usize)>,
        types: &mut Vec<(crate::language::ir::Sym, std::rc::Rc<str>)>,
    ) {
        let Some(name) = field(node, "name") else {
            return;
        };
        let sym = self.sym(name);
        let span = self.span(name);
        let value = field(node, "value");
        // A method by another way.
        if let Some(function) = value.filter(|value| super::is_function(*value)) {
            let id = self.ts_member_function(function, self.text(name), class, &[]);
            methods.push((sym, id));
            body.push(Stmt::Def(id));
            return;
        }
        let ty = field(node, "type");
        if let Some(ty) = ty {
            let written = self.text(ty).trim_start_matches([':', ' ']);
            types.push((sym, written.into()));
        }
        let ty = ty.and_then(|ty| self.ts_type(ty));
        let value = match value {
            Some(value) => self.ts_expr(value),
            None => self.add(Expr::Unknown(Vec::new()), span),
        };
        let value = match ty {
            Some(ty) => self.add(Expr::Typed(value, ty), span),
            None => value,
        };
        body.push(Stmt::Assign(Pattern::Bind(sym, span), value));
    }
}
