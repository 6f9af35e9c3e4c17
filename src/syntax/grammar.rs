//! A grammar: what tree-sitter needs to read a language, and what its nodes are called.

use std::sync::OnceLock;

/// Grammars that one language has at most.
pub const DIALECTS: usize = 2;

/// A grammar, loaded when it is first used.
pub struct Grammar {
    /// The name of what it reads: `python`.
    pub name: &'static str,
    load: fn() -> tree_sitter::Language,
    comments: &'static [&'static str],
    strings: &'static [&'static str],
    /// Which of the grammars of its language it is: 0 for the main one.
    dialect: usize,
    language: OnceLock<tree_sitter::Language>,
    names: OnceLock<Names>,
}

impl Grammar {
    /// A grammar that `load` gives; the kinds of its comments, and of its string literals, which are one
    /// token each.
    pub const fn new(
        name: &'static str,
        load: fn() -> tree_sitter::Language,
        comments: &'static [&'static str],
        strings: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            load,
            comments,
            strings,
            dialect: 0,
            language: OnceLock::new(),
            names: OnceLock::new(),
        }
    }

    /// The same as another grammar of its language: 1 to [`DIALECTS`] - 1.
    pub const fn as_dialect(mut self, number: usize) -> Self {
        self.dialect = number;
        self
    }

    /// Which of the grammars of its language it is: 0 for the main one.
    pub fn dialect(&self) -> usize {
        self.dialect
    }

    pub(super) fn language(&self) -> &tree_sitter::Language {
        self.language.get_or_init(self.load)
    }

    pub(super) fn names(&'static self) -> &'static Names {
        self.names.get_or_init(|| {
            let grammar = self.language();
            let count = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
            let kind = |number| grammar.node_kind_for_id(number).unwrap_or_default();
            let field = |number| grammar.field_name_for_id(number).unwrap_or_default();
            let kinds: Vec<&str> = (0..count(grammar.node_kind_count())).map(kind).collect();
            Names {
                comments: kinds
                    .iter()
                    .map(|kind| self.comments.contains(kind))
                    .collect(),
                strings: kinds
                    .iter()
                    .map(|kind| self.strings.contains(kind))
                    .collect(),
                kinds,
                fields: (0..=count(grammar.field_count())).map(field).collect(),
            }
        })
    }

    /// The names of all kinds of nodes, by their numbers.
    pub fn kinds(&'static self) -> &'static [&'static str] {
        &self.names().kinds
    }
}

/// Names of kinds and fields, by their numbers in a grammar.
pub(super) struct Names {
    pub(super) kinds: Vec<&'static str>,
    pub(super) fields: Vec<&'static str>,
    /// By the number of a kind, whether it is a comment.
    pub(super) comments: Vec<bool>,
    /// By the number of a kind, whether it is a string literal.
    pub(super) strings: Vec<bool>,
}

impl Names {
    /// A field's number; 0, which no field has, for an unknown one.
    pub(super) fn field(&self, name: &str) -> u16 {
        // Two names of one length mostly differ in their first letter: few are compared as a whole.
        let key = |name: &str| (name.len(), name.as_bytes().first().copied());
        let mut fields = self.fields.iter();
        let at = fields.position(|known| key(known) == key(name) && *known == name);
        at.and_then(|at| u16::try_from(at).ok()).unwrap_or(0)
    }
}

impl PartialEq for Grammar {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
