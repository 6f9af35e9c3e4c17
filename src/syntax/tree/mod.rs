//! A tree as a list: its nodes in the order of the text, parents first, made once from what the parser gives.
//!
//! Checks go over the same tree many times. Here a step is an index, a kind is a text that is there already, and
//! a parent is known; the parser's own tree, which is several times as large, is let go of.
//!
//! Does not catch: see [`super`].

mod entries;
mod node;

use self::entries::{Entries, Entry};
pub use self::node::{Children, Node, Point};
use super::grammar::{Grammar, Names};
use crate::budget;

const NAMED: u8 = 1;
const EXTRA: u8 = 2;
const ERROR: u8 = 4;
const MISSING: u8 = 8;
const BROKEN: u8 = 16;

/// The nodes of a text.
pub(super) struct Tree {
    entries: Entries,
    /// Where lines begin, in bytes.
    lines: Vec<u32>,
    names: &'static Names,
    depth: usize,
}

impl Tree {
    /// The tree that the parser made of a text; `None` where the text is longer than 4 GiB.
    pub(super) fn new(
        grammar: &'static Grammar,
        text: &str,
        parsed: &tree_sitter::Tree,
    ) -> Option<Self> {
        u32::try_from(text.len()).ok()?;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| number(at + 1));
        let lines = std::iter::once(0).chain(ends).collect();
        let mut entries = Vec::with_capacity(parsed.root_node().descendant_count());
        let mut cursor = parsed.walk();
        let (mut parent, mut depth, mut deepest) = (0, 0, 0);
        loop {
            let at = number(entries.len());
            let node = cursor.node();
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            entries.push(Entry {
                start: number(node.start_byte()),
                end: number(node.end_byte()),
                parent,
                after: at + 1,
                kind: node.kind_id(),
                field: cursor.field_id().map_or(0, std::num::NonZero::get),
                flags: flag(node.is_named(), NAMED)
                    | flag(node.is_extra(), EXTRA)
                    | flag(node.is_error(), ERROR)
                    | flag(node.is_missing(), MISSING)
                    | flag(node.has_error(), BROKEN),
            });
            if cursor.goto_first_child() {
                parent = at;
                depth += 1;
                deepest = deepest.max(depth);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Some(Self {
                        entries: Entries::of(entries),
                        lines,
                        names: grammar.names(),
                        depth: deepest,
                    });
                }
                depth -= 1;
                let after = number(entries.len());
                if let Some(entry) = entries.get_mut(parent as usize) {
                    entry.after = after;
                    parent = entry.parent;
                }
            }
        }
    }

    /// How many nodes stand in one another at most.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The root.
    pub(super) fn root(&self) -> Node<'_> {
        Node { tree: self, at: 0 }
    }

    /// The node that is one of the parser's.
    pub(super) fn same(&self, node: tree_sitter::Node<'_>) -> Option<Node<'_>> {
        let (start, end) = (node.start_byte(), node.end_byte());
        let all = 0..self.entries.len();
        let from = self.entries.first_from(all.clone(), start);
        let among = (from..all.end).map(|at| (at, self.entries.at(at)));
        among
            .take_while(|(_, entry)| entry.start as usize == start && budget::charge(1))
            .find(|(_, entry)| entry.end as usize == end && entry.kind == node.kind_id())
            .and_then(|(at, _)| u32::try_from(at).ok())
            .map(|at| Node { tree: self, at })
    }

    fn point(&self, byte: u32) -> Point {
        let row = self.lines.partition_point(|start| *start <= byte).max(1) - 1;
        let start = self.lines.get(row).copied().unwrap_or_default();
        Point {
            row,
            column: byte.saturating_sub(start) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;

    use super::super::parse;
    use super::*;
    use crate::language::{PYTHON, RUST};

    fn key(node: tree_sitter::Node<'_>) -> (Range<usize>, &str) {
        (node.byte_range(), node.kind())
    }

    fn ours(node: Node<'_>) -> (Range<usize>, &str) {
        (node.byte_range(), node.kind())
    }

    /// Holds every answer of every node against the parser's own.
    fn compare(language: &'static Grammar, text: &str) {
        let parsed = parse(language, text).expect("a tree");
        let tree = Tree::new(language, text, &parsed).expect("a list");
        let fields: Vec<&str> = language.names().fields.clone();
        let mut pairs = vec![(tree.root(), parsed.root_node())];
        let mut seen = 0;
        while let Some((own, other)) = pairs.pop() {
            seen += 1;
            assert_eq!(ours(own), key(other));
            let flags = (
                own.is_named(),
                own.is_extra(),
                own.is_error(),
                own.is_missing(),
                own.has_error(),
            );
            let others = (
                other.is_named(),
                other.is_extra(),
                other.is_error(),
                other.is_missing(),
                other.has_error(),
            );
            assert_eq!(flags, others, "{own:?}");
            let points = [own.start_position(), own.end_position()].map(|p| (p.row, p.column));
            let other_points =
                [other.start_position(), other.end_position()].map(|p| (p.row, p.column));
            assert_eq!(points, other_points, "{own:?}");
            assert_eq!(own.parent().map(ours), other.parent().map(key), "{own:?}");
            let mut cursor = other.walk();
            let children: Vec<_> = other.children(&mut cursor).collect();
            assert_eq!(own.child_count(), children.len(), "{own:?}");
            assert_eq!(own.is_leaf(), children.is_empty(), "{own:?}");
            let named: Vec<_> = other.named_children(&mut cursor).map(key).collect();
            assert_eq!(
                own.named_children().map(ours).collect::<Vec<_>>(),
                named,
                "{own:?}"
            );
            for field in &fields {
                let theirs: Vec<_> = other
                    .children_by_field_name(field, &mut cursor)
                    .map(key)
                    .collect();
                let found: Vec<_> = own.children_by_field_name(field).map(ours).collect();
                assert_eq!(found, theirs, "{own:?} {field}");
                // It also finds what stands deeper, where the grammar gives a rule another name (the cases of
                // Python's `match`).
                let theirs = other
                    .child_by_field_name(field)
                    .filter(|found| found.parent() == Some(other));
                let first = own.child_by_field_name(field);
                assert_eq!(first.map(ours), theirs.map(key), "{own:?} {field}");
            }
            assert!(
                tree.same(other)
                    .is_some_and(|same| ours(same) == key(other))
            );
            pairs.extend(own.children().zip(children));
        }
        assert_eq!(seen, parsed.root_node().descendant_count());
        let ends: Vec<usize> = (0..=text.len()).step_by(text.len() / 60 + 1).collect();
        for (at, start) in ends.iter().enumerate() {
            // Of no bytes it may answer a node that the parser put in there, where the parser answers what holds that.
            for end in ends.iter().skip(at + 1) {
                let found = tree.root().descendant_for_byte_range(*start, *end);
                let theirs = parsed.root_node().descendant_for_byte_range(*start, *end);
                assert_eq!(found.map(ours), theirs.map(key), "{start}..{end}");
            }
        }
    }

    const PYTHON_TEXT: &str = "# a\n@d(1)\nclass C(B, metaclass=M):\n    '''doc'''\n    x: int = 1; y = 2\n\n    async def f(self, a, *b, c=1, **d) -> str:\n        \
        if a: return f\"{a!r:>{b}} é\" # ü\n        elif b:\n            pass\n        elif c: pass\n        else:\n            [i for i in b if i]\n        \
        try:\n            import a.b as c, d\n            from . import (e, f as g)\n        except (A, B) as e:\n            raise X from e\n        \
        finally:\n            with a as b, c: a[1:2, 3] = not a < b <= c is not d\n        match a:\n            case [1, *_] | {\"k\": v}: ...\n\nlambda x: (yield)\n";
    const RUST_TEXT: &str = "#![allow(x)]\n//! doc\nuse a::{b as c, d::*};\n/// é\n#[derive(A)]\npub(crate) struct S<'a, T: B + 'a = C> where T: D { pub x: u8, y: &'a T }\n\
        impl<T> S<'_, T> { const fn f(&self, (a, b): (u8, i8)) -> Option<u8> { let Some(x) = g::<u8>(1)? else { return None; }; if let 1..=2 | 3 = x { loop { break 'l } } \
        match x { A { b, .. } if c => m!(a, b), _ => |x| x as u8 + 1, } } }\nmacro_rules! m { ($a:expr) => { $a } }\nextern \"C\" { fn e(); }\n";

    #[test]
    fn nodes_answer_as_the_parsers_do() {
        for (language, text) in [
            (PYTHON.grammar(), PYTHON_TEXT),
            (PYTHON.grammar(), ""),
            (PYTHON.grammar(), "def f(:\n  x = (1,\n"),
            (RUST.grammar(), RUST_TEXT),
            (RUST.grammar(), "fn f( { let x = ; }}"),
            (RUST.grammar(), include_str!("node.rs")),
            (
                RUST.grammar(),
                include_str!("../../language/python/pytest/fold.rs"),
            ),
        ] {
            compare(language, text);
        }
    }

    /// Pieces of a text in another order: parsers meet errors of all kinds.
    fn shuffled(text: &'static str) -> impl Strategy<Value = String> {
        let pieces: Vec<&'static str> = text.split_inclusive([' ', '(', '\n']).collect();
        prop::collection::vec(prop::sample::select(pieces), 0..60)
            .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn nodes_of_broken_python_answer_as_the_parsers_do(text in shuffled(PYTHON_TEXT)) {
            compare(PYTHON.grammar(), &text);
        }

        #[test]
        fn nodes_of_broken_rust_answer_as_the_parsers_do(text in shuffled(RUST_TEXT)) {
            compare(RUST.grammar(), &text);
        }
    }

    #[test]
    fn a_deep_tree_is_a_list_too() {
        let text = format!("x = {}1{}\n", "(".repeat(20_000), ")".repeat(20_000));
        let parsed = parse(PYTHON.grammar(), &text).expect("a tree");
        let tree = Tree::new(PYTHON.grammar(), &text, &parsed).expect("a list");
        let deepest = tree
            .root()
            .descendant_for_byte_range(20_004, 20_005)
            .expect("a node");
        let above = std::iter::successors(deepest.parent(), Node::parent).count();
        assert!(above > 20_000, "{above}");
    }
}
