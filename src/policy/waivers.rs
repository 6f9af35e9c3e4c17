//! Waivers: a human's decision on one finding, `[[waivers]]`.
//!
//! A waiver counts only when it is on the base already: a change cannot waive its own findings. There
//! is no clock: `until` is compared with the newest committer date among base and head commit, so that
//! a run gives the same answer on every day, and a change that back-dates its commits cannot revive a
//! waiver that base's date has passed.
//!
//! Does not catch: a waiver that expires while base stands still; the next commit on base ends it.

use super::document::Waiver;
use crate::day::Day;
use crate::finding::{Finding, Waived};

/// The waivers that count.
#[derive(Clone, Debug, Default)]
pub(super) struct Waivers {
    holding: Vec<Waiver>,
}

impl Waivers {
    /// Those that have not expired, and a remark on each that has.
    pub(super) fn new(all: &[Waiver], as_of: Option<Day>) -> (Self, Vec<String>) {
        let mut remarks = Vec::new();
        let mut holding = Vec::new();
        for waiver in all {
            match (waiver.until, as_of) {
                (Some(until), Some(day)) if day > until => remarks.push(format!(
                    "the waiver of {} for {} does not count: it ended on {until}",
                    waiver.rule, waiver.fingerprint
                )),
                _ => holding.push(waiver.clone()),
            }
        }
        (Self { holding }, remarks)
    }

    pub(super) fn of(&self, finding: &Finding) -> Option<Waived> {
        let waiver = self.holding.iter().find(|waiver| covers(waiver, finding))?;
        Some(Waived {
            reason: waiver.reason.clone(),
            approved_by: waiver.approved_by.clone(),
            until: waiver.until.map(|day| day.to_string()),
        })
    }

    /// A remark where waivers matched none of these findings.
    pub(super) fn idle(&self, findings: &[Finding]) -> Option<String> {
        let idle: Vec<String> = self
            .holding
            .iter()
            .filter(|waiver| !findings.iter().any(|finding| covers(waiver, finding)))
            .map(|waiver| format!("{} ({})", waiver.fingerprint, waiver.rule))
            .collect();
        let what = match idle.len() {
            0 => return None,
            1 => "a waiver matches",
            _ => "waivers match",
        };
        Some(format!(
            "{what} nothing in this change: {}",
            idle.join(", ")
        ))
    }
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    waiver.fingerprint == finding.fingerprint && waiver.rule == finding.rule
}
