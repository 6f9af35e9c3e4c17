//! Runs the engine over the files of a change, on as many threads as there are cores.

use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::project::Project;
use super::suppress::Suppressions;
use crate::budget;
use crate::change::{Blob, File, Side};
use crate::checks::{CheckResult, Context, of_file};
use crate::finding::judgement::Outcome;
use crate::finding::{Finding, Level, Step};
use crate::language::conventions::{is_example, is_sample, is_test_file};
use crate::language::ir::{Span, Unit};
use crate::language::lower::lower;
use crate::language::{self, Lang, Parsed, Position};
use crate::rule::built_in::vulnerabilities::UNUSED_SUPPRESSION;
use crate::rule::compile::{Compiled, Engine};
use crate::rule::expression::Expression;
use crate::rule::taint::{Found, Machine, Ran};
use crate::syntax::place_in;

/// Stack of a thread: the engine's recursion is bounded, and deep.
const STACK: usize = 256 * 1024 * 1024;

/// What one file came to.
#[derive(Default)]
struct Judgement {
    findings: Vec<Finding>,
    ledger: Option<(Outcome, String)>,
}

pub(super) fn examine(context: &Context<'_>, engine: &Engine) -> CheckResult {
    let mut result = CheckResult::default();
    let head: Vec<&File> = context.files.clone();
    let judged = side(context, engine, Side::Head, &head);
    let mut again = Vec::new();
    for (file, one) in head.iter().zip(judged) {
        if let Some((outcome, why)) = one.ledger {
            result.ledger.push((file.path.clone(), outcome, why));
        }
        if !one.findings.is_empty() && file.base.is_some() {
            again.push(*file);
        }
        result.head.extend(one.findings);
    }
    // Base is asked only where head has something to compare.
    for one in side(context, engine, Side::Base, &again) {
        result.base.extend(one.findings);
    }
    result
}

/// One side of some files.
fn side(context: &Context<'_>, engine: &Engine, side: Side, files: &[&File]) -> Vec<Judgement> {
    let results: Vec<Mutex<Judgement>> = files.iter().map(|_| Mutex::default()).collect();
    let languages: Vec<Lang> = engine.languages().collect();
    let next: Vec<AtomicUsize> = languages.iter().map(|_| AtomicUsize::new(0)).collect();
    let work = || {
        let before = budget::total();
        for (language, next) in languages.iter().zip(&next) {
            let take = || {
                let at = next.fetch_add(1, Ordering::Relaxed);
                files.get(at).zip(results.get(at))
            };
            let mut taken = take();
            while taken.is_some() {
                let mut project = Project::new(context, side, *language);
                let Some(mut machine) = Machine::new(engine, *language, &mut project) else {
                    break;
                };
                while let Some((file, slot)) = std::mem::replace(&mut taken, take()) {
                    let text = file.blob(side).and_then(Blob::text).unwrap_or_default();
                    if language::of_file(file.path_on(side), text) != Some(*language) {
                        continue;
                    }
                    let judge = || judge(context, engine, side, file, &mut machine);
                    let judged = budget::within(of_file(file), judge);
                    let is_out_of_steps = judged.is_err();
                    let judged = judged.unwrap_or_else(|spent| Judgement {
                        findings: Vec::new(),
                        ledger: Some((Outcome::OutOfReach, spent.to_string())),
                    });
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = judged;
                    // What it knows of other files may be cut short.
                    if is_out_of_steps {
                        break;
                    }
                }
            }
        }
        budget::total() - before
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let begin = || std::thread::Builder::new().stack_size(STACK);
        let threads = (0..threads.min(files.len())).map(|_| begin().spawn_scoped(scope, work));
        let threads: Vec<_> = threads.map_while(std::io::Result::ok).collect();
        if threads.is_empty() {
            work();
        }
        for thread in threads {
            match thread.join() {
                Ok(steps) => budget::count(steps),
                // The run knows what becomes of a check that panics.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    results
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

fn judge(
    context: &Context<'_>,
    engine: &Engine,
    side: Side,
    file: &File,
    machine: &mut Machine<'_>,
) -> Judgement {
    let path = file.path_on(side);
    let out = |why: String| Judgement {
        findings: Vec::new(),
        ledger: Some((Outcome::OutOfReach, why)),
    };
    let Some(parsed) = file
        .blob(side)
        .and_then(|blob| context.trees.of(path, blob))
    else {
        return out("the parser gave up on this file".to_owned());
    };
    let Some(unit) = lower(path, &parsed, &mut machine.names).map(Rc::new) else {
        return out(super::not_followed(parsed.language));
    };
    let test = context.policy.is_test_path(path) || is_test_file(path, &parsed.source);
    let ran = machine.run(&unit, test);
    let mut findings: Vec<Finding> = ran
        .found
        .iter()
        .filter_map(|found| finding(engine, side, &unit, &parsed, found))
        .collect();
    for compiled in &engine.rules {
        if compiled.language == parsed.language && (compiled.tests || !test) {
            findings.extend(structural(compiled, side, path, &parsed));
        }
    }
    // What shows how something is used runs on nobody's server; what tests read may be wrong on purpose.
    let most = match (is_sample(path), is_example(path)) {
        (true, _) => Level::Note,
        (false, true) => Level::Escalate,
        (false, false) => Level::Block,
    };
    for finding in &mut findings {
        finding.level = finding.level.min(most);
    }
    findings.sort_by(Finding::order);
    findings.dedup_by(|a, b| {
        a.rule == b.rule && a.line == b.line && a.message == b.message && a.trace == b.trace
    });
    let mut suppressions = Suppressions::read(file, side, &parsed);
    suppressions.apply(engine, file, &mut findings);
    let ledger = ledger(file, &unit, &ran);
    // Where not all was looked at, nobody knows what a comment silences.
    if !test && ledger.is_none() {
        findings.extend(suppressions.unused(engine, UNUSED_SUPPRESSION, file, &parsed));
    }
    Judgement { findings, ledger }
}

/// What must be said of a file that was not seen whole.
fn ledger(file: &File, unit: &Unit, ran: &Ran) -> Option<(Outcome, String)> {
    if ran.exhausted {
        let why = "the budget for following calls and loops ended before the file did".to_owned();
        return Some((Outcome::OutOfReach, why));
    }
    if unit.too_deep {
        let why = "code nested too deep to follow was passed over".to_owned();
        return Some((Outcome::OutOfReach, why));
    }
    if unit.errors.is_empty() {
        let why = "calls were followed up to the budget only";
        return ran.shallow.then(|| (Outcome::Ran, why.to_owned()));
    }
    let lines: Vec<String> = unit.errors.iter().take(5).map(u32::to_string).collect();
    let more = if unit.errors.len() > 5 { ", .." } else { "" };
    let why = format!(
        "judged around syntax errors on lines {}{more}",
        lines.join(", ")
    );
    // An error that was there before hides nothing that this change brings in.
    let new = unit.errors.iter().any(|line| {
        let at = line.saturating_sub(1);
        file.touches(Side::Head, at..at + 1)
    });
    Some((
        if new {
            Outcome::OutOfReach
        } else {
            Outcome::Ran
        },
        why,
    ))
}

fn finding(
    engine: &Engine,
    side: Side,
    unit: &Rc<Unit>,
    parsed: &Parsed,
    found: &Found,
) -> Option<Finding> {
    let compiled = engine.rules.get(found.rule)?;
    let (library, _) = engine.of(compiled.language)?;
    let kind = found
        .kind
        .and_then(|kind| library.sources.get(usize::from(kind)));
    let source = match kind {
        Some(kind) if found.source.is_empty() => kind.label.clone(),
        Some(kind) => format!("{} `{}`", kind.label, found.source),
        None => String::new(),
    };
    let message = compiled
        .message
        .replace("{source}", source.trim())
        .replace("{sink}", &format!("`{}`", found.sink));
    let place = parsed.place_of(range(found.span));
    let mut finding = compiled.rule.finding(side, &unit.path, place, message);
    finding.level = found.level;
    finding.confidence = match found.level {
        Level::Block => finding.confidence,
        Level::Escalate => finding.confidence.min(crate::finding::Confidence::Medium),
        Level::Note => finding.confidence.min(crate::finding::Confidence::Low),
    };
    for (of, span, what) in &found.steps {
        let place = if Rc::ptr_eq(of, unit) {
            parsed.place_of(range(*span))
        } else {
            place_in(&of.source, range(*span))
        };
        finding.trace.push(Step {
            path: of.path.to_string(),
            line: place.line,
            column: place.column,
            message: what.to_string(),
        });
    }
    // Where values flow, where they come from and what they reach make it the same, and no line on the way; nor is the
    // head of a function whose parameter it is.
    if let [first, .., last] = found.steps.as_slice() {
        let is_param = kind.is_some_and(|kind| kind.name == "param");
        let lines = [Some(first).filter(|_| !is_param), Some(last)];
        let lines = lines.into_iter().flatten();
        let texts = lines.map(|(of, span, _)| line_text(&of.source, span.start));
        let texts: Vec<String> = std::iter::once(source).chain(texts).collect();
        finding.anchor = Some(texts.join("\n"));
    }
    if let Some(kind) = kind {
        finding = finding.with("source-kind", kind.name.clone());
    }
    Some(finding)
}

/// The line that holds a byte, white space folded.
fn line_text(source: &str, byte: u32) -> String {
    let at = byte as usize;
    let before = source.get(..at).and_then(|text| text.rfind('\n'));
    let rest = source.get(before.map_or(0, |end| end + 1)..);
    let line = rest
        .and_then(|text| text.lines().next())
        .unwrap_or_default();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// What code patterns and queries find.
fn structural(compiled: &Compiled, side: Side, path: &str, parsed: &Parsed) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |node: crate::syntax::Node<'_>| {
        let text = parsed.text(node).lines().next().unwrap_or_default().trim();
        let sink: String = text.chars().take(60).collect();
        let message = compiled.message.replace("{sink}", &format!("`{sink}`"));
        findings.push(
            compiled
                .rule
                .finding(side, path, parsed.place(node), message),
        );
    };
    for pattern in &compiled.patterns {
        pattern.nodes(parsed).into_iter().for_each(&mut tell);
    }
    for site in &compiled.queries {
        let mut words = site.contains.iter();
        if !site.contains.is_empty() && !words.any(|word| parsed.source.contains(word.as_str())) {
            continue;
        }
        for node in site.query.nodes(parsed) {
            let in_test = u32::try_from(node.start_position().row + 1)
                .ok()
                .and_then(|line| parsed.facts().definition_at(line))
                .is_some_and(|definition| definition.in_test || definition.is_test);
            if in_test && !compiled.tests {
                continue;
            }
            if site
                .excuse
                .as_ref()
                .is_some_and(|excuse| excused(parsed, node, excuse))
            {
                continue;
            }
            tell(node);
        }
    }
    findings
}

/// Whether a comment on the line, or on the lines above it, gives the excuse. Between them may stand attributes, of
/// several lines too, and the beginning of the statement.
fn excused(parsed: &Parsed, node: crate::syntax::Node<'_>, excuse: &Expression) -> bool {
    const ABOVE: usize = 16;
    let before = parsed.source.get(..node.start_byte()).unwrap_or_default();
    let after = parsed.source.get(node.start_byte()..).unwrap_or_default();
    let facts = parsed.facts();
    let own = after
        .lines()
        .take(2)
        .any(|line| line.contains("//") && excuse.is_match(line));
    let mut end = before.len();
    let mut in_attribute = false;
    for at in 0..ABOVE {
        let rest = before.get(..end).unwrap_or_default();
        let start = rest.rfind('\n').map_or(0, |at| at + 1);
        let line = rest.get(start..).unwrap_or_default();
        let text = line.trim();
        let first = start + (line.len() - line.trim_start().len());
        end = start.saturating_sub(1);
        if !text.is_empty() && facts.position(first) == Position::Comment {
            if excuse.is_match(text) {
                return true;
            }
        } else if in_attribute || text.starts_with("#[") {
            in_attribute &= !text.starts_with("#[");
        } else if text.ends_with(']') {
            in_attribute = true;
        } else if at > 0 && !text.ends_with(['=', '(', ',', '{', '.']) {
            break;
        }
        if start == 0 {
            break;
        }
    }
    own
}
