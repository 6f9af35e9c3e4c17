//! Characters that a text can hold no more: those that a substitution or a replacement took out of it, wherever they
//! stood.
//!
//! Does not catch: what a pattern takes out that is more than one set of characters (a word, a pair of dots); characters
//! beyond ASCII.

use crate::budget;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Longest pattern that is read.
const LONGEST: usize = 96;
/// Steps that a pattern with flags may take.
const FOLDED: usize = 100_000;

/// A set of ASCII characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Characters(u128);

impl Characters {
    /// Every one.
    pub const ALL: Self = Self(u128::MAX);

    /// Those that stand in a text.
    pub fn of(text: &str) -> Self {
        let ascii = text.bytes().filter(u8::is_ascii);
        Self(ascii.fold(0, |all, byte| all | 1 << byte))
    }

    /// Those that a regular expression matches wherever they stand: it is a set of characters, repeated or not, or a
    /// choice of which one is. None, where it is another expression or not one.
    pub fn matched(pattern: &str) -> Self {
        // A set that ignores the case of letters is folded letter by letter.
        let steps = if pattern.contains("(?") {
            FOLDED
        } else {
            64 * pattern.len()
        };
        if pattern.len() > LONGEST || !budget::charge(steps) {
            return Self::default();
        }
        regex_syntax::parse(pattern).map_or_else(|_| Self::default(), Self::matched_by)
    }

    fn matched_by(hir: Hir) -> Self {
        match hir.into_kind() {
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.iter().map(|range| (range.start(), range.end()));
                let ascii = ranges.filter(|(start, _)| start.is_ascii());
                Self(ascii.fold(0, |all, (start, end)| {
                    (start..=end.min('\x7f')).fold(all, |all, c| all | 1 << u32::from(c))
                }))
            }
            HirKind::Literal(literal) => match literal.0.as_ref() {
                [byte] if byte.is_ascii() => Self(1 << byte),
                _ => Self::default(),
            },
            HirKind::Repetition(repeated) if repeated.min <= 1 && repeated.max != Some(0) => {
                Self::matched_by(*repeated.sub)
            }
            HirKind::Capture(group) => Self::matched_by(*group.sub),
            HirKind::Alternation(choices) => {
                let choices = choices.into_iter().map(Self::matched_by);
                choices.fold(Self::default(), Self::and)
            }
            _ => Self::default(),
        }
    }

    /// Those of either set.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of this set that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those of both sets.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it holds all of another set.
    pub fn holds(self, other: Self) -> bool {
        self.common(other) == other
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_set_of_characters_matches_is_known() {
        let slashes = Characters::of("/\\");
        for pattern in [
            "[^a-zA-Z0-9_]",
            r"\W+",
            r"[^\w-]",
            r"(?:[^a-z]|^-+)",
            r"[/\\]",
            "([^a-z])*",
            r"(?i)[^a-z\u4e00-\u9fff]",
        ] {
            assert!(Characters::matched(pattern).holds(slashes), "{pattern}");
        }
        let kept = Characters::of("azAZ09_");
        assert!(Characters::matched(r"\W").common(kept).is_empty());
        assert!(Characters::matched("<").holds(Characters::of("<")));
    }

    #[test]
    fn what_leaves_some_of_them_in_is_not() {
        for pattern in [
            r"[^\w./\\-]",
            r"^\W",
            r"\W$",
            r"\W{2,}",
            r"\W\W",
            r"\.\./",
            r"\b/",
            "[^a-z",
            "",
        ] {
            let slashes = Characters::of("/\\");
            assert!(!Characters::matched(pattern).holds(slashes), "{pattern}");
        }
        assert!(Characters::matched(&"[^a]".repeat(100)).is_empty());
    }
}
