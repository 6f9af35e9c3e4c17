//! draftgate looks at one change in a git repository, runs deterministic checks over it, and says
//! whether it may go before a human reviewer.
//!
//! The way of the data, one folder a stage; a stage uses the types of earlier stages only, and
//! [`run`] alone knows them all:
//!
//! ```text
//! argv -> Request   cli/       what was asked, validated once
//!      -> Change    change/    base and head resolved; files, hunks, both sides' bytes
//!      -> Policy    policy/    from the base
//!      -> Plan      plan.rs    which check sees which file
//!      -> Outcomes  checks/    one module a check; syntax/, suppression/ and rule/ are what they stand on
//!      -> Findings  finding/   introduced by this change only, waivers applied
//!      -> Verdict   verdict.rs a pure function with reasons
//!      -> Reports   report/    one file a format
//!      -> Trace     trace.rs   everything above, digested
//! ```

pub mod change;
pub mod checks;
pub mod ci;
pub mod cli;
pub mod coverage;
pub mod day;
mod document;
mod embedded;
pub mod examples;
pub mod exit;
pub mod files;
pub mod finding;
pub mod gate;
pub mod hook;
pub mod inputs;
mod json;
pub mod language;
pub mod plan;
pub mod policy;
pub mod process;
pub mod progress;
pub mod redaction;
pub mod report;
pub mod rule;
pub mod run;
pub mod secrets;
pub mod suppression;
pub mod syntax;
pub mod text;
pub mod tools;
pub mod trace;
pub mod verdict;
