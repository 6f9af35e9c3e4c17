//! `draftgate rules`: what can be said, why, and whether the rules keep their word.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checks::Check;
use crate::examples::{Failure, failures};
use crate::exit::Code;
use crate::files;
use crate::finding::{Confidence, Level, Severity};
use crate::report::Style;
use crate::report::text::page::{Page, Paint, flat};
use crate::rule::{Example, Rule, parse, with_examples};

/// Examples of each kind that an explanation shows.
const SHOWN: usize = 2;

/// `rules list`: all rules by check.
///
/// # Errors
/// Where an embedded rule file does not parse; a test reads them all.
pub fn list(checks: &[Box<dyn Check>], style: Style) -> Result<(String, Code)> {
    let mut page = Page::new(style);
    let mut total = 0;
    for check in checks {
        let rules = rules_of(check.as_ref())?;
        total += rules.len();
        page.gap();
        page.item(
            &[(check.name(), Paint::Bold), (": ", Paint::Plain)],
            check.question(),
            Paint::Plain,
        );
        let longest = rules.keys().map(String::len).max().unwrap_or_default();
        for rule in rules.values() {
            let (level, paint) = level(rule.level);
            let id = format!("  {:longest$}  ", rule.id);
            let level = format!("{level:8}  ");
            page.item(
                &[(&id, Paint::Plain), (&level, paint)],
                &rule.summary,
                Paint::Plain,
            );
        }
    }
    page.gap();
    let rules = if total == 1 { "rule" } else { "rules" };
    let last = format!("{total} {rules}; `draftgate rules explain RULE` says what one is about");
    page.item(&[], &last, Paint::Dim);
    Ok((page.into_text(), Code::Ready))
}

/// `rules explain ID`: the rule's documentation and examples.
///
/// # Errors
/// Where there is no such rule; the message names the nearest.
pub fn explain(checks: &[Box<dyn Check>], id: &str, style: Style) -> Result<(String, Code)> {
    let mut rules = BTreeMap::new();
    for check in checks {
        rules.extend(rules_of(check.as_ref())?);
    }
    let Some(rule) = rules.get(id) else {
        let id_shown = crate::text::visible(id);
        match nearest(id, rules.keys()) {
            Some(near) => bail!("no rule is called {id_shown}; did you mean {near}?"),
            None => bail!("no rule is called {id_shown}; `draftgate rules list` names them all"),
        }
    };
    let mut page = Page::new(style);
    let (name, paint) = level(rule.level);
    page.item(
        &[(&rule.id, paint), (": ", Paint::Plain)],
        &rule.summary,
        Paint::Bold,
    );
    page.gap();
    let mut field = |name: &str, text: &str| {
        if !text.is_empty() {
            let name = format!("{name:10}");
            page.item(
                &[("  ", Paint::Plain), (&name, Paint::Bold)],
                text,
                Paint::Plain,
            );
        }
    };
    field("check", &rule.check);
    field("level", &format!("{name}: {}", because(rule)));
    field("severity", severity(rule.severity));
    field("why", &rule.why);
    field("fix", &rule.fix);
    field("avoid", &rule.avoid);
    let cwe: Vec<String> = rule
        .cwe
        .iter()
        .map(|number| format!("CWE-{number}"))
        .collect();
    field("cwe", &cwe.join(", "));
    field("docs", &rule.docs);
    let entry = format!("[[levels]]\nrule = \"{}\"", rule.id);
    field(
        "policy",
        &format!("{entry}\nlevel = \"{name}\"  # or off, note, escalate, block"),
    );
    for (title, examples) in [
        ("It fires on:", &rule.bad),
        ("It is silent on the near miss:", &rule.good),
    ] {
        if let Some((first, others)) = examples.split_first() {
            page.gap();
            page.item(&[(title, Paint::Bold)], "", Paint::Plain);
            for example in std::iter::once(first).chain(others.iter().take(SHOWN - 1)) {
                show(&mut page, example);
            }
        }
    }
    Ok((page.into_text(), Code::Ready))
}

/// `rules test [DIR]`: runs the examples of the rules in the binary, or of the rule files under `dir`.
///
/// # Errors
/// Where a rule file cannot be read or does not parse.
pub fn test(checks: &[Box<dyn Check>], dir: Option<&Path>, style: Style) -> Result<(String, Code)> {
    let rules: Vec<(Rule, Option<String>)> = match dir {
        Some(dir) => rules_under(dir)?,
        None => {
            let mut rules = Vec::new();
            for check in checks {
                rules.extend(rules_of(check.as_ref())?.into_values());
            }
            rules.into_iter().map(|rule| (rule, None)).collect()
        }
    };
    let mut page = Page::new(style);
    let (mut examples, mut failed) = (0, 0);
    for (rule, own) in &rules {
        examples += rule.bad.len() + rule.good.len();
        if rule.bad.is_empty() {
            failed += 1;
            let why = "it has no [[bad]] example: nothing shows that it can fire";
            page.item(
                &[("failed: ", Paint::Red)],
                &format!("{}: {why}", rule.id),
                Paint::Plain,
            );
        }
        for failure in failures(checks, rule, own.as_deref()) {
            failed += 1;
            page.gap();
            print_failure(&mut page, &failure);
        }
    }
    let count = |number: usize, name: &str| {
        format!("{number} {name}{}", if number == 1 { "" } else { "s" })
    };
    let counts = format!(
        "{} of {}",
        count(examples, "example"),
        count(rules.len(), "rule")
    );
    if failed == 0 {
        page.item(
            &[("ok: ", Paint::Green)],
            &format!("{counts} held"),
            Paint::Plain,
        );
        return Ok((page.into_text(), Code::Ready));
    }
    page.gap();
    let text = format!("{failed} (in {counts})");
    page.item(&[("failed: ", Paint::Red)], &text, Paint::Plain);
    Ok((page.into_text(), Code::Blocked))
}

/// The rules that a check says, by id.
fn rules_of(check: &dyn Check) -> Result<BTreeMap<String, Rule>> {
    let mut rules = BTreeMap::new();
    for name in check.areas() {
        let loaded = with_examples(name)?.into_iter();
        rules.extend(loaded.filter(|(_, rule)| rule.check == check.name()));
    }
    Ok(rules)
}

/// The rules of all `.toml` files under a directory, sorted by path; with the text of the file where an
/// engine reads the rule.
fn rules_under(dir: &Path) -> Result<Vec<(Rule, Option<String>)>> {
    let mut rules = Vec::new();
    let mut left = vec![dir.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(dir) = left.pop() {
        let entries =
            std::fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", dir.display()))?;
            let path = entry.path();
            // Links are not followed: one of them may lead back here.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                left.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    for file in &files {
        let read = files::own(file, files::MOST_BY_HAND)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let text = String::from_utf8(read.bytes)
            .with_context(|| format!("{} is no text", file.display()))?;
        for rule in parse(&text).with_context(|| file.display().to_string())? {
            let own = rule.engine.is_some().then(|| text.clone());
            rules.push((rule, own));
        }
    }
    if rules.is_empty() {
        bail!("no rule file (*.toml) under {}", dir.display());
    }
    Ok(rules)
}

/// The id that was most likely meant; none where all are far.
fn nearest<'a>(id: &str, ids: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    ids.map(|other| (strsim::jaro_winkler(id, other), other))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}

fn level(level: Level) -> (&'static str, Paint) {
    match level {
        Level::Note => ("note", Paint::Green),
        Level::Escalate => ("escalate", Paint::Yellow),
        Level::Block => ("block", Paint::Red),
    }
}

/// Why the rule has its level: what it does, and how sure it is.
fn because(rule: &Rule) -> String {
    let effect = match rule.level {
        Level::Note => "said, and no more",
        Level::Escalate => "a human must decide",
        Level::Block => "the change may not pass",
    };
    let confidence = match rule.confidence {
        Confidence::Low => "good work shows this sign too (confidence low)",
        Confidence::Medium => "it is more often right than not (confidence medium)",
        Confidence::High => "practically never seen in good work (confidence high)",
        Confidence::Proven => "a proof, not a guess (confidence proven)",
    };
    format!("{effect}; {confidence}")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info: nothing breaks",
        Severity::Low => "low: a nuisance",
        Severity::Medium => "medium: a defect",
        Severity::High => "high: a defect that costs",
        Severity::Critical => "critical: act before anything else",
    }
}

fn print_failure(page: &mut Page, failure: &Failure<'_>) {
    page.item(
        &[("failed: ", Paint::Red)],
        &failure.to_string(),
        Paint::Plain,
    );
    show(page, failure.example);
}

/// An example as code: one side where the file is new, both where it changed.
fn show(page: &mut Page, example: &Example) {
    let one = example
        .path
        .as_deref()
        .map(|path| (path, example.base.as_deref(), example.head.as_deref()));
    let several = example.files.iter().map(|file| {
        (
            file.path.as_str(),
            file.base.as_deref(),
            file.head.as_deref(),
        )
    });
    for (path, base, head) in one.into_iter().chain(several) {
        for (state, text) in [("before", base), ("after", head)] {
            let Some(text) = text else { continue };
            let name = match (base, head) {
                (None, _) => flat(path),
                _ => format!("{} ({state})", flat(path)),
            };
            show_text(page, &name, text);
        }
    }
    if let Some(policy) = &example.policy {
        show_text(page, "the policy", policy);
    }
    for (path, text) in example.installed.iter().flatten() {
        show_text(page, &format!("installed: {path}"), text);
    }
    if let Some(names) = &example.registered {
        let lines: Vec<String> = names
            .iter()
            .map(|(name, day)| format!("{name}, since {day}"))
            .collect();
        show_text(
            page,
            "what the registries hold, base being of 2026-01-01",
            &lines.join("\n"),
        );
    }
}

fn show_text(page: &mut Page, name: &str, text: &str) {
    page.item(
        &[("  --> ", Paint::Blue), (name, Paint::Plain)],
        "",
        Paint::Plain,
    );
    for line in text.lines() {
        let line = crate::text::visible(&line.replace('\t', "    "));
        page.uncut(&[("   | ", Paint::Blue)], &line);
    }
}
