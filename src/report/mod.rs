//! Reports: one file a format, and no decision in any of them.
//!
//! A report is made from the trace and the decision alone, so that `draftgate replay` makes the same
//! bytes. Repository text is hostile in all of them: it may not move a cursor, forge a line or become
//! a command of the reader.
//!
//! Add a format: a file here, a variant of [`Format`], a line in [`Format::ALL`] and in [`render`].

mod agent;
mod checkstyle;
pub mod github;
mod gitlab;
pub(crate) mod json;
mod junit;
mod markdown;
pub mod progress;
mod rdjson;
mod sarif;
pub mod style;
pub(crate) mod text;
mod unchecked;
mod words;
mod xml;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};

pub use style::Style;

use crate::files;
use crate::trace::Trace;
use crate::verdict::Decision;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For machines; schema 1.
    Json,
    /// SARIF 2.1.0, as GitHub code scanning takes it.
    Sarif,
    /// Annotations of GitHub Actions: workflow commands.
    Github,
    /// Markdown, as GitHub and GitLab show it.
    Markdown,
    /// For a coding agent: at most 4 kB, the worst ten.
    Agent,
    /// GitLab code quality.
    Gitlab,
    /// JUnit XML: a test case a check.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// reviewdog's rdjson.
    Rdjson,
}

impl Format {
    /// All formats.
    pub const ALL: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Markdown,
        Format::Agent,
        Format::Gitlab,
        Format::Junit,
        Format::Checkstyle,
        Format::Rdjson,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Markdown => "markdown",
            Format::Agent => "agent",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Checkstyle => "checkstyle",
            Format::Rdjson => "rdjson",
        }
    }
}

impl FromStr for Format {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        if let Some(format) = Format::ALL.iter().find(|format| format.name() == name) {
            return Ok(*format);
        }
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        bail!(
            "no report format is called {:?}; there are {}",
            crate::text::visible(name),
            names.join(", ")
        )
    }
}

/// One report that was asked for: `FORMAT`, or `FORMAT=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// Where it goes; none is standard output.
    pub file: Option<PathBuf>,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            format: Format::Text,
            file: None,
        }
    }
}

impl FromStr for Output {
    type Err = anyhow::Error;

    fn from_str(argument: &str) -> Result<Self> {
        let (format, file) = match argument.split_once('=') {
            Some((_, "")) => bail!("no file after `=`; leave `=` out for standard output"),
            Some((format, "-")) => (format, None),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (argument, None),
        };
        Ok(Self {
            format: format.parse()?,
            file,
        })
    }
}

/// The report in a format, line end included.
///
/// # Errors
/// None in practice: everything in a trace has a form in every format.
pub fn render(format: Format, trace: &Trace, decision: &Decision, style: Style) -> Result<String> {
    match format {
        Format::Text => Ok(text::render(trace, decision, style)),
        Format::Json => json::render(trace, decision),
        Format::Sarif => sarif::render(trace, decision),
        Format::Github => Ok(github::render(trace, decision)),
        Format::Markdown => Ok(markdown::render(trace, decision)),
        Format::Agent => Ok(agent::render(trace, decision)),
        Format::Gitlab => gitlab::render(trace, decision),
        Format::Junit => Ok(junit::render(trace, decision)),
        Format::Checkstyle => Ok(checkstyle::render(trace, decision)),
        Format::Rdjson => rdjson::render(trace, decision),
    }
}

/// Writes the reports that go to files, and gives back the one for standard output; none asked for is
/// `text` there. `style` is standard output's: files get all of it, without colours. `tree`: the top of the tree that is
/// judged, in which no link is followed.
///
/// # Errors
/// Where two reports want standard output, or a file cannot be written.
pub fn deliver(
    outputs: &[Output],
    trace: &Trace,
    decision: &Decision,
    style: Style,
    tree: Option<&Path>,
) -> Result<String> {
    if outputs
        .iter()
        .filter(|output| output.file.is_none())
        .count()
        > 1
    {
        bail!("two reports want standard output; give one of them a file: `--report FORMAT=FILE`");
    }
    let default = [Output::default()];
    let outputs = if outputs.is_empty() {
        &default
    } else {
        outputs
    };
    let mut printed = String::new();
    for output in outputs {
        match &output.file {
            None => printed = render(output.format, trace, decision, style)?,
            Some(file) => {
                let report = render(output.format, trace, decision, Style::PLAIN)?;
                files::deliver(tree, file, report.as_bytes()).with_context(|| {
                    format!(
                        "cannot write the {} report to {}",
                        output.format.name(),
                        file.display()
                    )
                })?;
            }
        }
    }
    Ok(printed)
}
