//! What names hold at a point of the program: layers, one a branch, so that a branch costs what it
//! changes and not what there is.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::value::{Facts, Value};
use crate::budget;
use crate::language::ir::Sym;

/// What a branch changed.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Names.
    pub vars: HashMap<Sym, Value>,
    /// Inputs that a guard found clean, for which sinks.
    pub clean: HashMap<u64, u64>,
}

/// All layers.
#[derive(Debug, Default)]
pub struct Env {
    /// The last is the innermost.
    pub layers: Vec<Layer>,
}

impl Env {
    /// A name, in the layers from `base` on.
    pub fn get(&self, base: usize, name: Sym) -> Option<&Value> {
        let layers = self.layers.get(base..)?;
        budget::charge(layers.len());
        layers.iter().rev().find_map(|layer| layer.vars.get(&name))
    }

    /// Binds a name.
    pub fn set(&mut self, name: Sym, value: Value) {
        if let Some(layer) = self.layers.last_mut() {
            layer.vars.insert(name, value);
        }
    }

    /// Sink kinds for which an input was found clean.
    pub fn clean(&self, id: u64) -> u64 {
        budget::charge(self.layers.len());
        let known = self.layers.iter().filter_map(|layer| layer.clean.get(&id));
        known.fold(0, |all, mask| all | mask)
    }

    /// Takes what a condition says.
    pub fn learn(&mut self, facts: &[(u64, u64)]) {
        if let Some(layer) = self.layers.last_mut() {
            for (id, mask) in facts {
                *layer.clean.entry(*id).or_default() |= mask;
            }
        }
    }

    /// Takes what a condition says when it holds, or does not.
    pub fn assume(&mut self, value: &Value, holds: bool) {
        let Some(facts) = value.facts.clone() else {
            return;
        };
        let Facts { yes, no, equal } = &*facts;
        self.learn(if holds { yes } else { no });
        if holds {
            for (name, value) in equal {
                self.set(*name, value.clone());
            }
        }
    }

    /// A new innermost layer.
    pub fn push(&mut self) {
        self.layers.push(Layer::default());
    }

    /// Takes the innermost layer off.
    pub fn pop(&mut self) -> Layer {
        self.layers.pop().unwrap_or_default()
    }

    /// The layers from `from` on as one, which they stay.
    pub fn flat(&self, from: usize) -> Layer {
        let mut flat = Layer::default();
        for layer in self.layers.get(from..).unwrap_or(&[]) {
            budget::charge(layer.vars.len());
            for (name, value) in &layer.vars {
                flat.vars.insert(*name, value.clone());
            }
            for (id, mask) in &layer.clean {
                *flat.clean.entry(*id).or_default() |= mask;
            }
        }
        flat
    }

    /// Puts the ways that come together here into the innermost layer. `base` is where this function's
    /// layers begin.
    pub fn merge(&mut self, base: usize, ways: Vec<Layer>) {
        /// More ways than this are joined without what each one found clean.
        const EXACT: usize = 64;
        let exact = ways.len() <= EXACT;
        let mut names: BTreeSet<Sym> = BTreeSet::new();
        let mut clean: HashMap<u64, (usize, u64)> = HashMap::new();
        for way in &ways {
            names.extend(way.vars.keys());
            for (id, mask) in &way.clean {
                let entry = clean.entry(*id).or_insert((0, u64::MAX));
                entry.0 += 1;
                entry.1 &= mask;
            }
        }
        let count = ways.len();
        let mut open: HashMap<Sym, usize> = HashMap::new();
        let mut joined: HashMap<Sym, Value> = HashMap::new();
        let mut add = |name: Sym, value: Value| {
            let value = match joined.remove(&name) {
                Some(known) => known.join(&value),
                None => value,
            };
            joined.insert(name, value);
        };
        for way in ways {
            budget::charge(names.len());
            if exact {
                // Where this way did not set it, it is what it was before, as clean as this way found it.
                for name in &names {
                    if !way.vars.contains_key(name)
                        && let Some(before) = self.get(base, *name)
                    {
                        add(*name, found_clean(before.clone(), &way.clean));
                    }
                }
            }
            for (name, value) in way.vars {
                *open.entry(name).or_default() += 1;
                add(name, found_clean(value, &way.clean));
            }
        }
        for (name, value) in joined {
            let value = match self.get(base, name) {
                Some(before) if !exact && open.get(&name).is_some_and(|seen| *seen < count) => {
                    before.clone().join(&value)
                }
                _ => value,
            };
            self.set(name, value);
        }
        for (id, (seen, mask)) in clean {
            if seen == count {
                self.learn(&[(id, mask)]);
            }
        }
    }
}

/// A value whose sources were found clean on its way here.
pub(super) fn found_clean(mut value: Value, clean: &HashMap<u64, u64>) -> Value {
    if !clean.is_empty()
        && value
            .taints
            .iter()
            .any(|taint| clean.contains_key(&taint.id))
    {
        for taint in Rc::make_mut(&mut value.taints) {
            taint.clean |= clean.get(&taint.id).copied().unwrap_or(0);
        }
    }
    value
}
