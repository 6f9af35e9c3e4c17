//! ESLint's own JSON: a list of files, each with its messages.
//!
//! Does not catch: messages that a processor of a plugin moved to a place that is not in the file.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Parsed, placed, position, text};
use crate::tools::adapter::Columns;
use crate::tools::diagnostic::Severity;

pub(super) fn parse(output: &str) -> Result<Parsed> {
    let document: Value = serde_json::from_str(output).context("its output is no JSON")?;
    let files = document
        .as_array()
        .context("its output is no list of files")?;
    let mut diagnostics = Vec::new();
    for file in files {
        let messages = file
            .get("messages")
            .and_then(Value::as_array)
            .context("a file of its output has no list of messages")?;
        for message in messages {
            let number = |key: &str| position(message.get(key), 1);
            let mut found = placed(
                text(file.get("filePath")),
                (number("line"), number("column")),
                (number("endLine"), number("endColumn")),
            );
            found.rule = text(message.get("ruleId"));
            found.message = text(message.get("message"));
            found.severity = match message.get("severity").and_then(Value::as_u64) {
                Some(1) => Severity::Warning,
                _ => Severity::Error,
            };
            if !found.rule.is_empty() && !found.rule.contains('/') {
                found.docs = format!("https://eslint.org/docs/latest/rules/{}", found.rule);
            }
            diagnostics.push(found);
        }
    }
    Ok(Parsed {
        diagnostics,
        checked: Some(files.len() as u64),
        columns: Columns::Utf16,
        ..Parsed::default()
    })
}
