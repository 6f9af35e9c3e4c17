//! Reports: one file a format, and no decision in any of them.
//!
//! A report is made from the trace and the decision alone, so that `draftgate replay` makes the same
//! bytes. Repository text is hostile in all of them: it may not move a cursor, forge a line or become
//! a command of the reader.

use crate::trace::Trace;
use crate::verdict::Decision;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For machines; schema 1.
    Json,
}

/// How a text report may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are wanted.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

/// The report in a format, line end included.
pub fn render(_format: Format, _trace: &Trace, decision: &Decision, _style: Style) -> String {
    format!("{:?}\n", decision.verdict)
}
