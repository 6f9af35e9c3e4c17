//! Python: `.py`, `.pyi`.

mod facts;
mod lower;

use crate::language::facts::Facts;
use crate::language::lower::Lower;
use crate::language::{Known, Language};
use crate::syntax::{Grammar, Node};

/// The language.
pub(super) struct Python;

static GRAMMAR: Grammar = Grammar::new(
    "python",
    || tree_sitter_python::LANGUAGE.into(),
    &["comment"],
    &["string"],
);

impl Language for Python {
    fn known(&self) -> Known {
        Known::Python
    }

    fn endings(&self) -> &'static [&'static str] {
        &["py", "pyi"]
    }

    fn grammar(&self) -> &'static Grammar {
        &GRAMMAR
    }

    fn facts(&self, root: Node<'_>, source: &str) -> Facts {
        facts::facts(root, source)
    }

    fn lower(&self, lower: &mut Lower<'_>) {
        lower.python_module();
    }
}
