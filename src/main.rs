//! The thin binary: runs the command line, prints what it says, and ends.

use std::io::{self, Write};
use std::process::ExitCode;

use draftgate::cli::{self, Output};
use draftgate::ending;
use draftgate::exit::Code;
use draftgate::process::{confine, environment, interrupt};

fn main() -> ExitCode {
    if let Some(code) = confine::become_asked() {
        return ExitCode::from(code);
    }
    environment::narrow();
    interrupt::arm();
    confine::arm();
    let output = cli::main(std::env::args_os());
    ending::park_if_begun();
    let code = match print(&output) {
        Ok(()) => output.code.unwrap_or(Code::Ready),
        // A verdict that nobody can have read is none. That goes for a reader that went away too (`draftgate | head`):
        // whoever reads the first lines only has `--quiet`, or a report in a file.
        Err((stream, error)) => {
            let _ = writeln!(
                io::stderr(),
                "draftgate: standard {stream} cannot be written: {error}; the report is not whole, so this is no verdict"
            );
            Code::CouldNotJudge
        }
    };
    ExitCode::from(code.number())
}

/// Prints what there is for either stream; where one cannot be written, which and why.
fn print(output: &Output) -> Result<(), (&'static str, io::Error)> {
    let mut stderr = io::stderr().lock();
    stderr
        .write_all(output.stderr.as_bytes())
        .map_err(|error| ("error", error))?;
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(output.stdout.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| ("output", error))
}
