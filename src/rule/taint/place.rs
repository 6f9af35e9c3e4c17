//! Assignments to names, fields and subscripts.

use std::rc::Rc;

use super::Machine;
use super::fields::Key;
use super::part::key_of;
use super::value::Value;
use crate::language::ir::{Expr, ExprId, Unit};

impl Machine<'_> {
    /// Assigns to a name, a field or a subscript.
    pub(super) fn assign_place(
        &mut self,
        unit: &Rc<Unit>,
        place: ExprId,
        value: Value,
        from: Option<ExprId>,
    ) {
        let (object, key, path) = match unit.expr(place) {
            Expr::Attr(object, name) => {
                let own = self.eval(unit, *object);
                let own = self.named_receiver(unit, *object, own);
                let path = self.child_path(own.path, *name);
                (*object, Some(self.key(*name)), path)
            }
            Expr::Index(object, key) => {
                let own = self.eval(unit, *object);
                let own = self.named_receiver(unit, *object, own);
                let key = self.eval(unit, *key);
                let known = key_of(&key);
                let segment = match &known {
                    Some(Key::Named(text)) => self.names.intern(text),
                    _ => self.names.intern("[]"),
                };
                let path = self.child_path(own.path, segment);
                // A key from outside is stored as much as the value is.
                if !key.taints.is_empty() && from.is_some() {
                    self.check_path(unit, path, (&key, true), unit.span(place));
                }
                (*object, known, path)
            }
            _ => {
                self.eval(unit, place);
                return;
            }
        };
        if let Some(from) = from {
            let span = unit.span(from);
            self.check_path(unit, path, (&value, false), span);
            if let Some(Key::Named(name)) = &key {
                let name = self.names.intern(name);
                self.check_name(unit, name, &value, span);
            }
        }
        let mut own = self.eval(unit, object);
        own.facts = None;
        let value = value.step(unit, unit.span(place), "stored");
        if own.scalar.is_some() {
            return;
        }
        own.set_part(key, value);
        self.store(unit, object, own);
    }

    fn named_receiver(&mut self, unit: &Rc<Unit>, id: ExprId, mut own: Value) -> Value {
        if !own.path.known()
            && let Expr::Name(local) = unit.expr(id)
        {
            let text = self.names.text(*local);
            own.path = self.root_path(&format!("?{text}"));
        }
        // What a name from outside chose, of a container whose parts are known.
        if !own.path.known()
            && let Expr::Index(_, key) = unit.expr(id)
            && !self.eval(unit, *key).taints.is_empty()
        {
            own.path = self.root_path("?[]");
        }
        own
    }

    /// Puts a changed object back where it came from; two levels up.
    pub(super) fn store(&mut self, unit: &Rc<Unit>, place: ExprId, value: Value) {
        match unit.expr(place) {
            Expr::Name(name) => {
                let module = self.frames.last().is_some_and(|frame| {
                    frame.func == 0 && frame.base + 1 == self.env.layers.len()
                });
                if module && let Some(globals) = self.globals.get_mut(&unit.path) {
                    globals.insert(*name, value.clone());
                }
                self.env.set(*name, value);
            }
            Expr::Attr(object, name) => {
                let key = self.key(*name);
                self.store_part(unit, *object, Some(key), value);
            }
            Expr::Index(object, key) => {
                let key = self.eval(unit, *key);
                self.store_part(unit, *object, key_of(&key), value);
            }
            _ => {}
        }
    }

    fn store_part(&mut self, unit: &Rc<Unit>, object: ExprId, key: Option<Key>, value: Value) {
        let mut own = self.eval(unit, object);
        if own.scalar.is_some() {
            return;
        }
        own.set_part(key, value);
        match unit.expr(object) {
            Expr::Name(name) => self.env.set(*name, own),
            Expr::Attr(above, name) => {
                let key = self.key(*name);
                let mut top = self.eval(unit, *above);
                top.set_part(Some(key), own);
                if let Expr::Name(name) = unit.expr(*above) {
                    self.env.set(*name, top);
                }
            }
            _ => {}
        }
    }
}
