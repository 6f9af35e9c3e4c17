//! Code patterns: code of the language in which `$X` stands for any expression (the same one each
//! time) and `...` for any number of arguments.
//!
//! Does not catch: what is called by another name; the call tables resolve aliases, patterns do not.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::language::{Lang, Parsed};
use crate::syntax::{Node, Walk};

const META: &str = "metavariable_";
const REST: &str = "metavariable___rest";

/// A compiled pattern.
pub struct Pattern {
    parsed: Parsed,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// Where it is no code of the language.
    pub fn new(language: Lang, text: &str) -> Result<Self> {
        let code = text.replace("...", REST).replace('$', META);
        let code: Arc<str> = language.profile().around_statements.put(&code).into();
        let parsed = Parsed::new(language, code).context("the pattern does not parse")?;
        if parsed.root().has_error() {
            anyhow::bail!("the pattern is no code: {text}");
        }
        root(&parsed).context("an empty pattern")?;
        Ok(Self { parsed })
    }

    /// The nodes that it matches, in the order of the text.
    pub fn nodes<'t>(&self, parsed: &'t Parsed) -> Vec<Node<'t>> {
        let Some(pattern) = root(&self.parsed) else {
            return Vec::new();
        };
        Walk::new(parsed.root())
            .filter(|node| node.is_like(pattern))
            .filter(|node| {
                let mut bound = HashMap::new();
                self.fits(parsed, pattern, *node, &mut bound, 0)
            })
            .collect()
    }

    fn fits<'t>(
        &self,
        parsed: &'t Parsed,
        pattern: Node<'_>,
        node: Node<'t>,
        bound: &mut HashMap<String, &'t str>,
        depth: u32,
    ) -> bool {
        if depth > 64 {
            return false;
        }
        let wanted = self.parsed.text(pattern);
        if let Some(name) = wanted.strip_prefix(META)
            && pattern.named_child_count() == 0
        {
            let text = parsed.text(node);
            return *bound.entry(name.to_owned()).or_insert(text) == text;
        }
        if !pattern.is_like(node) {
            return false;
        }
        if pattern.is_leaf() {
            return wanted == parsed.text(node);
        }
        let (wanted, given) = (children(pattern), children(node));
        self.list_fits(parsed, &wanted, &given, bound, depth + 1)
    }

    fn list_fits<'t>(
        &self,
        parsed: &'t Parsed,
        wanted: &[Node<'_>],
        given: &[Node<'t>],
        bound: &mut HashMap<String, &'t str>,
        depth: u32,
    ) -> bool {
        let Some((first, rest)) = wanted.split_first() else {
            return given.is_empty();
        };
        if self.parsed.text(*first) == REST {
            return (0..=given.len()).any(|skip| {
                let mut attempt = bound.clone();
                let after = given.get(skip..).unwrap_or(&[]);
                let fits = self.list_fits(parsed, rest, after, &mut attempt, depth);
                if fits {
                    *bound = attempt;
                }
                fits
            });
        }
        match given.split_first() {
            Some((node, others)) => {
                self.fits(parsed, *first, *node, bound, depth)
                    && self.list_fits(parsed, rest, others, bound, depth)
            }
            None => false,
        }
    }
}

/// Children that mean something: no commas, brackets or comments.
fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.children()
        .filter(|child| !child.is_extra())
        .filter(|child| !child.is_separator())
        .collect()
}

/// The pattern itself, without what it was wrapped in.
fn root(parsed: &Parsed) -> Option<Node<'_>> {
    let start = parsed.language.profile().around_statements.before.len();
    let mut below = Walk::new(parsed.root()).skip(1);
    let node = below.find(|node| node.is_named() && node.start_byte() >= start)?;
    Some(parsed.language.expression_of(node).unwrap_or(node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PYTHON;

    fn count(pattern: &str, code: &str) -> usize {
        let pattern = Pattern::new(PYTHON, pattern).unwrap();
        let parsed = Parsed::new(PYTHON, code.into()).unwrap();
        pattern.nodes(&parsed).len()
    }

    #[test]
    fn a_metavariable_is_the_same_expression_each_time() {
        assert_eq!(count("$X == $X", "a.b == a.b"), 1);
        assert_eq!(count("$X == $X", "a.b == a.c"), 0);
    }

    #[test]
    fn an_ellipsis_is_any_number_of_arguments() {
        assert_eq!(count("f(..., debug=True)", "f(1, 2, debug=True)"), 1);
        assert_eq!(count("f(..., debug=True)", "f(debug=True)"), 1);
        assert_eq!(count("f(..., debug=True)", "f(1, debug=False)"), 0);
    }
}
