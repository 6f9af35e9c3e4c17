//! Regular expressions of rules, compiled when first asked: most rules say nothing of most files, and to compile
//! all of them takes longer than to judge a small change.

use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use regex::Regex;

/// A regular expression.
#[derive(Debug)]
pub struct Expression {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    /// Takes it as it is written.
    pub fn new(text: String) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// Compiles it now.
    ///
    /// # Errors
    /// Where it is none; the message shows where.
    pub fn verify(&self) -> Result<()> {
        let compiled = Regex::new(&self.text).map_err(|error| anyhow!(error))?;
        self.compiled.get_or_init(|| Some(compiled));
        Ok(())
    }

    /// Whether it matches somewhere; never, where it is no expression and nobody verified it.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| Regex::new(&self.text).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_expression_is_told_when_it_is_verified() {
        let good = Expression::new("^a+$".to_owned());
        assert!(good.is_match("aa") && !good.is_match("ab"));
        assert!(good.verify().is_ok());
        let bad = Expression::new("a(".to_owned());
        assert!(!bad.is_match("a("));
        let why = bad.verify().unwrap_err().to_string();
        assert!(why.contains("unclosed group"), "{why}");
    }
}
