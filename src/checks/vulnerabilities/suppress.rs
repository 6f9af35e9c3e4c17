//! Comments that silence a finding. They count only when base had them on the same line: a comment
//! that the change adds silences nothing, and the finding says so.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::change::{File, Side};
use crate::finding::Finding;
use crate::rule::compile::Engine;
use crate::syntax::Parsed;

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:(?P<nosec>nosec)\b(?::?\s*(?P<ids>B\d{3}(?:[,\s]+B\d{3})*))?|(?P<semgrep>nosemgrep)\b|noqa:\s*(?P<codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)|draftgate:\s*allow\[(?P<rule>[a-z0-9-]+)\]\s*(?P<reason>\S.*)?)",
    )
    .ok()
});

/// One comment.
struct Mark {
    /// What it names; empty is everything.
    names: Vec<String>,
    text: String,
}

/// The comments of a file, by 1-based line.
pub(super) struct Suppressions {
    side: Side,
    marks: BTreeMap<u32, Vec<Mark>>,
}

impl Suppressions {
    pub(super) fn read(file: &File, side: Side, parsed: &Parsed) -> Self {
        let mut marks: BTreeMap<u32, Vec<Mark>> = BTreeMap::new();
        let text = file.text(side).unwrap_or_default();
        let words = ["nosec", "nosemgrep", "noqa", "draftgate:"];
        let any = words.iter().any(|word| text.contains(word));
        if let (true, Some(pattern)) = (any, MARK.as_ref()) {
            for comment in &parsed.facts().comments {
                let text = parsed.slice(&comment.bytes);
                for found in pattern.captures_iter(text) {
                    let list = |name: &str| -> Vec<String> {
                        let text = found.name(name).map_or("", |part| part.as_str());
                        text.split([',', ' '])
                            .filter(|id| !id.is_empty())
                            .map(str::to_owned)
                            .collect()
                    };
                    let own = found.name("rule").map(|rule| rule.as_str().to_owned());
                    // Without a reason it is no decision.
                    if own.is_some() && found.name("reason").is_none() {
                        continue;
                    }
                    let mut names = list("ids");
                    names.extend(list("codes"));
                    names.extend(own);
                    let whole = found.get(0).map_or("", |whole| whole.as_str()).to_owned();
                    marks
                        .entry(comment.line)
                        .or_default()
                        .push(Mark { names, text: whole });
                }
            }
        }
        Self { side, marks }
    }

    /// Takes out what a comment of base silences; says of the others that theirs does not count.
    pub(super) fn apply(&self, engine: &Engine, file: &File, findings: &mut Vec<Finding>) {
        if self.marks.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let compiled = engine
                .rules
                .iter()
                .find(|rule| rule.rule.id == finding.rule);
            let aliases: &[String] = compiled.map_or(&[], |rule| &rule.aliases);
            let lines = [
                finding.line,
                finding.line.saturating_sub(1),
                finding.end_line,
            ];
            for (at, line) in lines.into_iter().enumerate() {
                for mark in self.marks.get(&line).map_or(&[][..], Vec::as_slice) {
                    let own = mark.text.contains("allow[");
                    let named = mark.names.iter().any(|name| {
                        *name == finding.rule || aliases.iter().any(|alias| alias == name)
                    });
                    let everything = mark.names.is_empty();
                    // Only our own may stand on the line above.
                    if !(named || everything) || (at == 1 && !own) {
                        continue;
                    }
                    let row = line.saturating_sub(1);
                    let added = self.side == Side::Head && file.touches(Side::Head, row..row + 1);
                    if !added {
                        return false;
                    }
                    finding.message.push_str(&format!(
                        "; the comment `{}` that this change adds does not count",
                        mark.text.trim()
                    ));
                    *finding = finding.clone().with("suppression", mark.text.trim());
                    return true;
                }
            }
            true
        });
    }
}
