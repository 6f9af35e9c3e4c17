//! The command line: raw arguments, converted once into a request that the rest can trust.
//!
//! One file a subcommand. Nothing here prints: a command returns its [`Output`], and `main.rs` prints it.

pub mod characterize;
pub mod check;
pub mod ci;
pub mod completions;
pub mod hook;
pub mod init;
pub mod policy;
pub mod replay;
pub mod rules;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use crate::checks::registry;
use crate::exit::Code;
use crate::gate;
use crate::redaction::Redaction;
use crate::report::{self, Style, style::Color};

/// What a command has to say.
#[derive(Debug, Default)]
pub struct Output {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// How the process ends.
    pub code: Option<Code>,
}

impl Output {
    /// Text for standard output and exit code 0.
    pub fn text(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            ..Self::default()
        }
    }

    /// An error: exit code 2.
    pub fn error(error: &anyhow::Error) -> Self {
        // An error may quote the line that it is about.
        let text = Redaction::default().text(&format!("{error:#}"));
        Self {
            stderr: format!("draftgate: {text}\n"),
            code: Some(Code::CouldNotJudge),
            ..Self::default()
        }
    }
}

#[derive(Debug, Parser)]
#[command(
    name = "draftgate",
    version,
    about = "A deterministic gate for AI-written code changes",
    long_about = "A deterministic gate for AI-written code changes.\n\n\
        draftgate takes one change (a base and a head in a git repository), runs checks over it, and says \
        whether it may go before a human reviewer: what is proven blocks, what is suspicious needs a human, \
        and a check that could not run is never a pass. Without a subcommand it is `draftgate check`.",
    after_help = "Exit codes: 0 ready, 1 blocked, 2 could not judge, 3 needs a human.\n\
        Use `-h` for a short and `--help` for a long description of the options.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a change (the default command)
    Check(Box<check::Args>),
    /// Judge the change of a GitHub Actions event, and tell the runner
    Ci(Box<ci::Args>),
    /// Judge pushes and the turns of coding agents
    Hook {
        #[command(subcommand)]
        what: hook::Hook,
    },
    /// Write the skeleton of tests for edited code that no test ran before
    ///
    /// For each such function its signature and its cases, and no assertion: what base did is for a human to say.
    Characterize(characterize::Args),
    /// Make the reports of a run again from its trace, without running anything
    Replay(Replay),
    /// Print the effective policy, with where each value comes from
    Policy(check::WhichPolicy),
    /// Write a commented draftgate.toml that fits the repository
    Init {
        /// Write over a draftgate.toml that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        directory: Directory,
    },
    /// List rules, explain one, or run the rules' own examples
    Rules {
        #[command(subcommand)]
        what: Rules,
    },
    /// Print the completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, clap::Args)]
struct Replay {
    /// The trace, as `draftgate check --trace FILE` wrote it
    trace: PathBuf,
    /// Write a report: FORMAT, or FORMAT=FILE; may be given several times
    #[arg(long = "report", value_name = "FORMAT[=FILE]")]
    reports: Vec<report::Output>,
    /// Print the verdict and a line for each blocking finding, and no more
    #[arg(short, long)]
    quiet: bool,
    /// Colours in the text report
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Rules {
    /// All rules: level, id and what each finds
    List,
    /// What a rule finds, why, how to fix it, and its examples
    Explain {
        /// The rule's id, as reports show it
        id: String,
    },
    /// Run the examples of the built-in rules, or of the rule files in a directory
    Test {
        /// A directory of rule files
        #[arg(value_name = "DIRECTORY")]
        rules: Option<PathBuf>,
    },
}

/// The command line as clap knows it: for completions and for the documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs a command line.
pub fn main(args: impl IntoIterator<Item = OsString>) -> Output {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let chosen = cli.command.unwrap_or(Command::Check(Box::new(cli.check)));
    let done = match chosen {
        Command::Check(args) => check::main(&args),
        Command::Ci(args) => ci::main(&args),
        Command::Hook { what } => hook::main(&what),
        Command::Characterize(args) => characterize::main(&args),
        Command::Replay(args) => {
            let style = Style::of_stdout(args.color, args.quiet);
            replay::replay(&args.trace, &args.reports, style).map(Output::from)
        }
        Command::Policy(which) => {
            gate::policy(&which.request()).map(|found| policy::policy(&found).into())
        }
        Command::Init { force, directory } => gate::top(&directory.directory)
            .and_then(|top| init::init(&top, force))
            .map(Output::from),
        Command::Rules { what } => rules(&what).map(Output::from),
        Command::Completions { shell } => Ok(Output::text(completions::completions(
            shell,
            &mut command(),
        ))),
    };
    done.unwrap_or_else(|error| Output::error(&error))
}

fn rules(what: &Rules) -> Result<(String, Code)> {
    let (checks, style) = (registry(), Style::of_stdout(Color::Auto, false));
    match what {
        Rules::List => rules::list(&checks, style),
        Rules::Explain { id } => rules::explain(&checks, id, style),
        Rules::Test { rules } => rules::test(&checks, rules.as_deref(), style),
    }
}

/// Help and version go to standard output and are a success; a usage error goes to standard error.
fn usage(error: &clap::Error) -> Output {
    let rendered = error.render();
    if error.use_stderr() {
        return Output {
            stderr: rendered.to_string(),
            code: Some(Code::CouldNotJudge),
            ..Output::default()
        };
    }
    let style = Style::of_stdout(Color::Auto, false);
    let text = if style.color {
        rendered.ansi().to_string()
    } else {
        rendered.to_string()
    };
    Output::text(text.trim_end().to_owned() + "\n")
}

impl From<(String, Code)> for Output {
    fn from((stdout, code): (String, Code)) -> Self {
        Self {
            stdout,
            code: Some(code),
            ..Self::default()
        }
    }
}

/// Where a command works.
#[derive(Clone, Debug, clap::Args)]
pub struct Directory {
    /// Work in DIR instead of the current directory
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
    pub directory: PathBuf,
}
