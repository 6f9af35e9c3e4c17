//! Ways through a tree that any check needs: nodes in order without recursion, the tokens of a
//! stretch, and text as one line.
//!
//! Everything here is linear in the size of the stretch and keeps no stack.
//!
//! Does not catch: tokens inside macro calls that the grammar leaves as plain token trees have no
//! structure; a language may read them anew.

use super::{Node, Source};
use crate::budget;
use crate::text::is_in_word;

/// The nodes under (and with) a node, parents first.
pub struct Walk<'t> {
    top: Node<'t>,
    /// The number of the node that is answered next.
    next: usize,
    /// The node answered last.
    last: Node<'t>,
}

impl<'t> Walk<'t> {
    /// Starts at a node; the first answer is the node itself.
    pub fn new(node: Node<'t>) -> Self {
        Self {
            top: node,
            next: node.id(),
            last: node,
        }
    }

    /// Leaves out what is under the node answered last.
    pub fn skip_children(&mut self) {
        self.next = self.next.max(self.last.after());
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.top.after() || !budget::charge(1) {
            return None;
        }
        self.last = self.top.numbered(self.next);
        self.next += 1;
        Some(self.last)
    }
}

/// The tokens of a stretch without comments; a string is one token.
pub fn tokens<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let mut walk = Walk::new(node);
    std::iter::from_fn(move || {
        loop {
            let node = walk.next()?;
            if node.is_comment() {
                walk.skip_children();
            } else if node.is_string() {
                walk.skip_children();
                return Some(node);
            } else if node.is_leaf() && !node.byte_range().is_empty() {
                return Some(node);
            }
        }
    })
}

/// The tokens of a node as one line: blanks only where two words would run together. What is longer
/// than a person reads is cut and ends in its length, so that nested stretches stay cheap.
pub fn flat(parsed: &Source, node: Node<'_>) -> String {
    const LONGEST: usize = 4096;
    let mut line = String::new();
    for token in tokens(node) {
        if line.len() > LONGEST {
            line.push_str(&format!("...{}", node.byte_range().len()));
            break;
        }
        let text = parsed.text(token);
        let runs_together = line.chars().next_back().is_some_and(is_in_word)
            && text.chars().next().is_some_and(is_in_word);
        if runs_together {
            line.push(' ');
        }
        line.push_str(text);
    }
    line
}

/// The children of a node that are named and no comments.
pub fn parts<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children()
        .filter(|child| !child.is_comment())
        .collect()
}

/// The text of a field, where the node has it.
pub fn field<'p>(parsed: &'p Source, node: Node<'_>, name: &str) -> Option<&'p str> {
    node.child_by_field_name(name).map(|node| parsed.text(node))
}

/// The innermost-first parents of a node, up to and without `top`.
pub fn parents<'t>(node: Node<'t>, top: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let above = std::iter::successors(node.parent(), Node::parent);
    above.take_while(move |parent| parent.id() > top.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{PYTHON, Parsed};

    #[test]
    fn comments_are_no_tokens_and_a_string_is_one() {
        let parsed = Parsed::new(PYTHON, "x = f('a b', 1)  # why\n".into()).unwrap();
        let texts: Vec<&str> = tokens(parsed.root()).map(|n| parsed.text(n)).collect();
        assert_eq!(texts, ["x", "=", "f", "(", "'a b'", ",", "1", ")"]);
        assert_eq!(flat(&parsed, parsed.root()), "x=f('a b',1)");
    }

    #[test]
    fn what_is_skipped_is_not_walked() {
        let parsed = Parsed::new(PYTHON, "def f():\n    a\nb\n".into()).unwrap();
        let mut walk = Walk::new(parsed.root());
        let mut kinds = Vec::new();
        while let Some(node) = walk.next() {
            if node.kind() == "function_definition" {
                walk.skip_children();
            }
            kinds.push(node.kind());
        }
        assert_eq!(
            kinds,
            [
                "module",
                "function_definition",
                "expression_statement",
                "identifier"
            ]
        );
    }

    #[test]
    fn parents_come_innermost_first() {
        let parsed = Parsed::new(PYTHON, "if a:\n    b\n".into()).unwrap();
        let root = parsed.root();
        let inner = Walk::new(root).find(|n| parsed.text(*n) == "b" && n.kind() == "identifier");
        let kinds: Vec<&str> = parents(inner.unwrap(), root).map(|n| n.kind()).collect();
        assert_eq!(kinds, ["expression_statement", "block", "if_statement"]);
    }
}
