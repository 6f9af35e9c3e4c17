//! Signs of a test run that is steered, and of code that knows that it is tested: exits, clocks replaced for all,
//! matchers of the runner redefined, equality that is constant, assertions that stand in no test.
//!
//! Does not catch: the same through a name that is computed.

use super::File;
use super::calls::always;
use super::chain::{Chain, arguments, is_end, unwrap};
use super::matchers::matcher;
use super::promise::function_around;
use crate::language::test_model::reading::one_line;
use crate::language::test_model::{MarkKind, Sign, SignKind, holds};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// What tells the time or rolls the dice.
const CLOCKS: [&str; 9] = [
    "Date",
    "Date.now",
    "Math.random",
    "performance.now",
    "global.Date",
    "globalThis.Date",
    "global.Date.now",
    "globalThis.Math.random",
    "global.Math.random",
];

impl<'p> File<'p> {
    /// Puts down the signs of the file.
    pub(super) fn signs(&mut self) {
        let is_test = self.model.collected.is_ok();
        for node in Walk::new(self.parsed.root()) {
            match node.kind() {
                kind::CALL_EXPRESSION if is_end(node) => self.called(node),
                kind::ASSIGNMENT_EXPRESSION if is_test => {
                    let left = node.child_by_field_name("left");
                    let clock =
                        left.is_some_and(|left| CLOCKS.contains(&flat(self.parsed, left).as_str()));
                    if clock && function_around(node).is_none() {
                        self.sign(SignKind::GlobalClock, node);
                    }
                }
                kind::BINARY_EXPRESSION if !is_test => {
                    let text = flat(self.parsed, node);
                    let asks = text.contains("NODE_ENV") || text.contains("env.MODE");
                    let is_test = [
                        "==='test'",
                        "===\"test\"",
                        "=='test'",
                        "==\"test\"",
                        "!=='test'",
                        "!==\"test\"",
                    ];
                    if asks && is_test.iter().any(|end| text.ends_with(end)) {
                        self.sign(SignKind::TestDetected, node);
                    }
                }
                kind::MEMBER_EXPRESSION if !is_test => {
                    let last = field(self.parsed, node, "property").unwrap_or_default();
                    let of = field(self.parsed, node, "object").unwrap_or_default();
                    let known = matches!(
                        last,
                        "VITEST" | "JEST_WORKER_ID" | "VITEST_WORKER_ID" | "VITEST_POOL_ID"
                    );
                    if known && matches!(of, "process.env" | "import.meta.env") {
                        self.sign(SignKind::TestDetected, node);
                    }
                }
                _ => {}
            }
        }
    }

    fn sign(&mut self, kind: SignKind, node: Node<'p>) {
        let line = u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX);
        let text = self.parsed.text(node);
        let sign = Sign {
            kind,
            text: one_line(text.lines().next().unwrap_or_default()),
            place: self.parsed.place(node),
            function: match function_around(node) {
                Some(_) => self.parsed.symbol_at(line).unwrap_or_default(),
                None => String::new(),
            },
        };
        self.model.signs.push(sign);
    }

    fn called(&mut self, node: Node<'p>) {
        let parsed = self.parsed;
        let chain = Chain::of(parsed, node);
        let (name, called) = (chain.name(parsed), chain.called(parsed));
        let given = arguments(chain.links.last().and_then(|last| last.given));
        let first = given.first().map(|first| parsed.text(*first));
        match (name, called) {
            ("process", "exit") if matches!(first, None | Some("0")) => {
                self.sign(SignKind::EarlyExit, node);
            }
            ("jest", "retryTimes") if first != Some("0") => {
                let mark = always(parsed, MarkKind::Retried, node);
                self.model.marks.push(mark);
            }
            ("test", "configure") => {
                let options = given.iter().flat_map(|one| parts(*one));
                let mut retries =
                    options.filter(|pair| field(parsed, *pair, "key") == Some("retries"));
                if retries.any(|pair| field(parsed, pair, "value") != Some("0")) {
                    let mark = always(parsed, MarkKind::Retried, node);
                    self.model.marks.push(mark);
                }
            }
            // A matcher of the runner's own that is defined anew.
            ("expect", "extend") => {
                let members = given.iter().flat_map(|one| parts(unwrap(*one)));
                let mut names = members.filter_map(|one| {
                    let key = ["key", "name"]
                        .iter()
                        .find_map(|name| field(parsed, one, name));
                    key.filter(|key| key.starts_with("to"))
                });
                if names.any(|name| matcher(name).is_some()) {
                    self.sign(SignKind::FailureRenamed, node);
                }
            }
            _ => {}
        }
    }

    /// That a method of equality answers the same whatever it is given.
    pub(super) fn always_equal(&self, method: Node<'p>) -> Option<Sign> {
        let parsed = self.parsed;
        let name = field(parsed, method, "name").unwrap_or_default();
        let words = &parsed.language.profile().tests;
        let text = parsed.text(method);
        (holds(&words.equality, name) && is_constant(text, method)).then(|| Sign {
            kind: SignKind::AlwaysEqual,
            text: one_line(text),
            place: parsed.place(method),
            function: name.to_owned(),
        })
    }

    /// An assertion in a suite, or beside the tests, which no test makes.
    pub(super) fn outside(&mut self, chain: &Chain<'p>, suite: Node<'p>) {
        if chain.name(self.parsed) != "expect" || chain.given.is_none() {
            return;
        }
        let around = function_around(chain.whole);
        let is_here = match around {
            Some(function) => function.child_by_field_name("body") == Some(suite),
            None => true,
        };
        if is_here {
            self.sign(SignKind::OutsideTest, chain.whole);
        }
    }
}

/// Whether a method that takes something answers that it is equal, whatever it is.
fn is_constant(text: &str, method: Node<'_>) -> bool {
    let body = method
        .child_by_field_name("body")
        .map(parts)
        .unwrap_or_default();
    let takes = method
        .child_by_field_name("parameters")
        .is_some_and(|list| !parts(list).is_empty());
    let returns = body
        .first()
        .is_some_and(|first| first.kind() == kind::RETURN_STATEMENT);
    let flat: String = text.split_whitespace().collect();
    takes
        && returns
        && body.len() == 1
        && (flat.ends_with("returntrue;}") || flat.ends_with("returntrue}"))
}
