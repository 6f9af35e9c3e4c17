//! Libraries of assertions: `assert.equal(x, 3)`, `t.is(x, 3)`, and failures that are expected.
//!
//! Does not catch: a method of an unknown name, but for those of `assert`.

use std::borrow::Cow;

use super::assert::Reader;
use super::chain::{Chain, Link, arguments};
use super::compare::Asked;
use super::matchers::matcher;
use crate::language::test_model::reading::Setting;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Form};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::flat;

/// What a value that is thrown is asked with.
pub(super) const RAISES: [&str; 16] = [
    "toThrow",
    "toThrowError",
    "toThrowErrorMatchingSnapshot",
    "toThrowErrorMatchingInlineSnapshot",
    "toThrowMatching",
    "throw",
    "Throw",
    "throws",
    "throwsAsync",
    "throwsException",
    "rejected",
    "rejectedWith",
    "rejects",
    "raises",
    "toBeRejected",
    "toBeRejectedWith",
];

impl Reader<'_> {
    /// `assert(x)`, `assert.equal(x, 3)`, `t.is(x, 3)`, `sinon.assert.calledOnce(f)`.
    pub(super) fn method(
        &self,
        name: &str,
        chain: &Chain<'_>,
        links: &[Link<'_>],
        setting: &Setting,
    ) -> Vec<Assertion> {
        if links.is_empty() && chain.given.is_some() {
            return self.called("ok", &arguments(chain.given), chain, setting);
        }
        // `assert.strict.equal`, `assert.not.equal` of uvu, `t.assert.equal`.
        let called = links.iter().rfind(|link| link.given.is_some());
        let Some(link) = called else {
            return Vec::new();
        };
        let denied = links
            .iter()
            .any(|link| link.name == "not" && link.given.is_none());
        let is_known = matcher(link.name).is_some() || RAISES.contains(&link.name);
        if matches!(link.name, "fail" | "unreachable") {
            return vec![self.blank(chain.whole, setting).failing()];
        }
        if self.is_sure(link.name) {
            return vec![self.counted(link, self.blank(chain.whole, setting))];
        }
        if !is_known && !matches!(name, "assert" | "chai" | "sinon") {
            return Vec::new();
        }
        let given = arguments(link.given);
        let found = self.called(link.name, &given, chain, setting);
        let deny = |read: Assertion| match denied {
            true => read.negated("not."),
            false => read,
        };
        found.into_iter().map(deny).collect()
    }

    /// A function of an assertion library.
    pub(super) fn called(
        &self,
        name: &str,
        given: &[Node<'_>],
        chain: &Chain<'_>,
        setting: &Setting,
    ) -> Vec<Assertion> {
        let whole = self.blank(chain.whole, setting);
        let (plain, denied): (Cow<'_, str>, bool) = match matcher(name) {
            Some(_) => (name.into(), false),
            None => match positive(name) {
                Some(positive) => (positive, true),
                None => (name.into(), false),
            },
        };
        let plain = plain.as_ref();
        let rest = given.get(1..).unwrap_or_default();
        let asked = Asked {
            subject: given.first().copied(),
            name: plain,
            given: rest.to_vec(),
            denied,
            rejects: false,
        };
        let promised = matches!(
            plain,
            "rejects"
                | "doesNotReject"
                | "throwsAsync"
                | "notThrowsAsync"
                | "isRejected"
                | "isFulfilled"
        );
        let read = match RAISES.contains(&plain) {
            true => self.thrown(&asked, whole),
            false => self.ask(&asked, whole),
        };
        vec![match promised {
            true => self.if_waited(chain.whole, read),
            false => read,
        }]
    }

    /// An expected failure.
    pub(super) fn thrown(&self, asked: &Asked<'_, '_>, whole: Assertion) -> Assertion {
        let given = asked.given.first().copied();
        // The last argument of an assertion library is what it says when it fails.
        let expected = given.filter(|one| !one.is_string() || asked.given.len() == 1);
        if let Some(expected) = expected {
            self.expects(expected);
        }
        let is_class = |node: Node<'_>| {
            matches!(node.kind(), kind::IDENTIFIER | kind::MEMBER_EXPRESSION)
                && self
                    .parsed
                    .text(node)
                    .rsplit('.')
                    .next()
                    .is_some_and(|name| name.starts_with(char::is_uppercase))
        };
        let line = |node: Node<'_>| flat(self.parsed, node);
        let (strength, told) = match expected {
            None => (Strength::NotNone, String::new()),
            Some(class) if is_class(class) => match asked.given.get(1) {
                Some(message) => (
                    Strength::Exact,
                    format!("{}, {}", line(class), line(*message)),
                ),
                None => (Strength::Pattern, line(class)),
            },
            Some(message) => (Strength::Exact, format!(", {}", line(message))),
        };
        let subject = asked.subject.map_or_else(String::new, line);
        let read = Assertion {
            form: Form::Raises,
            strength,
            subject,
            expected: told,
            operator: asked.name.to_owned(),
            ..whole
        };
        match asked.denied {
            true => Assertion {
                strength: Strength::Bound,
                operator: format!("not.{}", read.operator),
                ..read
            },
            false => read,
        }
    }
}

/// The assertion that one of this name denies: `notEqual`, `isNotNull`, `doesNotThrow`.
fn positive(name: &str) -> Option<Cow<'_, str>> {
    let lower_first = |rest: &str| {
        let mut chars = rest.chars();
        let first = chars.next()?;
        Some(format!("{}{}", first.to_lowercase(), chars.as_str()))
    };
    let rest = name
        .strip_prefix("not")
        .or_else(|| name.strip_prefix("doesNot"));
    if let Some(rest) = rest.filter(|rest| rest.starts_with(char::is_uppercase)) {
        let own = lower_first(rest)?;
        let plural = format!("{own}s");
        let known = |name: &str| matcher(name).is_some() || RAISES.contains(&name);
        return match (known(&own), known(&plural)) {
            (true, _) => Some(own.into()),
            (_, true) => Some(plural.into()),
            _ => None,
        };
    }
    let rest = name.strip_prefix("isNot")?;
    let own = format!("is{rest}");
    matcher(&own).is_some().then(|| own.into())
}
