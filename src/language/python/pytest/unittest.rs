//! Assertions that are methods of `unittest.TestCase`.
//!
//! Does not catch: methods of third-party test cases; the oracles find them by name.

use crate::syntax::Node;
use crate::syntax::walk::flat;

use super::assert::{Reader, arguments, keyword, unwrap};
use super::fold::truth;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Flaw, Form};

impl Reader<'_> {
    /// A method of `unittest.TestCase`.
    pub(super) fn method(&self, node: Node<'_>, leaf: &str, whole: Assertion) -> Option<Assertion> {
        let arguments = arguments(node);
        let named = |names: &[&str]| {
            let mut names = names.iter();
            names.find_map(|name| keyword(self.parsed, node, name))
        };
        let first = arguments.first().copied();
        let first = first.or_else(|| named(&["first", "expr", "obj", "expr1", "member", "a"]));
        let second = arguments.get(usize::from(!arguments.is_empty())).copied();
        let second = second.or_else(|| named(&["second", "cls", "expr2", "container", "b"]));
        let line = |node: Option<Node<'_>>| node.map(|n| flat(self.parsed, n)).unwrap_or_default();
        let pair = |operator: &str| match (first, second) {
            (Some(left), Some(right)) => {
                Some(self.compared(left, operator, right, false, whole.clone()))
            }
            _ => None,
        };
        let of = |strength: Strength| Assertion {
            strength,
            subject: line(first),
            expected: line(second),
            operator: leaf.to_owned(),
            tolerances: self.tolerances(node),
            ..whole.clone()
        };
        Some(match leaf {
            "assertTrue" | "assert_" | "failUnless" => {
                let condition = first?;
                match truth(self.parsed, condition, self.defined) {
                    Some(true) => Assertion {
                        flaw: Some(Flaw::Constant),
                        strength: Strength::Constant,
                        ..of(Strength::Constant)
                    },
                    Some(false) => Assertion {
                        form: Form::Fail,
                        ..of(Strength::Exact)
                    },
                    None => self.condition(unwrap(condition), whole),
                }
            }
            "assertFalse" | "failIf" => {
                let condition = first?;
                match truth(self.parsed, condition, self.defined) {
                    Some(false) => Assertion {
                        flaw: Some(Flaw::Constant),
                        strength: Strength::Constant,
                        ..of(Strength::Constant)
                    },
                    Some(true) => Assertion {
                        form: Form::Fail,
                        ..of(Strength::Exact)
                    },
                    None => self.condition(unwrap(condition), whole).negated("not "),
                }
            }
            "assertIsNotNone" => match truth(self.parsed, first?, self.defined) {
                Some(true) => Assertion {
                    flaw: Some(Flaw::Constant),
                    ..of(Strength::Constant)
                },
                _ => of(Strength::NotNone),
            },
            "assertIsNone" => Assertion {
                expected: "None".into(),
                ..of(Strength::Exact)
            },
            "assertAlmostEqual" | "assertAlmostEquals" => of(Strength::Approx),
            "assertNotEqual" | "assertNotAlmostEqual" | "assertIsNot" | "assertNotEquals" => {
                of(Strength::Bound)
            }
            "assertIn" if line(second).starts_with("range(") => of(Strength::Pattern),
            "assertIn" | "assertNotIn" => Assertion {
                subject: line(second),
                expected: line(first),
                operator: if leaf == "assertIn" { "in" } else { "not in" }.to_owned(),
                ..of(Strength::Pattern)
            },
            "assertRegex" | "assertNotRegex" | "assertRegexpMatches" => of(Strength::Pattern),
            "assertIsInstance" | "assertNotIsInstance" => of(Strength::Shape),
            "assertGreater" => pair(">")?,
            "assertGreaterEqual" => pair(">=")?,
            "assertLess" => pair("<")?,
            "assertLessEqual" => pair("<=")?,
            "assertIs" => pair("is")?,
            "assertEqual"
            | "assertEquals"
            | "assertListEqual"
            | "assertDictEqual"
            | "assertTupleEqual"
            | "assertSetEqual"
            | "assertSequenceEqual"
            | "assertMultiLineEqual"
            | "assertCountEqual"
            | "failUnlessEqual" => pair("==")?,
            _ => return None,
        })
    }
}
