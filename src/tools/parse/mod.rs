//! Output of tools into [`Diagnostic`]s: one file a form.
//!
//! A form that demands a document and has none, or half of one, is an error: nothing said and nothing found
//! are not the same. Paths are left as the tool wrote them; [`super::run`] makes them the repository's.
//!
//! Does not catch: a document that is whole and leaves out findings.

mod cargo;
mod eslint;
mod gitlab;
mod json;
mod lines;
mod sarif;

use anyhow::Result;
use serde_json::Value;

use super::adapter::{Columns, Format};
use super::diagnostic::{Diagnostic, Packages, Severity};

/// What was read.
#[derive(Debug, Default)]
pub struct Parsed {
    /// What the tool said.
    pub diagnostics: Vec<Diagnostic>,
    /// How many files it says it looked at.
    pub checked: Option<u64>,
    /// The packages that it looked at, where it says so.
    pub packages: Option<Packages>,
    /// What it made of them: absolute paths.
    pub artifacts: Vec<String>,
    /// What its columns count, where that is still to be turned into characters.
    pub columns: Columns,
}

/// Reads output.
///
/// # Errors
/// Where the output is not in this form.
pub fn parse(format: &Format, output: &str) -> Result<Parsed> {
    match format {
        Format::Json {
            lines,
            records,
            fields,
            first,
            columns,
            checked,
        } => {
            let shape = json::Shape {
                records,
                fields,
                first: *first,
            };
            let (diagnostics, checked) = if *lines {
                (shape.lines(output)?, None)
            } else {
                shape.document(output, checked)?
            };
            Ok(Parsed {
                diagnostics,
                checked,
                columns: *columns,
                ..Parsed::default()
            })
        }
        Format::Cargo => cargo::parse(output),
        Format::Eslint => eslint::parse(output),
        Format::Gitlab { rule_in_message } => gitlab::parse(output, *rule_in_message),
        Format::Sarif => sarif::parse(output),
        Format::Regex { pattern } => lines::parse(output, pattern),
        Format::ExitCode => Ok(Parsed::default()),
    }
}

/// Whether the form demands a document even where nothing was found.
pub fn demands_document(format: &Format) -> bool {
    match format {
        Format::Json { lines, .. } => !lines,
        Format::Cargo | Format::Eslint | Format::Gitlab { .. } | Format::Sarif => true,
        Format::Regex { .. } | Format::ExitCode => false,
    }
}

pub use cargo::{compiled, declares};

/// The value under dotted keys.
fn at<'a>(value: &'a Value, keys: &str) -> Option<&'a Value> {
    if keys.is_empty() {
        return Some(value);
    }
    keys.split('.').try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => value.get(key),
    })
}

/// A text or a number as text; empty where there is none.
fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A position whose first one is `first`, 1-based; none where it is missing or no position.
fn position(value: Option<&Value>, first: i64) -> Option<u32> {
    let number = value?.as_i64()?;
    u32::try_from(number.checked_sub(first)?.checked_add(1)?)
        .ok()
        .filter(|position| *position > 0)
}

/// A diagnostic from a line and column that may be missing, and an end that may be.
fn placed(
    path: String,
    start: (Option<u32>, Option<u32>),
    end: (Option<u32>, Option<u32>),
) -> Diagnostic {
    let (line, column) = (start.0.unwrap_or(1), start.1.unwrap_or(1));
    let end_line = end.0.unwrap_or(line).max(line);
    let mut end_column = end.1.unwrap_or(column);
    if end_line == line {
        end_column = end_column.max(column);
    }
    Diagnostic {
        path,
        line,
        column,
        end_line,
        end_column,
        rule: String::new(),
        severity: Severity::Error,
        message: String::new(),
        docs: String::new(),
    }
}
