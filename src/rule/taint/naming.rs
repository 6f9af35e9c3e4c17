//! What names stand for: imports, and members of what has a path.
//!
//! Does not catch: a module that is put into the table of modules under another name.

use std::rc::Rc;

use super::Machine;
use super::value::{Callable, Value};
use crate::language::ir::{Sym, Unit};
use crate::rule::path::PathId;

impl Machine<'_> {
    /// What an import binds: a definition of the project, or a path.
    pub(super) fn import(&mut self, unit: &Rc<Unit>, path: &[Sym], dots: u32) -> Value {
        let dotted: Vec<Rc<str>> = path.iter().map(|sym| self.names.text(*sym)).collect();
        if let Some((of, used)) = self
            .modules
            .module(&mut self.names, &unit.path, &dotted, dots)
        {
            let mut value = Value {
                callable: Some(Rc::new(Callable::Module(Rc::clone(&of)))),
                ..Value::default()
            };
            for name in path.get(used..).unwrap_or(&[]) {
                value = self.attribute(unit, &value, *name);
            }
            return value;
        }
        let mut id = PathId::default();
        for (at, sym) in path.iter().enumerate() {
            if at == 0 && dots > 0 {
                let text = format!("?{}", self.names.text(*sym));
                id = self.root_path(&text);
            } else {
                id = match id.known() {
                    true => self.child_path(id, *sym),
                    false => self.paths.child(&self.names, id, *sym, false),
                };
            }
        }
        Value {
            path: id,
            imported: true,
            ..Value::default()
        }
    }

    pub(super) fn root_path(&mut self, text: &str) -> PathId {
        let sym = self.names.intern(text);
        self.paths.child(&self.names, PathId::default(), sym, false)
    }

    pub(super) fn child_path(&mut self, parent: PathId, sym: Sym) -> PathId {
        if !parent.known() {
            return parent;
        }
        // `os.__dict__["system"]` and `builtins.eval`.
        if self.library.is_namespace(&self.names.text(sym)) {
            return parent;
        }
        if self.library.is_language_module(&self.names.text(sym)) {
            return self.paths.child(&self.names, PathId::default(), sym, false);
        }
        let of_language = |root: &str| self.library.is_language_module(root);
        let parent = match self
            .paths
            .root(&self.names, parent)
            .is_some_and(|root| of_language(&root))
        {
            true => PathId::default(),
            false => parent,
        };
        self.paths.child(&self.names, parent, sym, false)
    }
}
