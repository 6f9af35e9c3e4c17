//! The nodes of certain kinds in a file.
//!
//! Most questions are about a few kinds of nodes; the others are passed over by their number.
//!
//! Does not catch: a kind that the grammar does not have. No node is of it.

use std::sync::OnceLock;

use super::{Lang, Parsed};
use crate::syntax::{DIALECTS, Grammar, Node, Walk};

/// Constants for kinds of nodes of the grammar of the module above, with the test that the grammar has each.
macro_rules! constants {
    ($($name:ident = $kind:literal,)*) => {
        $(pub(in crate::language) const $name: &str = $kind;)*
        #[cfg(test)]
        mod each {
            #[test]
            fn is_in_the_grammar() {
                let kinds = super::super::GRAMMAR.kinds();
                for kind in [$($kind),*] {
                    assert!(kinds.contains(&kind), "{kind}");
                }
            }
        }
    };
}
pub(in crate::language) use constants;

/// Kinds of nodes of one language.
pub struct Kinds {
    language: Lang,
    names: &'static [&'static str],
    /// For each grammar of the language, by its number of a kind, whether it is one of them.
    wanted: [OnceLock<Vec<bool>>; DIALECTS],
}

impl Kinds {
    /// The kinds of these names, as [`Node::kind`] says them.
    pub const fn new(language: Lang, names: &'static [&'static str]) -> Self {
        Self {
            language,
            names,
            wanted: [const { OnceLock::new() }; DIALECTS],
        }
    }

    /// The nodes of these kinds in a file, parents first; none in a file of another language.
    pub fn nodes<'t>(&'t self, parsed: &'t Parsed) -> Nodes<'t> {
        let mut walk = Walk::new(parsed.root());
        let is_own = parsed.language == self.language;
        if !is_own {
            walk.skip_children();
        }
        let own = self.wanted.get(parsed.grammar.dialect());
        let own = own.filter(|_| is_own);
        let among_all = || self.among_all(parsed.grammar);
        Nodes {
            walk,
            wanted: own.map_or(&[], |wanted| wanted.get_or_init(among_all)),
        }
    }

    fn among_all(&self, grammar: &'static Grammar) -> Vec<bool> {
        let names = grammar.kinds();
        let known = self.language.grammar().kinds();
        debug_assert!(
            self.names.iter().all(|name| known.contains(name)),
            "the grammar has all of {:?}",
            self.names
        );
        names.iter().map(|name| self.names.contains(name)).collect()
    }
}

/// Nodes of certain kinds, parents first.
pub struct Nodes<'t> {
    walk: Walk<'t>,
    wanted: &'t [bool],
}

impl Nodes<'_> {
    /// Leaves out what is under the node answered last.
    pub fn skip_children(&mut self) {
        self.walk.skip_children();
    }
}

impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let wanted = self.wanted;
        let is_wanted = |node: &Node<'t>| wanted.get(node.kind_number()) == Some(&true);
        self.walk.find(is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static CODE: Kinds = Kinds::new(
        crate::language::RUST,
        &["identifier", "block", "string_literal"],
    );

    #[test]
    fn the_nodes_are_those_of_a_walk() {
        for source in [
            "",
            "fn f() { let x = g(\"a\"); }",
            "fn f( { let = [1, 2 3; }\n}} impl",
            "mod m { #[a] fn f() { if x { y } else { z } } } use a::{b, c};",
        ] {
            let parsed = Parsed::new(crate::language::RUST, source.into()).unwrap();
            let walked = Walk::new(parsed.root()).filter(|node| CODE.names.contains(&node.kind()));
            let walked: Vec<Node<'_>> = walked.collect();
            assert_eq!(CODE.nodes(&parsed).collect::<Vec<_>>(), walked, "{source}");
        }
    }

    #[test]
    fn what_is_skipped_is_not_answered() {
        let parsed = Parsed::new(
            crate::language::RUST,
            "fn f() { a; { b; } }\nfn g() {}".into(),
        )
        .unwrap();
        let mut nodes = CODE.nodes(&parsed);
        let mut seen = Vec::new();
        while let Some(node) = nodes.next() {
            if node.kind() == "block" {
                nodes.skip_children();
            }
            seen.push(parsed.text(node));
        }
        assert_eq!(seen, ["f", "{ a; { b; } }", "g", "{}"]);
    }

    #[test]
    fn a_file_of_another_language_has_none() {
        let parsed = Parsed::new(crate::language::PYTHON, "identifier".into()).unwrap();
        assert_eq!(CODE.nodes(&parsed).count(), 0);
    }
}
