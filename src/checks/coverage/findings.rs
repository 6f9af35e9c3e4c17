//! From classes to findings, with the names of lines and functions.
//!
//! Does not catch: a lost line that holds no code of its own (a closing brace): producers do not agree on
//! those, and nothing can be tested there.

use std::collections::BTreeMap;

use anyhow::Result;

use super::compare::Compared;
use super::lost::{lost, not_measured};
use super::texts::{Text, Texts, carries_code, of_symbol};
use crate::change::{Side, Status};
use crate::checks::Context;
use crate::coverage::classes::Class;
use crate::coverage::summary::Summary;
use crate::finding::{Finding, Level, Place};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::rule::built_in::coverage as rules;
use crate::text::visible;

/// Findings of one rule that stand alone; what is over goes into the last one's message.
const MOST: usize = 20;

pub(super) fn find(
    context: &Context<'_>,
    compared: &[Compared<'_>],
    shown: &Summary,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let texts = Texts { context };
    for file in compared {
        lost(&texts, file, findings)?;
        not_measured(&texts, file, shown, findings)?;
        edited_untested(&texts, file, findings)?;
        excluded_ran(&texts, file, findings)?;
        let whole = uncovered_functions(&texts, file, findings)?;
        uncovered(&texts, file, shown, &whole, findings)?;
    }
    total(context, compared, shown, findings)
}

/// New lines that are excluded, and that a test ran all the same.
fn excluded_ran(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    if file.excluded_and_ran.is_empty() {
        return Ok(());
    }
    let Some(text) = texts.of(Side::Head, &file.path)? else {
        return Ok(());
    };
    for (symbol, lines) in text.by_symbol(file.excluded_and_ran.iter().copied()) {
        let (ranges, listed) = text.listed(&lines);
        let Some((first, last)) = ranges.first().copied() else {
            continue;
        };
        let verb = if lines.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{listed}{} {verb} excluded from coverage, and a test ran {}",
            of_symbol(&symbol),
            if lines.len() == 1 { "it" } else { "them" }
        );
        let rule = rules::EXCLUDED_LINE_RAN;
        let finding = rule.finding(Side::Head, &file.path, text.place(first, last), message);
        findings.push(finding.with("lines", lines));
    }
    Ok(())
}

/// Edited code that no test ran at base.
fn edited_untested(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let Some(changed) = file
        .file
        .filter(|changed| changed.status != Status::Deleted)
    else {
        return Ok(());
    };
    let gone: Vec<u32> = file.lines(Class::Dub).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let (Some(base), Some(head)) = (
        texts.of(Side::Base, changed.base_path())?,
        texts.of(Side::Head, &file.path)?,
    ) else {
        return Ok(());
    };
    let mut functions: BTreeMap<String, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for hunk in &changed.hunks {
        // Only deleted, or only added: nothing was edited.
        if hunk.base.is_empty() || hunk.head.is_empty() {
            continue;
        }
        let old = hunk
            .base
            .clone()
            .map(|line| file.base_statements.first(line + 1));
        let mut old: Vec<u32> = old
            .filter(|line| gone.binary_search(line).is_ok())
            .collect();
        old.dedup();
        let new = hunk.head.clone().map(|line| line + 1);
        let new: Vec<u32> = new.filter(|line| carries_code(head.line(*line))).collect();
        for (symbol, lines) in base.by_symbol(old.into_iter()) {
            let entry = functions.entry(symbol.clone()).or_default();
            entry.0.extend(lines);
            entry
                .1
                .extend(new.iter().filter(|line| head.symbol(**line) == symbol));
        }
    }
    let ran: Vec<u32> = file.lines(Class::Gnc).collect();
    let missed: Vec<u32> = file.lines(Class::Unc).collect();
    for (symbol, (mut old, new)) in functions {
        old.sort_unstable();
        old.dedup();
        let (Some(first), Some(last)) = (new.first(), new.last()) else {
            continue;
        };
        let firsts: Vec<u32> = new
            .iter()
            .map(|line| file.statements.first(*line))
            .collect();
        let any = |lines: &[u32]| firsts.iter().any(|line| lines.binary_search(line).is_ok());
        let (_, listed) = base.listed(&old);
        let verb = if old.len() == 1 { "was" } else { "were" };
        let message = format!(
            "{listed}{} {verb} edited, and no test ran {} at base: what the code did before is nowhere written \
             down; add a characterization test first",
            of_symbol(&symbol),
            if old.len() == 1 { "it" } else { "them" }
        );
        let rule = rules::UNTESTED_EDIT;
        let mut finding = rule.finding(Side::Head, &file.path, head.place(*first, *last), message);
        if any(&ran) && !any(&missed) {
            // Tests of the change run the new code: a human need not be called.
            finding.level = Level::Note;
        }
        findings.push(finding.with("base-lines", old));
    }
    Ok(())
}

/// New functions of which no line ran. Gives the lines that these findings speak of.
fn uncovered_functions(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<u32>> {
    let missed: Vec<u32> = file.lines(Class::Unc).collect();
    let mut spoken_of = Vec::new();
    let Some(changed) = file.file.filter(|_| !missed.is_empty()) else {
        return Ok(spoken_of);
    };
    let lines: Vec<&str> = changed
        .text(Side::Head)
        .unwrap_or_default()
        .lines()
        .collect();
    let declares = |row: u32| {
        let line = lines.get(row as usize);
        line.is_some_and(|line| line.contains("def") || line.contains("fn"))
    };
    if !changed.added_lines().any(declares) {
        return Ok(spoken_of);
    }
    let Some(Text {
        parsed: Some(head), ..
    }) = texts.of(Side::Head, &file.path)?
    else {
        return Ok(spoken_of);
    };
    let base = texts.of(Side::Base, changed.base_path())?;
    let known = |definition: &Definition| {
        let parsed = base.as_ref().and_then(|base| base.parsed.as_ref());
        let mut all = parsed.iter().flat_map(|parsed| &parsed.facts().definitions);
        changed.base.is_some() && all.any(|other| other.qualified == definition.qualified)
    };
    let others: Vec<u32> = file
        .classes
        .iter()
        .filter(|classed| {
            !matches!(
                classed.class,
                Class::Unc | Class::Dcb | Class::Dub | Class::Ecb | Class::Eub
            )
        })
        .map(|classed| classed.line)
        .collect();
    for definition in &head.facts().definitions {
        let is_new = definition.kind == DefinitionKind::Function
            && !definition.in_test
            && changed
                .added_lines()
                .any(|line| line + 1 == definition.name_line)
            && !known(definition);
        let Some(body) = definition.body.clone().filter(|_| is_new) else {
            continue;
        };
        let inside = body_lines(&head, definition, body);
        let own: Vec<u32> = missed
            .iter()
            .copied()
            .filter(|line| inside.contains(line) && !spoken_of.contains(line))
            .collect();
        let runs = others.iter().any(|line| inside.contains(line));
        if own.is_empty() || runs || moved(texts.context, &head, definition) {
            continue;
        }
        let lines = match own.len() {
            1 => "its line did".to_owned(),
            count => format!("none of its {count} lines did"),
        };
        let not = if own.len() == 1 { " not" } else { "" };
        let message = format!(
            "no test runs the new function `{}`: {lines}{not}",
            visible(&definition.qualified)
        );
        let place = Place {
            line: definition.name_line,
            column: 1,
            end_line: definition.name_line,
            end_column: 1,
        };
        let rule = rules::UNCOVERED_FUNCTION;
        let finding = rule.finding(Side::Head, &file.path, place, message);
        findings.push(finding.with("lines", own.clone()));
        spoken_of.extend(own);
    }
    Ok(spoken_of)
}

/// 1-based lines of a body. Where a header runs when its file is loaded, it says nothing.
fn body_lines(
    parsed: &Parsed,
    definition: &Definition,
    body: std::ops::Range<usize>,
) -> std::ops::RangeInclusive<u32> {
    let first = if parsed.language.profile().definitions_run {
        parsed.place_of(body).line.max(definition.name_line + 1)
    } else {
        definition.name_line
    };
    first..=definition.last_line
}

/// Whether a function of the same text stood somewhere in the changed files at base: moved, not new.
fn moved(context: &Context<'_>, head: &Parsed, definition: &Definition) -> bool {
    let folded = |parsed: &Parsed, definition: &Definition| -> String {
        let text = parsed.slice(&definition.bytes);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = folded(head, definition);
    context.change.files.iter().any(|file| {
        let parsed = file
            .base
            .as_ref()
            .and_then(|blob| context.trees.of(file.base_path(), blob));
        parsed.is_some_and(|parsed| {
            let definitions = &parsed.facts().definitions;
            definitions
                .iter()
                .any(|other| other.name == definition.name && folded(&parsed, other) == text)
        })
    })
}

/// New lines that no test runs.
fn uncovered(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    shown: &Summary,
    spoken_of: &[u32],
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let settings = &texts.context.policy.checks().coverage;
    let patch = shown.patch;
    let is_asked = patch.executable >= u64::from(settings.min_lines);
    let threshold = settings.patch_threshold;
    let is_below = is_asked && !threshold.is_reached(patch.covered, patch.executable);
    let missed: Vec<u32> = file.lines(Class::Unc).collect();
    let own: Vec<u32> = missed
        .iter()
        .copied()
        .filter(|line| is_below || !spoken_of.contains(line))
        .collect();
    if own.is_empty() {
        return Ok(());
    }
    let Some(text) = texts.of(Side::Head, &file.path)? else {
        return Ok(());
    };
    let mut parts = Vec::new();
    let mut groups: Vec<(u32, String)> = Vec::new();
    for (symbol, lines) in text.by_symbol(own.iter().copied()) {
        let (ranges, listed) = text.listed(&lines);
        let first = ranges.first().map_or(1, |(first, _)| *first);
        groups.push((first, format!("{listed}{}", of_symbol(&symbol))));
    }
    groups.sort();
    let more = groups.len().saturating_sub(MOST);
    parts.extend(groups.into_iter().take(MOST).map(|(_, part)| part));
    if more > 0 {
        parts.push(format!("and {more} more places"));
    }
    let listed = parts.join("; ");
    let message = match is_below {
        true => format!(
            "tests run {patch} of the new executable lines of this change, and {threshold} are asked for; not run \
             here: {listed}"
        ),
        false => format!(
            "new, and no test runs {}: {listed}",
            if own.len() == 1 { "it" } else { "them" }
        ),
    };
    let (ranges, _) = text.listed(&own);
    let (first, last) = ranges.first().copied().unwrap_or((1, 1));
    let rule = rules::UNCOVERED_LINES;
    let mut finding = rule.finding(Side::Head, &file.path, text.place(first, last), message);
    if !is_below {
        finding.level = Level::Note;
    }
    finding.anchor = Some("uncovered".to_owned());
    findings.push(finding.with("lines", own));
    Ok(())
}

/// The share over the whole project, where the policy asks.
fn total(
    context: &Context<'_>,
    compared: &[Compared<'_>],
    shown: &Summary,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let asked = context.policy.checks().coverage.fail_on_total && shown.has_base;
    if !asked || !shown.head.is_less_than(shown.base_kept) {
        return Ok(());
    }
    let worst = compared
        .iter()
        .filter(|file| file.file.is_some())
        .max_by_key(|file| file.patch().executable - file.patch().covered);
    let Some(path) = worst.map(|file| file.path.as_str()).or_else(|| {
        let first = context.change.files.first();
        first.map(|file| file.path.as_str())
    }) else {
        return Ok(());
    };
    let message = format!(
        "tests run {} of all executable lines, and ran {} at base of those that are still there",
        shown.head, shown.base_kept
    );
    let rule = rules::LOWER_TOTAL_COVERAGE;
    let mut finding = rule.finding(Side::Head, path, Place::FILE, message);
    finding.anchor = Some("total".to_owned());
    findings.push(finding);
    Ok(())
}
