//! Command line.

pub mod completions;
pub mod init;
pub mod policy;
pub mod replay;
pub mod rules;
