//! Comments that silence a finding. They count only when base had them on the same line: a comment
//! that the change adds silences nothing, and the finding says so. One that silences nothing any more is
//! itself told.
//!
//! A comment that names ids silences the rules that they stand for, and no other: bandit's (`B608`), ruff's
//! (`S608`) and the last segment of semgrep's (`lang.security.formatted-sql-query`) stand in the `aliases` of a
//! rule, our own are the rule's id. The aliases of semgrep are those whose annotated lines the rule finds, for
//! the same weakness.
//!
//! Does not catch: that a comment of another tool is of use to that tool, where ours finds nothing. So only
//! those are told that base had.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::change::{File, Side};
use crate::finding::Finding;
use crate::language::Parsed;
use crate::rule::Rule;
use crate::rule::compile::Engine;

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:nosec\b(?::?\s*(?P<nosec>B\d{3}(?:[,\s]+B\d{3})*))?",
        r"|(?P<above>nosem(?:grep)?)\b(?::\s*(?P<semgrep>[\w.-]+(?:\s*,\s*[\w.-]+)*))?",
        r"|noqa:\s*(?P<noqa>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)",
        r"|draftgate:\s*allow\[(?P<own>[a-z0-9-]+)\]\s*(?P<reason>\S.*)?)",
    ))
    .ok()
});

/// One comment.
struct Mark {
    /// What it names; empty is everything.
    names: Vec<String>,
    text: String,
    /// It is ours.
    own: bool,
    /// It may stand on the line above.
    above: bool,
    /// The bytes of the comment.
    bytes: std::ops::Range<usize>,
    used: bool,
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
        let words = ["nosec", "nosem", "noqa", "draftgate:"];
        let any = words.iter().any(|word| text.contains(word));
        if any && let Some(pattern) = MARK.as_ref() {
            for comment in &parsed.facts().comments {
                let text = parsed.slice(&comment.bytes);
                for found in pattern.captures_iter(text) {
                    let own = found.name("own").is_some();
                    // Without a reason it is no decision.
                    if own && found.name("reason").is_none() {
                        continue;
                    }
                    let mut names = Vec::new();
                    for group in ["nosec", "semgrep", "noqa", "own"] {
                        let list = found.name(group).map_or("", |part| part.as_str());
                        let ids = list.split([',', ' ']).filter(|id| !id.is_empty());
                        // Of a dotted id the last segment: the rest is the folder of the rule file.
                        names.extend(ids.map(|id| id.rsplit('.').next().unwrap_or(id).to_owned()));
                    }
                    let whole = found.get(0).map_or("", |whole| whole.as_str());
                    marks.entry(comment.line).or_default().push(Mark {
                        names,
                        text: whole.trim().to_owned(),
                        own,
                        above: own || found.name("above").is_some(),
                        bytes: comment.bytes.clone(),
                        used: false,
                    });
                }
            }
        }
        Self { side, marks }
    }

    /// Takes out what a comment of base silences; says of the others that theirs does not count.
    pub(super) fn apply(&mut self, engine: &Engine, file: &File, findings: &mut Vec<Finding>) {
        if self.marks.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let lines = [
                finding.line,
                finding.line.saturating_sub(1),
                finding.end_line,
            ];
            for (at, line) in lines.into_iter().enumerate() {
                for mark in self.marks.get_mut(&line).into_iter().flatten() {
                    let named = mark
                        .names
                        .iter()
                        .any(|name| stands_for(engine, name, &finding.rule));
                    if !(named || mark.names.is_empty()) || (at == 1 && !mark.above) {
                        continue;
                    }
                    mark.used = true;
                    if !added(file, self.side, line) {
                        return false;
                    }
                    finding.message.push_str(&format!(
                        "; the comment `{}` that this change adds does not count",
                        mark.text
                    ));
                    *finding = finding.clone().with("suppression", mark.text.clone());
                    return true;
                }
            }
            true
        });
    }

    /// Comments that name rules of ours and silenced nothing, after [`Suppressions::apply`].
    pub(super) fn unused(
        &self,
        engine: &Engine,
        rule: &Rule,
        file: &File,
        parsed: &Parsed,
    ) -> Vec<Finding> {
        let path = file.path_on(self.side);
        let mut findings = Vec::new();
        for marks in self.marks.values() {
            for mark in marks.iter().filter(|mark| !mark.used) {
                let known = |name: &String| {
                    let mut rules = engine.rules.iter();
                    rules.any(|rule| stands_for(engine, name, &rule.rule.id))
                };
                let ours = !mark.names.is_empty() && mark.names.iter().all(known);
                let old = file
                    .text(Side::Base)
                    .is_some_and(|text| text.contains(&mark.text));
                if !ours || !(mark.own || old) {
                    continue;
                }
                let message = format!("the comment `{}` silences nothing", mark.text);
                let place = parsed.place_of(mark.bytes.clone());
                findings.push(rule.finding(self.side, path, place, message));
            }
        }
        findings
    }
}

/// Whether an id in a comment stands for a rule.
fn stands_for(engine: &Engine, name: &str, rule: &str) -> bool {
    name == rule
        || engine
            .rules
            .iter()
            .filter(|compiled| compiled.rule.id == rule)
            .any(|compiled| compiled.aliases.iter().any(|alias| alias == name))
}

/// Whether the change brought a line in.
fn added(file: &File, side: Side, line: u32) -> bool {
    let row = line.saturating_sub(1);
    side == Side::Head && file.touches(Side::Head, row..row + 1)
}
