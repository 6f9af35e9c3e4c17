//! The thin binary: runs the command line, prints what it says, and ends.

use std::io::Write;
use std::process::ExitCode;

use draftgate::cli;
use draftgate::ending;
use draftgate::exit::Code;
use draftgate::process::interrupt;

fn main() -> ExitCode {
    interrupt::arm();
    let output = cli::main(std::env::args_os());
    ending::park_if_begun();
    let code = output.code.unwrap_or(Code::Ready);
    // A reader that went away (`draftgate | head`) changes nothing about the verdict.
    let _ = std::io::stderr().lock().write_all(output.stderr.as_bytes());
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(output.stdout.as_bytes());
    let _ = stdout.flush();
    ExitCode::from(code.number())
}
