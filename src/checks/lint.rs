//! `lint`: what the change brings in of what the project's own linters look for.
//!
//! Does not catch: what no tool that is configured at base looks for; see [`crate::checks::project_tools`].

use std::sync::LazyLock;

use super::project_tools::{Question, examine};
use super::{Check, Context, Examined, Sight};
use crate::change::File;
use crate::rule::Rules;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load("lint"));

/// The check.
pub(super) struct Lint;

impl Check for Lint {
    fn name(&self) -> &'static str {
        "lint"
    }

    fn question(&self) -> &'static str {
        "Do the project's linters say more than they said of base?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["lint"]
    }

    /// The tools read the tree themselves, and a file that is gone can break others.
    fn sight(&self, _: &File) -> Sight {
        Sight::Sees
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        let question = Question {
            check: self.name(),
            rules: &RULES,
            finding: "lint-finding",
            silenced: "lint-finding-silenced",
            suppressed: "lint-finding-suppressed",
            scope: context.policy.checks().lint.scope,
        };
        examine(&question, context)
    }
}
