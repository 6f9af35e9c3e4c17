//! What operators and formats make of texts and numbers.

use std::rc::Rc;

use super::Machine;
use super::call::Given;
use super::fields::Key;
use super::shape::{Part, Shape};
use super::source::Taint;
use super::value::Value;
use crate::language::ir::{Const, Op};
use crate::rule::index::Role;
use crate::rule::library::Manner;

impl Machine<'_> {
    /// What an operator makes of two values.
    pub(super) fn operate(&mut self, op: Op, left: &Value, right: &Value) -> Value {
        if let (Some(a), Some(b)) = (left.int(), right.int()) {
            return match arithmetic(op, a, b) {
                Some(number) => Value::constant(&Const::Int(number)),
                None => Value::harmless(),
            };
        }
        if op == Op::Mod && left.text.is_some() {
            return self.percent(left, right);
        }
        if op == Op::Mul
            && let (Some(text), Some(count)) = (left.known_text(), right.int())
            && let Ok(count) = usize::try_from(count)
            && text.len().saturating_mul(count) <= 4096
        {
            return Value::text(text.repeat(count).into());
        }
        if op == Op::Mul
            && let Some(part) = left.any_part()
        {
            let mut list = left.derived();
            list.set_part(None, part);
            return list;
        }
        if op == Op::Add && (left.fields.is_some() || right.fields.is_some()) {
            return self.extended(left.clone(), right);
        }
        // Two maps as one.
        let is_map = |value: &Value| value.fields.as_ref().is_some_and(|fields| !fields.list);
        if op == Op::BitOr && is_map(left) && is_map(right) {
            let mut whole = left.clone();
            let more = right.fields.clone().unwrap_or_default();
            for (key, part) in &more.map {
                whole.set_part(Some(key.clone()), part.clone());
            }
            if let Some(rest) = &more.rest {
                whole.set_part(None, Value::clone(rest));
            }
            whole.taint(&right.taints);
            return whole;
        }
        // `Markup(..) % x` escapes what it takes in.
        let roles = self.paths.roles(left.path);
        let escapes = roles.iter().fold(0, |all, role| match role {
            Role::Sanitizer(mask) => all | mask,
            _ => all,
        });
        let mut whole = Value::default();
        whole.taint(&left.all_taints());
        if escapes == 0 && op == Op::Add {
            whole.taint(&self.behind(&left.shape(), left, right));
        } else if escapes == 0 {
            whole.taint(&right.all_taints());
        } else {
            whole.taint(&right.clone().cleaned(escapes).taints);
        }
        if op == Op::Div {
            // pathlib joins with it.
            whole.path = left.path;
        }
        match op {
            Op::Add | Op::Div => {
                let number = |value: &Value| value.scalar.is_some() && value.text.is_none();
                if number(left) || number(right) {
                    whole.harmless = left.closed() && right.closed();
                    return whole;
                }
                let mut shape = left.shape();
                if op == Op::Div {
                    shape.push(Part::Literal("/".into()));
                }
                shape.append(&right.shape());
                if shape.0.iter().all(|part| *part == Part::Harmless) {
                    whole.harmless = true;
                } else if shape.0.len() > 1 || !shape.open() {
                    whole.text = Some(Rc::new(shape));
                }
            }
            _ => {
                whole.harmless = left.closed() && right.closed();
                if matches!(op, Op::Sub | Op::Pow | Op::FloorDiv) {
                    whole.harmless = true;
                    whole.taints = Rc::default();
                }
            }
        }
        whole
    }

    /// The sources of a part of a text: behind something that no such source gave, it chooses no host.
    pub(super) fn behind(&self, start: &Shape, before: &Value, part: &Value) -> Vec<Taint> {
        let mut taints = Vec::clone(&part.all_taints());
        let begins = start.0.iter().any(|one| !matches!(one, Part::Literal(_)));
        if begins && self.library.has(Manner::UnknownBegins) {
            let kinds = ["redirect", "ssrf"].map(|kind| self.library.known_kind(kind));
            let mask = kinds.iter().fold(0, |all, kind| all | kind);
            let known = before.all_taints();
            for taint in &mut taints {
                if known.iter().all(|one| one.kind != taint.kind) {
                    taint.clean |= mask;
                }
            }
        }
        taints
    }

    /// `text.format(..)`.
    pub(super) fn format(&mut self, own: &Value, given: &[Given]) -> Value {
        let mut shape = Shape::default();
        let mut whole = Value::default();
        whole.taint(&own.taints);
        for one in given {
            whole.taint(&one.value.all_taints());
        }
        let mut next = 0;
        for part in own.text.as_ref().map_or(&[][..], |shape| &shape.0) {
            let Part::Literal(text) = part else {
                shape.push(part.clone());
                continue;
            };
            let mut rest: &str = text;
            while let Some(at) = rest.find('{') {
                shape.push(Part::Literal(rest.get(..at).unwrap_or_default().into()));
                rest = rest.get(at + 1..).unwrap_or_default();
                if let Some(after) = rest.strip_prefix('{') {
                    shape.push(Part::Literal("{".into()));
                    rest = after;
                    continue;
                }
                let Some((inside, after)) = rest.split_once('}') else {
                    break;
                };
                rest = after;
                let name = inside
                    .split([':', '!', '.', '['])
                    .next()
                    .unwrap_or_default();
                let value = if name.is_empty() {
                    next += 1;
                    given.iter().filter(|one| one.name.is_none()).nth(next - 1)
                } else if let Ok(index) = name.parse::<usize>() {
                    given.get(index)
                } else {
                    let sym = self.names.intern(name);
                    given.iter().find(|one| one.name == Some(sym))
                };
                shape.append(
                    &value
                        .map(|one| one.value.clone())
                        .unwrap_or_default()
                        .shape(),
                );
            }
            shape.push(Part::Literal(rest.into()));
        }
        whole.text = Some(Rc::new(shape));
        whole
    }

    /// `text % values`.
    fn percent(&mut self, left: &Value, right: &Value) -> Value {
        let mut whole = Value::default();
        whole.taint(&left.taints);
        whole.taint(&right.all_taints());
        let mut shape = Shape::default();
        let mut next = 0;
        let random = self.library.source_kind("random").ok();
        for part in left.text.as_ref().map_or(&[][..], |shape| &shape.0) {
            let Part::Literal(text) = part else {
                shape.push(part.clone());
                continue;
            };
            let mut rest: &str = text;
            while let Some(at) = rest.find('%') {
                shape.push(Part::Literal(rest.get(..at).unwrap_or_default().into()));
                rest = rest.get(at + 1..).unwrap_or_default();
                if let Some(after) = rest.strip_prefix('%') {
                    shape.push(Part::Literal("%".into()));
                    rest = after;
                    continue;
                }
                let mut name = None;
                if let Some(after) = rest.strip_prefix('(')
                    && let Some((inner, after)) = after.split_once(')')
                {
                    name = Some(Key::Named(inner.into()));
                    rest = after;
                }
                let skip = rest
                    .find(|c: char| c.is_ascii_alphabetic())
                    .unwrap_or(rest.len());
                let letter = rest.get(skip..=skip).unwrap_or_default();
                rest = rest.get(skip + 1..).unwrap_or_default();
                let value = match name {
                    Some(key) => right.part(&key),
                    None if right.fields.is_some() => right.part(&Key::At(next)),
                    None => Some(right.clone()),
                };
                next += 1;
                let is_number = matches!(letter, "d" | "i" | "f" | "x" | "X" | "u");
                let mut taints = value.iter().flat_map(|value| value.taints.iter());
                // A number that can be predicted can be so as a text.
                if is_number && !taints.any(|taint| Some(taint.kind) == random) {
                    shape.push(Part::Harmless);
                } else {
                    shape.append(&value.unwrap_or_default().shape());
                }
            }
            shape.push(Part::Literal(rest.into()));
        }
        if !shape.open() {
            whole.taints = Rc::default();
        }
        whole.text = Some(Rc::new(shape));
        whole
    }
}

fn arithmetic(op: Op, a: i64, b: i64) -> Option<i64> {
    match op {
        Op::Add => a.checked_add(b),
        Op::Sub => a.checked_sub(b),
        Op::Mul => a.checked_mul(b),
        Op::Div if b != 0 && a % b == 0 => a.checked_div(b),
        Op::FloorDiv => a.checked_div_euclid(b),
        Op::Mod => a.checked_rem_euclid(b),
        Op::Pow => a.checked_pow(u32::try_from(b).ok()?),
        Op::BitOr => Some(a | b),
        Op::BitAnd => Some(a & b),
        _ => None,
    }
}

/// The start of a text, for messages.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST - 2).collect();
    format!("{start}..")
}
