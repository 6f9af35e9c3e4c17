//! What the names of assertions ask: a row of the lattice, an operator, a value that is in the name.
//!
//! The words are data: `strengths`, `operators` and `asked` under `tests` of `language.toml`.
//!
//! Does not catch: matchers that a project adds; they count as exact ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::language::TYPESCRIPT;
use crate::language::test_model::strength::Strength;

/// What a name asks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Matcher {
    /// How much it pins down, where that is known.
    pub strength: Option<Strength>,
    /// How it compares; its name where there is no word for that.
    pub operator: Option<&'static str>,
    /// The value that it expects without being given it.
    pub asked: Option<&'static str>,
}

static MATCHERS: LazyLock<BTreeMap<&'static str, Matcher>> = LazyLock::new(|| {
    let words = &TYPESCRIPT.profile().tests;
    let mut all: BTreeMap<&'static str, Matcher> = BTreeMap::new();
    for (strength, names) in &words.strengths {
        for name in names {
            all.entry(name).or_default().strength = Some(*strength);
        }
    }
    for (operator, names) in &words.operators {
        for name in names {
            all.entry(name).or_default().operator = Some(operator);
        }
    }
    for (value, names) in &words.asked {
        for name in names {
            all.entry(name).or_default().asked = Some(value);
        }
    }
    all
});

/// What an assertion of this name asks; none where nothing is known of it.
pub(super) fn matcher(name: &str) -> Option<Matcher> {
    MATCHERS.get(name).copied()
}
