//! JSON whose fields the adapter or the policy names.
//!
//! Does not catch: lists of findings inside records (ESLint); those have a form of their own.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{at, placed, position, text};
use crate::tools::diagnostic::{Diagnostic, Severity};

/// What the records look like.
pub(super) struct Shape<'a> {
    pub(super) records: &'a str,
    pub(super) fields: &'a BTreeMap<String, String>,
    pub(super) first: (i64, i64),
}

impl Shape<'_> {
    /// One record a line; lines that are no JSON objects are an error, for half a line is a lost finding.
    pub(super) fn lines(&self, output: &str) -> Result<Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        for (number, line) in (1..).zip(output.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let record: Value = serde_json::from_str(line)
                .with_context(|| format!("line {number} of its output is no JSON"))?;
            diagnostics.push(self.record(&record)?);
        }
        Ok(diagnostics)
    }

    /// One document, and the number of files that it says were looked at.
    pub(super) fn document(
        &self,
        output: &str,
        checked: &str,
    ) -> Result<(Vec<Diagnostic>, Option<u64>)> {
        let document: Value = serde_json::from_str(output).context("its output is no JSON")?;
        let records = at(&document, self.records)
            .and_then(Value::as_array)
            .with_context(|| format!("its output has no list {:?}", self.records))?;
        let diagnostics = records
            .iter()
            .map(|record| self.record(record))
            .collect::<Result<_>>()?;
        let checked = match checked {
            "" => None,
            keys => at(&document, keys).and_then(Value::as_u64),
        };
        Ok((diagnostics, checked))
    }

    fn record(&self, record: &Value) -> Result<Diagnostic> {
        ensure!(record.is_object(), "a record of its output is no object");
        let field = |name: &str| self.fields.get(name).and_then(|keys| at(record, keys));
        let (line, column) = self.first;
        let mut diagnostic = placed(
            text(field("path")),
            (
                position(field("line"), line),
                position(field("column"), column),
            ),
            (
                position(field("end-line"), line),
                position(field("end-column"), column),
            ),
        );
        diagnostic.rule = text(field("rule"));
        diagnostic.message = text(field("message"));
        diagnostic.docs = text(field("docs"));
        if let Some(word) = field("severity") {
            diagnostic.severity = Severity::of(&text(Some(word)));
        }
        ensure!(
            !(diagnostic.message.is_empty() && diagnostic.path.is_empty()),
            "a record of its output has neither path nor message: the fields are other ones"
        );
        Ok(diagnostic)
    }
}
