//! Which characters a test of single characters leaves out: `c.isalnum() or c in "-_"` is asked of each of them.
//!
//! Does not catch: a test of something that is not known, such as a set that another package defines.

use std::rc::Rc;

use super::Machine;
use super::value::{Facts, Value};
use crate::language::ir::{Clause, ExprId, Pattern, Unit};
use crate::rule::charset::Characters;

impl Machine<'_> {
    /// The characters, of those that are neither letter nor number, for which a test gives this, alone and within a text.
    pub(super) fn characters(
        &mut self,
        gives: bool,
        mut test: impl FnMut(&mut Self, Value) -> Option<bool>,
    ) -> Characters {
        let mut found = Characters::default();
        if std::mem::replace(&mut self.trying, true) {
            return found;
        }
        // Where it says nothing of these, it is no test of characters.
        let telling = ['/', '<'].into_iter();
        let others = (0..=127_u8).map(char::from);
        let others = others.filter(|c| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '<'));
        for (at, c) in telling.chain(others).enumerate() {
            let is_so = |test: &mut dyn FnMut(&mut Self, Value) -> Option<bool>,
                         this: &mut Self| {
                let texts = [c.to_string(), format!("a{c}b")].into_iter();
                let mut values = texts.map(|text| Value::text(text.into()));
                values.all(|value| test(this, value) == Some(gives))
            };
            if is_so(&mut test, self) {
                found = found.and(Characters::of(&c.to_string()));
            } else if at == 1 && found.is_empty() {
                break;
            }
        }
        self.trying = false;
        found
    }

    /// The characters that a comprehension leaves out of a text that it runs over.
    pub(super) fn left_out(
        &mut self,
        unit: &Rc<Unit>,
        clause: &Clause,
        item: &Value,
    ) -> Characters {
        if clause.tests.is_empty() || !is_open_text(item) {
            return Characters::default();
        }
        self.characters(false, |this, value| {
            this.tried(unit, &clause.target, value, &clause.tests)
        })
    }

    /// What it says of a text that a test holds for each of its characters, and for none.
    pub(super) fn of_each(
        &mut self,
        unit: &Rc<Unit>,
        clause: &Clause,
        test: ExprId,
        item: &Value,
    ) -> Option<Rc<Facts>> {
        if !clause.tests.is_empty() || !is_open_text(item) {
            return None;
        }
        let [never, always] = [false, true].map(|gives| {
            let out = self.characters(gives, |this, value| {
                this.tried(unit, &clause.target, value, &[test])
            });
            self.library.clean_without(out, "")
        });
        (never | always != 0).then(|| {
            Rc::new(Facts {
                yes: Self::ids(item, never),
                no: Self::ids(item, always),
                equal: Vec::new(),
            })
        })
    }

    /// Whether tests hold for a value in the place of an element; nothing is told on the way.
    fn tried(
        &mut self,
        unit: &Rc<Unit>,
        target: &Pattern,
        value: Value,
        tests: &[ExprId],
    ) -> Option<bool> {
        let quiet = std::mem::replace(&mut self.quiet, true);
        self.env.push();
        self.bind(unit, target, value, None);
        let mut all = Some(true);
        for test in tests {
            match self.eval(unit, *test).truth() {
                Some(true) => {}
                Some(false) => {
                    all = Some(false);
                    break;
                }
                None => all = None,
            }
        }
        self.env.pop();
        self.quiet = quiet;
        all
    }
}

/// Whether it may be an element of a text that comes from outside.
fn is_open_text(item: &Value) -> bool {
    item.fields.is_none() && item.text.is_none() && !item.taints.is_empty()
}
