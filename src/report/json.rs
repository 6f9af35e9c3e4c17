//! The JSON report, schema 1: for machines, and the source from which other tools render.
//!
//! Keys stand in the order of the structs; additions bump the documentation, nothing is renamed.
//! Characters that could act on a terminal or hide stand as `\uXXXX`, which means the same to every
//! reader of JSON.

use anyhow::Result;
use serde::Serialize;

use crate::coverage::summary::Summary;
use crate::finding::Finding;
use crate::finding::judgement::{ChangeSummary, CheckOutcome, LedgerEntry, PolicyIdentity};
use crate::floor::Floor;
use crate::json::pretty;
use crate::trace::Trace;
use crate::unread::{self, Group};
use crate::verdict::{Decision, Verdict};

/// Format of the report.
const SCHEMA: u32 = 1;

/// The JSON report of draftgate, schema 1.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Report<'a> {
    schema: u32,
    draftgate: &'a str,
    change: &'a ChangeSummary,
    policy: &'a PolicyIdentity,
    verdict: Verdict,
    reasons: &'a [String],
    floor: Floor,
    unread: Vec<Group<'a>>,
    findings: &'a [Finding],
    checks: &'a [CheckOutcome],
    ledger: &'a [LedgerEntry],
    remarks: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: &'a Option<Summary>,
}

pub(super) fn render(trace: &Trace, decision: &Decision) -> Result<String> {
    let judged = &trace.judged;
    pretty(&Report {
        schema: SCHEMA,
        draftgate: &trace.draftgate,
        change: &judged.change,
        policy: &judged.policy,
        verdict: decision.verdict,
        reasons: &decision.reasons,
        floor: Floor::of(judged),
        unread: unread::groups(&judged.ledger),
        findings: &judged.findings,
        checks: &judged.checks,
        ledger: &judged.ledger,
        remarks: &judged.remarks,
        coverage: &judged.coverage,
    })
}
