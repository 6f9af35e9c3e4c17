//! What a file takes in and what it gives: `import`, `require`, `export`, `module.exports`.
//!
//! A path of the project begins with dots and keeps its segments; `node:fs/promises` is `fs.promises`, and
//! `@nestjs/common` is `nestjs.common`. What has no name is called `default`.
//!
//! Does not catch: `export * from`, names that are put into `exports` by a loop.

use crate::language::ir::{Expr, ExprId, Pattern, Stmt, Sym};
use crate::language::lower::{Lower, field, named};
use crate::language::typescript::kind;
use crate::language::typescript::lower::{DEFAULT, is_function};
use crate::syntax::Node;

impl Lower<'_> {
    /// A module's path, and how many dots are before it.
    fn ts_path(&mut self, written: &str) -> (Vec<Sym>, u32) {
        let plain = written.trim_matches(['"', '\'', '`']);
        let plain = ["node:", "npm:", "jsr:"]
            .iter()
            .find_map(|scheme| plain.strip_prefix(scheme))
            .unwrap_or(plain);
        let is_relative = plain.starts_with('.');
        let is_alias = ["@/", "~/"].iter().any(|alias| plain.starts_with(alias));
        if !is_relative && !is_alias {
            let parts = plain.trim_start_matches('@').split(['/', '.']);
            let parts = parts.filter(|part| !part.is_empty());
            return (parts.map(|part| self.names.intern(part)).collect(), 0);
        }
        let mut dots = u32::from(is_relative);
        let mut path = Vec::new();
        for part in plain.split('/') {
            match part {
                "" | "." => {}
                ".." => dots += 1,
                part => path.push(self.names.intern(part)),
            }
        }
        (path, dots)
    }

    /// Binds names to what a module gives.
    pub(super) fn ts_import(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let parts = named(node);
        let required = parts
            .iter()
            .find(|part| part.kind() == kind::IMPORT_REQUIRE_CLAUSE);
        let source = field(node, "source").or_else(|| field(*required?, "source"));
        let Some(source) = source else {
            return;
        };
        let (path, dots) = self.ts_path(self.text(source));
        if let Some(name) = required.and_then(|clause| named(*clause).first().copied()) {
            let name = self.sym(name);
            out.push(Stmt::Import(name, path.clone(), dots));
        }
        let clause = parts.iter().find(|part| part.kind() == kind::IMPORT_CLAUSE);
        for part in clause.map(|clause| named(*clause)).unwrap_or_default() {
            match part.kind() {
                kind::IDENTIFIER => {
                    let name = self.sym(part);
                    let path = self.ts_member(&path, dots, DEFAULT);
                    out.push(Stmt::Import(name, path, dots));
                }
                kind::NAMESPACE_IMPORT => {
                    if let Some(name) = named(part).first() {
                        let name = self.sym(*name);
                        out.push(Stmt::Import(name, path.clone(), dots));
                    }
                }
                kind::NAMED_IMPORTS => {
                    for one in named(part) {
                        let Some(name) = field(one, "name") else {
                            continue;
                        };
                        let bound = self.sym(field(one, "alias").unwrap_or(name));
                        let path = self.ts_member(&path, dots, self.text(name));
                        out.push(Stmt::Import(bound, path, dots));
                    }
                }
                _ => {}
            }
        }
    }

    /// A member of a module. What a package gives by default is the package itself.
    fn ts_member(&mut self, path: &[Sym], dots: u32, name: &str) -> Vec<Sym> {
        let mut path = path.to_vec();
        let first = path.first().map(|first| self.names.text(*first));
        let own = dots > 0 || matches!(first.as_deref(), Some("@" | "~"));
        if name != DEFAULT || own {
            path.push(self.names.intern(name.trim_matches(['"', '\''])));
        }
        path
    }

    /// `require("x")`, `import("x")`: the module, as a value; `None` where the name is no literal.
    pub(super) fn ts_require(&mut self, node: Node<'_>) -> Option<ExprId> {
        let arguments = field(node, "arguments").map(named)?;
        let first = arguments.first().filter(|one| one.kind() == kind::STRING)?;
        let (path, dots) = self.ts_path(self.text(*first));
        let span = self.span(node);
        let name = self.ts_fresh("module", node);
        let value = self.add(Expr::Name(name), span);
        let body = vec![Stmt::Import(name, path, dots)];
        Some(self.add(Expr::Block(body, Some(value)), span))
    }

    pub(super) fn ts_export(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let source = field(node, "source").map(|source| self.ts_path(self.text(source)));
        if let Some(inner) = field(node, "declaration") {
            self.ts_export_declaration(node, inner, out);
        }
        if let Some(value) = field(node, "value") {
            let bound = match is_function(value) {
                true => {
                    let id = self.ts_function(value, Some(DEFAULT), true, None);
                    out.push(Stmt::Def(id));
                    return;
                }
                false => self.ts_expr(value),
            };
            self.ts_give(DEFAULT, bound, value, out);
        }
        let clause = named(node)
            .into_iter()
            .find(|part| part.kind() == kind::EXPORT_CLAUSE);
        for one in clause.map(named).unwrap_or_default() {
            let Some(name) = field(one, "name") else {
                continue;
            };
            let given = field(one, "alias").unwrap_or(name);
            let given = self.sym(given);
            match &source {
                Some((path, dots)) => {
                    let path = self.ts_member(path, *dots, self.text(name));
                    out.push(Stmt::Import(given, path, *dots));
                }
                None if given != self.sym(name) => {
                    let span = self.span(name);
                    let own = self.sym(name);
                    let value = self.add(Expr::Name(own), span);
                    out.push(Stmt::Assign(Pattern::Bind(given, span), value));
                }
                None => {}
            }
        }
    }

    fn ts_export_declaration(&mut self, node: Node<'_>, inner: Node<'_>, out: &mut Vec<Stmt>) {
        match inner.kind() {
            kind::LEXICAL_DECLARATION | kind::VARIABLE_DECLARATION => {
                for declarator in named(inner) {
                    self.ts_declarator(declarator, true, out);
                }
            }
            _ => self.ts_stmt(inner, out),
        }
        let by_default = node.children().any(|word| self.text(word) == DEFAULT);
        if let (true, Some(name)) = (by_default, field(inner, "name")) {
            let span = self.span(name);
            let own = self.sym(name);
            let value = self.add(Expr::Name(own), span);
            self.ts_give(DEFAULT, value, name, out);
        }
    }

    fn ts_give(&mut self, name: &str, value: ExprId, at: Node<'_>, out: &mut Vec<Stmt>) {
        let name = self.names.intern(name);
        let span = self.span(at);
        out.push(Stmt::Assign(Pattern::Bind(name, span), value));
    }

    /// `module.exports = { .. }`, `exports.name = ..`: whether it is one.
    pub(super) fn ts_exported(
        &mut self,
        left: Node<'_>,
        right: Node<'_>,
        out: &mut Vec<Stmt>,
    ) -> bool {
        let written = self.text(left);
        if matches!(written, "module.exports" | "exports") {
            if right.kind() == kind::OBJECT {
                for part in named(right) {
                    let (Some(key), Some(value)) = (field(part, "key"), field(part, "value"))
                    else {
                        continue;
                    };
                    self.ts_exported_as(self.text(key), value, out);
                }
                return true;
            }
            self.ts_exported_as(DEFAULT, right, out);
            return true;
        }
        let name = written
            .strip_prefix("module.exports.")
            .or_else(|| written.strip_prefix("exports."));
        match name {
            Some(name) if !name.contains(['.', '[', '(']) => {
                self.ts_exported_as(name, right, out);
                true
            }
            _ => false,
        }
    }

    fn ts_exported_as(&mut self, name: &str, value: Node<'_>, out: &mut Vec<Stmt>) {
        let name = name.trim_matches(['"', '\'']);
        if is_function(value) {
            let id = self.ts_function(value, Some(name), true, None);
            out.push(Stmt::Def(id));
            return;
        }
        if value.kind() == kind::IDENTIFIER && self.text(value) == name {
            return;
        }
        let bound = self.ts_expr(value);
        self.ts_give(name, bound, value, out);
    }
}
