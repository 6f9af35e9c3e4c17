//! A skip or expected failure put on a test that ran; a new test that never runs.
//!
//! A condition that is always true is none (the collection folds it); a platform or version condition
//! is honest.
//!
//! Does not catch: a condition that holds on every machine that runs the tests.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::super::findings::of_test;
use super::super::pairing::{Place, Twin};
use super::WeakenedContext;
use crate::language::test_model::{Decider, FileModel, Function, Mark, MarkKind, Role};
use crate::text::is_in_word;

/// Judges marks.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    for pair in &tests.sides.pairs {
        let Some(head) = &pair.head else {
            continue;
        };
        if let Some(base) = &pair.base {
            whole_file(base, head, found);
        }
        fixtures(pair.base.as_ref(), head, found);
        if head.collected.is_ok() {
            focused(pair.base.as_ref(), head, found);
        }
    }
    for twin in tests.edited() {
        kept(twin, found);
    }
    for place in &tests.paired.born {
        born(place, found);
    }
}

/// What a condition or a reason says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Excuse {
    /// A platform, version, feature or missing module decides.
    Environment,
    /// Something else decides, or a reason names an issue or a platform.
    Named,
    /// Nothing.
    None,
}

fn excuse(mark: &Mark) -> Excuse {
    const ENVIRONMENT: [&str; 33] = [
        "platform",
        "version",
        "os.name",
        "windows",
        "linux",
        "darwin",
        "macos",
        "pypy",
        "cpython",
        "wasm",
        "emscripten",
        "target_",
        "feature",
        "musl",
        "miri",
        "android",
        "32",
        "find_spec",
        "importorskip",
        "is none",
        "not has",
        "import",
        "installed",
        "available",
        "supports",
        "cfg",
        "unix",
        "root",
        "byteorder",
        "shutil.which",
        "maxsize",
        "network",
        "docker",
    ];
    let holds = |text: &str| {
        let text = text.to_lowercase();
        ENVIRONMENT.iter().any(|word| text.contains(word))
    };
    if let Some(condition) = &mark.condition {
        match mark.decider {
            Decider::Machine => return Excuse::Environment,
            Decider::Runner => return Excuse::Named,
            Decider::Nobody => {}
        }
        // A flag in capitals (`WIN`, `HAS_SSL`) is what modules call such facts.
        let flag = condition.split(|c: char| !is_in_word(c)).any(|word| {
            word.len() > 1
                && word.chars().all(|c| !c.is_lowercase())
                && word.starts_with(char::is_alphabetic)
        });
        return if condition == "a condition" || flag || holds(condition) {
            Excuse::Environment
        } else {
            Excuse::Named
        };
    }
    let reason = mark.reason.as_str();
    let numbered = reason
        .match_indices('#')
        .any(|(at, _)| reason[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    if numbered || reason.contains("://") || holds(reason) {
        Excuse::Named
    } else {
        Excuse::None
    }
}

/// Whether a mark skips whatever happens, and no platform is why.
pub(super) fn is_unasked(mark: &Mark) -> bool {
    let is_whole = mark.condition.is_none() && mark.case.is_none();
    mark.kind == MarkKind::Skip && is_whole && excuse(mark) != Excuse::Environment
}

fn is_skip(mark: &Mark) -> bool {
    matches!(mark.kind, MarkKind::Skip | MarkKind::ExpectedFailure)
}

/// Marks at head that base has not, whatever their reasons are.
fn added<'m>(base: &[Mark], head: &'m [Mark]) -> Vec<&'m Mark> {
    let mut known: Vec<&Mark> = base.iter().collect();
    head.iter()
        .filter(|mark| {
            let same = known.iter().position(|other| {
                other.kind == mark.kind
                    && other.condition == mark.condition
                    && other.case.is_some() == mark.case.is_some()
            });
            match same {
                Some(at) => {
                    known.remove(at);
                    false
                }
                None => true,
            }
        })
        .collect()
}

/// An expected failure that had to be one, and may be a success now.
fn no_longer_strict(twin: &Twin<'_>, found: &mut Vec<Finding>) {
    let of = |test: &Function| {
        let mut marks = test.marks.iter();
        let expected = marks.find(|m| m.kind == MarkKind::ExpectedFailure && m.case.is_none());
        expected.map(|mark| (mark.strict, mark.text.clone()))
    };
    let (Some((true, was)), Some((false, now))) = (of(twin.base.test), of(twin.head.test)) else {
        return;
    };
    let message = format!(
        "{} asks less than before (it may fail or pass now, and had to fail): `{now}` was `{was}`",
        twin.head.test.qualified(),
    );
    found.push(twin.head.of_test(rules::ASSERTION_WEAKENED, message));
}

fn kept(twin: &Twin<'_>, found: &mut Vec<Finding>) {
    let (base, head) = (&twin.base, &twin.head);
    no_longer_strict(twin, found);
    for mark in added(&base.test.marks, &head.test.marks) {
        let name = head.test.qualified();
        if mark.kind == MarkKind::ShouldPanic {
            let asserted = base.test.live().next().is_some();
            let finding = found.push_mut(head.of_test(
                rules::TEST_SKIPPED,
                format!(
                    "{name} must panic now, and had to pass before: `{}`",
                    mark.text
                ),
            ));
            if !asserted {
                finding.level = Level::Escalate;
            }
            continue;
        }
        if mark.kind == MarkKind::Retried {
            let message = format!(
                "{name} is run again where it fails now, and had to pass at once before: `{}`",
                mark.text
            );
            found.push(head.of_test(rules::TEST_RETRIED, message));
        }
        if !is_skip(mark) {
            continue;
        }
        let what = match (mark.kind, &mark.case) {
            (MarkKind::Skip, Some(case)) => {
                format!("the case `{case}` of {name} ran before and is skipped now")
            }
            (_, Some(case)) => {
                format!("the case `{case}` of {name} may fail now, and had to pass before")
            }
            (MarkKind::Skip, None) => format!("{name} ran before and is skipped now"),
            _ => format!("{name} may fail now, and had to pass before"),
        };
        let level = match excuse(mark) {
            Excuse::Environment => continue,
            Excuse::Named => Level::Escalate,
            Excuse::None => Level::Block,
        };
        let finding =
            found.push_mut(head.of_test(rules::TEST_SKIPPED, format!("{what}: `{}`", mark.text)));
        finding.level = level;
    }
}

/// Fixtures that skip whoever asks for them, and what runs around tests that were there.
fn fixtures(base: Option<&FileModel>, head: &FileModel, found: &mut Vec<Finding>) {
    let fixtures = base
        .into_iter()
        .flat_map(|base| base.functions.iter().rev());
    // Of two of one name, the first.
    let known: BTreeMap<String, &[Mark]> = fixtures
        .filter(|f| f.role == Role::Fixture)
        .map(|f| (f.qualified(), f.marks.as_slice()))
        .collect();
    let scopes: BTreeSet<&[String]> = base
        .into_iter()
        .flat_map(FileModel::tests)
        .flat_map(|test| (0..=test.scope.len()).filter_map(|at| test.scope.get(..at)))
        .collect();
    let is_plugin = head.framework.is_plugin(&head.path);
    for fixture in head.functions.iter().filter(|f| f.role == Role::Fixture) {
        let name = fixture.qualified();
        let before = known.get(&name).copied().unwrap_or_default();
        let around = fixture.everywhere
            && (scopes.contains(fixture.scope.as_slice()) || is_plugin && fixture.scope.is_empty());
        let skip = added(before, &fixture.marks).into_iter().find(|m| {
            let excuse = excuse(m);
            let alone = base.is_some() && m.condition.is_none() && excuse == Excuse::None;
            m.kind == MarkKind::Skip && (alone || around && excuse != Excuse::Environment)
        });
        // One that chooses tests by name steers the runner, and is told as that.
        let mut signs = head.signs.iter();
        let steers = signs.any(|sign| sign.function == fixture.name);
        if let Some(mark) = skip.filter(|_| !steers) {
            skipping(head, fixture, mark, around, found);
        }
    }
}

/// A focus that is new: what stands beside it runs no more.
fn focused(base: Option<&FileModel>, head: &FileModel, found: &mut Vec<Finding>) {
    let marks = |model: &FileModel| -> BTreeMap<u32, String> {
        let all = model
            .tests()
            .flat_map(|test| &test.marks)
            .chain(&model.marks);
        let own = all.filter(|mark| mark.kind == MarkKind::Focused);
        own.map(|mark| (mark.line, mark.text.clone())).collect()
    };
    let mut known: Vec<String> = base.map(marks).unwrap_or_default().into_values().collect();
    for (line, text) in marks(head) {
        if let Some(at) = known.iter().position(|other| *other == text) {
            known.remove(at);
            continue;
        }
        let is_focused = |test: &&Function| test.marks.iter().any(|m| m.kind == MarkKind::Focused);
        let others = head.tests().filter(|test| !is_focused(test)).count();
        let what = match others {
            0 => "the tests of other files may run no more".to_owned(),
            1 => "the other test of the file runs no more".to_owned(),
            others => format!("the {others} other tests of the file run no more"),
        };
        found.push(rules::TEST_FOCUSED.finding(
            Side::Head,
            &head.path,
            crate::finding::Place::of_line(line),
            format!("`{text}` switches all other tests off: {what}"),
        ));
    }
}

/// Says that a fixture skips.
fn skipping(
    head: &FileModel,
    fixture: &Function,
    mark: &Mark,
    around: bool,
    found: &mut Vec<Finding>,
) {
    let name = fixture.qualified();
    let message = match (&mark.condition, around) {
        (Some(condition), true) => format!(
            "the tests around which {name} runs are skipped now where `{condition}`: `{}`",
            mark.text
        ),
        _ => format!("whoever asks for {name} is skipped now: `{}`", mark.text),
    };
    let finding = of_test(rules::TEST_SKIPPED, Side::Head, head, fixture, message);
    found.push_mut(finding).level = Level::Escalate;
}

fn whole_file(base: &FileModel, head: &FileModel, found: &mut Vec<Finding>) {
    let retried = added(&base.marks, &head.marks).into_iter();
    for mark in retried.filter(|mark| mark.kind == MarkKind::Retried) {
        let message = format!(
            "the tests of {} are run again where they fail now: `{}`",
            head.path, mark.text
        );
        let place = crate::finding::Place::of_line(mark.line);
        found.push(rules::TEST_RETRIED.finding(Side::Head, &head.path, place, message));
    }
    let Some(first) = head.tests().next() else {
        return;
    };
    if base.tests().next().is_none() {
        return;
    }
    for mark in added(&base.marks, &head.marks)
        .into_iter()
        .filter(|m| is_skip(m))
    {
        let level = match excuse(mark) {
            Excuse::Environment => continue,
            Excuse::Named => Level::Escalate,
            Excuse::None => Level::Block,
        };
        let place = crate::finding::Place::of_line(mark.line);
        let finding = found.push_mut(rules::TEST_SKIPPED.finding(
            Side::Head,
            &head.path,
            place,
            format!(
                "all tests of {} ran before and are skipped now ({} and the others): `{}`",
                head.path,
                first.qualified(),
                mark.text
            ),
        ));
        finding.level = level;
    }
}

fn born(place: &Place<'_>, found: &mut Vec<Finding>) {
    let always = place
        .test
        .marks
        .iter()
        .find(|m| m.kind == MarkKind::Skip && m.condition.is_none() && m.case.is_none());
    // One that is announced holds nothing that could run.
    let Some(mark) = always.filter(|m| m.reason.is_empty() || !place.test.body.tokens.is_empty())
    else {
        return;
    };
    let finding = found.push_mut(place.of_test(
        rules::NEW_TEST_SKIPPED,
        format!(
            "{} is new and never runs: `{}`",
            place.test.qualified(),
            mark.text
        ),
    ));
    if !mark.reason.is_empty() || explains(&place.test.doc) {
        finding.level = Level::Escalate;
    }
}

/// Whether the comments above a test, or its documentation, speak of why it does not run.
fn explains(doc: &str) -> bool {
    const WORDS: [&str; 17] = [
        "ignor",
        "disabl",
        "skip",
        "slow",
        "flak",
        "manual",
        "support",
        "require",
        "needs",
        " only ",
        "broken",
        "hang",
        "fails",
        "false positive",
        "re-enable",
        "until",
        "temporar",
    ];
    let doc = doc.to_lowercase();
    WORDS.iter().any(|word| doc.contains(word))
}
