//! All integration tests, in one binary: one module a stage or check. `cfg(test)` is always true here;
//! it tells clippy that `expect` and `panic!` are fine in the functions around the tests as well.

#![expect(
    clippy::disallowed_methods,
    reason = "a test writes its own files, reads them, and starts what a user would"
)]

#[cfg(test)]
mod action;
#[cfg(test)]
mod action_lint;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod change;
#[cfg(test)]
mod change_patch;
#[cfg(test)]
mod change_repositories;
#[cfg(test)]
mod change_trust;
#[cfg(test)]
mod change_worktree;
#[cfg(test)]
mod characterize;
#[cfg(test)]
mod ci;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod coverage_javascript;
#[cfg(test)]
mod environment;
#[cfg(test)]
mod files;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod formats_hostile;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod growth;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod hooks_agent;
#[cfg(test)]
mod hooks_managers;
#[cfg(test)]
mod https;
#[cfg(test)]
mod installed;
#[cfg(test)]
mod introduced;
#[cfg(test)]
mod line_hash;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod policy_commands;
#[cfg(test)]
mod policy_properties;
#[cfg(test)]
mod policy_tighten;
#[cfg(test)]
mod process;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod proof_javascript;
#[cfg(test)]
mod proof_mutants;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod registries;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod report;
#[cfg(test)]
mod report_frames;
#[cfg(test)]
mod report_hostile;
#[cfg(test)]
mod report_rules;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod security;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod syntax;
mod syntax_typescript;
#[cfg(test)]
mod toolbox;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod tools_blinded;
#[cfg(test)]
mod tools_confined;
#[cfg(test)]
mod tools_left;
#[cfg(test)]
mod tools_node;
#[cfg(test)]
mod tools_own;
#[cfg(test)]
mod tools_real;
#[cfg(test)]
mod tools_suppressed;
#[cfg(test)]
mod tools_together;
#[cfg(test)]
mod tools_untrusted;
#[cfg(test)]
mod trace;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod vulnerabilities;
