//! JSX: an element is a call of what it is made by, with its attributes by name and what it holds behind them. A tag of
//! the browser is a member of `JSX`.

use crate::language::ir::{Arg, Expr, ExprId};
use crate::language::lower::{Lower, field, named};
use crate::language::typescript::kind;
use crate::syntax::Node;

impl Lower<'_> {
    pub(super) fn ts_element(&mut self, node: Node<'_>) -> Expr {
        let head = field(node, "open_tag").unwrap_or(node);
        let callee = self.ts_tag(head);
        let mut args = Vec::new();
        for attribute in head.children_by_field_name("attribute") {
            self.ts_attribute(attribute, &mut args);
        }
        if head != node {
            for child in named(node) {
                let holds = matches!(
                    child.kind(),
                    kind::JSX_ELEMENT | kind::JSX_SELF_CLOSING_ELEMENT | kind::JSX_EXPRESSION
                );
                if holds {
                    let value = self.ts_expr(child);
                    args.push(positional(value));
                }
            }
        }
        Expr::Call(callee, args)
    }

    fn ts_tag(&mut self, head: Node<'_>) -> ExprId {
        let span = self.span(head);
        let name = field(head, "name");
        if let Some(name) = name.filter(|name| name.kind() == kind::MEMBER_EXPRESSION) {
            return self.ts_expr(name);
        }
        let written = name.map_or("", |name| self.text(name));
        if written.starts_with(char::is_uppercase) {
            let sym = self.names.intern(written);
            return self.add(Expr::Name(sym), span);
        }
        let jsx = self.names.intern("JSX");
        let jsx = self.add(Expr::Name(jsx), span);
        let tag = self.names.intern(written);
        self.add(Expr::Attr(jsx, tag), span)
    }

    fn ts_attribute(&mut self, node: Node<'_>, args: &mut Vec<Arg>) {
        let parts = named(node);
        if node.kind() == kind::JSX_EXPRESSION {
            let spread = parts
                .first()
                .and_then(|spread| named(*spread).first().copied());
            if let Some(inner) = spread {
                let value = self.ts_expr(inner);
                args.push(Arg {
                    name: None,
                    spread: true,
                    mutable: false,
                    value,
                });
            }
            return;
        }
        let Some(name) = parts.first() else {
            return;
        };
        let name = self.sym(*name);
        let value = match parts.get(1) {
            Some(value) => self.ts_expr(*value),
            None => {
                let span = self.span(node);
                self.add(Expr::Const(crate::language::ir::Const::Bool(true)), span)
            }
        };
        args.push(Arg {
            name: Some(name),
            spread: false,
            mutable: false,
            value,
        });
    }
}

/// An argument by its place.
pub(super) fn positional(value: ExprId) -> Arg {
    Arg {
        name: None,
        spread: false,
        mutable: false,
        value,
    }
}
