//! The rules of `rules/` that a check says itself, as constants: `built_in::errors::BROAD_EXCEPT` is
//! `rules/errors/broad-except.toml`. `build.rs` writes them, so that a misspelt rule does not compile.
//!
//! Does not catch: a rule that no check says; its `[[bad]]` examples do.

use std::borrow::Cow;

use super::Rule;
use crate::finding::{Confidence, Level, Severity};

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// The constants of an area; empty where it has none.
pub(super) fn area(name: &str) -> &'static [&'static Rule] {
    let found = AREAS.iter().find(|(area, _)| *area == name);
    found.map_or(&[], |(_, rules)| rules)
}
