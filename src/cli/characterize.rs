//! `draftgate characterize`: the skeleton of tests for code that is edited and that no test ran before.
//!
//! What such code did is nowhere written down. A human fills the skeleton from what base does; nothing here asserts what
//! the new code answers, since that may be the mistake.
//!
//! Does not catch: without figures of base's coverage, a function that a test reaches through others, or that shares its
//! name with what a test names.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::Output;
use super::check::WhichPolicy;
use crate::change::{Change, File, RangeSpec, Side};
use crate::exit::Code;
use crate::files;
use crate::gate::{self, Request};
use crate::inputs::{HandedIn, Inputs, Source};
use crate::language::outline::Outline;
use crate::language::{Definition, DefinitionKind, Parsed, Trees, conventions};
use crate::plan::Selection;
use crate::policy::Policy;
use crate::rule::built_in::coverage as rules;
use crate::run::Silent;
use crate::text::{is_in_word, stands_in, visible};

/// Which file, of which change.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A changed file, from the top of the repository
    path: String,

    /// The change, as for `draftgate check`; without it: the working tree against the target branch
    #[arg(value_name = "RANGE")]
    range: Option<String>,

    /// A coverage report of head, as for `draftgate check`
    #[arg(long, value_name = "FILE", requires = "coverage_base")]
    coverage: Vec<PathBuf>,

    /// A coverage report of base, in place of what the policy measures
    #[arg(long, value_name = "FILE", requires = "coverage")]
    coverage_base: Vec<PathBuf>,

    /// Write to a file that is not there yet, and not to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    policy: WhichPolicy,
}

/// Writes the skeleton.
pub fn main(args: &Args) -> Result<Output> {
    let mut request = args.policy.request();
    if let Some(range) = &args.range {
        request.spec = RangeSpec::Range(range.clone());
    }
    let (change, policy) = gate::opened(&request)?;
    let file = change.files.iter().find(|file| file.path == args.path);
    let Some(file) = file else {
        bail!(
            "the change does not touch {}; it touches {} files: draftgate check --report json names them",
            visible(&args.path),
            change.files.len()
        );
    };
    let (how, skeleton) = skeleton(args, &request, &change, &policy, file)?;
    let Some(skeleton) = skeleton else {
        return Ok(Output {
            stderr: format!(
                "draftgate: no function of {} was edited that no test ran at base ({how})\n",
                visible(&args.path)
            ),
            code: Some(Code::Ready),
            ..Output::default()
        });
    };
    let said = format!(
        "draftgate: write into each test what base does, from base's code or from what it is for, and run it on base \
         first ({how})\n"
    );
    let Some(output) = &args.output else {
        return Ok(Output {
            stdout: skeleton,
            stderr: said,
            code: Some(Code::Ready),
        });
    };
    let tree = gate::tree(&request.directory);
    if output.symlink_metadata().is_ok() {
        bail!("{} is there already", output.display());
    }
    files::deliver(tree.as_deref(), output, skeleton.as_bytes())
        .with_context(|| format!("cannot write {}", output.display()))?;
    Ok(Output {
        stderr: said,
        code: Some(Code::Ready),
        ..Output::default()
    })
}

/// How it is known which functions no test ran, and the tests to be written for them; none where there are none.
fn skeleton(
    args: &Args,
    request: &Request,
    change: &Change,
    policy: &Policy,
    file: &File,
) -> Result<(&'static str, Option<String>)> {
    let trees = Trees::default();
    let parsed = |side: Side| {
        let blob = file.blob(side)?;
        trees.of(file.path_on(side), blob)
    };
    let (Some(base), Some(head)) = (parsed(Side::Base), parsed(Side::Head)) else {
        bail!(
            "{} is not there on both sides, or in no language whose tests are known",
            visible(&file.path)
        );
    };
    let Some(outlining) = base.language.outlining() else {
        bail!("no tests are outlined in {}", base.language.profile().title);
    };
    let edited = edited(file, &base, &head);
    let measured = unmeasured(args, request, policy, file)?;
    let (how, untested): (_, Vec<&Definition>) = match measured {
        Some(lines) => (
            "by base's coverage",
            edited
                .into_iter()
                .filter(|function| lines.iter().any(|line| is_in(function, *line)))
                .collect(),
        ),
        None => {
            let named = named(change, policy, &trees, file, &edited)?;
            (
                "by the names in base's tests, as base's coverage is not measured",
                edited
                    .into_iter()
                    .filter(|function| !named.contains(&function.name))
                    .collect(),
            )
        }
    };
    let outlines = untested
        .iter()
        .filter_map(|function| Outline::of(&base, function));
    let outlines: Vec<Outline> = outlines.collect();
    let text = (outlining.skeleton)(&file.path, &outlines);
    Ok((how, (!outlines.is_empty()).then_some(text)))
}

fn is_in(function: &Definition, line: u32) -> bool {
    (function.first_line..=function.last_line).contains(&line)
}

/// The functions of base in which something was edited, and that head still has.
fn edited<'b>(file: &File, base: &'b Parsed, head: &Parsed) -> Vec<&'b Definition> {
    let at_head = &head.facts().definitions;
    let names: BTreeSet<&str> = at_head.iter().map(|own| own.qualified.as_str()).collect();
    let is_edited = |function: &&Definition| {
        let rows = function.name_line.saturating_sub(1)..function.last_line;
        function.kind == DefinitionKind::Function
            && !function.in_test
            && file.touches(Side::Base, rows)
            && names.contains(function.qualified.as_str())
    };
    base.facts().definitions.iter().filter(is_edited).collect()
}

/// Edited lines of base that no test ran, where base's coverage is measured.
fn unmeasured(
    args: &Args,
    request: &Request,
    policy: &Policy,
    file: &File,
) -> Result<Option<BTreeSet<u32>>> {
    let settings = &policy.checks().coverage;
    let is_measured = !settings.command.is_empty() || !settings.base_report.is_empty();
    if !is_measured && args.coverage_base.is_empty() {
        return Ok(None);
    }
    let files = |paths: &[PathBuf]| paths.iter().cloned().map(Source::File).collect();
    let request = Request {
        selection: Selection {
            only: vec!["coverage".to_owned()],
            skip: Vec::new(),
        },
        inputs: Inputs {
            coverage: HandedIn {
                head: files(&args.coverage),
                base: files(&args.coverage_base),
            },
            ..Inputs::default()
        },
        ..request.clone()
    };
    let judged = gate::gate(&request, Arc::new(Silent)).judged;
    let has_base = judged.coverage.as_ref().is_some_and(|shown| shown.has_base);
    if !has_base {
        let mut whys = judged.checks.iter().map(|check| check.why.as_str());
        let why = judged.obstacle.or(whys.next_back().map(str::to_owned));
        bail!(
            "base's coverage was not measured: {}",
            why.unwrap_or_default()
        );
    }
    let of_file = judged
        .findings
        .iter()
        .filter(|finding| rules::UNTESTED_EDIT.made(finding) && finding.path == file.path);
    let lines =
        of_file.filter_map(|finding| finding.evidence.get("base-lines")?.as_array().cloned());
    let lines = lines
        .flatten()
        .filter_map(|line| u32::try_from(line.as_u64()?).ok());
    Ok(Some(lines.collect()))
}

/// Those of the functions whose names stand in a test of base.
fn named(
    change: &Change,
    policy: &Policy,
    trees: &Trees,
    file: &File,
    functions: &[&Definition],
) -> Result<BTreeSet<String>> {
    /// Bytes of tests that are looked through.
    const MOST: usize = 64 * 1024 * 1024;
    let mut named = BTreeSet::new();
    let mut read = 0;
    for path in change.paths(Side::Base)? {
        let is_own = path == file.base_path();
        let is_alike = crate::language::of(path) == crate::language::of(&file.path);
        if !is_alike || read > MOST || named.len() == functions.len() {
            continue;
        }
        let is_tests = policy.is_test_path(path) || conventions::is_test_path(path);
        let words = crate::language::of(path).map(|own| &own.profile().inner_test_words);
        let has_inner = words.is_some_and(|words| !words.is_empty());
        if !is_tests && !has_inner {
            continue;
        }
        let Some(blob) = change.read(Side::Base, path)? else {
            continue;
        };
        let Some(text) = blob.text() else {
            continue;
        };
        read += text.len();
        let holds = |text: &str, name: &str| stands_in(text, name, is_in_word).is_some();
        let mut look = |text: &str| {
            for function in functions {
                if holds(text, &function.name) {
                    named.insert(function.name.clone());
                }
            }
        };
        if is_tests && !is_own {
            look(text);
        } else if let Some(parsed) = trees.of(path, &blob) {
            let definitions = parsed.facts().definitions.iter();
            for test in
                definitions.filter(|one| one.in_test && one.kind == DefinitionKind::Function)
            {
                look(parsed.slice(&test.bytes));
            }
        }
    }
    Ok(named)
}
