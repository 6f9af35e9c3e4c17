//! Production symbols of a file, with a hash of what each does: comments, docstrings, annotations and
//! white space do not count, so equal hashes mean equal behaviour as far as the symbol's own text goes.
//!
//! Does not catch: behaviour changed from outside the text (data files, dependencies, the interpreter).

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use super::reading::one_line;
use super::words::{Words, holds};
use crate::language::Parsed;
use crate::language::profile::fits;
use crate::syntax::Node;
use crate::syntax::walk::{Walk, parts};

/// A function, class, constant or macro.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its own name.
    pub name: String,
    /// The class or implemented type around it; empty where there is none.
    pub owner: String,
    /// Whether it is called without its name.
    pub implicit: bool,
    /// What it does.
    pub hash: u64,
    /// Identifiers in it, sorted.
    pub names: Vec<String>,
    /// Whether it is a constant: no function, no type.
    pub is_constant: bool,
    /// Where it refuses what it is given: each a stop or a failure handed back, with what it says, as one line.
    pub refusals: Vec<String>,
    /// Literals in its table or branches, as (key, value), where both are literals.
    pub answers: Vec<(String, String)>,
    /// 0-based first line.
    pub line: u32,
    /// Whether many types have one of this name.
    common: bool,
}

/// The name of what stands at the level of the module and has none.
pub(in crate::language) const MODULE: &str = "<module>";

impl Symbol {
    /// As a message names it, in a file.
    pub fn named_in(&self, path: &str) -> String {
        match self.name.as_str() {
            MODULE => format!("module-level code of {path}"),
            name if self.owner.is_empty() => format!("{name} in {path}"),
            name => format!("{}.{name} in {path}", self.owner),
        }
    }

    /// Whether it is all that stands at the level of the module and has no name.
    pub fn is_module(&self) -> bool {
        self.name == MODULE
    }

    /// The name that reaches it: its own, or for what has no name of its own its class's.
    pub fn reached_by(&self) -> Option<&str> {
        if self.implicit || self.common {
            return Some(&self.owner);
        }
        (self.name.len() > 1).then_some(self.name.as_str())
    }
}

/// What the nodes of a grammar mean to a symbol.
pub(in crate::language) struct SymbolNodes {
    /// Definitions in a class that are symbols of their own.
    pub members: &'static [&'static str],
    /// What says nothing of what the code does.
    pub silent: &'static [&'static str],
    /// A statement that is an expression.
    pub statement: &'static str,
    /// Names.
    pub names: &'static [&'static str],
    /// A literal key with a literal answer.
    pub answer: fn(&Parsed, Node<'_>) -> Option<(String, String)>,
}

impl SymbolNodes {
    /// The symbol that a node is; of a class only what stands beside its members.
    pub(in crate::language) fn symbol(
        &self,
        parsed: &Parsed,
        node: Node<'_>,
        (name, owner): (&str, &str),
        is_class: bool,
    ) -> Symbol {
        #[expect(
            deprecated,
            reason = "the one hasher of std whose result is fixed by its documentation"
        )]
        let mut hasher = std::hash::SipHasher::new();
        let mut names = BTreeSet::new();
        let mut answers = Vec::new();
        let mut refusals = Vec::new();
        let words: &Words = &parsed.language.profile().tests;
        let mut walk = Walk::new(node);
        while let Some(at) = walk.next() {
            let kind = at.kind();
            let is_member = is_class && self.members.contains(&kind) && !is_itself(at, node);
            if is_member || self.silent.contains(&kind) || self.is_docstring(at) || at.is_comment()
            {
                walk.skip_children();
                continue;
            }
            if at.is_string() || (at.is_leaf() && !at.byte_range().is_empty()) {
                let text = parsed.text(at);
                text.hash(&mut hasher);
                if holds(&words.refusals, text) {
                    refusals.push(said(parsed, at));
                }
                if self.names.contains(&kind) {
                    names.insert(text.to_owned());
                }
                if at.is_string() {
                    walk.skip_children();
                }
            }
            answers.extend((self.answer)(parsed, at));
        }
        Symbol {
            name: one_line(name),
            owner: owner.to_owned(),
            is_constant: ["body", "definition"]
                .iter()
                .all(|part| node.child_by_field_name(part).is_none()),
            implicit: words.implicit.iter().any(|glob| fits(glob, name)),
            hash: hasher.finish(),
            names: Vec::from_iter(names),
            refusals,
            answers,
            line: u32::try_from(node.start_position().row).unwrap_or(u32::MAX),
            common: holds(&words.common, name),
        }
    }

    fn is_docstring(&self, node: Node<'_>) -> bool {
        node.kind() == self.statement
            && matches!(parts(node).as_slice(), [only] if only.is_string())
    }
}

/// What a statement says from a word on, as one line: to the end of the line on which its brackets are closed.
fn said(parsed: &Parsed, word: Node<'_>) -> String {
    const MOST: usize = 160;
    let rest = parsed.source.get(word.start_byte()..).unwrap_or_default();
    let end = rest.floor_char_boundary(MOST);
    let mut depth = 0_i32;
    let is_last = |(_, c): &(usize, char)| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        depth <= 0 && *c == '\n'
    };
    let rest = rest.get(..end).unwrap_or_default();
    let end = rest
        .char_indices()
        .find(is_last)
        .map_or(rest.len(), |(at, _)| at);
    one_line(rest.get(..end).unwrap_or_default())
}

/// Whether a node is a definition, or what its decorators stand on.
fn is_itself(node: Node<'_>, definition: Node<'_>) -> bool {
    let decorated = definition.child_by_field_name("definition");
    node == definition || decorated == Some(node)
}

/// The first part of a node of one of these kinds; any other node itself.
pub(in crate::language) fn first_inside<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    if kinds.contains(&node.kind()) {
        return parts(node).first().copied();
    }
    Some(node)
}

/// The literals of a key that is a tuple, with commas; none where it holds anything else, or nothing.
pub(in crate::language) fn key_of_several<'t>(
    tuple: Node<'t>,
    literal: impl Fn(Node<'t>) -> Option<String>,
) -> Option<String> {
    /// Parts of a key that a table of answers has at most.
    const MOST: usize = 12;
    let mut keys = Vec::new();
    let mut walk = Walk::new(tuple);
    while let Some(node) = walk.next() {
        if let Some(text) = literal(node) {
            keys.push(text);
            walk.skip_children();
        } else if node.is_leaf() && node.kind().starts_with(char::is_alphabetic) {
            return None;
        }
    }
    (1..=MOST).contains(&keys.len()).then(|| keys.join(","))
}
