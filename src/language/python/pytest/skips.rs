//! Skips that a body or a module makes when it runs: `pytest.skip()`, `self.skipTest()`, `raise SkipTest`,
//! `pytest.importorskip()`.
//!
//! Does not catch: a skip inside a function that is called, a marker that a hook looks for.

use crate::syntax::Node;
use crate::syntax::walk::parts;

use super::assert::{arguments, keyword};
use super::body::{Bodies, Read};
use super::row;
use crate::language::python::project::{is_standard, providers};
use crate::language::test_model::reading::{Setting, one_line};
use crate::language::test_model::{Decider, Fate, Mark, MarkKind};

impl Bodies<'_> {
    /// Whether the statement is a skip; it is put down as a mark then.
    pub(super) fn skips(&self, statement: Node<'_>, setting: &Setting, read: &mut Read) -> bool {
        let (parsed, known) = (self.parsed(), self.reader.known);
        let Some(raised) = parts(statement).first().copied() else {
            return false;
        };
        let call = Some(raised).filter(|n| n.kind() == "call");
        let callee = call.map_or(Some(raised), |call| call.child_by_field_name("function"));
        let Some(callee) = callee.filter(|n| matches!(n.kind(), "identifier" | "attribute")) else {
            return false;
        };
        let path = known.path(parsed, callee);
        let leaf = path.rsplit('.').next().unwrap_or(&path);
        let is_brought_in = callee.kind() == "identifier" && !known.is_own(parsed.text(callee));
        let kind = match (path.as_str(), leaf) {
            _ if statement.kind() == "raise_statement" => match leaf {
                "SkipTest" => MarkKind::Skip,
                _ if path == "pytest.skip.Exception" => MarkKind::Skip,
                _ => return false,
            },
            ("pytest.skip" | "self.skipTest", _) => MarkKind::Skip,
            ("pytest.xfail", _) => MarkKind::ExpectedFailure,
            (_, "skip") if is_brought_in => MarkKind::Skip,
            (_, "xfail") if is_brought_in => MarkKind::ExpectedFailure,
            _ => return false,
        };
        if call.is_none() && statement.kind() != "raise_statement" {
            return false;
        }
        let keyed = |name| keyword(parsed, call?, name);
        let first = call.and_then(|call| arguments(call).first().copied());
        let reason = keyed("reason").or_else(|| keyed("msg")).or(first);
        if setting.fate == Fate::Live {
            let condition = match &setting.caught {
                Some(what) => Some(format!("whatever {what} catches")),
                None if setting.marker => Some("a condition".to_owned()),
                None if setting.conditional => Some(
                    setting
                        .condition
                        .clone()
                        .unwrap_or_else(|| "a condition".to_owned()),
                ),
                None => None,
            };
            read.marks.push(Mark {
                kind,
                decider: setting.decider,
                condition,
                reason: reason.map(|n| one_line(parsed.text(n))).unwrap_or_default(),
                text: one_line(parsed.text(statement)),
                line: row(statement),
                case: None,
                strict: false,
            });
        }
        true
    }

    /// The mark that `pytest.importorskip(..)` is; none where the module is always there.
    pub(super) fn import_or_skip(&self, call: Node<'_>) -> Option<Mark> {
        let parsed = self.parsed();
        let callee = call.child_by_field_name("function")?;
        let path = self.reader.known.path(parsed, callee);
        if path.rsplit('.').next() != Some("importorskip") {
            return None;
        }
        let module = arguments(call).first().copied()?;
        let name = parsed.text(module).trim_matches(['"', '\'']);
        let top = name.split('.').next().unwrap_or(name);
        if is_standard(top) {
            return None;
        }
        let declared = self.manifests.as_ref().is_none_or(|manifests| {
            let known = |name: &str| manifests.contains(&name.to_lowercase().replace('_', "-"));
            known(top) || providers(top).iter().any(|name| known(name))
        });
        Some(Mark {
            kind: MarkKind::Skip,
            condition: Some(format!("{name} is not there, which nothing declares")),
            decider: match declared {
                true => Decider::Machine,
                false => Decider::Runner,
            },
            reason: String::new(),
            text: one_line(parsed.text(call)),
            line: row(call),
            case: None,
            strict: false,
        })
    }
}
