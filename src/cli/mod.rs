//! Command line.

pub mod completions;
pub mod replay;
pub mod rules;
