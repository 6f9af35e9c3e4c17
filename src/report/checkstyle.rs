//! Checkstyle XML: what older CI servers read.
//!
//! An obstacle, a broken check, or what of the floor did not run has no file, and Checkstyle nothing without one: it stands under the
//! file name `draftgate`.
//!
//! Does not catch: what the format has no word for: waivers, the ledger, the end of a place.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::words::{level, of_the_whole};
use super::xml::escaped;
use crate::finding::{Finding, Level};
use crate::trace::Trace;
use crate::verdict::{Decision, Verdict};

pub(super) fn render(trace: &Trace, decision: &Decision) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in trace.judged.findings.iter().filter(|f| f.counts()) {
        files.entry(&finding.path).or_default().push(finding);
    }
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    if decision.verdict == Verdict::CouldNotJudge {
        let _ = writeln!(
            xml,
            "  <file name=\"draftgate\">\n    <error line=\"1\" severity=\"error\" message=\"{}\" source=\"draftgate.could-not-judge\"/>\n  </file>",
            escaped(&decision.reasons.join("\n"))
        );
    }
    let whole = of_the_whole(&trace.judged);
    if !whole.is_empty() {
        xml.push_str("  <file name=\"draftgate\">\n");
        for entry in &whole {
            let severity = if entry.escalates { "warning" } else { "info" };
            let _ = writeln!(
                xml,
                "    <error line=\"1\" severity=\"{severity}\" message=\"{}\" source=\"draftgate.{}\"/>",
                escaped(&entry.text),
                entry.id
            );
        }
        xml.push_str("  </file>\n");
    }
    for (path, findings) in files {
        let _ = writeln!(xml, "  <file name=\"{}\">", escaped(path));
        for finding in findings {
            let severity = match finding.level {
                Level::Block => "error",
                Level::Escalate => "warning",
                Level::Note => "info",
            };
            let message = format!(
                "{}\n{}: {}",
                finding.message,
                level(finding.level),
                finding.fix
            );
            let _ = writeln!(
                xml,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"draftgate.{}\"/>",
                finding.line,
                finding.column,
                escaped(&message),
                escaped(&finding.rule)
            );
        }
        xml.push_str("  </file>\n");
    }
    xml.push_str("</checkstyle>\n");
    xml
}
