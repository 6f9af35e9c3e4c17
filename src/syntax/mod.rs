//! Syntax trees: the one place that touches tree-sitter. No language is known here: a [`Grammar`] is handed in.
//!
//! Does not catch: what a parser cannot see (names made at run time, macros not yet expanded). A text
//! with parse errors has a tree all the same.

mod grammar;
mod query;
mod tree;
pub mod walk;

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};

pub use grammar::{DIALECTS, Grammar};
pub use query::Query;
pub use tree::{Children, Node, Point};
pub use walk::Walk;

use tree::Tree;

use crate::budget;
use crate::place::Place;
use crate::text::LineStarts;

/// A text and its tree.
pub struct Source {
    /// The grammar that read it.
    pub grammar: &'static Grammar,
    /// The text that was parsed.
    pub source: Arc<str>,
    tree: Tree,
    /// The parser's own tree, for [`Query`].
    queried: OnceLock<Option<tree_sitter::Tree>>,
    line_starts: OnceLock<LineStarts>,
}

impl Source {
    /// Parses; `None` where the grammar cannot be loaded, the parser gave up, or nodes stand in one another deeper
    /// than people nest code: what recurses over a tree needs a stack of its depth.
    pub fn new(grammar: &'static Grammar, source: Arc<str>) -> Option<Self> {
        let tree = Tree::new(grammar, &source, &parse(grammar, &source)?)
            .filter(|tree| tree.depth() <= DEEPEST)?;
        Some(Self {
            grammar,
            source,
            tree,
            queried: OnceLock::new(),
            line_starts: OnceLock::new(),
        })
    }

    /// The root node.
    pub fn root(&self) -> Node<'_> {
        self.tree.root()
    }

    /// The parser's own tree: parsed once more, since few files are queried.
    fn queried(&self) -> Option<&tree_sitter::Tree> {
        let again = || parse(self.grammar, &self.source);
        self.queried.get_or_init(again).as_ref()
    }

    /// The outermost node that has exactly these bytes.
    pub fn node(&self, bytes: &Range<usize>) -> Option<Node<'_>> {
        let mut node = self
            .root()
            .descendant_for_byte_range(bytes.start, bytes.end)
            .filter(|node| node.byte_range() == *bytes)?;
        while let Some(parent) = node.parent().filter(|parent| parent.byte_range() == *bytes) {
            node = parent;
        }
        Some(node)
    }

    /// The place of a node.
    pub fn place(&self, node: Node<'_>) -> Place {
        let point = |byte: usize, point: Point| {
            let line_start = byte.saturating_sub(point.column);
            let before = self.source.get(line_start..byte).unwrap_or_default();
            budget::charge_text(before.len());
            let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
            (number(point.row), number(before.chars().count()))
        };
        let (line, column) = point(node.start_byte(), node.start_position());
        let (end_line, end_column) = point(node.end_byte(), node.end_position());
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The place of a stretch of bytes.
    pub fn place_of(&self, range: Range<usize>) -> Place {
        let (line, column) = self.line_and_column(range.start);
        let (end_line, end_column) = self.line_and_column(range.end);
        Place {
            line,
            column,
            end_line,
            end_column,
        }
    }

    /// The first byte of a 1-based line; none where the text has no such line.
    pub fn line_start(&self, line: u32) -> Option<usize> {
        self.line_starts().start(line)
    }

    fn line_and_column(&self, byte: usize) -> (u32, u32) {
        self.line_starts().position(&self.source, byte)
    }

    fn line_starts(&self) -> &LineStarts {
        self.line_starts
            .get_or_init(|| LineStarts::of(&self.source))
    }

    /// The source of a stretch.
    pub fn slice(&self, bytes: &Range<usize>) -> &str {
        self.source.get(bytes.clone()).unwrap_or_default()
    }

    /// The text of a node.
    pub fn text(&self, node: Node<'_>) -> &str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }
}

/// Steps that one of the parser's is counted as: it tells of itself once in a hundred operations.
const PARSING: usize = 100;

/// What the parser makes of a text; `None` where it gave up.
#[expect(clippy::disallowed_types, reason = "this is the module that may")]
fn parse(grammar: &'static Grammar, source: &str) -> Option<tree_sitter::Tree> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(grammar.language()).ok()?;
    // Ordinary code takes about one step in 75 bytes, the worst nesting we know one in 20. The count
    // stands in for a time limit: it is the same on every machine.
    let mut steps = 0;
    let mut bounded = |_: &tree_sitter::ParseState| {
        steps += 1;
        budget::charge(PARSING);
        if steps > 10_000 + source.len() / 8 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let mut bytes = |at: usize, _| source.as_bytes().get(at..).unwrap_or_default();
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut bounded);
    // Who asks first does not pay for the others; the parser has its own limit.
    let parse = || parser.parse_with_options(&mut bytes, None, Some(options));
    budget::within(u64::MAX, parse).ok().flatten()
}

/// The place of a stretch of bytes in a text. Linear in the text before it.
pub fn place_in(text: &str, range: Range<usize>) -> Place {
    let point = |byte: usize| {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    };
    let (line, column) = point(range.start);
    let (end_line, end_column) = point(range.end);
    Place {
        line,
        column,
        end_line,
        end_column,
    }
}

/// Nodes that may stand in one another.
const DEEPEST: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_not_bytes() {
        let text = "a = 1\nä = ö\n";
        let at = text.find('ö').unwrap();
        let place = place_in(text, at..at + 2);
        assert_eq!((place.line, place.column), (2, 5));
        assert_eq!((place.end_line, place.end_column), (2, 6));
    }
}
