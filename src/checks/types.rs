//! `types`: what the change breaks for the project's own type-checkers, wherever it shows.
//!
//! Does not catch: what no tool that is configured at base looks for; see [`crate::checks::project_tools`].

use std::sync::LazyLock;

use super::project_tools::{Question, examine};
use super::{Check, Context, Examined, Sight};
use crate::change::File;
use crate::rule::Rules;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load("types"));

/// The check.
pub(super) struct Types;

impl Check for Types {
    fn name(&self) -> &'static str {
        "types"
    }

    fn question(&self) -> &'static str {
        "Do the project's type-checkers say more than they said of base?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["types"]
    }

    /// The tools read the tree themselves, and a file that is gone can break others.
    fn sight(&self, _: &File) -> Sight {
        Sight::Sees
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        let question = Question {
            check: self.name(),
            rules: &RULES,
            finding: "type-error",
            silenced: "type-error-silenced",
            suppressed: "type-error-suppressed",
            scope: context.policy.checks().types.scope,
        };
        examine(&question, context)
    }
}
