//! Trivial tests: does a test that the change adds or edits prove anything at all?
//!
//! Asked of both sides; the run takes out what was there before.
//!
//! Does not catch: a test whose assertions are real and about nothing that matters.

mod hollow;
mod mocks;
mod oracle;
mod unreached;

use crate::change::{File, Side};

use super::findings::of_test;
use super::oracles::Oracles;
use crate::finding::Finding;
use crate::language::test_model::{Assertion, Defined, FileModel, Function, MarkKind};
use crate::rule::Rule;

/// One test with what stands around it.
pub(super) struct TrivialContext<'m> {
    pub side: Side,
    pub file: &'m FileModel,
    pub test: &'m Function,
    pub oracles: &'m Oracles,
    /// What the file defines.
    pub defined: &'m Defined<'m>,
    /// Whether all of it is new: no test of this name was there.
    pub is_new: bool,
}

impl TrivialContext<'_> {
    /// A finding about the test.
    fn of_test(&self, rule: &Rule, message: String) -> Finding {
        of_test(rule, self.side, self.file, self.test, message)
    }

    /// A finding about one of its assertions.
    fn of_assertion(&self, rule: &Rule, assertion: &Assertion, message: String) -> Finding {
        self.of_test(rule, message).at(assertion.place)
    }

    /// Whether the test is skipped whatever happens.
    fn is_skipped(&self) -> bool {
        self.test
            .marks
            .iter()
            .chain(&self.file.marks)
            .any(|m| m.kind == MarkKind::Skip && m.condition.is_none() && m.case.is_none())
    }
}

/// Judges the tests of a file that the change touches.
pub(super) fn judge(
    file: &File,
    model: &FileModel,
    side: Side,
    oracles: &Oracles,
    known: impl Fn(&Function) -> bool,
    found: &mut Vec<Finding>,
) {
    if unreached::whole_file(file, model, side, found) || model.collected.is_err() {
        return;
    }
    mocks::shadowed(file, model, side, found);
    let defined = Defined::of(model);
    for test in model
        .tests()
        .filter(|test| file.touches(side, test.lines.clone()))
    {
        let tests = TrivialContext {
            side,
            file: model,
            test,
            oracles,
            defined: &defined,
            is_new: !known(test),
        };
        if unreached::never_runs(&tests, found) {
            continue;
        }
        hollow::assertions(&tests, found);
        unreached::assertions(&tests, found);
        unreached::conditional_only(&tests, found);
        if hollow::empty(&tests, found) {
            continue;
        }
        mocks::judge(&tests, found);
        oracle::judge(&tests, found);
    }
}
