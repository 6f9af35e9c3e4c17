//! `suppressions`: does the change silence a checker, beyond the budget of the policy?
//!
//! Counted net, per kind, over the whole change: a line that moves takes its suppression along and nothing is
//! new. One that names no rule blocks whatever the budget, where base's own name theirs; else a human is asked once for
//! the change. One that stands on the line of a finding of this very change that would block is told with what it hides.
//!
//! What one hides from the project's own tools is told by `lint` and `types`, which run them.
//!
//! Does not catch: what a suppression hides from a tool that draftgate does not run; suppressions in
//! configuration files (the guardrails check).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, head_text};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::language::conventions::{is_bundle, is_example, is_sample};
use crate::language::{self, Trees};
use crate::rule::built_in::suppressions as rules;
use crate::suppression::practice::{self, Practice, ending};
use crate::suppression::{Scope, Sides, Suppression, may_hold};

/// Checks of our own that look at the same lines, and whose blocking findings a suppression may be meant
/// to hide.
const WITNESSES: &[&str] = &[
    "vulnerabilities",
    "secrets",
    "errors",
    "leftovers",
    "hidden-text",
];

/// The check.
pub(super) struct Suppressions;

impl Check for Suppressions {
    fn name(&self) -> &'static str {
        "suppressions"
    }

    fn question(&self) -> &'static str {
        "Does the change silence a checker beyond what the policy allows?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["suppressions"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        if is_sample(&file.path) {
            return Applicability::NotApplicable("sample code: input of tests".to_owned());
        }
        let is_made = |text| is_bundle(&file.path, text);
        if file.text(Side::Head).is_some_and(is_made) {
            return Applicability::NotApplicable("a bundle: a program made it".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

/// What takes a line out of what coverage counts.
const NO_COVER: &str = "no-cover";

/// What switches a type-checker off by what the code says.
struct Hole {
    /// Its kind.
    kind: &'static str,
    /// How it looks in a text.
    words: &'static [&'static str],
    /// How many a change may bring where base has none.
    few: usize,
    /// How many it may bring where base is full of them.
    many: usize,
}

/// All of them that are known.
const HOLES: [Hole; 3] = [
    Hole {
        kind: "any",
        words: &[" as any", ": any", " as never"],
        few: 0,
        many: 9,
    },
    Hole {
        kind: "double-cast",
        words: &["as unknown as"],
        few: 0,
        many: 5,
    },
    Hole {
        kind: "non-null",
        words: &["!.", "!;", "!)", "![", "!,"],
        few: 4,
        many: 19,
    },
];

impl Hole {
    /// How many nobody asks about: as base does it.
    fn meant(&self, context: &Context<'_>, head: &[Suppression<'_>]) -> Result<usize> {
        /// How many at base are a habit.
        const HABIT: usize = 10;
        let own = head.iter().filter(|found| found.marker.kind == self.kind);
        let endings = own.map(|found| ending(&found.file.path)).collect();
        let uses = practice::uses(context.change, self.words, &endings, HABIT)?;
        Ok(if uses >= HABIT { self.many } else { self.few })
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut result = CheckResult::default();
    let Context {
        change,
        policy,
        trees,
        ..
    } = context;
    let of_tests = |path: &str| policy.is_test_path(path);
    let sides = Sides::of(change, &context.files, trees, &of_tests);
    let fresh = sides.fresh();
    let Sides { head, base } = sides;
    let (blankets, before) = (blankets(&head), blankets(&base));
    let mut reported = BTreeSet::new();
    for at in &fresh {
        let Some(found) = head.get(*at).filter(|found| found.marker.blanket) else {
            continue;
        };
        let is_more = |path| {
            let key = (found.marker.kind, path);
            blankets.get(&key) > before.get(&key)
        };
        if is_more(None) && is_more(Some(found.file.path.as_str())) {
            reported.insert(*at);
        }
    }
    let bare: Vec<&Suppression<'_>> = reported.iter().filter_map(|at| head.get(*at)).collect();
    result.head.extend(told(context, &bare)?);
    for kind in kinds(&head) {
        let allowed = context.policy.checks().suppressions.allowed(kind) as usize;
        // Nobody asks whether a line of the tests was run, nor what type a value has in one.
        let hole = HOLES.iter().find(|hole| hole.kind == kind);
        let is_nothing = |found: &Suppression<'_>| {
            let path = &found.file.path;
            let is_declared = || {
                let language = language::of(path);
                language.is_some_and(|language| language.profile().is_declared(path))
            };
            kind == NO_COVER && found.in_test || hole.is_some() && (found.in_test || is_declared())
        };
        let counts = |found: &&Suppression<'_>| found.marker.kind == kind && !is_nothing(found);
        let now = head.iter().filter(counts).count();
        let was = base.iter().filter(counts).count();
        let widened = match now > was {
            true => 0,
            false => widened(kind, &head, &base),
        };
        if now <= was + allowed && widened <= allowed {
            continue;
        }
        if let Some(hole) = hole
            && now <= was + allowed + hole.meant(context, &head)?
        {
            continue;
        }
        let new: Vec<&Suppression<'_>> = fresh
            .iter()
            .filter(|at| !reported.contains(*at))
            .filter_map(|at| head.get(*at))
            .filter(counts)
            .collect();
        if let Some(finding) = over_budget(
            context,
            kind,
            &new,
            now.saturating_sub(was).max(widened),
            allowed,
        )? {
            result.head.push(finding);
        }
    }
    let new: Vec<&Suppression<'_>> = fresh.iter().filter_map(|at| head.get(*at)).collect();
    hidden(context, &new, &mut result)?;
    for file in &context.files {
        lowered(context, file, &mut result)?;
    }
    Ok(result)
}

/// Lints that a Rust file denied as a whole, and denies no more, nor any manifest in its place.
fn lowered(context: &Context<'_>, file: &File, result: &mut CheckResult) -> Result<()> {
    let at = |side: Side| {
        let text = file.text(side).filter(|text| may_hold(text))?;
        let denies = text.contains("deny(") || text.contains("forbid(");
        let blob = file.blob(side).filter(|_| denies || side == Side::Head)?;
        let parsed = context.trees.of(file.path_on(side), blob)?;
        let raised = parsed.language.raised_lints(&parsed)?;
        Some((parsed, raised))
    };
    let Some((parsed, mut was)) = at(Side::Base) else {
        return Ok(());
    };
    was.retain(|_, (rank, _)| *rank >= 2);
    if was.is_empty() || file.head.is_none() {
        return Ok(());
    }
    let now = at(Side::Head).map(|(_, now)| now).unwrap_or_default();
    for (lint, (rank, bytes)) in was {
        let left = now.get(&lint).map_or(0, |(rank, _)| *rank);
        let word = lint.rsplit("::").next().unwrap_or(&lint);
        let mut manifests = context.change.files.iter();
        let moved = manifests.any(|other| {
            parsed.language.profile().is_manifest(&other.path)
                && other
                    .text(Side::Head)
                    .is_some_and(|text| text.contains(word))
        });
        if left >= rank || moved {
            continue;
        }
        let name =
            |rank: u8| ["allowed", "warned about", "denied", "forbidden"][usize::from(rank.min(3))];
        let message = match left {
            0 => format!(
                "`{lint}` was {} in the whole file, and is not any more",
                name(rank)
            ),
            _ => format!(
                "`{lint}` was {} in the whole file, and is {} now",
                name(rank),
                name(left)
            ),
        };
        let place = parsed.place_of(bytes);
        let rule = rules::LINT_LEVEL_LOWERED;
        let finding = rule.finding(Side::Base, file.base_path(), place, message);
        result.head.push(finding);
    }
    Ok(())
}

/// How many rules more are named at head where there are no more suppressions of a kind than before: a list that
/// grew. One that named none, and names some now, is narrower.
fn widened(kind: &str, head: &[Suppression<'_>], base: &[Suppression<'_>]) -> usize {
    let of = |list: &[Suppression<'_>]| -> (usize, usize) {
        let ours = list.iter().filter(|found| found.marker.kind == kind);
        ours.fold((0, 0), |(codes, blanket), found| {
            (
                codes + found.marker.codes.len(),
                blanket + usize::from(found.marker.blanket),
            )
        })
    };
    let ((now, blanket_now), (was, blanket_was)) = (of(head), of(base));
    match blanket_now < blanket_was {
        true => 0,
        false => now.saturating_sub(was),
    }
}

/// The kinds at head, sorted.
fn kinds(head: &[Suppression<'_>]) -> BTreeSet<&'static str> {
    head.iter().map(|found| found.marker.kind).collect()
}

/// How many suppressions name no rule, by kind: in a file, and in the whole change.
fn blankets<'a>(list: &'a [Suppression<'_>]) -> BTreeMap<(&'static str, Option<&'a str>), usize> {
    let mut counts = BTreeMap::new();
    for found in list.iter().filter(|found| found.marker.blanket) {
        for path in [None, Some(found.file.path.as_str())] {
            *counts.entry((found.marker.kind, path)).or_default() += 1;
        }
    }
    counts
}

/// New ones that name no rule: each of a kind whose rules base names, and the others together.
fn told(context: &Context<'_>, bare: &[&Suppression<'_>]) -> Result<Vec<Finding>> {
    let kinds: BTreeSet<&str> = bare.iter().map(|found| found.marker.kind).collect();
    let (mut strict, mut lax) = (BTreeSet::new(), BTreeSet::new());
    for kind in kinds {
        let practice = practice(context, kind, bare)?;
        if practice.names_rules {
            strict.insert(kind);
        }
        if practice.names_none {
            lax.insert(kind);
        }
    }
    let blocks = |found: &Suppression<'_>| {
        strict.contains(found.marker.kind) && !found.in_test && !found.marker.has_reason
    };
    let (blocking, others): (Vec<&Suppression<'_>>, Vec<_>) =
        bare.iter().copied().partition(|found| blocks(found));
    let mut findings: Vec<Finding> = blocking.into_iter().map(blanket).collect();
    if let Some(first) = others.first() {
        let mut finding = blanket(first);
        if others.len() > 1 {
            let more = format!(", and {} more like it do", others.len() - 1);
            finding.message.push_str(&more);
        }
        let places = others.iter().map(|found| found.at()).collect::<Vec<_>>();
        // In tests, on a line of its own or as base does it: a remark for whoever reads the change.
        let is_light = |found: &&Suppression<'_>| {
            let is_here = found.marker.scope == Scope::Here;
            found.in_test && (is_here || lax.contains(found.marker.kind))
        };
        finding.level = match others.iter().all(is_light) && others.len() <= FEW {
            true => Level::Note,
            false => Level::Escalate,
        };
        findings.push(finding.with("places", places));
    }
    Ok(findings)
}

/// What base does with a kind, in files as these stand in.
fn practice(context: &Context<'_>, kind: &str, found: &[&Suppression<'_>]) -> Result<Practice> {
    let of_kind = found.iter().filter(|found| found.marker.kind == kind);
    let endings = of_kind.map(|found| ending(&found.file.path)).collect();
    practice::of_kind(context.change, context.trees, kind, &endings)
}

fn blanket(found: &Suppression<'_>) -> Finding {
    let marker = &found.marker;
    let scope = match marker.scope {
        Scope::File => " in the whole file",
        Scope::Here => "",
    };
    let message = if marker.codes.is_empty() {
        format!(
            "this `{}` names no rule: it silences all of them{scope}",
            marker.kind
        )
    } else {
        format!(
            "this `{}` silences all of `{}`{scope}",
            marker.kind,
            marker.codes.join("`, `")
        )
    };
    rules::BLANKET_SUPPRESSION
        .finding(Side::Head, &found.file.path, found.place, message)
        .with("kind", marker.kind)
}

/// One finding for all suppressions of a kind: the policy's budget is a number, not a line.
fn over_budget(
    context: &Context<'_>,
    kind: &str,
    new: &[&Suppression<'_>],
    net: usize,
    allowed: usize,
) -> Result<Option<Finding>> {
    const SHOWN: usize = 6;
    let weight = |found: &Suppression<'_>| usize::from(!is_mild(found) && !found.marker.has_reason);
    let Some(first) = new.iter().max_by_key(|found| {
        (
            weight(found),
            std::cmp::Reverse((&found.file.path, found.place)),
        )
    }) else {
        return Ok(None);
    };
    // A few lines of tests that a named rule is silenced on are nobody's business.
    let is_named_in_test = |found: &&Suppression<'_>| found.in_test && !found.marker.blanket;
    if new.len() <= FEW_IN_TESTS && new.iter().all(is_named_in_test) {
        return Ok(None);
    }
    let places: Vec<String> = new.iter().map(|found| found.at()).collect();
    let shown = places
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = if places.len() > SHOWN { ", .." } else { "" };
    let message = format!(
        "{net} more of `{kind}` than before, and the policy allows {allowed}: {shown}{more}"
    );
    let mut finding = rules::SUPPRESSION_OVER_BUDGET
        .finding(Side::Head, &first.file.path, first.place, message)
        .with("kind", kind)
        .with("net", net)
        .with("places", places);
    finding.level = match is_small(context, kind, new)? {
        true => Level::Note,
        false => Level::Escalate,
    };
    Ok(Some(finding))
}

/// How many a change may bring that are told and not asked about.
const FEW: usize = 2;
/// How many that name their rule are not even told, where all stand in tests.
const FEW_IN_TESTS: usize = 5;

/// Whether they are few enough to be told and not asked about: none in shipped code, or two that name their rule and
/// say why. Nobody is asked for a reason where base itself gives none.
fn is_small(context: &Context<'_>, kind: &str, new: &[&Suppression<'_>]) -> Result<bool> {
    let in_code = || new.iter().filter(|found| !is_mild(found));
    if in_code().nth(FEW).is_some() {
        return Ok(false);
    }
    let named = || in_code().all(|found| !found.marker.blanket);
    let are_explained = in_code().all(|found| found.is_explained);
    Ok(are_explained || named() && practice(context, kind, new)?.gives_no_reasons)
}

/// Whether it stands in no code that is shipped, or silences nothing that matters there.
fn is_mild(found: &Suppression<'_>) -> bool {
    let kind = found.marker.kind;
    found.in_test
        || is_example(&found.file.path)
        || matches!(kind, "format" | "expect" | "ts-expect-error" | NO_COVER)
}

/// New suppressions on the line of a finding of our own that blocks: what they hide is shown.
fn hidden(context: &Context<'_>, new: &[&Suppression<'_>], result: &mut CheckResult) -> Result<()> {
    let mut files: Vec<&File> = new.iter().map(|found| found.file).collect();
    files.dedup_by_key(|file| &file.path);
    if files.is_empty() {
        return Ok(());
    }
    for witness in super::registry() {
        if !WITNESSES.contains(&witness.name()) {
            continue;
        }
        let seen: Vec<&File> = files
            .iter()
            .copied()
            .filter(|file| witness.applicability(file) == Applicability::Sees)
            .collect();
        let trees: &Trees = context.trees;
        let reported = witness.run(&Context {
            change: context.change,
            policy: context.policy,
            inputs: context.inputs,
            files: seen,
            trees,
            progress: context.progress,
        });
        for finding in reported
            .head
            .iter()
            .filter(|finding| finding.level == Level::Block)
        {
            let same = new.iter().find(|found| {
                let row = found.place.line.saturating_sub(1);
                found.file.path == finding.path
                    && found.file.touches(Side::Head, row..row + 1)
                    && (finding.line..=finding.end_line).contains(&found.place.line)
            });
            if let Some(found) = same {
                let message = format!(
                    "this `{}` stands on a finding of the same change: {} ({})",
                    found.marker.kind, finding.message, finding.rule
                );
                let hidden = rules::SUPPRESSION_HIDES_FINDING
                    .finding(Side::Head, &found.file.path, found.place, message)
                    .with("hides", finding.rule.clone());
                result.head.push(hidden);
            }
        }
        result.secrets.extend(reported.secrets);
    }
    Ok(())
}
