//! Conditions: what is known where they hold, and where they do not.

use std::rc::Rc;

use super::Machine;
use super::source::Taint;
use super::value::{Facts, Value};
use crate::language::ir::{Const, Expr, ExprId, Op, Unit};
use crate::rule::library::{ONE_SLASH, ROOTED};

impl Machine<'_> {
    /// Inputs that a value stands for.
    pub(super) fn ids(value: &Value, mask: u64) -> Vec<(u64, u64)> {
        value
            .all_taints()
            .iter()
            .map(|taint| (taint.id, mask))
            .collect()
    }

    /// Those of a value that another one has not: a place below a folder is as good as the folder. A
    /// folder that the caller names is the caller's choice.
    pub(super) fn ids_beside(&self, value: &Value, folder: &Value, mask: u64) -> Vec<(u64, u64)> {
        let param = self.library.source_kind("param").ok();
        let known = folder.all_taints();
        let mut ids = Self::ids(value, mask);
        ids.retain(|(id, _)| {
            let mut same = known.iter().filter(|taint| taint.id == *id);
            same.all(|taint| Some(taint.kind) == param)
        });
        ids
    }

    /// Sink kinds for which a source of a value is clean.
    pub(super) fn clean(&self, taint: &Taint, value: &Value) -> u64 {
        let mut clean = taint.clean | self.env.clean(taint.id);
        let own_site = [ROOTED, ONE_SLASH].map(|half| self.library.known_kind(half));
        if own_site.iter().all(|half| clean & half != 0) {
            clean |= self.library.known_kind("redirect");
        }
        if !taint.gone.is_empty() {
            let around = value.text.as_ref().map(|shape| shape.literal());
            clean |= self
                .library
                .clean_without(taint.gone, &around.unwrap_or_default());
        }
        clean
    }

    /// A truth value that says these inputs are clean when it is true.
    pub(super) fn says(yes: Vec<(u64, u64)>) -> Value {
        Value {
            facts: Some(Rc::new(Facts {
                yes,
                ..Facts::default()
            })),
            ..Value::harmless()
        }
    }

    pub(super) fn negate(&self, inner: &Value) -> Value {
        let mut value = match inner.truth() {
            Some(known) => Value::bool(!known),
            None => Value::harmless(),
        };
        if let Some(facts) = &inner.facts {
            value.facts = Some(Rc::new(Facts {
                yes: facts.no.clone(),
                no: facts.yes.clone(),
                equal: Vec::new(),
            }));
        } else if let Some(mask) = self.url_part(inner) {
            // `if not urlparse(x).netloc`: a place within this site.
            value.facts = Some(Rc::new(Facts {
                yes: Self::ids(inner, mask),
                ..Facts::default()
            }));
        }
        value
    }

    /// A value as a condition: the host of an address that is empty keeps the address on this site.
    pub(super) fn condition(&self, mut value: Value) -> Value {
        if value.facts.is_none()
            && let Some(mask) = self.url_part(&value)
        {
            value.facts = Some(Rc::new(Facts {
                no: Self::ids(&value, mask),
                ..Facts::default()
            }));
        }
        value
    }

    /// `a and b`.
    pub(super) fn both(&mut self, left: Value, right: Value) -> Value {
        let (a, b) = (facts(&left), facts(&right));
        let mut value = if left.truth() == Some(true) {
            right
        } else {
            // Where the left side is the value, it is empty or false: nothing of its text is left.
            let mut empty = left;
            empty.taints = Rc::default();
            let mut joined = empty.join(&right);
            joined.scalar = None;
            joined
        };
        let mut yes = a.yes;
        yes.extend(b.yes);
        let mut equal = a.equal;
        equal.extend(b.equal);
        value.facts = Some(Rc::new(Facts {
            yes,
            no: common(&a.no, &b.no),
            equal,
        }));
        value
    }

    /// `a or b`.
    pub(super) fn either(&mut self, left: Value, right: Value) -> Value {
        let (a, b) = (facts(&left), facts(&right));
        let mut value = if left.truth() == Some(false) {
            right
        } else {
            left.join(&right)
        };
        let mut no = a.no;
        no.extend(b.no);
        value.facts = Some(Rc::new(Facts {
            yes: common(&a.yes, &b.yes),
            no,
            equal: Vec::new(),
        }));
        value
    }

    /// A comparison: its truth, and what it says.
    pub(super) fn compare(
        &mut self,
        unit: &Rc<Unit>,
        op: Op,
        (left_id, left): (ExprId, &Value),
        (right_id, right): (ExprId, &Value),
    ) -> Value {
        if let Some(known) = compare_known(op, left, right) {
            return Value::bool(known);
        }
        match op {
            Op::Ne | Op::NotIn => {
                let turned = if op == Op::Ne { Op::Eq } else { Op::In };
                let value = self.compare(unit, turned, (left_id, left), (right_id, right));
                self.negate(&value)
            }
            Op::Eq => {
                let none = |value: &Value| matches!(value.scalar, Some(Const::None));
                if none(right) {
                    // `m is None` turns round what `m` says.
                    return self.negate(left);
                }
                if matches!(right.scalar, Some(Const::Bool(true))) && left.facts.is_some() {
                    return left.clone();
                }
                if matches!(right.scalar, Some(Const::Bool(false))) && left.facts.is_some() {
                    return self.negate(left);
                }
                let (tested, id, other) = if right.closed() {
                    (left, left_id, right)
                } else if left.closed() {
                    (right, right_id, left)
                } else {
                    return self.compare_open(left, right);
                };
                let mask = self.part_mask(tested);
                let mut value = Self::says(Self::ids(tested, mask));
                if let (Expr::Name(name), true) = (unit.expr(id), mask == u64::MAX)
                    && let Some(facts) = &value.facts
                {
                    let mut facts = Facts::clone(facts);
                    facts.equal.push((*name, other.clone()));
                    value.facts = Some(Rc::new(facts));
                }
                value
            }
            Op::In => self.membership(left, right),
            Op::Lt | Op::Gt | Op::Le | Op::Ge => Value::harmless(),
            _ => Value::default(),
        }
    }

    /// Two values that are both open: `os.path.commonpath(..) == base`, `resolved.parent == base`.
    fn compare_open(&mut self, left: &Value, right: &Value) -> Value {
        let mask = self.library.known_kind("path");
        let mut ids = Vec::new();
        for (one, other) in [(left, right), (right, left)] {
            if one.resolved {
                ids.extend(self.ids_beside(one, other, mask));
            }
            if let Some(mask) = self.url_part(one)
                && other.taints.is_empty()
            {
                ids.extend(Self::ids(one, mask));
            }
        }
        Self::says(ids)
    }

    /// `x in collection`, `"text" in x`.
    fn membership(&mut self, left: &Value, right: &Value) -> Value {
        if right.resolved && self.last_segment(right).as_deref() == Some("parents") {
            let mask = self.library.known_kind("path");
            return Self::says(self.ids_beside(right, left, mask));
        }
        if let Some(text) = left.known_text()
            && !right.taints.is_empty()
        {
            // What must not be in it.
            let kinds: &[&str] = match &*text {
                ".." | "../" | "/" | "..\\" => &["path"],
                "'" | "\"" => &["sql", "xpath"],
                "\n" | "\r" | "\r\n" => &["header", "log"],
                "<" | "<script>" => &["xss"],
                ";" | "|" | "&" => &[],
                _ => &[],
            };
            let mask = kinds
                .iter()
                .fold(0, |mask, kind| mask | self.library.known_kind(kind));
            let mut value = Value::harmless();
            value.facts = Some(Rc::new(Facts {
                no: Self::ids(right, mask),
                ..Facts::default()
            }));
            return value;
        }
        if right.text.is_some() || !right.all_taints().is_empty() {
            return Value::harmless();
        }
        let mask = self.part_mask(left);
        Self::says(Self::ids(left, mask))
    }

    /// Sink kinds for which an allowed value of this part makes the whole clean.
    fn part_mask(&self, value: &Value) -> u64 {
        match self.url_part(value) {
            Some(mask) => mask,
            None => match self
                .last_segment(value)
                .map(|last| last.to_ascii_lowercase())
                .as_deref()
            {
                Some(
                    "scheme" | "path" | "query" | "port" | "suffix" | "content_type" | "parts",
                ) => 0,
                _ => u64::MAX,
            },
        }
    }

    /// The host of an address.
    fn url_part(&self, value: &Value) -> Option<u64> {
        let last = self.last_segment(value);
        match last.map(|last| last.to_ascii_lowercase()).as_deref() {
            Some(
                "netloc" | "hostname" | "hostname()" | "host" | "host_str()" | "domain"
                | "domain()" | "origin",
            ) => Some(self.library.known_kind("ssrf") | self.library.known_kind("redirect")),
            _ => None,
        }
    }

    fn last_segment(&self, value: &Value) -> Option<String> {
        self.paths.segments(&self.names, value.path).pop()
    }
}

fn facts(value: &Value) -> Facts {
    value.facts.as_deref().cloned().unwrap_or_default()
}

fn common(a: &[(u64, u64)], b: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut both = Vec::new();
    for (id, mask) in a {
        for (other, more) in b {
            if id == other && mask & more != 0 {
                both.push((*id, mask & more));
            }
        }
    }
    both
}

/// The outcome, where both sides are known.
pub(super) fn compare_known(op: Op, left: &Value, right: &Value) -> Option<bool> {
    if matches!(op, Op::In | Op::NotIn) {
        let found = if let (Some(part), Some(whole)) = (left.known_text(), right.known_text()) {
            whole.contains(&*part)
        } else {
            let fields = right
                .fields
                .as_ref()
                .filter(|fields| fields.rest.is_none())?;
            let wanted = left.known()?;
            if fields.list {
                let mut items = Vec::new();
                for item in fields.map.values() {
                    items.push(item.known()?);
                }
                items.contains(&wanted)
            } else {
                let key = super::part::key_of(left)?;
                if !fields.closed {
                    return None;
                }
                fields.map.contains_key(&key)
            }
        };
        return Some(found == (op == Op::In));
    }
    let (a, b) = (left.known()?, right.known()?);
    let order = match (&a, &b) {
        (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Const::Text(a), Const::Text(b)) => Some(a.cmp(b)),
        _ => None,
    };
    match op {
        Op::Eq => Some(a == b),
        Op::Ne => Some(a != b),
        Op::Lt => order.map(std::cmp::Ordering::is_lt),
        Op::Le => order.map(std::cmp::Ordering::is_le),
        Op::Gt => order.map(std::cmp::Ordering::is_gt),
        Op::Ge => order.map(std::cmp::Ordering::is_ge),
        _ => None,
    }
}
