//! Where rules look: calls, assignments, returns, comparisons, assertions, mentions.

use std::rc::Rc;

use super::call::Given;
use super::condition::sinks;
use super::fields::Key;
use super::source::Taint;
use super::text::short;
use super::value::Value;
use super::{Found, Machine};
use crate::budget;
use crate::finding::Level;
use crate::language::ir::{Const, Expr, ExprId, FuncId, Op, Span, Sym, Unit};
use crate::rule::compile::{Compiled, Mode};
use crate::rule::index::Role;
use crate::rule::path::PathId;

impl Machine<'_> {
    fn rule(&self, at: usize) -> Option<&'_ Compiled> {
        self.engine.rules.get(at)
    }

    pub(super) fn check_call(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee_id: ExprId,
        callee: &Value,
        own: Option<&Value>,
        given: &[Given],
    ) {
        for one in given {
            if let Some(name) = one.name {
                self.check_name(unit, name, &one.value, one.span);
            }
        }
        if self.quiet || !callee.path.known() {
            return;
        }
        let roles = self.paths.roles(callee.path);
        if !roles.iter().any(|role| matches!(role, Role::Call(..))) {
            return;
        }
        self.check_sites(unit, span, callee_id, (&roles, own, given));
        if let Some((own, given)) = self.without_launcher(own, given) {
            self.check_sites(unit, span, callee_id, (&roles, own.as_ref(), &given));
        }
    }

    fn check_sites(
        &mut self,
        unit: &Rc<Unit>,
        span: Span,
        callee_id: ExprId,
        (roles, own, given): (&[Role], Option<&Value>, &[Given]),
    ) {
        let engine = self.engine;
        for role in roles {
            let Role::Call(at, site) = role else {
                continue;
            };
            let Some(rule) = engine.rules.get(*at) else {
                continue;
            };
            let Some(site) = rule.calls.get(*site) else {
                continue;
            };
            let in_loop = self
                .frames
                .last()
                .is_some_and(|frame| !frame.loops.is_empty());
            if (site.in_loop && !in_loop)
                || !site
                    .conditions
                    .iter()
                    .all(|condition| self.holds(condition, own, given))
                || !self.in_context(rule)
            {
                continue;
            }
            let label = short(unit.text(unit.span(callee_id)));
            match rule.mode {
                Mode::Match => self.report(unit, *at, span, None, Some(&label)),
                Mode::Taint => {
                    let mut all = sinks(site, own, given, span);
                    all.extend(self.option(&site.kws, given).map(|value| (value, span)));
                    for (value, place) in all {
                        if let Some((taint, level)) = self.reaches(rule, &value) {
                            self.report(unit, *at, span, Some(&(taint, level)), Some(&label));
                        } else if let Some(level) = self.unknown_reaches(rule, &value) {
                            let source =
                                self.source(unit, place, self.unknown, "", Value::default());
                            if let Some(taint) = source.taints.first() {
                                self.report(
                                    unit,
                                    *at,
                                    span,
                                    Some(&(taint.clone(), level)),
                                    Some(&label),
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    /// The strongest source that reaches a sink of the rule through a value.
    fn reaches(&self, rule: &Compiled, value: &Value) -> Option<(Taint, Level)> {
        if value.closed() && value.fields.is_none() {
            return None;
        }
        let built = value.text.as_ref().is_some_and(|shape| shape.built());
        let start = value.text.as_ref().map_or("", |shape| shape.start());
        if let Some(prefix) = &rule.safe_prefix
            && prefix.is_match(start)
        {
            return None;
        }
        if let (Some(pattern), Some(shape)) = (&rule.text, &value.text)
            && !pattern.is_match(&shape.literal())
        {
            return None;
        }
        let mut best: Option<(Taint, Level)> = None;
        for taint in value.all_taints().iter() {
            let Some(level) = rule.sources.get(&taint.kind) else {
                continue;
            };
            if self.clean(taint, value) & rule.kind != 0 {
                continue;
            }
            if let Some(whole) = &rule.whole
                && (taint.part || !whole.is_match(&taint.source))
            {
                continue;
            }
            let strong = self
                .library
                .sources
                .get(usize::from(taint.kind))
                .is_some_and(|kind| matches!(kind.name.as_str(), "request" | "model" | "archive"));
            if rule.built && !built && !strong {
                continue;
            }
            let level = if taint.indirect {
                weaker(*level)
            } else {
                *level
            };
            if best.as_ref().is_none_or(|(_, known)| level > *known) {
                best = Some((taint.clone(), level));
            }
        }
        best
    }

    /// The level for a value that nothing is known of, where the rule has one.
    fn unknown_reaches(&self, rule: &Compiled, value: &Value) -> Option<Level> {
        let level = rule.sources.get(&self.unknown)?;
        let shape = value.text.as_ref()?;
        let plain = value.all_taints().is_empty() && shape.built();
        let text = rule
            .text
            .as_ref()
            .is_none_or(|text| text.is_match(&shape.literal()));
        (plain && text).then_some(*level)
    }

    /// A value is assigned to a place with a path, or is the name of that place.
    pub(super) fn check_path(
        &mut self,
        unit: &Rc<Unit>,
        path: PathId,
        (value, is_key): (&Value, bool),
        span: Span,
    ) {
        if self.quiet || !path.known() {
            return;
        }
        let engine = self.engine;
        for role in self.paths.roles(path).iter() {
            let Role::Assign(at, site) = role else {
                continue;
            };
            let Some(rule) = engine.rules.get(*at) else {
                continue;
            };
            let Some(site) = rule.assigns.get(*site) else {
                continue;
            };
            if (is_key || !site.key)
                && site.conditions.iter().all(|c| self.answers_alone(c, value))
                && self.in_context(rule)
            {
                let label = self.paths.text(&self.names, path).replace('?', "");
                self.check_value(unit, *at, span, value, &label);
            }
        }
    }

    fn check_value(&mut self, unit: &Rc<Unit>, at: usize, span: Span, value: &Value, label: &str) {
        let engine = self.engine;
        let Some(rule) = engine.rules.get(at) else {
            return;
        };
        match rule.mode {
            Mode::Match => self.report(unit, at, span, None, Some(label)),
            Mode::Taint => {
                if let Some((taint, level)) = self.reaches(rule, value) {
                    self.report(unit, at, span, Some(&(taint, level)), Some(label));
                }
            }
        }
    }

    /// A value is given a name: a variable, a keyword, a key.
    pub(super) fn check_name(&mut self, unit: &Rc<Unit>, name: Sym, value: &Value, span: Span) {
        if self.quiet || self.named_rules.is_empty() {
            return;
        }
        // Only a literal text or a tainted value can be of interest.
        if value.known_text().is_none() && value.taints.is_empty() {
            return;
        }
        let engine = self.engine;
        for index in 0..self.named_rules.len() {
            let Some((at, site_at)) = self.named_rules.get(index).copied() else {
                continue;
            };
            let Some(rule) = engine.rules.get(at) else {
                continue;
            };
            let Some(site) = rule.assigns.get(site_at) else {
                continue;
            };
            let matches = match self.named.get(&(at, site_at, name)) {
                Some(known) => *known,
                None => {
                    let text = self.names.text(name);
                    let matches = site
                        .name
                        .as_ref()
                        .is_some_and(|pattern| pattern.is_match(&text));
                    self.named.insert((at, site_at, name), matches);
                    matches
                }
            };
            if site.repeated && !self.is_made_again(unit, value, span) {
                continue;
            }
            if matches && site.conditions.iter().all(|c| self.answers_alone(c, value)) {
                let label = self.names.text(name);
                self.check_value(unit, at, span, value, &label);
            }
        }
    }

    /// A function returns a value.
    pub(super) fn check_return(&mut self, unit: &Rc<Unit>, span: Span, value: &Value) {
        if self.quiet || self.return_rules.is_empty() {
            return;
        }
        let Some(frame) = self.frames.last() else {
            return;
        };
        let name = frame
            .unit
            .functions
            .get(frame.func)
            .map(|function| function.name);
        let handlers: Vec<Vec<String>> = frame
            .handler
            .iter()
            .map(|path| self.paths.segments(&self.names, *path))
            .collect();
        let of = Rc::clone(&frame.unit);
        let decorators: Vec<&str> =
            of.functions
                .get(frame.func)
                .map_or_else(Vec::new, |function| {
                    budget::charge(function.decorators.len());
                    let written = function.decorators.iter();
                    written.map(|id| of.text(of.span(*id))).collect()
                });
        let engine = self.engine;
        for at in self.return_rules.clone() {
            let Some(rule) = engine.rules.get(at) else {
                continue;
            };
            let wanted = rule.returns.iter().any(|site| {
                let declared = site
                    .decorator
                    .as_ref()
                    .is_none_or(|pattern| decorators.iter().any(|text| pattern.is_match(text)));
                declared
                    && site
                        .handler
                        .iter()
                        .any(|glob| handlers.iter().any(|path| glob.matches(path)))
                    || site
                        .function
                        .as_ref()
                        .zip(name)
                        .is_some_and(|(pattern, name)| pattern.is_match(&self.names.text(name)))
            });
            if wanted {
                // Of `return text, 200`, the text.
                let list = value.fields.as_ref().is_some_and(|fields| fields.list);
                let body = if list {
                    value.part(&Key::At(0))
                } else {
                    Some(value.clone())
                };
                let mut body = body.unwrap_or_default();
                if !body.text.as_ref().is_some_and(|shape| shape.built()) {
                    // What an unknown function made of the input is another thing, not the input.
                    Rc::make_mut(&mut body.taints).retain(|taint| !taint.indirect);
                }
                if body.fields.is_none() {
                    self.check_value(unit, at, span, &body, "the response");
                }
            }
        }
    }

    pub(super) fn check_compare(
        &mut self,
        unit: &Rc<Unit>,
        id: ExprId,
        op: Op,
        (left_id, left): (ExprId, &Value),
        (right_id, right): (ExprId, &Value),
    ) {
        if self.quiet || !matches!(op, Op::Eq | Op::Ne) {
            return;
        }
        for (name, value, place) in [(left_id, right, right_id), (right_id, left, left_id)] {
            if value.known_text().is_some()
                && let Some(name) = self.called(unit, name)
            {
                self.check_name(unit, name, value, unit.span(place));
            }
        }
        if left.closed() || right.closed() {
            return;
        }
        for at in self.compare_rules.clone() {
            for value in [left, right] {
                self.check_value(unit, at, unit.span(id), value, "a comparison");
            }
        }
    }

    /// What a value is called where it is read: a name, a field, a key.
    fn called(&mut self, unit: &Unit, id: ExprId) -> Option<Sym> {
        let key = match unit.expr(id) {
            Expr::Name(name) | Expr::Attr(_, name) => return Some(*name),
            Expr::Index(_, key) => *key,
            Expr::Call(callee, args) => match (unit.expr(*callee), args.first()) {
                (Expr::Attr(_, get), Some(arg)) if &*self.names.text(*get) == "get" => arg.value,
                _ => return None,
            },
            _ => return None,
        };
        match unit.expr(key) {
            Expr::Const(Const::Text(text)) => Some(self.names.intern(text)),
            _ => None,
        }
    }

    pub(super) fn check_assert(&mut self, unit: &Rc<Unit>, test: ExprId) {
        let engine = self.engine;
        for (at, rule) in engine.rules.iter().enumerate() {
            if rule.language == self.language
                && let Some(pattern) = &rule.asserts
                && pattern.is_match(unit.text(unit.span(test)))
            {
                self.report(unit, at, unit.span(test), None, Some("assert"));
            }
        }
    }

    /// Keeps what a rule says of a place; of several, the worst.
    pub(super) fn report(
        &mut self,
        unit: &Rc<Unit>,
        at: usize,
        span: Span,
        taint: Option<&(Taint, Level)>,
        sink: Option<&str>,
    ) {
        if self.quiet || self.dead {
            return;
        }
        let Some(rule) = self.rule(at) else {
            return;
        };
        // What stands in another file, and has nothing to do with what this one gives it.
        if taint.is_none() && unit.path != self.root {
            return;
        }
        let in_test = self.test_file
            || self.frames.iter().any(|frame| {
                frame
                    .unit
                    .functions
                    .get(frame.func)
                    .is_some_and(|function| function.test)
            });
        if in_test && !rule.tests {
            return;
        }
        if taint.is_none() && !self.in_context(rule) {
            return;
        }
        let level = taint.map_or(rule.rule.level, |(_, level)| *level);
        let mut steps = Vec::new();
        let mut node = taint.map(|(taint, _)| Rc::clone(&taint.step));
        while let Some(step) = node.take() {
            steps.push((Rc::clone(&step.unit), step.span, Rc::clone(&step.what)));
            node.clone_from(&step.before);
        }
        steps.reverse();
        // Nor what began there and never came through this file: it is told of that one.
        if unit.path != self.root && steps.iter().all(|(of, _, _)| of.path != self.root) {
            return;
        }
        let sink = sink.map_or_else(|| short(unit.text(span)), str::to_owned);
        if taint.is_some() {
            steps.push((Rc::clone(unit), span, format!("reaches {sink}").into()));
        }
        // In a file that this one calls into: told where the call is.
        let mut place = span;
        if unit.path != self.root {
            let outside = self
                .frames
                .iter()
                .find(|frame| frame.unit.path != self.root);
            place = outside.map_or(span, |frame| frame.called_at);
        }
        let found = Found {
            rule: at,
            span: place,
            level,
            source: taint
                .as_ref()
                .map(|(taint, _)| taint.source.to_string())
                .unwrap_or_default(),
            kind: taint.map(|(taint, _)| taint.kind),
            sink,
            steps,
        };
        // Several functions may hand their own input to one helper: each is a defect of its own.
        let from = match self.frames.first() {
            Some(root) if level == Level::Block && found.kind.is_some() => root.func,
            _ => FuncId::MAX,
        };
        match self.found.get(&(at, place, from)) {
            Some(known) if known.level >= level => {}
            _ => {
                self.found.insert((at, place, from), found);
            }
        }
    }
}

fn weaker(level: Level) -> Level {
    match level {
        Level::Block => Level::Escalate,
        Level::Escalate | Level::Note => Level::Note,
    }
}
