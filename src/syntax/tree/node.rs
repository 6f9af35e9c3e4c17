//! A node of a tree, and what it answers: what tree-sitter's does (`Node`, version 0.27), which a test compares.
//!
//! Does not catch: see [`crate::syntax`].

use std::ops::Range;

use super::{BROKEN, ERROR, EXTRA, Entry, MISSING, NAMED, Tree};
use crate::budget;

/// A place in a text: 0-based line, and bytes from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// The line.
    pub row: usize,
    /// Bytes.
    pub column: usize,
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) at: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.kind(), self.byte_range())
    }
}

/// Of nodes of one tree: the same node.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl<'t> Node<'t> {
    fn entry(&self) -> Entry {
        self.tree.entries.at(self.at as usize)
    }

    fn other(self, at: u32) -> Self {
        Self { at, ..self }
    }

    fn has(&self, flag: u8) -> bool {
        self.entry().flags & flag != 0
    }

    /// A number that no other node of the tree has.
    pub fn id(&self) -> usize {
        self.at as usize
    }

    /// The name of its kind in the grammar; `ERROR` for what does not parse.
    pub fn kind(&self) -> &'static str {
        let kind = self.entry().kind;
        let name = self.tree.names.kinds.get(usize::from(kind));
        name.copied().unwrap_or("ERROR")
    }

    /// Whether another node, of any tree of the same grammar, is of the same kind.
    pub fn is_like(&self, other: Node<'_>) -> bool {
        self.kind() == other.kind()
    }

    /// Whether it is a comma or a bracket.
    pub fn is_separator(&self) -> bool {
        !self.is_named() && matches!(self.kind(), "," | "(" | ")" | "[" | "]")
    }

    /// The number of its kind, as in [`crate::syntax::Grammar::kinds`].
    pub fn kind_number(&self) -> usize {
        usize::from(self.entry().kind)
    }

    /// Whether it is a comment.
    pub fn is_comment(&self) -> bool {
        self.tree.names.comments.get(self.kind_number()) == Some(&true)
    }

    /// Whether it is a string or character literal; it is one token for every reader.
    pub fn is_string(&self) -> bool {
        self.tree.names.strings.get(self.kind_number()) == Some(&true)
    }

    /// Whether the grammar names it: not a keyword, nor punctuation.
    pub fn is_named(&self) -> bool {
        self.has(NAMED)
    }

    /// Whether it may stand anywhere, as comments do.
    pub fn is_extra(&self) -> bool {
        self.has(EXTRA)
    }

    /// Whether it is text that does not parse.
    pub fn is_error(&self) -> bool {
        self.has(ERROR)
    }

    /// Whether the parser put it in where the text lacks it.
    pub fn is_missing(&self) -> bool {
        self.has(MISSING)
    }

    /// Whether it is, or anything under it, an error or missing.
    pub fn has_error(&self) -> bool {
        self.has(BROKEN)
    }

    /// Where it begins, in bytes.
    pub fn start_byte(&self) -> usize {
        self.entry().start as usize
    }

    /// Where it ends, in bytes.
    pub fn end_byte(&self) -> usize {
        self.entry().end as usize
    }

    /// Its bytes.
    pub fn byte_range(&self) -> Range<usize> {
        let entry = self.entry();
        entry.start as usize..entry.end as usize
    }

    /// Where it begins.
    pub fn start_position(&self) -> Point {
        self.tree.point(self.entry().start)
    }

    /// Where it ends.
    pub fn end_position(&self) -> Point {
        self.tree.point(self.entry().end)
    }

    /// The node that it stands in.
    pub fn parent(&self) -> Option<Self> {
        (self.at > 0 && budget::charge(1)).then(|| self.other(self.entry().parent))
    }

    /// Its children, in order.
    pub fn children(&self) -> Children<'t> {
        Children {
            next: self.other(self.at + 1),
            after: self.entry().after,
        }
    }

    /// Those of its children that the grammar names.
    pub fn named_children(&self) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(Self::is_named)
    }

    /// How many children it has.
    pub fn child_count(&self) -> usize {
        self.children().count()
    }

    /// How many of its children the grammar names.
    pub fn named_child_count(&self) -> usize {
        self.named_children().count()
    }

    /// Whether nothing is under it.
    pub fn is_leaf(&self) -> bool {
        self.entry().after <= self.at + 1
    }

    /// A child by its number.
    pub fn child(&self, number: usize) -> Option<Self> {
        self.children().nth(number)
    }

    /// A named child by its number among those.
    pub fn named_child(&self, number: usize) -> Option<Self> {
        self.named_children().nth(number)
    }

    /// The first child that stands in a field; what does not parse has none.
    pub fn child_by_field_name(&self, name: &str) -> Option<Self> {
        let entry = self.entry();
        let field = self.tree.names.field(name);
        if field == 0 || entry.flags & ERROR != 0 {
            return None;
        }
        let children = self.at + 1..entry.after;
        let found = self.tree.entries.in_field(children, field)?;
        Some(self.other(found))
    }

    /// The children that stand in a field.
    pub fn children_by_field_name(&self, name: &str) -> impl Iterator<Item = Self> + use<'t> {
        let field = self.tree.names.field(name);
        let in_field = move |child: &Self| field != 0 && child.entry().field == field;
        self.children().filter(in_field)
    }

    /// The smallest node under it, or itself, that holds all of a stretch of bytes.
    pub fn descendant_for_byte_range(&self, start: usize, end: usize) -> Option<Self> {
        let mut node = *self;
        if start > end {
            return None;
        }
        let reaches = |child: &Self| {
            let bytes = child.byte_range();
            let is_after = if bytes.is_empty() {
                bytes.end >= start
            } else {
                bytes.end > start
            };
            bytes.end >= end && is_after
        };
        let inner = |node: &Self| {
            /// Children that are looked at one after the other.
            const FEW: usize = 8;
            let first = node.children().take(FEW).find(reaches);
            first.or_else(|| node.children_near(start).find(reaches))
        };
        while let Some(inner) = inner(&node) {
            if inner.start_byte() > start {
                break;
            }
            node = inner;
        }
        Some(node)
    }

    /// Its children from the last on that begins before a byte: those before it end there too.
    fn children_near(&self, byte: usize) -> Children<'t> {
        let mut children = self.children();
        let first = children.next.at as usize;
        let under = first..children.after as usize;
        let from = self.tree.entries.first_from(under, byte);
        if from > first {
            let last = self.numbered(from - 1);
            let chain = std::iter::successors(Some(last), Self::parent);
            let child = chain.take_while(|node| node.at > self.at).last();
            children.next = child.unwrap_or(children.next);
        }
        children
    }

    /// The number of the first node that is not under it.
    pub(in crate::syntax) fn after(&self) -> usize {
        self.entry().after as usize
    }

    /// The node with a number.
    pub(in crate::syntax) fn numbered(self, number: usize) -> Self {
        self.other(u32::try_from(number).unwrap_or(u32::MAX))
    }
}

/// Children of a node.
#[derive(Clone)]
pub struct Children<'t> {
    next: Node<'t>,
    after: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next.at >= self.after || !budget::charge(1) {
            return None;
        }
        let node = self.next;
        self.next = node.other(node.entry().after.max(node.at + 1));
        Some(node)
    }
}
