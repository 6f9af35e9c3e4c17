//! Calls with effects that a function made at base and, still there, makes no more.
//!
//! Does not catch: an effect that was moved into a function of an unchanged file, which is told all the same;
//! calls whose result is used.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::RULES;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::syntax::{Definition, DefinitionKind, Language, Parsed};

/// Last words of names whose call is an effect that somebody relies on.
const STRONG: &[&str] = &[
    "save",
    "commit",
    "close",
    "flush",
    "release",
    "unlock",
    "audit",
    "notify",
    "validate",
    "rollback",
    "verify",
    "authorize",
    "authenticate",
    "fsync",
    "sync_all",
    "sync_data",
    "revoke",
    "invalidate",
    "sanitize",
    "check_permissions",
    "check_permission",
    "raise_for_status",
    "full_clean",
    "clean_up",
    "persist",
];

/// How often each name is called in the changed files of the two sides.
pub(super) struct Totals {
    counts: BTreeMap<String, (usize, usize)>,
}

impl Totals {
    /// Counts.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for file in &context.change.files {
            for side in [Side::Base, Side::Head] {
                let tree = file
                    .blob(side)
                    .and_then(|blob| context.trees.of(file.path_on(side), blob));
                for call in tree.iter().flat_map(|tree| {
                    tree.facts()
                        .calls
                        .iter()
                        .map(move |call| tree.slice(&call.name))
                }) {
                    let count = counts.entry(call.to_owned()).or_default();
                    if side == Side::Base {
                        count.0 += 1;
                    } else {
                        count.1 += 1;
                    }
                }
            }
        }
        Self { counts }
    }

    fn is_fewer(&self, name: &str) -> bool {
        self.counts
            .get(name)
            .is_some_and(|(base, head)| head < base)
    }
}

pub(super) fn look(
    file: &File,
    base: &Parsed,
    head: &Parsed,
    totals: &Totals,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let after = functions(head);
    for (name, before) in functions(base) {
        let Some(now) = after.get(&name) else {
            continue;
        };
        let (old, new) = (statements(base, before), statements(head, now));
        let (old_lines, new_lines) = (lines(base, before), lines(head, now));
        let kept = old_lines
            .iter()
            .filter(|line| new_lines.contains(*line))
            .count();
        // What is left must be the same function: most of it, and more than its header.
        if kept < 2 || kept * 2 < old_lines.len() {
            continue;
        }
        for (callee, (count, bytes)) in &old {
            let word = callee.rsplit(['.', ':']).next().unwrap_or(callee);
            let strong = STRONG.contains(&word)
                || word.starts_with("check_")
                || word.starts_with("validate_")
                || word.starts_with("verify_")
                || word.starts_with("require_");
            let left = new.get(callee).map_or(0, |(count, _)| *count);
            if left >= *count || !strong || !totals.is_fewer(word) || replaced(head, now, word) {
                continue;
            }
            let place = base.place_of(bytes.clone());
            let row = place.line.saturating_sub(1);
            if !file.touches(Side::Base, row..row + 1) {
                continue;
            }
            let message = format!(
                "`{name}` no longer calls `{callee}`, and nothing in the change does so in its place"
            );
            found.push(
                RULES
                    .get("dropped-call")?
                    .finding(Side::Base, file.base_path(), place, message)
                    .with("callee", callee.clone()),
            );
        }
    }
    Ok(())
}

/// The functions of a file that have a name of their own.
fn functions(parsed: &Parsed) -> BTreeMap<String, &Definition> {
    let mut found = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for definition in &parsed.facts().definitions {
        let counts = definition.kind == DefinitionKind::Function
            && definition.body.is_some()
            && !definition.in_test;
        if counts
            && found
                .insert(definition.qualified.clone(), definition)
                .is_some()
        {
            twice.insert(definition.qualified.clone());
        }
    }
    found.retain(|name, _| !twice.contains(name));
    found
}

type Statements = BTreeMap<String, (usize, std::ops::Range<usize>)>;

/// The calls of a function that stand alone as a statement: callee to count and first place.
fn statements(parsed: &Parsed, definition: &Definition) -> Statements {
    let mut found = Statements::new();
    let Some(body) = &definition.body else {
        return found;
    };
    for call in &parsed.facts().calls {
        if call.is_macro || call.bytes.start < body.start || call.bytes.end > body.end {
            continue;
        }
        let end = parsed.source.get(call.bytes.end..).unwrap_or_default();
        let start = parsed.source.get(..call.bytes.start).unwrap_or_default();
        let begins = start.trim_end_matches([' ', '\t']);
        let begins = begins
            .strip_suffix("await")
            .unwrap_or(begins)
            .trim_end_matches([' ', '\t']);
        let alone_before = begins.ends_with(['\n', '{', ';', ':', '}']);
        let after = end.trim_start_matches([' ', '\t']);
        let alone_after = match parsed.language {
            Language::Python => after.is_empty() || after.starts_with(['\n', '#', ';', '\r']),
            Language::Rust => after.starts_with([';', '?']) || after.starts_with(".await"),
        };
        if alone_before && alone_after {
            let callee: String = parsed.slice(&call.callee).split_whitespace().collect();
            let entry = found.entry(callee).or_insert((0, call.bytes.clone()));
            entry.0 += 1;
        }
    }
    found
}

/// The lines of a function, blanks folded.
fn lines(parsed: &Parsed, definition: &Definition) -> BTreeSet<String> {
    parsed
        .slice(&definition.bytes)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

/// Whether the function at head does it in another way: the name is still called in it, or a context manager
/// or a guard does the closing.
fn replaced(parsed: &Parsed, definition: &Definition, word: &str) -> bool {
    let text = parsed.slice(&definition.bytes);
    let closes = matches!(
        word,
        "close" | "release" | "unlock" | "flush" | "commit" | "rollback"
    );
    text.contains(&format!("{word}("))
        || closes
            && (text.contains("with ") || text.contains("drop(") || text.contains("ExitStack"))
}
