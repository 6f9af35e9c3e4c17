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
//!      -> Findings  finding.rs introduced by this change only (introduced.rs), waivers applied
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
mod embedded;
pub mod exit;
pub mod finding;
pub mod gate;
mod head_place;
pub mod hook;
mod introduced;
pub mod judged;
pub mod line_hash;
mod places;
pub mod plan;
pub mod policy;
pub mod process;
pub mod progress;
pub mod redaction;
pub mod report;
pub mod rule;
pub mod run;
mod shown;
pub mod suppression;
pub mod syntax;
pub mod text;
pub mod tools;
pub mod trace;
pub mod verdict;
