//! A suppression: what a language or a comment says to silence a checker.
//!
//! Comments are read by `suppression`; a language reads what it has beyond them.

use std::ops::Range;

/// Where a suppression holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// A line, or an item.
    Here,
    /// The file, or all that follows.
    File,
}

/// One suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The kind, as the policy's `kinds` calls it.
    pub kind: &'static str,
    /// The rules that it names, sorted.
    pub codes: Vec<String>,
    /// Whether it silences everything: no rule named where one can be.
    pub blanket: bool,
    /// Where it holds.
    pub scope: Scope,
    /// Whether words say why.
    pub has_reason: bool,
    /// How it is written.
    pub form: Form,
    /// Bytes of the source.
    pub bytes: Range<usize>,
}

/// How a suppression is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// As words of a comment.
    Comment,
    /// As an attribute.
    Attribute {
        /// First and last line, 1-based, of what it is written on.
        lines: (u32, u32),
        /// The bytes that silence: all of it, unless it says more than that.
        words: Range<usize>,
    },
}

impl Marker {
    /// Kinds that say the same to checkers of one sort are one family.
    pub fn family(&self) -> &'static str {
        match self.kind {
            "allow" | "expect" => "lint-level",
            "ts-ignore" | "ts-expect-error" => "ts",
            "type-ignore" | "pyright" | "ty" | "pyrefly" | "pyre" | "pytype" => "types",
            kind => kind,
        }
    }

    /// Whether it says that it silences this rule: by name, by the name of its group, or by naming none.
    pub fn names(&self, rule: &str) -> bool {
        self.blanket || self.codes.is_empty() || self.codes.iter().any(|code| is_named(code, rule))
    }
}

/// Whether a code is a rule's: it is the same, or what the rule's begins with (`E5` for `E501`). A code beside
/// the name of a rule (`F401` and `unused-import`) cannot be told, and counts.
pub(crate) fn is_named(code: &str, rule: &str) -> bool {
    let (code, rule) = (code.to_ascii_lowercase(), rule.to_ascii_lowercase());
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.ends_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_alphanumeric())
    };
    code == rule
        || is_number(&rule) && (rule.starts_with(&code) || !is_number(&code))
        || is_number(&code) && !is_number(&rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_named_by_its_code_or_by_what_that_begins_with() {
        assert!(is_named("F401", "F401"));
        assert!(is_named("F", "F401"));
        assert!(is_named("arg-type", "arg-type"));
        assert!(is_named("F401", "unused-import"));
        assert!(!is_named("E501", "F401"));
        assert!(!is_named("arg-type", "attr-defined"));
        assert!(!is_named("dead_code", "unused_variables"));
    }
}
