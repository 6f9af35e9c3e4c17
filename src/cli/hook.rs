//! `draftgate hook`: what git and coding agents call, and how it is put there.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Subcommand;

use super::check::{FailOnArg, code_of_job};
use super::{Directory, Output};
use crate::change;
use crate::exit::Code;
use crate::gate::{self, PolicyFrom, Request};
use crate::hook::agent::{self, Agent};
use crate::hook::install::{self, Existing};
use crate::hook::pre_push;
use crate::inputs::Inputs;
use crate::plan::Selection;
use crate::process::environment;
use crate::report::{Format, Style, progress, render, style::Color};
use crate::run::Progress;
use crate::text::visible;
use crate::verdict::{self, Verdict};

/// The subcommands of `draftgate hook`.
#[derive(Debug, Subcommand)]
pub enum Hook {
    /// Install the pre-push hook, or the hook of a coding agent
    Install {
        /// Run the hook that is there first, then ours
        #[arg(long, group = "existing")]
        chain: bool,
        /// Put our lines at the top of the hook that is there
        #[arg(long, group = "existing")]
        append: bool,
        /// Put ours in place of the hook that is there
        #[arg(long, group = "existing")]
        force: bool,
        /// The hook of this coding agent in place of git's
        #[arg(long, value_enum, conflicts_with = "existing")]
        agent: Option<Agent>,
        /// Where it works.
        #[command(flatten)]
        directory: Directory,
    },
    /// Take the hook away; what was there before comes back
    Uninstall {
        /// The hook of this coding agent in place of git's
        #[arg(long, value_enum)]
        agent: Option<Agent>,
        /// Where it works.
        #[command(flatten)]
        directory: Directory,
    },
    /// Say what is installed
    Status {
        /// Where it works.
        #[command(flatten)]
        directory: Directory,
    },
    /// Judge a push: what git runs, with the refs on standard input
    PrePush {
        /// The remote's name
        #[arg(default_value = "origin")]
        remote: String,
        /// The remote's address
        url: Option<String>,
        /// The mildest verdict that stops the push; the default is the policy's
        #[arg(long, value_enum, value_name = "VERDICT")]
        fail_on: Option<FailOnArg>,
        /// Where it works.
        #[command(flatten)]
        directory: Directory,
    },
    /// Answer a coding agent that wants to end its turn: what the agent runs, with its event on standard input
    Agent {
        /// Whose protocol is spoken
        #[arg(value_enum)]
        agent: Agent,
        /// How often the agent is sent back in a session
        #[arg(long, value_name = "N", default_value_t = agent::TRIES)]
        tries: u32,
        /// The mildest verdict that sends it back; the default is the policy's
        #[arg(long, value_enum, value_name = "VERDICT")]
        fail_on: Option<FailOnArg>,
        /// Where it works.
        #[command(flatten)]
        directory: Directory,
    },
}

/// Does what was asked.
///
/// # Errors
/// Where there is no repository, or the hook cannot be written.
pub fn main(hook: &Hook) -> Result<Output> {
    match hook {
        Hook::Install {
            chain,
            append,
            force,
            agent,
            directory,
        } => {
            let existing = match (chain, append, force) {
                (true, _, _) => Existing::Chain,
                (_, true, _) => Existing::Append,
                (_, _, true) => Existing::Force,
                _ => Existing::Refuse,
            };
            match agent {
                Some(agent) => install::install_agent(&gate::top(&directory.directory)?, *agent),
                None => install::install(&directory.directory, existing),
            }
            .map(Output::text)
        }
        Hook::Uninstall { agent, directory } => match agent {
            Some(agent) => install::uninstall_agent(&gate::top(&directory.directory)?, *agent),
            None => install::uninstall(&directory.directory),
        }
        .map(Output::text),
        Hook::Status { directory } => install::status(&directory.directory).map(Output::text),
        Hook::PrePush {
            remote,
            url: _,
            fail_on,
            directory,
        } => push(remote, &directory.directory, *fail_on),
        Hook::Agent {
            agent,
            tries,
            fail_on,
            directory,
        } => ask(*agent, *tries, &directory.directory, *fail_on),
    }
}

fn push(remote: &str, directory: &Path, fail_on: Option<FailOnArg>) -> Result<Output> {
    let stdin = String::from_utf8_lossy(&read_stdin()?).into_owned();
    let updates = pre_push::updates(&stdin, environment::text)?;
    // Everything is up to date: git runs the hook all the same.
    if updates.is_empty() {
        return Ok(Output::default());
    }
    let remote = environment::text("PRE_COMMIT_REMOTE_NAME")
        .filter(|_| !stdin.contains(' '))
        .unwrap_or_else(|| remote.to_owned());
    let push = pre_push::Push {
        directory: directory.to_owned(),
        remote,
        updates,
    };
    let progress: Arc<dyn Progress> = Arc::new(progress::Line::on_stderr());
    let judged = pre_push::judge(&push, jobs(), &progress)?;
    let style = Style::of_stdout(Color::Auto, false);
    let mut output = Output::default();
    let mut worst = None;
    for one in judged {
        let refs: Vec<String> = one.refs.iter().map(|name| visible(name)).collect();
        let refs = refs.join(", ");
        let Some(gated) = one.gated else {
            output.stdout.push_str(&format!(
                "draftgate: {refs}: nothing that the target branch does not have\n"
            ));
            continue;
        };
        let decision = verdict::of(&gated.trace.judged);
        output.stdout.push_str(&format!(
            "draftgate: {refs}: {}\n",
            decision.verdict.words()
        ));
        if decision.verdict != Verdict::Ready {
            let report = render(Format::Text, &gated.trace, &decision, style)?;
            output.stdout.push_str(&format!("\n{report}\n"));
        }
        let code = code_of_job(decision.verdict, &gated, fail_on);
        // The worst verdict is the push's.
        if code != Code::Ready && worst < Some(decision.verdict) {
            worst = Some(decision.verdict);
            output.code = Some(code);
        }
    }
    Ok(output)
}

fn ask(agent: Agent, tries: u32, directory: &Path, fail_on: Option<FailOnArg>) -> Result<Output> {
    let event = read_stdin()?;
    let request = Request {
        directory: directory.to_owned(),
        spec: change::RangeSpec::Default,
        policy: PolicyFrom::Base,
        selection: Selection::default(),
        inputs: Inputs::default(),
        jobs: jobs(),
        fetch: false,
    };
    let gated = gate::gated(&request, Arc::new(crate::run::Silent));
    let decision = verdict::of(&gated.trace.judged);
    let report = render(Format::Agent, &gated.trace, &decision, Style::PLAIN)?;
    let stops = code_of_job(decision.verdict, &gated, fail_on) != Code::Ready;
    let state = state(directory)?;
    let answer = agent::answer(&agent::StopRequest {
        agent,
        event: &event,
        gated: &gated,
        verdict: decision.verdict,
        stops,
        report: &report,
        state: &state,
        tries,
    })?;
    Ok(Output {
        stdout: answer.stdout,
        stderr: answer.stderr,
        // 2 is the code that sends an agent back.
        code: Some(if answer.refused {
            Code::CouldNotJudge
        } else {
            Code::Ready
        }),
    })
}

/// Where the agent hooks remember how often they refused: inside the repository's own directory.
fn state(directory: &Path) -> Result<PathBuf> {
    Ok(change::open(directory)?.git_directory().join("draftgate"))
}

fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .context("standard input")?;
    Ok(bytes)
}

fn jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
