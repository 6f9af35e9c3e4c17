//! What an examination says: the finding of a diagnostic, the line that names the tool, the command that shows it
//! again.
//!
//! Does not catch: what [`super`] does not.

use super::Examination;
use crate::change::Side;
use crate::finding::{Finding, Introduced, Level, Place as At, Severity as Weight};
use crate::tools::adapter::Adapter;
use crate::tools::diagnostic::{Diagnostic, Severity};
use crate::tools::locate::Located;
use crate::tools::message;
use crate::tools::run::{Place, arguments};

impl Examination<'_> {
    /// Which tool it was: version, place, interpreter.
    pub(super) fn tool_line(
        &self,
        adapter: &Adapter,
        located: &Located,
        _: &Place,
        name: &str,
    ) -> String {
        let number = match located.number() {
            "" => String::new(),
            number => format!(" {number}"),
        };
        let python = match located.python() {
            Some(version) if adapter.check == "types" => format!(" with Python {version}"),
            _ => String::new(),
        };
        let name = name.replacen(&adapter.name, &format!("{}{number}", adapter.name), 1);
        format!("{}: {name} from {}{python}", self.check.name, located.place)
    }

    /// The command that shows a finding again.
    pub(super) fn command(&self, adapter: &Adapter, place: &Place) -> String {
        let words: Vec<String> = if adapter.shown.is_empty() {
            let arguments = arguments(adapter, &place.targets);
            std::iter::once(adapter.program.clone())
                .chain(arguments)
                .collect()
        } else {
            let shown = adapter.shown.split(' ').map(str::to_owned);
            shown.chain(place.targets.iter().cloned()).collect()
        };
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let line = words.join(" ");
        if place.folder.is_empty() {
            line
        } else {
            format!("cd {} && {line}", quoted(&place.folder))
        }
    }

    pub(super) fn found(
        &self,
        adapter: &Adapter,
        found: &Diagnostic,
        how: Introduced,
        command: &str,
    ) -> Finding {
        let at = At {
            line: found.line,
            column: found.column,
            end_line: found.end_line,
            end_column: found.end_column,
        };
        let mut message = found.message.clone();
        if how == Introduced::Worse {
            message.push_str(" (worse than at base)");
        }
        let mut finding = self
            .check
            .finding
            .finding(Side::Head, &found.path, at, message);
        finding.anchor = Some(message::normal(&found.message));
        finding.introduced = how;
        if !found.rule.is_empty() {
            finding.rule.clone_from(&found.rule);
        }
        if !found.docs.is_empty() {
            finding.docs.clone_from(&found.docs);
        }
        if found.severity != Severity::Error || how == Introduced::Worse {
            finding.level = Level::Note;
            finding.severity = Weight::Low;
        }
        command.clone_into(&mut finding.reproduce);
        finding.with("tool", adapter.name.as_str())
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
