//! `draftgate completions SHELL`: what a shell needs to complete our command line.

use clap_complete::{Shell, generate};

/// The completion script of a command for a shell.
pub fn completions(shell: Shell, command: &mut clap::Command) -> String {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
