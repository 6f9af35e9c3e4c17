//! Assertions of testify (`assert`, `require`, suites), `is`, quicktest, and expectations of gomega.
//!
//! Does not catch: matchers that a project writes itself; they count as a question of true or false.

use super::assert::{Reader, arguments};
use super::condition::holds;
use crate::language::go::kind;
use crate::language::test_model::strength::{Strength, Tolerance, number};
use crate::language::test_model::{Assertion, Flaw, Form};
use crate::syntax::Node;
use crate::syntax::walk::{field, flat};

/// In which order a function is given what is looked at and what is expected.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// `Equal(want, got)`.
    WantGot,
    /// `Contains(got, part)`.
    GotWant,
    /// Only what is looked at.
    Got,
}

use Order::{Got, GotWant, WantGot};

/// Functions, without an `f` at their end, with their order and row of the lattice.
const FUNCTIONS: [(&str, Order, Strength); 48] = [
    ("Equal", WantGot, Strength::Exact),
    ("EqualValues", WantGot, Strength::Exact),
    ("EqualExportedValues", WantGot, Strength::Exact),
    ("Exactly", WantGot, Strength::Exact),
    ("JSONEq", WantGot, Strength::Exact),
    ("YAMLEq", WantGot, Strength::Exact),
    ("Same", WantGot, Strength::Exact),
    ("Equals", GotWant, Strength::Exact),
    ("ElementsMatch", WantGot, Strength::Approx),
    ("InDelta", WantGot, Strength::Approx),
    ("InDeltaSlice", WantGot, Strength::Approx),
    ("InEpsilon", WantGot, Strength::Approx),
    ("WithinDuration", WantGot, Strength::Approx),
    ("WithinRange", Got, Strength::Bound),
    ("NotEqual", WantGot, Strength::Bound),
    ("NotEqualValues", WantGot, Strength::Bound),
    ("NotSame", WantGot, Strength::Bound),
    ("Contains", GotWant, Strength::Pattern),
    ("NotContains", GotWant, Strength::Bound),
    ("Subset", GotWant, Strength::Pattern),
    ("Regexp", WantGot, Strength::Pattern),
    ("NotRegexp", WantGot, Strength::Bound),
    ("ErrorContains", GotWant, Strength::Pattern),
    ("ErrorIs", GotWant, Strength::Exact),
    ("ErrorAs", GotWant, Strength::Shape),
    ("EqualError", GotWant, Strength::Exact),
    ("NotErrorIs", GotWant, Strength::Bound),
    ("Len", GotWant, Strength::Shape),
    ("IsType", WantGot, Strength::Shape),
    ("Implements", WantGot, Strength::Shape),
    ("Greater", GotWant, Strength::Bound),
    ("GreaterOrEqual", GotWant, Strength::Bound),
    ("Less", GotWant, Strength::Bound),
    ("LessOrEqual", GotWant, Strength::Bound),
    ("Positive", Got, Strength::Bound),
    ("Negative", Got, Strength::Bound),
    ("Nil", Got, Strength::Exact),
    ("Zero", Got, Strength::Exact),
    ("Empty", Got, Strength::Shape),
    ("NotEmpty", Got, Strength::NotNone),
    ("NotNil", Got, Strength::NotNone),
    ("NotZero", Got, Strength::NotNone),
    ("Error", Got, Strength::NotNone),
    ("Err", Got, Strength::NotNone),
    ("NoError", Got, Strength::Exact),
    ("NoErr", Got, Strength::Exact),
    ("FileExists", Got, Strength::NotNone),
    ("DirExists", Got, Strength::NotNone),
];

/// Functions that expect a panic, with their row.
const PANICS: [(&str, Strength); 4] = [
    ("Panics", Strength::NotNone),
    ("PanicsWithValue", Strength::Exact),
    ("PanicsWithError", Strength::Exact),
    ("NotPanics", Strength::NotNone),
];

/// What a function of such a library asserts of what it is given, the tester left out.
pub(super) fn read<'p>(
    reader: &Reader<'p>,
    name: &str,
    given: &[Node<'p>],
    whole: Assertion,
) -> Vec<Assertion> {
    let is_known = |name: &str| {
        FUNCTIONS.iter().any(|(own, ..)| *own == name) || PANICS.iter().any(|(own, _)| *own == name)
    };
    // `Equalf` says more where it fails, and asserts the same.
    let plain = name
        .strip_suffix('f')
        .filter(|plain| is_known(plain) || matches!(*plain, "True" | "False" | "Fail" | "FailNow"));
    let name = plain.unwrap_or(name);
    let line = |at: usize| {
        given
            .get(at)
            .map_or(String::new(), |node| flat(reader.parsed, *node))
    };
    match (name, given) {
        ("True", [condition, ..]) => {
            return vec![holds(reader, *condition, whole, 0)];
        }
        ("False", [condition, ..]) => {
            let read = holds(reader, *condition, whole, 0);
            let flaw = match read.flaw {
                Some(Flaw::Constant) => Some(Flaw::Never),
                Some(Flaw::Never) => Some(Flaw::Constant),
                other => other,
            };
            return vec![read.negated("!").with_flaw(flaw)];
        }
        ("Fail" | "FailNow", _) => return vec![whole.failing()],
        _ => {}
    }
    if let Some((_, strength)) = PANICS.iter().find(|(own, _)| *own == name) {
        return vec![Assertion {
            form: Form::Raises,
            strength: *strength,
            subject: line(0),
            expected: line(1),
            operator: name.to_owned(),
            ..whole
        }];
    }
    let Some((_, order, strength)) = FUNCTIONS.iter().find(|(own, ..)| *own == name) else {
        let is_custom = given.is_empty() || name.starts_with(char::is_lowercase);
        return match is_custom {
            true => Vec::new(),
            false => vec![Assertion {
                subject: line(0),
                expected: line(1),
                operator: name.to_owned(),
                ..whole
            }],
        };
    };
    let (subject, expected) = match order {
        WantGot => (1, Some(0)),
        GotWant => (0, Some(1)),
        Got => (0, None),
    };
    if *strength == Strength::Exact
        && let (Some(left), Some(right)) = (given.first(), given.get(1))
        && *order != Got
    {
        let read = reader.equal(*left, *right, whole);
        return vec![Assertion {
            operator: name.to_owned(),
            subject: line(subject),
            expected: line(expected.unwrap_or(subject)),
            ..read
        }];
    }
    let tolerance = given
        .get(2)
        .and_then(|node| number(&flat(reader.parsed, *node)));
    let tolerance = tolerance.filter(|_| *strength == Strength::Approx);
    vec![Assertion {
        strength: *strength,
        subject: line(subject),
        expected: expected.map(line).unwrap_or_default(),
        operator: name.to_owned(),
        tolerances: tolerance
            .map(|value| Tolerance {
                name: "delta".to_owned(),
                value,
            })
            .into_iter()
            .collect(),
        ..whole
    }]
}

/// Matchers of gomega with their row of the lattice.
const MATCHERS: [(&str, Strength); 26] = [
    ("Equal", Strength::Exact),
    ("BeEquivalentTo", Strength::Exact),
    ("BeIdenticalTo", Strength::Exact),
    ("BeComparableTo", Strength::Exact),
    ("BeNil", Strength::Exact),
    ("BeZero", Strength::Exact),
    ("BeTrue", Strength::Exact),
    ("BeFalse", Strength::Exact),
    ("MatchJSON", Strength::Exact),
    ("MatchYAML", Strength::Exact),
    ("ConsistOf", Strength::Approx),
    ("BeTemporally", Strength::Bound),
    ("BeNumerically", Strength::Bound),
    ("ContainElement", Strength::Pattern),
    ("ContainElements", Strength::Pattern),
    ("ContainSubstring", Strength::Pattern),
    ("HavePrefix", Strength::Pattern),
    ("HaveSuffix", Strength::Pattern),
    ("MatchRegexp", Strength::Pattern),
    ("HaveKey", Strength::Pattern),
    ("HaveKeyWithValue", Strength::Pattern),
    ("HaveField", Strength::Pattern),
    ("MatchError", Strength::Pattern),
    ("HaveLen", Strength::Shape),
    ("BeEmpty", Strength::Shape),
    ("BeAssignableToTypeOf", Strength::Shape),
];

/// `Expect(got).To(Equal(want))`; an expectation that is asked nothing asserts nothing.
pub(super) fn expectation<'p>(
    reader: &Reader<'p>,
    call: Node<'p>,
    whole: &Assertion,
) -> Vec<Assertion> {
    let Some((name, operand)) = reader.callee(call) else {
        return Vec::new();
    };
    let is_expectation =
        |name: &str| matches!(name, "Expect" | "Ω" | "Eventually" | "Consistently");
    if operand.is_none() && is_expectation(name) {
        // The call around it, where there is one, is what asserts.
        let is_asked = call
            .parent()
            .is_some_and(|parent| parent.kind() == kind::SELECTOR_EXPRESSION);
        return match is_asked {
            true => Vec::new(),
            false => vec![whole.clone().holding(Flaw::Bare, flat(reader.parsed, call))],
        };
    }
    let is_denied = match name {
        "To" | "Should" => false,
        "ToNot" | "NotTo" | "ShouldNot" => true,
        _ => return Vec::new(),
    };
    // `Eventually(f).WithTimeout(..).Should(..)` begins further in.
    let mut inner = operand;
    let mut subject = None;
    for _ in 0..6 {
        let Some(at) = inner.filter(|at| at.kind() == kind::CALL_EXPRESSION) else {
            break;
        };
        match reader.callee(at) {
            Some((own, None)) if is_expectation(own) => {
                subject = Some(at);
                break;
            }
            Some((_, before)) => inner = before,
            None => break,
        }
    }
    let Some(subject) = subject else {
        return Vec::new();
    };
    let subject = arguments(subject);
    let subject = subject
        .first()
        .map_or(String::new(), |first| flat(reader.parsed, *first));
    let given = arguments(call);
    let Some(matcher) = given.first() else {
        return Vec::new();
    };
    let own = field(reader.parsed, *matcher, "function").unwrap_or_default();
    let own = own.rsplit('.').next().unwrap_or(own);
    let expected = arguments(*matcher);
    let expected = expected
        .first()
        .map_or(String::new(), |first| flat(reader.parsed, *first));
    let strength = MATCHERS.iter().find(|(known, _)| *known == own);
    let strength = strength.map_or(Strength::Truthy, |(_, strength)| *strength);
    let strength = match own {
        "HaveOccurred" | "Succeed" => Strength::Exact,
        _ => strength,
    };
    let read = Assertion {
        strength,
        flaw: (own == "Equal" && expected == subject).then_some(Flaw::Itself {
            pure: !subject.contains('('),
        }),
        subject,
        expected,
        operator: own.to_owned(),
        ..whole.clone()
    };
    vec![match (is_denied, own) {
        // That no failure came is how a success is asked for.
        (true, "HaveOccurred") => read,
        (true, _) => read.negated("!"),
        (false, _) => read,
    }]
}
