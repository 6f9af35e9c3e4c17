//! Skips that a body makes when it runs: `this.skip()`, `t.skip("why")`, `test.skip(isWindows, "why")`.
//!
//! Does not catch: a skip inside a function that is called.

use super::body::{Bodies, Reading};
use super::calls::always;
use super::chain::{Chain, arguments, is_function, unwrap};
use crate::language::test_model::reading::{Setting, decider, one_line};
use crate::language::test_model::{Decider, Fate, Mark, MarkKind};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

impl<'p> Bodies<'p> {
    /// Whether the statement is a skip, or runs the test again where it fails; it is put down as a mark then.
    pub(super) fn skips(
        &self,
        statement: Node<'p>,
        setting: &Setting,
        reading: &mut Reading<'p>,
    ) -> bool {
        let parsed = self.parsed();
        let call = parts(statement).first().copied();
        let Some(call) = call.filter(|n| n.kind() == kind::CALL_EXPRESSION) else {
            return false;
        };
        let chain = Chain::of(parsed, call);
        if chain.links.is_empty() && chain.called(parsed) == "pending" {
            if setting.fate == Fate::Live && !setting.conditional {
                reading.marks.push(always(parsed, MarkKind::Skip, call));
            }
            return true;
        }
        let root = parsed.text(chain.root);
        let (Some(last), true) = (chain.links.last(), chain.links.len() <= 2) else {
            return false;
        };
        if !matches!(
            root,
            "this" | "t" | "ctx" | "context" | "test" | "it" | "task"
        ) {
            return false;
        }
        let given = arguments(last.given);
        let kind = match last.name {
            "skip" | "fixme" | "todo" => MarkKind::Skip,
            "fail" if matches!(root, "test" | "it") => MarkKind::ExpectedFailure,
            "retries" if given.first().is_some_and(|n| parsed.text(*n) != "0") => MarkKind::Retried,
            _ => return false,
        };
        if last.given.is_none() || given.iter().any(|one| is_function(*one)) {
            return false;
        }
        let texts = given.iter().find(|one| one.is_string());
        let asked = given
            .first()
            .filter(|one| !one.is_string() && kind != MarkKind::Retried);
        let own = asked
            .map(|one| flat(parsed, unwrap(*one)))
            .filter(|text| text != "true");
        let condition = own.clone().or_else(|| match setting.conditional {
            true => Some(
                setting
                    .condition
                    .clone()
                    .unwrap_or_else(|| "a condition".to_owned()),
            ),
            false => None,
        });
        if setting.fate == Fate::Live {
            reading.marks.push(Mark {
                decider: condition.as_deref().map_or(Decider::Nobody, decider),
                condition,
                reason: texts.map(|n| one_line(parsed.text(*n))).unwrap_or_default(),
                ..always(parsed, kind, call)
            });
        }
        kind == MarkKind::Skip && own.is_none()
    }
}
