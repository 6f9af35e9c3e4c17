//! Branches, blocks and comprehensions: what holds on each way, and where the ways meet.

use std::rc::Rc;

use super::Machine;
use super::value::Value;
use crate::language::ir::{Clause, Const, ExprId, Stmt, Unit};

impl Machine<'_> {
    pub(super) fn comprehension(
        &mut self,
        unit: &Rc<Unit>,
        elements: &[ExprId],
        clauses: &[Clause],
    ) -> Value {
        self.env.push();
        let mut facts = None;
        for clause in clauses {
            let iter = self.eval(unit, clause.iter);
            let item = self.item_of(&iter);
            if let ([only], [_]) = (elements, clauses) {
                facts = self.of_each(unit, clause, *only, &item);
            }
            let out = self.left_out(unit, clause, &item);
            let item = item.without(out, Default::default());
            self.bind(unit, &clause.target, item, None);
            for test in &clause.tests {
                let value = self.eval(unit, *test);
                self.env.assume(&value, true);
            }
        }
        let mut whole = Value {
            facts,
            ..Value::default()
        };
        for (at, element) in elements.iter().enumerate() {
            let mut value = self.eval(unit, *element);
            let ids: Vec<u64> = value.taints.iter().map(|taint| taint.id).collect();
            for id in ids {
                let mask = self.env.clean(id);
                for taint in Rc::make_mut(&mut value.taints)
                    .iter_mut()
                    .filter(|t| t.id == id)
                {
                    taint.clean |= mask;
                }
            }
            if at == 0 {
                whole.set_part(None, value);
            }
        }
        self.env.pop();
        whole
    }

    pub(super) fn block_value(
        &mut self,
        unit: &Rc<Unit>,
        body: &[Stmt],
        tail: Option<ExprId>,
    ) -> Value {
        self.block(unit, body);
        match tail {
            Some(tail) if !self.dead => self.eval(unit, tail),
            _ => Value::constant(&Const::None),
        }
    }

    /// The names and values of the first branch whose test holds.
    pub(super) fn branches(
        &mut self,
        unit: &Rc<Unit>,
        arms: &[(ExprId, ExprId)],
        last: Option<ExprId>,
    ) -> Value {
        let base = self.frames.last().map_or(0, |frame| frame.base);
        let mut ways = Vec::new();
        let mut result: Option<Value> = None;
        let mut over = false;
        self.env.push();
        for (test, body) in arms {
            let value = self.eval(unit, *test);
            let value = self.condition(value);
            let truth = value.truth();
            if self.dead {
                break;
            }
            if truth != Some(false) {
                self.way(unit, *body, Some(&value), &mut ways, &mut result);
            }
            if truth == Some(true) {
                over = true;
                break;
            }
            self.env.assume(&value, false);
        }
        if !over && !self.dead {
            match last {
                Some(last) => self.way(unit, last, None, &mut ways, &mut result),
                None => {
                    let clean = self.env.layers.last().map(|layer| layer.clean.clone());
                    ways.push(super::env::Layer {
                        clean: clean.unwrap_or_default(),
                        ..Default::default()
                    });
                    if result.is_some() {
                        result = result.map(|known| known.join(&Value::constant(&Const::None)));
                    }
                }
            }
        }
        // What the tests themselves bound lies below all ways.
        let below = self.env.pop();
        let dead = ways.is_empty();
        for way in &mut ways {
            for (name, value) in &below.vars {
                way.vars.entry(*name).or_insert_with(|| value.clone());
            }
        }
        if dead {
            self.dead = true;
        } else {
            self.env.merge(base, ways);
        }
        result.unwrap_or_default()
    }

    pub(super) fn way(
        &mut self,
        unit: &Rc<Unit>,
        body: ExprId,
        test: Option<&Value>,
        ways: &mut Vec<super::env::Layer>,
        result: &mut Option<Value>,
    ) {
        self.env.push();
        if let Some(test) = test {
            self.env.assume(test, true);
        }
        let mut value = self.eval(unit, body);
        let mut layer = self.env.pop();
        if self.dead {
            self.dead = false;
            return;
        }
        // The tests before this one did not hold.
        if let Some(below) = self.env.layers.last() {
            for (id, mask) in &below.clean {
                *layer.clean.entry(*id).or_default() |= mask;
            }
        }
        // What a guard says holds for the value that leaves its branch.
        if !layer.clean.is_empty() && !value.taints.is_empty() {
            for taint in Rc::make_mut(&mut value.taints) {
                taint.clean |= layer.clean.get(&taint.id).copied().unwrap_or(0);
            }
        }
        ways.push(layer);
        *result = Some(match result.take() {
            Some(known) => known.join(&value),
            None => value,
        });
    }
}
