//! Go types: of a pointer, of what it points to; of containers and of what the language brings along, nothing.

use crate::language::go::kind;
use crate::language::ir::{Expr, ExprId, Pattern, Stmt, Sym};
use crate::language::lower::{DEPTH, Lower, field, named};
use crate::syntax::Node;

/// Types that say nothing of where a value comes from.
const SAYS_NOTHING: [&str; 7] = [
    "string",
    "byte",
    "rune",
    "error",
    "any",
    "uintptr",
    "comparable",
];

impl Lower<'_> {
    /// The path of a type.
    pub(super) fn go_type(&mut self, node: Node<'_>) -> Option<ExprId> {
        let node = pointed(node)?;
        let span = self.span(node);
        match node.kind() {
            kind::TYPE_IDENTIFIER => {
                if SAYS_NOTHING.contains(&self.text(node)) {
                    return None;
                }
                let name = self.sym(node);
                Some(self.add(Expr::Name(name), span))
            }
            kind::QUALIFIED_TYPE => {
                let package = self.sym(field(node, "package")?);
                let name = self.sym(field(node, "name")?);
                let package = self.add(Expr::Name(package), span);
                Some(self.add(Expr::Attr(package, name), span))
            }
            _ => None,
        }
    }

    /// The name of a type of this package.
    pub(super) fn go_type_name(&mut self, node: Node<'_>) -> Option<Sym> {
        let node = pointed(node)?;
        (node.kind() == kind::TYPE_IDENTIFIER).then(|| self.sym(node))
    }

    pub(super) fn go_types(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        for spec in named(node) {
            let (Some(name), Some(ty)) = (field(spec, "name"), field(spec, "type")) else {
                continue;
            };
            let name = self.sym(name);
            match ty.kind() {
                kind::STRUCT_TYPE => {
                    let class = self.class(name);
                    self.go_struct(ty, class);
                    out.push(Stmt::Class(class));
                }
                kind::INTERFACE_TYPE => {
                    let class = self.class(name);
                    out.push(Stmt::Class(class));
                }
                // A type that is another one under a new name converts as that one does.
                kind::TYPE_IDENTIFIER => {
                    let other = self.sym(ty);
                    out.push(Stmt::Import(name, vec![other], 0));
                }
                kind::QUALIFIED_TYPE => {
                    if let Some(ty) = self.go_type(ty) {
                        let span = self.span(spec);
                        out.push(Stmt::Assign(Pattern::Bind(name, span), ty));
                    }
                }
                _ => {}
            }
        }
    }

    fn go_struct(&mut self, node: Node<'_>, class: usize) {
        let (mut body, mut bases, mut types) = (Vec::new(), Vec::new(), Vec::new());
        let list = named(node).into_iter().next();
        for declaration in list.map(named).unwrap_or_default() {
            let Some(ty) = field(declaration, "type") else {
                continue;
            };
            let names: Vec<Node<'_>> = declaration.children_by_field_name("name").collect();
            let written = self.text(ty).trim_start_matches(['*', '[', ']']);
            let path = self.go_type(ty);
            if names.is_empty() {
                bases.extend(path);
                continue;
            }
            for name in names {
                let sym = self.sym(name);
                let span = self.span(name);
                types.push((sym, written.into()));
                if let Some(path) = path {
                    let unknown = self.add(Expr::Unknown(Vec::new()), span);
                    let value = self.add(Expr::Typed(unknown, path), span);
                    body.push(Stmt::Assign(Pattern::Bind(sym, span), value));
                }
            }
        }
        if let Some(class) = self.unit.classes.get_mut(class) {
            class.bases = bases;
            class.body = body;
            class.types = types;
        }
    }
}

/// What is behind pointers, parentheses and type arguments.
fn pointed(mut node: Node<'_>) -> Option<Node<'_>> {
    for _ in 0..DEPTH {
        node = match node.kind() {
            kind::POINTER_TYPE | kind::PARENTHESIZED_TYPE => named(node).into_iter().next()?,
            kind::GENERIC_TYPE => field(node, "type")?,
            _ => return Some(node),
        };
    }
    None
}
