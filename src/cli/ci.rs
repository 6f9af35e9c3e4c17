//! `draftgate ci`: judge the change of a GitHub Actions event, and tell the runner.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::Output;
use super::check::{FailOnArg, WhichPolicy, code_of_job};
use crate::change;
use crate::ci::event::{self, Checkout, Range};
use crate::ci::{history, runner};
use crate::files::{self, By};
use crate::gate::{self, Gated};
use crate::process::environment;
use crate::report::{self, Format, Style, render};
use crate::run::Silent;
use crate::verdict::{self, Decision};

/// Which event, which reports.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The event's name; the default is $GITHUB_EVENT_NAME
    #[arg(long, value_name = "NAME")]
    event_name: Option<String>,

    /// The event's JSON; the default is $GITHUB_EVENT_PATH
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,

    /// The state before the change, in place of the event's
    #[arg(long, value_name = "REF")]
    base: Option<String>,

    /// The state after the change, in place of the event's
    #[arg(long, value_name = "REF")]
    head: Option<String>,

    /// Write a report: FORMAT=FILE; may be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<report::Output>,

    /// The mildest verdict that fails the job; the default is the policy's
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOnArg>,

    /// Run the tests of the change too: this runs code of the change
    #[arg(long)]
    prove: bool,

    /// Print no annotations
    #[arg(long)]
    no_annotations: bool,

    /// Write no job summary
    #[arg(long)]
    no_summary: bool,

    /// Ask the remote for nothing: missing history is an error
    #[arg(long)]
    no_fetch: bool,

    #[command(flatten)]
    policy: WhichPolicy,
}

/// Judges, writes reports, summary and outputs, and ends with a code that fails the job or not.
///
/// # Errors
/// Where a report, the summary or the outputs cannot be written. What keeps the change from being judged
/// is a verdict, in all of them.
pub fn main(args: &Args) -> Result<Output> {
    if args.reports.iter().any(|output| output.file.is_none()) {
        bail!("standard output is the runner's: give each report a file, `--report FORMAT=FILE`");
    }
    let gated = judge(args).unwrap_or_else(|error| Gated::obstacle(&error));
    let decision = verdict::of(&gated.trace.judged);
    let mut stdout = String::new();
    if !args.no_annotations {
        stdout.push_str(&render(
            Format::Github,
            &gated.trace,
            &decision,
            Style::PLAIN,
        )?);
    }
    let text = render(Format::Text, &gated.trace, &decision, Style::PLAIN)?;
    stdout.push_str(&runner::without_commands(&text));
    if !args.reports.is_empty() {
        let tree = gate::tree(args.policy.directory());
        report::deliver(
            &args.reports,
            &gated.trace,
            &decision,
            Style::PLAIN,
            tree.as_deref(),
        )?;
    }
    if let (Some(file), false) = (environment::text("GITHUB_STEP_SUMMARY"), args.no_summary) {
        let markdown = render(Format::Markdown, &gated.trace, &decision, Style::PLAIN)?;
        runner::add_summary(Path::new(&file), &markdown)?;
    }
    if let Some(file) = environment::text("GITHUB_OUTPUT") {
        runner::set_outputs(Path::new(&file), &outputs(args, &gated, &decision))?;
    }
    Ok(Output {
        stdout,
        stderr: String::new(),
        code: Some(code_of_job(decision.verdict, &gated, args.fail_on)),
    })
}

fn judge(args: &Args) -> Result<Gated> {
    let mut request = args.policy.request();
    request.inputs.prove = args.prove;
    let name = args.event_name.clone();
    let name = name
        .or_else(|| environment::text("GITHUB_EVENT_NAME"))
        .unwrap_or_default();
    let path = args.event.clone();
    let event = match path.or_else(|| environment::text("GITHUB_EVENT_PATH").map(PathBuf::from)) {
        Some(path) => {
            let tree = gate::tree(&request.directory);
            let read = files::named(tree.as_deref(), &path, By::User, files::MOST_BY_PROGRAM)
                .with_context(|| format!("cannot read the event: {}", path.display()))?;
            serde_json::from_slice(&read.bytes).context("the event is no JSON")?
        }
        None => serde_json::Value::Null,
    };
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let (base, head) = (given(&args.base), given(&args.head));
    let opened = change::open(&request.directory)?;
    let at = opened.find("HEAD")?;
    let checkout = Checkout {
        parents: match &at {
            Some(id) => opened.parents(id)?,
            None => Vec::new(),
        },
        head: at,
    };
    let wanted = event::wanted(&name, &event, &checkout, base.as_deref(), head.as_deref())?;
    let spec = history::spec(&request.directory, &wanted, !args.no_fetch)?;
    let Some(spec) = spec else {
        let Range::Nothing(why) = wanted.range else {
            bail!("nothing to judge");
        };
        return Ok(Gated::nothing(why));
    };
    let request = gate::Request {
        spec,
        fetch: !args.no_fetch,
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        ..request
    };
    let gated = gate::gated(&request, Arc::new(Silent));
    if gated.empty && wanted.may_be_empty {
        return Ok(Gated::nothing(
            "the default branch has all of it".to_owned(),
        ));
    }
    Ok(gated)
}

fn outputs(args: &Args, gated: &Gated, decision: &Decision) -> Vec<(&'static str, String)> {
    let judged = &gated.trace.judged;
    let count = |level: Option<crate::finding::Level>| {
        let counted = judged.findings.iter().filter(|finding| finding.counts());
        let wanted = counted.filter(|finding| level.is_none_or(|level| finding.level == level));
        wanted.count().to_string()
    };
    let file = |format: Format| {
        let output = args.reports.iter().find(|output| output.format == format);
        let file = output.and_then(|output| output.file.as_ref());
        file.map(|file| file.display().to_string())
            .unwrap_or_default()
    };
    vec![
        ("verdict", decision.verdict.name().to_owned()),
        ("findings", count(None)),
        ("blocking", count(Some(crate::finding::Level::Block))),
        ("needs-human", count(Some(crate::finding::Level::Escalate))),
        ("base-sha", judged.change.base.clone()),
        ("head-sha", judged.change.head.clone()),
        ("sarif-file", file(Format::Sarif)),
        ("json-file", file(Format::Json)),
    ]
}
