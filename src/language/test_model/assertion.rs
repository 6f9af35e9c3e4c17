//! What assertions of all languages have in common: how one begins, is negated, holds always or never, and how a
//! condition falls apart into those that must all hold.
//!
//! Does not catch: see the readers.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::reading::Setting;
use super::strength::Strength;
use super::{Assertion, Flaw, Form};
use crate::place::Place;
use crate::syntax::Node;

/// Conditions inside conditions that are read.
const DEEPEST: usize = 20;

/// Conditions beside each other that are read one by one.
const MOST: usize = 30;

impl Setting {
    /// An assertion that stands so, with nothing known about it yet.
    pub(in crate::language) fn assertion(
        &self,
        text: String,
        place: Place,
        names: BTreeSet<String>,
    ) -> Assertion {
        Assertion {
            form: Form::Value,
            strength: Strength::Truthy,
            subject: String::new(),
            expected: String::new(),
            resolved: String::new(),
            stands_for: String::new(),
            arguments: Vec::new(),
            operator: String::new(),
            tolerances: Vec::new(),
            text,
            place,
            fate: self.fate.clone(),
            flaw: None,
            names,
            conditional: self.conditional,
            marker: self.marker,
            guarded: self.guarded,
            mute: false,
        }
    }
}

impl Assertion {
    /// One that holds whatever the code does.
    pub(in crate::language) fn holding(self, flaw: Flaw, subject: String) -> Self {
        Self {
            subject,
            ..self.with_flaw(Some(flaw))
        }
    }

    /// With what is wrong with it, where anything is: then it says nothing of the code.
    pub(in crate::language) fn with_flaw(self, flaw: Option<Flaw>) -> Self {
        Self {
            strength: match flaw {
                Some(_) => Strength::Constant,
                None => self.strength,
            },
            flaw,
            ..self
        }
    }

    /// One that fails when it is reached.
    pub(in crate::language) fn failing(self) -> Self {
        Self {
            form: Form::Fail,
            strength: Strength::Exact,
            ..self
        }
    }

    /// That it does not hold, which the language writes so.
    pub(in crate::language) fn negated(self, not: &str) -> Self {
        Self {
            strength: match self.strength {
                Strength::Exact | Strength::Approx => Strength::Bound,
                other => other,
            },
            operator: format!("{not}{}", self.operator),
            ..self
        }
    }

    /// That it or something else holds: less than it alone.
    pub(in crate::language) fn or_else(self, operator: &str, whole: String) -> Self {
        Self {
            strength: self.strength.min(Strength::Bound),
            operator: operator.to_owned(),
            expected: whole,
            ..self
        }
    }
}

/// The conditions that must all hold for one to hold; `joins` says whether a node joins its sides so.
pub(in crate::language) fn conjuncts<'t>(
    condition: Node<'t>,
    joins: impl Fn(Node<'t>) -> bool,
    bare: impl Fn(Node<'t>) -> Node<'t>,
) -> Vec<Node<'t>> {
    let mut found = Vec::new();
    let mut left = vec![(condition, 0)];
    while let Some((node, depth)) = left.pop() {
        let node = bare(node);
        if depth < MOST && joins(node) {
            let side = |name| node.child_by_field_name(name).map(|n| (n, depth + 1));
            left.extend(side("right"));
            left.extend(side("left"));
        } else {
            found.push(node);
        }
    }
    found
}

/// An operator with its sides changed.
pub(in crate::language) fn mirrored(operator: &str) -> &str {
    match operator {
        "<" => ">",
        ">" => "<",
        "<=" => ">=",
        ">=" => "<=",
        other => other,
    }
}

/// Reads one condition inside others; nested deeper than people nest them it stays as it is.
pub(in crate::language) fn nested(
    depth: &Cell<usize>,
    whole: Assertion,
    read: impl FnOnce(Assertion) -> Assertion,
) -> Assertion {
    if depth.get() > DEEPEST {
        return whole;
    }
    depth.set(depth.get() + 1);
    let found = read(whole);
    depth.set(depth.get() - 1);
    found
}
