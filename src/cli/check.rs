//! `draftgate check`: judge one change.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{ArgGroup, ValueEnum};

use super::{Directory, Output};
use crate::change::RangeSpec;
use crate::exit::Code;
use crate::files::{self, By};
use crate::gate::{self, Gated, PolicyFrom, Request};
use crate::inputs::{HandedIn, Inputs, Source};
use crate::plan::Selection;
use crate::policy::{CheckName, FailOn};
use crate::report::{self, Style, style::Color};
use crate::run::Silent;
use crate::verdict::{self, Verdict};

/// Which change, which checks, which reports.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("what").args(["range", "staged", "worktree", "all", "patch"]))]
pub struct Args {
    /// The change: BASE..HEAD, BASE...HEAD, a branch, or one commit
    ///
    /// BASE..HEAD compares the two as they stand; BASE...HEAD compares HEAD with its merge-base with
    /// BASE, as a pull request does. A branch is compared with its merge-base with the target branch; any
    /// other revision is judged against its first parent.
    ///
    /// Without it: the working tree, untracked files included, against the merge-base of HEAD and the
    /// target branch (`gate.target` of the policy, else origin/HEAD, else main or master).
    #[arg(value_name = "RANGE")]
    range: Option<String>,

    /// Judge what is staged, against HEAD
    #[arg(long, conflicts_with_all = ["base", "head"])]
    staged: bool,

    /// Judge the working tree, untracked files included, against HEAD
    #[arg(long, conflicts_with_all = ["base", "head"])]
    worktree: bool,

    /// Judge everything: the base is the empty tree
    ///
    /// The files as they stand, not the history that led to them. The policy is the built-in one, unless
    /// --policy-ref names another.
    #[arg(long, conflicts_with = "base")]
    all: bool,

    /// Judge a unified diff, applied to the base (HEAD, or --base): a file, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "head")]
    patch: Option<PathBuf>,

    /// The state before the change
    #[arg(long, value_name = "REF", conflicts_with = "range")]
    base: Option<String>,

    /// The state after the change
    #[arg(long, value_name = "REF", conflicts_with = "range")]
    head: Option<String>,

    /// Write a report: FORMAT, or FORMAT=FILE; may be given several times
    ///
    /// Without FILE it goes to standard output. Without this option: text.
    #[arg(long = "report", value_name = "FORMAT[=FILE]")]
    reports: Vec<report::Output>,

    /// Run only this check, which must then be able to look; may be given several times
    #[arg(long, value_name = "CHECK")]
    only: Vec<String>,

    /// Leave this check out; refused for a check that the policy requires
    #[arg(long, value_name = "CHECK")]
    skip: Vec<String>,

    /// A coverage report of head: LCOV, Cobertura, coverage.py JSON, llvm-cov JSON or a Go cover profile
    ///
    /// May be given several times: the reports of a test matrix are united. It takes the place of the
    /// policy's report and command.
    #[arg(long, value_name = "FILE")]
    coverage: Vec<PathBuf>,

    /// A coverage report of base, to see which lines lost their tests; may be given several times
    #[arg(long, value_name = "FILE", requires = "coverage")]
    coverage_base: Vec<PathBuf>,

    /// Run the tests of the change too, and base's tests on the new code: this runs code of the change
    ///
    /// With the command of `[checks.proof]` of base's policy; without one, with what the files of base suggest
    /// (`pytest -q`, `cargo test`).
    #[arg(long)]
    prove: bool,

    /// The mildest verdict that fails the job: with `blocked`, a change that needs a human exits 0
    ///
    /// Without it the exit code is the verdict's: 0 ready, 1 blocked, 2 could not judge, 3 needs a human.
    /// A change that could not be judged always fails.
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOnArg>,

    #[command(flatten)]
    policy: WhichPolicy,

    /// Write the trace of the run, from which `draftgate replay` makes the same reports
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,

    /// Checks that run at once; the default is the number of cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Let git fetch what a partial clone lacks
    ///
    /// From the remote, and with the programs, that the repository's configuration names. Without it draftgate asks no
    /// remote for anything.
    #[arg(long)]
    fetch: bool,

    /// Print the verdict and a line for each blocking finding, and no more
    #[arg(short, long)]
    quiet: bool,

    /// Colours in the text report
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
}

/// Where the policy is read.
#[derive(Debug, clap::Args)]
pub struct WhichPolicy {
    /// Read the policy at this ref and not at the base
    #[arg(long, value_name = "REF", conflicts_with = "policy_from")]
    policy_ref: Option<String>,

    /// Read the policy from the working tree, to try it; every report says so
    #[arg(long, value_enum, value_name = "WHERE")]
    policy_from: Option<Where>,

    #[command(flatten)]
    directory: Directory,
}

impl WhichPolicy {
    /// The request for the policy of the working state's base.
    pub fn request(&self) -> Request {
        Request {
            directory: self.directory.directory.clone(),
            spec: RangeSpec::Default,
            policy: self.source(),
            selection: Selection::default(),
            inputs: Inputs::default(),
            jobs: 1,
            fetch: false,
        }
    }

    /// The directory that was named, of a repository.
    pub fn directory(&self) -> &Path {
        &self.directory.directory
    }

    fn source(&self) -> PolicyFrom {
        match (&self.policy_ref, self.policy_from) {
            (Some(reference), _) => PolicyFrom::Ref(reference.clone()),
            (None, Some(Where::Worktree)) => PolicyFrom::Worktree,
            (None, None) => PolicyFrom::Base,
        }
    }
}

/// What `--fail-on` says.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FailOnArg {
    /// Blocked and could-not-judge.
    Blocked,
    /// Those, and needs-human.
    NeedsHuman,
}

impl From<FailOnArg> for FailOn {
    fn from(choice: FailOnArg) -> Self {
        match choice {
            FailOnArg::Blocked => FailOn::Blocked,
            FailOnArg::NeedsHuman => FailOn::NeedsHuman,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Where {
    Worktree,
}

/// Judges, delivers the reports, and ends with the verdict's code.
pub fn main(args: &Args) -> Result<Output> {
    let style = Style::of_stdout(args.color, args.quiet);
    let request = Request {
        spec: spec(args)?,
        selection: Selection {
            only: known(&args.only, "--only")?,
            skip: known(&args.skip, "--skip")?,
        },
        inputs: Inputs {
            coverage: HandedIn {
                head: args.coverage.iter().cloned().map(Source::File).collect(),
                base: args
                    .coverage_base
                    .iter()
                    .cloned()
                    .map(Source::File)
                    .collect(),
            },
            installed: None,
            registries: None,
            outcomes: None,
            prove: args.prove,
        },
        jobs: args.jobs.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        ),
        fetch: args.fetch,
        ..args.policy.request()
    };
    // Only what is written to a file asks for it. What runs may change where the tree begins: it is asked for before.
    let writes = args.trace.is_some() || args.reports.iter().any(|report| report.file.is_some());
    let tree = writes.then(|| gate::tree(&request.directory)).flatten();
    let trace = if args.quiet {
        gate::gate(&request, Arc::new(Silent))
    } else {
        gate::gate(&request, Arc::new(report::progress::Line::on_stderr()))
    };
    if let Some(path) = &args.trace {
        files::deliver(tree.as_deref(), path, trace.write()?.as_bytes())
            .with_context(|| format!("cannot write the trace to {}", path.display()))?;
    }
    let decision = verdict::of(&trace.judged);
    let stdout = report::deliver(&args.reports, &trace, &decision, style, tree.as_deref())?;
    Ok(Output {
        stdout,
        stderr: String::new(),
        code: Some(code(decision.verdict, args.fail_on.map(FailOn::from))),
    })
}

fn spec(args: &Args) -> Result<RangeSpec> {
    let (base, head) = (args.base.clone(), args.head.clone());
    Ok(if let Some(range) = &args.range {
        RangeSpec::Range(range.clone())
    } else if args.staged {
        RangeSpec::Staged { base, index: None }
    } else if args.worktree {
        RangeSpec::Worktree { base }
    } else if args.all {
        RangeSpec::All { head }
    } else if let Some(path) = &args.patch {
        let text = read_patch(path, args.policy.directory())?;
        RangeSpec::Patch { text, base }
    } else if base.is_some() || head.is_some() {
        RangeSpec::Between { base, head }
    } else {
        RangeSpec::Default
    })
}

fn read_patch(path: &Path, directory: &Path) -> Result<Vec<u8>> {
    if path != Path::new("-") {
        let tree = gate::tree(directory);
        return files::named(tree.as_deref(), path, By::User, files::MOST_BY_PROGRAM)
            .map(|read| read.bytes)
            .with_context(|| format!("--patch {}", path.display()));
    }
    let mut text = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut text)
        .context("--patch -: standard input")?;
    Ok(text)
}

/// The names, each that of a check.
fn known(names: &[String], option: &str) -> Result<Vec<String>> {
    for name in names {
        if let Err(error) = CheckName::try_from(name.clone()) {
            bail!("{option}: {}", crate::text::visible(&error));
        }
    }
    Ok(names.to_vec())
}

/// The verdict's own code, unless `blocked` lets a change that needs a human go on.
pub(super) fn code(verdict: Verdict, fail_on: Option<FailOn>) -> Code {
    match (verdict, fail_on) {
        (Verdict::NeedsHuman, Some(FailOn::Blocked)) => Code::Ready,
        _ => verdict.into(),
    }
}

/// The same for a hook or a job, where the policy says what fails unless the user does.
pub(super) fn code_of_job(verdict: Verdict, gated: &Gated, choice: Option<FailOnArg>) -> Code {
    code(verdict, Some(choice.map_or(gated.fail_on, FailOn::from)))
}
