//! Names that attributes and macros are given: `clippy` in `#[cfg(not(clippy))]`, in `cfg!(clippy)`, and in a call of a
//! macro that makes an attribute of it.
//!
//! Does not catch: a name that a macro puts together, and conditions outside of the file.

use crate::language::rust::kind;
use crate::language::{Kinds, Parsed, RUST};

static NAMES: Kinds = Kinds::new(RUST, &[kind::IDENTIFIER]);

/// Whether an attribute or a macro is given this name by itself, and not as the beginning of a path.
pub(super) fn is_given(parsed: &Parsed, name: &str) -> bool {
    NAMES.nodes(parsed).any(|node| {
        let after = parsed.source.get(node.byte_range().end..);
        parsed.text(node).trim_start_matches("r#") == name
            && node
                .parent()
                .is_some_and(|parent| parent.kind() == kind::TOKEN_TREE)
            && !after.is_some_and(|after| after.trim_start().starts_with("::"))
    })
}
