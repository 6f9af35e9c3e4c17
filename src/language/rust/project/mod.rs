//! Projects in Rust: what their manifests declare, what their locks hold, what their paths begin with.

pub(crate) mod cargo;
pub(crate) mod roots;

use std::sync::LazyLock;

use crate::language::popular::{Popular, lines};

/// The most used crates, by number of dependents. The first line of the list says date and source; `eval/lists/`
/// renews it.
pub(crate) static CRATES: LazyLock<Popular> =
    LazyLock::new(|| Popular::of(lines(include_str!("lists/crates.txt"))));
