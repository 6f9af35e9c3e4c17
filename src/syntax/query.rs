//! Raw tree-sitter queries: the way out for what a rule cannot say otherwise.

use anyhow::{Context, Result};
use tree_sitter::StreamingIterator;

use super::{Language, Node, Parsed};

/// A compiled query of one language.
#[expect(clippy::disallowed_types, reason = "this is the module that may")]
pub struct Query(tree_sitter::Query);

impl Query {
    /// Compiles a query.
    ///
    /// # Errors
    /// Where the grammar does not know what it asks for; the message names the place.
    #[expect(clippy::disallowed_types, reason = "this is the module that may")]
    pub fn new(language: Language, text: &str) -> Result<Self> {
        let grammar = match language {
            Language::Python => tree_sitter_python::LANGUAGE,
            Language::Rust => tree_sitter_rust::LANGUAGE,
        };
        let query = tree_sitter::Query::new(&grammar.into(), text)
            .with_context(|| format!("query {text}"))?;
        Ok(Self(query))
    }

    /// The first captured node of each match, in the order of the text.
    pub fn nodes<'t>(&self, parsed: &'t Parsed) -> Vec<Node<'t>> {
        let mut cursor = tree_sitter::QueryCursor::new();
        let mut matches = cursor.matches(&self.0, parsed.root(), parsed.source.as_bytes());
        let mut nodes = Vec::new();
        while let Some(one) = matches.next() {
            nodes.extend(one.captures().first().map(|capture| capture.node));
        }
        nodes.sort_by_key(|node| (node.start_byte(), node.end_byte()));
        nodes.dedup_by_key(|node| node.byte_range());
        nodes
    }
}
