//! Raw tree-sitter queries: the way out for what a rule cannot say otherwise.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use tree_sitter::StreamingIterator;

use super::{DIALECTS, Grammar, Node, Source};

/// A query of one language. It is compiled when it first has something to look at: that takes milliseconds,
/// more than the rest of a small change.
#[expect(clippy::disallowed_types, reason = "this is the module that may")]
pub struct Query {
    grammar: &'static Grammar,
    text: String,
    /// By the number of the dialect.
    compiled: [OnceLock<Option<tree_sitter::Query>>; DIALECTS],
}

impl Query {
    /// A query, not yet compiled.
    pub fn new(grammar: &'static Grammar, text: &str) -> Self {
        Self {
            grammar,
            text: text.to_owned(),
            compiled: Default::default(),
        }
    }

    /// Whether it can be compiled.
    ///
    /// # Errors
    /// Where the grammar does not know what it asks for; the message names the place.
    pub fn check(&self) -> Result<()> {
        self.compile(self.grammar).map(drop)
    }

    #[expect(clippy::disallowed_types, reason = "this is the module that may")]
    fn compile(&self, grammar: &Grammar) -> Result<tree_sitter::Query> {
        tree_sitter::Query::new(grammar.language(), &self.text)
            .with_context(|| format!("query {}", self.text))
    }

    /// The first captured node of each match, in the order of the text. None of a query that
    /// [`Query::check`] refuses.
    pub fn nodes<'t>(&self, parsed: &'t Source) -> Vec<Node<'t>> {
        let compiled = self.compiled.get(parsed.grammar.dialect());
        let compile = || self.compile(parsed.grammar).ok();
        let query = compiled.and_then(|compiled| compiled.get_or_init(compile).as_ref());
        let (Some(query), Some(tree)) = (query, parsed.queried()) else {
            return Vec::new();
        };
        let mut cursor = tree_sitter::QueryCursor::new();
        let mut matches = cursor.matches(query, tree.root_node(), parsed.source.as_bytes());
        let mut nodes = Vec::new();
        while let Some(one) = matches.next() {
            let captured = one.captures().first();
            nodes.extend(captured.and_then(|capture| parsed.tree.same(capture.node)));
        }
        nodes.sort_by_key(|node| (node.start_byte(), node.end_byte()));
        nodes.dedup_by_key(|node| node.byte_range());
        nodes
    }
}
