//! What calls say to a runner of tests: suites, tests, hooks, with the words behind them that switch them off or on.
//!
//! vitest, jest, mocha, jasmine, node:test, AVA, tap, tape, uvu, QUnit, Playwright, Cypress and Deno write them alike.
//!
//! Does not catch: a runner that a wrapper of the project hides.

use super::chain::{Chain, arguments, is_function, unwrap};
use super::known::Known;
use crate::language::Parsed;
use crate::language::test_model::reading::{decider, one_line};
use crate::language::test_model::{Decider, Mark, MarkKind};
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, field, flat, parts};

/// What a call is to the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Suite,
    Test,
    Hook,
}

/// A call to the runner.
pub(super) struct Said<'t> {
    pub what: What,
    /// The title; of a hook its name.
    pub title: String,
    /// Where that stands.
    pub at: Node<'t>,
    /// The function that it is given.
    pub function: Option<Node<'t>>,
    /// The name of the function, where it is one.
    pub named: Option<Node<'t>>,
    /// The rows that it is run for.
    pub table: Option<Node<'t>>,
    /// What the words say.
    pub marks: Vec<Mark>,
}

const TESTS: [&str; 9] = [
    "it", "test", "specify", "fit", "xit", "xtest", "ftest", "xspecify", "fspecify",
];
const SUITES: [&str; 9] = [
    "describe",
    "suite",
    "context",
    "fdescribe",
    "xdescribe",
    "xcontext",
    "xsuite",
    "fcontext",
    "fsuite",
];
const HOOKS: [&str; 12] = [
    "beforeEach",
    "afterEach",
    "beforeAll",
    "afterAll",
    "before",
    "after",
    "setup",
    "teardown",
    "suiteSetup",
    "suiteTeardown",
    "aroundEach",
    "aroundAll",
];
/// What a runner's object is called, of which tests are members.
const RUNNERS: [&str; 5] = ["QUnit", "Deno", "tap", "t", "mocha"];

/// What a call says to the runner; none where it says nothing.
pub(super) fn said<'t>(parsed: &'t Parsed, known: &Known, chain: &Chain<'t>) -> Option<Said<'t>> {
    let mut name = known.runner(chain.name(parsed));
    let mut links = chain.links.as_slice();
    if RUNNERS.contains(&name) {
        let (first, rest) = links.split_first()?;
        let of_runner = |words: &[&str]| words.contains(&first.name);
        if !(of_runner(&TESTS) || of_runner(&SUITES) || of_runner(&HOOKS) || first.name == "module")
        {
            return None;
        }
        name = match first.name {
            "module" => "describe",
            other => other,
        };
        links = rest;
    }
    let is_test = TESTS.contains(&name);
    let is_suite = SUITES.contains(&name);
    let is_hook = HOOKS.contains(&name);
    if !is_test && !is_suite && !is_hook {
        return None;
    }
    // `test.describe(..)`, `test.beforeEach(..)`; `describe.it` is nothing.
    let inner = links
        .iter()
        .map(|link| link.name)
        .find(|name| SUITES.contains(name) || HOOKS.contains(name));
    let what = match inner {
        Some(inner) if HOOKS.contains(&inner) => What::Hook,
        Some(_) => What::Suite,
        None if is_hook => What::Hook,
        None if is_suite => What::Suite,
        None => What::Test,
    };
    let last = match links.last() {
        Some(last) => last.given,
        // The runner's member itself is called: `QUnit.test("adds", f)`.
        None => match chain.links.last() {
            Some(first) => first.given,
            None => chain.given,
        },
    };
    let given = arguments(last);
    let mut said = Said {
        what,
        title: String::new(),
        at: chain.root,
        function: None,
        named: None,
        table: None,
        marks: Vec::new(),
    };
    let others = [
        "extend",
        "use",
        "setTimeout",
        "configure",
        "step",
        "info",
        "slow",
        "runIf",
        "skipIf",
        "each",
        "for",
    ];
    let last_name = links.last().map_or("", |link| link.name);
    if others.contains(&last_name) {
        return None;
    }
    said.function = given.iter().rev().find_map(|one| function_in(*one));
    let first = given.first().copied();
    if what == What::Hook {
        said.title = inner.unwrap_or(name).to_owned();
        return said.function.is_some().then_some(said);
    }
    let first = first?;
    let is_titled = !is_function(first) && first.kind() != kind::OBJECT;
    said.named = given
        .get(usize::from(is_titled))
        .copied()
        .filter(|one| one.kind() == kind::IDENTIFIER && said.function.is_none());
    // `test.skip(condition, "why")` in a body is a call about the test around it.
    let is_text = first.is_string() || Walk::new(first).any(|part| part.is_string());
    let words = links.iter().map(|link| link.name);
    let is_todo = words.clone().any(|word| word == "todo");
    if said.function.is_none() && said.named.is_none() && !(first.is_string() && given.len() == 1) {
        return None;
    }
    if !is_titled && !is_function(first) || is_titled && !is_text && said.function.is_none() {
        return None;
    }
    if is_titled {
        said.at = first;
        said.title = title(parsed, first);
    }
    said.marks = marks(parsed, name, chain, &given);
    said.marks.extend(focus(parsed, known, chain));
    // Without a function a test is one that is still to be written.
    let is_pending = said.function.is_none() && said.named.is_none();
    if is_pending && !is_todo && said.marks.iter().all(|mark| mark.kind != MarkKind::Skip) {
        if what == What::Suite {
            return None;
        }
        said.marks.push(Mark {
            reason: "still to be written".to_owned(),
            ..always(parsed, MarkKind::Skip, chain.whole)
        });
    }
    let over = links
        .iter()
        .find(|link| matches!(link.name, "each" | "for"));
    said.table = over.and_then(|link| {
        let given = link.given?;
        match given.kind() {
            kind::ARGUMENTS => parts(given).first().copied(),
            _ => Some(given),
        }
    });
    Some(said)
}

/// The focus that a call puts on a test or a suite, whatever it is given.
pub(super) fn focus(parsed: &Parsed, known: &Known, chain: &Chain<'_>) -> Option<Mark> {
    let name = known.runner(chain.name(parsed));
    let is_runner = TESTS.contains(&name) || SUITES.contains(&name);
    let is_called = chain.given.is_some() || chain.links.iter().any(|link| link.given.is_some());
    let only = chain.has("only") || name.starts_with('f');
    (is_runner && is_called && only && !known.needs_asking)
        .then(|| always(parsed, MarkKind::Focused, chain.whole))
}

/// The function that an argument is, or that it is made of: `fakeAsync(() => ..)`.
fn function_in(node: Node<'_>) -> Option<Node<'_>> {
    let node = unwrap(node);
    if is_function(node) {
        return Some(node);
    }
    let given = node.child_by_field_name("arguments");
    let given = given.filter(|_| node.kind() == kind::CALL_EXPRESSION);
    let inner = arguments(given).into_iter().map(unwrap);
    inner.into_iter().find(|one| is_function(*one))
}

/// The title of a test, without its quotes.
fn title(parsed: &Parsed, node: Node<'_>) -> String {
    let text = match node.is_string() {
        true => parsed.text(node).trim_matches(['"', '\'', '`']).to_owned(),
        false => flat(parsed, node),
    };
    one_line(&text)
}

/// A mark without a condition.
pub(super) fn always(parsed: &Parsed, kind: MarkKind, at: Node<'_>) -> Mark {
    Mark {
        kind,
        condition: None,
        reason: String::new(),
        text: told(parsed, at),
        line: row(at),
        case: None,
        decider: Decider::Nobody,
        strict: false,
    }
}

/// The beginning of a call, as a message shows it.
fn told(parsed: &Parsed, at: Node<'_>) -> String {
    let text = parsed.text(at);
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches(['{', ' ', '>', '=']);
    // The function that is given says nothing of it.
    let functions = [", async ()", ", ()", ", async function ()", ", function ()"];
    let bare = functions.iter().find_map(|end| line.strip_suffix(end));
    one_line(bare.unwrap_or(line))
}

fn row(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX)
}

/// What the words of a call say of how the runner takes it.
fn marks(parsed: &Parsed, name: &str, chain: &Chain<'_>, given: &[Node<'_>]) -> Vec<Mark> {
    let mut found = Vec::new();
    let put = |found: &mut Vec<Mark>, kind| found.push(always(parsed, kind, chain.whole));
    if name.starts_with('x') {
        put(&mut found, MarkKind::Skip);
    }
    for link in &chain.links {
        match link.name {
            "skip" | "fixme" | "ignore" => put(&mut found, MarkKind::Skip),
            "todo" => found.push(Mark {
                reason: "still to be written".to_owned(),
                ..always(parsed, MarkKind::Skip, chain.whole)
            }),
            "fails" | "failing" | "fail" => put(&mut found, MarkKind::ExpectedFailure),
            _ => {}
        }
    }
    for link in &chain.links {
        let asked = arguments(link.given).first().copied();
        let (Some(asked), true) = (asked, matches!(link.name, "skipIf" | "runIf")) else {
            continue;
        };
        let text = flat(parsed, unwrap(asked));
        let condition = match link.name {
            "skipIf" => text,
            _ => format!("!({text})"),
        };
        found.push(Mark {
            decider: decider(&condition),
            condition: Some(condition),
            ..always(parsed, MarkKind::Skip, chain.whole)
        });
    }
    let options = given.iter().filter(|one| one.kind() == kind::OBJECT);
    for pair in options.flat_map(|one| parts(*one)) {
        let (Some(key), Some(value)) = (
            field(parsed, pair, "key"),
            pair.child_by_field_name("value"),
        ) else {
            continue;
        };
        let (kind, text) = match key {
            "skip" | "todo" | "ignore" => (MarkKind::Skip, flat(parsed, value)),
            "fails" | "fail" => (MarkKind::ExpectedFailure, flat(parsed, value)),
            "retry" | "retries" => (MarkKind::Retried, flat(parsed, value)),
            _ => continue,
        };
        if matches!(text.as_str(), "false" | "0" | "undefined") {
            continue;
        }
        let mut mark = always(parsed, kind, pair);
        if value.is_string() {
            mark.reason = one_line(&text);
        } else if kind != MarkKind::Retried && text != "true" {
            mark.decider = decider(&text);
            mark.condition = Some(text);
        }
        found.push(mark);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::TYPESCRIPT;
    use crate::language::typescript::runner::chain::is_end;

    fn of(source: &str) -> Vec<(What, String, Vec<MarkKind>, bool)> {
        let parsed = Parsed::new(TYPESCRIPT, source.into()).unwrap();
        let known = Known::default();
        let calls = Walk::new(parsed.root()).filter(|n| n.kind() == kind::CALL_EXPRESSION);
        let ends = calls.filter(|n| is_end(*n));
        ends.filter_map(|n| said(&parsed, &known, &Chain::of(&parsed, n)))
            .map(|said| {
                let marks = said.marks.iter().map(|mark| mark.kind).collect();
                (said.what, said.title, marks, said.table.is_some())
            })
            .collect()
    }

    #[test]
    fn each_way_to_write_a_test_is_one() {
        use MarkKind::{ExpectedFailure, Focused, Skip};
        for (source, what, title, marks, table) in [
            ("it('a', () => {})", What::Test, "a", vec![], false),
            (
                "test.only('a', async () => {})",
                What::Test,
                "a",
                vec![Focused],
                false,
            ),
            (
                "fit('a', function () {})",
                What::Test,
                "a",
                vec![Focused],
                false,
            ),
            (
                "xdescribe('a', () => {})",
                What::Suite,
                "a",
                vec![Skip],
                false,
            ),
            (
                "it.each([[1, 2]])('a %i', (a, b) => {})",
                What::Test,
                "a %i",
                vec![],
                true,
            ),
            (
                "it.concurrent.each`a\n${1}`('a', () => {})",
                What::Test,
                "a",
                vec![],
                true,
            ),
            ("test.todo('a')", What::Test, "a", vec![Skip], false),
            ("it('a')", What::Test, "a", vec![Skip], false),
            (
                "it.skipIf(w)('a', () => {})",
                What::Test,
                "a",
                vec![Skip],
                false,
            ),
            (
                "test('a', { skip: true }, () => {})",
                What::Test,
                "a",
                vec![Skip],
                false,
            ),
            (
                "test.describe('a', () => {})",
                What::Suite,
                "a",
                vec![],
                false,
            ),
            (
                "QUnit.module('a', () => {})",
                What::Suite,
                "a",
                vec![],
                false,
            ),
            ("Deno.test('a', () => {})", What::Test, "a", vec![], false),
            ("t.test('a', t => {})", What::Test, "a", vec![], false),
            (
                "test.fails('a', () => {})",
                What::Test,
                "a",
                vec![ExpectedFailure],
                false,
            ),
            (
                "it('a', fakeAsync(() => {}))",
                What::Test,
                "a",
                vec![],
                false,
            ),
            (
                "test.beforeEach(() => {})",
                What::Hook,
                "beforeEach",
                vec![],
                false,
            ),
            ("it('a', helper)", What::Test, "a", vec![], false),
        ] {
            let expected = vec![(what, title.to_owned(), marks, table)];
            assert_eq!(of(source), expected, "{source}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for source in [
            "/a/.test(b)",
            "test.skip(isWindows, 'not there')",
            "test.extend({ page: () => {} })",
            "describe('a')",
            "it.each(rows)",
            "suite",
        ] {
            assert_eq!(of(source), vec![], "{source}");
        }
    }
}
