//! GitLab code quality: a list of `description`, `check_name`, `severity` and `location`.
//!
//! Does not catch: several places of one issue; the first is told.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Parsed, at, placed, position, text};
use crate::tools::diagnostic::Severity;

pub(super) fn parse(output: &str, rule_in_message: bool) -> Result<Parsed> {
    let document: Value = serde_json::from_str(output).context("its output is no JSON")?;
    let issues = document
        .as_array()
        .context("its output is no list of issues")?;
    let mut diagnostics = Vec::new();
    for issue in issues {
        let location = |keys: &str| at(issue, "location").and_then(|value| at(value, keys));
        let number = |keys: &str| position(location(keys), 1);
        let line = number("positions.begin.line")
            .or_else(|| number("lines.begin.line"))
            .or_else(|| number("lines.begin"));
        let end_line = number("positions.end.line")
            .or_else(|| number("lines.end.line"))
            .or_else(|| number("lines.end"));
        let mut found = placed(
            text(location("path")),
            (line, number("positions.begin.column")),
            (end_line, number("positions.end.column")),
        );
        found.rule = text(issue.get("check_name"));
        found.message = text(issue.get("description"));
        ensure!(
            !found.message.is_empty() && !found.path.is_empty(),
            "an issue of its output has no description or no path"
        );
        if rule_in_message
            && let Some(rest) = found.message.strip_prefix(&format!("{}: ", found.rule))
        {
            found.message = rest.to_owned();
        }
        found.severity = Severity::of(&text(issue.get("severity")));
        diagnostics.push(found);
    }
    Ok(Parsed {
        diagnostics,
        ..Parsed::default()
    })
}
