//! draftgate looks at one change in a git repository, runs deterministic checks over it, and says
//! whether it may go before a human reviewer.
//!
//! The way of the data; [`run`] alone knows it whole:
//!
//! ```text
//! argv -> Request   cli/       what was asked, validated once
//!      -> Change    change/    base and head resolved; files, hunks, both sides' bytes
//!      -> Policy    policy/    from the base
//!      -> Plan      plan.rs    which check sees which file
//!      -> Outcomes  checks/    one module a check
//!      -> Findings  finding/   introduced by this change only, waivers applied
//!      -> Verdict   verdict.rs a pure function with reasons
//!      -> Reports   report/    one file a format
//!      -> Trace     trace.rs   everything above, digested
//! ```
//!
//! The stages, lowest first. Each uses those above it in this list and no other; `tests/architecture.rs` reads
//! the list and holds every `crate::` path of the code against it:
//!
//! ```text
//! text         digests, columns, what a terminal may see
//! day          a day of the calendar
//! place        where something stands in a text
//! budget       work, counted in steps
//! embedded     the data inside the binary: rules and adapters
//! ending       the end of the process by a signal
//! progress     who hears how a run goes
//! json         JSON as it is written
//! inputs       what was handed in beside the change
//! files        files of the outside world: the one place that opens and writes them
//! process      programs: started, limited, killed whole; the one place that starts them
//! change       base and head, files, hunks, commits, who wrote them; the repository behind it
//! document     one reader of YAML, TOML, JSON and INI, with lines
//! notebook     the code of notebooks, as one text
//! syntax       trees of any grammar: nodes, walks, queries
//! language     all that is known of a language, a folder each
//! coverage     reports of coverage: formats, united sides, classes of lines
//! finding      findings, what the change brought in of them, where they stand, what a run found out
//! floor        the six checks of the floor, and which of them did not run
//! unread       code in languages that no check knows
//! suppression  comments and attributes that keep a tool quiet
//! policy       the repository's own rules about this gate
//! rule         rules as data: load, compile, match, data flow
//! secrets      the searcher for credentials
//! tools        the project's own type-checkers and linters, as data and parsers
//! suite        tests, run: which ran, and what came of each
//! checks       one question asked of a change each
//! plan         which check sees which file
//! redaction    what no output may show
//! run          the way of the data
//! trace        the record of a run
//! verdict      what the findings come to
//! exit         exit codes
//! examples     the rules' own examples, run
//! gate         from a request to a trace
//! report       one file a format
//! ci           events of a pipeline
//! hook         git's hooks and those of coding agents
//! cli          the command line
//! schemas      what policies and reports look like, for the test that writes it down
//! ```

pub mod budget;
pub mod change;
pub mod checks;
pub mod ci;
pub mod cli;
pub mod coverage;
pub mod day;
pub mod document;
mod embedded;
pub mod ending;
pub mod examples;
pub mod exit;
pub mod files;
pub mod finding;
pub mod floor;
pub mod gate;
pub mod hook;
pub mod inputs;
mod json;
pub mod language;
pub mod notebook;
pub mod place;
pub mod plan;
pub mod policy;
pub mod process;
pub mod progress;
pub mod redaction;
pub mod report;
pub mod rule;
pub mod run;
#[cfg(test)]
mod schemas;
pub mod secrets;
pub mod suite;
pub mod suppression;
pub mod syntax;
pub mod text;
pub mod tools;
pub mod trace;
pub mod unread;
pub mod verdict;
